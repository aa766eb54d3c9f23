"""Shapes of flow nodes, data and artifacts (BPMN 2.0.2, chapters 10.3 to 10.6 and 7.2)."""

from __future__ import annotations

from typing import Final

from hub.bpmn.diagram import Bounds, Shape
from hub.bpmn.draw import glyphs
from hub.bpmn.draw.pen import Pen
from hub.bpmn.draw.scene import Scene
from hub.bpmn.model import Element
from hub.bpmn.typeset.paths import number, polygon
from hub.bpmn.typeset.text import LINE, Block, fit
from hub.bpmn.vocabulary import CALLS, SUB_PROCESSES, Kind

PADDING: Final = 5.0
_CHOREOGRAPHIES: Final = frozenset(["choreographyTask", "subChoreography", "callChoreography"])


def node(pen: Pen, shape: Shape, element: Element, scene: Scene) -> bool:
    """Draw one shape without an outside label; returns False for what has no notation of its own."""
    kind = element.kind
    if kind is Kind.EVENT:
        _event(pen, shape.bounds, element)
    elif kind is Kind.GATEWAY:
        _gateway(pen, shape, element)
    elif element.type in _CHOREOGRAPHIES:
        _choreography(pen, shape, element, scene)
    elif kind is Kind.ACTIVITY:
        _activity(pen, shape, element, scene)
    elif kind is Kind.DATA:
        _data(pen, shape.bounds, element)
    elif element.type == "textAnnotation":
        _annotation(pen, shape.bounds, element)
    elif element.type == "group":
        _group(pen, shape, element)
    elif kind is Kind.CONVERSATION:
        _conversation(pen, shape.bounds, element)
    elif element.type == "message":
        b = shape.bounds
        glyphs.envelope(pen, *b.centre, shaded=False)
    else:
        return False
    return True


def _event(pen: Pen, bounds: Bounds, element: Element) -> None:
    x, y = bounds.centre
    radius = min(bounds.width, bounds.height) / 2
    scale = max(radius / 18, 0.3)
    type_ = element.type
    dash = ""
    if type_ in ("boundaryEvent", "startEvent") and not element.is_interrupting:
        event_sub = element.parent is not None and element.parent.is_event_sub_process
        if type_ == "boundaryEvent" or event_sub:
            dash = f' stroke-dasharray="{number(5 * scale)} {number(3 * scale)}"'
    if type_ == "endEvent":
        pen.circle(x, y, radius - 1.2, pen.both(3.6))
    elif type_ == "startEvent":
        pen.circle(x, y, radius, pen.both(1.6) + dash)
    else:
        pen.circle(x, y, radius, pen.both(1.5) + dash)
        pen.circle(x, y, radius - 3.2 * scale, pen.both(1.3, filled="none") + dash)
    if sign := trigger(element):
        throwing = type_ in ("endEvent", "intermediateThrowEvent", "implicitThrowEvent")
        inner = radius * (0.86 if type_ in ("startEvent", "endEvent") else 0.76)
        glyphs.event(pen, sign, x, y, inner, throwing=throwing)


def trigger(element: Element) -> str:
    """Return the sign of an event: the type of its definition, `multiple`, `parallelMultiple` or an empty string."""
    definitions = element.event_definitions
    if len(definitions) == 1:
        return definitions[0].type
    if not definitions:
        return ""
    both = element.attributes.get("parallelMultiple", "").strip() in ("true", "1")
    return "parallelMultiple" if both else "multiple"


def _gateway(pen: Pen, shape: Shape, element: Element) -> None:
    b = shape.bounds
    x, y = b.centre
    pen.path(polygon([(x, b.y), (b.right, y), (x, b.bottom), (b.x, y)]), pen.both(1.6) + ' stroke-linejoin="round"')
    start = ""
    if element.attributes.get("instantiate", "").strip() in ("true", "1"):
        start = "parallel" if element.attributes.get("eventGatewayType") == "Parallel" else "exclusive"
    half = min(b.width, b.height) / 2
    glyphs.gateway(pen, element.type, x, y, half, marked=bool(shape.is_marker_visible), start=start)


