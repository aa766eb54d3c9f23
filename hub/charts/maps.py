"""A map of points and the connections between them."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.charts.shapes import COLOURS, GROUND, QUIET, RULE, Cells, Chart, spec_of

WORDS = {"field": "words", "type": "nominal"}


class Dot(NamedTuple):
    """A named point, in degrees (WGS 84), with what a screen reader says of it."""

    name: str
    latitude: float
    longitude: float
    words: str


class Way(NamedTuple):
    """A connection between two points, with what a screen reader says of it."""

    start: Dot
    end: Dot
    words: str


def points(
    title: str, summary: str, *, columns: tuple[str, ...], rows: Sequence[Cells], dots: Sequence[Dot],
    ways: Sequence[Way], ground: Sequence[Dot],
) -> Chart:  # fmt: skip
    """Return a map: `dots` joined by `ways` before faint points for orientation; `rows` are its table twin."""
    at = {"longitude": {"field": "x", "type": "quantitative"}, "latitude": {"field": "y", "type": "quantitative"}}
    named = at | {"text": {"field": "name", "type": "nominal"}}
    label = {"type": "text", "dy": -8, "fontWeight": 600, "aria": False}
    lines = [
        {"x": way.start.longitude, "y": way.start.latitude, "x2": way.end.longitude, "y2": way.end.latitude,
         "words": way.words}
        for way in ways
    ]  # fmt: skip
    spec = spec_of(
        [_row(dot) for dot in dots],
        width=480,
        height=560,
        projection={"type": "mercator"},
        layer=[
            {
                "data": {"values": [_row(dot) for dot in ground]},
                "mark": {"type": "point", "filled": True, "size": 30, "color": RULE, "opacity": 1, "aria": False},
                "encoding": at,
            },
            {
                "data": {"values": [_row(dot) for dot in _readable(ground, dots)]},
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "color": QUIET, "aria": False},
                "encoding": named,
            },
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "strokeWidth": 2, "color": COLOURS[0]},
                "encoding": at
                | {"longitude2": {"field": "x2"}, "latitude2": {"field": "y2"}, "description": WORDS},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 140, "color": COLOURS[0], "opacity": 1},
                "encoding": at | {"description": WORDS},
            },
            *(
                {
                    "data": {"values": [_row(dot) for dot in dots if _crowded(dot, dots) == crowded]},
                    "mark": label | {"align": align, "dx": shift} | seam,
                    "encoding": named,
                }
                for crowded, align, shift in ((False, "left", 9), (True, "right", -9))
                # Words over a line stay readable on a seam of the ground's colour.
                for seam in ({"stroke": GROUND, "strokeWidth": 5, "strokeJoin": "round"}, {})
            ),
        ],
    )  # fmt: skip
    return Chart(title, summary, columns, tuple(rows), spec, 480)


def _row(dot: Dot) -> dict[str, object]:
    return {"x": dot.longitude, "y": dot.latitude, "name": dot.name, "words": dot.words}


def _crowded(dot: Dot, dots: Sequence[Dot]) -> bool:
    """Whether another point lies where this one's name would stand, so that the name goes to its left."""
    return any(0 < other.longitude - dot.longitude < 0.6 and abs(other.latitude - dot.latitude) < 0.1 for other in dots)


def _readable(ground: Sequence[Dot], dots: Sequence[Dot]) -> list[Dot]:
    """Return the points for orientation whose names stand clear of all others."""
    kept: list[Dot] = []
    for one in ground:
        taken = (*kept, *dots)
        if all(abs(one.latitude - at.latitude) > 0.1 or abs(one.longitude - at.longitude) > 0.9 for at in taken):
            kept.append(one)
    return kept
