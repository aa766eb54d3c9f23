"""Names are judged only where German grammar leaves no doubt."""

import pytest

from hub.bpmn.naming import Form, ends_in_infinitive, form, is_default_name, language, tidy
from hub.bpmn.naming_german import is_participle, third_person

GOOD = """Zuständigkeit prüfen
Anzeige empfangen
Auf zuständige Behörde hinweisen
Genehmigung bekannt geben
Ablehnungsbescheid bekannt geben
Über Erhebung einer Geldbuße entscheiden
Zusätzliche Informationen einholen
Unterlagen entgegennehmen
Leistungen zur Sicherung des Lebensunterhalts errechnen
Vorlage einer Übersetzung verlangen
Beteiligungs- und Handlungsfähigkeit prüfen
Bescheid erlassen
Melderegister fortschreiben
Mandat im Finanzverfahren anlegen
Kennzeichen an Verkehrsüberwachung übermitteln
01 Erfordernis Anhörung prüfen
Urkunde beurkunden und siegeln
Akte schließen (E-Akte)
Gebühr über ePayment einziehen
Antrag an zuständige Stelle abgeben
Antragstellende Person anhören
Eingangsbestätigung versenden
Prüfen, ob Gebühr bezahlt ist
Halterdaten abgleichen
Sonstiges tun
Vier-Augen-Prüfung durchführen
Rückmeldung an Wegzugsbehörde senden"""

BAD = {
    "Prüfung der Unterlagen": Form.NOMINAL,
    "Antragsprüfung": Form.NOMINAL,
    "Ausfüllen des Formulars": Form.NOMINAL,
    "Weitergabe an die Kasse": Form.NOMINAL,
    "Antrag geprüft": Form.STATE,
    "Bescheid wurde erstellt": Form.SENTENCE,
    "Sachbearbeitung prüft Antrag ab": Form.SENTENCE,
    "Unterlagen sind vollständig": Form.SENTENCE,
    "Unterlagen vollständig?": Form.QUESTION,
    "Bescheid": Form.NOUN,
}


@pytest.mark.parametrize("name", GOOD.splitlines())
def test_object_and_infinitive_is_what_the_convention_asks_for(name: str) -> None:
    assert form(name) in (Form.OBJECT_VERB, Form.VERB_ONLY)


@pytest.mark.parametrize(("name", "found"), BAD.items())
def test_other_forms_are_recognised(name: str, found: Form) -> None:
    assert form(name) is found


@pytest.mark.parametrize("name", ["stand. Vordruck", "FIM", "Pizza Backen", "…", ""])
def test_doubt_means_silence(name: str) -> None:
    assert form(name) is Form.UNKNOWN


@pytest.mark.parametrize(
    "name", ["Antrag eingegangen", "Bescheid erhalten", "Ware zu versenden", "Warten", "Vorgang offen"]
)
def test_states_are_not_taken_for_orders(name: str) -> None:
    assert not ends_in_infinitive(name)


@pytest.mark.parametrize("name", ["Vorgang schließen", "Bescheid versenden", "Auf Antwort warten"])
def test_orders_are_recognised(name: str) -> None:
    assert ends_in_infinitive(name)


@pytest.mark.parametrize(
    "name", ["Exklusives Gateway", "Exklusives Gateway-121", "Task 3", "Start Event", "Nicht-exklusives Gateway"]
)
def test_names_given_by_tools_are_no_names(name: str) -> None:
    assert is_default_name(name)


def test_the_language_of_a_model_is_told_by_its_names() -> None:
    assert language(["Antrag prüfen", "Bescheid erlassen", "Review"]) == "de"
    assert language(["Check request", "Send offer to customer"]) == "en"
    assert language(["A", "B"]) == ""


def test_words_hyphenated_to_fit_a_shape_are_joined() -> None:
    assert tidy("Zahlungs-\n aufforderung  senden") == "Zahlungsaufforderung senden"
    assert tidy("Ein- und Ausgang prüfen") == "Ein- und Ausgang prüfen"


@pytest.mark.parametrize(
    ("verb", "finite"),
    [
        ("prüfen", ("prüft", "")),
        ("weiterleiten", ("leitet", "weiter")),
        ("erlassen", ("erlässt", "")),
        ("entgegennehmen", ("nimmt", "entgegen")),
        ("übermitteln", ("übermittelt", "")),
        ("anfordern", ("fordert", "an")),
        ("zeichnen", ("zeichnet", "")),
        ("beantragen", ("beantragt", "")),
        ("beauftragen", ("beauftragt", "")),
        ("mitteilen", ("teilt", "mit")),
        ("empfangen", ("empfängt", "")),
        ("vorhalten", ("hält", "vor")),
        ("unterschreiben", ("unterschreibt", "")),
        ("übertragen", ("überträgt", "")),
        ("hochladen", ("lädt", "hoch")),
        ("ändern", ("ändert", "")),
        ("frobnizieren", None),
    ],
)
def test_verbs_are_conjugated_only_if_known(verb: str, finite: tuple[str, str] | None) -> None:
    assert third_person(verb) == finite


@pytest.mark.parametrize("word", ["eingegangen", "geprüft", "erstellt", "unterschrieben", "abgelehnt", "informiert"])
def test_participles(word: str) -> None:
    assert is_participle(word)


@pytest.mark.parametrize("word", ["genehmigen", "bekanntgeben", "abgehen", "gestalten", "gegen", "gewähren"])
def test_infinitives_with_ge_are_no_participles(word: str) -> None:
    assert not is_participle(word)


@pytest.mark.parametrize(
    "name", ["Versandart klären", "Erlaubnispflicht prüfen", "Vereinbarkeit mit Verkehr beurteilen"]
)
def test_nouns_that_look_like_verbs_raise_no_alarm(name: str) -> None:
    assert form(name) is Form.OBJECT_VERB
