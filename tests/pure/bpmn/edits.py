"""Random edits of real models, each with what a comparison has to say about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from hub import bpmn
from hub.bpmn.vocabulary import TASKS, Kind


@dataclass(frozen=True)
class Edit:
    """An edited file, the changes (kind, id) that must be found, and the ids that may be mentioned at all."""

    name: str
    data: bytes
    expected: frozenset[tuple[str, str]]
    allowed: frozenset[str]


def _flows(model: bpmn.Model) -> list[tuple[bpmn.Element, bpmn.Element, bpmn.Element]]:
    """Sequence flows with both ends: (flow, source, target)."""
    return [(f, f.source, f.target) for f in _own(model.flows) if f.source is not None and f.target is not None]


Maker = Callable[[bpmn.Model, random.Random], Edit | None]


def _edit(name: str, editor: bpmn.Editor, expected: set[tuple[str, str]], *allowed: str) -> Edit:
    return Edit(name, editor.data(), frozenset(expected), frozenset({id_ for _, id_ in expected} | set(allowed)))


def _own(elements: tuple[bpmn.Element, ...]) -> list[bpmn.Element]:
    """Elements with an id of their own that no other element shares."""
    return [element for element in elements if "#" not in element.id and element.attributes.get("id") == element.id]


def rename(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Give a task another name."""
    tasks = [e for e in _own(model.nodes) if e.kind is Kind.ACTIVITY]
    if not tasks:
        return None
    task = rng.choice(tasks)
    editor = bpmn.Editor(model)
    editor.rename(task, f"{task.raw_name} und zweite Prüfung")
    return _edit("rename", editor, {("renamed", task.id)})


