"""Local values: the slots of a shared model or design, and what each city fills in without a fork."""

from datetime import date, datetime

from hub.actions import entries, local_values
from hub.actions.local_values import Cell, Line
from hub.api.contract import File, Made, Output, Routes
from hub.api.shapes import PersonOut, address_of, person
from hub.errors import NotFound
from hub.inputs import Input
from hub.inputs import Line as Text
from hub.inputs.local_values import ChangeSlot, ChangeValue, DefineSlot, FillSlot
from hub.store.entries import Entry, EntryKind
from hub.store.local_values import LocalValue, Slot, SlotKind
from hub.store.organisations import Organisation
from hub.work import Work

routes = Routes("Örtliche Werte")
ENTRY = "/entries/<city>/<slug>"
SLOTS = f"{ENTRY}/slots"
SLOT = f"{SLOTS}/<slot>"
VALUE = f"{SLOT}/values/<organisation>"


class SlotOut(Output):
    """A place in the text, such as `{{gebuehr}}`, and what belongs there."""

    name: str
    kind: SlotKind
    label: str
    description: str
    standard: str
    """What holds where a city has filled in nothing."""
    unit: str
    required: bool
    inherited: bool
    """Described at the origin of the fork, not here."""
    revision: int


class CellOut(Output):
    """What holds in a city today, and what comes."""

    organisation: str
    value: str
    valid_from: date | None
    legal_basis: str
    coming: str
    coming_from: date | None


class SlotLine(Output):
    """A slot of the version shown; `slot` is null while nobody has described it."""

    name: str
    slot: SlotOut | None
    values: list[CellOut]
    """Of the cities that have filled something in."""


class SlotTable(Output):
    """All slots with the values of all cities."""

    items: list[SlotLine]


class ValueRow(Output):
    """One value a city once filled in."""

    sequence: int
    value: str
    valid_from: date | None
    legal_basis: str
    author: PersonOut | None
    created_at: datetime


class ValueOut(Output):
    """A city's value of a slot: what holds, and everything that was ever filled in, newest first."""

    slot: str
    current: CellOut
    history: list[ValueRow]


class OfCity(Input):
    """Whose values; one's own city's or the owner's without it, `raw` for the text with its placeholders."""

    values: Text = ""


def _slot(row: Slot, entry: Entry) -> SlotOut:
    return SlotOut(
        name=row.name,
        kind=SlotKind(row.kind),
        label=row.label,
        description=row.description,
        standard=row.standard,
        unit=row.unit,
        required=row.required,
        inherited=row.entry_id != entry.id,
        revision=row.revision,
    )


def _cell(organisation: Organisation, cell: Cell) -> CellOut:
    now, coming = cell.current, cell.coming
    return CellOut(
        organisation=organisation.slug,
        value=cell.text,
        valid_from=now.valid_from if now is not None else None,
        legal_basis=now.legal_basis if now is not None else "",
        coming=coming.value if coming is not None else "",
        coming_from=coming.valid_from if coming is not None else None,
    )


def _line(row: Line, entry: Entry, cities: list[Organisation]) -> SlotLine:
    return SlotLine(
        name=row.name,
        slot=None if row.slot is None else _slot(row.slot, entry),
        values=[_cell(city, row.cells[city.id]) for city in cities if city.id in row.cells],
    )


def _find(work: Work, city: str, slug: str, name: str) -> tuple[Entry, Line, list[Organisation]]:
    """Return an entry, one of its slots, and the cities; raises `NotFound`."""
    entry = entries.find(work, city, slug)
    rows, cities = local_values.table(work, entry, entries.current(work, entry))
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise NotFound
    return entry, found, cities


@routes.get(SLOTS, summary="Platzhalter und Werte aller Städte lesen", returns=SlotTable)
def read_slots(work: Work, city: str, slug: str) -> SlotTable:
    """Return the slots of the version shown, with what the cities filled in."""
    entry = entries.find(work, city, slug)
    rows, cities = local_values.table(work, entry, entries.current(work, entry))
    return SlotTable(items=[_line(row, entry, cities) for row in rows])


