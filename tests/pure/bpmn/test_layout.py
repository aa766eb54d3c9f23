"""A model without a drawing gets one that can be read: every element once, nothing on top of anything."""

import random
from itertools import pairwise

import pytest

from hub import bpmn
from hub.bpmn.vocabulary import Kind
from tests import timing
from tests.pure.bpmn.drawn import overlaps, random_model, run_through, slanted, undrawn
from tests.pure.bpmn.small import corpus, raw, small


def laid_out(model: bpmn.Model) -> bpmn.Model:
    return bpmn.read(bpmn.layout(model, force=True))


def bounds(model: bpmn.Model, id_: str) -> bpmn.Bounds:
    return next(shape.bounds for shape in model.diagrams[0].shapes if shape.element_id == id_)


def course(model: bpmn.Model, id_: str) -> tuple[tuple[float, float], ...]:
    return next(edge.waypoints for edge in model.diagrams[0].edges if edge.element_id == id_)


@pytest.mark.parametrize("seed", range(48))
def test_random_models_are_drawn_whole_without_overlap(seed: int) -> None:
    lanes, pools, size = (0, 0, 2, 4)[seed % 4], (1, 1, 2, 3)[seed // 4 % 4], (6, 15, 30)[seed // 16]
    drawn = laid_out(random_model(seed, size, lanes=lanes, pools=pools))
    assert undrawn(drawn) == []
    assert overlaps(drawn) == []
    assert run_through(drawn) == []
    assert slanted(drawn) == []


@pytest.mark.parametrize("folder", ["engine", pytest.param("miwg", marks=pytest.mark.slow), "fim", "constraints"])
def test_no_overlap_in_the_corpus(folder: str) -> None:
    seen = 0
    for path, model in corpus(folder):
        drawn = laid_out(model)
        assert overlaps(drawn) == [], path
        assert run_through(drawn) == [], path
        seen += 1
    assert seen > 0


def test_only_the_drawing_is_added() -> None:
    model = small("startEvent S\ntask A Antrag prüfen\nendEvent E", "S>A A>E", inside="<!-- bleibt -->")
    data = bpmn.layout(model).decode()
    start, end = data.index("<bpmndi:BPMNDiagram"), data.index("</bpmndi:BPMNDiagram>") + len("</bpmndi:BPMNDiagram>")
    rest = data[:start].rstrip() + data[end:].lstrip()
    for prefix in ("bpmndi", "dc", "di"):
        rest = rest.replace(f' xmlns:{prefix}="{_namespaces()[prefix]}"', "")
    assert rest == model.source.decode()


def _namespaces() -> dict[str, str]:
    return {
        "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
        "dc": "http://www.omg.org/spec/DD/20100524/DC",
        "di": "http://www.omg.org/spec/DD/20100524/DI",
    }


def test_a_complete_drawing_stays_as_it_is() -> None:
    once = bpmn.layout(small("startEvent S\ntask A\nendEvent E", "S>A A>E"))
    assert bpmn.layout(bpmn.read(once)) == once


def test_the_same_model_is_always_drawn_the_same() -> None:
    assert bpmn.layout(random_model(5, 30, lanes=3)) == bpmn.layout(random_model(5, 30, lanes=3))


def test_generated_drawings_can_be_told_from_those_people_made() -> None:
    model = small("startEvent S\ntask A", "S>A")
    assert bpmn.is_generated(laid_out(model))
    assert not bpmn.is_generated(model)
    own = bpmn.layout(model).replace(b' documentation="Automatisch angeordnet"', b"")
    assert not bpmn.is_generated(bpmn.read(own))


def test_flow_runs_from_left_to_right_and_the_main_path_is_straight() -> None:
    drawn = laid_out(
        small(
            "startEvent S\ntask A\nexclusiveGateway G\ntask B\ntask C\nendEvent E\nendEvent N",
            "S>A A>G G>B:ja B>C C>E G>N:nein",
        )
    )
    main = [bounds(drawn, id_) for id_ in ("S", "A", "G", "B", "C", "E")]
    assert all(a.right < b.x for a, b in pairwise(main))
    assert len({b.centre[1] for b in main}) == 1
    assert all(len(course(drawn, f"f{number}")) == 2 for number in range(5))


def test_a_flow_that_leads_back_passes_above_and_not_through() -> None:
    drawn = laid_out(small("startEvent S\ntask A\ntask B\nexclusiveGateway G\nendEvent E", "S>A A>B B>G G>E G>A:nein"))
    back = course(drawn, "f4")
    assert min(y for _, y in back) < bounds(drawn, "B").y
    assert back[0][0] > back[-1][0]


def test_two_flows_between_the_same_nodes_are_both_seen() -> None:
    drawn = laid_out(small("inclusiveGateway G\ninclusiveGateway J", "G>J:erste G>J:zweite"))
    assert course(drawn, "f0") != course(drawn, "f1")


def test_boundary_events_sit_on_their_activity_and_lead_downwards() -> None:
    model = raw(
        '<process id="P"><task id="A"/><task id="B"/><endEvent id="E"/>'
        '<boundaryEvent id="T" attachedToRef="A"><timerEventDefinition/></boundaryEvent>'
        '<sequenceFlow id="f" sourceRef="A" targetRef="E"/><sequenceFlow id="g" sourceRef="T" targetRef="B"/></process>'
    )
    drawn = laid_out(model)
    host, event = bounds(drawn, "A"), bounds(drawn, "T")
    assert event.centre[1] == host.bottom
    assert host.x < event.centre[0] < host.right
    assert bounds(drawn, "B").centre[1] > host.bottom


def test_lanes_fill_their_pool_and_hold_their_nodes() -> None:
    drawn = laid_out(random_model(9, 24, lanes=3))
    pool, lanes = bounds(drawn, "Pool0"), [bounds(drawn, f"p0L{number}") for number in range(3)]
    assert lanes[0].y == pool.y
    assert all(a.bottom == pytest.approx(b.y, abs=0.2) for a, b in pairwise(lanes))
    assert lanes[-1].bottom == pytest.approx(pool.bottom, abs=0.2)
    for node in drawn.nodes:
        if node.lane is not None and node.scope_element is node.process:
            frame, b = bounds(drawn, node.lane.id), bounds(drawn, node.id)
            assert frame.x < b.x
            assert frame.y < b.y
            assert b.right < frame.right
            assert b.bottom < frame.bottom


def test_sub_processes_enclose_their_content() -> None:
    drawn = laid_out(random_model(1, 30))
    inner = [
        node for node in drawn.nodes if node.scope_element is not None and node.scope_element.kind is Kind.ACTIVITY
    ]
    assert inner
    for node in inner:
        assert node.scope_element is not None
        frame, b = bounds(drawn, node.scope_element.id), bounds(drawn, node.id)
        assert frame.x < b.x
        assert frame.y < b.y
        assert b.right < frame.right
        assert b.bottom < frame.bottom


def test_message_flows_are_vertical_where_the_pools_face_each_other() -> None:
    model = raw(
        '<collaboration id="C"><participant id="Q" name="Antragstellende"/><participant id="R" processRef="P"/>'
        '<messageFlow id="m" sourceRef="Q" targetRef="S"/></collaboration>'
        '<process id="P"><startEvent id="S"/><task id="A"/><sequenceFlow id="f" sourceRef="S" targetRef="A"/></process>'
    )
    message = course(laid_out(model), "m")
    assert len(message) == 2
    assert message[0][0] == message[1][0]


def test_processes_outside_of_a_collaboration_get_a_diagram_each() -> None:
    model = raw('<process id="P"><task id="A"/></process><process id="Q"><task id="B"/></process>')
    drawn = laid_out(model)
    assert [(diagram.element_id, [shape.element_id for shape in diagram.shapes]) for diagram in drawn.diagrams] == [
        ("P", ["A"]),
        ("Q", ["B"]),
    ]


def test_labels_do_not_cover_each_other() -> None:
    for seed in range(12):
        drawn = laid_out(random_model(seed, 25, lanes=seed % 3))
        diagram = drawn.diagrams[0]
        labels = [shape.label for shape in diagram.shapes if shape.label is not None]
        labels += [edge.label for edge in diagram.edges if edge.label is not None]
        covered = sum(
            a.x + 1 < b.right and b.x + 1 < a.right and a.y + 1 < b.bottom and b.y + 1 < a.bottom
            for number, a in enumerate(labels)
            for b in labels[:number]
        )
        assert covered <= len(labels) * 0.02


def test_elements_without_an_id_are_left_out_and_the_rest_is_drawn() -> None:
    model = raw('<process id="P"><task id="A"/><task/><sequenceFlow sourceRef="A" targetRef="A"/></process>')
    assert [shape.element_id for shape in laid_out(model).diagrams[0].shapes] == ["A"]


def test_an_empty_model_stays_empty() -> None:
    model = raw('<process id="P"/>')
    assert bpmn.read(bpmn.layout(model)).diagrams == ()


@pytest.mark.slow
def test_time_grows_with_the_model_and_not_with_its_square() -> None:
    def seconds(size: int) -> float:
        model = random_model(3, size)
        return timing.seconds(lambda: bpmn.layout(model))

    seconds(100)
    # Once is enough: what grows with the square takes 25 times as long whenever one looks.
    assert any(seconds(1000) < seconds(200) * 5 * 4 for _ in range(3))


# Completing a drawing


def without_shapes(model: bpmn.Model, gone: set[str]) -> bpmn.Model:
    """Take the shapes of `gone`, of what hangs on them and of all their connections away."""
    for node in model.nodes:
        at: bpmn.Element | None = node
        while at is not None:
            if at.id in gone or (at.attached_to is not None and at.attached_to.id in gone):
                gone.add(node.id)
            at = at.parent
    for flow in model.connections:
        if any(end is not None and end.id in gone for end in (flow.source, flow.target)):
            gone.add(flow.id)
    editor = bpmn.Editor(model)
    editor.remove_drawing(gone)
    return editor.read()


@pytest.mark.parametrize("seed", range(24))
def test_missing_elements_are_placed_without_overlap(seed: int) -> None:
    whole = laid_out(random_model(seed, 20, lanes=seed % 3, pools=1 + seed % 2))
    rng = random.Random(seed)
    nodes = [node.id for node in whole.nodes if node.type != "boundaryEvent"]
    gap = without_shapes(whole, set(rng.sample(nodes, 1 + seed % 4)))
    again = bpmn.read(bpmn.layout(gap))
    assert undrawn(again) == []
    assert overlaps(again) == []


def test_what_is_drawn_already_stays_where_room_suffices() -> None:
    whole = laid_out(small("startEvent S\ntask A\ntask B\nendEvent E", "S>A A>B B>E"))
    gap = without_shapes(whole, {"B"})
    again = bpmn.read(bpmn.layout(gap))
    for id_ in ("S", "A", "E"):
        assert bounds(again, id_) == bounds(whole, id_)
    assert bounds(again, "B") == bounds(whole, "B")


def test_a_full_lane_is_stretched_and_what_lies_below_moves_on() -> None:
    whole = laid_out(random_model(4, 24, lanes=2))
    first = next(node for node in whole.nodes if node.lane is not None and node.lane.id == "p0L0")
    extra = "".join(f'<task id="new{number}" name="Neu"/>' for number in range(6))
    refs = "".join(f"<flowNodeRef>new{number}</flowNodeRef>" for number in range(6))
    data = whole.source.decode().replace("</process>", f"{extra}</process>", 1)
    data = data.replace("<flowNodeRef>", f"{refs}<flowNodeRef>", 1)
    again = bpmn.read(bpmn.layout(bpmn.read(data.encode())))
    assert first.lane is not None
    assert undrawn(again) == []
    assert overlaps(again) == []
    lane = bounds(again, "p0L0")
    for number in range(6):
        b = bounds(again, f"new{number}")
        assert lane.y < b.y
        assert b.bottom < lane.bottom
    assert bounds(again, "p0L1").y == pytest.approx(lane.bottom, abs=0.2)


def test_a_new_lane_and_a_new_pool_find_room() -> None:
    whole = laid_out(random_model(6, 18, lanes=2))
    data = whole.source.decode()
    data = data.replace("</laneSet>", '<lane id="Neu" name="Stadtkasse"/></laneSet>', 1)
    data = data.replace("</collaboration>", '<participant id="Dritte" name="Antragstellende"/></collaboration>', 1)
    again = bpmn.read(bpmn.layout(bpmn.read(data.encode())))
    pool, lane, other = bounds(again, "Pool0"), bounds(again, "Neu"), bounds(again, "Dritte")
    assert lane.bottom == pytest.approx(pool.bottom, abs=0.2)
    assert lane.right == pytest.approx(pool.right, abs=0.2)
    assert other.y > pool.bottom


def test_in_a_vertical_pool_new_elements_follow_below_in_the_size_of_the_others() -> None:
    model = raw(
        '<collaboration id="C"><participant id="Q" processRef="P"/></collaboration><process id="P">'
        '<task id="A"/><task id="B"/><task id="N"/><sequenceFlow id="f" sourceRef="A" targetRef="N"/>'
        '<sequenceFlow id="g" sourceRef="N" targetRef="B"/></process>'
        '<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:d="http://www.omg.org/spec/DD/20100524/DC"><i:BPMNPlane bpmnElement="C">'
        '<i:BPMNShape bpmnElement="Q" isHorizontal="false">'
        '<d:Bounds x="0" y="0" width="300" height="600"/></i:BPMNShape>'
        '<i:BPMNShape bpmnElement="A"><d:Bounds x="80" y="60" width="140" height="60"/></i:BPMNShape>'
        '<i:BPMNShape bpmnElement="B"><d:Bounds x="80" y="400" width="140" height="60"/></i:BPMNShape>'
        "</i:BPMNPlane></i:BPMNDiagram>"
    )
    drawn = bpmn.read(bpmn.layout(model))
    assert bounds(drawn, "N") == bpmn.Bounds(80, 230, 140, 60)
    assert course(drawn, "f") == ((150, 120), (150, 230))
    assert course(drawn, "g") == ((150, 290), (150, 400))


def test_only_asked_for_connections_get_a_new_course() -> None:
    whole = laid_out(small("startEvent S\ntask A\ntask B\nendEvent E", "S>A A>B B>E"))
    editor = bpmn.Editor(whole)
    editor.connect(whole.elements["f0"], target="B")
    changed = editor.read()
    again = bpmn.read(bpmn.layout_missing(changed, reroute={"f0"}))
    end, target = course(again, "f0")[-1], bounds(again, "B")
    assert target.x - 0.1 <= end[0] <= target.right + 0.1
    assert target.y - 0.1 <= end[1] <= target.bottom + 0.1
    for id_ in ("f1", "f2"):
        assert course(again, id_) == course(whole, id_)


def test_a_collapsed_sub_process_without_a_plane_gets_one() -> None:
    whole = laid_out(
        raw(
            '<process id="P"><subProcess id="U"><task id="A"/><task id="B"/>'
            '<sequenceFlow id="f" sourceRef="A" targetRef="B"/></subProcess></process>'
        )
    )
    editor = bpmn.Editor(whole)
    editor.remove_drawing({"A", "B", "f"})
    closed = bpmn.read(editor.data().replace(b'isExpanded="true"', b'isExpanded="false"'))
    again = bpmn.read(bpmn.layout(closed))
    assert [diagram.element_id for diagram in again.diagrams] == ["P", "U"]
    assert {shape.element_id for shape in again.diagrams[1].shapes} == {"A", "B"}


def test_a_route_avoids_obstacles_and_starts_and_ends_at_the_outlines() -> None:
    start, end, wall = bpmn.Bounds(0, 0, 100, 80), bpmn.Bounds(400, 0, 100, 80), bpmn.Bounds(200, -200, 60, 400)
    points = bpmn.route(start, end, [wall])
    assert points[0] == pytest.approx((100, 40))
    assert points[-1] == pytest.approx((400, 40))
    for (ax, ay), (bx, by) in pairwise(points):
        assert ax == bx or ay == by
        assert not (
            min(ax, bx) < wall.right and max(ax, bx) > wall.x and min(ay, by) < wall.bottom and max(ay, by) > wall.y
        )
