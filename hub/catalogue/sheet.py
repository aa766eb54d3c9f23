"""A catalogue file as a table: which characters, which separator, which column is what."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BYTES: Final = 60_000_000
ROWS: Final = 200_000
DELIMITERS: Final = {";": "Semikolon", ",": "Komma", "\t": "Tabulator"}
_CELL: Final = 1_000_000
"""Characters of one cell; a longer one is a quotation mark that was never closed."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("leikaschluessel", "leistungsschluessel", "schluessel", "leikaid", "leistungsid", "key"),
    "name": ("leistung", "leistungsbezeichnung", "bezeichnung", "leistungsname", "name", "leikaleistung"),
    "citizen_name": ("buergernahername", "bezeichnungii", "leistungsbezeichnungii", "bezeichnung2", "buergername"),
    "type": ("typisierung", "typ", "leistungstyp", "leikatyp"),
    "ozg_id": ("ozgid", "ozgnr", "ozgnummer"),
    "ozg_name": ("ozgleistung", "ozgleistungsname", "ozgbuendel"),
    "field": ("themenfeld", "ozgthemenfeld"),
    "situation": ("lage", "lebenslage", "geschaeftslage", "lebenslagegeschaeftslage"),
    "legal_bases": ("rechtsgrundlage", "rechtsgrundlagen", "handlungsgrundlage", "handlungsgrundlagen"),
    "synonyms": ("synonyme", "synonym", "schlagworte", "schlagwoerter", "stichworte", "suchbegriffe"),
}
"""Field → how its column is called in catalogues, folded to letters."""


class Unreadable(ValueError):
    """The file is no catalogue; the text is a German sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A readable table; each row comes with the line of the file it begins in."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]]

    @property
    def separator(self) -> str:
        """The German word for what separates the columns."""
        return DELIMITERS[self.delimiter]


def read_sheet(data: bytes) -> Sheet:
    """Return the table in `data`; raises `Unreadable` with place and remedy."""
    if len(data) > BYTES:
        raise Unreadable("Die Datei ist größer als 60 MB. Bitte teilen Sie den Katalog auf.")
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    if not rows:
        raise Unreadable("Die Datei ist leer. Bitte wählen Sie eine CSV-Datei mit Spaltenüberschriften.")
    header = tuple(" ".join(cell.split()) for cell in rows[0][1])
    while header and not header[-1]:
        header = header[:-1]
    if len(header) < 2:
        raise Unreadable(
            "Die erste Zeile hat nur eine Spalte. Bitte speichern Sie die Tabelle als CSV mit Semikolon oder Komma und "
            "mit Überschriften in der ersten Zeile."
        )
    if len(rows) == 1:
        raise Unreadable("Die Datei enthält nur Überschriften. Bitte ergänzen Sie mindestens eine Leistung.")
    return Sheet(encoding, delimiter, header, rows[1:])


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            "Die Datei ist eine Arbeitsmappe eines Tabellenprogramms. Bitte speichern Sie das Blatt dort als CSV-Datei."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = [("utf-16", "UTF-16")]
    else:
        encodings = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in encodings:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, name
    raise Unreadable(
        "Die Datei ist kein lesbarer Text in UTF-8 oder Windows-1252. Bitte speichern Sie den Katalog neu als "
        "„CSV UTF-8“."
    )


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:20])

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(head), delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)


def _rows(text: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    before = csv.field_size_limit(_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, tuple(cells)))
            begins = reader.line_num + 1
            if len(found) > ROWS + 1:
                raise Unreadable(
                    f"Die Datei hat mehr als {ROWS:_} Zeilen.".replace("_", ".") + " Bitte teilen Sie sie."
                )
    except csv.Error as error:
        raise Unreadable(
            f"Zeile {begins}: Ein Anführungszeichen ist dort nicht richtig geschlossen. Bitte setzen Sie Texte mit "
            "Semikolon in doppelte Anführungszeichen und verdoppeln Sie Anführungszeichen im Text."
        ) from error
    finally:
        csv.field_size_limit(before)
    return found


def _folded(name: str) -> str:
    for letter, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(letter, spelt)
    return re.sub(r"[^a-z0-9]", "", name)


def guess(header: Sequence[str]) -> dict[str, int]:
    """Return field → position of its column, for the columns whose heading says what they are."""
    folded = [_folded(name) for name in header]
    found: dict[str, int] = {}
    for field, names in _NAMES.items():
        place = next((folded.index(name) for name in names if name in folded), None)
        if place is not None:
            found[field] = place
    return found
