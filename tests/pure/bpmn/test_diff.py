"""Comparing: every change is found, none is invented, and each is told in one German sentence."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import bpmn
from hub.bpmn.change import ChangeKind
from tests.needs import need
from tests.pure.bpmn import edits
from tests.pure.bpmn.small import CORPUS, corpus, raw

BASE = """
<message id="M" name="Antrag"/><signal id="SI" name="Frist"/>
<collaboration id="C"><participant id="PO" name="Stadt" processRef="P"/></collaboration>
<process id="P">
  <laneSet id="LS">
    <lane id="L1" name="Fachamt">
      <flowNodeRef>E</flowNodeRef><flowNodeRef>A</flowNodeRef><flowNodeRef>G</flowNodeRef>
    </lane>
    <lane id="L2" name="Stadtkasse"><flowNodeRef>B</flowNodeRef><flowNodeRef>D</flowNodeRef></lane>
  </laneSet>
  <startEvent id="E" name="Antrag eingegangen"><messageEventDefinition id="ED" messageRef="M"/></startEvent>
  <userTask id="A" name="Antrag prüfen"><documentation>Nach § 14 GewO</documentation></userTask>
  <exclusiveGateway id="G" name="Vollständig?" default="F4"/>
  <task id="B" name="Gebühr einziehen"/>
  <endEvent id="D" name="Antrag erledigt"/>
  <sequenceFlow id="F1" sourceRef="E" targetRef="A"/>
  <sequenceFlow id="F2" sourceRef="A" targetRef="G"/>
  <sequenceFlow id="F3" name="ja" sourceRef="G" targetRef="B">
    <conditionExpression>ok</conditionExpression>
  </sequenceFlow>
  <sequenceFlow id="F4" name="nein" sourceRef="G" targetRef="D"/>
  <sequenceFlow id="F5" sourceRef="B" targetRef="D"/>
  <subProcess id="S" name="Nacharbeit"><task id="T" name="Akte ablegen"/></subProcess>
  <textAnnotation id="N"><text>Gebühr 20 €</text></textAnnotation>
  <association id="AN" sourceRef="N" targetRef="B"/>
  <dataObject id="DO" name="Bescheid"/><dataObjectReference id="DR" name="Bescheid" dataObjectRef="DO"/>
