"""The small signs of BPMN 2.0 (chapters 7 and 10): event triggers, task types, markers.

Each sign is drawn in its own square around the origin (events: 36 px across, task signs: 18 px,
markers: 14 px) and moved into place.
"""

from __future__ import annotations

import math
from typing import Final

from hub.bpmn.draw.pen import Pen
from hub.bpmn.typeset.paths import number

_PENTAGON: Final = (
    "M"
    + "L".join(
        f"{number(9.5 * math.sin(turn * math.tau / 5))} {number(-9.5 * math.cos(turn * math.tau / 5))}"
        for turn in range(5)
    )
    + "Z"
)
_TICKS: Final = "".join(
    f"M{number(8 * math.sin(turn * math.tau / 12))} {number(-8 * math.cos(turn * math.tau / 12))}"
    f"L{number(9.8 * math.sin(turn * math.tau / 12))} {number(-9.8 * math.cos(turn * math.tau / 12))}"
    for turn in range(12)
)

_OUTLINES: Final = {
    "errorEventDefinition": "M-9.5 9.5L-4-7.5L2.8 1L9.5-9.5L4.2 7L-2.6-1.2Z",
    "escalationEventDefinition": "M0-10L7.5 9.5L0 2L-7.5 9.5Z",
    "signalEventDefinition": "M0-9.5L9.2 6.5L-9.2 6.5Z",
    "compensateEventDefinition": "M-10.5 0L-1.5-6.5L-1.5 6.5ZM-1.5 0L7.5-6.5L7.5 6.5Z",
    "linkEventDefinition": "M-9.5-3.8L1.5-3.8L1.5-8.5L10 0L1.5 8.5L1.5 3.8L-9.5 3.8Z",
    "cancelEventDefinition": "M-9-6.2L-6.2-9L0-2.8L6.2-9L9-6.2L2.8 0L9 6.2L6.2 9L0 2.8L-6.2 9L-9 6.2L-2.8 0Z",
    "multiple": _PENTAGON,
    "parallelMultiple": "M-2.8-9.5H2.8V-2.8H9.5V2.8H2.8V9.5H-2.8V2.8H-9.5V-2.8H-2.8Z",
}


def _open(pen: Pen, x: float, y: float, scale: float) -> None:
    size = "" if abs(scale - 1) < 0.01 else f" scale({number(scale)})"
    pen.add(f'<g transform="translate({number(x)} {number(y)}){size}" stroke-linejoin="round">')


def event(pen: Pen, kind: str, x: float, y: float, radius: float, *, throwing: bool) -> None:
    """Draw the trigger `kind` (an event definition's type, `multiple` or `parallelMultiple`) inside an event."""
    _open(pen, x, y, radius / 18)
    if kind == "messageEventDefinition":
        _envelope(pen, 9.5, 6.5, filled=throwing)
    elif kind == "timerEventDefinition":
        pen.circle(0, 0, 10.5, pen.both(1.3))
        pen.path(_TICKS, pen.stroke(1))
        pen.path("M1.5-7L0 0.5L5 1.5", f'fill="none" {pen.stroke(1.3)}')
    elif kind == "conditionalEventDefinition":
        pen.rect(-7, -9, 14, 18, pen.both(1.3))
        pen.path("M-4.5-5.2H4.5M-4.5-1.8H4.5M-4.5 1.8H4.5M-4.5 5.2H4.5", f'fill="none" {pen.stroke(1.2)}')
    elif kind == "terminateEventDefinition":
        pen.circle(0, 0, 10.5, pen.both(1, filled="ink"))
    elif kind in _OUTLINES:
        pen.path(_OUTLINES[kind], pen.both(1.3, filled="ink" if throwing else "paper"))
    pen.add("</g>")


