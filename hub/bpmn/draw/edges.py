"""Connections: sequence flows, message flows, associations (BPMN 2.0.2, 7.5, 8.4.1, 10.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from hub.bpmn.diagram import Edge
from hub.bpmn.draw import glyphs
from hub.bpmn.draw.pen import Pen
from hub.bpmn.model import Element
from hub.bpmn.typeset.paths import Point, arrow, middle, number, polygon, polyline, towards
from hub.bpmn.vocabulary import Kind

_HEAD: Final = 9.0


def connection(pen: Pen, edge: Edge, element: Element, points: Sequence[Point]) -> None:
    """Draw one connection along `points`."""
    kind = element.kind
    if kind is Kind.FLOW:
        _sequence_flow(pen, element, points)
    elif kind is Kind.MESSAGE_FLOW:
        _message_flow(pen, edge, points)
    elif element.type == "conversationLink":
        pen.path(polyline(points), f'fill="none" {pen.stroke(4.2)}')
        cls = 'class="bpmn-paper" '
        pen.path(polyline(points), f'{cls}fill="none" stroke="{pen.theme.paper}" stroke-width="1.6"')
    else:
        _association(pen, element, points)


def _sequence_flow(pen: Pen, element: Element, points: Sequence[Point]) -> None:
    line = f'fill="none" {pen.stroke(1.5)}'
    end, before = points[-1], points[-2]
    # The line stops inside the head, so that its end does not show beside the tip.
    shaft = [*points[:-1], towards(end, before, min(_HEAD * 0.6, math.dist(end, before) * 0.5))]
    pen.path(polyline(shaft), line + ' stroke-linejoin="round"')
    pen.path(polygon(arrow(end, before, _HEAD, 4.2)), pen.both(1, filled="ink") + ' stroke-linejoin="round"')
    source = element.source
    if source is None:
        return
    if source.default is element:
        at = towards(points[0], points[1], min(11.0, math.dist(points[0], points[1]) / 2))
        dx, dy = (points[1][0] - points[0][0], points[1][1] - points[0][1])
        turn = math.atan2(dy, dx) + math.radians(-65)
        ux, uy = math.cos(turn) * 6, math.sin(turn) * 6
        pen.path(f"M{number(at[0] - ux)} {number(at[1] - uy)}L{number(at[0] + ux)} {number(at[1] + uy)}", line)
    elif element.condition is not None and source.kind is Kind.ACTIVITY:
        start, middle_ = points[0], towards(points[0], points[1], 9)
        far = towards(points[0], points[1], 18)
        wing = arrow(middle_, start, 0.001, 5.5)
        pen.path(polygon([start, wing[0], far, wing[2]]), pen.both(1.3))


def _message_flow(pen: Pen, edge: Edge, points: Sequence[Point]) -> None:
    end, before = points[-1], points[-2]
    first = towards(points[0], points[1], 3.6)
    shaft = [towards(points[0], points[1], 7), *points[1:-1], towards(end, before, _HEAD)]
    pen.path(polyline(shaft), f'fill="none" {pen.stroke(1.4)} stroke-dasharray="9 5" stroke-linejoin="round"')
    pen.circle(first[0], first[1], 3.5, pen.both(1.3))
    pen.path(polygon(arrow(end, before, _HEAD, 4.4)), pen.both(1.3) + ' stroke-linejoin="round"')
    kind = edge.message_visible_kind
    if kind in ("initiating", "non_initiating"):
        (x, y), _ = middle(points)
        glyphs.envelope(pen, x, y, shaded=kind == "non_initiating")


def _association(pen: Pen, element: Element, points: Sequence[Point]) -> None:
    pen.path(polyline(points), f'fill="none" {pen.stroke(1.5)} stroke-dasharray="0.4 4" stroke-linecap="round"')
    direction = element.attributes.get("associationDirection", "None")
    if element.kind is Kind.DATA_ASSOCIATION:
        direction = "One"
    line = f'fill="none" {pen.stroke(1.5)} stroke-linecap="round" stroke-linejoin="round"'
    if direction in ("One", "Both"):
        pen.path(_open_head(arrow(points[-1], points[-2], 8, 4.5)), line)
    if direction == "Both":
        pen.path(_open_head(arrow(points[0], points[1], 8, 4.5)), line)


def _open_head(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
