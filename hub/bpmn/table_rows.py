"""From the cells of a table to rows that are understood, or a sentence that says which cell is not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hub.bpmn.naming import tidy
from hub.bpmn.table_types import StepType, read_type

MAX_ROWS: Final = 2_000
"""More rows than any process has; a longer table is most likely the wrong file."""
_MAX_CELL: Final = 20_000

COLUMNS: Final = {
    "number": ("Nr.", "No.", "nr nummer no number lfdnr lfd # pos position id"),
    "process": ("Ablauf", "Process", "prozess pool beteiligter beteiligte participant organisation"),
    "step": ("Schritt", "Step", "name bezeichnung tätigkeit aktivität was activity prozessschritt arbeitsschritt what"),
    "type": ("Art", "Type", "typ kind schrittart elementtyp"),
    "responsible": (
        "Zuständig", "Responsible",
        "zuständigkeit verantwortlich verantwortung wer rolle stelle bahn lane role who fachbereich",
    ),
    "next": (
        "Weiter mit", "Next",
        "weiter danach folgt nachfolger nächsterschritt folgeschritt then goto successor nextstep",
    ),
    "condition": ("Bedingung", "Condition", "wenn fall if when"),
    "messages": ("Nachrichten", "Messages", "nachricht message kommunikation"),
    "documentation": (
        "Beschreibung", "Description",
        "erläuterung dokumentation bemerkung hinweis anmerkung notes documentation comment kommentar",
    ),
    "system": ("IT-System", "IT system", "system fachverfahren anwendung software verfahren application"),
    "legal_basis": (
        "Rechtsgrundlage", "Legal basis", "rechtsgrundlagen handlungsgrundlage gesetz norm law paragraf legalbasis",
    ),
    "rag": ("RAG", "RAG", "referenzaktivitätengruppe"),
}  # fmt: skip
"""Field → (German heading, English heading, other headings)."""

_ERRORS: Final = {
    "empty": (
        "Die Tabelle ist leer. Nötig sind eine Kopfzeile und mindestens eine Zeile mit einem Schritt.",
        "The table is empty. It needs a heading and at least one row with a step.",
    ),
    "no-step-column": (
        "In der Kopfzeile fehlt die Spalte „Schritt“. Gefunden wurden: {value}.",
        "The heading lacks the column “Step”. Found were: {value}.",
    ),
    "duplicate-column": (
        "Die Spalte „{value}“ kommt zweimal vor. Bitte behalten Sie eine davon.",
        "The column “{value}” occurs twice. Please keep one of them.",
    ),
    "type": (
        "Zeile {row}, Spalte „{column}“: Die Art „{value}“ ist nicht bekannt. Möglich sind zum Beispiel Start, Aufgabe,"
        " Prüfung, Entscheidung, Parallel, Warten oder Ende.",
        "Row {row}, column “{column}”: the type “{value}” is not known. Try start, task, decision, parallel, wait or"
        " end.",
    ),
    "target": (
        "Zeile {row}, Spalte „{column}“: Den Schritt „{value}“ gibt es nicht. Bitte nennen Sie eine Nummer oder einen"
        " Namen aus der Spalte „Schritt“.",
        "Row {row}, column “{column}”: there is no step “{value}”. Please give a number or a name from “Step”.",
    ),
    "ambiguous": (
        "Zeile {row}, Spalte „{column}“: „{value}“ gibt es mehrfach. Bitte nennen Sie die Nummer.",
        "Row {row}, column “{column}”: “{value}” occurs several times. Please give the number.",
    ),
    "number": (
        "Zeile {row}, Spalte „{column}“: Die Nummer „{value}“ ist schon vergeben.",
        "Row {row}, column “{column}”: the number “{value}” is already taken.",
    ),
    "exception": (
        "Zeile {row}, Spalte „{column}“: Eine Ausnahme braucht einen Schritt, zu dem sie gehört. Stellen Sie die Zeile"
        " unter den Schritt.",
        "Row {row}, column “{column}”: an exception needs a step it belongs to. Put the row below that step.",
    ),
    "message": (
        "Zeile {row}, Spalte „{column}“: „{value}“ ist keine Nachricht. Schreiben Sie zum Beispiel „an Antragstellende"
        " Person: Bescheid“ oder „von Antragstellende Person: Antrag“.",
        "Row {row}, column “{column}”: “{value}” is no message. Write “to Applicant: decision” or “from …: …”.",
    ),
    "too-long": (
        "Zeile {row}: Die Tabelle ist zu lang. Möglich sind {value} Zeilen.",
        "Row {row}: the table is too long. {value} rows are possible.",
    ),
    "cell": (
        "Zeile {row}, Spalte „{column}“: Der Text ist zu lang ({value} Zeichen).",
        "Row {row}, column “{column}”: the text is too long ({value} characters).",
    ),
    "not-text": (
        "Die Datei ist keine Texttabelle. Bitte speichern Sie sie als CSV (UTF-8).",
        "The file is not a text table. Please save it as CSV (UTF-8).",
    ),
}


class TableError(ValueError):
    """A table cannot become a model; `row` counts from 1 with the heading, 0 means the whole table."""

    def __init__(self, code: str, row: int = 0, column: str = "", value: str = "") -> None:
        super().__init__(f"{code} at row {row}, column {column!r}: {value}")
        self.code = code
        self.row = row
        self.column = column
        self.value = value

    def sentence(self, lang: str = "de") -> str:
        """Say in one sentence which cell is meant and what to do."""
        text = _ERRORS[self.code][0 if lang == "de" else 1]
        return text.format(row=self.row, column=self.column, value=self.value)


@dataclass(slots=True)
class Row:
    """One step of the table."""

    line: int
    number: str
    process: str
    step: str
    type: StepType | None
    responsible: str
    next: str
    condition: str
    messages: str
    documentation: str
    system: str
    legal_basis: str
    rag: str


Table = Sequence[Sequence[object]] | Sequence[Mapping[str, object]] | bytes


def read_rows(table: Table) -> tuple[list[Row], dict[str, str]]:
    """Return the rows of a table (CSV bytes, lists with a heading first, or mappings) and its headings by field."""
    grid = _grid(table)
    if not grid:
        raise TableError("empty")
    fields = _fields(grid[0])
    headings = {field: grid[0][place] for field, place in fields.items()}
    if len(grid) - 1 > MAX_ROWS:
        raise TableError("too-long", MAX_ROWS + 2, value=f"{MAX_ROWS:,}".replace(",", "."))
    rows: list[Row] = []
    for line, cells in enumerate(grid[1:], 2):
        values = {field: _value(cells, place) for field, place in fields.items()}
        if not any(values.values()):
            continue
        for field, value in values.items():
            if len(value) > _MAX_CELL:
                raise TableError("cell", line, headings[field], str(len(value)))
        rows.append(_row(line, values, headings))
    if not rows:
        raise TableError("empty")
    return rows, headings


def _row(line: int, values: Mapping[str, str], headings: Mapping[str, str]) -> Row:
    get = values.get
    cell = get("type", "")
    type_ = read_type(cell) if cell else None
    if cell and type_ is None:
        raise TableError("type", line, headings["type"], cell[:80])
    return Row(
        line=line,
        number=get("number", "").rstrip("."),
        process=tidy(get("process", "")),
        step=tidy(get("step", "")),
        type=type_,
        responsible=tidy(get("responsible", "")),
        next=get("next", ""),
        condition=get("condition", ""),
        messages=get("messages", ""),
        documentation=get("documentation", ""),
        system=get("system", ""),
        legal_basis=get("legal_basis", ""),
        rag=get("rag", ""),
    )


def _value(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _text(value: object) -> str:
    """Return a cell as text; a spreadsheet's 5.0 is the step number 5."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    # Written by us before a character that spreadsheets take for a formula.
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r":
        text = text[1:]
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _grid(table: Table) -> list[list[str]]:
    if isinstance(table, (bytes, bytearray)):
        return _read_csv(bytes(table))
    rows = list(table)
    if rows and isinstance(rows[0], Mapping):
        heading: dict[str, None] = {}
        for row in rows:
            if isinstance(row, Mapping):
                heading.update(dict.fromkeys(map(str, row)))
        body = [[_text(row.get(name)) for name in heading] for row in rows if isinstance(row, Mapping)]
        return [list(heading), *body]
    return [[_text(cell) for cell in row] for row in rows if not isinstance(row, Mapping)]


def _read_csv(data: bytes) -> list[list[str]]:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError("not-text")
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise TableError("not-text") from error
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TableError("not-text") from error
    return [[_text(cell) for cell in row] for row in rows]


def _fields(heading: Iterable[str]) -> dict[str, int]:
    known = {
        _header_key(name): field
        for field, (german, english, others) in COLUMNS.items()
        for name in (german, english, field, *others.split())
    }
    found: dict[str, int] = {}
    names = list(heading)
    for place, name in enumerate(names):
        field = known.get(_header_key(name))
        if field is None:
            continue
        if field in found:
            raise TableError("duplicate-column", value=name.strip()[:80])
        found[field] = place
    if "step" not in found:
        raise TableError("no-step-column", value=", ".join(name.strip()[:30] for name in names if name.strip())[:200])
    return found


def _header_key(name: str) -> str:
    return re.sub(r"[^a-zäöüß#]", "", name.lower())
