"""The query language understands what is meant and never raises."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text.analyse import german
from hub.text.asking import asked
from hub.text.hints import HINTS
from hub.text.query import FIELDS, MOST_WORDS, Query, parse
from hub.text.synonyms import shipped
from hub.text.tree import All, Concept, Prefix, Some, Token, Without
from tests.timing import takes_less_than


def read(text: str) -> Query:
    return parse(text, german(), shipped())


def said(text: str) -> list[str]:
    return [hint.code for hint in read(text).hints]


def test_words_must_all_match() -> None:
    assert isinstance(read("Hund Garten").root, All)


def test_german_and_english_operators_mean_the_same() -> None:
    assert read("Hund ODER Garten").root == read("Hund OR Garten").root
    assert read("Hund NICHT Garten").root == read("Hund NOT Garten").root == read("Hund -Garten").root


def test_a_phrase_is_strict() -> None:
    concept = read('"Bescheid bekannt geben"').root
    assert isinstance(concept, Concept)
    assert concept.strict


def test_german_quotation_marks_make_a_phrase() -> None:
    assert read("„Bescheid bekannt geben“").root == read('"Bescheid bekannt geben"').root


def test_a_star_leaves_the_end_open() -> None:
    assert read("Gewerb*").root == Prefix("gewerb")


def test_fields_look_into_parts_of_the_text() -> None:
    root = read("titel:Hund").root
    assert isinstance(root, Concept)
    assert root.field == "title"


def test_fields_may_be_written_in_capitals() -> None:
    assert read("Titel: Hund").root == read("titel:Hund").root


def test_a_city_with_spaces_is_one_value() -> None:
    assert read('stadt:"Limburg a. d. Lahn"').root == Token("f_stadt_limburgadlahn", "stadt:Limburg a. d. Lahn")


@pytest.mark.parametrize("text", ["§ 14 GewO", "§14 GewO", "paragraph:§14 GewO", 'paragraph:"§ 14 Gewerbeordnung"'])
def test_a_citation_is_one_word(text: str) -> None:
    root = read(text).root
    assert isinstance(root, Token)
    assert root.text == "p_gewo_14"


def test_a_short_key_leaves_its_end_open() -> None:
    root = read("99 050 012").root
    assert root == Token("k_99050012", "99 050 012", prefix=True)


def test_dates_apply_to_the_whole_query() -> None:
    query = read("Hund seit:2026-01 bis:03/2026")
    assert (query.since, query.until) == (date(2026, 1, 1), date(2026, 3, 31))


def test_two_words_may_have_one_synonym() -> None:
    root = read("Ehe schließen").root
    assert isinstance(root, All | Some)
    assert any(
        ("heirat",) in option.sequences for concept in read("Ehe schließen").concepts() for option in concept.options
    )


def test_synonyms_hold_inside_compounds() -> None:
    root = read("Kfz-Zulassung").root
    assert isinstance(root, Concept)
    assert (("kraft", "fahrzeug", "zulass"),) in [option.sequences for option in root.options]


def test_related_terms_are_offered() -> None:
    assert "Assistenzhund" in read("Hundesteuer").related


def test_what_is_excluded_is_not_looked_for() -> None:
    assert [concept.text for concept in read("Hund NICHT Katze").concepts()] == ["Hund"]
    assert isinstance(read("NICHT Katze").root, Without)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"Hund', "quotes"),
        ("((Hund", "brackets"),
        ("Hund UND", "operator"),
        ("ODER Hund", "operator"),
        ("der die das", "stop_words"),
        ("*steuer", "wildcard_start"),
        ("hunde*steuer", "wildcard_middle"),
        ("a*", "wildcard_short"),
        ("seit:gestern", "date"),
        ("titel:", "empty_field"),
        ("paragraph:12345", "paragraph"),
        ("paragraph:abc", "law"),
        ("amt:Hund", "field"),
        ("Hund " * 200, "too_long"),
        ("Hund " * 40, "too_many_words"),
        ("aa* bb* cc* dd*", "wildcard_many"),
    ],
)
def test_mistakes_are_explained(text: str, code: str) -> None:
    assert code in said(text)
    assert all(hint.text for hint in read(text).hints)


@pytest.mark.parametrize("text", ["Bürger:innen anmelden", "10:30 Uhr", "https://ikz.example/hund", "paragraph:GewO"])
def test_what_is_no_mistake_is_not_corrected(text: str) -> None:
    assert not {"law", "field"} & set(said(text))


def test_every_field_is_named_to_who_types_another() -> None:
    assert all(f"{field}:" in HINTS["field"] for field in FIELDS)


def test_every_hint_has_a_sentence() -> None:
    assert all(sentence.endswith((".", 'GewO".')) for sentence in HINTS.values())


HOSTILE = [
    "a" * 10_000,
    "* " * 500,
    "a* " * 500,
    "(" * 500,
    '"' * 501,
    "NOT " * 300,
    "titel:" * 300,
    "' OR 1=1; DROP TABLE entries; --",
    "!() & | <-> :* \\",
    "\x00\x01\x1f\u202e\u200b",
    "🐕 Steuer 🧾",
    "AND OR NOT UND ODER NICHT",
    "§" * 400,
    "§§ " + "1, " * 300 + "GewO",
    "99" * 200,
    "a^2 b~ [x TO y] {z} a:b:c c:/x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_read_quickly(text: str) -> None:
    read("warm")
    assert takes_less_than(0.2, lambda: read(text))
    query = read(text)
    assert sum(1 for _ in query.concepts()) <= MOST_WORDS * 2


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='abHund()"*:§-& 14GewOANDORNOTUNDODERNICHTtitel', max_size=80) | st.text(max_size=80))
def test_nothing_a_person_types_raises(text: str) -> None:
    query = read(text)
    assert query.root is None or list(query.concepts()) is not None


def test_a_verb_in_two_pieces_is_one_word() -> None:
    assert asked("Wo melde ich meinen Hund an?", german()) == "Wo anmelden ich meinen Hund?"
    assert asked("Kita ab 3 Jahre", german()) == "Kita ab 3 Jahre"


def test_what_several_words_share_is_completed() -> None:
    assert asked("An-, Um- und Abmeldung", german()) == "(Anmeldung OR Ummeldung OR Abmeldung)"
    assert asked("Gewerbean- und -abmeldung", german()) == "(Gewerbeanmeldung OR Gewerbeabmeldung)"


def test_the_frame_of_a_question_is_not_looked_for() -> None:
    words = [concept.text for concept in read("Welche Unterlagen brauche ich für die Eheschließung?").concepts()]
    assert "Unterlagen" not in words
    assert read("Unterlagen").root is not None


@pytest.mark.parametrize("text", ["LeiKa 99027002012000", "Leistungsschlüssel: 99-027-002-012-000"])
def test_a_key_may_be_called_by_its_name(text: str) -> None:
    root = read(text).root
    assert isinstance(root, Token)
    assert root.text == "k_99027002012000"


def test_one_of_several_citations_is_enough_and_all_come_first() -> None:
    root = read("§§ 14, 15 GewO").root
    assert isinstance(root, Some)
    assert isinstance(root.nodes[0], All)
    for text in ("Par 14 Gewerbeordnung", "Par. 14 GewO"):
        found = read(text).root
        assert isinstance(found, Token)
        assert found.text == "p_gewo_14"


def test_a_word_before_a_citation_stays_a_word() -> None:
    assert [concept.text for concept in read("Wohngeld § 22 WoGG").concepts()] == ["Wohngeld"]
