"""The shapes of charts as Vega-Lite specifications, each with its table twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

COLOURS: Final = ("#24478f", "#0d7a6a", "#96510a", "#8c2f86", "#5a6472", "#3f6f12")
"""Of series, dark enough for white words on them; on pages they are style sheet variables, see `render`."""
SHADES: Final = ("#f1f3f8", "#c9d7f3", "#8fade6", "#4a72c4", "#1f3f86")
"""From nothing to much, for heat maps."""
INK: Final = "#171a1c"
QUIET: Final = "#5a6069"
RULE: Final = "#c3c9d4"
LABEL: Final = "#fffffe"
"""Words on a coloured ground."""
GROUND: Final = "#fefefe"
WIDTH: Final = 640
_WORDS: Final = {"field": "words", "type": "nominal"}
"""What a screen reader says of a mark."""
DASHES: Final = ([1, 0], [6, 3], [2, 3], [8, 3, 2, 3], [4, 4], [1, 5])
"""So that lines differ by more than colour."""


Cells = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: what it is called, what it says in a sentence, its numbers as a table, and how it is drawn."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    spec: dict[str, Any]
    width: int = WIDTH
    """How wide it must be shown for its words to be readable, in pixels."""


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow of a network: from one named thing to another, with the words on it."""

    source: str
    target: str
    words: str = ""


def spec_of(data: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a specification in the hub's own style for `data`; `more` are its further parts."""
    axis = {
        "labelFont": "Fira Sans, sans-serif", "titleFont": "Fira Sans, sans-serif", "labelFontSize": 14,
        "titleFontSize": 14, "titleFontWeight": 600, "labelColor": INK, "titleColor": QUIET, "domainColor": RULE,
        "tickColor": RULE, "gridColor": RULE, "labelLimit": 400,
    }  # fmt: skip
    legend = {key: value for key, value in axis.items() if key.startswith(("label", "title"))}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": list(data)},
        "background": None,
        "padding": 10,
        "config": {
            "view": {"stroke": None},
            # Axes and legends say nothing that the marks do not say in their own words.
            "axis": axis | {"aria": False, "labelPadding": 6},
            "legend": legend | {"symbolStrokeWidth": 3, "labelLimit": 320, "aria": False},
            "text": {"font": "Fira Sans, sans-serif", "fontSize": 14, "color": INK},
        },
        **more,
    }


def _scale(names: Sequence[str]) -> dict[str, Any]:
    return {"domain": list(names), "range": [COLOURS[at % len(COLOURS)] for at in range(len(names))]}


def _whole(title: str) -> dict[str, Any]:
    """Return an axis of whole numbers."""
    return {"title": title, "axis": {"tickMinStep": 1, "tickCount": 6, "format": "d", "titlePadding": 10}}


def stacked(
    title: str, summary: str, *, category: str, series: str, value: str, rows: Sequence[tuple[str, str, int]],
    categories: Sequence[str], names: Sequence[str],
) -> Chart:  # fmt: skip
    """Return horizontal bars made of parts: `rows` are (category, series, number); orders are as given."""
    data = [
        {"c": c, "s": s, "n": n, "o": list(names).index(s), "words": f"{c}, {s}: {n} {value}"} for c, s, n in rows if n
    ]
    y = {"field": "c", "type": "nominal", "title": None, "sort": list(categories), "axis": {"ticks": False}}
    x = {"field": "n", "type": "quantitative", "stack": "zero", **_whole(value)}
    order = {"field": "o", "type": "quantitative"}
    colour = {"field": "s", "type": "nominal", "title": series, "scale": _scale(names), "legend": {"orient": "top"}}
    bar = {
        "mark": {"type": "bar", "stroke": GROUND, "strokeWidth": 1.5},
        "encoding": {"y": y, "x": x, "color": colour, "order": order, "description": _WORDS},
    }
    words = {
        "mark": {"type": "text", "color": LABEL, "fontWeight": 600, "aria": False},
        "encoding": {
            "y": y, "x": x | {"bandPosition": 0.5}, "detail": {"field": "s"}, "order": order,
            "text": {"field": "n", "type": "quantitative"},
        },
    }  # fmt: skip
    table = {(c, s): n for c, s, n in rows}
    twin: list[Cells] = [(c, *(table.get((c, s), 0) for s in names)) for c in categories]
    spec = spec_of(data, width=WIDTH, height={"step": 40}, layer=[bar, words])
    return Chart(title, summary, (category, *names), tuple(twin), spec)


def _shown(number: float, form: str) -> str | int | float:
    """Return a number as the table twin shows it."""
    if form.startswith(","):
        return f"{number:,}".replace(",", ".")
    return f"{round(100 * number)}\u00a0%" if form.endswith("%") else number