@routes.get(SLOT, summary="Einen Platzhalter lesen", returns=SlotLine)
def read_slot(work: Work, city: str, slug: str, slot: str) -> SlotLine:
    """Return one slot with what the cities filled in."""
    entry, found, cities = _find(work, city, slug, slot)
    return _line(found, entry, cities)


@routes.post(SLOTS, summary="Einen Platzhalter beschreiben", body=DefineSlot, returns=SlotLine)
def define_slot(work: Work, city: str, slug: str, body: DefineSlot) -> Made:
    """Describe a slot; `revision` is 0 for one that is not described yet, else the one that was read."""
    entry = entries.find(work, city, slug)
    made = local_values.define(work, entry, body)
    address = {**address_of(entry), "slot": made.name}
    return Made(read_slot(work, city, slug, made.name), "read_slot", address)


@routes.put(SLOT, summary="Die Beschreibung eines Platzhalters ändern", body=ChangeSlot, returns=SlotLine)
def change_slot(work: Work, city: str, slug: str, slot: str, body: ChangeSlot) -> SlotLine:
    """Describe a slot anew; in a fork this describes it for the fork alone."""
    entry, found, _cities = _find(work, city, slug, slot)
    own = found.slot is not None and found.slot.entry_id == entry.id
    revision = found.slot.revision if found.slot is not None and own else 0
    local_values.define(work, entry, DefineSlot(name=slot, revision=revision, **body.model_dump()))
    return read_slot(work, city, slug, slot)


def _value(work: Work, city: str, slug: str, slot: str, organisation: str) -> tuple[Entry, Organisation, ValueOut, int]:
    entry, found, cities = _find(work, city, slug, slot)
    place = next((row for row in cities if row.slug == organisation), None)
    if place is None or found.slot is None:
        raise NotFound
    cell = found.cells.get(place.id, Cell())
    rows = [_row(row) for row in local_values.history(work, found.slot, place)]
    return entry, place, ValueOut(slot=slot, current=_cell(place, cell), history=rows), cell.sequence


def _row(row: LocalValue) -> ValueRow:
    return ValueRow(
        sequence=row.sequence,
        value=row.value,
        valid_from=row.valid_from,
        legal_basis=row.legal_basis,
        author=person(row.author),
        created_at=row.created_at,
    )


@routes.get(VALUE, summary="Den Wert einer Stadt lesen", returns=ValueOut)
def read_value(work: Work, city: str, slug: str, slot: str, organisation: str) -> ValueOut:
    """Return what a city filled into a slot, and what it filled in before."""
    return _value(work, city, slug, slot, organisation)[2]


@routes.put(VALUE, summary="Den Wert der eigenen Stadt eintragen", body=ChangeValue, returns=ValueOut)
def fill_value(work: Work, city: str, slug: str, slot: str, organisation: str, body: ChangeValue) -> ValueOut:
    """Fill in a city's value, as a new row behind the old ones; an empty one takes back what was there."""
    entry, place, _shown, seen = _value(work, city, slug, slot, organisation)
    local_values.fill(work, entry, FillSlot(organisation=place.slug, slot=slot, seen=seen, **body.model_dump()))
    return read_value(work, city, slug, slot, organisation)


@routes.get(
    f"{ENTRY}/versions/<number>/filled", summary="Die Datei einer Version mit den Werten einer Stadt",
    query=OfCity, media=("application/xml", "text/markdown"),
)  # fmt: skip
def read_filled(work: Work, city: str, slug: str, number: str, query: OfCity) -> File:
    """Return a version's file with a city's values put in; the stored file stays as it is."""
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    data = local_values.filled_source(
        work, entry, shown, local_values.filling(work, entry, shown, query.values).values
    )  # fmt: skip
    design = entry.kind == EntryKind.DESIGN
    media = "text/markdown; charset=utf-8" if design else "application/xml"
    return File(data, media, f"{entry.slug}-{shown.number}.{'md' if design else 'bpmn'}")