def _envelope(pen: Pen, half: float, height: float, *, filled: bool) -> None:
    pen.rect(-half, -height, 2 * half, 2 * height, pen.both(1.3, filled="ink" if filled else "paper"))
    flap = f"M{number(-half)} {number(-height)}L0 {number(height * 0.15)}L{number(half)} {number(-height)}"
    if filled:
        cls = f'class="bpmn-{pen.fill_class}" ' if pen.fill_class else ""
        pen.path(flap, f'{cls}fill="none" stroke="{pen.fill}" stroke-width="1.4"')
    else:
        pen.path(flap, f'fill="none" {pen.stroke(1.3)}')


def envelope(pen: Pen, x: float, y: float, *, shaded: bool) -> None:
    """Draw the letter of a message flow or choreography task, centred."""
    _open(pen, x, y, 1)
    pen.rect(-11, -7.5, 22, 15, pen.both(1.3, filled="shade" if shaded else "paper"))
    pen.path("M-11-7.5L0 1.2L11-7.5", f'fill="none" {pen.stroke(1.3)}')
    pen.add("</g>")


def task(pen: Pen, type_: str, x: float, y: float, scale: float, *, instantiates: bool = False) -> None:
    """Draw the sign of a task type around (x, y)."""
    _open(pen, x, y, scale)
    line = pen.stroke(1.1)
    if type_ == "userTask":
        pen.path("M-7.5 8.5V5.2C-7.5 2.4-4.6 1.2-3 0.8H3C4.6 1.2 7.5 2.4 7.5 5.2V8.5Z", pen.both(1.1))
        pen.circle(0, -3.6, 4.2, pen.both(1.1))
        pen.path(
            "M-4.2-4.2C-4.6-10 4.6-10 4.2-4.2C2.6-4 1-5-0.4-6.2C-1.4-4.9-2.6-4.2-4.2-4.2Z", pen.both(0.8, filled="ink")
        )
        pen.path("M-4.3 8.5V5.8M4.3 8.5V5.8", f'fill="none" {line}')
    elif type_ == "manualTask":
        pen.path(
            "M-8.5-1.5L-3.5-6.3C-2.7-7 -1.5-6 -2.2-5L-3.6-3.2H7.2C8.9-3.2 8.9-0.9 7.2-0.9H8C9.5-0.9 9.5 1.5 8 1.5"
            "H7.2C8.6 1.5 8.6 3.8 7.2 3.8H6C7.2 3.8 7.2 6 6 6H-4.6C-6.6 6-7.6 5-8.5 4Z",
            pen.both(1.1),
        )
        pen.path("M1.2-0.9H7.2M1.2 1.5H7.2M1.2 3.8H6", f'fill="none" {line}')
    elif type_ == "serviceTask":
        _gear(pen, -2.4, -2.4)
        _gear(pen, 2.6, 2.8)
    elif type_ == "scriptTask":
        pen.path(
            "M-3.5-8H7.5C3.5-4.8 7.8-1.6 6 2.2C5 4.6 4 6 3.6 8H-7.6C-3.2 4.6-7.8 1.6-6 -2.4C-5.2-4.4-4-6-3.5-8Z",
            pen.both(1.1),
        )
        pen.path("M-2.6-4.8H3.4M-4-1.6H3.4M-3.6 1.6H4M-3.6 4.8H3", f'fill="none" {line}')
    elif type_ == "businessRuleTask":
        pen.rect(-8.5, -6.5, 17, 13, pen.both(1.1))
        pen.rect(-8.5, -6.5, 17, 3.6, pen.both(1.1, filled="shade"))
        pen.path("M-8.5 1.8H8.5M-3.4-2.9V6.5", f'fill="none" {line}')
    elif type_ == "sendTask":
        _envelope(pen, 8.5, 6, filled=True)
    elif type_ == "receiveTask":
        if instantiates:
            pen.circle(0, 0, 9.3, pen.both(1.1))
            _envelope(pen, 5.6, 3.9, filled=False)
        else:
            _envelope(pen, 8.5, 6, filled=False)
    pen.add("</g>")


