"""Pools and lanes, horizontal and vertical (BPMN 2.0.2, 7.5 and 9.3)."""

from __future__ import annotations

from typing import Final

from hub.bpmn.diagram import Bounds, Shape
from hub.bpmn.draw import glyphs
from hub.bpmn.draw.pen import Pen
from hub.bpmn.draw.scene import Scene
from hub.bpmn.model import Element
from hub.bpmn.typeset.paths import Point, number
from hub.bpmn.typeset.text import fit
from hub.bpmn.vocabulary import Kind

HEADER: Final = 30.0
"""Width of the strip that carries the name of a pool or lane."""


def container(pen: Pen, shape: Shape, element: Element, scene: Scene) -> None:
    """Draw a pool or a lane with its name."""
    b = shape.bounds
    horizontal = is_horizontal(shape, element, scene)
    pool = element.kind is Kind.POOL
    pen.rect(
        b.x,
        b.y,
        b.width,
        b.height,
        pen.both(1.6 if pool else 1.2, filled="paper" if pool or not pen.fill_class else "none"),
    )
    if pool and element.details.find("participantMultiplicity") is not None:
        glyphs.markers(pen, ["parallel"], b.x + b.width / 2, b.bottom - 4)
    if pool and _is_closed(shape, element, scene):
        _closed_name(pen, b, element.label)
        return
    name = element.label
    if not pool:
        _strip_name(pen, b, name, horizontal=horizontal)
        return
    if horizontal:
        pen.path(f"M{number(b.x + HEADER)} {number(b.y)}V{number(b.bottom)}", f'fill="none" {pen.stroke(1.4)}')
    else:
        depth = HEADER
        pen.path(f"M{number(b.x)} {number(b.y + depth)}H{number(b.right)}", f'fill="none" {pen.stroke(1.4)}')
    _strip_name(pen, b, name, horizontal=horizontal)


def is_horizontal(shape: Shape, element: Element, scene: Scene) -> bool:
    """Return the direction of a pool or lane; where the file is silent, from how the lanes lie."""
    if shape.is_horizontal is not None:
        return shape.is_horizontal
    if element.kind is Kind.LANE:
        pool = element.pool
        if pool is not None and (found := scene.by_element.get(pool.id)) and found[0].is_horizontal is not None:
            return found[0].is_horizontal
    lanes = [
        other.bounds
        for other in scene.shapes
        if other.element is not None and other.element.kind is Kind.LANE and other.element.pool is element.pool
    ]
    if len(lanes) >= 2:
        beside = abs(lanes[0].y - lanes[1].y) < 2 and abs(lanes[0].x - lanes[1].x) > 2
        return not beside
    if element.kind is Kind.POOL or element.pool is None:
        return shape.bounds.width >= shape.bounds.height * 0.6
    return True


def _is_closed(shape: Shape, element: Element, scene: Scene) -> bool:
    """Whether a pool is a black box: nothing of its process is drawn."""
    process = element.reference("processRef")
    if shape.is_expanded is False or process is None:
        return True
    if shape.bounds.height > 100 or any(child.id in scene.by_element for child in process.children):
        return False
    return not any(lane.pool is element for lane in scene.model.lanes if lane.id in scene.by_element)


def _closed_name(pen: Pen, b: Bounds, name: str) -> None:
    if not name.strip():
        return
    if b.height > b.width * 1.5 and b.width < 120:
        _turned(pen, b.centre, name, b.height - 12, b.width - 4)
        return
    block = fit(name, b.width - 12, b.height - 4)
    pen.lines(block, b.x + b.width / 2, b.y + (b.height - block.height) / 2)


def _strip_name(pen: Pen, b: Bounds, name: str, *, horizontal: bool) -> None:
    if not name.strip():
        return
    if horizontal:
        _turned(pen, (b.x + HEADER / 2, b.y + b.height / 2), name, b.height - 8, HEADER)
    else:
        block = fit(name, b.width - 8, HEADER, (12.0, 11.0, 10.0, 9.0))
        pen.lines(block, b.x + b.width / 2, b.y + (HEADER - block.height) / 2)


def _turned(pen: Pen, middle: Point, name: str, room: float, height: float) -> None:
    """Write a name upwards around `middle`; `room` is how long, `height` how high its lines may be together."""
    block = fit(name, room, height, (12.0, 11.0, 10.0, 9.0))
    pen.lines(block, -middle[1], middle[0] - block.height / 2, turned=True)
