"""Tables for spreadsheets."""

import csv
import io

import pytest

from hub.text import sheets


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_what_an_office_program_would_compute_gets_an_apostrophe(start: str):
    assert sheets.harmless(f"{start}cmd") == f"'{start}cmd"


@pytest.mark.parametrize("text", [" =cmd", "\u00a0@cmd", "  -5", "\u3000＋cmd"])
def test_a_space_in_front_does_not_hide_it(text: str):
    assert sheets.harmless(text) == f"'{text}"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("cell", ["Amt,=cmd", "Amt\t=cmd", 'Amt, "=cmd', "Amt;=cmd", "Amt\n=cmd", 'x","=cmd'])
def test_no_cell_is_computed_by_a_program_that_parts_cells_elsewhere(delimiter: str, cell: str):
    text = sheets.to_csv([[cell, "Hund"]]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        assert [part for part in row if part.lstrip(" \"'").startswith("=")] == []


@pytest.mark.parametrize("text", ["-5", "+5", "-1.234,56", "-1.234,56\u00a0€", "-12\u00a0%", "5", "Hund", "a=b", ""])
def test_numbers_keep_their_sign_and_words_stay(text: str):
    assert sheets.harmless(text) == text


@pytest.mark.parametrize("text", ["-5+3", "+49 641 1", "-", "-1;2", "--5", "-2€cmd"])
def test_a_number_with_anything_else_is_no_number(text: str):
    assert sheets.harmless(text) == f"'{text}"


def test_a_file_opens_in_a_german_spreadsheet():
    assert sheets.to_csv([["Stadt", "Wert"], ["Gießen; Lahn", None]]) == (
        b"\xef\xbb\xbf" + 'Stadt;Wert\r\n"Gießen; Lahn";\r\n'.encode()
    )
