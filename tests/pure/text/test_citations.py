"""Citations and service keys meet in every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text import citations


def places(text: str) -> list[tuple[str, str, str]]:
    return [(one.law, one.section, one.paragraph) for _, found in citations.find(text) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "§ 14 GewO",
        "§14 GewO",
        "§\u00a014 GewO",
        "Paragraph 14 Gewerbeordnung",
        "GewO § 14",
        "14 gewo",
        "§ 14 der Gewerbeordnung",
    ],
)
def test_one_place_in_every_spelling(text: str) -> None:
    assert places(text) == [("gewo", "14", "")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("§ 14 Abs. 1 GewO", [("gewo", "14", "1")]),
        ("§ 14 Absatz 1 Satz 2 GewO", [("gewo", "14", "1")]),
        ("§ 45 Abs. 1b Nr. 2 StVO", [("stvo", "45", "1b")]),
        ("§§ 55, 59 und 62 PStG", [("pstg", "55", ""), ("pstg", "59", ""), ("pstg", "62", "")]),
        ("§§ 11 ff. PStG", [("pstg", "11", ""), ("pstg", "12", ""), ("pstg", "13", "")]),
        ("§§ 3–5 WoGG", [("wogg", "3", ""), ("wogg", "4", ""), ("wogg", "5", "")]),
        ("§ 24 SGB VIII", [("sgb8", "24", "")]),
        ("§ 24 SGB 8", [("sgb8", "24", "")]),
        ("§ 35a Achtes Buch Sozialgesetzbuch", [("sgb8", "35a", "")]),
        ("Art. 26 DSGVO", [("dsgvo", "26", "")]),
        ("§ 16 HStrG, § 8 FStrG", [("hstrg", "16", ""), ("fstrg", "8", "")]),
        ("§ 7", [("", "7", "")]),
        ("BauO § 65 HBO", [("hbo", "65", "")]),
        ("GewO § 14 und § 15 BMG", [("gewo", "14", ""), ("gewo", "15", "")]),
        ("§ 28 Absatz 2 Zweites Gesetzbuch für Soziales (SGB II)", [("sgb2", "28", "2")]),
        ("§ 5 (Anlage 2) und § 6 BMG", [("", "5", ""), ("bmg", "6", "")]),
    ],
)
def test_what_a_citation_names(text: str, found: list[tuple[str, str, str]]) -> None:
    assert places(text) == found


def test_the_section_is_found_by_whoever_looks_for_the_whole_law() -> None:
    assert citations.tokens("§ 14 Abs. 1 GewO") == ["p_gewo", "p_gewo_14", "p__14", "p_gewo_14_1"]


@pytest.mark.parametrize("text", ["OZG 10294", "OZG-ID: 10294", "ozg-leistung 10294", "OZG10294", "OZG-Nr. 10294"])
def test_numbers_of_the_ozg_in_every_spelling(text: str) -> None:
    assert [key for _, key in citations.keys(text)] == ["10294"]
    assert citations.tokens(text) == ["k_10294"]


@pytest.mark.parametrize("text", ["99050012104000", "99 050 012 104 000", "99.050.012.104.000"])
def test_keys_in_every_spelling(text: str) -> None:
    assert [key for _, key in citations.keys(text)] == ["99050012104000"]
    assert "k_99050012" in citations.tokens(text)


def test_prices_and_years_are_no_citations() -> None:
    assert places("Gebühr 14,00 Euro im Jahr 2026") == []


@given(st.text(alphabet="§ 0123456789,-–.()abcAGOVfundisAbsNr", max_size=300))
def test_any_text_is_read(text: str) -> None:
    for (start, end), _ in citations.find(text):
        assert 0 <= start < end <= len(text)
