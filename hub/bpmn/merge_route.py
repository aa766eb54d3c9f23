"""New courses for edges whose ends moved."""

from __future__ import annotations

from collections.abc import Sequence

from hub.bpmn.diagram import Bounds
from hub.bpmn.layout.router import route

Point = tuple[float, float]


def follow(
    points: list[Point],
    was: tuple[Bounds | None, Bounds | None],
    now: tuple[Bounds, Bounds],
    obstacles: Sequence[Bounds],
) -> list[Point]:
    """Return the course of an edge after its ends went from `was` to `now`; unchanged if they did not move."""
    if not points:
        return points
    moves = [_move(before, after) for before, after in zip(was, now, strict=True)]
    if moves[0] == moves[1] == (0.0, 0.0):
        return points
    if None not in moves and moves[0] == moves[1]:
        dx, dy = moves[0] or (0.0, 0.0)
        return [(x + dx, y + dy) for x, y in points]
    if len(points) < 4 or None in moves:
        return straighten(points, *now, obstacles)
    course = list(points)
    for at, beside, move in ((0, 1, moves[0]), (-1, -2, moves[1])):
        dx, dy = move or (0.0, 0.0)
        x, y = course[at]
        bend = course[beside]
        if bend[1] == y:
            course[beside] = (bend[0], bend[1] + dy)
        elif bend[0] == x:
            course[beside] = (bend[0] + dx, bend[1])
        else:
            return straighten(points, *now, obstacles)
        course[at] = (x + dx, y + dy)
    return course


def _move(before: Bounds | None, after: Bounds) -> Point | None:
    if before is None or (before.width, before.height) != (after.width, after.height):
        return (0.0, 0.0) if before == after else None
    return after.x - before.x, after.y - before.y


def straighten(points: list[Point], start: Bounds, end: Bounds, obstacles: Sequence[Bounds]) -> list[Point]:
    """Return a course from one box to the other around `obstacles`; as it was if it already leads there."""
    if len(points) > 1 and _touches(points[0], start) and _touches(points[-1], end):
        return points
    return route(start, end, obstacles)


def _touches(point: Point, box: Bounds) -> bool:
    """Whether a point lies on the border of a box, within the two units tools are inexact by."""
    x, y = point
    inside = box.x - 2 <= x <= box.right + 2 and box.y - 2 <= y <= box.bottom + 2
    return inside and (min(abs(x - box.x), abs(x - box.right), abs(y - box.y), abs(y - box.bottom)) <= 2 or _round(box))


def _round(box: Bounds) -> bool:
    """Events and gateways are docked at on their outline, which lies inside their box."""
    return box.width == box.height
