"""What is found, where, and in which order; the same on both back ends."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub import search
from hub.search import Document, Reader, Section, Step
from hub.text.snippets import Marked
from tests.search.conftest import GIESSEN, MARBURG, NOW, Make

GUEST = Reader()
PEOPLE = Reader(frozenset({MARBURG}), cooperates=True)


def shown(pieces: Marked) -> str:
    return "".join(f"[{text}]" if match else text for text, match in pieces)


@pytest.fixture
def library(session: Session, make: Make) -> Session:
    """Fill the index with a handful of entries."""
    documents: list[Document] = [
        make(
            1,
            "Hundesteuer festsetzen",
            "Anmeldung empfangen",
            "Hundesteuer berechnen",
            "Steuerbescheid bekannt geben",
            keys=("99102013002000",),
            roles=("Steueramt", "Stadtkasse"),
            facets={"state": ("published",), "kind": ("process",)},
            filters={"stadt": ("marburg", "Universitätsstadt Marburg"), "stand": ("veröffentlicht",)},
            standing=3,
        ),
        make(
            2,
            "Gewerbe anmelden",
            "Gewerbeanzeige empfangen",
            "Vollständigkeit prüfen",
            keys=("99050012104000", "10294", "S07000012V1.0"),
            legal_bases=("§ 14 Abs. 1 GewO",),
            organisation_id=GIESSEN,
            facets={"state": ("draft",), "kind": ("design",)},
            filters={"stadt": ("giessen", "Universitätsstadt Gießen"), "stand": ("Entwurf",)},
        ),
        make(3, "Gewerbeabmeldung", "Abmeldung erfassen", facets={"state": ("draft",), "kind": ("process",)}),
        make(
            4, "Kraftfahrzeug abmelden", "Kennzeichen entwerten", facets={"state": ("released",), "kind": ("process",)}
        ),
        make(
            5,
            "Straßenfest genehmigen",
            "Stellungnahme der Polizei einholen",
            sections=(
                Section("Activity_1", "Hinweis", "Die Straße wird nach § 45 StVO gesperrt. Hunde bleiben draußen."),
            ),
            facets={"state": ("published",), "kind": ("process",)},
        ),
        make(
            6, "Eheschließung anmelden", "Ehefähigkeit prüfen", facets={"state": ("published",), "kind": ("process",)}
        ),
        make(7, "Beratung zum Bauantrag", "Bauakte anlegen", facets={"state": ("published",), "kind": ("process",)}),
    ]
    for document in documents:
        search.put(session, document)
    session.commit()
    return session


def ids(session: Session, text: str, reader: Reader = GUEST) -> list[int]:
    return [hit.entry_id for hit in search.find(session, text, reader=reader).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hundesteuer", [1]),
        ("hundesteuer", [1]),
        ("Steuer", [1]),
        ("Steuer Hund", [1]),
        ("Gewerbeanmeldung", [2]),
        ("Gewerbe-Anmeldung", [2]),
        ("Strassenfest", [5]),
        ("STRASSENFEST", [5]),
        ("Kfz abmelden", [4]),
        ("Auto abmelden", [4]),
        ("Heirat", [6]),
        ("Ehe schließen", [6]),
        ("§ 14 GewO", [2]),
        ("§14 gewo", [2]),
        ("Paragraph 14 Gewerbeordnung", [2]),
        ("§ 14 Abs. 1 GewO", [2]),
        ("§ 45 StVO", [5]),
        ("99050012104000", [2]),
        ("99 050 012 104 000", [2]),
        ("99050", [2]),
        ("10294", [2]),
        ("OZG 10294", [2]),
        ("ozg-id: 10294", [2]),
        ("Gewerbe OZG-Leistung 10294", [2]),
        ("leistung:10294", [2]),
        ("OZG 1029", []),
        ("S07000012V1.0", [2]),
        ("s07000012v1.0", [2]),
        ("leistung:99102013002000", [1]),
        ('"Steuerbescheid bekannt geben"', [1]),
        ("Vollst*", [2]),
        ("rolle:Stadtkasse", [1]),
        ("schritt:Kennzeichen", [4]),
        ("titel:Kennzeichen", []),
        ("Hund NICHT Steuer", [5]),
        ("Rat", []),
        ("stadt:giessen", [2]),
        ("stadt:Gießen anmelden", [2]),
        ("stand:entwurf", [2]),
        ("(Hundesteuer ODER Straßenfest) NICHT Polizei", [1]),
    ],
)
def test_what_people_type_finds_what_they_mean(library: Session, text: str, expected: list[int]) -> None:
    found = ids(library, text)
    assert sorted(found) == sorted(expected)


def test_title_comes_before_step_before_text(library: Session) -> None:
    assert ids(library, "Hund")[:2] == [1, 5]


def test_exact_comes_before_part_of_a_compound(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuerbefreiung"))
    search.put(session, make(2, "Hundesteuer"))
    search.put(session, make(3, "Befreiung von der Steuer für Hunde"))
    assert ids(session, "Hundesteuer")[0] == 2


def test_approved_and_reused_come_before_drafts(session: Session, make: Make) -> None:
    search.put(session, make(1, "Fundsache herausgeben"))
    search.put(session, make(2, "Fundsache herausgeben", standing=3))
    search.put(session, make(3, "Fundsache herausgeben", standing=3, reuse_count=3))
    assert ids(session, "Fundsache") == [3, 2, 1]


def test_the_own_city_comes_first_among_equals(session: Session, make: Make) -> None:
    search.put(session, make(1, "Fundsache herausgeben", organisation_id=GIESSEN))
    search.put(session, make(2, "Fundsache herausgeben", organisation_id=MARBURG))
    assert ids(session, "Fundsache", PEOPLE) == [2, 1]


def test_a_hit_names_the_steps_that_match(library: Session) -> None:
    hit = search.find(library, "Steuerbescheid", reader=GUEST).hits[0]
    assert [(step.element_id, step.number, shown(step.name)) for step in hit.steps] == [
        ("Activity_3", "3", "[Steuerbescheid] bekannt geben")
    ]


def test_a_hit_shows_the_text_that_matches(library: Session) -> None:
    hit = search.find(library, "draußen", reader=GUEST).hits[0]
    assert (hit.excerpts[0].place, hit.excerpts[0].key) == ("section", "Activity_1")
    assert "[draußen]" in shown(hit.excerpts[0].text)


def test_a_hit_for_a_citation_shows_the_citation(library: Session) -> None:
    hit = search.find(library, "§ 14 GewO", reader=GUEST).hits[0]
    assert shown(hit.excerpts[0].text) == "[§ 14 Abs. 1 GewO]"


def test_reasons_are_given_on_demand(library: Session) -> None:
    assert search.find(library, "Hundesteuer", reader=GUEST).hits[0].reasons == ()
    reasons = search.find(library, "Hundesteuer", reader=GUEST, explain=True).hits[0].reasons
    assert any("im Titel" in reason.text for reason in reasons)
    assert any(reason.text == "veröffentlicht" for reason in reasons)


def test_facets_count_what_matches(library: Session) -> None:
    result = search.find(library, "anmelden ODER abmelden", reader=GUEST)
    assert result.facets["kind"] == {"design": 1, "process": 4}
    assert sum(result.facets["state"].values()) == result.total == 5


def test_a_filter_narrows_and_its_own_facet_still_offers_the_rest(library: Session) -> None:
    result = search.find(library, "anmelden ODER abmelden", reader=GUEST, filters={"kind": frozenset({"design"})})
    assert [hit.entry_id for hit in result.hits] == [2]
    assert result.facets["kind"] == {"design": 1, "process": 4}
    assert result.facets["state"] == {"draft": 1}


def test_an_empty_query_lists_everything_newest_first(session: Session, make: Make) -> None:
    search.put(session, make(1, "Alt", updated_at=NOW.replace(year=2025)))
    search.put(session, make(2, "Neu"))
    result = search.find(session, "", reader=GUEST)
    assert [hit.entry_id for hit in result.hits] == [2, 1]
    assert result.total == 2


def test_dates_bound_the_answer(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hund anmelden", updated_at=NOW.replace(year=2025)))
    search.put(session, make(2, "Hund anmelden"))
    assert ids(session, "Hund seit:2026-01") == [2]
    assert ids(session, "Hund bis:2025") == [1]
    assert ids(session, "seit:2026-01") == [2]


def test_titles_sort_without_regard_to_umlauts(session: Session, make: Make) -> None:
    for number, title in enumerate(("Zulassung Hund", "Änderung Hund", "Bestattung Hund"), 1):
        search.put(session, make(number, title))
    result = search.find(session, "Hund", reader=GUEST, sort="title")
    assert [hit.entry_id for hit in result.hits] == [2, 3, 1]


def test_pages_are_stable_and_complete(session: Session, make: Make) -> None:
    for number in range(1, 151):
        search.put(session, make(number, f"Hund {number}", standing=number % 3))
    pages = [search.find(session, "Hund", reader=GUEST, page=page) for page in range(1, 9)]
    found = [hit.entry_id for page in pages for hit in page.hits]
    assert sorted(found) == list(range(1, 151))
    assert {page.total for page in pages} == {150}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Hundesteur", "Hundesteuer"), ("Gewerbeabmeldugn", "Gewerbeabmeldung"), ("Eheschliesung", "Eheschließung")],
)
def test_a_typo_finds_what_was_meant(library: Session, typed: str, meant: str) -> None:
    result = search.find(library, typed, reader=GUEST)
    assert result.corrected == meant
    assert result.total > 0


def test_a_typo_between_two_words_goes_to_the_closer_one(session: Session, make: Make) -> None:
    search.put(session, make(1, "Gewerbeanmeldung"))
    search.put(session, make(2, "Gewerbeabmeldung"))
    assert search.find(session, "Gewerbeameldung", reader=GUEST).corrected == "Gewerbeanmeldung"


def test_words_that_nobody_wrote_are_left_out(library: Session) -> None:
    result = search.find(library, "Hundesteuer Xylophonorchester", reader=GUEST)
    assert result.left_out == ("Xylophonorchester",)
    assert result.hits[0].entry_id == 1


def test_suggestions_lead_somewhere(library: Session) -> None:
    found = search.suggest(library, "hunde", GUEST)
    assert found[0].text == "Hundesteuer festsetzen"
    assert found[0].entry_id == 1
    assert all(search.find(library, one.text, reader=GUEST).total for one in found)


def test_suggestions_complete_the_last_word(library: Session) -> None:
    assert "Gewerbe anmelden" in [one.text for one in search.suggest(library, "Gewerbe anm", GUEST)]


HOSTILE = [
    "a" * 10_000,
    "aa* " * 500,
    "*",
    "((((",
    '"a AND',
    "' OR 1=1 --",
    "!() & | <-> :* \\ ' \"",
    "\x00\x01",
    "🐕",
    "NOT NOT NOT",
    "NEAR(a b)",
    "hund:*A & steuer:*B",
    "{title names} : hund",
    "titel:(Hund ODER (Katze UND NICHT Maus))",
    "seit:2026-13 bis:0000",
    "99",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_get_an_answer(library: Session, text: str) -> None:
    result = search.find(library, text, reader=GUEST, explain=True)
    assert result.total >= 0
    assert search.suggest(library, text, GUEST) is not None


def test_steps_with_metacharacters_are_indexed(session: Session, make: Make) -> None:
    title = "O'Brien's \\ \"Hund\" : & | ! <-> (x)"
    search.put(session, make(1, title, steps=(Step("a", title),)))
    assert ids(session, "Hund") == [1]


def test_very_long_texts_are_indexed(session: Session, make: Make) -> None:
    search.put(session, make(1, "Lang", sections=(Section("a", "", "Wort " * 200_000 + "Ende"),)))
    assert ids(session, "Wort") == [1]


def test_few_hits_come_with_what_is_close(session: Session, make: Make) -> None:
    for number, title in enumerate(("Feuerbestattung durchführen", "Erdbestattung durchführen", "Hundesteuer"), 1):
        search.put(session, make(number, title))
    found = search.find(session, "Feuerbestattung", reader=GUEST)
    assert ([hit.entry_id for hit in found.hits], found.total) == ([1], 1)
    assert [hit.entry_id for hit in found.nearby] == [2]


def test_what_is_close_obeys_filters_and_rights(session: Session, make: Make) -> None:
    facets = {"city": ("marburg",)}
    search.put(session, make(1, "Seebestattung", facets=facets))
    search.put(session, make(2, "Erdbestattung", facets={"city": ("fulda",)}))
    search.put(session, make(3, "Waldbestattung", facets=facets, visibility="city"))
    found = search.find(session, "Seebestattung", reader=GUEST, filters={"city": frozenset({"marburg"})})
    assert [hit.entry_id for hit in found.hits] == [1]
    assert found.nearby == ()


def test_without_all_words_the_best_come_first(session: Session, make: Make) -> None:
    for number, title in enumerate(("Wohnsitz anmelden", "Elterngeld anmelden", "Waffenbesitzkarte"), 1):
        search.put(session, make(number, title))
    found = search.find(session, "Waffenbesitzkarte anmelden Zeppelin", reader=GUEST)
    assert found.hits[0].entry_id == 3
    assert found.left_out == ("Zeppelin",)


def test_what_only_says_where_counts_less_than_what_it_is_about(session: Session, make: Make) -> None:
    """„auf dem Friedhof“ is a place, „Antrag auf …“ is none."""
    for number, title in enumerate(("Friedhof pflegen", "Hundesteuer festsetzen", "Wohngeld"), 1):
        search.put(session, make(number, title))
    assert ids(session, "Hund auf dem Friedhof") == ids(session, "auf dem schönen Friedhof einen Hund") == [2, 1]
    assert ids(session, "Antrag auf Wohngeld") == [3]


def test_what_is_done_finds_nothing_beside_what_it_is_done_to(session: Session, make: Make) -> None:
    for number, title in enumerate(("Graffiti entfernen", "Wespen", "andere Spiele erlauben"), 1):
        search.put(session, make(number, title))
    assert ids(session, "Wespen und andere entfernen") == [2]


def test_a_compound_of_unknown_parts_is_met_by_a_word_of_the_index(session: Session, make: Make) -> None:
    search.put(session, make(1, "Quaxelwurz sammeln"))
    search.put(session, make(2, "Hund anmelden"))
    found = search.find(session, "Quaxelwurzknolle", reader=GUEST, explain=True)
    assert [hit.entry_id for hit in found.hits] == [1]
    assert found.left_out == ("Quaxelwurzknolle",)
    assert "ein Teil von „Quaxelwurzknolle“ im Titel" in [reason.text for reason in found.hits[0].reasons]


@pytest.mark.parametrize("gone", [(), (1,), (1, 2, 3, 4)])
def test_an_entry_that_changes_while_it_is_looked_for_breaks_nothing(
    library: Session, make: Make, gone: tuple[int, ...]
) -> None:
    """On PostgreSQL the texts of hits are read after somebody else's commit: what was found by then may be gone."""
    everything = {hit.entry_id for hit in search.find(library, "", reader=PEOPLE).hits}
    left = list(gone)

    def change(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "t.payload" in statement:
            search.put(library, make(5, "Straßenfest genehmigen", "Neue Fassung"))
            for entry_id in left[:1]:
                left.remove(entry_id)
                search.drop(library, entry_id)

    connection = library.connection()
    event.listen(connection, "before_cursor_execute", change)
    try:
        found = search.find(library, "", reader=PEOPLE)
    finally:
        event.remove(connection, "before_cursor_execute", change)
    assert left == []
    assert everything - set(gone) - {5} <= {hit.entry_id for hit in found.hits} <= everything - set(gone)
    assert set(search.newest(library, "", reader=PEOPLE)) == everything - set(gone)
