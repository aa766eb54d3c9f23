"""CSV files for German spreadsheets: semicolon, UTF-8 with byte order mark, and no cell that is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What some office program computes, their full-width forms included (OWASP, CSV injection; CWE-1236; ASVS 1.2.10).
_STARTS = tuple("=+-@|%\t\r\n\0＝＋－＠")
_NUMBER = re.compile(r"[+-]\d[\d.,\u00a0]*(?:\u00a0?[€%])?")


def harmless(value: object) -> str:
    """Return a cell's text; what a spreadsheet would compute gets an apostrophe in front.

    A plain number, an amount or a percentage keeps its sign; None is an empty cell.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS) and not _NUMBER.fullmatch(text) else text


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows, the heading first, as a file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
