"""What words say about media breaks: lexemes, inflection, false friends, negations, contexts."""

import pytest

from hub import bpmn
from hub.bpmn.media_lexicon import PatternError, compile_pattern, sentences
from tests.timing import takes_less_than


def rules_of(text: str, *, prose: bool = False) -> list[str]:
    return [hit.rule.id for hit in bpmn.word_hits(text, prose=prose)]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Papierantrag entgegennehmen", ["MB-01"]),
        ("Antrag auf Papier", ["MB-01"]),
        ("Nachweise schriftlich anfordern", ["MB-01"]),
        ("Bescheid unterschreiben", ["MB-02"]),
        ("Unterzeichneter Vertrag", ["MB-02"]),
        ("Bescheid ausdrucken", ["MB-03"]),
        ("Die Sachbearbeitung druckt den Bescheid zweifach aus", ["MB-03"]),
        ("Bescheid kuvertieren", ["MB-03"]),
        ("Antrag ein\u00adscannen", ["MB-04"]),
        ("Ersetzend gescannte Unterlagen", ["MB-04"]),
        ("Papierunterlagen digitalisieren", ["MB-04", "MB-09"]),
        ("Posteingang sichten", ["MB-05"]),
        ("Bescheid förmlich zustellen", ["MB-05"]),
        ("per Einschreiben", ["MB-05"]),
        ("Bescheid versenden", ["MB-05"]),
        ("Telefax senden", ["MB-06"]),
        ("Person anrufen", ["MB-07"]),
        ("Die Sachbearbeitung ruft die Person an", ["MB-07"]),
        ("Persönliches Erscheinen: persönlich vorlegen", ["MB-08"]),
        ("Vorsprache am Schalter", ["MB-08"]),
        ("Geburtsurkunde im Original", ["MB-09"]),
        ("Beglaubigte Kopien prüfen", ["MB-09"]),
        ("Daten abtippen", ["MB-10"]),
        ("Angaben manuell erfassen", ["MB-10"]),
        ("Daten in das Fachverfahren übertragen", ["MB-10"]),
        ("E‑Mail weiterleiten", ["MB-12"]),
        ("EMAIL SENDEN", ["MB-12"]),
        ("Über MS-Outlook abwickeln", ["MB-12"]),
        ("In Excel-Liste nachsehen", ["MB-13"]),
        ("Antrag als Papier-Handakte führen", ["MB-14"]),
        ("Antrag in Umlaufmappe legen", ["MB-14"]),
        ("Urkunde siegeln", ["MB-15"]),
        ("Gebühr bar kassieren", ["MB-16"]),
        ("Gebühr an der Barkasse zahlen", ["MB-16"]),
        ("Papiermandat prüfen", ["MB-17"]),
        ("Satzung öffentlich aushängen", ["MB-21"]),
        ("Bescheid in die Unterschriftenmappe legen", ["MB-02", "MB-14"]),
    ],
)
def test_every_rule_finds_its_words_however_they_are_inflected(text: str, rules: list[str]) -> None:
    assert rules_of(text) == rules


@pytest.mark.parametrize(
    "text",
    [
        "Bescheid in das Postfach einstellen", "E-Post senden", "ePostfach leeren", "Eindruck", "Nachdruck", "drucklos",
        "Druckbehälter prüfen", "Unterschriftenliste (Bürgerbegehren) prüfen", "Briefwahl beantragen", "Fundbüro",
        "Barrierefreiheit prüfen", "Barkasse ablegen lassen", "Mailand", "originäre Zuständigkeit",
        "Übertragung (Nutzungsrecht)", "Postleitzahl prüfen", "Ware bestellen", "Scanner-Pflege",
        "Grenzwert unterschreiten",
        "Versiegelte Fläche berechnen", "Prozesssteckbrief", "E-Mail-Adresse prüfen", "Amtsgericht angerufen",
        "Zeitstempel setzen", "Vorgang in E-Akte ablegen", "Neues Dokument",
    ],
)  # fmt: skip
def test_false_friends_raise_nothing(text: str) -> None:
    assert rules_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Antrag ohne Unterschrift annehmen", "Unterschrift entfällt", "Bescheid ist nicht auszudrucken",
        "Antrag papierlos stellen", "Medienbruchfrei per Post", "Fax und E-Mail werden nicht angenommen",
        "Kein Ausdruck", "ohne Ausdruck und eigenhändige Unterschrift", "Die Unterschrift ist nicht mehr erforderlich",
        "Mandat elektronisch unterzeichnen", "Mit qualifizierter Signatur unterschreiben",
        "Bescheid elektronisch zustellen",
        "Bescheid als PDF drucken", "Barcode scannen", "QR-Code scannen", "Online-Unterschrift leisten",
        "Bescheid nicht per Post versenden", "Sicherheits-Kopie anlegen", "Elektronisches Siegel anbringen",
        "Daten automatisch übernehmen",
    ],
)  # fmt: skip
def test_negations_and_digital_ways_raise_nothing(text: str) -> None:
    assert rules_of(text) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Ohne Unterschrift ausdrucken", ["MB-03"]),
        ("Unterschrift fehlt", ["MB-02"]),
        ("Bescheid elektronisch erstellen und per Post zustellen", ["MB-05"]),
        ("Formular online ausfüllen, unterschreiben", ["MB-02"]),
        ("Antrag nicht vollständig: Unterlagen per Post anfordern", ["MB-05"]),
    ],
)
def test_a_negation_or_digital_word_covers_only_what_it_belongs_to(text: str, rules: list[str]) -> None:
    assert rules_of(text) == rules


def test_documentation_of_the_past_raises_nothing() -> None:
    text = "Früher wurde der Bescheid ausgedruckt. Bisher kam der Antrag per Fax."
    assert rules_of(text, prose=True) == []
    assert rules_of(text) == ["MB-03", "MB-06"]


def test_a_digital_mail_room_is_only_a_hint() -> None:
    assert [(hit.rule.id, str(hit.severity)) for hit in bpmn.word_hits("Poststelle digital")] == [("MB-05", "N")]


def test_the_matched_text_is_what_was_written() -> None:
    assert [hit.text for hit in bpmn.word_hits("Person tippt Namen, Anschrift in das System ab")] == [
        "tippt Namen, Anschrift in das System ab"
    ]


@pytest.mark.parametrize(
    "word", ["brief ", "nicht brief ", "papier-akte ", "(brief) ", "bar ", "entfällt brief ", "a", "scannt online "]
)
def test_long_hostile_texts_take_little_time(word: str) -> None:
    assert takes_less_than(1, lambda: bpmn.word_hits(word * 200_000), tries=1)


def test_sentences_keep_words_and_pauses() -> None:
    assert [sentence.words for sentence in sentences("An- und Abmeldung, Straße. «Prüfen» Ende")] == [
        " an und abmeldung , strasse ",
        " pruefen ende ",
    ]


@pytest.mark.parametrize("pattern", ["", "*", "a*", "(a|b", "x(y(z))", "a|b", "… post", "po[st]"])
def test_patterns_that_cannot_work_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)
