"""The text version tells everything once, in order, in sentences a council paper can carry."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import zip_longest

import pytest

from hub import bpmn
from hub.bpmn.describe_sentence import active_sentence
from hub.bpmn.describe_text import Reference
from hub.bpmn.describe_time import speak_cycle, speak_date, speak_duration
from tests.pure.bpmn.small import corpus, raw, small

LANES = """<process id="P" name="Gewerbeanmeldung bearbeiten">
<laneSet id="LS"><lane id="L1" name="Gewerbestelle"><flowNodeRef>T1</flowNodeRef><flowNodeRef>G</flowNodeRef></lane>
<lane id="L2" name="Stadtkasse"><flowNodeRef>T2</flowNodeRef></lane></laneSet>
<startEvent id="S" name="Anzeige eingegangen"/><task id="T1" name="Zuständigkeit prüfen"/>
<exclusiveGateway id="G" name="Zuständigkeit liegt vor?"/><serviceTask id="T2" name="Gebühr einziehen"/>
<endEvent id="E1" name="Anzeige weitergeleitet"/><endEvent id="E2" name="Gewerbe angemeldet"/>
<sequenceFlow id="a" sourceRef="S" targetRef="T1"/><sequenceFlow id="b" sourceRef="T1" targetRef="G"/>
<sequenceFlow id="c" sourceRef="G" targetRef="T2" name="ja"/>
<sequenceFlow id="d" sourceRef="G" targetRef="E1" name="nein"/>
<sequenceFlow id="e" sourceRef="T2" targetRef="E2"/></process>"""


def sentences(model: bpmn.Model, lang: str = "de") -> dict[str, str]:
    return {step.element_id: step.sentence for step in bpmn.describe(model, lang).walk()}


def test_a_small_process_reads_like_a_paper() -> None:
    assert bpmn.describe(raw(LANES)).as_text() == (
        "Gewerbeanmeldung bearbeiten\n"
        "===========================\n\n"
        "Der Ablauf hat 6 Schritte und 2 mögliche Enden.\n\n"
        "Gewerbeanmeldung bearbeiten\n"
        "---------------------------\n"
        "Zuständig sind: Gewerbestelle und Stadtkasse.\n\n"
        "1. Der Ablauf beginnt: Anzeige eingegangen.\n"
        "2. Die Gewerbestelle prüft die Zuständigkeit.\n"
        "3. Entscheidung: Zuständigkeit liegt vor?\n"
        "   – Bei „ja“ weiter mit Schritt\u00a04.\n"
        "   – Bei „nein“ weiter mit Schritt\u00a06.\n"
        "4. Die Stadtkasse zieht die Gebühr ein.\n"
        "   Dieser Schritt läuft automatisch.\n"
        "5. Ende: Gewerbe angemeldet.\n"
        "6. Fall „nein“ aus Schritt\u00a03: Ende: Anzeige weitergeleitet.\n"
    )


def test_it_reads_in_english_too() -> None:
    told = sentences(raw(LANES), "en")
    assert told["T1"] == "Gewerbestelle: Zuständigkeit prüfen."
    assert told["G"] == "Decision: Zuständigkeit liegt vor?"


@pytest.mark.parametrize(
    ("actor", "name", "sentence"),
    [
        ("Stadtkasse", "Unterlagen anfordern", "Die Stadtkasse fordert die Unterlagen an"),
        ("Fachdienst Soziales", "Bescheid erlassen", "Der Fachdienst Soziales erlässt den Bescheid"),
        ("Ordnungsamt", "Antrag bekannt geben", "Das Ordnungsamt gibt den Antrag bekannt"),
        ("Antragstellende Person", "Antrag absenden", "Die antragstellende Person sendet den Antrag ab"),
        ("Wohngeldbehörde", "Bescheid per Post versenden", "Die Wohngeldbehörde versendet den Bescheid per Post"),
        (
            "Straßenverkehrs- und Tiefbauamt",
            "Gebühr berechnen",
            "Das Straßenverkehrs- und Tiefbauamt berechnet die Gebühr",
        ),
        ("Bürgerbüro (Meldebehörde)", "SEPA-Mandat anlegen", "Das Bürgerbüro (Meldebehörde) legt das SEPA-Mandat an"),
        ("Einwohnermeldeamt", "Datensatz übertragen", "Das Einwohnermeldeamt überträgt den Datensatz"),
    ],
)
def test_a_whole_sentence_where_every_word_is_known(actor: str, name: str, sentence: str) -> None:
    assert active_sentence(actor, name) == sentence


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("Team Assistant", "Rechnung klären"),
        ("Gewerbestelle", "Wimmelbuch prüfen"),
        ("Gewerbestelle", "Antrag frobnizieren"),
        ("Xyz", "Antrag prüfen"),
        ("Gewerbestelle", "Über Antrag entscheiden"),
        ("Gewerbestelle", "Antrag zustimmen"),
        ("Rechenzentrum und Kasse", "Antrag prüfen"),
        ("Gewerbestelle", "Antrag in Papierakte ablegen"),
    ],
)
def test_no_sentence_is_guessed(actor: str, name: str) -> None:
    assert active_sentence(actor, name) is None


def test_a_loop_goes_back_by_number() -> None:
    model = small(
        "startEvent S\ntask A Antrag prüfen\nexclusiveGateway G Vollständig?\nendEvent E fertig",
        "S>A A>G G>E:ja G>A:nein",
    )
    (_, _, gateway, _) = bpmn.describe(model).walk()
    assert [
        re.sub("\u00a0", " ", "".join(p if isinstance(p, str) else p.text for p in way)) for way in gateway.ways
    ] == [
        "Bei „ja“ weiter mit Schritt 4.",
        "Bei „nein“ zurück zu Schritt 2.",
    ]


def test_parallel_work_and_its_end_are_told() -> None:
    model = small(
        "startEvent S\nparallelGateway G\ntask A Eins tun\ntask B Zwei tun\nparallelGateway J\nendEvent E",
        "S>G G>A G>B A>J B>J J>E",
    )
    told = sentences(model)
    assert told["G"] == "Ab hier läuft gleichzeitig: „Eins tun“ (Schritt\u00a03) und „Zwei tun“ (Schritt\u00a04)."
    assert told["A"] == "Eins tun. Weiter mit Schritt\u00a05."
    assert told["J"] == (
        "Hier wird gewartet, bis die gleichzeitigen Wege aus Schritt\u00a03 und Schritt\u00a04 erledigt sind."
    )


def test_a_deadline_on_a_step_is_an_exception_beneath_it() -> None:
    model = small(
        "startEvent S\ntask A Unterlagen anfordern\nendEvent E\nendEvent X Antrag abgelehnt",
        "S>A A>E B>X",
        inside='<boundaryEvent id="B" attachedToRef="A" name="Frist abgelaufen"><timerEventDefinition>'
        "<timeDuration>P14D</timeDuration></timerEventDefinition></boundaryEvent>",
    )
    step = next(step for step in bpmn.describe(model).walk() if step.element_id == "B")
    assert step.number == "2.1"
    assert step.sentence == (
        "Ausnahme: Wenn 14\u00a0Tage vergangen sind, wird dieser Schritt abgebrochen („Frist abgelaufen“);"
        " weiter mit Schritt\u00a04."
    )


def test_unnamed_nodes_say_what_they_are() -> None:
    assert sentences(small("userTask A"))["A"] == "Benutzeraufgabe (ohne Namen). Danach endet dieser Weg."


def test_documentation_messages_and_data_follow_the_step() -> None:
    model = raw(
        '<collaboration id="C"><participant id="X" name="Antragstellende Person"/>'
        '<participant id="Y" name="Stadt" processRef="P"/>'
        '<messageFlow id="m" name="Antrag" sourceRef="X" targetRef="T"/></collaboration>'
        '<process id="P"><task id="T" name="Antrag empfangen"><documentation>Siehe § 14 GewO.</documentation>'
        '<dataInputAssociation id="i"><sourceRef>D</sourceRef></dataInputAssociation></task>'
        '<dataObjectReference id="D" name="Vordruck"/><textAnnotation id="N"><text>Nur online</text></textAnnotation>'
        '<association id="s" sourceRef="T" targetRef="N"/></process>'
    )
    description = bpmn.describe(model)
    (step,) = description.walk()
    assert ["".join(map(str, detail)) for detail in step.details] == [
        "Nachricht „Antrag“ von Antragstellende Person.",
        "Benötigt: „Vordruck“.",
        "Siehe § 14 GewO.",
        "Anmerkung: Nur online",
    ]
    assert [section.heading for section in description.sections] == ["Stadt", "Antragstellende Person"]


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ("P14D", "14\u00a0Tage"),
        ("PT1H30M", "1\u00a0Stunde 30\u00a0Minuten"),
        ("P1Y2M", "1\u00a0Jahr 2\u00a0Monate"),
        ("P2W", "2\u00a0Wochen"),
        ("${frist}", None),
        ("P", None),
    ],
)
def test_durations_are_spoken(value: str, spoken: str | None) -> None:
    assert speak_duration(value) == spoken


def test_dates_and_repetitions_are_spoken() -> None:
    assert speak_date("2026-12-24T12:00:00") == "24.12.2026, 12:00\u00a0Uhr"
    assert speak_cycle("R3/P2D") == "3-mal im Abstand von 2\u00a0Tagen"
    assert speak_cycle("R/PT10M", "en") == "every 10\u00a0minutes"


class Outline(HTMLParser):
    """Collects ids, links and open tags."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_escaped_and_linked_both_ways() -> None:
    model = small('startEvent S <b>"x"</b>\ntask A & Co\nendEvent E', "S>A A>E")
    html = bpmn.describe(model).as_html(link=lambda id_: f"/p#{id_}")
    outline = Outline()
    outline.feed(html)
    assert outline.open == []
    assert {"text-S", "text-A", "text-E"} <= set(outline.ids)
    assert "/p#A" in outline.links
    assert "b" not in outline.tags
    assert "style" not in html


