"""A small simplified picture: shapes and lines without words, for lists."""

from __future__ import annotations

from hub.bpmn.diagram import Bounds
from hub.bpmn.draw.pen import THEMES, escape, style_sheet
from hub.bpmn.draw.picture import scene_of
from hub.bpmn.model import Model
from hub.bpmn.typeset.paths import number, polygon, polyline
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind


def thumbnail(
    model: Model, *, diagram: int | str = 0, width: float = 240, height: float = 150, theme: str = "light"
) -> str:
    """Return a picture of at most `width` × `height` px; all shapes of a kind are one path, so it stays small.

    It is decoration beside a title and therefore hidden from screen readers. `theme` and errors
    as for `draw`.
    """
    colours = THEMES["light" if theme == "auto" else theme]
    scene = scene_of(model, diagram)
    box = scene.extent()
    scale = min(width / max(box.width, 1), height / max(box.height, 1), 0.5)
    pad = 3 / scale
    frames: list[str] = []
    tasks: list[str] = []
    events: list[str] = []
    ends: list[str] = []
    gateways: list[str] = []
    others: list[str] = []
    for shape in scene.shapes:
        element, b = shape.element, shape.bounds
        if element is None:
            continue
        if element.kind in (Kind.POOL, Kind.LANE) or element.id in scene.open_ids:
            frames.append(_box(b))
        elif element.kind is Kind.ACTIVITY:
            tasks.append(_box(b))
        elif element.kind is Kind.EVENT:
            (ends if element.type == "endEvent" else events).append(_disc(b))
        elif element.kind is Kind.GATEWAY:
            x, y = b.centre
            gateways.append(polygon([(x, b.y), (b.right, y), (x, b.bottom), (b.x, y)]))
        elif element.kind is Kind.DATA or element.type in SUB_PROCESSES:
            others.append(_box(b))
    flows: list[str] = []
    loose: list[str] = []
    for edge, points in scene.edges:
        is_flow = edge.element is not None and edge.element.kind is Kind.FLOW
        (flows if is_flow else loose).append(polyline(points, 0))
    line = 1.1 / scale
    view = " ".join(number(v) for v in (box.x - pad, box.y - pad, box.width + 2 * pad, box.height + 2 * pad))
    size = f'width="{number((box.width + 2 * pad) * scale)}" height="{number((box.height + 2 * pad) * scale)}"'
    ink = f'class="bpmn-ink bpmn-fill-paper" stroke="{colours.ink}" fill="{colours.paper}"'
    solid = f'class="bpmn-ink bpmn-fill-ink" stroke="{colours.ink}" fill="{colours.ink}"'
    thin, normal, thick = number(line * 0.8), number(line), number(line * 1.2)
    faint = f'class="bpmn-muted" stroke="{colours.muted}" fill="none" stroke-width="{thin}"'
    muted = f'class="bpmn-muted bpmn-fill-paper" stroke="{colours.muted}" fill="{colours.paper}"'
    parts = [
        (frames, faint),
        (loose, f'{faint} stroke-dasharray="{number(line * 3)} {number(line * 2)}"'),
        (flows, f'class="bpmn-ink" stroke="{colours.ink}" fill="none" stroke-width="{normal}"'),
        (others, f'{muted} stroke-width="{normal}"'),
        (tasks, f'{ink} stroke-width="{thick}" stroke-linejoin="round"'),
        (gateways, f'{ink} stroke-width="{thick}"'),
        (events, f'{ink} stroke-width="{thick}"'),
        (ends, f'{solid} stroke-width="{normal}"'),
    ]
    style = f"<style>{style_sheet(media=True)}</style>" if theme == "auto" else ""
    body = "".join(f'<path d="{"".join(paths)}" {attributes}/>' for paths, attributes in parts if any(paths))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn bpmn-thumbnail" {size} viewBox="{escape(view)}"'
        f' aria-hidden="true" focusable="false">{style}{body}</svg>'
    )


def _box(b: Bounds) -> str:
    return f"M{number(b.x)} {number(b.y)}h{number(b.width)}v{number(b.height)}h{number(-b.width)}Z"


def _disc(b: Bounds) -> str:
    radius = min(b.width, b.height) / 2
    x, y = b.centre
    r, across = number(radius), number(2 * radius)
    return f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0Z"
