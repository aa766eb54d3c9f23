"""An existing drawing that can be changed: room inserted, places found, everything else left where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds, Diagram
from hub.bpmn.model import Element
from hub.bpmn.typeset.paths import Point
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind

_APART: Final = 18.0
_PAD: Final = 14.0


class Canvas:
    """Shapes and lines of one diagram by element id."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.boxes: dict[str, Bounds] = {}
        self.lines: dict[str, list[Point]] = {}
        self.labels: dict[str, Bounds] = {}
        self.frames: set[str] = set()
        """Ids of what others stand inside of: pools, lanes, expanded sub-processes, groups."""
        self.upright: set[str] = set()
        """Ids of vertical pools and lanes."""
        self.closed: set[str] = set()
        """Ids of collapsed sub-processes."""
        inside = {s.element.parent.id for s in diagram.shapes if s.element is not None and s.element.parent is not None}
        for shape in diagram.shapes:
            element = shape.element
            if element is None or element.id in self.boxes or shape.band_kind:
                continue
            self.boxes[element.id] = shape.bounds
            if shape.label is not None:
                self.labels[element.id] = shape.label
            if element.kind in (Kind.POOL, Kind.LANE) or element.type == "group":
                self.frames.add(element.id)
                if shape.is_horizontal is False:
                    self.upright.add(element.id)
            elif element.type in SUB_PROCESSES:
                opened = shape.is_expanded or (shape.is_expanded is None and element.id in inside)
                (self.frames if opened else self.closed).add(element.id)
        for edge in diagram.edges:
            if edge.element is not None and len(edge.waypoints) > 1 and edge.element.id not in self.lines:
                self.lines[edge.element.id] = list(edge.waypoints)
                if edge.label is not None:
                    self.labels[edge.element.id] = edge.label

    def obstacles(self) -> list[Bounds]:
        """Return the rectangles connections should not pass."""
        return [b for id_, b in self.boxes.items() if id_ not in self.frames]

    def is_upright(self, element: Element) -> bool:
        """Whether an element's process is drawn from top to bottom, in a vertical pool."""
        return any(frame is not None and frame.id in self.upright for frame in (element.lane, element.pool))

    def usual_size(self, element: Element) -> tuple[float, float] | None:
        """Return the commonest size of elements of the same kind in this drawing, None if there are none."""
        sizes = Counter(
            (shape.bounds.width, shape.bounds.height)
            for shape in self.diagram.shapes
            if shape.element is not None
            and shape.element.kind is element.kind
            and (element.kind is not Kind.ACTIVITY or shape.element.id not in self.frames)
        )
        return sizes.most_common(1)[0][0] if sizes else None

    def frame_of(self, element: Element) -> Bounds | None:
        """Return the rectangle an element has to lie in: its sub-process, lane or pool; None for the open page."""
        scope = element.scope_element
        if scope is not None and scope.id in self.frames:
            return self.boxes[scope.id]
        for frame in (element.lane, element.pool):
            if frame is not None and frame.id in self.boxes:
                return self.boxes[frame.id]
        return None

    def insert_rows(self, y: float, amount: float) -> None:
        """Move everything that starts below `y` down and stretch the frames that span it."""
        for id_, b in self.boxes.items():
            if b.y >= y:
                self.boxes[id_] = Bounds(b.x, b.y + amount, b.width, b.height)
            elif id_ in self.frames and b.bottom > y:
                self.boxes[id_] = Bounds(b.x, b.y, b.width, b.height + amount)
        for id_, b in self.labels.items():
            if b.y >= y:
                self.labels[id_] = Bounds(b.x, b.y + amount, b.width, b.height)
        for id_, points in self.lines.items():
            self.lines[id_] = [(px, py + amount if py >= y else py) for px, py in points]

    def insert_columns(self, x: float, amount: float) -> None:
        """Move everything that starts right of `x` to the right and stretch the frames that span it."""
        for id_, b in self.boxes.items():
            if b.x >= x:
                self.boxes[id_] = Bounds(b.x + amount, b.y, b.width, b.height)
            elif id_ in self.frames and b.right > x:
                self.boxes[id_] = Bounds(b.x, b.y, b.width + amount, b.height)
        for id_, b in self.labels.items():
            if b.x >= x:
                self.labels[id_] = Bounds(b.x + amount, b.y, b.width, b.height)
        for id_, points in self.lines.items():
            self.lines[id_] = [(px + amount if px >= x else px, py) for px, py in points]

    def find_place(
        self, width: float, height: float, wish: Point, frame: Bounds | None, header: Point
    ) -> Bounds | None:
        """Return the free place for a box whose middle is nearest to `wish` inside `frame`, None if there is none.

        `header` is how wide the strips at the frame's left and upper edge are that carry its name.
        """
        reach = 420.0
        near = [
            b
            for b in (*self.obstacles(), *self.labels.values())
            if abs(b.centre[0] - wish[0]) < reach + b.width + width
            and abs(b.centre[1] - wish[1]) < reach + b.height + height
        ]
        foreign = [
            b
            for id_, b in self.boxes.items()
            if id_ in self.frames
            and frame is not None
            and b != frame
            and _inside(b, frame)
            and b.width * b.height < frame.width * frame.height
        ]
        best: tuple[float, Bounds] | None = None
        lines = [
            line
            for line in self.lines.values()
            if any(abs(x - wish[0]) < 900 and abs(y - wish[1]) < 900 for x, y in line)
        ]
        for dx in range(0, int(reach) + 1, 20):
            if best is not None and dx > best[0]:
                break
            for dy in range(0, int(reach) + 1, 10):
                if best is not None and dx + 1.4 * dy > best[0]:
                    break
                for sx in (1, -1) if dx else (1,):
                    for sy in (1, -1) if dy else (1,):
                        x, y = wish[0] + sx * dx - width / 2, wish[1] + sy * dy - height / 2
                        b = Bounds(x, y, width, height)
                        if frame is not None and not _fits(b, frame, header):
                            continue
                        if any(_meets(b, other, _APART) for other in near) or any(
                            _meets(b, other, 4) for other in foreign
                        ):
                            continue
                        cost = dx + 1.4 * dy + (8 if sx < 0 else 0) + 70 * _covered(b, lines)
                        if best is None or cost < best[0]:
                            best = (cost, b)
        return best[1] if best is not None else None


def _inside(inner: Bounds, outer: Bounds) -> bool:
    return inner.x >= outer.x and inner.y >= outer.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _fits(b: Bounds, frame: Bounds, header: Point) -> bool:
    return (
        b.x >= frame.x + _PAD + header[0]
        and b.y >= frame.y + _PAD + header[1]
        and b.right <= frame.right - _PAD
        and b.bottom <= frame.bottom - _PAD
    )


def _meets(a: Bounds, b: Bounds, apart: float) -> bool:
    return a.x < b.right + apart and b.x < a.right + apart and a.y < b.bottom + apart and b.y < a.bottom + apart


def _covered(b: Bounds, lines: Iterable[Sequence[Point]]) -> int:
    count = 0
    for line in lines:
        for (ax, ay), (bx, by) in pairwise(line):
            if (
                min(ax, bx) < b.right + 4
                and max(ax, bx) > b.x - 4
                and min(ay, by) < b.bottom + 4
                and max(ay, by) > b.y - 4
            ):
                count += 1
                break
    return count
