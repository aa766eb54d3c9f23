"""What the German analyser promises: one root for one meaning, compounds by their parts, no word inside another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.analyse import Analyser, german, learn
from hub.text.folding import clean, expand, fold
from hub.text.lexicon import shipped


def roots(text: str) -> list[str]:
    return german().roots(clean(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("Straße", "Strasse"),
        ("Gießen", "Giessen"),
        ("Gebühr", "Gebuehr"),
        ("Gebühr", "Gebühren"),
        ("Bürgeramt", "Buergeramt"),
        ("Bürgeramt", "Burgeramt"),
        ("Anträge", "Antrag"),
        ("Steuern", "Steuer"),
        ("prüfen", "Prüfung"),
        ("geprüft", "prüfen"),
        ("anmelden", "Anmeldung"),
        ("angemeldet", "anmelden"),
        ("anzumelden", "Anmeldung"),
        ("verlängern", "Verlängerung"),
        ("feststellen", "Feststellung"),
        ("feststellt", "Feststellung"),
        ("festgelegt", "Festlegung"),
        ("ermitteln", "Ermittlung"),
        ("Häuser", "Haus"),
        ("Bescheide", "Bescheid"),
        ("Hundehalterin", "Hundehalter"),
        ("Hundehalter/in", "Hundehalter"),
        ("Bürger*innen", "Bürger"),
        ("E-Mail", "EMail"),
        ("E-Akte", "eAkte"),
        ("OZG-Leistung", "OZG Leistung"),
        ("Hunde\u00adsteuer", "Hundesteuer"),
        ("Gewerbe-Anmeldung", "Gewerbeanmeldung"),
        ("Ehe schließen", "Eheschließung"),
        ("Gewerbe anmelden", "Gewerbeanmeldung"),
        ("Städtebau", "Stadt Bau"),
    ],
)
def test_both_spellings_have_the_same_roots(one: str, other: str) -> None:
    assert roots(one) == roots(other)


@pytest.mark.parametrize(
    ("part", "compound"),
    [
        ("Anmeldung", "Gewerbeanmeldung"),
        ("Steuer", "Zweitwohnungssteuer"),
        ("Steuer", "Hundesteueranträge"),
        ("Ausweis", "Bewohnerparkausweise"),
        ("Kind", "Kindertagesstätte"),
        ("Genehmigung", "Baumfällgenehmigung"),
        ("Erlaubnis", "Sondernutzungserlaubnis"),
        ("Verzeichnis", "Baulastenverzeichnis"),
        ("Schüler", "Schülerbeförderungskosten"),
        ("Konto", "Kontoeröffnung"),
        ("Amt", "Ordnungsamt"),
        ("Rat", "Landrat"),
        ("Genehmigung", "Wisentgehegegenehmigung"),
        ("Recht", "waffenrechtlich"),
    ],
)
def test_a_compound_contains_its_part(part: str, compound: str) -> None:
    assert set(roots(part)) <= set(roots(compound))


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("Rat", "Beratung"),
        ("Rat", "Heirat"),
        ("Rat", "Spielgerät"),
        ("Amt", "Beamter"),
        ("Amt", "gesamt"),
        ("Schein", "Bescheinigung"),
        ("Tier", "Akkreditierung"),
        ("Steuer", "Besteuerung"),
        ("Rente", "Entscheid"),
        ("Wirt", "Wirtschaft"),
        ("Schaf", "Gemeinschaft"),
        ("Bau", "Bauer"),
        ("Meldung", "Anmeldung"),
        ("Förderung", "Forderung"),
        ("Wohnung", "Wohngeld"),
        ("Satz", "Satzung"),
        ("Recht", "Berechtigung"),
    ],
)
def test_a_word_is_not_found_inside_an_unrelated_one(part: str, word: str) -> None:
    assert not set(roots(part)) & set(roots(word))


def test_shortened_words_are_completed() -> None:
    assert roots("An- und Abmeldung") == ["anmeld", "abmeld"]
    assert roots("Auskunfts- und Übermittlungssperren") == ["auskunft", "sperr", "ubermittl", "sperr"]


def test_numbers_stay_whole() -> None:
    assert roots("100.000,00 Euro") == ["10000000", "euro"]


def test_stop_words_carry_no_roots() -> None:
    assert roots("der die das und mit") == []


def test_positions_point_at_the_words_of_the_text() -> None:
    text = "Für Hunde die Steuer zahlen"
    assert [text[word.start : word.end] for word in german().words(text)] == ["Hunde", "Steuer", "zahlen"]


def test_learned_words_split_new_compounds() -> None:
    found = learn(["Das Wisent zieht um", "Ein Wisent im Gehege"], shipped())
    assert "wisent" in found
    assert Analyser(shipped().learned(found)).roots("Wisentschutz") == ["wisent", "schutz"]


def test_learning_takes_no_suffixes_and_no_rare_words() -> None:
    assert learn(["Zeitung und Freiheit", "Zeitung und Freiheit", "Quittenbaum"], shipped()) == frozenset()


def test_another_lexicon_is_another_version() -> None:
    assert Analyser(shipped().learned(frozenset({"wisent"}))).version != german().version


@given(st.text(max_size=200))
def test_any_text_is_analysed(text: str) -> None:
    analyser = german()
    cleaned = clean(text)
    words = list(analyser.words(cleaned))
    assert analyser.roots(cleaned) == [root for word in words for root in word.roots]
    assert all(cleaned[word.start : word.end] for word in words)


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing_in_plain_letters(text: str) -> None:
    assert expand(expand(text)) == expand(text)
    assert fold(text) == fold(text.lower())