def _marker_names(element: Element, *, opened: bool) -> list[str]:
    names = []
    if element.loop is not None:
        names.append("loop" if element.loop == "standard" else element.loop)
    if (element.type in SUB_PROCESSES or element.type in ("callActivity", "callChoreography")) and not opened:
        names.append("collapsed")
    if element.type == "adHocSubProcess":
        names.append("adhoc")
    if element.attributes.get("isForCompensation", "").strip() in ("true", "1"):
        names.append("compensation")
    return names


def _activity(pen: Pen, shape: Shape, element: Element, scene: Scene) -> None:
    b, type_ = shape.bounds, element.type
    opened = element.id in scene.open_ids
    radius = min(10.0, b.width / 4, b.height / 4)
    dash = ' stroke-dasharray="2 4" stroke-linecap="round"' if element.is_event_sub_process else ""
    pen.rect(b.x, b.y, b.width, b.height, pen.both(4.2 if type_ in CALLS else 1.6) + dash, radius)
    if type_ == "transaction":
        inner = pen.both(1.3, filled="none")
        pen.rect(b.x + 3.5, b.y + 3.5, b.width - 7, b.height - 7, inner, max(radius - 3, 1))
    names = _marker_names(element, opened=opened)
    if names:
        glyphs.markers(pen, names, b.x + b.width / 2, b.bottom - 3.5)
    corner = 0.0
    if type_ in glyphs.TASKS_WITH_SIGN:
        scale = min(1.0, b.width / 50, b.height / 40)
        corner = 23 * scale
        instantiates = element.attributes.get("instantiate", "").strip() in ("true", "1")
        glyphs.task(pen, type_, b.x + 13.5 * scale, b.y + 13.5 * scale, scale, instantiates=instantiates)
    elif element.is_event_sub_process and not opened and (starts := _start_sign(element)):
        corner = 22
        pen.circle(b.x + 14, b.y + 14, 9, pen.both(1.2) + dash)
        glyphs.event(pen, starts, b.x + 14, b.y + 14, 7.5, throwing=False)
    if element.label.strip():
        top = opened and element.id in scene.filled_ids
        _inside(pen, b, element.label, top=top, foot=18.0 if names else 0.0, corner=corner)


def _start_sign(element: Element) -> str:
    for child in element.children:
        if child.type == "startEvent":
            return trigger(child)
    return ""


def _inside(pen: Pen, b: Bounds, label: str, *, top: bool, foot: float, corner: float) -> None:
    """Set a name inside an activity, clear of its sign in the corner and its markers at the foot."""
    room = b.width - 2 * PADDING
    if top:
        block = fit(label, room, max(b.height * 0.3, 15.0))
        pen.lines(block, b.x + b.width / 2, b.y + PADDING + 1)
        return
    whole = b.height - foot - 4
    block, y = _centred(label, b, room, whole, 0.0)
    if corner and (y < b.y + corner and b.x + b.width / 2 - block.width / 2 < b.x + corner + 1):
        below, below_y = _centred(label, b, room, whole, corner - 3)
        beside = b.width - 2 * corner - 2
        if below.cut and not block.cut:
            # Long names rather touch the sign's row on both sides than lose words.
            narrow, narrow_y = _centred(label, b, beside, whole, 0.0)
            below, below_y = (narrow, narrow_y) if not narrow.cut else (block, y)
        block, y = below, below_y
    pen.lines(block, b.x + b.width / 2, y)


def _centred(label: str, b: Bounds, room: float, whole: float, above: float) -> tuple[Block, float]:
    block = fit(label, room, whole - above, (12.0, 11.0, 10.0, 9.0))
    return block, b.y + 2 + above + (whole - above - block.height) / 2