def test_links_between_sentences_lead_somewhere() -> None:
    model = small("startEvent S\nexclusiveGateway G Ja?\ntask A Tun\nendEvent E", "S>G G>A:ja G>E:nein A>E")
    outline = Outline()
    outline.feed(bpmn.describe(model).as_html())
    assert {link[1:] for link in outline.links if link.startswith("#text-")} <= set(outline.ids)


def test_every_node_is_told_once_and_every_flow_is_told_in_the_whole_corpus() -> None:
    for path, model in corpus():
        description = bpmn.describe(model)
        steps = list(description.walk())
        assert sorted(step.element_id for step in steps) == sorted(node.id for node in model.nodes), path
        numbers = [(section.element_id, step.number) for section in description.sections for step in section.walk()]
        assert len(set(numbers)) == len(numbers), path
        for following, step in _with_following(description):
            mentioned = {p.element_id for text in (step.text, *step.ways) for p in text if isinstance(p, Reference)}
            assert mentioned <= {other.element_id for other in steps}, path
            for flow in model.elements[step.element_id].outgoing:
                if flow.target is not None and flow.target.is_node:
                    assert flow.target.id in mentioned or flow.target.id == following, (path, step.sentence)


def _with_following(description: bpmn.Description) -> Iterator[tuple[str | None, bpmn.Step]]:
    """Yield each step with the id of the next one on its level."""

    def level(steps: Sequence[bpmn.Step]) -> Iterator[tuple[str | None, bpmn.Step]]:
        for step, after in zip_longest(steps, steps[1:]):
            yield (after.element_id if after is not None else None), step
            yield from level(step.children)

    for section in description.sections:
        yield from level(section.steps)


