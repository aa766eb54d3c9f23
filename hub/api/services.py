"""Services (Leistungen): list, read; for the coordination add, change and merge."""

from typing import Literal

from hub.actions import catalogue, services
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import EntryRef, VersionRef, entry_ref, version_ref
from hub.inputs import Line
from hub.inputs.services import EditService, MergeService, NewService
from hub.store.services import Service
from hub.work import Work

routes = Routes("Leistungen")
ONE = "/services/<address>"


class WhichServices(paging.Paged):
    """Filters of the catalogue; empty means all. `q` is a key, the beginning of one, or words of the names."""

    q: Line = ""
    field: Line = ""
    situation: Line = ""
    bundle: Line = ""
    type: Literal["", "1", "2", "3", "2/3", "4", "5"] = ""


class ServiceOut(Output):
    """A service of the catalogue; `key` is its Leistungsschlüssel, null without one."""

    id: int
    key: str | None
    name: str
    citizen_name: str
    type: str
    ozg_id: str
    ozg_name: str
    field: str
    situation: str
    legal_bases: list[str]
    synonyms: list[str]
    source: str
    active: bool
    revision: int


class ServiceList(Output):
    """A page of services."""

    items: list[ServiceOut]
    next: str | None


class HolderOut(Output):
    """An entry about the service, with the version the caller would read."""

    entry: EntryRef
    version: VersionRef | None


class Holders(Output):
    """Who has something for a service."""

    items: list[HolderOut]


def _shown(found: Service) -> ServiceOut:
    return ServiceOut(
        id=found.id,
        key=found.key,
        name=found.name,
        citizen_name=found.citizen_name,
        type=found.type,
        ozg_id=found.ozg_id,
        ozg_name=found.ozg_name,
        field=found.field,
        situation=found.situation,
        legal_bases=found.legal_bases.splitlines(),
        synonyms=found.synonyms.splitlines(),
        source=found.source,
        active=found.active,
        revision=found.revision,
    )


@routes.get("/services", summary="Leistungen auflisten", query=WhichServices, returns=ServiceList)
def list_services(work: Work, query: WhichServices) -> ServiceList:
    """List the services that are offered, in the order they came into the catalogue."""
    wanted = catalogue.Wanted(
        text=query.q, field=query.field, situation=query.situation, bundle=query.bundle, type=query.type
    )
    after = paging.number(query, "after", 0)
    found = catalogue.in_order(work, wanted, after_id=after, limit=query.limit + 1)
    more = len(found) > query.limit
    found = found[: query.limit]
    return ServiceList(items=[_shown(row) for row in found], next=paging.cursor(after=found[-1].id) if more else None)


@routes.get(ONE, summary="Eine Leistung lesen, nach Schlüssel oder Nummer", returns=ServiceOut)
def read_service(work: Work, address: str) -> ServiceOut:
    """Return the service with that 14-digit key or number; one that was merged leads to the other."""
    return _shown(services.find(work, address))


@routes.get(f"{ONE}/entries", summary="Wer hat etwas zu dieser Leistung?", returns=Holders)
def list_holders(work: Work, address: str) -> Holders:
    """List the readable entries about a service, by organisation and title."""
    found = catalogue.holders(work, services.find(work, address))
    return Holders(items=[HolderOut(entry=entry_ref(row.entry), version=version_ref(row.shown)) for row in found])


@routes.post("/services", summary="Eine Leistung anlegen (Koordination)", body=NewService, returns=ServiceOut)
def add_service(work: Work, body: NewService) -> Made:
    """Add a service that is in no catalogue."""
    made = services.add(work, body)
    return Made(_shown(made), "read_service", {"address": str(made.id)})


class ChangeService(EditService):
    """Changed values; `If-Match` says what they started from, so that no revision is needed."""

    revision: int = 0
    active: bool = True


@routes.put(ONE, summary="Eine Leistung ändern (Koordination)", body=ChangeService, returns=ServiceOut)
def edit_service(work: Work, address: str, body: ChangeService) -> ServiceOut:
    """Replace what the catalogue says about a service."""
    service = services.find(work, address)
    services.edit(work, service, body.model_copy(update={"revision": body.revision or service.revision}))
    return _shown(service)


@routes.post(
    f"{ONE}/merge", summary="Eine Leistung in einer anderen aufgehen lassen (Koordination)", body=MergeService,
    returns=ServiceOut, status=200, match=ONE,
)  # fmt: skip
def merge_service(work: Work, address: str, body: MergeService) -> ServiceOut:
    """Make the service part of the one that `into` names; entries move there and its address leads there."""
    return _shown(services.merge(work, services.find(work, address), body.into))
