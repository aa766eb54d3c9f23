"""What makes a drawing hard to read: overlaps, labels on shapes, arrows through shapes, crossings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from hub.bpmn.check_view import Hit, View
from hub.bpmn.diagram import Bounds
from hub.bpmn.vocabulary import CALLS, SUB_PROCESSES, Kind

if TYPE_CHECKING:
    from hub.bpmn.diagram import Diagram, Edge, Shape
    from hub.bpmn.model import Element

_CELL: Final = 160.0
"""Side of a grid cell in diagram units: a little more than a task."""
_LONG: Final = 300
"""What would lie in more cells than this is kept apart and compared with everything."""
_ENOUGH: Final = 100
"""Findings per rule and drawing after which nobody reads on."""
_LABEL_SHARE: Final = 0.4
"""Part of a label that must lie on a shape; tools estimate label sizes, so a little does not count."""
_INSIDE: Final = 4.0
"""How far an arrow must enter a shape to run through it."""
_OVERLAP: Final = 5.0
"""How far shapes must reach into each other to overlap."""

T = TypeVar("T")
_Segment = tuple[float, float, float, float]


@dataclass(slots=True)
class _Grid(Generic[T]):
    """Things by the cells their bounds touch, so that only neighbours are compared."""

    cells: dict[tuple[int, int], list[tuple[Bounds, T]]] = field(default_factory=dict)
    long: list[tuple[Bounds, T]] = field(default_factory=list)

    def add(self, bounds: Bounds, item: T) -> None:
        """Put `item` into the cells of `bounds`."""
        cells = _cells(bounds)
        if cells is None:
            self.long.append((bounds, item))
            return
        for cell in cells:
            self.cells.setdefault(cell, []).append((bounds, item))

    def near(self, bounds: Bounds) -> Iterator[tuple[Bounds, T]]:
        """Yield what may touch `bounds`, once each."""
        cells = _cells(bounds)
        if cells is not None and len(cells) == 1:
            yield from self.cells.get(cells[0], ())
        else:
            seen: set[int] = set()
            for cell in self.cells if cells is None else cells:
                for entry in self.cells.get(cell, ()):
                    if id(entry[1]) not in seen:
                        seen.add(id(entry[1]))
                        yield entry
        yield from self.long


def _cells(bounds: Bounds) -> list[tuple[int, int]] | None:
    left, right = int(bounds.x // _CELL), int(bounds.right // _CELL)
    top, bottom = int(bounds.y // _CELL), int(bounds.bottom // _CELL)
    if (right - left + 1) * (bottom - top + 1) > _LONG:
        return None
    return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]


def check_layout(view: View) -> Iterator[Hit]:
    """Yield what is wrong with the drawings."""
    for diagram in view.model.diagrams:
        yield from _diagram(diagram)


def _diagram(diagram: Diagram) -> Iterator[Hit]:
    shapes = [(shape, shape.element) for shape in diagram.shapes if shape.element is not None]
    drawn = {element.id: shape for shape, element in shapes}
    grid: _Grid[tuple[Shape, Element]] = _Grid()
    for shape, element in shapes:
        if element.is_node or (element.kind is Kind.DATA):
            grid.add(shape.bounds, (shape, element))
    for found in (_overlaps(grid, drawn), _outside(shapes, drawn), _labels(diagram, grid), _through(diagram, grid)):
        for count, hit in enumerate(found):
            if count >= _ENOUGH:
                break
            yield hit
    crossings = _crossings(diagram)
    if crossings:
        yield Hit("crossings", diagram.element, {"count": crossings})


def _overlaps(grid: _Grid[tuple[Shape, Element]], drawn: dict[str, Shape]) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for entries in [*grid.cells.values(), grid.long]:
        for place, (bounds, (_, element)) in enumerate(entries):
            for other_bounds, (_, other) in entries[place + 1 :]:
                if (
                    min(bounds.right, other_bounds.right) - max(bounds.x, other_bounds.x) > _OVERLAP
                    and min(bounds.bottom, other_bounds.bottom) - max(bounds.y, other_bounds.y) > _OVERLAP
                    and not _belong_together(element, other)
                    and not _shows_inside(drawn[element.id], drawn[other.id])
                    and (element.id, other.id) not in seen
                    and element is not other
                ):
                    seen.add((element.id, other.id))
                    yield Hit("shape-overlap", element, {"other": other})
                    if len(seen) > _ENOUGH:
                        return


def _belong_together(one: Element, other: Element) -> bool:
    """Return whether two elements lie on each other by design: container and content, activity and boundary event."""
    if "boundaryEvent" in (one.type, other.type):
        return True
    return _contains(one, other) or _contains(other, one)


def _shows_inside(one: Shape, other: Shape) -> bool:
    """Return whether one shape is an opened activity drawn around the other, which belongs to another process."""
    return any(
        outer.element is not None
        and outer.element.type in SUB_PROCESSES | CALLS
        and outer.is_expanded is not False
        and outer.bounds.x <= inner.bounds.x
        and outer.bounds.y <= inner.bounds.y
        and outer.bounds.right >= inner.bounds.right
        and outer.bounds.bottom >= inner.bounds.bottom
        for outer, inner in ((one, other), (other, one))
    )


def _contains(outer: Element, inner: Element) -> bool:
    at = inner.parent
    while at is not None:
        if at is outer:
            return True
        at = at.parent
    return False


def _outside(shapes: list[tuple[Shape, Element]], drawn: dict[str, Shape]) -> Iterator[Hit]:
    for shape, element in shapes:
        if not element.is_node or element.type == "boundaryEvent":
            continue
        parent = element.parent
        container = parent if parent is not None and parent.type in SUB_PROCESSES else element.lane or element.pool
        box = drawn.get(container.id) if container is not None else None
        if box is None or container is None or box.is_expanded is False:
            continue
        x, y = shape.bounds.centre
        if not (box.bounds.x <= x <= box.bounds.right and box.bounds.y <= y <= box.bounds.bottom):
            yield Hit("outside", element, {"other": container})


def _labels(diagram: Diagram, grid: _Grid[tuple[Shape, Element]]) -> Iterator[Hit]:
    drawings: list[Shape | Edge] = [*diagram.shapes, *diagram.edges]
    for drawing in drawings:
        label, element = drawing.label, drawing.element
        if label is None or element is None or not element.name or label.width * label.height <= 0:
            continue
        if element.kind in (Kind.ACTIVITY, Kind.POOL, Kind.LANE):
            continue
        for bounds, (shape, other) in grid.near(label):
            width = min(label.right, bounds.right) - max(label.x, bounds.x)
            height = min(label.bottom, bounds.bottom) - max(label.y, bounds.y)
            if width <= 0 or height <= 0 or width * height < _LABEL_SHARE * label.width * label.height:
                continue
            if (
                other is not element
                and not _is_container(other)
                and not (other.type in CALLS and shape.is_expanded)
                and not _contains(other, element)
            ):
                yield Hit("label-overlap", element, {"other": other})
                break


def _is_container(element: Element) -> bool:
    return element.type in SUB_PROCESSES and bool(element.flow_nodes)


def _segments(edge: Edge) -> Iterator[_Segment]:
    points = edge.waypoints
    for (x1, y1), (x2, y2) in pairwise(points):
        yield x1, y1, x2, y2


def _box(segment: _Segment) -> Bounds:
    x1, y1, x2, y2 = segment
    return Bounds(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def _through(diagram: Diagram, grid: _Grid[tuple[Shape, Element]]) -> Iterator[Hit]:
    for edge in diagram.edges:
        flow = edge.element
        if flow is None or flow.kind is not Kind.FLOW or flow.source is None or flow.target is None:
            continue
        ends = {flow.source, flow.target, flow.source.attached_to, flow.target.attached_to}
        hit = next((other for segment in _segments(edge) for other in _crossed(segment, grid, ends)), None)
        if hit is not None:
            yield Hit("flow-through-shape", flow, {"label": flow.source, "target": flow.target, "other": hit})


def _crossed(segment: _Segment, grid: _Grid[tuple[Shape, Element]], ends: set[Element | None]) -> Iterator[Element]:
    for bounds, (shape, other) in grid.near(_box(segment)):
        if other.type in CALLS and shape.is_expanded:
            continue
        if other in ends or other.type == "boundaryEvent" or other.kind is Kind.DATA:
            continue
        if any(end is not None and (_contains(other, end) or _contains(end, other)) for end in ends):
            continue
        if _enters(segment, bounds):
            yield other


def _enters(segment: _Segment, bounds: Bounds) -> bool:
    """Return whether a segment runs through the inside of a rectangle (Liang and Barsky, 1984)."""
    x1, y1, x2, y2 = segment
    left, right = bounds.x + _INSIDE, bounds.right - _INSIDE
    top, bottom = bounds.y + _INSIDE, bounds.bottom - _INSIDE
    if left >= right or top >= bottom:
        return False
    first, last = 0.0, 1.0
    for delta, low, high in ((x2 - x1, left - x1, right - x1), (y2 - y1, top - y1, bottom - y1)):
        if delta == 0:
            if low > 0 or high < 0:
                return False
            continue
        near, far = sorted((low / delta, high / delta))
        first, last = max(first, near), min(last, far)
        if first > last:
            return False
    return True


def _crossings(diagram: Diagram) -> int:
    """Return how often sequence flows cross; touching ends and shared stretches do not count."""
    grid: _Grid[tuple[int, _Segment]] = _Grid()
    segments: list[tuple[Bounds, tuple[int, _Segment]]] = []
    for number, edge in enumerate(diagram.edges):
        if edge.element is not None and edge.element.kind is Kind.FLOW:
            for segment in _segments(edge):
                item = (_box(segment), (number, segment))
                segments.append(item)
                grid.add(*item)
    seen: set[tuple[int, int, float, float]] = set()
    for bounds, (number, segment) in segments:
        for other_bounds, (other_number, other) in grid.near(bounds):
            if other_number <= number or bounds.x > other_bounds.right or other_bounds.x > bounds.right:
                continue
            if bounds.y > other_bounds.bottom or other_bounds.y > bounds.bottom:
                continue
            point = _crossing(segment, other)
            if point is not None:
                seen.add((number, other_number, round(point[0]), round(point[1])))
                if len(seen) > 10 * _ENOUGH:
                    return len(seen)
    return len(seen)


def _crossing(one: _Segment, other: _Segment) -> tuple[float, float] | None:
    """Return where two segments cross inside both, None if they do not."""
    x1, y1, x2, y2 = one
    x3, y3, x4, y4 = other
    determinant = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3)
    if determinant == 0:
        return None
    t = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / determinant
    u = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / determinant
    if not (0 < t < 1 and 0 < u < 1):
        return None
    return x1 + t * (x2 - x1), y1 + t * (y2 - y1)
