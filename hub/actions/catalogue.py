"""Looking through the catalogue of services: lists, topics, and who has something for a service."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, lazyload

from hub import catalogue, policy
from hub.actions import services
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.services import Service
from hub.work import Work

PAGE = 40
_TITLE = func.coalesce(func.nullif(Service.citizen_name, ""), Service.name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the catalogue; empty means all."""

    text: str = ""
    field: str = ""
    situation: str = ""
    bundle: str = ""
    """OZG-ID."""
    type: str = ""
    used: bool = False
    """Only services somebody has something for, as far as the actor may read it."""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One service of a list, with how many entries about it the actor may read."""

    service: Service
    entry_count: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the catalogue; `total` counts all that match."""

    rows: Sequence[Listed]
    total: int
    page: int
    page_count: int


def readable(work: Work) -> list[ColumnElement[bool]]:
    """Return the conditions for entries that count: readable for the actor, and not archived."""
    return [policy.read_visible(work.actor), Entry.archived_at.is_(None), Entry.service_id.is_not(None)]


def _counted(work: Work) -> Subquery:
    query = select(Entry.service_id.label("service_id"), func.count().label("entries")).where(*readable(work))
    return query.group_by(Entry.service_id).subquery()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Service.active.is_(True)]
    if wanted.text.strip():
        found.append(services.matching(wanted.text))
    for column, value in (
        (Service.field, wanted.field),
        (Service.situation, wanted.situation),
        (Service.ozg_id, wanted.bundle),
    ):
        if value:
            found.append(column == value)
    if wanted.type:
        # „2/3“ is also found among the types of a service with several, such as „1, 2/3“.
        found.append(or_(Service.type == wanted.type, (", " + Service.type + ", ").contains(f", {wanted.type}, ")))
    return found


def browse(work: Work, wanted: Wanted) -> Shelf:
    """Return a page of the services that match; two queries."""
    counted = _counted(work)
    conditions = _conditions(wanted)
    query = select(Service, func.coalesce(counted.c.entries, 0))
    query = query.join(counted, counted.c.service_id == Service.id, isouter=not wanted.used).where(*conditions)
    count = select(func.count()).select_from(Service)
    if wanted.used:
        count = count.join(counted, counted.c.service_id == Service.id)
    total = work.session.scalar(count.where(*conditions)) or 0
    page_count = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), page_count)
    order = services.best_first(wanted.text) if wanted.text.strip() else (func.lower(_TITLE), Service.id)
    rows = work.session.execute(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE))
    return Shelf([Listed(service, number) for service, number in rows], total, page, page_count)


def in_order(work: Work, wanted: Wanted, *, after_id: int, limit: int) -> list[Service]:
    """Return the services that match by id from `after_id` on; `used` and `page` do not count."""
    query = select(Service).where(Service.id > after_id, *_conditions(wanted))
    return list(work.session.scalars(query.order_by(Service.id).limit(limit)))


@dataclass(frozen=True, slots=True)
class Topic:
    """One step of the hierarchy: its name, how many services it holds, for how many of them somebody has something."""

    name: str
    key: str
    """What its address says: the name, or for a bundle the OZG-ID."""
    service_count: int
    used_count: int
    entry_count: int


def topics(work: Work, *, field: str = "", situation: str = "") -> list[Topic]:
    """Return the Themenfelder; with `field` its Lagen, with both the OZG-Leistungen there. One query."""
    counted = _counted(work)
    name: InstrumentedAttribute[str] = Service.field
    key: InstrumentedAttribute[str] = Service.field
    conditions: list[ColumnElement[bool]] = [Service.active.is_(True)]
    if field:
        conditions.append(Service.field == field)
        name = key = Service.situation
    if field and situation:
        conditions.append(Service.situation == situation)
        name, key = Service.ozg_name, Service.ozg_id
    query = (
        select(name, key, func.count(Service.id), func.count(counted.c.entries), func.sum(counted.c.entries))
        .join(counted, counted.c.service_id == Service.id, isouter=True)
        .where(*conditions)
        .group_by(name, key)
        .order_by(name)
    )
    return [Topic(row[0], row[1], row[2], row[3], int(row[4] or 0)) for row in work.session.execute(query)]


def choices(work: Work) -> dict[str, list[str]]:
    """Return the values there are to filter by: `field`, `situation`, `type`."""
    found: dict[str, list[str]] = {}
    for name, column in (("field", Service.field), ("situation", Service.situation)):
        query = select(column).where(Service.active, column != "").distinct().order_by(column)
        found[name] = list(work.session.scalars(query))
    kinds = set(work.session.scalars(select(Service.type).where(Service.active, Service.type != "").distinct()))
    single = {one for kind in kinds for one in kind.split(", ")}
    found["type"] = [kind for kind in catalogue.TYPES if kind in single]
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """One entry about a service, with the version the actor would read."""

    entry: Entry
    shown: Version


def holders(work: Work, service: Service) -> list[Held]:
    """Return the readable entries about a service, by organisation and title."""
    query = (
        select(Entry)
        .join(Organisation, Organisation.id == Entry.organisation_id)
        .where(Entry.service_id == service.id, *readable(work))
        .options(joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .order_by(Organisation.short_name, func.lower(Entry.title), Entry.id)
    )
    found: list[Held] = []
    for entry in work.session.scalars(query):
        shown = policy.newest(work.actor, entry)
        if shown is not None:
            found.append(Held(entry, shown))
    return found


def object_name(work: Work, service: Service) -> str:
    """Return what the catalogue calls the object of a service's key; empty if it is not there."""
    if not service.key:
        return ""
    return work.session.scalar(select(Service.name).where(Service.key == catalogue.object_key(service.key))) or ""


def neighbours(work: Work, service: Service, *, limit: int = 12) -> Sequence[Service]:
    """Return other services of the same bundle, for „siehe auch“."""
    if not service.ozg_id:
        return []
    query = select(Service).where(Service.active, Service.ozg_id == service.ozg_id, Service.id != service.id)
    return work.session.scalars(query.order_by(func.lower(_TITLE)).limit(limit)).all()
