"""Local values: slots that a shared model or design names, and what each city fills in, without a fork.

The file is never touched; whoever reads it gets the values of one city put in. Where a fork does not describe a slot
itself, the description and values of its origin count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub import design, documents, policy
from hub.actions import entries, library, renderings
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.local_values import DefineSlot, FillSlot
from hub.policy import WRITERS
from hub.policy import local_values as rights
from hub.shelf import Shelf
from hub.store.entries import Entry, EntryKind, Version
from hub.store.local_values import LocalValue, Slot, SlotKind
from hub.store.organisations import Organisation
from hub.text import sheets, slots
from hub.work import Work

_BERLIN = ZoneInfo("Europe/Berlin")
_DEEPEST = 20
"""Forks of forks that are followed to find a slot's description."""
RAW = "raw"
"""Asks for the text as it is, with its placeholders."""


def today(work: Work) -> date:
    """Return the day in Germany on which the deed happens."""
    return work.now.astimezone(_BERLIN).date()


_NAMED: Shelf[str, tuple[str, ...]] = Shelf(2000)
"""Digest of a design → its slots; most have none, and none ever changes."""


def named(work: Work, shown: Version) -> list[str]:
    """Return the names of the slots in a version, in the order they come."""
    if shown.entry.kind == EntryKind.PROCESS:
        return list(renderings.facts(work, shown.blob_sha256).slots)
    found = _NAMED.get(shown.blob_sha256)
    if found is None:
        source = entries.source(work, shown)
        found = tuple(slots.names(source.decode("utf-8", "replace"))) if b"{{" in source else ()
        _NAMED.put(shown.blob_sha256, found)
    return list(found)


def described(work: Work, entry: Entry) -> dict[str, Slot]:
    """Return name → slot as this entry or, where it says nothing, one of its readable origins describes it."""
    found: dict[str, Slot] = {}
    here: Entry | None = entry
    seen: set[int] = set()
    while here is not None and here.id not in seen and len(seen) < _DEEPEST:
        seen.add(here.id)
        rows = work.session.scalars(select(Slot).where(Slot.entry_id == here.id).order_by(Slot.id))
        for row in rows:
            found.setdefault(row.name, row)
        origin = work.session.get(Version, here.forked_from_id) if here.forked_from_id else None
        here = work.session.get(Entry, origin.entry_id) if origin is not None else None
        if here is not None and not policy.read(work.actor, here):
            here = None
    return found


def define(work: Work, entry: Entry, given: DefineSlot) -> Slot:
    """Describe a slot; raises `Conflict("slot_moved_on")` if somebody else described it meanwhile."""
    work.require(rights.define_slots, entry)
    entries.lock(work, entry)
    row = work.session.scalar(select(Slot).where(Slot.entry_id == entry.id, Slot.name == given.name))
    if (row.revision if row is not None else 0) != given.revision:
        raise Conflict("slot_moved_on")
    if given.standard and (wrong := _wrong(SlotKind(given.kind), given.standard)):
        raise Invalid(standard=wrong)
    if row is None:
        row = Slot(entry_id=entry.id, name=given.name, revision=0)
        work.session.add(row)
    for name in ("kind", "label", "description", "standard", "unit", "required"):
        setattr(row, name, getattr(given, name))
    row.revision += 1
    row.author_id = work.actor.user_id
    row.updated_at = work.now
    work.session.flush()
    work.record("slot.described", entry, title=entry.title, slot=row.name, label=row.label)
    return row


