"""The portfolio: which city has what for which service, how far it is, and how that changes over time.

Every number counts only what the reader may read, in the version the reader would see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Case, ColumnElement, Select, and_, case, extract, func, or_, select

from hub import policy
from hub.actions import services
from hub.store.entries import Entry, Nature, Version, VersionState
from hub.store.findings import MediaFinding, MediaNumbers, Standing
from hub.store.maturity import MaturityLevel, MaturityRating
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.services import Service
from hub.work import Work

PAGE = 50
MONTHS = 24
STATES = ("draft", "review", "released", "published")
"""How far an entry is, from near to far; both reviews count as one."""
_PUBLIC = (VersionState.PUBLISHED, VersionState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the portfolio; empty means all."""

    text: str = ""
    field: str = ""
    state: str = ""
    media: str = ""
    """A `Standing`: only services for which somebody has a version with that status."""
    page: int = 1


@dataclass(slots=True)
class Cell:
    """What one city has for one service."""

    entry_count: int = 0
    state: str = ""
    open_breaks: dict[str, int] = field(default_factory=dict)
    """Nature (`ist`, `soll` or empty) → fewest open media breaks of a version of that nature."""
    free: bool = False
    """Whether a person confirmed one version as free of media breaks."""
    maturity: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Scale → (highest as-is level, its target); scales are never mixed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One service with the cells of the cities, in their order; None where a city has nothing."""

    service: Service
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One page of the portfolio."""

    cities: Sequence[Organisation]
    lines: Sequence[Line]
    total: int
    page: int
    page_count: int


def shown_version(work: Work) -> Case[Any]:
    """Return the id of the version of an entry that the reader would see: the newest, or the published one."""
    return case((policy.read_drafts_visible(work.actor), Entry.head_id), else_=Entry.published_id)


def is_shown(work: Work) -> ColumnElement[bool]:
    """Return whether a version is the one of its entry that the reader would see.

    The entry is named too, so that a database may begin with the versions: without it SQLite went through all
    entries for each of them, for minutes.
    """
    return and_(Version.entry_id == Entry.id, Version.id == shown_version(work))


def state_of(version_state: ColumnElement[Any]) -> Case[Any]:
    """Return a version's state as one of `STATES`."""
    return case(
        (version_state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED]), "published"),
        (version_state == VersionState.RELEASED, "released"),
        (version_state.in_([VersionState.REVIEW_METHOD, VersionState.REVIEW_EXPERT]), "review"),
        else_="draft",
    )


def readable(work: Work) -> list[ColumnElement[bool]]:
    """Return the conditions for entries that count in a picture."""
    return [policy.read_visible(work.actor), Entry.archived_at.is_(None)]


def cities(work: Work) -> Sequence[Organisation]:
    """Return the cities, and the IKZ office, in the order of columns."""
    kinds = [OrganisationKind.CITY, OrganisationKind.IKZ]
    query = select(Organisation).where(Organisation.active, Organisation.kind.in_(kinds))
    return work.session.scalars(query.order_by(Organisation.kind, Organisation.short_name)).all()


def _used(work: Work, wanted: Wanted) -> Select[Any]:
    """Return the ids of services that an entry with the wanted state and status is about."""
    query = select(Entry.service_id).join(Version, is_shown(work)).where(*readable(work))
    if wanted.state:
        query = query.where(state_of(Version.state.expression) == wanted.state)
    if wanted.media:
        query = query.join(MediaNumbers, MediaNumbers.version_id == Version.id)
        query = query.where(MediaNumbers.status == wanted.media)
    return query.where(Entry.service_id.is_not(None))


