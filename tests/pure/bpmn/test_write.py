"""Edits leave every untouched byte as it was."""

import pytest

from hub import bpmn

MODEL = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- Kopf: bitte nicht löschen -->
<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:x="urn:x"
   xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
   xmlns:w="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:t">
  <process id="P" isExecutable = 'false'>
    <laneSet id="LS">
      <lane id="L1" name="Fachamt"><flowNodeRef>A</flowNodeRef><flowNodeRef>B</flowNodeRef></lane>
      <lane id="L2" name="Kasse"/>
    </laneSet>
    <task id="A" name="Antrag pr&#252;fen" x:note='a > "b"'>
      <extensionElements><x:y/></extensionElements>
      <outgoing>F</outgoing>
    </task>
    <!-- dazwischen -->
    <subProcess id="S"><task id="T" name="innen"/></subProcess>
    <task id="B"><incoming>F</incoming></task>
    <sequenceFlow id="F" sourceRef="A" targetRef="B"/>
  </process>
  <di:BPMNDiagram id="D"><di:BPMNPlane id="PL" bpmnElement="P">
    <di:BPMNShape id="A_di" bpmnElement="A"><dc:Bounds x="1" y="2" width="100" height="80"/></di:BPMNShape>
    <di:BPMNEdge id="F_di" bpmnElement="F"><w:waypoint x="1" y="2"/><w:waypoint x="3" y="4"/></di:BPMNEdge>
  </di:BPMNPlane></di:BPMNDiagram>
</definitions>
""".encode("latin-1")


@pytest.fixture
def model() -> bpmn.Model:
    return bpmn.read(MODEL)


def test_no_edit_means_the_same_bytes(model: bpmn.Model) -> None:
    assert bpmn.Editor(model).data() == MODEL


def test_renaming_touches_the_name_only(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.rename(model.elements["A"], 'Prüfen & "gut" – <fertig>')
    old = b'name="Antrag pr&#252;fen"'
    new = 'name="Prüfen &amp; &quot;gut&quot; '.encode("latin-1") + b"&#8211; &lt;fertig&gt;" + b'"'
    assert editor.data() == MODEL.replace(old, new)
    assert editor.read().elements["A"].name == 'Prüfen & "gut" – <fertig>'


def test_an_attribute_is_added_at_the_end_of_the_tag(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.set(model.elements["B"], "name", "Neu")
    assert editor.data() == MODEL.replace(b'<task id="B">', b'<task id="B" name="Neu">')


def test_an_attribute_in_single_quotes_keeps_them(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.set(model.elements["A"], "{urn:x}note", "it's")
    assert editor.data() == MODEL.replace(b"x:note='a > \"b\"'", b"x:note='it&apos;s'")


def test_removing_an_attribute_removes_the_space_before_it(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.set(model.elements["P"], "isExecutable", None)
    assert editor.data() == MODEL.replace(b" isExecutable = 'false'", b"")


def test_moving_to_another_lane_moves_the_reference(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.set_lane(model.elements["B"], model.elements["L2"])
    data = editor.data()
    assert b'<lane id="L1" name="Fachamt"><flowNodeRef>A</flowNodeRef></lane>' in data
    lanes = editor.read().relations.own_lanes
    assert (lanes["A"].id, lanes["B"].id) == ("L1", "L2")


def test_documentation_goes_where_the_schema_wants_it(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.set_documentation(model.elements["A"], "nach § 14")
    data = editor.data()
    assert data.index(b"<documentation>") < data.index(b"<extensionElements>")
    assert editor.read().elements["A"].documentation == "nach § 14"


def test_moving_into_a_sub_process_takes_edits_along(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.rename(model.elements["A"], "Anders")
    editor.move(model.elements["A"], model.elements["S"])
    moved = editor.read().elements["A"]
    assert moved.parent is not None
    assert (moved.parent.id, moved.name, moved.outgoing[0].id) == ("S", "Anders", "F")
    assert b"<!-- dazwischen -->" in editor.data()


def test_an_element_goes_with_its_references_and_its_drawing(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.remove_element(model.elements["A"])
    editor.remove_element(model.elements["F"])
    left = editor.read()
    assert "A" not in left.elements
    assert b">A<" not in editor.data()
    assert left.diagrams[0].shapes == ()
    assert left.diagrams[0].edges == ()
    assert left.elements["B"].details.find("incoming") is None


def test_reconnecting_a_flow_keeps_incoming_and_outgoing_true(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    editor.connect(model.elements["F"], source="B", target="A")
    flow = editor.read().elements["F"]
    assert flow.source is not None
    assert flow.target is not None
    assert (flow.source.id, flow.target.id) == ("B", "A")
    assert editor.read().elements["B"].detail_text("outgoing") == "F"
    assert editor.read().elements["B"].detail_text("incoming") is None


def test_children_of_an_empty_tag_open_it_in_schema_order(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    lane = model.elements["L2"]
    editor.insert_reference(lane, "flowNodeRef", "A")
    editor.set_documentation(lane, "Kasse")
    written = editor.read().elements["L2"]
    assert [node.name for node in written.details.children] == ["documentation", "flowNodeRef"]


def test_a_piece_of_another_file_arrives_with_its_meaning(model: bpmn.Model) -> None:
    other = bpmn.read(
        b'<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:other" targetNamespace="t">'
        b'<b:process id="P"><b:userTask id="A" x:k="1"><b:outgoing>F</b:outgoing></b:userTask></b:process>'
        b"</b:definitions>"
    )
    editor = bpmn.Editor(model)
    xml = editor.transplant(other.elements["A"], other, {"A": "A2", "F": "F2"})
    editor.insert(model.elements["P"], xml)
    arrived = editor.read().elements["A2"]
    assert arrived.type == "userTask"
    assert arrived.attributes["{urn:other}k"] == "1"
    assert arrived.detail_text("outgoing") == "F2"


def test_drawing_is_changed_and_added(model: bpmn.Model) -> None:
    editor = bpmn.Editor(model)
    diagram = model.diagrams[0]
    editor.set_bounds(diagram.shapes[0], bpmn.Bounds(1, 2.5, 100, 80))
    editor.set_waypoints(diagram.edges[0], [(5, 6), (7, 8), (9, 10)])
    editor.add_shape(diagram, "B", bpmn.Bounds(200, 2, 100, 80))
    drawn = editor.read().diagrams[0]
    assert [(shape.element_id, shape.bounds.y) for shape in drawn.shapes] == [("A", 2.5), ("B", 2)]
    assert list(drawn.edges[0].waypoints) == [(5, 6), (7, 8), (9, 10)]
