"""Charts: words for screen readers, nothing the policy forbids, the table says what the picture says."""

import re

import pytest
from lxml import etree

from hub import charts
from hub.charts import Chart, Dot, Link, Way

CITIES = ("Marburg", "Gießen")
STACKED = charts.stacked(
    "Stand je Stadt", "2 von 5.", category="Stadt", series="Stand", value="Einträge",
    rows=[("Marburg", "Entwurf", 3), ("Marburg", "Frei", 2), ("Gießen", "Frei", 0)],
    categories=CITIES, names=("Entwurf", "Frei"),
)  # fmt: skip
BARS = charts.bars(
    "Anteile", "", category="Stadt", series="Was", value="Anteil",
    rows=[("Marburg", "fertig", 0.25)], categories=CITIES, names=("fertig",), form=".0%",
)  # fmt: skip
LINES = charts.lines(
    "Verlauf", "", time="Monat", series="Zahl der", value="Anzahl",
    rows=[("01/2026", "Versionen", 4), ("02/2026", "Versionen", 6)], times=("01/2026", "02/2026"), names=("Versionen",),
)  # fmt: skip
HEAT = charts.heat_map(
    "Brüche", "", row="Regel", column="Stadt", value="gefunden",
    rows=[("MB-03 <Ausdrucken>", "Marburg", 7)], row_names=("MB-03 <Ausdrucken>",), column_names=CITIES,
)  # fmt: skip
NETWORK = charts.network(
    "Aufrufe", "", columns=("von", "Schritt", "nach"),
    links=[Link("Hund", "SEPA", "Mandat einholen"), Link("SEPA", "Kasse"), Link("Kasse", "SEPA")],
)  # fmt: skip
HERE, THERE = Dot("Marburg", 50.8, 8.8, "Marburg"), Dot("Fulda", 50.6, 9.7, "Fulda")
MAP = charts.points(
    "Karte", "", columns=("Kommune", "Eintrag"), rows=[("Fulda", "Hundesteuer")], dots=[HERE, THERE],
    ways=[Way(HERE, THERE, "Fulda: Hundesteuer (Marburg)")], ground=[Dot("Kassel", 51.3, 9.5, "")],
)  # fmt: skip
ALL = {chart.title: chart for chart in (STACKED, BARS, LINES, HEAT, NETWORK, MAP)}


def marks(chart: Chart) -> list[str]:
    root = etree.fromstring(charts.svg(chart))
    return [str(found) for found in root.xpath("//*[@role='graphics-symbol']/@aria-label")]


@pytest.mark.parametrize("title", ALL)
def test_a_chart_has_a_name_and_every_mark_has_words(title: str):
    root = etree.fromstring(charts.svg(ALL[title]))
    assert root.get("role") == "graphics-document"
    assert root.get("aria-label", "").startswith(title)
    symbols = root.xpath("//*[@role='graphics-symbol']")
    assert symbols
    assert all(symbol.get("aria-label") for symbol in symbols)


@pytest.mark.parametrize("title", ALL)
def test_a_drawing_holds_no_style_no_script_and_only_colours_of_the_page(title: str):
    drawn = charts.svg(ALL[title])
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|href=", drawn)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn))
    assert {colour for colour in colours if not colour.startswith("var(--chart-")} <= {"none", "transparent"}


def test_the_words_of_marks_are_sentences_about_the_numbers():
    assert marks(STACKED) == ["Marburg, Entwurf: 3 Einträge", "Marburg, Frei: 2 Einträge"]
    assert marks(BARS) == ["Marburg, fertig: 25\u00a0%"]
    assert marks(LINES) == ["01/2026, Versionen: 4", "02/2026, Versionen: 6"]
    assert marks(HEAT) == ["MB-03 <Ausdrucken>, Marburg: 7 gefunden", "MB-03 <Ausdrucken>, Gießen: 0 gefunden"]
    assert "Hund → SEPA" in marks(NETWORK)


def test_the_table_twin_holds_every_number():
    assert STACKED.columns == ("Stadt", "Entwurf", "Frei")
    assert STACKED.rows == (("Marburg", 3, 2), ("Gießen", 0, 0))
    assert BARS.rows == (("Marburg", "25\u00a0%"), ("Gießen", "–"))
    assert LINES.rows == (("01/2026", 4), ("02/2026", 6))
    assert HEAT.rows == (("MB-03 <Ausdrucken>", 7, 0),)
    assert NETWORK.rows[0] == ("Hund", "Mandat einholen", "SEPA")


def test_a_network_goes_from_left_to_right_and_survives_circles():
    places = {node["name"]: node["x"] for node in NETWORK.spec["data"]["values"]}
    assert places["Hund"] < places["SEPA"]
    assert set(places) == {"Hund", "SEPA", "Kasse"}


def test_a_chart_is_also_a_png():
    assert charts.png(STACKED, scale=1).startswith(b"\x89PNG")


def test_an_empty_chart_is_drawn_without_an_error():
    empty = charts.heat_map("Leer", "", row="R", column="C", value="n", rows=[], row_names=[], column_names=[])
    assert charts.svg(empty).startswith("<svg")


def test_a_map_says_its_points_and_ways_and_nothing_of_the_ground():
    assert sorted(marks(MAP)) == ["Fulda", "Fulda: Hundesteuer (Marburg)", "Marburg"]