def bars(
    title: str, summary: str, *, category: str, series: str, value: str, rows: Sequence[tuple[str, str, float]],
    categories: Sequence[str], names: Sequence[str], form: str = "d",
) -> Chart:  # fmt: skip
    """Return bars beside each other for each category; `form` is a number format of d3, such as `.0%`."""
    data = [{"c": c, "s": s, "n": n, "words": f"{c}, {s}: {_shown(n, form)}"} for c, s, n in rows]
    y = {"field": "c", "type": "nominal", "title": None, "sort": list(categories), "axis": {"ticks": False}}
    offset = {"field": "s", "sort": list(names)}
    x: dict[str, Any] = {"field": "n", "type": "quantitative", "title": value, "axis": {"format": form, "tickCount": 6}}
    colour = {"field": "s", "type": "nominal", "title": series, "scale": _scale(names), "legend": {"orient": "top"}}
    place = {"y": y, "yOffset": offset, "x": x}
    bar = {"mark": {"type": "bar"}, "encoding": place | {"color": colour, "description": _WORDS}}
    text = {"field": "n", "type": "quantitative", "format": form}
    words = {"mark": {"type": "text", "align": "left", "dx": 5, "aria": False}, "encoding": place | {"text": text}}
    table = {(c, s): n for c, s, n in rows}
    twin: list[Cells] = [
        (c, *(_shown(table[c, s], form) if (c, s) in table else "–" for s in names)) for c in categories
    ]
    spec = spec_of(data, width=WIDTH, height={"step": 22}, layer=[bar, words])
    return Chart(title, summary, (category, *names), tuple(twin), spec)