def fill(work: Work, entry: Entry, given: FillSlot) -> LocalValue:
    """Fill a city's value into a slot, as a new row behind the old ones.

    Raises `Conflict("value_moved_on")` if a colleague filled it in meanwhile, `Invalid` for a value that does not fit.
    """
    organisation = work.session.scalar(select(Organisation).where(Organisation.slug == given.organisation))
    if organisation is None:
        raise NotFound
    work.require(rights.fill_slots, entry, organisation)
    slot = described(work, entry).get(given.slot)
    if slot is None:
        raise NotFound
    entries.lock(work, slot.entry)
    newest = work.session.scalar(
        select(func.max(LocalValue.sequence)).where(
            LocalValue.slot_id == slot.id, LocalValue.organisation_id == organisation.id
        )
    )
    if (newest or 0) != given.seen:
        raise Conflict("value_moved_on")
    if given.value and (wrong := _wrong(SlotKind(slot.kind), given.value)):
        raise Invalid(value=wrong)
    row = LocalValue(
        slot_id=slot.id,
        organisation_id=organisation.id,
        sequence=(newest or 0) + 1,
        value=given.value,
        valid_from=given.valid_from,
        legal_basis=given.legal_basis,
        author_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record("slot.filled", entry, title=entry.title, slot=slot.name, label=slot.label, city=organisation.short_name)
    return row


def _wrong(kind: SlotKind, value: str) -> str:
    return "slot_fee" if kind == SlotKind.FEE and design.money(value) is None else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A city's value of a slot: what holds today, and what comes."""

    current: LocalValue | None = None
    coming: LocalValue | None = None
    sequence: int = 0
    """Of the newest row, for the form."""

    @property
    def text(self) -> str:
        """What holds today; empty if nothing does."""
        return self.current.value if self.current is not None else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One slot with the values of all cities; `slot` is None while nobody has described it."""

    name: str
    slot: Slot | None
    cells: Mapping[int, Cell] = field(default_factory=dict)
    """Organisation → value."""

    def text(self, organisation_id: int | None) -> str:
        """Return what stands there for a city: its value, else the standard; empty without either."""
        cell = self.cells.get(organisation_id) if organisation_id is not None else None
        return (cell.text if cell else "") or (self.slot.standard if self.slot else "")


def lines(work: Work, entry: Entry, shown: Version) -> list[Line]:
    """Return the slots of a version and those described for the entry, with all cities' values."""
    known = described(work, entry)
    wanted = list(
        dict.fromkeys([*named(work, shown), *(name for name, slot in known.items() if slot.entry_id == entry.id)])
    )
    cells = _cells(work, [known[name].id for name in wanted if name in known])
    return [Line(name, known.get(name), cells.get(known[name].id, {}) if name in known else {}) for name in wanted]


def _cells(work: Work, slot_ids: Sequence[int]) -> dict[int, dict[int, Cell]]:
    """Return slot → organisation → value. Of those that hold today, the one that holds from the latest day counts."""
    day = today(work)
    result: dict[int, dict[int, Cell]] = {}
    if not slot_ids:
        return result
    query = select(LocalValue).where(LocalValue.slot_id.in_(slot_ids)).options(joinedload(LocalValue.author))
    for row in work.session.scalars(query.order_by(LocalValue.sequence)):
        cells = result.setdefault(row.slot_id, {})
        cell = cells.get(row.organisation_id, Cell())
        current, coming = cell.current, cell.coming
        if row.valid_from is not None and row.valid_from > day:
            coming = (
                row if coming is None or _start(row) <= _start(coming) or row.sequence > coming.sequence else coming
            )
        elif current is None or _start(row) >= _start(current):
            current = row
        cells[row.organisation_id] = Cell(current, coming, row.sequence)
    return result


def _start(row: LocalValue) -> date:
    return row.valid_from or date.min


def history(work: Work, slot: Slot, organisation: Organisation) -> list[LocalValue]:
    """Return all values a city ever filled in, newest first."""
    query = select(LocalValue).where(LocalValue.slot_id == slot.id, LocalValue.organisation_id == organisation.id)
    return list(work.session.scalars(query.options(joinedload(LocalValue.author)).order_by(LocalValue.sequence.desc())))


@dataclass(frozen=True, slots=True)
class Filling:
    """One city's values for a version; empty for a text without slots."""

    lines: Sequence[Line] = ()
    organisation: Organisation | None = None
    """Whose values are shown; None for the text as it is."""
    choices: Sequence[Organisation] = ()

    @property
    def values(self) -> dict[str, str]:
        """Name → text, for everything that has one; empty for the raw text."""
        if self.organisation is None:
            return {}
        found = {row.name: _with_unit(row, row.text(self.organisation.id)) for row in self.lines}
        return {name: text for name, text in found.items() if text}

    @property
    def shown(self) -> dict[str, slots.Shown]:
        """Name → what a page shows, with a word on what it is and whose."""
        city = self.organisation.short_name if self.organisation is not None else ""
        values = self.values
        return {
            row.name: slots.Shown(
                values.get(row.name, ""),
                f"{row.slot.label if row.slot else row.name}{f' – {city}' if city and values.get(row.name) else ''}",
            )
            for row in self.lines
        }

    @property
    def missing(self) -> list[Line]:
        """Required slots without a value for the chosen city."""
        values = self.values
        wanted = self.lines if self.organisation is not None else ()
        return [row for row in wanted if row.slot is not None and row.slot.required and row.name not in values]


def _with_unit(row: Line, text: str) -> str:
    unit = row.slot.unit if row.slot is not None else ""
    return f"{text}\u00a0{unit}" if text and unit and not text.endswith(unit) else text


def filling(work: Work, entry: Entry, shown: Version, wanted: str = "") -> Filling:
    """Return the values to show: of the organisation `wanted` names, else of one's own city, else of the owner's.

    `RAW` shows the text as it is.
    """
    if not named(work, shown):
        return Filling()
    rows = lines(work, entry, shown)
    cities = _cities(work, entry)
    if wanted == RAW:
        return Filling(rows, None, cities)
    own = next((row for row in cities if row.id in work.actor.organisation_ids), None)
    chosen = next((row for row in cities if row.slug == wanted), None) or own or entry.organisation
    return Filling(rows, chosen, cities)


def _cities(work: Work, entry: Entry) -> list[Organisation]:
    """Return the organisations whose values can be shown: the cooperation, and the owner in any case."""
    found = [row for row in library.organisations(work, cooperating=True) if row.kind == "city"]
    return found if any(row.id == entry.organisation_id for row in found) else [*found, entry.organisation]


def table(work: Work, entry: Entry, shown: Version) -> tuple[list[Line], list[Organisation]]:
    """Return all slots and all cities, for the table side by side."""
    return lines(work, entry, shown), _cities(work, entry)


def write_csv(rows: Iterable[Line], cities: Sequence[Organisation]) -> bytes:
    """Return the table as CSV (semicolons, UTF-8 with a mark, as German office programs open it)."""
    table = [["Platzhalter", "Bezeichnung", "Einheit", "Standard", *(row.short_name for row in cities)]]
    for row in rows:
        slot = row.slot
        facts = [row.name, slot.label, slot.unit, slot.standard] if slot is not None else [row.name, "", "", ""]
        values = [row.cells[city.id].text if city.id in row.cells else "" for city in cities]
        table.append([*facts, *values])
    return sheets.to_csv(table)


def filled_source(work: Work, entry: Entry, shown: Version, values: Mapping[str, str]) -> bytes:
    """Return a version's file with values put in; the stored file stays as it is."""
    source = entries.source(work, shown)
    if not values or b"{{" not in source:
        return source
    if entry.kind == "process":
        return slots.fill_xml(source, values)
    return slots.fill(source.decode("utf-8"), values).encode("utf-8")


def filled(work: Work, entry: Entry, shown: Version, values: Mapping[str, str]) -> documents.Content:
    """Return a version's content with values put in."""
    return documents.read(entry.kind, filled_source(work, entry, shown, values))


def waiting(work: Work) -> list[Waiting]:
    """Return entries whose required slots lack a value of a city that owns them or has begun to fill them in."""
    result = []
    for organisation_id in work.actor.organisation_ids:
        if not work.actor.has(WRITERS, organisation_id):
            continue
        begun = select(Slot.entry_id).join(LocalValue).where(LocalValue.organisation_id == organisation_id)
        owned = select(Entry.id).where(Entry.organisation_id == organisation_id)
        query = (
            select(Slot)
            .join(Entry, Entry.id == Slot.entry_id)
            .where(Slot.required, Slot.standard == "", Entry.archived_at.is_(None), policy.read_visible(work.actor))
            .where(Slot.entry_id.in_(begun) | Slot.entry_id.in_(owned))
            .options(joinedload(Slot.entry))
            .order_by(Slot.entry_id, Slot.id)
        )
        found = list(work.session.scalars(query))
        cells = _cells(work, [slot.id for slot in found])
        lacking: dict[int, list[Slot]] = {}
        for slot in found:
            if not cells.get(slot.id, {}).get(organisation_id, Cell()).text:
                lacking.setdefault(slot.entry_id, []).append(slot)
        result += [
            Waiting(
                "slot.missing",
                rows[0].entry,
                max(row.updated_at for row in rows),
                ("local_values.show", {}),
                detail=", ".join(row.label for row in rows),
            )
            for rows in lacking.values()
        ]
    return result