def _data(pen: Pen, b: Bounds, element: Element) -> None:
    type_ = element.type
    if type_ in ("dataStore", "dataStoreReference"):
        ry = b.height * 0.13
        left, right = number(b.x), number(b.right)
        arc = f"A{number(b.width / 2)} {number(ry)} 0 0"
        pen.path(
            f"M{left} {number(b.y + ry)}{arc} 1 {right} {number(b.y + ry)}V{number(b.bottom - ry)}"
            f"{arc} 1 {left} {number(b.bottom - ry)}Z",
            pen.both(1.6),
        )
        rings = "".join(
            f"M{left} {number(b.y + ry + step)}{arc} 0 {right} {number(b.y + ry + step)}"
            for step in (0, ry * 0.8, ry * 1.6)
        )
        pen.path(rings, f'fill="none" {pen.stroke(1.4)}')
        return
    fold = min(b.width, b.height) * 0.28
    pen.path(
        polygon([(b.x, b.y), (b.right - fold, b.y), (b.right, b.y + fold), (b.right, b.bottom), (b.x, b.bottom)]),
        pen.both(1.5) + ' stroke-linejoin="round"',
    )
    pen.path(f"M{number(b.right - fold)} {number(b.y)}v{number(fold)}h{number(fold)}", f'fill="none" {pen.stroke(1.4)}')
    if type_ in ("dataInput", "dataOutput"):
        size = min(b.width, b.height) * 0.32
        x, y = b.x + 4, b.y + 4
        neck, low, high = x + size * 0.55, y + size * 0.3, y + size * 0.7
        tip = (x + size, y + size * 0.5)
        head = polygon([(x, low), (neck, low), (neck, y), tip, (neck, y + size), (neck, high), (x, high)])
        pen.path(head, pen.both(1.1, filled="ink" if type_ == "dataOutput" else "paper"))
    if _is_collection(element):
        x = b.x + b.width / 2
        bars = "".join(f"M{number(x + step)} {number(b.bottom - 12)}v9" for step in (-4.5, 0, 4.5))
        pen.path(bars, f'fill="none" {pen.stroke(2)}')


def _is_collection(element: Element) -> bool:
    if element.attributes.get("isCollection", "").strip() in ("true", "1"):
        return True
    referred = element.reference("dataObjectRef") if element.type == "dataObjectReference" else None
    return referred is not None and referred.attributes.get("isCollection", "").strip() in ("true", "1")


def _annotation(pen: Pen, b: Bounds, element: Element) -> None:
    arm = min(10.0, b.width / 3)
    x = number(b.x + arm)
    pen.path(f"M{x} {number(b.y)}H{number(b.x)}V{number(b.bottom)}H{x}", f'fill="none" {pen.stroke(1.5)}')
    if element.label.strip():
        block = fit(element.label, b.width - 9, max(b.height - 4, LINE * 11), (12.0, 11.0, 10.0, 9.0, 8.0))
        pen.lines(block, b.x + 7, b.y + max(3.0, min(5.0, (b.height - block.height) / 2)), anchor="start")


def _group(pen: Pen, shape: Shape, element: Element) -> None:
    b = shape.bounds
    pen.rect(
        b.x, b.y, b.width, b.height,
        f'fill="none" {pen.stroke(1.5)} stroke-dasharray="10 5 1.5 5" stroke-linecap="round"', 10,
    )  # fmt: skip
    if element.label.strip():
        label = shape.label
        if label is not None and label.width > 1:
            block = fit(element.label, max(label.width, 90), 60, (11.0,))
            pen.lines(block, label.x + label.width / 2, label.y)
        else:
            block = fit(element.label, b.width - 20, 40, (11.0,))
            pen.lines(block, b.x + b.width / 2, b.y + 4)


def _conversation(pen: Pen, b: Bounds, element: Element) -> None:
    inset = b.width / 4
    y = b.y + b.height / 2
    outline = [
        (b.x + inset, b.y),
        (b.right - inset, b.y),
        (b.right, y),
        (b.right - inset, b.bottom),
        (b.x + inset, b.bottom),
        (b.x, y),
    ]
    pen.path(polygon(outline), pen.both(4 if element.type == "callConversation" else 1.6) + ' stroke-linejoin="round"')
    if element.type == "subConversation":
        glyphs.markers(pen, ["collapsed"], b.x + b.width / 2, b.bottom - 2)


