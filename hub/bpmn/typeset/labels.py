"""Where a label goes that stands outside of its element.

If the drawing in the file gives it a place, there. Otherwise at the usual place (below an event,
gateway or data object; above a line), or at the next best one that covers no line and no shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.typeset.paths import Point, middle
from hub.bpmn.typeset.text import Block, fit

ROOM: Final = 100.0
"""Width a label may take at least (bpmn-js allows 90 with a slightly narrower font)."""
SIZES: Final = (11.0, 10.0)
_CELL: Final = 80.0
_MOST: Final = 8 * 11 * 1.2

_Box = tuple[float, float, float, float, int]


class Crowd:
    """What labels should keep clear of, in a grid of cells."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[_Box]] = {}

    def add(self, left: float, top: float, right: float, bottom: float, weight: int = 4) -> None:
        """Occupy a rectangle; `weight` says how bad it is to cover it."""
        if right - left > 40 * _CELL and bottom - top > 40 * _CELL:
            return
        box = (left, top, right, bottom, weight)
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def add_outline(self, b: Bounds) -> None:
        """Occupy the four borders of a rectangle, not its inside."""
        self.add(b.x, b.y, b.right, b.y, 1)
        self.add(b.x, b.bottom, b.right, b.bottom, 1)
        self.add(b.x, b.y, b.x, b.bottom, 1)
        self.add(b.right, b.y, b.right, b.bottom, 1)

    def add_line(self, points: Sequence[Point]) -> None:
        """Occupy a connection; slanted pieces are taken as short steps."""
        for (ax, ay), (bx, by) in pairwise(points):
            if ax == bx or ay == by:
                self.add(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), 1)
                continue
            steps = min(60, int((abs(bx - ax) + abs(by - ay)) // 12) + 1)
            for step in range(steps):
                px, py = ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps
                qx, qy = ax + (bx - ax) * (step + 1) / steps, ay + (by - ay) * (step + 1) / steps
                self.add(min(px, qx), min(py, qy), max(px, qx), max(py, qy), 1)

    def hits(self, left: float, top: float, right: float, bottom: float) -> int:
        """Return the weight of the occupied rectangles this one meets."""
        box = (left, top, right, bottom, 0)
        found = set()
        for cell in _cells(box):
            for other in self._cells.get(cell, ()):
                if other[0] < right and other[2] > left and other[1] < bottom and other[3] > top:
                    found.add(other)
        return sum(other[4] for other in found)


def _cells(box: _Box) -> Iterable[tuple[int, int]]:
    for column in range(int(box[0] // _CELL), int(box[2] // _CELL) + 1):
        for row in range(int(box[1] // _CELL), int(box[3] // _CELL) + 1):
            yield column, row


def block(label: str, width: float) -> Block:
    """Set the label of something `width` px wide, for measuring."""
    return fit(label, max(ROOM, width + 30), _MOST, SIZES)


def placed(label: str, where: Bounds) -> tuple[Block, float, float]:
    """Set a label at the place the file gives it; returns the text, the x of its middle and its upper edge."""
    text = fit(label, max(where.width, ROOM) + 1, max(where.height + 30, _MOST), SIZES)
    return text, where.x + where.width / 2, where.y


def has_place(label: Bounds | None) -> bool:
    """Whether the file truly says where a label goes: some tools write empty rectangles."""
    return label is not None and (label.width > 1 or label.height > 1)


def beside(label: str, b: Bounds, crowd: Crowd) -> tuple[Block, float, float]:
    """Set the label of an event, gateway or data element that has no place of its own."""
    text = block(label, b.width)
    x = b.centre[0]
    w, h = text.width, text.height
    places = (
        (x, b.bottom + 4),
        (x, b.y - 4 - h),
        (b.right + 4 + w / 2, b.bottom + 1),
        (b.right + 4 + w / 2, b.y - h - 1),
        (b.x - 4 - w / 2, b.bottom + 1),
        (b.x - 4 - w / 2, b.y - h - 1),
        (b.right + 4 + w / 2, b.bottom + 14),
        (b.x - 4 - w / 2, b.bottom + 14),
        (b.right + 4 + w / 2, b.centre[1] - h / 2),
        (b.x - 4 - w / 2, b.centre[1] - h / 2),
        (x, b.bottom + 16),
    )
    return (text, *_best(places, w, h, crowd))


def set_along(label: str) -> Block:
    """Set the label of a connection, for measuring."""
    return fit(label, ROOM + 20 if len(label) < 60 else 2 * ROOM, _MOST, SIZES)


def along(
    label: str, points: Sequence[Point], crowd: Crowd, gaps: Sequence[tuple[float, float]] = ()
) -> tuple[Block, float, float]:
    """Set the label of a connection that has no place of its own.

    `gaps` are stretches (from y, to y) between pools, the best places for the labels of message flows.
    """
    block = set_along(label)
    w, h = block.width, block.height
    places: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(points):
        for top, bottom in gaps if ax == bx else ():
            low, high = max(top, min(ay, by)), min(bottom, max(ay, by))
            if high - low > 12:
                places += [(ax + 5 + w / 2, (low + high - h) / 2), (ax - 5 - w / 2, (low + high - h) / 2)]
    (mx, my), flat = middle(points)
    places += [(mx, my - h - 4), (mx, my + 4)] if flat else [(mx + 5 + w / 2, my - h / 2), (mx - 5 - w / 2, my - h / 2)]
    for (ax, ay), (bx, by) in pairwise(points[:6]):
        if abs(bx - ax) >= abs(by - ay) and abs(bx - ax) > 20:
            away = min(abs(bx - ax) / 2, w / 2 + 8) * (1 if bx > ax else -1)
            places += [(ax + away, min(ay, by) - h - 3), (ax + away, max(ay, by) + 3)]
        elif abs(by - ay) > 20:
            for share in (0.5, 0.2, 0.8):
                down = ay + (by - ay) * share - h / 2
                places += [(ax + 5 + w / 2, down), (ax - 5 - w / 2, down)]
    return (block, *_best(places, w, h, crowd))


def _best(places: Iterable[Point], w: float, h: float, crowd: Crowd) -> Point:
    best, best_hits = (0.0, 0.0), 1_000_000
    for x, top in places:
        hits = crowd.hits(x - w / 2 + 1, top + 1, x + w / 2 - 1, top + h - 1)
        if hits < best_hits:
            best, best_hits = (x, top), hits
        if not hits:
            break
    crowd.add(best[0] - w / 2, best[1], best[0] + w / 2, best[1] + h)
    return best
