"""The drawing inside a model (BPMN DI): shapes with bounds, edges with waypoints, in diagram units (px)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.bpmn.tree import Node
from hub.bpmn.vocabulary import BIOC, COLOR

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}")
_FAR: Final = 1e6
"""Coordinates beyond this are mistakes of a tool, not places on a page."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle: left, top, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right border."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower border."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn node, pool, lane, artifact or data element."""

    id: str
    element_id: str
    """What `bpmnElement` names, whether or not the model has it."""
    element: Element | None
    bounds: Bounds
    label: Bounds | None
    is_horizontal: bool | None
    is_expanded: bool | None
    is_marker_visible: bool | None
    is_message_visible: bool | None
    band_kind: str | None
    """`participantBandKind` of a choreography band, such as `top_initiating`."""
    choreography_shape: str | None
    """Id of the shape of the choreography activity a band belongs to."""
    fill: str | None
    stroke: str | None
    label_colour: str | None
    node: Node


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn flow or association."""

    id: str
    element_id: str
    element: Element | None
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None
    message_visible_kind: str | None
    source_id: str | None
    """Id of the shape or edge it starts at, if the file says so."""
    target_id: str | None
    stroke: str | None
    label_colour: str | None
    node: Node


@dataclass(frozen=True, slots=True)
class Diagram:
    """One drawing: a plane with shapes and edges in document order."""

    id: str
    name: str
    element_id: str
    """The process, collaboration or sub-process drawn on this plane; empty if the file does not say."""
    element: Element | None
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    node: Node


def number(text: str | None) -> float | None:
    """Return the finite number `text` stands for, else None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= _FAR else None


def read_bounds(node: Node | None) -> Bounds | None:
    """Return the rectangle of a `dc:Bounds` node, None if it lacks a number or has a negative size."""
    if node is None:
        return None
    a = node.attributes
    x, y, width, height = number(a.get("x")), number(a.get("y")), number(a.get("width")), number(a.get("height"))
    if x is None or y is None or width is None or height is None or width < 0 or height < 0:
        return None
    return Bounds(x, y, width, height)


def read_diagrams(model: Model, nodes: list[Node]) -> tuple[Diagram, ...]:
    """Turn `BPMNDiagram` nodes into diagrams."""
    return tuple(_diagram(model, node) for node in nodes)


def _diagram(model: Model, node: Node) -> Diagram:
    plane = node.find("BPMNPlane")
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for child in plane.children if plane is not None else ():
        if child.name == "BPMNShape":
            if (shape := _shape(model, child)) is not None:
                shapes.append(shape)
        elif child.name == "BPMNEdge":
            edges.append(_edge(model, child))
    reference = plane.attributes.get("bpmnElement", "") if plane is not None else ""
    return Diagram(
        id=node.attributes.get("id", ""),
        name=node.attributes.get("name", ""),
        element_id=reference,
        element=model.resolve(reference),
        shapes=tuple(shapes),
        edges=tuple(edges),
        node=node,
    )


def read_drawing(model: Model, node: Node) -> Shape | Edge | None:
    """Turn a `BPMNShape` or `BPMNEdge` node into a shape or an edge, None if it has no usable measures."""
    return _shape(model, node) if node.name == "BPMNShape" else _edge(model, node)


def _shape(model: Model, node: Node) -> Shape | None:
    bounds = read_bounds(node.find("Bounds"))
    if bounds is None:
        return None
    a = node.attributes
    label, label_colour = _label(node)
    return Shape(
        id=a.get("id", ""),
        element_id=a.get("bpmnElement", ""),
        element=model.resolve(a.get("bpmnElement", "")),
        bounds=bounds,
        label=label,
        is_horizontal=_flag(a.get("isHorizontal")),
        is_expanded=_flag(a.get("isExpanded")),
        is_marker_visible=_flag(a.get("isMarkerVisible")),
        is_message_visible=_flag(a.get("isMessageVisible")),
        band_kind=a.get("participantBandKind"),
        choreography_shape=a.get("choreographyActivityShape"),
        fill=_colour(a.get(f"{{{COLOR}}}background-color") or a.get(f"{{{BIOC}}}fill")),
        stroke=_colour(a.get(f"{{{COLOR}}}border-color") or a.get(f"{{{BIOC}}}stroke")),
        label_colour=label_colour,
        node=node,
    )


def _edge(model: Model, node: Node) -> Edge:
    a = node.attributes
    points = []
    for child in node.children:
        if child.name == "waypoint":
            x, y = number(child.attributes.get("x")), number(child.attributes.get("y"))
            if x is not None and y is not None:
                points.append((x, y))
    label, label_colour = _label(node)
    return Edge(
        id=a.get("id", ""),
        element_id=a.get("bpmnElement", ""),
        element=model.resolve(a.get("bpmnElement", "")),
        waypoints=tuple(points),
        label=label,
        message_visible_kind=a.get("messageVisibleKind"),
        source_id=a.get("sourceElement"),
        target_id=a.get("targetElement"),
        stroke=_colour(a.get(f"{{{COLOR}}}border-color") or a.get(f"{{{BIOC}}}stroke")),
        label_colour=label_colour,
        node=node,
    )


def _label(node: Node) -> tuple[Bounds | None, str | None]:
    label = node.find("BPMNLabel")
    if label is None:
        return None, None
    return read_bounds(label.find("Bounds")), _colour(label.attributes.get(f"{{{COLOR}}}color"))


def _flag(value: str | None) -> bool | None:
    return None if value is None else value.strip() in ("true", "1")


def _colour(value: str | None) -> str | None:
    """Return a colour that is safe to write into a drawing: hexadecimal or a plain name, else None.

    Anything else, such as `url(…)`, would make a reader's browser fetch what a stranger chose.
    """
    return value if value is not None and _COLOUR.fullmatch(value) else None
