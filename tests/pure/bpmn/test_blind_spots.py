"""Small changes that id-based comparers overlook or misjudge: each is found, alone, and told rightly."""

import pytest

from hub import bpmn
from tests.pure.bpmn.small import raw, small

MODEL = """
<message id="M" name="Antrag"/><signal id="SI" name="Frist"/><error id="ER" name="Zahlung fehlt" errorCode="4711"/>
<collaboration id="C"><participant id="PO" name="Stadt" processRef="P"/></collaboration>
<process id="P"><laneSet id="LS">
<lane id="L1" name="Fachamt"><flowNodeRef>S</flowNodeRef><flowNodeRef>A</flowNodeRef><flowNodeRef>G</flowNodeRef></lane>
 <lane id="L2" name="Kasse"><flowNodeRef>B</flowNodeRef><flowNodeRef>U</flowNodeRef><flowNodeRef>E</flowNodeRef></lane>
</laneSet>
<startEvent id="S" name="Antrag eingegangen"><messageEventDefinition id="SD" messageRef="M"/></startEvent>
<task id="A" name="Antrag prüfen"><documentation id="DOC">Nach § 14 GewO</documentation></task>
<exclusiveGateway id="G" name="Vollständig?"/>
<task id="B" name="Gebühr einziehen"/>
<subProcess id="U" name="Nacharbeit"><task id="T" name="Akte ablegen"/></subProcess>
<endEvent id="E" name="Antrag erledigt"/>
<sequenceFlow id="F1" sourceRef="S" targetRef="A"/><sequenceFlow id="F2" sourceRef="A" targetRef="G"/>
<sequenceFlow id="F3" name="ja" sourceRef="G" targetRef="B">
 <conditionExpression>ok</conditionExpression></sequenceFlow>
<sequenceFlow id="F4" name="nein" sourceRef="G" targetRef="E"/><sequenceFlow id="F5" sourceRef="B" targetRef="U"/>
<sequenceFlow id="F6" sourceRef="U" targetRef="E"/>
<textAnnotation id="N"><text>Gebühr 20 €</text></textAnnotation>
<association id="AN" sourceRef="N" targetRef="B"/>
<dataObject id="DO" name="Bescheid"/>
<dataObjectReference id="DR" name="Bescheid"
 dataObjectRef="DO"><dataState id="DS" name="Entwurf"/></dataObjectReference>
</process>"""

FOUND = {
    "a task in another lane": (
        [("<flowNodeRef>A</flowNodeRef>", ""), ("<flowNodeRef>B<", "<flowNodeRef>A</flowNodeRef><flowNodeRef>B<")],
        ("moved-lane", "A", "Fachamt", "Kasse"),
    ),
    "a task out of all lanes": ([("<flowNodeRef>A</flowNodeRef>", "")], ("moved-lane", "A", "Fachamt", None)),
    "the text of an annotation": ([("20 €", "30 €")], ("property", "N", "Gebühr 20 €", "Gebühr 30 €")),
    "a new annotation": (
        [("<association", "<textAnnotation id='N2'><text>§ 9</text></textAnnotation><association")],
        ("added", "N2", None, "§ 9"),
    ),
    "the end of an association": (
        [('"N" targetRef="B"', '"N" targetRef="A"')],
        ("reconnected", "AN", "Gebühr 20 € → Gebühr einziehen", "Gebühr 20 € → Antrag prüfen"),
    ),
    "the name of a data object": (
        [('"DO" name="Bescheid"', '"DO" name="Akte"')], ("renamed", "DO", "Bescheid", "Akte"),
    ),
    "the state of a data object": ([("Entwurf", "Endfassung")], ("property", "DR", "Entwurf", "Endfassung")),
    "a task dragged into a sub-process": (
        [
            ('<task id="B" name="Gebühr einziehen"/>', ""),
            ('<task id="T"', '<task id="B" name="Gebühr einziehen"/><task id="T"'),
        ],
        ("moved-scope", "B", "Stadt", "Nacharbeit"),
    ),
    "a condition": ([(">ok<", ">geprüft<")], ("property", "F3", "ok", "geprüft")),
    "a trigger": (
        [('<messageEventDefinition id="SD" messageRef="M"/>', '<signalEventDefinition id="SD" signalRef="SI"/>')],
        ("retyped", "S", "messageEventDefinition", "signalEventDefinition"),
    ),
    "a trigger without its message": ([(' messageRef="M"', "")], ("property", "S", "Antrag", None)),
    "the name of a message": ([('"M" name="Antrag"', '"M" name="Anzeige"')], ("renamed", "M", "Antrag", "Anzeige")),
    "the name of a signal": ([('"SI" name="Frist"', '"SI" name="Termin"')], ("renamed", "SI", "Frist", "Termin")),
    "the code of an error": ([("4711", "4712")], ("property", "ER", "4711", "4712")),
    "documentation that has an id": (
        [("§ 14", "§ 15")],
        ("documentation", "A", "Nach § 14 GewO", "Nach § 15 GewO"),
    ),
    "a vendor's attribute": (
        [('<task id="B"', '<task xmlns:v="urn:v" v:users="kasse" id="B"')],
        ("extension", "B", None, "kasse"),
    ),
    "a vendor's property": (
        [
            (
                'name="Gebühr einziehen"/>',
                'name="Gebühr einziehen"><extensionElements xmlns:v="urn:v"><v:p name="rag" value="3"/>'
                "</extensionElements></task>",
            )
        ],
        ("extension", "B", None, "3"),
    ),
    "another type": ([('<task id="B"', '<userTask id="B"')], ("retyped", "B", "task", "userTask")),
    "another target": (
        [('sourceRef="G" targetRef="E"', 'sourceRef="G" targetRef="A"')],
        ("reconnected", "F4", "Vollständig? → Antrag erledigt", "Vollständig? → Antrag prüfen"),
    ),
    "a default flow": ([('name="Vollständig?"', 'name="Vollständig?" default="F4"')], ("property", "G", None, "nein")),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND)
