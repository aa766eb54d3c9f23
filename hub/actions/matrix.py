"""One service, five cities: which step is the same, changed, missing or extra in which city, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub import bpmn, documents, policy
from hub.actions import library
from hub.documents import ProcessContent
from hub.errors import NotFound
from hub.shelf import Shelf
from hub.store.entries import Blob, Element, Entry, EntryKind, Version
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.proposals import Deviation
from hub.store.services import Service
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_SIDES = aliased(Entry), aliased(Version)

SAME, CHANGED, MISSING, EXTRA, OPEN = "same", "changed", "missing", "extra", "open"
"""What a cell says; `open` where the models cannot be compared step by step."""

MOST = 12
"""Columns of one matrix."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a model as the matrix needs it."""

    id: str
    name: str
    kind: str
    lane: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How one model differs from another, step by step; plain data."""

    unrelated: bool
    states: Mapping[str, str]
    """Step id in the old model → what became of it."""
    told: Mapping[str, tuple[str, ...]]
    """Step id (old, or new for extras) → German sentences."""
    places: Mapping[str, int]
    """Step id → place of its first change in the list of the comparison."""
    extras: tuple[tuple[Step, str], ...]
    """Steps only the new model has, each with the id of the step in the old model it comes after."""


@dataclass(slots=True)
class Cell:
    """One step in one city."""

    state: str
    told: tuple[str, ...] = ()
    place: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Row:
    """One step across all cities; an extra one belongs to no origin."""

    step: Step
    cells: list[Cell]
    extra: bool = False


@dataclass(slots=True)
class Column:
    """One city's model."""

    entry: Entry
    version: Version
    forked: bool
    """It comes from the origin; otherwise the city has modelled by itself."""
    unrelated: bool = False
    share: int = 0
    """Per cent of all its steps that are the same."""


