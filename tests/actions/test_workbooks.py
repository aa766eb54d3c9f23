"""Excel workbooks: what is read, and what is refused in words before it does harm."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from hub.actions import workbooks
from hub.errors import Invalid

SHEET = "xl/worksheets/sheet1.xml"


def book(*rows: tuple[str | int | None, ...]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """Return the archive with one part replaced, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        if content is not None:
            new.writestr(name, content)
    return out.getvalue()


def test_rows_are_read_up_to_the_limit():
    data = book(("Nr", "Schritt"), (1, "Antrag prüfen"), (2, None))
    assert workbooks.rows(data, most=2, columns=2) == [("Nr", "Schritt"), (1, "Antrag prüfen")]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 no archive",
        book(("a",))[:-40],
        changed(book(("a",)), SHEET, b"<worksheet><sheetData><row r='1'><c"),
        changed(book(("a",)), SHEET, b""),
        changed(book(("a",)), SHEET, None),
        changed(book(("a",)), "xl/workbook.xml", b"<html/>"),
        changed(book(("a",)), "[Content_Types].xml", None),
    ],
    ids=["no archive", "cut off", "broken sheet", "empty sheet", "no sheet", "no workbook", "no types"],
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes):
    with pytest.raises(Invalid) as refused:
        workbooks.rows(data, most=10)
    assert "keine lesbare Excel-Tabelle" in refused.value.fields["file"]


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = changed(book(("a",)), SHEET, b" " * (workbooks.MOST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(Invalid) as refused:
        workbooks.rows(bomb, most=10)
    assert "ausgepackt zu groß" in refused.value.fields["file"]
