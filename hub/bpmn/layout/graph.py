"""The graph that is laid out: items (nodes and bends of long connections) joined by links.

Coordinates grow to the right and downwards. `x`, `y` of an item are its middle.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.bpmn.model import Element
from hub.bpmn.typeset.paths import Point
from hub.bpmn.typeset.text import Block


@dataclass(slots=True)
class Satellite:
    """A data object, data store or annotation that stands at the item it belongs to."""

    element: Element
    width: float
    height: float
    label: float
    """Height of the label below it."""


@dataclass(slots=True, eq=False)
class Item:
    """Something with a place in a layer: a flow node, or the bend of a connection that crosses the layer."""

    element: Element | None
    width: float = 0.0
    height: float = 0.0
    band: int = 0
    """Which lane or pool it must lie in, counted from the top."""
    part: int = 0
    """Which connected part of the process it belongs to."""
    layer: int = 0
    place: int = 0
    """Position in its layer, from the top."""
    x: float = 0.0
    y: float = 0.0
    up: float = 0.0
    """Room needed above the middle, labels and satellites included; `down`, `left`, `right` alike."""
    down: float = 0.0
    left: float = 0.0
    right: float = 0.0
    bias: float = 0.0
    anchor: Item | None = None
    """The node a bend of a backward connection must stay next to."""
    side: int = 0
    """-1 above its anchor, 1 below."""
    inner: Sheet | None = None
    before: list[Item] = field(default_factory=list)
    """Neighbours in the layer to the left."""
    after: list[Item] = field(default_factory=list)
    above: list[Satellite] = field(default_factory=list)
    below: list[Satellite] = field(default_factory=list)
    boundary: list[Element] = field(default_factory=list)
    ports: dict[str, str] = field(default_factory=dict)
    """Corner (`top`, `bottom`) → `in` or `out`, what it is used for."""

    @property
    def real(self) -> bool:
        """Whether this is a node and not a bend."""
        return self.element is not None


@dataclass(slots=True, eq=False)
class Link:
    """A sequence flow between two items; `chain` are the items it passes, left to right."""

    flow: Element
    source: Item
    target: Item
    event: Element | None = None
    """The boundary event it leaves from."""
    backward: bool = False
    chain: list[Item] = field(default_factory=list)
    label: Block | None = None
    detour: int = 0
    """Number of the track below its band that a very long connection takes instead of bends; 0 for none."""


@dataclass(slots=True)
class Box:
    """A rectangle on a sheet, with the flags of its shape."""

    x: float
    y: float
    width: float
    height: float
    expanded: bool | None = None
    horizontal: bool | None = None
    marker: bool = False


@dataclass(slots=True)
class Sheet:
    """A finished drawing: element id → rectangle or line, labels included."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    def take(self, other: Sheet, dx: float, dy: float) -> None:
        """Add what another sheet shows, moved by (dx, dy)."""
        for id_, b in other.boxes.items():
            self.boxes[id_] = Box(b.x + dx, b.y + dy, b.width, b.height, b.expanded, b.horizontal, b.marker)
        for id_, points in other.lines.items():
            self.lines[id_] = [(x + dx, y + dy) for x, y in points]
        for id_, (x, y, w, h) in other.labels.items():
            self.labels[id_] = (x + dx, y + dy, w, h)
