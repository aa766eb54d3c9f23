"""What one drawing shows: visible shapes and edges, which is open or closed, and how large all of it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset.paths import Point, crop, reach, simplify
from hub.bpmn.vocabulary import CALLS, EVENTS, GATEWAYS, SUB_PROCESSES, Kind

_INSIDE: Final = frozenset({Kind.ACTIVITY, Kind.EVENT, Kind.GATEWAY, Kind.DATA, Kind.ARTIFACT})
CONVERSATIONS: Final = frozenset(["conversation", "subConversation", "callConversation"])
_OUTSIDE: Final = (
    EVENTS
    | GATEWAYS
    | CONVERSATIONS
    | frozenset(["dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "dataInput", "dataOutput"])
)
"""Elements whose label stands outside of their shape."""


@dataclass(slots=True)
class Scene:
    """One diagram, ready to draw."""

    model: Model
    name: str
    shapes: list[Shape]
    """Visible shapes with an element, containers first, outer before inner."""
    edges: list[tuple[Edge, list[Point]]]
    """Visible edges with their cropped waypoints."""
    open_ids: set[str]
    """Ids of elements drawn expanded."""
    bands: dict[str, list[Shape]]
    """Choreography activity id → shapes of its participant bands."""
    by_element: dict[str, list[Shape]] = field(default_factory=dict)
    filled_ids: set[str] = field(default_factory=set)
    """Ids of elements something is drawn inside of."""

    def extent(self) -> Bounds:
        """Return the rectangle around all shapes, edges and labels."""
        xs: list[float] = []
        ys: list[float] = []
        for shape in self.shapes:
            for box in (shape.bounds, shape.label):
                if box is not None:
                    xs += (box.x, box.right)
                    ys += (box.y, box.bottom)
        for edge, points in self.edges:
            xs += (x for x, _ in points)
            ys += (y for _, y in points)
            if edge.label is not None and edge.element is not None and edge.element.label:
                xs += (edge.label.x, edge.label.right)
                ys += (edge.label.y, edge.label.bottom)
        if not xs:
            return Bounds(0, 0, 100, 60)
        return Bounds(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def form_of(element: Element | None) -> str:
    """Return the outline a connection ends at: `circle`, `diamond` or `box`."""
    if element is None:
        return "box"
    if element.kind is Kind.EVENT:
        return "circle"
    return "diamond" if element.kind is Kind.GATEWAY else "box"


def labelled_outside(element: Element) -> bool:
    """Whether the label of this element stands below its shape rather than inside."""
    return element.type in _OUTSIDE


def choose(diagrams: Sequence[Diagram], which: int | str) -> Diagram | None:
    """Return the diagram with this index, id, or the one whose plane shows the element with this id."""
    if isinstance(which, int):
        return diagrams[which] if -len(diagrams) <= which < len(diagrams) else None
    for diagram in diagrams:
        if which in (diagram.id, diagram.element_id):
            return diagram
    return None


def make_scene(model: Model, diagram: Diagram) -> Scene:
    """Work out what of `diagram` is visible, and in which order it is drawn."""
    known = [shape for shape in diagram.shapes if shape.element is not None and shape.bounds.width > 0]
    bands: dict[str, list[Shape]] = {}
    shape_ids = {shape.id: shape for shape in known}
    plain: list[Shape] = []
    for shape in known:
        owner = shape_ids.get(shape.choreography_shape or "") if shape.band_kind else None
        if owner is not None and owner.element is not None:
            bands.setdefault(owner.element.id, []).append(shape)
        else:
            plain.append(shape)
    by_element: dict[str, list[Shape]] = {}
    for shape in plain:
        if shape.element is not None:
            by_element.setdefault(shape.element.id, []).append(shape)
    open_ids = _open(plain, by_element)
    closed = {
        shape.element.id
        for shape in plain
        if shape.element is not None and shape.element.type in SUB_PROCESSES and shape.element.id not in open_ids
    }
    plane = diagram.element.id if diagram.element is not None else ""
    closed.discard(plane)
    visible = [shape for shape in plain if shape.element is not None and not _hidden(shape.element, closed)]
    visible.sort(key=_rank)
    filled = _filled(visible, open_ids)
    scene = Scene(model, diagram.name, visible, [], open_ids, bands, by_element, filled)
    for edge in diagram.edges:
        if edge.element is None or _hidden(edge.element, closed):
            continue
        points = _waypoints(edge, scene, shape_ids)
        if len(points) >= 2:
            scene.edges.append((edge, points))
    return scene


def _open(shapes: Iterable[Shape], by_element: dict[str, list[Shape]]) -> set[str]:
    """Find which sub-processes are drawn open; where the file does not say, those whose content is drawn."""
    parents = set()
    for shape in shapes:
        if shape.element is not None and shape.element.parent is not None:
            parents.add(shape.element.parent.id)
    opened = set()
    for id_, found in by_element.items():
        element = found[0].element
        if element is None:
            continue
        if element.type in SUB_PROCESSES or element.type in CALLS:
            flag = found[0].is_expanded
            if flag or (flag is None and id_ in parents):
                opened.add(id_)
    return opened


def _filled(shapes: Sequence[Shape], open_ids: set[str]) -> set[str]:
    """Find the expanded shapes something is drawn in: a call activity may show what another process contains."""
    found = set()
    for outer in shapes:
        if outer.element is None or outer.element.id not in open_ids:
            continue
        for inner in shapes:
            is_node = inner.element is not None and inner.element.kind in _INSIDE
            if is_node and inner is not outer and _contains(outer, inner):
                found.add(outer.element.id)
                break
    return found


def _hidden(element: Element, closed: set[str]) -> bool:
    if not closed:
        return False
    at = element.parent
    if element.kind is Kind.DATA_ASSOCIATION and at is not None:
        # Written inside the activity, drawn outside of it.
        at = at.parent
    if element.type == "boundaryEvent" and (host := element.attached_to) is not None and host.id not in closed:
        at = host.parent
    while at is not None:
        if at.id in closed:
            return True
        at = at.parent
    return False


def _depth(element: Element) -> int:
    depth, at = 0, element.parent
    while at is not None:
        depth += 1
        at = at.parent
    return depth


def _rank(shape: Shape) -> tuple[int, float, float]:
    """Order of drawing. Containers by nesting, then everything else; boundary events after their hosts."""
    element = shape.element
    if element is None:
        return 9, 0, 0
    area = -shape.bounds.width * shape.bounds.height
    if element.kind is Kind.POOL:
        return 0, 0, area
    if element.kind is Kind.LANE:
        return 1, _depth(element), area
    if element.type in SUB_PROCESSES:
        return 2, _depth(element), area
    if element.type == "group":
        return 6, 0, 0
    if element.type == "boundaryEvent":
        return 5, 0, 0
    return (3, 0, 0) if element.kind is not Kind.ARTIFACT else (4, 0, 0)


def _nearest(element: Element | None, point: Point, scene: Scene) -> Shape | None:
    if element is None:
        return None
    found = scene.by_element.get(element.id)
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda shape: abs(shape.bounds.centre[0] - point[0]) + abs(shape.bounds.centre[1] - point[1]))


def _waypoints(edge: Edge, scene: Scene, shape_ids: dict[str, Shape]) -> list[Point]:
    """Return the line of an edge, ending exactly at the outlines of what it connects."""
    element = edge.element
    if element is None:
        return []
    source, target = element.source, element.target
    points = list(edge.waypoints)
    first = shape_ids.get(edge.source_id or "") or _nearest(source, points[0] if points else (0, 0), scene)
    last = shape_ids.get(edge.target_id or "") or _nearest(target, points[-1] if points else (0, 0), scene)
    if len(points) < 2:
        if first is None or last is None or first is last:
            return []
        points = [first.bounds.centre, last.bounds.centre]
    if first is not None and not _contains(first, last):
        form = form_of(first.element)
        points = reach(crop(points, first.bounds, form), first.bounds, form)
    if last is not None and not _contains(last, first):
        form = form_of(last.element)
        points = reach(crop(points[::-1], last.bounds, form), last.bounds, form)[::-1]
    return simplify(points)


def _contains(outer: Shape, inner: Shape | None) -> bool:
    """Whether one shape lies in the other, so that a line between them must not be cut."""
    if inner is None or outer is inner:
        return outer is inner
    a, b = outer.bounds, inner.bounds
    return (
        a.x <= b.x
        and a.y <= b.y
        and a.right >= b.right
        and a.bottom >= b.bottom
        and a.width * a.height > b.width * b.height
    )
