"""From a model to an SVG picture."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hub.bpmn.diagram import Bounds, Edge, Shape
from hub.bpmn.draw import edges, marks, nodes
from hub.bpmn.draw.containers import container
from hub.bpmn.draw.marks import Highlight, Highlights
from hub.bpmn.draw.pen import FONT, THEMES, Pen, escape, style_sheet
from hub.bpmn.draw.scene import Scene, choose, labelled_outside, make_scene
from hub.bpmn.layout import layout
from hub.bpmn.model import Element, Model
from hub.bpmn.read import read
from hub.bpmn.typeset import labels
from hub.bpmn.typeset.paths import Point, number
from hub.bpmn.vocabulary import Kind, type_name

Links = bool | Callable[[Element], str | None]
_NONE: Final[Highlights] = MappingProxyType({})
_SAFE_LINK: Final = re.compile(r"(?:https?:|mailto:|[/?#.]|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_CONTAINERS: Final = frozenset({Kind.POOL, Kind.LANE})


class NoSuchDiagram(LookupError):
    """The model has no diagram with this index, id or plane."""


def draw(
    model: Model,
    *,
    diagram: int | str = 0,
    highlights: Highlights = _NONE,
    theme: str = "light",
    links: Links = False,
    title: str | None = None,
    padding: float = 12,
    lang: str = "de",
    prefix: str | None = None,
) -> str:
    """Return one diagram of `model` as SVG text.

    `diagram` is an index, the id of a diagram, or the id of the element on its plane (a collapsed
    sub-process). A model without any diagram is laid out first. `highlights` maps element ids to what is to
    be pointed out (see `Highlight`). `theme` is `light`, `dark`, `print`, or `auto` for a file of its own
    that follows the reader's preference; in a page, use `light` and the rules of `style_sheet()`. `links`
    turns elements into links: to `#id`, or to what the function returns. `padding` is in px. `prefix` starts
    the ids of title and description and has to differ between drawings on one page; without it, it is
    derived from the content.

    Raises `NoSuchDiagram` if the model has diagrams but not this one; `ValueError` for an unknown theme
    or kind of highlight. Nothing of the model reaches the SVG unescaped, colours only from a safe list.
    """
    if theme not in THEMES and theme != "auto":
        raise ValueError(f"unknown theme {theme!r}")
    scene = scene_of(model, diagram)
    pen = Pen(THEMES["light" if theme == "auto" else theme])
    asked = marks.highlights_of(highlights)
    picture = _Picture(scene, pen, asked, links, lang, dark=theme == "dark")
    picture.draw()
    box = picture.box(padding)
    drawn = {id_: several for id_, several in asked.items() if id_ in picture.seen}
    words = _description(scene, lang, marks.summary(drawn, lang))
    if prefix is None:
        said = f"{diagram}{theme}{sorted(asked.items())}".encode()
        prefix = f"b{zlib.crc32(said, zlib.crc32(model.source)):08x}"
    name = title or scene.name.strip() or model.name or ("Prozessmodell" if lang == "de" else "Process model")
    size = f'width="{number(box.width)}" height="{number(box.height)}"'
    view = " ".join(number(value) for value in (box.x, box.y, box.width, box.height))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" {size} viewBox="{view}" lang="{escape(lang)}"'
        f' role="{"group" if links else "img"}" aria-labelledby="{escape(prefix)}-t {escape(prefix)}-d"'
        f' font-family="{FONT}" font-size="12">'
        f'<title id="{escape(prefix)}-t">{escape(name)}</title><desc id="{escape(prefix)}-d">{escape(words)}</desc>'
    )
    style = f"<style>{style_sheet(media=True)}</style>" if theme == "auto" else ""
    ground = ""
    if pen.theme.ground is not None:
        place = " ".join(
            f'{key}="{number(value)}"'
            for key, value in zip(("x", "y", "width", "height"), (box.x, box.y, box.width, box.height), strict=True)
        )
        ground = f'<rect class="bpmn-fill-ground" {place} fill="{pen.theme.ground}"/>'
    return f"{head}{style}{ground}{''.join(pen.out)}</svg>"


def scene_of(model: Model, which: int | str) -> Scene:
    """Return the diagram asked for, laid out first if the model has none; raises `NoSuchDiagram`."""
    chosen = choose(model.diagrams, which)
    if chosen is not None and (chosen.shapes or which != 0):
        return make_scene(model, chosen)
    if which != 0:
        raise NoSuchDiagram(which)
    filled = next((item for item in model.diagrams if item.shapes), None)
    if filled is not None:
        return make_scene(model, filled)
    drawn = read(layout(model, force=True), model.limits)
    if not drawn.diagrams:
        return Scene(model, "", [], [], set(), {})
    return make_scene(drawn, drawn.diagrams[0])


def _description(scene: Scene, lang: str, marked: str) -> str:
    counts = dict.fromkeys((Kind.ACTIVITY, Kind.EVENT, Kind.GATEWAY), 0)
    pools = []
    for shape in scene.shapes:
        if shape.element is None:
            continue
        if shape.element.kind in counts:
            counts[shape.element.kind] += 1
        if shape.element.kind is Kind.POOL and shape.element.label.strip():
            pools.append(shape.element.label.strip())
    activities, events, gateways = counts.values()
    if lang == "de":
        words = [
            f"{activities} {'Aktivität' if activities == 1 else 'Aktivitäten'}",
            f"{events} {'Ereignis' if events == 1 else 'Ereignissen'}",
            f"{gateways} {'Gateway' if gateways == 1 else 'Gateways'}",
        ]
        text = f"BPMN-Diagramm mit {words[0]}, {words[1]} und {words[2]}."
        text += f" Beteiligt: {', '.join(pools[:12])}." if pools else ""
        return text + (f" Hervorgehoben: {marked}." if marked else "")
    words = [
        f"{activities} {'activity' if activities == 1 else 'activities'}",
        f"{events} {'event' if events == 1 else 'events'}",
        f"{gateways} {'gateway' if gateways == 1 else 'gateways'}",
    ]
    text = f"BPMN diagram with {words[0]}, {words[1]} and {words[2]}."
    text += f" Participants: {', '.join(pools[:12])}." if pools else ""
    return text + (f" Highlighted: {marked}." if marked else "")


class _Picture:
    """One drawing in the making."""

    def __init__(
        self, scene: Scene, pen: Pen, highlights: Mapping[str, list[Highlight]], links: Links, lang: str, *, dark: bool
    ) -> None:
        self.scene = scene
        self.pen = pen
        self.highlights = highlights
        self.links = links
        self.lang = lang
        self.dark = dark
        self.seen: set[str] = set()
        self._crowd: labels.Crowd | None = None
        b = scene.extent()
        self._box = [b.x, b.y, b.right, b.bottom]

    def box(self, padding: float) -> Bounds:
        """Return the picture's rectangle, all labels included."""
        left, top, right, bottom = self._box
        extra = padding + (8 if self.seen & self.highlights.keys() else 0)
        return Bounds(left - extra, top - extra, right - left + 2 * extra, bottom - top + 2 * extra)

    @property
    def crowd(self) -> labels.Crowd:
        """What labels without a place must avoid; built when the first one comes."""
        if self._crowd is None:
            crowd = self._crowd = labels.Crowd()
            for shape in self.scene.shapes:
                element = shape.element
                if element is None:
                    continue
                if element.kind in _CONTAINERS or element.id in self.scene.open_ids or element.type == "group":
                    crowd.add_outline(shape.bounds)
                else:
                    b = shape.bounds
                    crowd.add(b.x, b.y, b.right, b.bottom)
                if shape.label is not None:
                    crowd.add(shape.label.x, shape.label.y, shape.label.right, shape.label.bottom)
            for edge, points in self.scene.edges:
                crowd.add_line(points)
                if edge.label is not None and edge.element is not None and edge.element.label:
                    crowd.add(edge.label.x, edge.label.y, edge.label.right, edge.label.bottom)
        return self._crowd

    def draw(self) -> None:
        """Draw containers, then connections, then all other shapes."""
        below: list[Shape] = []
        above: list[Shape] = []
        for shape in self.scene.shapes:
            if shape.element is None:
                continue
            is_below = shape.element.kind in _CONTAINERS or shape.element.id in self.scene.open_ids
            (below if is_below else above).append(shape)
        for shape in below:
            self._shape(shape)
        for edge, points in self.scene.edges:
            self._edge(edge, points)
        for shape in above:
            self._shape(shape)

    def _open(self, element: Element, classes: str) -> str:
        out, lang = self.pen.out, self.lang
        self.seen.add(element.id)
        marked = self.highlights.get(element.id, ())
        said = type_name(element.type, lang)
        said = said[:1].upper() + said[1:]
        if element.kind is Kind.EVENT and (sign := nodes.trigger(element)):
            said += f" ({_trigger_name(sign, lang)})"
        if label := element.label.strip():
            said += f": {label}"
        if marked:
            said += f" – {marks.words(marked, lang)}"
        said = escape(said)
        link = self._link(element)
        if link is not None:
            out.append(f'<a href="{escape(link)}" aria-label="{said}">')
        out.append(f'<g data-element="{escape(element.id)}" class="bpmn-element {classes}"><title>{said}</title>')
        return "</g></a>" if link is not None else "</g>"

    def _link(self, element: Element) -> str | None:
        if self.links is False:
            return None
        if self.links is True:
            return f"#{element.id}"
        link = self.links(element)
        return link if link is not None and _SAFE_LINK.match(link) else None

    def _shape(self, shape: Shape) -> None:
        element, pen = shape.element, self.pen
        if element is None:
            return
        pen.colours(shape.stroke, shape.fill, shape.label_colour)
        start = len(pen.out)
        end = self._open(element, f"bpmn-{element.type}")
        if element.kind in _CONTAINERS:
            container(pen, shape, element, self.scene)
        elif not nodes.node(pen, shape, element, self.scene):
            del pen.out[start:]
            self.seen.discard(element.id)
            return
        if labelled_outside(element):
            self._outside_label(shape, element)
        if marked := self.highlights.get(element.id):
            marks.around(pen, marked, shape.bounds, dark=self.dark)
        pen.add(end)

    def _outside_label(self, shape: Shape, element: Element) -> None:
        label = element.label.strip()
        if element.kind is Kind.DATA and (found := _data_state(element)):
            label = f"{label}\n[{found}]" if label else f"[{found}]"
        if not label:
            return
        if shape.label is not None and labels.has_place(shape.label):
            block, x, top = labels.placed(label, shape.label)
        else:
            block, x, top = labels.beside(label, shape.bounds, self.crowd)
        if shape.label_colour is None and shape.fill:
            # Outside, the text stands on the page, not on the element's fill.
            self.pen.colours(shape.stroke, None, None)
        self._grow(x, top, block.width, block.height)
        self.pen.lines(block, x, top)

    def _grow(self, x: float, top: float, width: float, height: float) -> None:
        box = self._box
        box[0], box[1] = min(box[0], x - width / 2), min(box[1], top)
        box[2], box[3] = max(box[2], x + width / 2), max(box[3], top + height)

    def _edge(self, edge: Edge, points: list[Point]) -> None:
        element, pen = edge.element, self.pen
        if element is None:
            return
        pen.colours(edge.stroke, None, edge.label_colour)
        end = self._open(element, f"bpmn-{element.type}")
        marked = self.highlights.get(element.id)
        if marked:
            marks.along(pen, marked, points, dark=self.dark)
        edges.connection(pen, edge, element, points)
        if label := element.label.strip():
            if edge.label is not None and labels.has_place(edge.label):
                block, x, top = labels.placed(label, edge.label)
            else:
                block, x, top = labels.along(label, points, self.crowd)
            self._grow(x, top, block.width, block.height)
            pen.lines(block, x, top)
        pen.add(end)


def _data_state(element: Element) -> str:
    for node in element.details.find_all("dataState"):
        if name := node.attributes.get("name", "").strip():
            return name
    return ""


def _trigger_name(sign: str, lang: str) -> str:
    if sign == "multiple":
        return "mehrfach" if lang == "de" else "multiple"
    if sign == "parallelMultiple":
        return "parallel mehrfach" if lang == "de" else "parallel multiple"
    name = type_name(sign, lang)
    return name if lang == "de" else name.removesuffix(" event definition")
