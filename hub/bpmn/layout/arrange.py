"""The drawing a model lacks."""

from __future__ import annotations

from collections.abc import Collection

from hub.bpmn.layout.drawing import Drawer, diagram_xml, has_own_id
from hub.bpmn.layout.missing import place
from hub.bpmn.layout.nodes import Builder
from hub.bpmn.layout.placement import Placement
from hub.bpmn.layout.whole import finish, sheets
from hub.bpmn.model import Element, Model
from hub.bpmn.vocabulary import SUB_PROCESSES
from hub.bpmn.write import Editor


def layout(model: Model, *, force: bool = False) -> bytes:
    """Return the file of `model` with a drawing where it has none.

    Without any shape in the file, all diagrams are made, one for each collaboration, choreography or process
    outside of them. With shapes for some elements only, `layout_missing` completes them. With `force`,
    existing diagrams are replaced. Nothing but the drawing changes; elements without an id cannot be drawn,
    since BPMN DI refers to ids.
    """
    if not force and any(diagram.shapes for diagram in model.diagrams):
        return layout_missing(model)
    editor = Editor(model)
    for diagram in model.diagrams:
        editor.remove(diagram.node)
    for number, (plane, sheet) in enumerate(sheets(model), 1):
        editor.insert(None, diagram_xml(editor, plane, sheet, number), "BPMNDiagram")
    return editor.data()


def layout_missing(model: Model, *, reroute: Collection[str] = ()) -> bytes:
    """Return the file with shapes and edges for what no diagram shows, and new courses for `reroute`.

    Everything drawn stays in place unless its lane, pool or sub-process is full (see `place`). A collapsed
    sub-process whose content is drawn nowhere gets a diagram of its own.
    """
    editor = Editor(model)
    claimed: set[str] = set()
    for index, diagram in enumerate(model.diagrams):
        if not diagram.shapes:
            continue
        placement = place(model, diagram=index, reroute=reroute, drawn=claimed)
        claimed |= {*placement.boxes, *placement.lines}
        apply(editor, placement)
    for number, sub_process in enumerate(_undrawn(model, claimed), len(model.diagrams) + 1):
        sheet = finish(model, Builder(model).inside(sub_process))
        editor.insert(None, diagram_xml(editor, sub_process, sheet, number), "BPMNDiagram")
    return editor.data()


def apply(editor: Editor, placement: Placement) -> None:
    """Write a placement into the file."""
    model, drawer = editor.model, Drawer(editor)
    plane = placement.diagram.node.find("BPMNPlane") or placement.diagram.node
    for id_, box in placement.boxes.items():
        editor.insert(plane, drawer.shape(model.elements[id_], box, placement.labels.get(id_)), "BPMNShape")
    for id_, points in placement.lines.items():
        if has_own_id(model.elements[id_]):
            editor.insert(plane, drawer.edge(model.elements[id_], points, placement.labels.get(id_)), "BPMNEdge")
    done: set[str] = set()
    for shape in placement.diagram.shapes:
        if shape.element is None or shape.element.id in done:
            continue
        done.add(shape.element.id)
        if shape.element.id in placement.moved:
            editor.set_bounds(shape, placement.moved[shape.element.id])
        if shape.element.id in placement.moved_labels:
            editor.set_label_bounds(shape, placement.moved_labels[shape.element.id])
    for edge in placement.diagram.edges:
        if edge.element is None or edge.element.id in done:
            continue
        done.add(edge.element.id)
        if edge.element.id in placement.rerouted:
            editor.set_waypoints(edge, placement.rerouted[edge.element.id])
        if edge.element.id in placement.moved_labels:
            editor.set_label_bounds(edge, placement.moved_labels[edge.element.id])


def _undrawn(model: Model, claimed: set[str]) -> list[Element]:
    """Return drawn sub-processes with content of which nothing is drawn."""
    drawn = {s.element.id for d in model.diagrams for s in d.shapes if s.element is not None} | claimed
    planes = {d.element.id for d in model.diagrams if d.element is not None}
    return [
        node
        for node in model.nodes
        if node.type in SUB_PROCESSES
        and node.id in drawn
        and node.id not in planes
        and has_own_id(node)
        and any(child.is_node for child in node.children)
        and not any(child.id in drawn for child in node.children)
    ]