</process>
"""

CASES = {
    "lane": (
        "<flowNodeRef>A</flowNodeRef>",
        "",
        '<lane id="L2" name="Stadtkasse">',
        '<lane id="L2" name="Stadtkasse"><flowNodeRef>A</flowNodeRef>',
        "moved-lane",
        "„Antrag prüfen“ – Zuständigkeit: Fachamt → Stadtkasse.",
    ),
    "name": (
        "Gebühr einziehen",
        "Gebühr buchen",
        "",
        "",
        "renamed",
        "Die Aufgabe „Gebühr einziehen“ heißt jetzt „Gebühr buchen“.",
    ),
    "type": (
        '<task id="B"',
        '<serviceTask id="B"',
        "",
        "",
        "retyped",
        "Aus der Aufgabe „Gebühr einziehen“ wurde eine Systemaufgabe.",
    ),
    "annotation": (
        "Gebühr 20 €",
        "Gebühr 30 €",
        "",
        "",
        "property",
        "Anmerkung geändert: „Gebühr 20 €“ → „Gebühr 30 €“.",
    ),
    "condition": (">ok<", ">geprüft<", "", "", "property", "Bedingung von „ja“: „ok“ → „geprüft“."),
    "default": ('default="F4"', 'default="F3"', "", "", "property", "Standardweg von „Vollständig?“: „nein“ → „ja“."),
    "documentation": (
        "Nach § 14 GewO",
        "Nach § 15 GewO",
        "",
        "",
        "documentation",
        "Beschreibung von „Antrag prüfen“: „Nach § 14 GewO“ → „Nach § 15 GewO“.",
    ),
    "message": (
        '"M" name="Antrag"',
        '"M" name="Anzeige"',
        "",
        "",
        "renamed",
        "Die Nachricht „Antrag“ heißt jetzt „Anzeige“.",
    ),
    "event definition": (
        '<messageEventDefinition id="ED" messageRef="M"/>',
        '<signalEventDefinition id="ED" signalRef="SI"/>',
        "",
        "",
        "retyped",
        "Ereignisart von „Antrag eingegangen“: „Nachricht“ → „Signal“.",
    ),
    "data object": (
        '"DO" name="Bescheid"',
        '"DO" name="Akte"',
        "",
        "",
        "renamed",
        "Das Datenobjekt „Bescheid“ heißt jetzt „Akte“.",
    ),
    "reconnected": (
        'sourceRef="G" targetRef="D"',
        'sourceRef="G" targetRef="A"',
        "",
        "",
        "reconnected",
        "„Antrag prüfen“ folgt jetzt auf „Vollständig?“ (bisher folgte „Antrag erledigt“).",
    ),
    "association": (
        'sourceRef="N" targetRef="B"',
        'sourceRef="N" targetRef="A"',
        "",
        "",
        "reconnected",
        "Die Assoziation verbindet jetzt Gebühr 20 € → Antrag prüfen (bisher Gebühr 20 € → Gebühr einziehen).",
    ),
    "scope": (
        '<task id="B" name="Gebühr einziehen"/>',
        "",
        '<task id="T" name="Akte ablegen"/>',
        '<task id="T" name="Akte ablegen"/><task id="B" name="Gebühr einziehen"/>',
        "moved-scope",
        "„Gebühr einziehen“ gehört jetzt zu dem Teilprozess „Nacharbeit“ (bisher zu dem Prozess „Stadt“).",
    ),
    "extension": (
        '<task id="B"',
        '<task xmlns:x="urn:x" x:assignee="kasse" id="B"',
        "",
        "",
        "extension",
        "Werkzeugangabe „assignee“ von „Gebühr einziehen“: keine Angabe → „kasse“.",
    ),
    "id with a meaning in an extension": (
        '<textAnnotation id="N">',
        '<textAnnotation id="N"><extensionElements><x:v xmlns:x="urn:x" name="Ja" id="false"/></extensionElements>',
        "",
        "",
        "extension",
        "Werkzeugangabe „v[Ja]“ von „Gebühr 20 €“: keine Angabe → „false“.",
    ),
    "what the hub's own vocabulary says": (
        '<textAnnotation id="N">',
        '<textAnnotation id="N"><extensionElements><h:system xmlns:h="urn:ikz-prozesshub:bpmn:1" name="ePayment"/>'
        "</extensionElements>",
        "",
        "",
        "extension",
        "IT-Verfahren von „Gebühr 20 €“: keine Angabe → „ePayment“.",
    ),
    "flag": (
        '<userTask id="A"',
        '<userTask isForCompensation="true" id="A"',
        "",
        "",
        "property",
        "„Antrag prüfen“ – für Kompensation: nein → ja.",
    ),
    "added": (
        '<textAnnotation id="N">',
        '<manualTask id="NEU" name="Siegeln"/><textAnnotation id="N">',
        "",
        "",
        "added",
        "Neue manuelle Aufgabe „Siegeln“ (Zuständigkeit: Stadt).",
    ),
    "removed": (
        '<association id="AN" sourceRef="N" targetRef="B"/>',
        "",
        "",
        "",
        "removed",
        "Die Assoziation von „Gebühr 20 €“ zu „Gebühr einziehen“ entfällt.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_found_alone_and_told_in_a_german_sentence(case: str) -> None:
    one, other, more, and_more, kind, sentence = CASES[case]
    changed = BASE.replace(one, other)
    found = bpmn.diff(raw(BASE), raw(changed.replace(more, and_more) if more else changed))
    assert [(change.kind.value, change.sentence()) for change in found.changes] == [(kind, sentence)]
    assert found.changes[0].sentence("en") != sentence
    assert not found.is_cosmetic
    assert found.fingerprints[0] != found.fingerprints[1]


def test_long_texts_that_begin_alike_are_told_from_where_they_differ() -> None:
    text = "Die Stadt nimmt die Anzeige über den Beginn eines stehenden Gewerbes elektronisch entgegen und prüft sie "
    both = [
        BASE.replace(
            '<task id="B" name="Gebühr einziehen"/>',
            f'<task id="B" name="Gebühr einziehen"><documentation>{text}{end}</documentation></task>',
        )
        for end in ("von Hand.", "im Fachverfahren.")
    ]
    (change,) = bpmn.diff(raw(both[0]), raw(both[1])).changes
    before, _arrow, after = change.sentence().partition(" → ")
    assert "… " in before
    assert "von Hand." in before
    assert "im Fachverfahren." in after


NO_CHANGE = {
    "order of attributes": ('<task id="B" name="Gebühr einziehen"/>', '<task name="Gebühr einziehen" id="B"/>'),
    "explicit defaults": ('<userTask id="A"', '<userTask startQuantity="1" isForCompensation="false" id="A"'),
    "line breaks in a name": ("Gebühr einziehen", "Gebühr&#10;einziehen"),
    "white space and comments": ("<laneSet", "\n\n<!-- Bahnen -->\n<laneSet"),
    "lists of incoming and outgoing": (
        'name="Vollständig?" default="F4"/>',
        'name="Vollständig?" default="F4"><incoming>F2</incoming></exclusiveGateway>',
    ),
    "order of elements": (
        '<sequenceFlow id="F1" sourceRef="E" targetRef="A"/>\n  <sequenceFlow id="F2" sourceRef="A" targetRef="G"/>',
        '<sequenceFlow id="F2" sourceRef="A" targetRef="G"/><sequenceFlow id="F1" sourceRef="E" targetRef="A"/>',
    ),
    "another prefix": (
        '<task id="B" name="Gebühr einziehen"/>',
        '<q:task xmlns:q="http://www.omg.org/spec/BPMN/20100524/MODEL" id="B" name="Gebühr einziehen"></q:task>',
    ),
}


@pytest.mark.parametrize("case", NO_CHANGE)
def test_what_only_looks_different_is_no_change(case: str) -> None:
    one, other = NO_CHANGE[case]
    assert one in BASE
    found = bpmn.diff(raw(BASE), raw(BASE.replace(one, other)))
    assert found.changes == ()
    assert found.is_cosmetic
    assert found.fingerprints[0] == found.fingerprints[1]
    assert found.sentence() == "Es gibt keine Änderungen."


def test_all_ids_new_is_no_change() -> None:
    new = BASE
    for id_ in [
        "M",
        "SI",
        "C",
        "PO",
        "P",
        "LS",
        "L1",
        "L2",
        "E",
        "ED",
        "A",
        "G",
        "B",
        "D",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "S",
        "T",
        "N",
        "AN",
        "DO",
        "DR",
    ]:
        new = new.replace(f'"{id_}"', f'"neu-{id_}"').replace(f">{id_}<", f">neu-{id_}<")
    found = bpmn.diff(raw(BASE), raw(new))
    assert found.changes == ()
    assert all(new_id == f"neu-{old_id}" for old_id, new_id, _ in found.matching)
    assert found.fingerprints[0] == found.fingerprints[1]


def test_two_unrelated_models_are_called_so_even_with_the_same_ids() -> None:
    words = {
        "Antrag prüfen": "Hund anmelden",
        "Gebühr einziehen": "Marke versenden",
        "Vollständig?": "Zahlung da?",
        "Antrag eingegangen": "Halterwechsel gemeldet",
        "Antrag erledigt": "Steuer festgesetzt",
        "Fachamt": "Steuerstelle",
        "Stadtkasse": "Druckerei",
        '"Stadt"': '"Landkreis"',
        "Akte ablegen": "Liste drucken",
        "Nacharbeit": "Vollstreckung",
    }
    new = BASE
    for one, other in words.items():
        new = new.replace(one, other)
    found = bpmn.diff(raw(BASE), raw(new))
    assert found.unrelated
    assert not found.is_cosmetic
    assert "verschiedene Prozesse" in found.sentence()


def test_a_renamed_vendor_namespace_is_told_once() -> None:
    one = '<process xmlns:camunda="{}" id="P"><task id="A" camunda:a="1"/><task id="B" camunda:b="2"/></process>'
    root = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="{}">{}</definitions>'
    body = one.replace(' xmlns:camunda="{}"', "")
    old, new = (bpmn.read(root.format(uri, body).encode()) for uri in ("urn:activiti", "urn:camunda"))
    assert [(c.kind, c.aspect) for c in bpmn.diff(old, new).changes] == [(ChangeKind.EXTENSION, "xmlns:camunda")]


def test_the_more_weighty_change_comes_first() -> None:
    new = BASE.replace("Nach § 14 GewO", "Neu").replace("<flowNodeRef>A</flowNodeRef>", "").replace("Gebühr 20 €", "x")
    kinds = [change.kind for change in bpmn.diff(raw(BASE), raw(new)).changes]
    assert kinds == [ChangeKind.MOVED_LANE, ChangeKind.PROPERTY, ChangeKind.DOCUMENTATION]


DRAWN = """<process id="P"><task id="A"/><task id="B"/><sequenceFlow id="F" sourceRef="A" targetRef="B"/></process>
<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:w="http://www.omg.org/spec/DD/20100524/DI"><d:BPMNPlane bpmnElement="P">
<d:BPMNShape id="a" bpmnElement="A"><c:Bounds x="10" y="20" width="100" height="80"/></d:BPMNShape>
<d:BPMNShape id="b" bpmnElement="B"><c:Bounds x="210" y="20" width="100" height="80"/></d:BPMNShape>
<d:BPMNEdge id="f" bpmnElement="F"><w:waypoint x="110" y="60"/><w:waypoint x="210" y="60"/></d:BPMNEdge>
</d:BPMNPlane></d:BPMNDiagram>"""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ('x="10" y="20"', 'x="10.0" y="20.00"', []),
        ('<d:BPMNShape id="a"', '<d:BPMNShape id="other"', []),
        ('x="10" y="20"', 'x="40" y="20"', [("A", "position")]),
        ('x="10" y="20" width="100"', 'x="10" y="20" width="130"', [("A", "size")]),
        (
            '<w:waypoint x="110" y="60"/>',
            '<w:waypoint x="110" y="60"/><w:waypoint x="150" y="90"/>',
            [("F", "waypoints")],
        ),
        ('id="b" bpmnElement="B"', 'id="b" bpmnElement="B" isExpanded="true"', [("B", "display")]),
    ],
)
def test_the_drawing_is_compared_by_itself(one: str, other: str, expected: list[tuple[str, str]]) -> None:
    found = bpmn.diff(raw(DRAWN), raw(DRAWN.replace(one, other)))
    assert [(change.new_id, change.aspect) for change in found.changes] == expected
    assert found.is_cosmetic
    assert found.fingerprints[0] == found.fingerprints[1]


def test_a_drawing_moved_as_a_whole_is_one_change() -> None:
    moved = DRAWN
    for x in ("10", "210", "110"):
        moved = moved.replace(f'x="{x}"', f'x="{int(x) + 1000}"')
    assert [change.aspect for change in bpmn.diff(raw(DRAWN), raw(moved)).changes] == ["whole"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.integers(0, 2**32))
def test_random_edits_of_real_models_are_found_and_nothing_else(seed: int) -> None:
    rng = random.Random(seed)
    path = rng.choice(_files())
    try:
        model = bpmn.read(path.read_bytes())
    except bpmn.Unreadable:
        return
    edit = rng.choice(edits.MAKERS)(model, rng)
    if edit is None:
        return
    found = bpmn.diff(model, bpmn.read(edit.data))
    assert not found.unrelated
    told = {(change.kind.value, str(change.old_id or change.new_id)) for change in found.changes}
    assert edit.expected <= told, (path.name, edit.name)
    assert {id_ for _, id_ in told} <= edit.allowed, (path.name, edit.name)
    assert (found.fingerprints[0] == found.fingerprints[1]) is found.is_cosmetic


_FOUND: list[Path] = []


def _files() -> list[Path]:
    need(CORPUS.is_dir(), "the corpus at ../shared/corpus")
    if not _FOUND:
        _FOUND.extend(path for path in sorted(CORPUS.rglob("*.bpmn")) if path.stat().st_size < 100_000)
    return _FOUND


def test_a_model_compared_with_itself_has_no_changes() -> None:
    for path, model in corpus("miwg"):
        again = bpmn.read(
            b" " + model.source if model.source[:1] == b"<" and b"<?xml" not in model.source[:9] else model.source
        )
        found = bpmn.diff(model, again, bpmn.match(model, again))
        assert found.changes == (), path.name


def test_real_versions_are_compared_with_a_sentence_for_each_change() -> None:
    for path, old in corpus("pairs"):
        if path.name.endswith(".a.bpmn"):
            try:
                new = bpmn.read(path.with_name(path.name.replace(".a.", ".b.")).read_bytes())
            except bpmn.Unreadable:
                continue
            found = bpmn.diff(old, new)
            assert not found.unrelated, path.name
            assert all(change.sentence("de").endswith(".") for change in found.changes)
            assert all(change.sentence("en").endswith(".") for change in found.changes)
            back = bpmn.diff(new, old)
            assert len(back.semantic) == len(found.semantic), path.name
