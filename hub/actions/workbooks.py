"""Excel workbooks that people upload: bounded in what they unpack to, and refused in words."""

import io
import zipfile
from typing import Any

from openpyxl import load_workbook

from hub.errors import Invalid

MOST_UNPACKED = 200_000_000
"""Bytes that a workbook may take unpacked: far more than any list of receipts or steps needs."""


def rows(data: bytes, *, most: int, columns: int = 30) -> list[tuple[Any, ...]]:
    """Return the values of the first sheet's first `most` rows; raises `Invalid(file=…)` for what cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Invalid(file="Die Excel-Datei ist ausgepackt zu groß. Bitte teilen Sie sie.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return list(book.worksheets[0].iter_rows(max_row=most, max_col=columns, values_only=True))
        finally:
            book.close()
    # A damaged sheet shows only while its rows are read; its XML fails as a SyntaxError of the standard library.
    except (zipfile.BadZipFile, KeyError, IndexError, TypeError, ValueError, OSError, SyntaxError) as error:
        raise Invalid(file="Die Datei ist keine lesbare Excel-Tabelle (.xlsx). Bitte speichern Sie sie neu.") from error
