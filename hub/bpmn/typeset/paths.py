"""Lines and outlines: rounded corners, where a line meets a shape, arrow heads, path data.

Points are (x, y) pairs in diagram units, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds

Point = tuple[float, float]

CORNER: Final = 6.0
"""Radius of a corner of a connection."""


@lru_cache(maxsize=16_384)
def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    whole = round(value * 100)
    if whole % 100 == 0:
        return str(whole // 100)
    return f"{whole / 100:g}" if abs(whole) < 10_000_000 else str(whole / 100)


def simplify(points: Sequence[Point]) -> list[Point]:
    """Leave out points that repeat the one before or lie on a straight line between their neighbours."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.01 and abs(kept[-1][1] - point[1]) < 0.01:
            continue
        if len(kept) >= 2:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            cross = (bx - ax) * (point[1] - by) - (by - ay) * (point[0] - bx)
            ahead = (bx - ax) * (point[0] - bx) + (by - ay) * (point[1] - by)
            if abs(cross) < 0.01 and ahead > 0:
                kept[-1] = point
                continue
        kept.append(point)
    return kept


def polyline(points: Sequence[Point], radius: float = CORNER) -> str:
    """Return the path data of a line through `points` with rounded corners."""
    if not points:
        return ""
    out = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        first, second = math.dist(before, at), math.dist(at, after)
        r = min(radius, first / 2, second / 2)
        if r < 0.5:
            out.append(f"L{number(at[0])} {number(at[1])}")
            continue
        ax, ay = at[0] + (before[0] - at[0]) * r / first, at[1] + (before[1] - at[1]) * r / first
        bx, by = at[0] + (after[0] - at[0]) * r / second, at[1] + (after[1] - at[1]) * r / second
        out.append(f"L{number(ax)} {number(ay)}Q{number(at[0])} {number(at[1])} {number(bx)} {number(by)}")
    if len(points) > 1:
        out.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(out)


def polygon(points: Sequence[Point]) -> str:
    """Return the path data of a closed outline."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def middle(points: Sequence[Point]) -> tuple[Point, bool]:
    """Return the point half way along a line, and whether the line runs horizontally there."""
    if not points:
        return (0.0, 0.0), True
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left = sum(lengths) / 2
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length > 0:
            share = left / length
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share), abs(b[0] - a[0]) >= abs(b[1] - a[1])
        left -= length
    return points[-1], True


def towards(start: Point, end: Point, distance: float) -> Point:
    """Return the point `distance` away from `start` in the direction of `end`."""
    length = math.dist(start, end)
    if length < 1e-6:
        return start
    return start[0] + (end[0] - start[0]) * distance / length, start[1] + (end[1] - start[1]) * distance / length


def arrow(tip: Point, source: Point, length: float, half: float) -> list[Point]:
    """Return tip and both barbs of an arrow head that points from `source` to `tip`."""
    size = math.dist(tip, source)
    if size < 1e-6:
        dx, dy = 1.0, 0.0
    else:
        dx, dy = (tip[0] - source[0]) / size, (tip[1] - source[1]) / size
    back = (tip[0] - dx * length, tip[1] - dy * length)
    return [(back[0] - dy * half, back[1] + dx * half), tip, (back[0] + dy * half, back[1] - dx * half)]


def _inside(point: Point, bounds: Bounds, form: str, grown: float = 0.0) -> bool:
    half_width, half_height = bounds.width / 2 + grown, bounds.height / 2 + grown
    dx, dy = abs(point[0] - bounds.x - bounds.width / 2), abs(point[1] - bounds.y - bounds.height / 2)
    if half_width <= 0 or half_height <= 0:
        return False
    if form == "circle":
        radius = min(half_width, half_height)
        return dx * dx + dy * dy < (radius - 0.2) ** 2
    if form == "diamond":
        return dx / half_width + dy / half_height < 0.985
    return dx < half_width - 0.2 and dy < half_height - 0.2


def crop(points: Sequence[Point], bounds: Bounds, form: str) -> list[Point]:
    """Cut the start of a line that begins inside a shape (`circle`, `diamond` or `box`) back to its outline."""
    rest = list(points)
    if len(rest) < 2 or not _inside(rest[0], bounds, form):
        return rest
    last = 0
    while last + 1 < len(rest) and _inside(rest[last + 1], bounds, form):
        last += 1
    if last + 1 >= len(rest):
        return list(points)
    inner, outer = rest[last], rest[last + 1]
    for _ in range(14):
        half = ((inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2)
        if _inside(half, bounds, form):
            inner = half
        else:
            outer = half
    return [outer, *rest[last + 1 :]]


def reach(points: Sequence[Point], bounds: Bounds, form: str, most: float = 36.0) -> list[Point]:
    """Lengthen the start of a line that stops a little short of a shape, straight on, to its outline.

    Some tools leave a gap around shapes; at most `most` px are bridged.
    """
    rest = list(points)
    if len(rest) < 2 or _inside(rest[0], bounds, form, 1.2):
        return rest
    ahead = towards(rest[0], rest[1], -most)
    if not _inside(ahead, bounds, form):
        return rest
    return crop([ahead, *rest], bounds, form)
