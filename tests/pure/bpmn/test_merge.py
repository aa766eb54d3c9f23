"""Merging: what both sides did is in the result, true contradictions are asked about, nothing else changes."""

import json
from pathlib import Path

import pytest

from hub import bpmn
from hub.bpmn.commands import main
from tests.pure.bpmn.merge_oracle import broken_references, duplicate_ids, undrawn

MODEL = (Path(__file__).parent / "fixtures" / "hundesteuer.bpmn").read_text(encoding="utf-8")


def changed(*pairs: tuple[str, str], text: str = MODEL) -> str:
    """Return the model with each first text replaced by the second; every first text must be there."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def merged(ours: str, theirs: str, decisions: dict[str, object] | None = None, base: str = MODEL) -> bpmn.Merge:
    read = [bpmn.read(text.encode()) for text in (base, ours, theirs)]
    return bpmn.merge(read[0], read[1], read[2], decisions)  # type: ignore[arg-type]


def only(result: bpmn.Merge) -> bpmn.Conflict:
    assert len(result.conflicts) == 1, [conflict.sentence() for conflict in result.conflicts]
    return result.conflicts[0]


RENAMED = changed(('name="Angaben prüfen"', 'name="Angaben und Hund prüfen"'))
OTHER_NAME = changed(('name="Angaben prüfen"', 'name="Anmeldung prüfen"'))
NEW_LANE = changed(
    ("        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n", ""),
    (
        "        <bpmn:flowNodeRef>Task_Sollstellung</bpmn:flowNodeRef>\n",
        "        <bpmn:flowNodeRef>Task_Sollstellung</bpmn:flowNodeRef>\n"
        "        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n",
    ),
)


def inserted(tag: str, x: int = 1180, y: int = 430) -> str:
    """Return the model with a new task between „Steuermarke ausgeben“ and „Forderung zum Soll stellen“."""
    return changed(
        ('id="Flow_5" sourceRef="Task_Marke" targetRef="Task_Sollstellung" />',
         f'id="Flow_5" sourceRef="Task_Marke" targetRef="Task_{tag}" />\n'
         f'    <bpmn:userTask id="Task_{tag}" name="Schritt {tag}">\n'
         f"      <bpmn:incoming>Flow_5</bpmn:incoming>\n      <bpmn:outgoing>Flow_{tag}</bpmn:outgoing>\n"
         f"    </bpmn:userTask>\n"
         f'    <bpmn:sequenceFlow id="Flow_{tag}" sourceRef="Task_{tag}" targetRef="Task_Sollstellung" />'),
        ("<bpmn:incoming>Flow_5</bpmn:incoming>\n      <bpmn:outgoing>Flow_6",
         f"<bpmn:incoming>Flow_{tag}</bpmn:incoming>\n      <bpmn:outgoing>Flow_6"),
        ("        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n",
         "        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n"
         f"        <bpmn:flowNodeRef>Task_{tag}</bpmn:flowNodeRef>\n"),
        ('      <bpmndi:BPMNEdge id="Flow_1_di"',
         f'      <bpmndi:BPMNShape id="Task_{tag}_di" bpmnElement="Task_{tag}">\n'
         f'        <dc:Bounds x="{x}" y="{y}" width="100" height="80" />\n      </bpmndi:BPMNShape>\n'
         f'      <bpmndi:BPMNEdge id="Flow_{tag}_di" bpmnElement="Flow_{tag}">\n'
         f'        <di:waypoint x="1230" y="510" />\n        <di:waypoint x="1230" y="580" />\n'
         f"      </bpmndi:BPMNEdge>\n"
         '      <bpmndi:BPMNEdge id="Flow_1_di"'),
        ('<di:waypoint x="1230" y="340" />\n        <di:waypoint x="1230" y="580" />',
         '<di:waypoint x="1230" y="340" />\n        <di:waypoint x="1230" y="430" />'),
    )  # fmt: skip


def without_badge() -> str:
    """Return the model without „Steuermarke ausgeben“, its neighbours joined."""
    text = changed(
        ('sourceRef="Sub_Bescheid" targetRef="Task_Marke"', 'sourceRef="Sub_Bescheid" targetRef="Task_Sollstellung"'),
        ("        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n", ""),
        ("<bpmn:incoming>Flow_5</bpmn:incoming>\n      <bpmn:outgoing>Flow_6",
         "<bpmn:incoming>Flow_4</bpmn:incoming>\n      <bpmn:outgoing>Flow_6"),
        ('    <bpmn:sequenceFlow id="Flow_5" sourceRef="Task_Marke" targetRef="Task_Sollstellung" />\n', ""),
    )  # fmt: skip
    for start, end in (
        ('    <bpmn:manualTask id="Task_Marke"', "</bpmn:manualTask>\n"),
        ('      <bpmndi:BPMNShape id="Task_Marke_di"', "</bpmndi:BPMNShape>\n"),
        ('      <bpmndi:BPMNEdge id="Flow_5_di"', "</bpmndi:BPMNEdge>\n"),
    ):
        at = text.index(start)
        text = text[:at] + text[text.index(end, at) + len(end) :]
    return text


def test_changes_to_different_things_are_both_made_and_no_other_byte_moves() -> None:
    theirs = changed(("P14D", "P28D"))
    result = merged(RENAMED, theirs)
    assert result.conflicts == ()
    assert result.data.decode() == changed(("P14D", "P28D"), text=RENAMED)
    assert [(applied.side, applied.change.sentence()) for applied in result.applied] == [
        ("ours", "Die Benutzeraufgabe „Angaben prüfen“ heißt jetzt „Angaben und Hund prüfen“."),
        ("theirs", "Frist (Dauer) von „Frist abgelaufen“: „P14D“ → „P28D“."),
    ]


def test_without_changes_of_ours_the_result_is_their_file() -> None:
    assert merged(MODEL, RENAMED).data == RENAMED.encode()


def test_without_changes_of_theirs_the_result_is_our_file() -> None:
    assert merged(RENAMED, MODEL).data == RENAMED.encode()


def test_the_same_change_on_both_sides_is_made_once() -> None:
    result = merged(RENAMED, RENAMED)
    assert result.data == RENAMED.encode()
    assert [applied.side for applied in result.applied] == ["both"]


def test_two_names_for_one_step_are_a_conflict_and_ours_stays_for_now() -> None:
    result = merged(RENAMED, OTHER_NAME)
    conflict = only(result)
    assert (conflict.kind, conflict.element_id) == ("both-changed", "Task_Pruefen")
    assert conflict.choices == ("ours", "theirs", "value")
    assert result.data == RENAMED.encode()
    assert conflict.sentence() == (
        "Beide Seiten haben dasselbe verschieden geändert."
        " Im Ziel: Die Benutzeraufgabe „Angaben prüfen“ heißt jetzt „Angaben und Hund prüfen“."
        " Angeboten: Die Benutzeraufgabe „Angaben prüfen“ heißt jetzt „Anmeldung prüfen“."
    )
    assert conflict.sentence("en").startswith("Both sides changed the same thing. Target: The user task")


@pytest.mark.parametrize(
    ("decision", "name"),
    [
        ("ours", "Angaben und Hund prüfen"),
        ("theirs", "Anmeldung prüfen"),
        ({"value": "Anmeldung & Hund prüfen"}, "Anmeldung & Hund prüfen"),
    ],
)
def test_a_decision_settles_a_conflict(decision: object, name: str) -> None:
    conflict = only(merged(RENAMED, OTHER_NAME))
    result = merged(RENAMED, OTHER_NAME, {conflict.id: decision})
    assert result.conflicts == ()
    assert [one.decision for one in result.decided] == [decision]
    assert result.model.elements["Task_Pruefen"].name == name


def test_a_decision_replays_and_an_unknown_one_is_refused() -> None:
    decisions: dict[str, object] = {only(merged(RENAMED, OTHER_NAME)).id: "theirs"}
    assert merged(RENAMED, OTHER_NAME, decisions).data == merged(RENAMED, OTHER_NAME, decisions).data
    with pytest.raises(bpmn.Undecidable) as caught:
        merged(RENAMED, RENAMED, decisions)
    assert "keinen Konflikt" in caught.value.sentence()
    with pytest.raises(bpmn.Undecidable) as caught:
        merged(RENAMED, OTHER_NAME, {next(iter(decisions)): "both"})
    assert caught.value.code == "choice"


def test_a_value_of_ones_own_must_fit() -> None:
    ours = changed(('id="Flow_3" sourceRef="Task_Festsetzen" targetRef="Sub_Bescheid"',
                    'id="Flow_3" sourceRef="Task_Festsetzen" targetRef="Task_Marke"'))  # fmt: skip
    theirs = changed(('id="Flow_3" sourceRef="Task_Festsetzen" targetRef="Sub_Bescheid"',
                      'id="Flow_3" sourceRef="Task_Festsetzen" targetRef="Task_Sollstellung"'))  # fmt: skip
    conflict = only(merged(ours, theirs))
    result = merged(ours, theirs, {conflict.id: {"value": "Task_Nachfordern"}})
    target = result.model.elements["Flow_3"].target
    assert target is not None
    assert target.id == "Task_Nachfordern"
    assert [flow.id for flow in target.incoming] == ["Flow_nein", "Flow_3"]
    for value in ("Gibt_es_nicht", "\x00"):
        with pytest.raises(bpmn.Undecidable):
            merged(ours, theirs, {conflict.id: {"value": value}})


def test_a_change_of_theirs_can_be_declined_or_adapted() -> None:
    theirs = changed(("P14D", "P28D"), text=OTHER_NAME)
    ids = {applied.change.kind: applied.id for applied in merged(MODEL, theirs).applied}
    declined = merged(MODEL, theirs, {ids[bpmn.ChangeKind.RENAMED]: "ours"})
    assert declined.data.decode() == changed(("P14D", "P28D"))
    assert [one.change.kind for one in declined.declined] == [bpmn.ChangeKind.RENAMED]
    adapted = merged(MODEL, theirs, {ids[bpmn.ChangeKind.PROPERTY]: {"value": "P21D"}})
    assert adapted.data.decode() == changed(("P14D", "P21D"), text=OTHER_NAME)


def test_declining_a_new_step_declines_what_leads_to_it() -> None:
    theirs = inserted("Neu")
    added = next(a for a in merged(MODEL, theirs).applied if a.change.new_id == "Task_Neu")
    result = merged(MODEL, theirs, {added.id: "ours"})
    assert "Task_Neu" not in result.model.elements
    assert broken_references(result.data) == set()
    assert {one.change.kind for one in result.declined} >= {bpmn.ChangeKind.ADDED, bpmn.ChangeKind.RECONNECTED}


def test_two_descriptions_can_both_be_kept() -> None:
    ours = changed(("Vollständigkeit nach § 5 der Satzung prüfen.", "Nach § 5 der Satzung prüfen."))
    theirs = changed(("Vollständigkeit nach § 5 der Satzung prüfen.", "Chipnummer abgleichen."))
    conflict = only(merged(ours, theirs))
    assert conflict.choices == ("ours", "theirs", "both", "value")
    result = merged(ours, theirs, {conflict.id: "both"})
    assert (
        result.model.elements["Task_Pruefen"].documentation == "Nach § 5 der Satzung prüfen.\n\nChipnummer abgleichen."
    )


def test_responsibility_and_name_of_one_step_merge() -> None:
    theirs = changed(('name="Steuermarke ausgeben"', 'name="Hundemarke ausgeben"'))
    result = merged(NEW_LANE, theirs)
    marke = result.model.elements["Task_Marke"]
    assert result.conflicts == ()
    assert (marke.name, marke.lane and marke.lane.name) == ("Hundemarke ausgeben", "Stadtkasse")


def test_moving_a_step_to_another_lane_and_removing_it_is_a_conflict() -> None:
    conflict = only(merged(NEW_LANE, without_badge()))
    assert (conflict.kind, conflict.element_id) == ("removed-changed", "Task_Marke")
    kept = merged(NEW_LANE, without_badge(), {conflict.id: "ours"})
    assert kept.data == NEW_LANE.encode()
    gone = merged(NEW_LANE, without_badge(), {conflict.id: "theirs"})
    assert "Task_Marke" not in gone.model.elements
    assert broken_references(gone.data) == set()


def test_a_removed_step_can_be_brought_back_with_its_flows_lane_and_drawing() -> None:
    theirs = changed(('name="Steuermarke ausgeben"', 'name="Hundemarke ausgeben"'))
    conflict = only(merged(without_badge(), theirs))
    result = merged(without_badge(), theirs, {conflict.id: "theirs"})
    marke = result.model.elements["Task_Marke"]
    assert marke.name == "Hundemarke ausgeben"
    assert marke.lane is not None
    assert [flow.id for flow in marke.incoming + marke.outgoing] == ["Flow_4", "Flow_5"]
    assert broken_references(result.data) == undrawn(result.data) == set()


def test_connecting_to_a_step_that_the_other_side_removed_is_a_conflict() -> None:
    theirs = changed(
        ('"Flow_zurueck" sourceRef="Task_Nachfordern" targetRef="Task_Pruefen"',
         '"Flow_zurueck" sourceRef="Task_Nachfordern" targetRef="Task_Marke"'),
        ("      <bpmn:incoming>Flow_zurueck</bpmn:incoming>\n", ""),
        ("<bpmn:incoming>Flow_4</bpmn:incoming>\n      <bpmn:outgoing>Flow_5",
         "<bpmn:incoming>Flow_4</bpmn:incoming>\n      <bpmn:incoming>Flow_zurueck</bpmn:incoming>\n"
         "      <bpmn:outgoing>Flow_5"),
    )  # fmt: skip
    result = merged(without_badge(), theirs)
    conflict = only(result)
    assert (conflict.kind, conflict.element_id) == ("removed-connected", "Task_Marke")
    assert broken_references(result.data) == set()
    assert broken_references(merged(without_badge(), theirs, {conflict.id: "theirs"}).data) == set()


def test_steps_put_into_one_flow_by_both_sides_can_follow_one_another() -> None:
    ours, theirs = inserted("Hier"), inserted("Dort")
    conflict = only(merged(ours, theirs))
    assert conflict.choices == ("ours", "theirs", "both", "value")
    model = merged(ours, theirs, {conflict.id: "both"}).model
    order, at = [], model.elements["Task_Marke"]
    while at.outgoing:
        at = at.outgoing[0].target  # type: ignore[assignment]
        order.append(at.id)
    assert order[:3] == ["Task_Hier", "Task_Dort", "Task_Sollstellung"]


def test_new_steps_of_both_sides_do_not_lie_on_one_another() -> None:
    ours, theirs = inserted("Hier"), inserted("Dort")
    conflict = only(merged(ours, theirs))
    result = merged(ours, theirs, {conflict.id: "both"})
    shapes = {shape.element_id: shape.bounds for shape in result.model.diagrams[0].shapes}
    one, two = shapes["Task_Hier"], shapes["Task_Dort"]
    assert one.right <= two.x or two.right <= one.x or one.bottom <= two.y or two.bottom <= one.y
    assert duplicate_ids(result.data) == undrawn(result.data) == set()


def test_a_new_step_moves_along_with_the_neighbours_that_ours_moved() -> None:
    ours = changed(('<dc:Bounds x="1180" y="580"', '<dc:Bounds x="1380" y="580"'),
                   ('<dc:Bounds x="1180" y="260"', '<dc:Bounds x="1380" y="260"'))  # fmt: skip
    result = merged(ours, inserted("Neu"))
    shapes = {shape.element_id: shape.bounds for shape in result.model.diagrams[0].shapes}
    assert result.conflicts == ()
    assert shapes["Task_Neu"].x == 1380
    edge = next(edge for edge in result.model.diagrams[0].edges if edge.element_id == "Flow_Neu")
    assert edge.waypoints[0] == (1430, 510)


def test_a_new_step_stays_in_its_lane_when_neighbours_of_other_lanes_moved() -> None:
    ours = changed(('<dc:Bounds x="1180" y="580"', '<dc:Bounds x="1180" y="670"'))
    shapes = {shape.element_id: shape.bounds for shape in merged(ours, inserted("Neu")).model.diagrams[0].shapes}
    assert shapes["Task_Neu"].bottom <= shapes["Lane_Steueramt"].bottom


def test_layout_alone_never_blocks_and_ours_wins() -> None:
    ours = changed(('<dc:Bounds x="330" y="260"', '<dc:Bounds x="340" y="260"'))
    theirs = changed(('<dc:Bounds x="330" y="260"', '<dc:Bounds x="330" y="240"'))
    result = merged(ours, theirs)
    assert result.conflicts == ()
    assert result.data == ours.encode()


def test_equal_ids_for_different_new_steps_are_told_apart() -> None:
    theirs = inserted("Neu").replace("Schritt Neu", "Anderer Schritt")
    ours = changed(
        ("    <!-- Ablauf -->", '    <bpmn:task id="Task_Neu" name="Statistik melden" />\n    <!-- Ablauf -->')
    )
    result = merged(ours, theirs)
    assert result.conflicts == ()
    assert duplicate_ids(result.data) == broken_references(result.data) == set()
    assert {element.name for element in result.model.nodes} >= {"Statistik melden", "Anderer Schritt"}


def test_a_new_step_gets_a_drawing_even_if_their_tool_drew_none() -> None:
    theirs = inserted("Neu")
    for start, end in (('      <bpmndi:BPMNShape id="Task_Neu', "</bpmndi:BPMNShape>\n"),
                       ('      <bpmndi:BPMNEdge id="Flow_Neu', "</bpmndi:BPMNEdge>\n")):  # fmt: skip
        at = theirs.index(start)
        theirs = theirs[:at] + theirs[theirs.index(end, at) + len(end) :]
    result = merged(RENAMED, theirs)
    assert undrawn(result.data) == set()


def test_extensions_of_one_step_merge_one_by_one() -> None:
    ours = changed(('<camunda:property name="stand" value="IST" />', '<camunda:property name="stand" value="SOLL" />'))
    theirs = changed(
        ('<camunda:property name="stand" value="IST" />',
         '<camunda:property name="stand" value="IST" />\n        <camunda:property name="stufe" value="3" />'),
    )  # fmt: skip
    result = merged(ours, theirs)
    assert result.conflicts == ()
    assert result.data.decode() == changed(('value="IST" />', 'value="SOLL" />'), text=theirs)


def test_a_foreign_vocabulary_comes_with_its_namespace() -> None:
    theirs = changed(
        ('xmlns:fim="urn:example:fim"', 'xmlns:fim="urn:example:fim" xmlns:x="urn:example:neu"'),
        ('camunda:assignee="sachbearbeitung"', 'camunda:assignee="sachbearbeitung" x:frist="3"'),
    )
    ours = changed(('name="Angaben vollständig?"', 'name="Alles da?"'))
    task = merged(ours, theirs).model.elements["Task_Pruefen"]
    assert task.attributes["{urn:example:neu}frist"] == "3"


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        # One event, two triggers.
        (
            (("<bpmn:conditionalEventDefinition", "<bpmn:signalEventDefinition"),
             ("</bpmn:conditionalEventDefinition>", "</bpmn:signalEventDefinition>")),
            (("<bpmn:conditionalEventDefinition", "<bpmn:messageEventDefinition"),
             ("</bpmn:conditionalEventDefinition>", "</bpmn:messageEventDefinition>")),
            "exclusive",
        ),
        # A deadline is a duration or a date.
        (
            (('<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P14D</bpmn:timeDuration>',
              "<bpmn:timeDate>2026-12-01</bpmn:timeDate>"),),
            (('<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P14D</bpmn:timeDuration>',
              "<bpmn:timeCycle>R3/P7D</bpmn:timeCycle>"),),
            "exclusive",
        ),
        # One gateway, two defaults.
        (
            (('default="Flow_ja"', 'default="Flow_nein"'),),
            ((' default="Flow_ja"', ""),),
            "both-changed",
        ),
    ],
)  # fmt: skip
def test_what_only_one_may_be_is_a_conflict(
    ours: tuple[tuple[str, str], ...], theirs: tuple[tuple[str, str], ...], kind: str
) -> None:
    assert only(merged(changed(*ours), changed(*theirs))).kind == kind


def test_a_condition_on_the_new_default_flow_is_a_conflict() -> None:
    base = changed((' default="Flow_ja"', ""))
    ours = changed(('name="Angaben vollständig?"', 'name="Angaben vollständig?" default="Flow_ja"'), text=base)
    theirs = changed(
        ('targetRef="Task_Festsetzen" />',
         'targetRef="Task_Festsetzen"><bpmn:conditionExpression>x</bpmn:conditionExpression></bpmn:sequenceFlow>'),
        text=base,
    )  # fmt: skip
    assert only(merged(ours, theirs, base=base)).kind == "default-with-condition"


def test_a_flow_that_would_leave_a_sub_process_is_a_conflict() -> None:
    start = MODEL.index('    <bpmn:manualTask id="Task_Marke"')
    end = MODEL.index("</bpmn:manualTask>\n") + len("</bpmn:manualTask>\n")
    task = MODEL[start:end].replace("      <bpmn:incoming>Flow_4</bpmn:incoming>\n", "")
    task = task.replace("      <bpmn:outgoing>Flow_5</bpmn:outgoing>\n", "")
    ours = (MODEL[:start] + MODEL[end:]).replace("    </bpmn:subProcess>\n", task + "    </bpmn:subProcess>\n")
    ours = changed(
        ('sourceRef="Sub_Bescheid" targetRef="Task_Marke"', 'sourceRef="Sub_Bescheid" targetRef="Task_Sollstellung"'),
        ('    <bpmn:sequenceFlow id="Flow_5" sourceRef="Task_Marke" targetRef="Task_Sollstellung" />\n', ""),
        ("        <bpmn:flowNodeRef>Task_Marke</bpmn:flowNodeRef>\n", ""),
        text=ours,
    )
    theirs = changed(
        ("    <!-- Ablauf -->",
         '    <bpmn:sequenceFlow id="Flow_neu" sourceRef="Task_Festsetzen" targetRef="Task_Marke" />\n'
         "    <!-- Ablauf -->"),
    )  # fmt: skip
    conflict = only(merged(ours, theirs))
    assert (conflict.kind, conflict.element_id) == ("crosses-border", "Flow_neu")


def test_what_only_both_together_break_is_found() -> None:
    ours = changed(
        ('    <bpmn:sequenceFlow id="Flow_frist" sourceRef="Event_Frist" targetRef="End_Eingestellt" />\n', ""),
        ("      <bpmn:incoming>Flow_frist</bpmn:incoming>\n", ""),
        ("      <bpmn:outgoing>Flow_frist</bpmn:outgoing>\n", ""),
    )
    result = merged(ours, RENAMED)
    assert result.findings == ()
    assert bpmn.check(result.model)


def test_the_command_merges_files_and_says_so_with_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = []
    for name, text in (("base", MODEL), ("ours", RENAMED), ("theirs", OTHER_NAME)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        names.append(str(tmp_path / name))
    assert main(["merge", *names, "-o", names[1], "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [conflict["element_id"] for conflict in told["conflicts"]] == ["Task_Pruefen"]
    (tmp_path / "decisions").write_text(json.dumps({told["conflicts"][0]["id"]: "theirs"}), encoding="utf-8")
    assert main(["merge", *names, "-o", str(tmp_path / "out"), "--decisions", str(tmp_path / "decisions")]) == 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == OTHER_NAME
    (tmp_path / "decisions").write_text('{"x": "theirs"}', encoding="utf-8")
    assert main(["merge", *names, "--decisions", str(tmp_path / "decisions")]) == 2
    assert "keinen Konflikt" in capsys.readouterr().err
