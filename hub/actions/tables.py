"""Process models as tables: CSV and Excel in, CSV and Excel out."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hub import bpmn
from hub.actions import workbooks
from hub.errors import Invalid

EXAMPLE = (
    "Nr;Schritt;Art;Zuständig;Weiter mit\n"
    "1;Antrag eingegangen;Start;Bürgerbüro;2\n"
    "2;Antrag prüfen;Aufgabe;Bürgerbüro;3\n"
    "3;Antrag vollständig?;Entscheidung;Bürgerbüro;ja: 4; nein: 5\n"
    "4;Bescheid erlassen;Aufgabe;Sachbearbeitung;6\n"
    "5;Unterlagen nachfordern;Aufgabe;Bürgerbüro;2\n"
    "6;Antrag beschieden;Ende;Sachbearbeitung;\n"
)
ROW_LIMIT = 2000


def _excel_rows(data: bytes) -> list[list[str]]:
    found = workbooks.rows(data, most=ROW_LIMIT + 1)
    return [["" if cell is None else str(cell).removesuffix(".0") for cell in row] for row in found]


def to_model(upload: bytes, pasted: str, *, title: str) -> bytes:
    """Return the BPMN of an uploaded (CSV, XLSX) or pasted table, without layout; raises `Invalid`."""
    field = "file" if upload else "table"
    rows: list[list[str]] | bytes = upload or pasted.encode()
    if upload[:4] == b"PK\x03\x04":
        rows = _excel_rows(upload)
    if not rows or not (upload or pasted.strip()):
        raise Invalid(**{field: "Die Tabelle ist leer. Bitte füllen Sie mindestens zwei Zeilen aus."})
    try:
        return bpmn.from_table(rows, name=title)
    except bpmn.TableError as error:
        raise Invalid(**{field: error.sentence("de")}) from error


def to_excel(model: bpmn.Model, title: str) -> bytes:
    """Return the model as an Excel workbook; every cell is text, so nothing in it is ever a formula."""
    book = Workbook()
    sheet: Worksheet = book.create_sheet("Prozess", 0)
    del book[book.sheetnames[1]]
    for row, values in enumerate(bpmn.to_table(model), 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            cell.value = value
            cell.data_type = "s"
            if row == 1:
                cell.font = Font(bold=True)
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 28
    sheet.freeze_panes = "A2"
    book.properties.title = title
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
