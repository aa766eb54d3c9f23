"""CSV files for German spreadsheets: semicolon, UTF-8 with byte order mark, and no cell that is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What some office program computes, their full-width forms included (OWASP, CSV injection; CWE-1236; ASVS 1.2.10).
_STARTS = tuple("=+-@|%\t\r\n\0＝＋－＠")
_INSIDE = re.compile(r"[,\t][\s\"']*[=+\-@|%＝＋－＠]")
"""Where a program that parts cells at commas or tabs would see one begin that it computes."""
_NUMBER = re.compile(r"[+-]\d[\d.,\u00a0]*(?:\u00a0?[€%])?")


def harmless(value: object) -> str:
    """Return a cell's text; what a spreadsheet would compute gets an apostrophe in front.

    A plain number, an amount or a percentage keeps its sign; None is an empty cell.
    """
    text = "" if value is None else str(value)
    starts = text.startswith(_STARTS) or text.lstrip().startswith(_STARTS)
    return f"'{text}" if starts and not _NUMBER.fullmatch(text) else text


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows, the heading first, as a file; no cell begins where a program parts cells at another sign."""
    out = io.StringIO()
    plain = csv.writer(out, delimiter=";", lineterminator="\r\n")
    quoted = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [harmless(cell) for cell in row]
        writer = quoted if any(_INSIDE.search(cell) for cell in cells) else plain
        writer.writerow(cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
