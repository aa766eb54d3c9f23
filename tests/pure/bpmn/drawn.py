"""Random models, and what is wrong with a drawing: overlaps, lines through nodes, missing shapes."""

import random
from itertools import pairwise

from hub import bpmn
from hub.bpmn.vocabulary import Kind
from tests.pure.bpmn.small import raw

NAMES = (
    "Antrag prüfen",
    "Bescheid erlassen",
    "Unterlagen nachfordern",
    "Gebühr festsetzen",
    "",
    "Zuständigkeit klären",
)


def random_model(seed: int, size: int, *, lanes: int = 0, pools: int = 1) -> bpmn.Model:
    """Make a model of about `size` nodes: branches, loops, boundary events, sub-processes, data, messages."""
    rng = random.Random(seed)
    parts, participants, nodes_of = [], [], []
    for number in range(pools):
        body, nodes = _process(rng, f"p{number}", max(2, size // pools), lanes)
        parts.append(f'<process id="P{number}">{body}</process>')
        participants.append(f'<participant id="Pool{number}" name="Stelle {number}" processRef="P{number}"/>')
        nodes_of.append(nodes)
    if pools > 1:
        for count in range(pools * 2):
            a, b = rng.sample(range(pools), 2)
            source, target = rng.choice(nodes_of[a]), rng.choice(nodes_of[b])
            participants.append(
                f'<messageFlow id="M{count}" sourceRef="{source}" targetRef="{target}" name="Nachricht"/>'
            )
    if pools > 1 or lanes:
        parts.insert(0, f'<collaboration id="C">{"".join(participants)}</collaboration>')
    return raw("".join(parts))


def _process(rng: random.Random, prefix: str, size: int, lanes: int) -> tuple[str, list[str]]:
    nodes = [f"{prefix}_{index}" for index in range(size)]
    xml = []
    for index, node in enumerate(nodes):
        type_ = (
            "startEvent"
            if not index
            else rng.choice(
                (
                    "task",
                    "userTask",
                    "exclusiveGateway",
                    "parallelGateway",
                    "endEvent",
                    "intermediateCatchEvent",
                    "callActivity",
                )
            )
        )
        name = rng.choice(NAMES)
        if type_ == "task" and rng.random() < 0.35:
            inner = f'<startEvent id="{node}s"/><task id="{node}t"/>'
            inner += f'<sequenceFlow id="{node}f" sourceRef="{node}s" targetRef="{node}t"/>'
            xml.append(f'<subProcess id="{node}" name="{name}">{inner}</subProcess>')
        else:
            xml.append(f'<{type_} id="{node}" name="{name}"/>')
        if type_ in ("task", "userTask") and rng.random() < 0.2:
            xml.append(f'<boundaryEvent id="{node}b" attachedToRef="{node}" name="Frist"/>')
            xml.append(f'<sequenceFlow id="{node}bf" sourceRef="{node}b" targetRef="{rng.choice(nodes)}"/>')
        if rng.random() < 0.1:
            xml.append(f'<dataObjectReference id="{node}d" name="Akte"/>')
            xml.append(f'<association id="{node}a" sourceRef="{node}" targetRef="{node}d"/>')
    flows = {(rng.choice(nodes[max(0, i - 6) : i]), nodes[i]) for i in range(1, size) if rng.random() < 0.93}
    flows |= {(rng.choice(nodes), rng.choice(nodes)) for _ in range(size // 5)}
    for number, (source, target) in enumerate(sorted(flows)):
        name = ' name="ja"' if rng.random() < 0.2 else ""
        xml.append(f'<sequenceFlow id="{prefix}F{number}" sourceRef="{source}" targetRef="{target}"{name}/>')
    if lanes:
        stripes = []
        for lane in range(lanes):
            refs = "".join(
                f"<flowNodeRef>{node}</flowNodeRef>"
                for index, node in enumerate(nodes)
                if index * lanes // size == lane
            )
            stripes.append(f'<lane id="{prefix}L{lane}" name="Bahn {lane}">{refs}</lane>')
        xml.insert(0, f'<laneSet id="{prefix}LS">{"".join(stripes)}</laneSet>')
    return "".join(xml), nodes


def _scopes(element: bpmn.Element | None) -> set[str]:
    found = set()
    while element is not None:
        found.add(element.id)
        element = element.attached_to or element.parent
    return found


def _leaves(diagram: bpmn.Diagram) -> list[bpmn.Shape]:
    return [
        shape
        for shape in diagram.shapes
        if shape.element is not None
        and shape.element.kind not in (Kind.POOL, Kind.LANE)
        and not shape.is_expanded
        and shape.element.type != "group"
    ]


def overlaps(model: bpmn.Model) -> list[tuple[str, str]]:
    """Return pairs of elements whose shapes lie on each other although neither is in or on the other."""
    found = []
    for diagram in model.diagrams:
        frames = [shape for shape in diagram.shapes if shape.is_expanded]
        shapes = sorted(_leaves(diagram) + frames, key=lambda shape: shape.bounds.x)
        boxes = [(s.bounds.x + 0.5, s.bounds.y + 0.5, s.bounds.right, s.bounds.bottom, s.element) for s in shapes]
        for number, (x, y, right, bottom, a) in enumerate(boxes):
            for other in boxes[number + 1 :]:
                if other[0] >= right:
                    break
                b = other[4]
                if a is None or b is None or other[1] >= bottom or y >= other[3] or x >= other[2]:
                    continue
                if a.id not in _scopes(b) and b.id not in _scopes(a):
                    found.append((a.id, b.id))
    return found


def run_through(model: bpmn.Model) -> list[tuple[str, str]]:
    """Return (flow, node) where a sequence flow runs through a node it neither starts nor ends at."""
    found = []
    for diagram in model.diagrams:
        leaves = [
            (s.bounds.x + 2, s.bounds.y + 2, s.bounds.right - 2, s.bounds.bottom - 2, s.element)
            for s in _leaves(diagram)
        ]
        for edge in diagram.edges:
            if edge.element is None or edge.element.kind is not Kind.FLOW:
                continue
            pieces = [
                (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
                for a, b in pairwise(edge.waypoints)
            ]
            for x, y, right, bottom, node in leaves:
                hit = any(p[0] < right and p[2] > x and p[1] < bottom and p[3] > y for p in pieces)
                if hit and node is not None and not _related(edge.element, node):
                    found.append((edge.element.id, node.id))
    return found


def _related(flow: bpmn.Element, node: bpmn.Element) -> bool:
    """Whether a flow may touch a node: it starts or ends at it, in it, or at its boundary event."""
    ends = [end for end in (flow.source, flow.target) if end is not None]
    return any(node.id in _scopes(end) or end.id in _scopes(node) for end in ends)


def undrawn(model: bpmn.Model) -> list[str]:
    """Return ids of nodes and flows with both ends that no diagram shows, or that one shows twice."""
    seen: list[str] = []
    for diagram in model.diagrams:
        seen += [shape.element.id for shape in diagram.shapes if shape.element is not None]
        seen += [edge.element.id for edge in diagram.edges if edge.element is not None]
    wanted = [node.id for node in model.nodes if node.attributes.get("id") == node.id]
    wanted += [
        flow.id
        for flow in model.flows
        if flow.attributes.get("id") == flow.id
        and flow.source is not None
        and flow.target is not None
        and flow.source.process is flow.target.process
    ]
    return [id_ for id_ in wanted if seen.count(id_) != 1]


def slanted(model: bpmn.Model) -> list[str]:
    """Return flows with a piece that is neither horizontal nor vertical."""
    return [
        edge.element.id
        for diagram in model.diagrams
        for edge in diagram.edges
        if edge.element is not None
        and edge.element.kind is Kind.FLOW
        and any(abs(ax - bx) > 0.2 and abs(ay - by) > 0.2 for (ax, ay), (bx, by) in pairwise(edge.waypoints))
    ]