def lines(
    title: str, summary: str, *, time: str, series: str, value: str, rows: Sequence[tuple[str, str, int]],
    times: Sequence[str], names: Sequence[str],
) -> Chart:  # fmt: skip
    """Return a line for each series over ordered `times`; lines differ in colour, dashes and the shape of points."""
    data = [{"t": t, "s": s, "n": n, "words": f"{t}, {s}: {n}"} for t, s, n in rows]
    dashes = {"domain": list(names), "range": [DASHES[at % len(DASHES)] for at in range(len(names))]}
    every = max(1, len(times) // 12)
    labels = [t for at, t in enumerate(times) if at % every == 0]
    field = {"field": "s", "type": "nominal", "title": series}
    spec = spec_of(
        data,
        width=WIDTH,
        height=300,
        encoding={
            "x": {
                "field": "t", "type": "ordinal", "title": time, "sort": list(times),
                "axis": {"values": labels, "labelAngle": 0},
            },
            "y": {"field": "n", "type": "quantitative", **_whole(value)},
            "color": field | {"scale": _scale(names), "legend": {"orient": "top", "columns": 3}},
        },
        layer=[
            {
                "mark": {"type": "line", "strokeWidth": 2.5, "aria": False},
                "encoding": {"strokeDash": field | {"scale": dashes, "legend": None}},
            },
            {
                "mark": {"type": "point", "size": 60, "filled": True, "opacity": 1},
                "encoding": {
                    "shape": field | {"scale": {"domain": list(names)}, "legend": {"orient": "top", "columns": 3}},
                    "description": _WORDS,
                },
            },
        ],
    )  # fmt: skip
    table = {(t, s): n for t, s, n in rows}
    twin: list[Cells] = [(t, *(table.get((t, s), 0) for s in names)) for t in times]
    return Chart(title, summary, (time, *names), tuple(twin), spec)


def heat_map(
    title: str, summary: str, *, row: str, column: str, value: str, rows: Sequence[tuple[str, str, int]],
    row_names: Sequence[str], column_names: Sequence[str],
) -> Chart:  # fmt: skip
    """Return a field of numbers on shaded ground; the shade repeats what the number says."""
    table = {(r, c): n for r, c, n in rows}
    data = [
        {"r": r, "c": c, "n": table.get((r, c), 0), "words": f"{r}, {c}: {table.get((r, c), 0)} {value}"}
        for r in row_names
        for c in column_names
    ]
    most = max(table.values(), default=0)
    steps = [1, max(2, most // 6), max(3, most // 3), max(4, 2 * most // 3)]
    y = {"field": "r", "type": "nominal", "title": None, "sort": list(row_names), "axis": {"ticks": False}}
    x = {
        "field": "c", "type": "nominal", "title": None, "sort": list(column_names),
        "axis": {"orient": "top", "labelAngle": 0, "ticks": False},
    }  # fmt: skip
    colour = {
        "field": "n", "type": "quantitative", "title": value,
        "scale": {"type": "threshold", "domain": steps, "range": list(SHADES)}, "legend": None,
    }  # fmt: skip
    dark = {"condition": {"test": f"datum.n >= {steps[2]}", "value": LABEL}, "value": INK}
    rect = {
        "mark": {"type": "rect", "stroke": GROUND, "strokeWidth": 2},
        "encoding": {"y": y, "x": x, "color": colour, "description": _WORDS},
    }
    words = {
        "mark": {"type": "text", "aria": False},
        "encoding": {"y": y, "x": x, "text": {"field": "n", "type": "quantitative"}, "color": dark},
    }
    del column
    twin: list[Cells] = [(r, *(table.get((r, c), 0) for c in column_names)) for r in row_names]
    width = max(320, 110 * len(column_names))
    spec = spec_of(data, width=width, height={"step": 32}, layer=[rect, words])
    return Chart(title, summary, (row, *column_names), tuple(twin), spec, width + 300)


_NAME: Final = 420
"""Pixels beside a network for the names of its outermost things."""


def network(title: str, summary: str, *, columns: tuple[str, str, str], links: Sequence[Link]) -> Chart:
    """Return what calls what, from left to right: a thing stands right of everything that calls it."""
    ranks = _ranks(links)
    levels: dict[int, list[str]] = {}
    for name in sorted(ranks, key=lambda one: (ranks[one], one.casefold())):
        levels.setdefault(ranks[name], []).append(name)
    places = {name: (rank, at) for rank, names in levels.items() for at, name in enumerate(names)}
    tallest = max((len(names) for names in levels.values()), default=1)
    last = max(levels, default=0)
    # Names stand outside, where no arrow goes; between two columns they need room above their point.
    gap = 220 if last < 2 else 440
    width = 2 * _NAME + gap * last
    nodes: list[dict[str, Any]] = [
        {"x": _NAME + gap * rank, "y": _middle(place, levels, rank, tallest), "name": name, "r": rank}
        for name, (rank, place) in places.items()
    ]
    at = {node["name"]: node for node in nodes}
    edges = [
        {"x": at[link.source]["x"] + 12, "y": at[link.source]["y"], "x2": at[link.target]["x"] - 12,
         "y2": at[link.target]["y"], "words": f"{link.source} → {link.target}"}
        for link in links
    ]  # fmt: skip
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, width]}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [tallest - 0.4, -0.6]}}
    named = {"field": "name", "type": "nominal", "title": columns[0]}
    words = {"x": x, "y": y, "text": named}
    text = {"type": "text", "limit": _NAME - 20, "aria": False}
    labels = [
        ("datum.r == 0", text | {"align": "right", "dx": -14}),
        (f"datum.r > 0 && datum.r < {last}", text | {"align": "left", "dx": 10, "dy": -14}),
        (f"datum.r > 0 && datum.r == {last}", text | {"align": "left", "dx": 14}),
    ]
    spec = spec_of(
        nodes,
        width=width,
        height=max(90, 56 * tallest),
        layer=[
            {
                "data": {"values": edges},
                "mark": {"type": "rule", "strokeWidth": 2, "color": QUIET},
                "encoding": {
                    "x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "description": _WORDS,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 160, "color": COLOURS[0], "opacity": 1},
                "encoding": {"x": x, "y": y, "description": named},
            },
            # Words over a line stay readable on a seam of the ground's colour.
            *(
                {"mark": label | seam, "encoding": words, "transform": [{"filter": which}]}
                for which, label in labels
                for seam in ({"stroke": GROUND, "strokeWidth": 5, "strokeJoin": "round"}, {})
            ),
        ],
    )  # fmt: skip
    twin = tuple((link.source, link.words, link.target) for link in links)
    return Chart(title, summary, columns, twin, spec, width)


def _middle(at: int, levels: dict[int, list[str]], rank: int, tallest: int) -> float:
    """Return the height of a thing so that short columns stand in the middle of the tall ones."""
    return at + (tallest - len(levels[rank])) / 2


def _ranks(links: Sequence[Link]) -> dict[str, int]:
    """Return how far right each thing stands; circles end where they were entered."""
    targets: dict[str, list[str]] = {}
    for link in links:
        targets.setdefault(link.source, []).append(link.target)
        targets.setdefault(link.target, [])
    ranks = dict.fromkeys(targets, 0)
    for _round in range(len(targets)):
        moved = False
        for source, callees in targets.items():
            for callee in callees:
                if ranks[callee] <= ranks[source] < len(targets) and not _reaches(targets, callee, source):
                    ranks[callee] = ranks[source] + 1
                    moved = True
        if not moved:
            break
    return ranks


def _reaches(targets: dict[str, list[str]], start: str, wanted: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == wanted:
            return True
        waiting += [one for one in targets[here] if one not in seen]
        seen.update(targets[here])
    return False
