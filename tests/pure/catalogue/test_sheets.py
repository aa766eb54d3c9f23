"""Catalogue files: encodings, separators, columns, and rows that cannot be taken over."""

import pytest

from hub import catalogue
from tests import needs

HEAD = "LeiKa-Schlüssel;Leistung;Typisierung;OZG-ID;Rechtsgrundlage"
ROW = '99050012104000;Gewerbe Anmeldung;2/3;10294;"§ 14 GewO; § 15 GewO"'


def rows(text: str | bytes) -> list[catalogue.Row | catalogue.Fault]:
    data = text.encode() if isinstance(text, str) else text
    sheet = catalogue.read_sheet(data)
    return list(catalogue.read_rows(sheet, catalogue.guess(sheet.header)))


def faults(text: str) -> list[tuple[int, str]]:
    return [(row.line, row.text) for row in rows(text) if isinstance(row, catalogue.Fault)]


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_the_encodings_of_german_spreadsheets_are_recognised(codec: str, name: str):
    sheet = catalogue.read_sheet(f"{HEAD}\r\n{ROW}\r\n".encode(codec))
    assert sheet.encoding == name
    assert sheet.header[0] == "LeiKa-Schlüssel"
    assert sheet.rows[0][1][4] == "§ 14 GewO; § 15 GewO"


@pytest.mark.parametrize(("delimiter", "word"), [(";", "Semikolon"), (",", "Komma"), ("\t", "Tabulator")])
def test_the_separator_is_found_by_itself(delimiter: str, word: str):
    sheet = catalogue.read_sheet(f"leistung{delimiter}ozg_id\nHund{delimiter}10160\n".encode())
    assert (sheet.separator, sheet.header) == (word, ("leistung", "ozg_id"))


def test_columns_are_recognised_by_their_headings():
    header = ("Leistungsschlüssel", "Bezeichnung", "Bezeichnung II", "Themenfeld", "Lebenslage", "Stichworte", "Preis")
    assert catalogue.guess(header) == {
        "key": 0, "name": 1, "citizen_name": 2, "field": 3, "situation": 4, "synonyms": 5,
    }  # fmt: skip


def test_a_semicolon_within_quotes_belongs_to_the_text():
    (row,) = rows(f"{HEAD}\n{ROW}\n")
    assert isinstance(row, catalogue.Row)
    assert row.values["legal_bases"] == "§ 14 GewO; § 15 GewO"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("9905001210400;Gewerbe;1;1;", "14 Ziffern; hier sind es 13"),
        ("99050012104000;;1;1;", "Der Name der Leistung fehlt"),
        ("99050012104000;Gewerbe;99;1;", "unbekannten Typ „99“"),
        ("99050012104000;Gewerbe;1;abc;", "Eine OZG-ID besteht nur aus Ziffern"),
        ("99050012104000;Gewerbe;1;1;§ 14 GewO; § 15 GewO", "6 statt 5 Spalten"),
        (f"99050012104000;{'x' * 301};1;1;", "mehr als 300 Zeichen"),
    ],
)
def test_a_faulty_row_is_told_with_its_line_and_the_remedy(row: str, told: str):
    ((line, text),) = faults(f"{HEAD}\n{ROW.replace('104', '105')}\n\n{row}\n")
    assert line == 4
    assert told in text


def test_a_key_that_comes_again_with_something_else_is_a_fault_and_with_the_same_is_none():
    again = faults(f"{HEAD}\n{ROW}\n{ROW}\n99050012104000;Anders;1;1;\n")
    assert again == [
        (4, "Der Leistungsschlüssel steht mit anderen Angaben schon in Zeile 2. Bitte streichen Sie eine.")
    ]


@pytest.mark.parametrize("none", ["nicht im LeiKa", "-", ""])
def test_a_service_may_be_without_a_key(none: str):
    (row,) = rows(f"{HEAD}\n{none};SEPA-Mandat;5;;\n")
    assert isinstance(row, catalogue.Row)
    assert row.values["key"] == ""


def test_an_unusual_prefix_is_a_warning_and_no_fault():
    (row,) = rows(f"{HEAD}\n06050012104000;Gewerbe;4;10294;\n")
    assert isinstance(row, catalogue.Row)
    assert "statt mit 99" in row.warning


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "leer"),
        (b"PK\x03\x04rest", "Arbeitsmappe"),
        (b"\x00\x01\x02", "kein lesbarer Text"),
        (b"nur eine spalte\nx\n", "nur eine Spalte"),
        (b"leistung;typ\n", "nur \u00dcberschriften"),
        (b'leistung;typ\n"offen;1\nHund;2\n', "Zeile 2: Ein Anf\u00fchrungszeichen"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_the_remedy(data: bytes, told: str):
    with pytest.raises(catalogue.Unreadable, match=told):
        catalogue.read_sheet(data)


def test_the_real_catalogue_is_read_but_for_two_rows_with_a_wrong_key():
    found = rows((needs.corpus("fim") / "ozg_katalog_services_nrw.csv").read_bytes())
    assert len(found) == 5251
    assert [row.line for row in found if isinstance(row, catalogue.Fault)] == [5251, 5252]
