"""What the fields of a service design mean, how complete it is, what it saves, and the way it shows."""

from decimal import Decimal

import pytest
from lxml import etree

from hub import design
from hub.design import Design
from hub.design.values import german, money, number

TEXT = """\
# Hund anmelden

Leistung: Hundesteuer Festsetzung
Rechtsgrundlagen: HessKAG
Vertrauensniveau: substanziell
Station Zugang: digital
Station Nachweise: entfällt
Station Antrag: digital
Basisdienste: BundID; Postfach; Eigenes Verfahren
Station Bearbeitung: teilweise digital
Station Bescheid: digital
Station Bekanntgabe: unvermeidbar (Steuermarke)
Eigenes  Feld: bleibt   wie es ist
SOLL-Prozess: wetzlar/hundesteuer-soll/1.00
Fallzahl pro Jahr: 1.200 (geschätzt)
Bearbeitungszeit IST: 32 Minuten
Bearbeitungszeit SOLL: 6 Minuten
Kostensatz: 60,00 EUR

## Zielbild

Wer einen Hund aufnimmt, meldet ihn in zehn Minuten an.
"""


def _read(text: str = TEXT) -> Design:
    return design.read(text.encode())


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("480", "Fälle", "480"),
        ("3.400 (Beispielwert)", "Fälle", "3400"),
        ("12 345", "", "12345"),
        ("32 Minuten je Fall", "Minuten", "32"),
        ("1,5 Stunden", "Minuten", "90"),
        ("2 Wochen (geschätzt)", "Tage", "14"),
        ("9 Arbeitstage", "Tage", "9"),
        ("sofort", "Tage", "0"),
        ("ca. 20 Minuten", "Minuten", "20"),
    ],
)
def test_numbers_are_read_as_offices_write_them(text: str, unit: str, value: str) -> None:
    assert number(text, unit) == Decimal(value)


@pytest.mark.parametrize("text", ["viele", "", "3 Äpfel", "-5", "1.2.3", "12e5", "9" * 40])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert number(text, "Minuten") is None


@pytest.mark.parametrize(
    ("text", "value"), [("62,00 EUR", "62"), ("1.200 €", "1200"), ("gebührenfrei", "0"), ("5", "5")]
)
def test_amounts_are_euro(text: str, value: str) -> None:
    assert money(text) == Decimal(value)
    assert money("30 Dollar") is None


def test_numbers_are_written_as_offices_write_them() -> None:
    assert (german(Decimal("1234.5"), 2), german(Decimal(1234567))) == ("1.234,50", "1.234.567")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("IST: 32 Minuten", "IST: viel", "Zeile 16: „viel“ ist beim Feld „Bearbeitungszeit IST“ keine Zahl."),
        ("substanziell", "mittel", "Zeile 5: „mittel“ gibt es beim Feld „Vertrauensniveau“ nicht."),
        ("60,00 EUR", "teuer", "Zeile 18: „teuer“ ist beim Feld „Kostensatz“ kein Betrag."),
        (
            "wetzlar/hundesteuer-soll/1.00",
            "siehe Anlage",
            "Zeile 14: „siehe Anlage“ ist beim Feld „SOLL-Prozess“ keine",
        ),
    ],
)
def test_a_value_that_means_nothing_is_told_with_line_and_remedy(old: str, new: str, told: str) -> None:
    (finding,) = design.check(_read(TEXT.replace(old, new)))
    assert finding.severity == "error"
    assert finding.sentence().startswith(told)
    assert "Bitte" in finding.sentence()


def test_a_service_key_needs_fourteen_digits() -> None:
    found = design.check(_read(TEXT.replace("Leistung: ", "Leistungsschlüssel: 99 102\nLeistung: ")))
    assert [row.rule for row in found] == ["key"]
    assert not design.check(_read(TEXT.replace("Leistung: ", "Leistungsschlüssel: 99 102 013 002 000\nLeistung: ")))


def test_a_model_without_a_version_and_swapped_times_are_hints() -> None:
    text = TEXT.replace("soll/1.00", "soll").replace("IST: 32", "IST: 3")
    assert [(row.rule, row.severity) for row in design.check(_read(text))] == [("unpinned", "hint"), ("worse", "hint")]


def test_a_slot_may_stand_for_any_value() -> None:
    assert not design.check(_read(TEXT.replace("60,00 EUR", "{{kostensatz}}")))


def test_fields_nobody_knows_are_kept_as_they_are() -> None:
    found = _read()
    assert found.fields["Eigenes  Feld"] == "bleibt   wie es ist"
    assert design.write(found.title, found.fields, found.sections, found.intro).decode() == TEXT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hund anmelden", "In Zeile 1 fehlt die Überschrift."),
        (
            "# T\n\n## Zielbild\n\na\n\n## Zielbild\n\nb\n",
            "In Zeile 7 steht die Überschrift „Zielbild“ zum zweiten Mal.",
        ),
        ("# T\n\nLeistung: a\nLeistung: b\n", "In Zeile 4 steht das Feld „Leistung“ zum zweiten Mal."),
        ("\u00a0\n", "Die Datei ist leer."),
    ],
)
def test_a_text_edited_into_nonsense_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(design.Unreadable) as refused:
        _read(text)
    assert refused.value.sentence().startswith(told)


