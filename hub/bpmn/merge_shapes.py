"""Bounds and waypoints of drawn nodes: read, written, and free places found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hub.bpmn.diagram import Bounds, number
from hub.bpmn.merge_route import Point
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.vocabulary import BPMNDI
from hub.bpmn.write import number_text

_STEP: Final = 10.0
_REACH: Final = 60
"""How many steps away from its place a new shape may be put."""
GAP: Final = 10.0
"""Diagram units kept free around what is placed."""


def box_of(node: Xml) -> Bounds | None:
    """Return the bounds of a shape or label, None if the file gives none."""
    box = node.find("Bounds")
    if box is None:
        return None
    x, y, width, height = (number(box.attributes.get(name)) for name in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None:
        return None
    return Bounds(x, y, width, height)


def set_box(node: Xml, box: Bounds | None) -> None:
    """Write other bounds; numbers that stay keep their form."""
    target = node.find("Bounds")
    if target is None or box is None:
        return
    for name, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        set_number(target, name, value)


def set_number(node: Xml, name: str, value: float) -> None:
    """Write a number unless the attribute says the same already."""
    if number(node.attributes.get(name)) != value:
        node.set(name, number_text(value))


def course_of(node: Xml) -> list[Point]:
    """Return the waypoints of an edge."""
    points = []
    for child in node.children:
        if child.name == "waypoint":
            x, y = number(child.attributes.get("x")), number(child.attributes.get("y"))
            if x is not None and y is not None:
                points.append((x, y))
    return points


def overlap(one: Bounds | None, two: Bounds | None) -> bool:
    """Tell whether two boxes share some area."""
    if one is None or two is None:
        return False
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def moved(box: Bounds, way: Point) -> Bounds:
    """Return the box at another place."""
    return Bounds(box.x + way[0], box.y + way[1], box.width, box.height)


def inside(box: Bounds, frame: Bounds) -> bool:
    """Tell whether a box lies within another one."""
    return frame.x <= box.x and box.right <= frame.right and frame.y <= box.y and box.bottom <= frame.bottom


def free_offset(box: Bounds | None, others: Iterable[Bounds | None], frame: Bounds | None = None) -> Point | None:
    """Return the shortest way to a place in `frame` where `box` touches nothing, None if there is none near."""
    if box is None:
        return None
    solid = [other for other in others if other is not None]
    for reach in range(1, _REACH + 1):
        far = reach * _STEP
        for dx, dy in ((0.0, far), (far, 0.0), (0.0, -far), (far, far), (-far, far), (far, -far), (-far, 0.0)):
            there = moved(box, (dx, dy))
            if there.x < 0 <= box.x or there.y < 0 <= box.y or (frame is not None and not inside(there, frame)):
                continue
            padded = Bounds(there.x - GAP, there.y - GAP, box.width + 2 * GAP, box.height + 2 * GAP)
            if not any(overlap(padded, other) for other in solid):
                return dx, dy
    return None


def drawings(document: Document) -> list[Xml]:
    """Return the shapes and edges of all planes, in document order."""
    found = []
    for diagram in document.root.children:
        if diagram.name == "BPMNDiagram" and diagram.namespace == BPMNDI:
            plane = diagram.find("BPMNPlane")
            if plane is not None:
                found += [node for node in plane.children if node.name in ("BPMNShape", "BPMNEdge")]
    return found
