"""CSV files for German spreadsheets: semicolon, UTF-8 with byte order mark, and no cell that is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """Return a cell's text; what a spreadsheet would compute gets an apostrophe in front (OWASP, CSV injection).

    A plain number keeps its sign.
    """
    text = "" if value is None else str(value)
    number = text.replace(".", "").replace(",", "").lstrip("-+")
    return f"'{text}" if text.startswith(STARTS) and not (number.isdecimal() and text[0] in "+-") else text


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a download."""
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    out.writerow(header)
    for row in rows:
        out.writerow([safe_cell(cell) for cell in row])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