def _choreography(pen: Pen, shape: Shape, element: Element, scene: Scene) -> None:
    """Draw a choreography activity: name in the middle, a band per participant, the initiating one unshaded."""
    b = shape.bounds
    opened = element.id in scene.open_ids
    dash_width = 4.2 if element.type == "callChoreography" else 1.6
    pen.rect(b.x, b.y, b.width, b.height, pen.both(dash_width), 9)
    top, bottom = 0.0, 0.0
    for bounds, participant, at_top, starts, message in _bands(shape, element, scene):
        upper, lower = bounds.y <= b.y + 2, bounds.bottom >= b.bottom - 2
        pen.path(_band_path(bounds, upper=upper, lower=lower), pen.both(1.4, filled="paper" if starts else "shade"))
        own_text = pen.text, pen.text_class
        if not starts:
            pen.text, pen.text_class = pen.theme.text, "text"
        pen.lines(
            block := fit(participant, bounds.width - 8, bounds.height, (11.0, 10.0, 9.0)),
            bounds.x + bounds.width / 2,
            bounds.y + (bounds.height - block.height) / 2,
        )
        pen.text, pen.text_class = own_text
        if message:
            x, y = b.x + b.width / 2, b.y - 28 if at_top else b.bottom + 28
            edge, near = (b.y, y + 7.5) if at_top else (b.bottom, y - 7.5)
            pen.path(
                f"M{number(x)} {number(edge)}V{number(near)}",
                f'fill="none" {pen.stroke(1.4)} stroke-dasharray="0.5 4" stroke-linecap="round"',
            )
            glyphs.envelope(pen, x, y, shaded=not starts)
        if at_top:
            top = max(top, bounds.bottom - b.y)
        else:
            bottom = max(bottom, b.bottom - bounds.y)
    pen.rect(b.x, b.y, b.width, b.height, pen.both(dash_width, filled="none"), 9)
    names = _marker_names(element, opened=opened)
    if names:
        glyphs.markers(pen, names, b.x + b.width / 2, b.bottom - bottom - 2)
    if element.label.strip():
        inner = Bounds(b.x, b.y + top, b.width, max(b.height - top - bottom, 14))
        _inside(pen, inner, element.label, top=opened, foot=16.0 if names else 0.0, corner=0)


_Band = tuple[Bounds, str, bool, bool, bool]
"""Where, whose, whether in the upper half, whether initiating, whether its message is shown."""


def _bands(shape: Shape, element: Element, scene: Scene) -> list[_Band]:
    b = shape.bounds
    drawn: list[_Band] = []
    for band in scene.bands.get(element.id, ()):
        name = band.element.label if band.element is not None else ""
        kind = band.band_kind or ""
        starts = kind.endswith("initiating") and "non_initiating" not in kind
        drawn.append(
            (
                band.bounds,
                name,
                band.bounds.y + band.bounds.height / 2 < b.y + b.height / 2,
                starts,
                bool(band.is_message_visible),
            )
        )
    if drawn or element.id in scene.open_ids:
        return drawn
    initiating = element.attributes.get("initiatingParticipantRef", "")
    names = []
    for ref in element.details.find_all("participantRef"):
        participant = scene.model.resolve(ref.text.strip())
        names.append((participant.label if participant is not None else "", ref.text.strip() == initiating))
    names.sort(key=lambda item: not item[1])
    height = min(20.0, b.height / 4)
    upper = [Bounds(b.x, b.y, b.width, height)] if names else []
    lower = [Bounds(b.x, b.bottom - height * (index + 1), b.width, height) for index in range(len(names) - 1)]
    places = upper + lower[::-1]
    return [
        (place, name, index == 0, starts, False)
        for index, (place, (name, starts)) in enumerate(zip(places, names, strict=True))
    ]


def _band_path(b: Bounds, *, upper: bool, lower: bool) -> str:
    r1, r2 = (9.0 if upper else 0.0), (9.0 if lower else 0.0)
    return (
        f"M{number(b.x + r1)} {number(b.y)}H{number(b.right - r1)}" + ("a9 9 0 0 1 9 9" if upper else "")
        + f"V{number(b.bottom - r2)}" + ("a9 9 0 0 1-9 9" if lower else "")
        + f"H{number(b.x + r2)}" + ("a9 9 0 0 1-9-9" if lower else "")
        + f"V{number(b.y + r1)}" + ("a9 9 0 0 1 9-9" if upper else "") + "Z"
    )  # fmt: skip