def test_no_gap_of_a_phrase_stays_open_in_either_language() -> None:
    for path, model in corpus("miwg", "Reference"):
        for lang in ("de", "en"):
            description = bpmn.describe(model, lang)
            told = [text for step in description.walk() for text in (step.text, *step.ways)]
            assert not [text for text in told for p in text if isinstance(p, str) and re.search(r"\{\w+\}", p)], path


def test_no_break_spaces_stay() -> None:
    model = small(
        "", inside='<task id="T" name="Anzeige prüfen"><documentation>Nach §&#160;14 GewO.</documentation></task>'
    )
    assert "Nach §\u00a014 GewO." in bpmn.describe(model).as_text()


def test_a_choreography_tells_who_sends_what_to_whom() -> None:
    model = raw(
        '<choreography id="C" name="Anmeldung"><participant id="p" name="Bürgerin"/><participant id="q" name="Stadt"/>'
        '<messageFlow id="m" sourceRef="p" targetRef="q" name="Antrag"/><startEvent id="s"/>'
        '<choreographyTask id="t" name="Antrag übermitteln" initiatingParticipantRef="p">'
        "<participantRef>p</participantRef><participantRef>q</participantRef><messageFlowRef>m</messageFlowRef></choreographyTask>"
        '<sequenceFlow id="f" sourceRef="s" targetRef="t"/></choreography>'
    )
    (section,) = bpmn.describe(model).sections
    task = section.steps[1]
    assert task.sentence == "Antrag übermitteln (zwischen Bürgerin und Stadt). Danach endet dieser Weg."
    assert ["".join(map(str, detail)) for detail in task.details] == ["Nachricht „Antrag“ von Bürgerin an Stadt."]


def test_a_conversation_names_who_talks() -> None:
    model = raw(
        '<collaboration id="C"><participant id="p" name="Bürgerin"/><participant id="q" name="Stadt"/>'
        '<conversation id="k" name="Antragsverfahren"><participantRef>p</participantRef>'
        "<participantRef>q</participantRef></conversation></collaboration>"
    )
    description = bpmn.describe(model)
    assert "Konversation „Antragsverfahren“ zwischen Bürgerin und Stadt." in description.as_text()
    assert "Beteiligt sind 2 Stellen: „Bürgerin“ und „Stadt“." in description.as_text()
