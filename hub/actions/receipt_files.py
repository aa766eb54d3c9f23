"""The list of receipts as a file: CSV and Excel, to be changed there and read again."""

import io
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font

from hub.actions import grants, receipts
from hub.store.funding import Grant
from hub.text import sheets
from hub.work import Work

HEAD = ("Beleg-Nr.", "Datum", "Art", "Empfänger", "Grund", "Betrag", "Position", "Stadt")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _lines(work: Work, grant: Grant) -> list[tuple[object, ...]]:
    """Return the rows; amounts in whole cents."""
    titles = {item.id: item.title for item in grants.plan(work, grant)}
    return [
        (
            row.number,
            row.day,
            "Einnahme" if row.side == "income" else "Ausgabe",
            row.party,
            row.reason,
            row.amount,
            titles.get(row.plan_item_id or 0, ""),
            row.organisation.short_name if row.organisation else "",
        )
        for row in receipts.listing(work, grant)
    ]


def table(work: Work, grant: Grant) -> bytes:
    """Return the list as CSV for German spreadsheets."""
    rows = [
        (*row[:5], f"{Decimal(int(str(row[5]))) / 100:.2f}".replace(".", ","), *row[6:]) for row in _lines(work, grant)
    ]
    return sheets.to_csv([HEAD, *rows])


def workbook(work: Work, grant: Grant) -> bytes:
    """Return the list as an Excel workbook; amounts are numbers, texts never formulas."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Belege"
    for at, values in enumerate([HEAD, *_lines(work, grant)], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(at, column)
            if column == 6 and at > 1:
                cell.value, cell.number_format = int(str(value)) / 100, "#,##0.00"
            elif column == 2 and at > 1:
                cell.value, cell.number_format = value, "DD.MM.YYYY"  # type: ignore[assignment]  # a day
            else:
                cell.value, cell.data_type = str(value), "s"
            if at == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
