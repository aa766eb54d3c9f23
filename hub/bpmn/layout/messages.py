"""Courses of message flows: down (or up) from sender to receiver through the gap between their pools."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.layout.pools import Pool
from hub.bpmn.typeset.paths import Point, simplify

STEP: Final = 12.0
_OFFSETS: Final = (0.0, 14.0, -14.0, 28.0, -28.0, 40.0, -40.0)


class Messages:
    """Finds courses one after the other and remembers what is taken."""

    def __init__(self, pools: Sequence[Pool], obstacles: Sequence[Bounds]) -> None:
        self._pools = list(pools)
        self._obstacles = sorted(obstacles, key=lambda b: b.x)
        self._used: list[tuple[float, float, float]] = []
        self._jogs: dict[int, int] = {}

    def course(self, source: Bounds, source_pool: int, target: Bounds, target_pool: int) -> list[Point]:
        """Return the waypoints from sender to receiver; either may be a pool itself."""
        if source_pool <= target_pool:
            return self._down(source, source_pool, target, target_pool)
        return self._down(target, target_pool, source, source_pool)[::-1]

    def _down(self, a: Bounds, pool_a: int, b: Bounds, pool_b: int) -> list[Point]:
        foot, head = self._pools[pool_a].bottom, self._pools[pool_b].top
        whole_a, whole_b = self._is_pool(a, pool_a), self._is_pool(b, pool_b)
        if whole_a and whole_b:
            xa = xb = self._free(a.x + 80, a, foot, head)
            start, end = [(xa, foot)], [(xb, head)]
        elif whole_a:
            end = self._leave(b, b.y, head, beyond=foot)
            xb = xa = end[-1][0]
            start = [(xa, foot)]
            end = end[::-1]
        else:
            start = self._leave(a, a.bottom, foot, beyond=head)
            xa = start[-1][0]
            if whole_b:
                xb, end = xa, [(xa, head)]
            else:
                end = self._leave(b, b.y, head, beyond=foot, wish=xa)[::-1]
                xb = end[0][0]
        middle: list[Point] = []
        if pool_b - pool_a > 1:
            xm = self._corridor(xb, foot, head)
            if abs(xm - xa) > 0.5:
                y = self._jog(pool_a)
                middle += [(xa, y), (xm, y)]
            if abs(xm - xb) > 0.5:
                y = self._jog(pool_b - 1)
                middle += [(xm, y), (xb, y)]
        elif abs(xa - xb) > 0.5:
            y = self._jog(pool_a)
            middle = [(xa, y), (xb, y)]
        points = simplify([*start, *middle, *end])
        for (ax, ay), (bx, by) in pairwise(points):
            if ax == bx:
                self._used.append((ax, min(ay, by), max(ay, by)))
        return points

    def _is_pool(self, b: Bounds, number: int) -> bool:
        pool = self._pools[number]
        return abs(b.y - pool.top) < 0.5 and abs(b.bottom - pool.bottom) < 0.5

    def _jog(self, gap: int) -> float:
        count = self._jogs[gap] = self._jogs.get(gap, 0) + 1
        top, bottom = self._pools[gap].bottom, self._pools[gap + 1].top
        room = max(1, int((bottom - top - 24) // STEP) + 1)
        return top + 14 + STEP * ((count - 1) % room)

    def _leave(self, b: Bounds, edge: float, border: float, *, beyond: float, wish: float | None = None) -> list[Point]:
        """Return the way from a node to the border of its pool; the gap up to `beyond` should be free as well."""
        middle = b.centre[0]
        half = b.width / 2 - 10 if b.width > 60 else 0.0
        up = border < edge
        low, high = min(edge, border, beyond), max(edge, border, beyond)
        wishes = [middle + offset for offset in _OFFSETS if abs(offset) <= half]
        if wish is not None and abs(wish - middle) <= half:
            wishes.insert(0, wish)
        for x in wishes:
            if self._clear(x, low, high, b):
                return [(x, edge), (x, border)]
        aside = edge + (-9 if up else 9)
        x = self._corridor(middle, min(aside, beyond), max(aside, beyond), b)
        return [(middle, edge), (middle, aside), (x, aside), (x, border)]

    def _free(self, x: float, b: Bounds, low: float, high: float) -> float:
        while x < b.right - 20 and not self._clear(x, low, high, b):
            x += 20
        return x

    def _corridor(self, x: float, low: float, high: float, own: Bounds | None = None) -> float:
        for step in range(1, 120):
            for at in (x + step * 8, x - step * 8) if step > 1 else (x, x + 8, x - 8):
                if self._clear(at, low, high, own):
                    return at
        return x

    def _clear(self, x: float, low: float, high: float, own: Bounds | None) -> bool:
        if any(abs(at - x) < 7 and top < high and bottom > low for at, top, bottom in self._used):
            return False
        for o in self._obstacles:
            if o.x - 6 > x:
                break
            if o.right + 6 > x and o.y - 4 < high and o.bottom + 4 > low and o != own:
                return False
        return True