@dataclass(slots=True)
class Matrix:
    """The steps of an origin by lane, and every city's way."""

    origin: Entry
    version: Version
    columns: list[Column]
    groups: list[tuple[str, list[Row]]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    """Names of the cities of which the reader can read no model of it."""

    @property
    def step_count(self) -> int:
        """Number of rows."""
        return sum(len(rows) for _, rows in self.groups)


_COMPARED: Shelf[tuple[str, str], Compared] = Shelf(300)
_STEPS: Shelf[str, tuple[Step, ...]] = Shelf(100)


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry worth a matrix, with how many others take part."""

    entry: Entry
    forks: int


def offers(work: Work, *, limit: int = 100) -> list[Offer]:
    """Return the readable processes that other entries were forked from, the most forked first."""
    fork, pinned = _SIDES
    counts = (
        select(pinned.entry_id.label("id"), func.count().label("forks"))
        .join(fork, fork.forked_from_id == pinned.id)
        .where(fork.archived_at.is_(None))
        .group_by(pinned.entry_id)
        .subquery()
    )
    query = (
        select(Entry, counts.c.forks)
        .join(counts, counts.c.id == Entry.id)
        .where(policy.read_visible(work.actor), Entry.kind == EntryKind.PROCESS, Entry.archived_at.is_(None))
        .options(lazyload(Entry.tags), lazyload(Entry.legal_bases), joinedload(Entry.head))
        .order_by(counts.c.forks.desc(), Entry.title)
        .limit(limit)
    )
    return [Offer(entry, forks) for entry, forks in work.session.execute(query)]


def reference(work: Work, service_id: int) -> Entry:
    """Return the process of a service to compare with: the most general level, then the oldest; or `NotFound`."""
    query = (
        select(Entry)
        .where(
            Entry.service_id == service_id,
            Entry.kind == EntryKind.PROCESS,
            Entry.archived_at.is_(None),
            policy.read_visible(work.actor),
        )
        .order_by(Entry.nature.desc(), Entry.forked_from_id.is_not(None), Entry.level, Entry.id)
    )
    found = work.session.scalars(query.limit(1)).first()
    if found is None:
        raise NotFound
    return found


def services(work: Work, *, limit: int = 100) -> list[tuple[Service, int]]:
    """Return services that several organisations have modelled, with how many."""
    query = (
        select(Service, func.count(func.distinct(Entry.organisation_id)))
        .join(Entry, Entry.service_id == Service.id)
        .where(policy.read_visible(work.actor), Entry.kind == EntryKind.PROCESS, Entry.archived_at.is_(None))
        .group_by(Service.id)
        .having(func.count(func.distinct(Entry.organisation_id)) > 1)
        .order_by(func.count(func.distinct(Entry.organisation_id)).desc(), Service.name)
        .limit(limit)
    )
    return [(service, count) for service, count in work.session.execute(query)]


def build(work: Work, origin: Entry) -> Matrix:
    """Return the matrix of a process: its family, then who models the same service without being of it."""
    if origin.kind != EntryKind.PROCESS:
        raise NotFound
    version = policy.newest(work.actor, origin)
    if version is None:
        raise NotFound
    columns = _columns(work, origin)
    sources = _sources(work, [version, *(column.version for column in columns)])
    steps = _steps(version.blob_sha256, sources)
    compared = [_compare(version.blob_sha256, column.version.blob_sha256, sources) for column in columns]
    reasons = _reasons(work, columns)
    keys = _keys(work, version)
    found = Matrix(origin, version, columns, without=_without(work, origin, columns))
    rows = {
        step.id: Row(step, [_cell(step, each, reasons[at], keys) for at, each in enumerate(compared)]) for step in steps
    }
    order = list(rows.values())
    for at, each in enumerate(compared):
        _add_extras(order, each, at, len(columns), reasons[at])
    for at, (column, each) in enumerate(zip(columns, compared, strict=True)):
        column.unrelated = each.unrelated
        counted = [row.cells[at].state for row in order if row.cells[at].state]
        column.share = round(100 * counted.count(SAME) / len(counted)) if counted else 0
    for row in order:
        group = next((rows for lane, rows in found.groups if lane == row.step.lane), None)
        if group is None:
            found.groups.append((row.step.lane, group := []))
        group.append(row)
    return found


def _without(work: Work, origin: Entry, columns: list[Column]) -> list[str]:
    taken = {origin.organisation_id, *(column.entry.organisation_id for column in columns)}
    query = (
        select(Organisation.short_name)
        .where(Organisation.kind == OrganisationKind.CITY, Organisation.active, Organisation.id.not_in(taken))
        .order_by(Organisation.short_name)
    )
    return list(work.session.scalars(query))


def _columns(work: Work, origin: Entry) -> list[Column]:
    family = [entry for entry in _flat(library.family(work, origin)) if entry.kind == origin.kind]
    columns = [
        Column(entry, shown, forked=True)
        for entry in family
        if entry.id != origin.id
        and entry.archived_at is None
        and (shown := policy.newest(work.actor, entry)) is not None
    ]
    taken = {origin.organisation_id, *(column.entry.organisation_id for column in columns)}
    if origin.service_id is not None:
        query = (
            select(Entry)
            .where(
                Entry.service_id == origin.service_id,
                Entry.kind == origin.kind,
                Entry.nature == origin.nature,
                Entry.archived_at.is_(None),
                Entry.id.not_in([entry.id for entry in family]),
                policy.read_visible(work.actor),
            )
            .options(lazyload(Entry.tags), lazyload(Entry.legal_bases), joinedload(Entry.head))
            .order_by(Entry.updated_at.desc())
            .limit(50)
        )
        for entry in work.session.scalars(query):
            if entry.organisation_id not in taken and (shown := policy.newest(work.actor, entry)) is not None:
                taken.add(entry.organisation_id)
                columns.append(Column(entry, shown, forked=False))
    return sorted(columns, key=lambda column: (column.entry.organisation.short_name, column.entry.id))[:MOST]


def _flat(node: library.Relative) -> list[Entry]:
    return [node.entry, *(entry for child in node.children for entry in _flat(child))]


def _sources(work: Work, versions: Iterable[Version]) -> dict[str, bytes]:
    query = select(Blob.sha256, Blob.content).where(Blob.sha256.in_({version.blob_sha256 for version in versions}))
    return {row[0]: row[1] for row in work.session.execute(query)}


def _keys(work: Work, version: Version) -> dict[str, str]:
    query = select(Element.bpmn_id, Element.key).where(Element.version_id == version.id)
    return {row[0]: row[1] for row in work.session.execute(query)}


def _reasons(work: Work, columns: Sequence[Column]) -> list[dict[str, str]]:
    """Return for each column: element key → reason of the deviation; the fork's own reason under no key."""
    found: list[dict[str, str]] = [{"": column.entry.fork_reason} for column in columns]
    place = {column.entry.id: at for at, column in enumerate(columns)}
    query = select(Deviation).where(Deviation.entry_id.in_(sorted(place))).order_by(Deviation.id)
    for row in work.session.scalars(query):
        found[place[row.entry_id]][row.element_key or "-"] = row.reason
    return found


def _model(sha256: str, sources: Mapping[str, bytes]) -> bpmn.Model:
    content = documents.read(EntryKind.PROCESS, sources[sha256])
    if not isinstance(content, ProcessContent):
        raise NotFound
    return content.model


def _step(element: bpmn.Element) -> Step:
    above = element.lane or element.pool
    return Step(element.id, element.label or bpmn.type_name(element.type), element.type, above.label if above else "")


def _counts(element: bpmn.Element) -> bool:
    """Whether an element is a step people speak of: nodes, but no gateways without a question."""
    return element.is_node and (bool(element.label) or "Gateway" not in element.type)


def _steps(sha256: str, sources: Mapping[str, bytes]) -> tuple[Step, ...]:
    """Return the steps of a model in the order of the flow."""
    kept = _STEPS.get(sha256)
    if kept is None:
        model = _model(sha256, sources)
        order = [step.element_id for step in bpmn.describe(model).walk()]
        known = [model.by_id[id_] for id_ in order if id_ in model.by_id]
        rest = [node for node in model.nodes if node.id not in set(order)]
        kept = tuple(_step(node) for node in (*known, *rest) if _counts(node))
        _STEPS.put(sha256, kept)
    return kept


def _compare(old: str, new: str, sources: Mapping[str, bytes]) -> Compared:
    kept = _COMPARED.get((old, new))
    if kept is None:
        kept = _compared(_model(old, sources), _model(new, sources)) if old != new else _equal(_steps(old, sources))
        _COMPARED.put((old, new), kept)
    return kept


def _equal(steps: Sequence[Step]) -> Compared:
    return Compared(False, {step.id: SAME for step in steps}, {}, {}, ())


def _compared(old: bpmn.Model, new: bpmn.Model) -> Compared:
    found = bpmn.diff(old, new)
    if found.unrelated:
        return Compared(True, {}, {}, {}, ())
    states = {node.id: SAME if node.id in found.matching.new_of else MISSING for node in old.nodes if _counts(node)}
    told: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for place, change in enumerate(found.changes):
        about = _about(change)
        if about is None or _follows(change, found.matching.new_of):
            continue
        told.setdefault(about, []).append(change.sentence("de"))
        places.setdefault(about, place)
        if states.get(about) == SAME:
            states[about] = CHANGED
    known = {new_id: old_id for old_id, new_id in found.matching.new_of.items()}
    extras = [(_step(node), _after(node, known)) for node in new.nodes if node.id not in known and _counts(node)]
    return Compared(False, states, {key: tuple(rows) for key, rows in told.items()}, places, tuple(extras))


def _about(change: bpmn.Change) -> str | None:
    """Return the step a change is about; connections that come and go with steps are told there."""
    element = change.old if change.old is not None else change.new
    if change.kind == bpmn.ChangeKind.LAYOUT or element is None:
        return None
    if element.is_node:
        return element.id
    if element.source is not None and change.kind not in (bpmn.ChangeKind.ADDED, bpmn.ChangeKind.REMOVED):
        return element.source.id
    return None


def _follows(change: bpmn.Change, new_of: Mapping[str, str]) -> bool:
    """Whether a flow only leads elsewhere because a step came or went, which has a row of its own."""
    if change.kind != bpmn.ChangeKind.RECONNECTED or change.old is None or change.new is None:
        return False
    gone = [end for end in (change.old.source, change.old.target) if end is not None and end.id not in new_of]
    kept = set(new_of.values())
    come = [end for end in (change.new.source, change.new.target) if end is not None and end.id not in kept]
    return bool(gone or come)


def _after(node: bpmn.Element, known: Mapping[str, str]) -> str:
    """Return the id in the old model of the nearest step before `node` that both models have."""
    seen, waiting = {node.id}, [flow.source for flow in node.incoming]
    while waiting:
        at = waiting.pop(0)
        if at is None or at.id in seen:
            continue
        if at.id in known:
            return known[at.id]
        seen.add(at.id)
        waiting += [flow.source for flow in at.incoming]
    return ""


def _cell(step: Step, compared: Compared, reasons: Mapping[str, str], keys: Mapping[str, str]) -> Cell:
    if compared.unrelated:
        return Cell(OPEN)
    state = compared.states.get(step.id, MISSING)
    reason = "" if state == SAME else reasons.get(keys.get(step.id, ""), "") or reasons.get("", "")
    return Cell(state, compared.told.get(step.id, ()), compared.places.get(step.id), reason)


def _add_extras(order: list[Row], compared: Compared, at: int, width: int, reasons: Mapping[str, str]) -> None:
    """Put a city's extra steps into the rows, each after the step it follows; the same one of two cities once."""
    last: dict[str, Row] = {}
    for step, after in compared.extras:
        cell = Cell(EXTRA, compared.told.get(step.id, ()), compared.places.get(step.id), reasons.get("", ""))
        like = next(
            (row for row in order if row.extra and (row.step.name, row.step.lane) == (step.name, step.lane)), None
        )
        if like is None:
            like = Row(step, [Cell("") for _ in range(width)], extra=True)
            before = last.get(after) or next((row for row in order if row.step.id == after and not row.extra), None)
            order.insert(order.index(before) + 1 if before is not None else len(order), like)
        like.cells[at] = cell
        last[after] = like
