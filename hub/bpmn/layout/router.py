"""One connection at a time, around obstacles: an orthogonal shortest path with few bends.

Searched on the lines that pass obstacles at a small distance (Hanan grid), A* over (place, direction).
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.typeset.paths import Point, simplify

_CLEARANCE: Final = 12.0
_BEND: Final = 40.0
_ASIDE: Final = 60.0
_CROSSING: Final = 25.0
_MARGIN: Final = 4.0
_EAGER: Final = 1.1
"""How much the way ahead counts more than the way done: a little faster, hardly ever longer."""
_PATIENCE: Final = 20_000
"""Steps after which the best course found so far, or a straight line, has to do."""
_PATIENCE_FOR_BETTER: Final = 1_500
_NEAREST: Final = 40
"""Obstacles considered; those farther away hardly ever matter."""
_SIDES: Final = ((1, 0), (-1, 0), (0, 1), (0, -1))


def route(
    start: Bounds,
    end: Bounds,
    obstacles: Sequence[Bounds],
    lines: Sequence[Sequence[Point]] = (),
    *,
    sideways: bool = True,
    downwards: bool = False,
) -> list[Point]:
    """Return waypoints from the outline of `start` to that of `end` around `obstacles`.

    `lines` are courses already drawn, to be crossed as little as possible. With `sideways`, leaving to the
    right and arriving from the left is preferred, as sequence flow is read; with `downwards`, leaving below
    and arriving from above, as in vertical pools; otherwise all sides are equal. Falls back to a straight
    line if everything is walled in.
    """
    leaving, arriving = ((2,), (3,)) if downwards else ((0,), (1,)) if sideways else (range(4), range(4))
    near = _near(start, end, obstacles)
    xs, ys = _grid(start, end, near)
    column = {x: index for index, x in enumerate(xs)}
    row = {y: index for index, y in enumerate(ys)}
    flat, upright = _pieces(lines, start, end)
    walls = [(b.x - _MARGIN, b.y - _MARGIN, b.right + _MARGIN, b.bottom + _MARGIN) for b in (*near, start, end)]
    in_row = [[(left, right) for left, top, right, bottom in walls if top < y < bottom] for y in ys]
    in_column = [[(top, bottom) for left, top, right, bottom in walls if left < x < right] for x in xs]
    goals: dict[tuple[int, int, int], float] = {}
    for side, (x, y) in enumerate(_ports(end)):
        cost = 0.0 if side in arriving else _ASIDE
        # Arriving means moving against the side's outward direction, if need be after a last bend.
        for heading in range(4):
            if heading != side:
                goals[column[x], row[y], heading] = cost + (0.0 if heading == side ^ 1 else _BEND)
    ex, ey = end.centre
    heap: list[tuple[float, float, int, int, int, int]] = []
    best: dict[tuple[int, int, int], float] = {}
    came: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    prices: dict[tuple[int, int, int], float] = {}
    count = 0
    for side, (x, y) in enumerate(_ports(start)):
        state = (column[x], row[y], side)
        best[state] = 0.0 if side in leaving else _ASIDE
        heapq.heappush(heap, (best[state] + abs(ex - x) + abs(ey - y), best[state], count, *state))
        count += 1
    finish: tuple[int, int, int] | None = None
    finish_cost = float("inf")
    patience = _PATIENCE
    while heap:
        guess, cost, _, cx, cy, heading = heapq.heappop(heap)
        if guess >= finish_cost * _EAGER:
            break
        state = (cx, cy, heading)
        if cost > best.get(state, float("inf")):
            continue
        if state in goals and cost + goals[state] < finish_cost:
            if finish is None:
                patience = count + _PATIENCE_FOR_BETTER
            finish, finish_cost = state, cost + goals[state]
        for turn, (dx, dy) in enumerate(_SIDES):
            nx, ny = cx + dx, cy + dy
            if turn == heading ^ 1 or not (0 <= nx < len(xs) and 0 <= ny < len(ys)):
                continue
            after = (nx, ny, turn)
            price = prices.get(after)
            if price is None:
                a, b = (xs[cx], ys[cy]), (xs[nx], ys[ny])
                if _blocked(a[0], b[0], in_row[cy]) if dx else _blocked(a[1], b[1], in_column[cx]):
                    price = float("inf")
                else:
                    price = abs(b[0] - a[0]) + abs(b[1] - a[1]) + _CROSSING * _crossed(a, b, flat, upright)
                prices[after] = price
            reached = cost + price + (_BEND if turn != heading else 0.0)
            if reached < best.get(after, float("inf")):
                best[after] = reached
                came[after] = state
                count += 1
                ahead = _EAGER * (abs(ex - xs[nx]) + abs(ey - ys[ny]))
                heapq.heappush(heap, (reached + ahead, reached, count, nx, ny, turn))
        if count > patience:
            break
    if finish is None:
        return straight(start, end)
    points: list[Point] = []
    at: tuple[int, int, int] | None = finish
    while at is not None:
        points.append((xs[at[0]], ys[at[1]]))
        at = came.get(at)
    points.reverse()
    return simplify([_dock(points[0], start), *points, _dock(points[-1], end)])


def straight(start: Bounds, end: Bounds) -> list[Point]:
    """Return the straight line between two rectangles, from border to border."""
    return [_border(start, end.centre), _border(end, start.centre)]


def loop(b: Bounds) -> list[Point]:
    """Return the course of a connection from a node to itself, around its lower right corner."""
    x, y = b.centre
    return [(b.right, y), (b.right + 16, y), (b.right + 16, b.bottom + 14), (x, b.bottom + 14), (x, b.bottom)]


def _border(b: Bounds, towards: Point) -> Point:
    x, y = b.centre
    dx, dy = towards[0] - x, towards[1] - y
    scale = min((b.width / 2 / abs(dx)) if dx else float("inf"), (b.height / 2 / abs(dy)) if dy else float("inf"), 1.0)
    return x + dx * scale, y + dy * scale


def _ports(b: Bounds) -> tuple[Point, Point, Point, Point]:
    """Points a little outside of the middle of each side: right, left, bottom, top."""
    x, y = b.centre
    c = _CLEARANCE
    return (b.right + c, y), (b.x - c, y), (x, b.bottom + c), (x, b.y - c)


def _dock(point: Point, b: Bounds) -> Point:
    return min(max(point[0], b.x), b.right), min(max(point[1], b.y), b.bottom)


def _near(start: Bounds, end: Bounds, obstacles: Sequence[Bounds]) -> list[Bounds]:
    x, y = (start.centre[0] + end.centre[0]) / 2, (start.centre[1] + end.centre[1]) / 2
    half_x = abs(start.centre[0] - end.centre[0]) / 2
    half_y = abs(start.centre[1] - end.centre[1]) / 2

    def away(b: Bounds) -> float:
        dx = max(0.0, abs(b.centre[0] - x) - half_x - b.width / 2)
        dy = max(0.0, abs(b.centre[1] - y) - half_y - b.height / 2)
        return dx + dy

    others = [b for b in obstacles if b not in (start, end)]
    if len(others) > _NEAREST:
        others = heapq.nsmallest(_NEAREST, others, key=away)
    return others


def _grid(start: Bounds, end: Bounds, near: Sequence[Bounds]) -> tuple[list[float], list[float]]:
    xs: set[float] = set()
    ys: set[float] = set()
    for b in (start, end):
        for x, y in _ports(b):
            xs.add(x)
            ys.add(y)
    for b in near:
        xs |= {b.x - _CLEARANCE, b.right + _CLEARANCE}
        ys |= {b.y - _CLEARANCE, b.bottom + _CLEARANCE}
    if start.right < end.x:
        xs.add((start.right + end.x) / 2)
    if start.bottom < end.y:
        ys.add((start.bottom + end.y) / 2)
    return sorted(xs), sorted(ys)


def _blocked(a: float, b: float, walls: Sequence[tuple[float, float]]) -> bool:
    """Whether a step from `a` to `b` along a grid line runs into one of the walls across that line."""
    low, high = (a, b) if a < b else (b, a)
    return any(start < high and end > low for start, end in walls)


_Pieces = list[tuple[float, float, float]]


def _pieces(lines: Sequence[Sequence[Point]], start: Bounds, end: Bounds) -> tuple[_Pieces, _Pieces]:
    """Horizontal pieces (y, left, right) and vertical ones (x, top, bottom), sorted, near the two ends."""
    left, right = min(start.x, end.x) - 200, max(start.right, end.right) + 200
    top, bottom = min(start.y, end.y) - 200, max(start.bottom, end.bottom) + 200
    flat: _Pieces = []
    upright: _Pieces = []
    for line in lines:
        for (ax, ay), (bx, by) in pairwise(line):
            if max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < top or min(ay, by) > bottom:
                continue
            if abs(ay - by) < 0.5:
                flat.append((ay, min(ax, bx), max(ax, bx)))
            elif abs(ax - bx) < 0.5:
                upright.append((ax, min(ay, by), max(ay, by)))
    flat.sort()
    upright.sort()
    return flat, upright


def _crossed(a: Point, b: Point, flat: _Pieces, upright: _Pieces) -> float:
    """Count the lines crossed between two points; running on top of one counts several times."""
    if a[1] == b[1]:
        along, across, fixed = flat, upright, a[1]
        low, high = (a[0], b[0]) if a[0] < b[0] else (b[0], a[0])
    else:
        along, across, fixed = upright, flat, a[0]
        low, high = (a[1], b[1]) if a[1] < b[1] else (b[1], a[1])
    total = 0.0
    for index in range(bisect_left(across, (low,)), len(across)):
        at, start, end = across[index]
        if at > high:
            break
        if start < fixed < end:
            total += 1
    for index in range(bisect_left(along, (fixed - 4,)), len(along)):
        at, start, end = along[index]
        if at > fixed + 4:
            break
        if start < high and end > low:
            total += 3
    return total