def show(work: Work, wanted: Wanted, *, size: int = PAGE) -> Portfolio:
    """Return a page of services × cities; four queries, whatever its size."""
    conditions: list[ColumnElement[bool]] = [Service.id.in_(_used(work, wanted))]
    if wanted.field:
        conditions.append(Service.field == wanted.field)
    if wanted.text.strip():
        conditions.append(services.matching(wanted.text))
    total = work.session.scalar(select(func.count()).select_from(Service).where(*conditions)) or 0
    page_count = max(1, -(-total // size))
    page = min(max(1, wanted.page), page_count)
    title = func.lower(func.coalesce(func.nullif(Service.citizen_name, ""), Service.name))
    query = select(Service).where(*conditions).order_by(title, Service.id).limit(size).offset((page - 1) * size)
    found = work.session.scalars(query).all()
    columns = cities(work)
    cells = _cells(work, [row.id for row in found])
    lines = [Line(row, [cells.get((row.id, city.id)) for city in columns]) for row in found]
    return Portfolio(columns, lines, total, page, page_count)


def _cells(work: Work, service_ids: Sequence[int]) -> dict[tuple[int, int], Cell]:
    """Return (service, organisation) → what there is."""
    state = state_of(Version.state.expression)
    query = (
        select(
            Entry.service_id, Entry.organisation_id, Entry.nature, state, MediaNumbers.status,
            MediaNumbers.open_high + MediaNumbers.open_medium, MaturityLevel.scale, MaturityLevel.actual,
            MaturityLevel.target, Entry.id,
        )
        .join(Version, is_shown(work))
        .outerjoin(MediaNumbers, MediaNumbers.version_id == Version.id)
        .outerjoin(MaturityLevel, and_(MaturityLevel.entry_id == Entry.id, _rating_readable(work)))
        .where(Entry.service_id.in_(service_ids), *readable(work))
    )  # fmt: skip
    cells: dict[tuple[int, int], Cell] = {}
    counted: set[int] = set()
    for service_id, organisation_id, nature, state_word, status, breaks, scale, actual, target, key in (
        work.session.execute(query)
    ):  # fmt: skip
        cell = cells.setdefault((service_id, organisation_id), Cell())
        if scale is not None and (actual or 0) >= (cell.maturity.get(scale, (0, None))[0] or 0):
            cell.maturity[scale] = (actual, target)
        if key in counted:  # the second row of an entry is its other scale
            continue
        counted.add(key)
        cell.entry_count += 1
        if not cell.state or STATES.index(state_word) > STATES.index(cell.state):
            cell.state = state_word
        if breaks is not None:
            cell.open_breaks[nature] = min(breaks, cell.open_breaks.get(nature, breaks))
        cell.free = cell.free or status == Standing.FREE
    return cells


def _rating_readable(work: Work) -> ColumnElement[bool]:
    """Return whether the reader may see the version that was rated."""
    rated = select(MaturityRating.id).join(Version, Version.id == MaturityRating.version_id)
    public = MaturityLevel.rating_id.in_(rated.where(Version.state.in_(_PUBLIC)))
    return or_(policy.read_drafts_visible(work.actor), public)


def by_state(work: Work) -> list[tuple[int, str, int]]:
    """Return (organisation, state, entries); all readable entries, with or without a service."""
    state = state_of(Version.state.expression).label("state")
    query = select(Entry.organisation_id, state, func.count()).join(Version, is_shown(work))
    rows = work.session.execute(query.where(*readable(work)).group_by(Entry.organisation_id, state))
    return [(row[0], row[1], row[2]) for row in rows]


def by_rule(work: Work) -> list[tuple[str, int, int]]:
    """Return (rule, organisation, media breaks found of severity H or M in the versions shown)."""
    query = (
        select(MediaFinding.rule, Entry.organisation_id, func.count())
        .join(Version, Version.id == MediaFinding.version_id)
        .join(Entry, and_(Entry.id == Version.entry_id, shown_version(work) == Version.id))
        .where(MediaFinding.severity.in_(["H", "M"]), *readable(work))
        .group_by(MediaFinding.rule, Entry.organisation_id)
    )
    return [(row[0], row[1], row[2]) for row in work.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Share:
    """How one city stands; each share is 0 to 1, None where nothing can be counted."""

    organisation_id: int
    entry_count: int
    service_count: int
    published: float | None
    """Of its entries."""
    unbroken: float | None
    """Processes without an open media break, of those that were analysed."""
    automated: float | None
    """Typed tasks that a system does, of all typed tasks."""


def shares(work: Work) -> list[Share]:
    """Return how the cities stand; one query."""
    published = func.sum(case((state_of(Version.state.expression) == "published", 1), else_=0))
    open_breaks = MediaNumbers.open_high + MediaNumbers.open_medium
    query = (
        select(
            Entry.organisation_id, func.count(), func.count(Entry.service_id.distinct()), published,
            func.count(MediaNumbers.version_id), func.sum(case((open_breaks == 0, 1), else_=0)),
            func.sum(MediaNumbers.tasks), func.sum(MediaNumbers.automated_tasks),
        )
        .join(Version, is_shown(work))
        .outerjoin(MediaNumbers, and_(MediaNumbers.version_id == Version.id, MediaNumbers.of_version_id.is_(None)))
        .where(*readable(work))
        .group_by(Entry.organisation_id)
    )  # fmt: skip
    return [
        Share(key, entries, served, _share(done, entries), _share(free, analysed), _share(automated, tasks))
        for key, entries, served, done, analysed, free, tasks, automated in work.session.execute(query)
    ]


def _share(part: int | None, whole: int | None) -> float | None:
    return (part or 0) / whole if whole else None


@dataclass(frozen=True, slots=True)
class Month:
    """What came about in one month, and what there was at its end."""

    year: int
    month: int
    versions: int
    released: int
    digital_services: int
    """Services with a process or design confirmed as free of media breaks, by the end of the month."""

    @property
    def name(self) -> str:
        """The month as `03/2026`."""
        return f"{self.month:02}/{self.year}"


def months(work: Work) -> list[Month]:
    """Return the last months with anything in them, oldest first, without gaps; three queries."""
    visible = or_(policy.read_drafts_visible(work.actor), Version.state.in_(_PUBLIC))
    made = _by_month(work, Version.created_at.expression, func.count(), visible)
    done = Version.state.in_([VersionState.RELEASED, *_PUBLIC])
    released = _by_month(work, Version.created_at.expression, func.count(), and_(visible, done))
    first: dict[int, tuple[int, int]] = {}
    query = (
        select(Entry.service_id, func.min(MediaNumbers.confirmed_at))
        .join(Version, Version.id == MediaNumbers.version_id)
        .join(Entry, and_(Entry.id == Version.entry_id, shown_version(work) == Version.id))
        .where(MediaNumbers.status == Standing.FREE, Entry.service_id.is_not(None), *readable(work))
        .group_by(Entry.service_id)
    )
    for service_id, at in work.session.execute(query):
        if service_id is not None and at is not None:
            first[service_id] = (at.year, at.month)
    return _without_gaps(work.now, made, released, list(first.values()))


def _by_month(
    work: Work, column: ColumnElement[Any], number: ColumnElement[Any], condition: ColumnElement[bool]
) -> dict[tuple[int, int], int]:
    year, month = extract("year", column).label("year"), extract("month", column).label("month")
    query = select(year, month, number).join(Entry, Entry.id == Version.entry_id).where(condition, *readable(work))
    rows = work.session.execute(query.group_by(year, month))
    return {(int(row[0]), int(row[1])): row[2] for row in rows}


def _without_gaps(
    now: datetime,
    made: Mapping[tuple[int, int], int],
    released: Mapping[tuple[int, int], int],
    confirmed: Sequence[tuple[int, int]],
) -> list[Month]:
    if not made:
        return []
    last = (now.year, now.month)
    at = max(min(*made, last), _minus(last, MONTHS - 1))
    found = []
    while at <= last:
        digital = sum(1 for month in confirmed if month <= at)
        found.append(Month(*at, made.get(at, 0), released.get(at, 0), digital))
        at = (at[0] + at[1] // 12, at[1] % 12 + 1)
    return found


def _minus(at: tuple[int, int], months: int) -> tuple[int, int]:
    number = at[0] * 12 + at[1] - 1 - months
    return number // 12, number % 12 + 1


NATURES = (Nature.IST, Nature.SOLL, Nature.NONE)
"""The order in which a cell names its media breaks."""