_TEETH: Final = (
    "M"
    + "L".join(
        f"{number(radius * math.sin(angle))} {number(-radius * math.cos(angle))}"
        for tooth in range(8)
        for radius, angle in (
            (6.3, (tooth - 0.22) * math.tau / 8),
            (6.3, (tooth + 0.22) * math.tau / 8),
            (4.7, (tooth + 0.32) * math.tau / 8),
            (4.7, (tooth + 0.68) * math.tau / 8),
        )
    )
    + "Z"
)


def _gear(pen: Pen, x: float, y: float) -> None:
    pen.add(f'<g transform="translate({number(x)} {number(y)})">')
    pen.path(_TEETH, pen.both(1))
    pen.circle(0, 0, 2.1, pen.both(1))
    pen.add("</g>")


TASKS_WITH_SIGN: Final = frozenset(
    ["userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"]
)
MARKER: Final = 14.0


def markers(pen: Pen, names: list[str], x: float, bottom: float) -> None:
    """Draw the markers of an activity in a row centred at x, their lower edge at `bottom`."""
    step = MARKER + 4
    at = x - step * (len(names) - 1) / 2
    for name in names:
        _open(pen, at, bottom - MARKER / 2, 1)
        line = f'fill="none" {pen.stroke(1.4)}'
        if name == "collapsed":
            pen.rect(-7, -7, 14, 14, pen.both(1.2))
            pen.path("M0-4.5V4.5M-4.5 0H4.5", line)
        elif name == "loop":
            pen.path("M-2.2 5.8A6 6 0 1 1 2.6 5.6M-2.4 2V6H-6.4", line)
        elif name == "parallel":
            pen.path("M-4.5-6V6M0-6V6M4.5-6V6", f'fill="none" {pen.stroke(2.4)}')
        elif name == "sequential":
            pen.path("M-6-4.5H6M-6 0H6M-6 4.5H6", f'fill="none" {pen.stroke(2.4)}')
        elif name == "compensation":
            pen.path("M-7.5 0L-0.5-5.5V5.5ZM-0.5 0L6.5-5.5V5.5Z", pen.both(1.2, filled="none"))
        elif name == "adhoc":
            pen.path(
                "M-7 2.2C-5.5-4.5-2-3.2 0-0.4C2 2.4 5.5 3.2 7-2.6C5.5 0.4 2.8-0.8 1-2.8C-2-6-6.4-4.6-7 2.2Z",
                pen.both(1, filled="ink"),
            )
        pen.add("</g>")
        at += step


def gateway(pen: Pen, type_: str, x: float, y: float, half: float, *, marked: bool, start: str = "") -> None:
    """Draw the sign inside a gateway; `marked` is for exclusive ones, `start` for event-based ones that instantiate."""
    _open(pen, x, y, half / 25)
    thick = pen.stroke(3.4)
    if type_ == "exclusiveGateway":
        if marked:
            pen.path("M-6.2-7.4L6.2 7.4M6.2-7.4L-6.2 7.4", f'fill="none" {thick}')
    elif type_ == "parallelGateway":
        pen.path("M0-11V11M-11 0H11", f'fill="none" {thick}')
    elif type_ == "inclusiveGateway":
        pen.circle(0, 0, 11, pen.both(2.6, filled="none"))
    elif type_ == "complexGateway":
        pen.path("M0-11V11M-11 0H11M-7.8-7.8L7.8 7.8M7.8-7.8L-7.8 7.8", f'fill="none" {thick}')
    elif type_ == "eventBasedGateway":
        pen.circle(0, 0, 13, pen.both(1.1, filled="none"))
        if start != "parallel":
            if not start:
                pen.circle(0, 0, 10.6, pen.both(1.1, filled="none"))
            pen.add('<g transform="scale(0.75)">')
            pen.path(_PENTAGON, pen.both(1.4, filled="none"))
        else:
            pen.add('<g transform="scale(0.75)">')
            pen.path(_OUTLINES["parallelMultiple"], pen.both(1.4, filled="none"))
        pen.add("</g>")
    pen.add("</g>")