def test_what_others_overlook_is_found_alone_and_with_before_and_after(what: str) -> None:
    edits, expected = FOUND[what]
    text = MODEL
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    changes = bpmn.diff(raw(MODEL), raw(text)).changes
    assert [(c.kind, c.new_id or c.old_id, c.before, c.after) for c in changes] == [expected]
    back = bpmn.diff(raw(text), raw(MODEL)).changes
    assert len(back) == 1
    if expected[0] not in ("added", "removed"):
        assert (back[0].kind, back[0].before, back[0].after) == (expected[0], expected[3], expected[2])


def test_another_target_namespace_is_told() -> None:
    one = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:a">'
        b'<process id="P"/></definitions>'
    )
    (change,) = bpmn.diff(bpmn.read(one), bpmn.read(one.replace(b"urn:a", b"urn:b"))).changes
    assert (change.kind, change.aspect, change.before, change.after) == (
        "property",
        "targetNamespace",
        "urn:a",
        "urn:b",
    )


def test_two_strangers_with_default_ids_are_not_told_as_a_rename() -> None:
    hunde = small("task Activity_1 Hund anmelden\ntask Activity_2 Steuer festsetzen\ntask Activity_3 Marke versenden")
    bauen = small(
        "task Activity_1 Bauakte öffnen\ntask Activity_2 Nachbarn anhören\ntask Activity_3 Genehmigung erteilen"
    )
    found = bpmn.diff(hunde, bauen)
    assert found.unrelated
    assert not found.is_cosmetic
    assert "verschiedene Prozesse" in found.sentence()


def test_one_renumbered_step_stays_the_same_step() -> None:
    assert bpmn.diff(raw(MODEL), raw(MODEL.replace('"B"', '"B9"').replace(">B<", ">B9<"))).changes == ()


# Where ids hold, another id is another thing, unless it says the same.

DATA = """<process id="P"><task id="T" name="Bescheid erstellen">
<dataOutputAssociation id="O1"><targetRef>{store}</targetRef></dataOutputAssociation></task>
<task id="U" name="Bescheid versenden"/><sequenceFlow id="F" sourceRef="T" targetRef="U"/>
<dataStoreReference id="{store}" name="{name}"/>
<dataObject id="DO1"/><dataObjectReference id="DR1" name="Entwurf" dataObjectRef="DO1"/>{more}</process>"""


def test_another_store_in_the_same_place_is_no_rename() -> None:
    old = raw(DATA.format(store="Store_1", name="Fachverfahren", more=""))
    new = raw(DATA.format(store="Store_2", name="E-Akte", more="").replace('"O1"', '"O2"'))
    found = {(c.kind, c.old_id, c.new_id) for c in bpmn.diff(old, new).changes}
    assert found >= {("removed", "Store_1", None), ("added", None, "Store_2")}
    assert "renamed" not in {kind for kind, _, _ in found}


def test_a_new_data_object_is_told_once_by_its_reference() -> None:
    more = '<dataObject id="DO2"/><dataObjectReference id="DR2" name="Bescheid" dataObjectRef="DO2"/>'
    old = raw(DATA.format(store="S", name="E-Akte", more=""))
    new = raw(DATA.format(store="S", name="E-Akte", more=more))
    assert [(c.kind, c.new_id) for c in bpmn.diff(old, new).changes] == [("added", "DR2")]
    assert [(c.kind, c.old_id) for c in bpmn.diff(new, old).changes] == [("removed", "DR2")]


def test_a_data_object_whose_id_alone_changed_is_the_same() -> None:
    text = DATA.format(store="S", name="E-Akte", more="")
    assert bpmn.diff(raw(text), raw(text.replace('"DO1"', '"DataObject_77"'))).changes == ()


def test_nameless_steps_that_hang_on_nothing_are_not_taken_for_one_another() -> None:
    text = '<process id="P"><subProcess id="U1" name="Vorarbeit"/><subProcess id="U2" name="Nacharbeit"/>{}</process>'
    old, new = raw(text.format('<subProcess id="U3"/>')), raw(text.format('<subProcess id="U4"/>'))
    assert [(c.kind, c.old_id, c.new_id) for c in bpmn.diff(old, new).changes] == [
        ("removed", "U3", None),
        ("added", None, "U4"),
    ]
