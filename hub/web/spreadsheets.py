"""Tables as downloads."""

from collections.abc import Iterable, Sequence

from flask import Response

from hub.text import sheets


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a CSV file to save."""
    response = Response(sheets.to_csv([header, *rows]), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
