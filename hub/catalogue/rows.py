"""The rows of a catalogue file, each readable or with the reason why not."""

from collections.abc import Iterator, Mapping

from hub.catalogue.fields import Fault, Row, clean
from hub.catalogue.keys import prefix_warning
from hub.catalogue.sheet import Sheet


def read_rows(sheet: Sheet, mapping: Mapping[str, int]) -> Iterator[Row | Fault]:
    """Yield a `Row` or a `Fault` for every row; `mapping` says which field stands in which column.

    The second row with a key, or without key with the same name and OZG-ID, is a fault unless it says the same.
    """
    width = len(sheet.header)
    seen: dict[tuple[str, ...], Row] = {}
    for line, given in sheet.rows:
        cells = given[:width] if not any(cell.strip() for cell in given[width:]) else given
        if len(cells) != width:
            yield Fault(
                line,
                f"Die Zeile hat {len(cells)} statt {width} Spalten. Bitte setzen Sie Texte mit „{sheet.delimiter}“ in "
                "Anführungszeichen.",
            )
            continue
        try:
            values = clean({field: cells[place] for field, place in mapping.items()})
        except ValueError as error:
            yield Fault(line, str(error))
            continue
        row = Row(line, values, prefix_warning(values.get("key", "")))
        first = seen.setdefault(identity(values), row)
        if first is not row and first.values != values:
            what = "Der Leistungsschlüssel" if values.get("key") else "Diese Leistung ohne Schlüssel"
            yield Fault(
                line, f"{what} steht mit anderen Angaben schon in Zeile {first.line}. Bitte streichen Sie eine."
            )
            continue
        yield row


def identity(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what makes a service the same one: its key, else its name and OZG-ID."""
    key = values.get("key", "")
    return (key,) if key else (values["name"].casefold(), values.get("ozg_id", ""))
