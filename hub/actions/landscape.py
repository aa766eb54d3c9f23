"""The landscape: services somebody works on, by Themenfeld and Lage, and which process calls which."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from hub.actions import portfolio, renderings
from hub.store.entries import Element, Entry, Rendering, Version
from hub.store.services import Service
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Place:
    """One service on the map: who works on it and how far the furthest is."""

    service: Service
    city_count: int
    entry_count: int


@dataclass(slots=True)
class Area:
    """One Themenfeld with its Lagen and their services."""

    name: str
    situations: dict[str, list[Place]] = field(default_factory=dict)

    @property
    def service_count(self) -> int:
        """How many services are on the map here."""
        return sum(len(places) for places in self.situations.values())


def areas(work: Work) -> list[Area]:
    """Return the Themenfelder with the services for which somebody has something readable; one query."""
    counted = (
        select(
            Entry.service_id.label("service_id"),
            func.count(Entry.organisation_id.distinct()).label("cities"),
            func.count().label("entries"),
        )
        .where(Entry.service_id.is_not(None), *portfolio.readable(work))
        .group_by(Entry.service_id)
        .subquery()
    )
    title = func.lower(func.coalesce(func.nullif(Service.citizen_name, ""), Service.name))
    query = select(Service, counted.c.cities, counted.c.entries).join(counted, counted.c.service_id == Service.id)
    found: dict[str, Area] = {}
    rows = work.session.execute(query.order_by(Service.field, Service.situation, title))
    for service, city_count, entry_count in rows:
        area = found.setdefault(service.field, Area(service.field))
        area.situations.setdefault(service.situation, []).append(Place(service, city_count, entry_count))
    # What belongs nowhere comes last.
    return sorted(found.values(), key=lambda area: (area.name == "", area.name))


def by_field(work: Work) -> list[tuple[str, int, int]]:
    """Return (Themenfeld, organisation, services it has something for)."""
    query = (
        select(Service.field, Entry.organisation_id, func.count(Service.id.distinct()))
        .join(Service, Service.id == Entry.service_id)
        .where(*portfolio.readable(work))
        .group_by(Service.field, Entry.organisation_id)
    )
    return [(row[0], row[1], row[2]) for row in work.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Call:
    """A process calls another one; `callees` are the readable entries that hold it, none if there is none here."""

    caller: Entry
    activity: str
    called: str
    callees: Sequence[Entry]


def calls(work: Work, *, limit: int = 500) -> list[Call]:
    """Return the calls in readable processes, by caller; three queries."""
    query = (
        select(Entry.id, Rendering.content)
        .join(Version, portfolio.is_shown(work))
        .join(Rendering, Rendering.sha256 == Version.blob_sha256)
        .where(
            Rendering.kind == "calls",
            Rendering.renderer == renderings.RENDERER,
            Rendering.content.not_like('{"calls": []%'),
            *portfolio.readable(work),
        )
        .order_by(Entry.title, Entry.id)
        .limit(limit)
    )
    rows = [
        (row.id, activity, called.rpartition(":")[2])
        for row in work.session.execute(query)
        for _element, activity, called in json.loads(row.content).get("calls", [])
    ]
    holders: dict[str, list[int]] = {}
    wanted = sorted({called for _caller, _activity, called in rows})
    if wanted:
        held = (
            select(Element.bpmn_id, Entry.id)
            .join(Version, Version.id == Element.version_id)
            .join(Entry, portfolio.is_shown(work))
            .where(Element.bpmn_id.in_(wanted[:900]), *portfolio.readable(work))
            .where(Element.kind == "process")
        )
        for process, key in work.session.execute(held):
            holders.setdefault(process, []).append(key)
    known = _entries(work, {caller for caller, *_rest in rows} | {key for keys in holders.values() for key in keys})
    return [
        Call(known[caller], activity, called, _nearest(known[caller], [known[key] for key in holders.get(called, [])]))
        for caller, activity, called in rows
    ]


def _nearest(caller: Entry, callees: list[Entry]) -> list[Entry]:
    """Return the callee of the caller's own organisation if there is one; forks elsewhere hold the same process."""
    own = [entry for entry in callees if entry.organisation_id == caller.organisation_id]
    return own or sorted(callees, key=lambda entry: entry.id)


def _entries(work: Work, ids: set[int]) -> dict[int, Entry]:
    options = (joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases))
    query = select(Entry).where(Entry.id.in_(sorted(ids))).options(*options)
    return {entry.id: entry for entry in work.session.scalars(query)}
