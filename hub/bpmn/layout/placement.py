"""What completing a drawing comes to: shapes and edges to add, and those that change."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hub.bpmn.diagram import Bounds, Diagram
from hub.bpmn.layout.graph import Box
from hub.bpmn.typeset.paths import Point


@dataclass(slots=True)
class Placement:
    """What has to be added to and changed in one diagram; keys are element ids."""

    diagram: Diagram
    boxes: dict[str, Box] = field(default_factory=dict)
    """Shapes to add."""
    lines: dict[str, list[Point]] = field(default_factory=dict)
    """Edges to add."""
    labels: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """Labels of what is added."""
    moved: dict[str, Bounds] = field(default_factory=dict)
    """Shapes that exist and get other bounds."""
    rerouted: dict[str, list[Point]] = field(default_factory=dict)
    """Edges that exist and get another course."""
    moved_labels: dict[str, Bounds] = field(default_factory=dict)


def far_from(label: Bounds, points: list[Point]) -> bool:
    """Whether a label has lost its line."""
    x, y = label.centre
    for (ax, ay), (bx, by) in pairwise(points):
        if min(ax, bx) - 70 < x < max(ax, bx) + 70 and min(ay, by) - 50 < y < max(ay, by) + 50:
            return False
    return True


def facing(pool: Bounds, other: Bounds) -> Bounds:
    """Return the slice of a pool that a message flow to or from `other` meets straight."""
    x, y = other.centre
    if pool.y < y < pool.bottom:
        return Bounds(pool.x, min(max(y, pool.y + 6), pool.bottom - 6), pool.width, 0)
    return Bounds(min(max(x, pool.x + 6), pool.right - 6), pool.y, 0, pool.height)