def test_a_heading_inside_code_is_code() -> None:
    found = _read("# T\n\n## Bescheid\n\n```\n## Vorlage\n~~~\n## noch Vorlage\n```\n\n## Zahlung\n\nOnline.\n")
    assert [section.key for section in found.sections] == ["bescheid", "zahlung"]


def test_a_checklist_keeps_ticks_evidence_and_what_else_was_written() -> None:
    text = "- [x] Nutzerkonto – Nachweis: Testbericht\n- [-] Payment\n- [ ] Fachlogik\n\nWeiteres folgt."
    items = ("Nutzerkonto", "Payment", "Fachlogik", "Organisation")
    ticks, rest = design.checklist(text, items)
    assert [(tick.state, tick.evidence) for tick in ticks] == [
        ("done", "Testbericht"),
        ("none", ""),
        ("open", ""),
        ("open", ""),
    ]
    assert rest == "Weiteres folgt."
    assert design.checklist(design.write_checklist(ticks, rest), items) == (ticks, rest)


def test_a_tick_without_evidence_is_a_hint_with_its_line() -> None:
    text = "# T\n\n## EfA-Mindestanforderungen\n\n- [ ] Fachlogik\n- [x] Nutzerkonto\n"
    (finding,) = design.check(_read(text))
    assert (finding.rule, finding.line, finding.element_id) == ("evidence", 6, "efa")


def test_completeness_counts_what_a_release_needs_most() -> None:
    empty = design.completeness(_read("# T\n"))
    found = design.completeness(_read())
    assert empty.percent == 0
    assert not empty.ready
    assert 30 < found.percent < 60
    assert found.missing[0].weight == 3
    assert {row.name for row in found.missing if row.weight == 3} == {
        "Zugang und Identifikation",
        "Daten und Nachweise",
        "Antragsstrecke",
        "Bearbeitung",
        "Bescheid",
    }


def test_a_value_that_means_nothing_counts_as_missing() -> None:
    before = design.completeness(_read())
    after = design.completeness(_read(TEXT.replace("substanziell", "mittel")))
    assert after.percent < before.percent
    assert "Vertrauensniveau" in {row.name for row in after.missing}


def test_the_saving_is_computed_in_the_open() -> None:
    found = design.figures(_read())
    assert (found.hours, found.amount) == (Decimal(520), Decimal(31200))
    assert [(row.formula, row.result) for row in found.rows] == [
        ("1.200 Fälle × (32 − 6) Minuten ÷ 60", "520 Stunden im Jahr"),
        ("520 Stunden × 60,00 EUR", "31.200 EUR im Jahr"),
    ]


def test_material_and_running_costs_change_the_saving() -> None:
    more = "Sachkosten IST: 2,00 EUR\nSachkosten SOLL: 0,50 EUR\nLaufende Kosten: 1.000 EUR\nKostensatz:"
    assert design.figures(_read(TEXT.replace("Kostensatz:", more))).amount == Decimal(31200 + 1800 - 1000)


def test_without_its_figures_nothing_is_computed_and_it_says_what_is_missing() -> None:
    found = design.figures(_read(TEXT.replace("Fallzahl pro Jahr: 1.200 (geschätzt)\n", "")))
    assert (found.hours, found.rows, found.missing) == (None, (), ("Fallzahl pro Jahr",))


def test_the_way_tells_each_station_with_its_services_and_breaks() -> None:
    way = design.journey(_read(), [design.Break("MB-04", "Einscannen", "Antrag scannen")])
    told = {stop.station.key: (stop.state, stop.services, stop.broken) for stop in way.stops}
    assert told == {
        "zugang": ("digital", ("BundID",), False),
        "nachweise": ("none", (), False),
        "antrag": ("digital", (), True),
        "zahlung": ("open", (), False),
        "bearbeitung": ("partly", ("Eigenes Verfahren",), True),
        "bescheid": ("digital", (), False),
        "bekanntgabe": ("unavoidable", ("Postfach",), False),
    }
    assert way.summary() == "2 von 7 Stationen haben einen Medienbruch; zu 1 fehlt eine Angabe."


@pytest.mark.parametrize("columns", [1, 3, 7])
def test_the_picture_says_every_word_of_the_way_without_script_or_style(columns: int) -> None:
    nasty = _read(TEXT.replace("BundID", "BundID <script>&"))
    svg = design.draw_journey(design.journey(nasty), columns=columns)
    root = etree.fromstring(svg.encode())
    words = " ".join(str(text) for text in root.itertext())
    assert all(stop.station.name in words for stop in design.journey(nasty).stops)
    assert "<script>&" in words
    assert not root.xpath("//*[local-name()='script' or @style or @onclick]")