def move_lane(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Move a node to another lane, the drawing untouched."""
    own = model.relations.own_lanes
    nodes = [e for e in _own(model.nodes) if e.id in own and not own[e.id].id.count("#")]
    if not nodes:
        return None
    node = rng.choice(nodes)
    others = [lane for lane in _own(model.lanes) if lane is not own[node.id] and not lane.children]
    if not others:
        return None
    editor = bpmn.Editor(model)
    editor.set_lane(node, rng.choice(others))
    return _edit("move lane", editor, {("moved-lane", node.id)})


def document(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Write another documentation."""
    nodes = _own(model.nodes + model.pools + model.lanes)
    if not nodes:
        return None
    node = rng.choice(nodes)
    editor = bpmn.Editor(model)
    editor.set_documentation(node, "Rechtsgrundlage: § 14 GewO, Stand heute")
    return _edit("document", editor, {("documentation", node.id)})


def vendor_attribute(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Set an attribute of a vendor."""
    tasks = [e for e in _own(model.nodes) if e.kind is Kind.ACTIVITY]
    if not tasks:
        return None
    task = rng.choice(tasks)
    editor = bpmn.Editor(model)
    editor.set(task, "{http://activiti.org/bpmn}candidateUsers", "stelle-32")
    return _edit("vendor attribute", editor, {("extension", task.id)})


def condition(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Give a flow another condition."""
    flows = _own(model.flows)
    if not flows:
        return None
    flow = rng.choice(flows)
    editor = bpmn.Editor(model)
    editor.set_detail(flow, "conditionExpression", "${betrag > 100}")
    return _edit("condition", editor, {("property", flow.id)})


def retype(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Make a task a task of another type."""
    tasks = [e for e in _own(model.nodes) if e.type in TASKS - {"choreographyTask"}]
    if not tasks:
        return None
    task = rng.choice(tasks)
    new = "manualTask" if task.type != "manualTask" else "userTask"
    prefix = task.tag.rpartition(":")[0]
    tag = f"{prefix}:{new}" if prefix else new
    xml = f"<{tag}" + task.xml[1 + len(task.tag) :]
    if xml.endswith(f"</{task.tag}>"):
        xml = xml[: -len(task.tag) - 3] + f"</{tag}>"
    editor = bpmn.Editor(model)
    editor.replace(task, xml)
    return _edit("retype", editor, {("retyped", task.id)})


def reconnect(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Let a flow end elsewhere."""
    flows = _flows(model)
    if not flows:
        return None
    flow, source, _ = rng.choice(flows)
    ends = [f.target.id for f in source.outgoing if f.target is not None]
    nodes = [n for n in _own(model.nodes) if n.parent is flow.parent and n.id not in ends and n is not source]
    if not nodes:
        return None
    editor = bpmn.Editor(model)
    editor.connect(flow, target=rng.choice(nodes).id)
    return _edit("reconnect", editor, {("reconnected", flow.id)})


def annotate(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Write another text into an annotation."""
    notes = [e for e in _own(model.artifacts) if e.type == "textAnnotation"]
    if not notes:
        return None
    note = rng.choice(notes)
    editor = bpmn.Editor(model)
    editor.rename(note, f"{note.text} Gebühr jetzt 30 €")
    return _edit("annotate", editor, {("property", note.id)})


def rename_root(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Give a message, signal or error another name."""
    roots = [e for e in _own(model.root_elements) if e.type in ("message", "signal", "error", "escalation")]
    if not roots:
        return None
    root = rng.choice(roots)
    editor = bpmn.Editor(model)
    editor.set(root, "name", f"{root.raw_name} (neu)")
    return _edit("rename root", editor, {("renamed", root.id)})


def event_definition(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Make an event start on something else."""
    events = [e for e in _own(model.nodes) if len(e.children) == 1 and e.children[0].kind is Kind.EVENT_DEFINITION]
    if not events:
        return None
    event = rng.choice(events)
    new = "signalEventDefinition" if event.children[0].type != "signalEventDefinition" else "messageEventDefinition"
    editor = bpmn.Editor(model)
    editor.replace(event.children[0], f"<{editor.tag(new, event)} />")
    return _edit("event definition", editor, {("retyped", event.id)}, event.children[0].id)


def remove(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Take a node out, with its flows."""
    nodes = [n for n in _own(model.nodes) if not n.children and not n.boundary_events]
    if not nodes:
        return None
    node = rng.choice(nodes)
    editor = bpmn.Editor(model)
    gone = {node.id}
    editor.remove_element(node)
    for connection in model.connections:
        if connection.source is node or connection.target is node:
            editor.remove_element(connection)
            gone.add(connection.id)
    touched = {n.id for f in (*node.incoming, *node.outgoing) for n in (f.source, f.target) if n is not None}
    return _edit("remove", editor, {("removed", id_) for id_ in gone}, *touched)


def insert(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Put a new task into a flow."""
    flows = [flow for flow in _flows(model) if flow[1] is not flow[2] and "#" not in flow[1].id + flow[2].id]
    if not flows:
        return None
    flow, _, target = rng.choice(flows)
    editor = bpmn.Editor(model)
    task, after = editor.fresh_id("Activity_9neu7x"), editor.fresh_id("Flow_9neu7y")
    home = target.parent
    editor.insert(home, f'<{editor.tag("task", home)} id="{task}" name="Unterlagen nachfordern" />')
    tag = editor.tag("sequenceFlow", home)
    editor.insert(home, f'<{tag} id="{after}" sourceRef="{task}" targetRef="{target.id}" />')
    editor.connect(flow, target=task)
    return _edit("insert", editor, {("added", task), ("added", after), ("reconnected", flow.id)})


def shift(model: bpmn.Model, rng: random.Random) -> Edit | None:
    """Move one shape in the drawing."""
    shapes = [(s, s.element) for d in model.diagrams for s in d.shapes if s.element is not None and s.element.is_node]
    if len(shapes) < 2:
        return None
    shape, element = rng.choice(shapes)
    editor = bpmn.Editor(model)
    box = shape.bounds
    editor.set_bounds(shape, bpmn.Bounds(box.x + 40, box.y + 10, box.width, box.height))
    return _edit("shift", editor, {("layout", element.id)})


MAKERS: tuple[Maker, ...] = (
    rename,
    move_lane,
    document,
    vendor_attribute,
    condition,
    retype,
    reconnect,
    annotate,
    rename_root,
    event_definition,
    remove,
    insert,
    shift,
)
