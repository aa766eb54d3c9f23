"""Orthogonal courses for sequence flows between ordered, placed items.

A vertical piece runs in the channel between two columns, where no node stands, or directly above or
below a gateway, a loop's node or a boundary event if nothing is in the way there. So no flow runs
through a foreign node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from hub.bpmn.layout.graph import Item, Link
from hub.bpmn.typeset.paths import Point, simplify

TRACK: Final = 11.0
"""Distance between parallel vertical pieces."""
MARGIN: Final = 20.0
"""Distance between a column and the first vertical piece."""
DETOUR: Final = 10.0
"""Distance between the tracks of very long connections."""
LEAST: Final = 44.0
"""Narrowest channel that connections pass."""


@dataclass(slots=True, eq=False)
class Vertical:
    """A vertical piece in a channel: it comes from `start` on the left and leaves at `end` on the right."""

    start: float
    end: float
    group: tuple[str, int] | None = None
    x: float = 0.0

    @property
    def low(self) -> float:
        """Upper end."""
        return min(self.start, self.end)

    @property
    def high(self) -> float:
        """Lower end."""
        return max(self.start, self.end)


_Step = Callable[[], Point]


@dataclass(slots=True)
class Wiring:
    """The courses of all links; points are known once columns and channels have their x."""

    channels: list[list[Vertical]]
    room: list[float]
    """Width each channel needs for labels."""
    courses: list[tuple[Link, list[_Step]]] = field(default_factory=list)
    _known: dict[int, list[list[Vertical]]] = field(default_factory=dict)

    def width(self, channel: int) -> float:
        """Return how wide a channel has to be."""
        tracks = self._known[channel] = _tracks(self.channels[channel])
        wide = 2 * MARGIN + TRACK * max(0, len(tracks) - 1)
        return max(LEAST, wide, self.room[channel] + (TRACK * len(tracks) if tracks else 0))

    def place(self, channel: int, left: float, right: float) -> None:
        """Spread the vertical pieces of a channel between `left` and `right`."""
        tracks = self._known.get(channel) or _tracks(self.channels[channel])
        if not tracks:
            return
        used = TRACK * (len(tracks) - 1)
        start = left + MARGIN if self.room[channel] > 0 else left + max(MARGIN, (right - left - used) / 2)
        for index, track in enumerate(tracks):
            for vertical in track:
                vertical.x = start + index * TRACK

    def points(self) -> list[tuple[Link, list[Point]]]:
        """Return the courses as points."""
        found = []
        for link, steps in self.courses:
            points = simplify([step() for step in steps])
            found.append((link, points[::-1] if link.backward else points))
        return found


def _tracks(verticals: Sequence[Vertical]) -> list[list[Vertical]]:
    """Assign vertical pieces to tracks, left to right, so that none overlap and few cross."""
    groups: dict[object, list[Vertical]] = {}
    for vertical in verticals:
        groups.setdefault(vertical.group or vertical, []).append(vertical)
    spans = []
    for group in groups.values():
        low, high = min(v.low for v in group), max(v.high for v in group)
        down = sum(v.end - v.start for v in group) >= 0
        # Going down: the one that starts lowest turns first. Going up: the one that starts highest.
        spans.append((low, high, -group[0].start if down else group[0].start, group))
    spans.sort(key=lambda span: span[2])
    tracks: list[list[tuple[float, float]]] = []
    result: list[list[Vertical]] = []
    for low, high, _, group in spans:
        index = len(tracks)
        while index and all(high + 6 < a or low - 6 > b for a, b in tracks[index - 1]):
            index -= 1
        if index == len(tracks):
            tracks.append([])
            result.append([])
        tracks[index].append((low, high))
        result[index] += group
    return result


def wire(
    links: Sequence[Link],
    columns: Sequence[Sequence[Item]],
    events: dict[str, Callable[[], Point]],
    feet: Sequence[float],
) -> Wiring:
    """Find the courses of all links.

    `events` tells where the lower edge of a boundary event is, `feet` where the columns of each band end.
    """
    wiring = Wiring([[] for _ in range(len(columns) + 1)], [0.0] * (len(columns) + 1))
    for link in links:
        if link.detour:
            wiring.courses.append((link, _detour(link, feet, wiring)))
        if not link.chain:
            continue
        steps = _backward(link, columns, wiring) if link.backward else _forward(link, columns, wiring, events)
        wiring.courses.append((link, steps))
        if link.label is not None:
            channel = link.chain[0].layer + 1
            wiring.room[channel] = max(wiring.room[channel], link.label.width + 22)
    return wiring


def _fixed(item: Item, dx: float, dy: float, y: float | None = None) -> _Step:
    return lambda: (item.x + dx, (item.y if y is None else y) + dy)


def _at(vertical: Vertical, y: float) -> _Step:
    return lambda: (vertical.x, y)


def _turn(wiring: Wiring, channel: int, start: float, end: float, group: tuple[str, int] | None) -> list[_Step]:
    vertical = Vertical(start, end, group)
    wiring.channels[channel].append(vertical)
    return [_at(vertical, start), _at(vertical, end)]


def _same(a: float, b: float) -> bool:
    return abs(a - b) < 0.5


def _forward(
    link: Link, columns: Sequence[Sequence[Item]], wiring: Wiring, events: dict[str, Callable[[], Point]]
) -> list[_Step]:
    source, target = link.source, link.target
    following = link.chain[1]
    y = following.y
    steps: list[_Step]
    if link.event is not None:
        steps = _from_event(link, columns, wiring, events)
    elif _same(source.y, y):
        steps = [_fixed(source, source.width / 2, 0)]
    elif _corner(source, y, columns, "out"):
        half = source.height / 2 * (1 if y > source.y else -1)
        steps = [_fixed(source, 0, half), _fixed(source, 0, 0, y)]
    elif following is target and _corner(target, source.y, columns, "in"):
        half = target.height / 2 * (1 if source.y > target.y else -1)
        return [_fixed(source, source.width / 2, 0), _fixed(target, 0, 0, source.y), _fixed(target, 0, half)]
    else:
        steps = [_fixed(source, source.width / 2, 0)]
        steps += _turn(wiring, source.layer + 1, source.y, y, ("out", id(source)))
    for left, right in pairwise(link.chain[1:]):
        if _same(left.y, right.y):
            continue
        if right is target and _corner(target, left.y, columns, "in"):
            half = target.height / 2 * (1 if left.y > target.y else -1)
            return [*steps, _fixed(target, 0, 0, left.y), _fixed(target, 0, half)]
        group = ("in", id(target)) if right is target else None
        steps += _turn(wiring, right.layer, left.y, right.y, group)
    steps.append(_fixed(target, -target.width / 2, 0))
    return steps


def _from_event(
    link: Link, columns: Sequence[Sequence[Item]], wiring: Wiring, events: dict[str, Callable[[], Point]]
) -> list[_Step]:
    host, y = link.source, link.chain[1].y
    where = events[link.event.id] if link.event is not None else lambda: (host.x, host.y)
    foot = host.y + host.height / 2 + 18

    def down_to(height: float) -> _Step:
        return lambda: (where()[0], height)

    steps: list[_Step] = [where]
    if y > foot + 8 and _clear(host, y, columns):
        return [*steps, down_to(y)]
    place = next((index for index, event in enumerate(host.boundary) if event is link.event), 0)
    lower = foot + 10 + 5 * (place % 3)
    steps.append(down_to(lower))
    return steps + _turn(wiring, host.layer + 1, lower, y, None)


def _detour(link: Link, feet: Sequence[float], wiring: Wiring) -> list[_Step]:
    """Down beside the source, along below the band, up beside the target."""
    source, target = link.source, link.target
    y = feet[max(source.band, target.band)] + DETOUR * link.detour
    steps: list[_Step] = [_fixed(source, source.width / 2, 0)]
    steps += _turn(wiring, source.layer + 1, source.y, y, ("out", id(source)))
    steps += _turn(wiring, target.layer, y, target.y, ("in", id(target)))
    steps.append(_fixed(target, -target.width / 2, 0))
    return steps[::-1] if link.backward else steps


def _backward(link: Link, columns: Sequence[Sequence[Item]], wiring: Wiring) -> list[_Step]:
    """The course from left to right, so from the flow's target to its source."""
    first, last, target, source = link.chain[0], link.chain[-1], link.target, link.source
    steps: list[_Step]
    if _over(target, first, columns, "in"):
        half = target.height / 2 * (1 if first.y > target.y else -1)
        steps = [_fixed(target, 0, half), _fixed(target, 0, 0, first.y)]
    else:
        steps = [_fixed(target, -target.width / 2, 0)]
        steps += _turn(wiring, target.layer, target.y, first.y, ("in", id(target)))
    for left, right in pairwise(link.chain):
        if not _same(left.y, right.y):
            steps += _turn(wiring, right.layer, left.y, right.y, None)
    if _over(source, last, columns, "out"):
        half = source.height / 2 * (1 if last.y > source.y else -1)
        return [*steps, _fixed(source, 0, 0, last.y), _fixed(source, 0, half)]
    steps += _turn(wiring, source.layer + 1, last.y, source.y, ("back", id(source)))
    return [*steps, _fixed(source, source.width / 2, 0)]


def _corner(item: Item, y: float, columns: Sequence[Sequence[Item]], use: str) -> bool:
    """Whether a connection may meet the upper or lower corner of a gateway; takes the corner if so."""
    if item.element is None or not item.element.type.endswith("Gateway"):
        return False
    return _clear(item, y, columns) and _take(item, "bottom" if y > item.y else "top", use)


def _over(item: Item, bend: Item, columns: Sequence[Sequence[Item]], use: str) -> bool:
    """Whether a connection that leads back may meet a node from above or below."""
    if _same(item.y, bend.y) or abs(item.y - bend.y) < item.height / 2 + 4:
        return False
    side = "bottom" if bend.y > item.y else "top"
    if side == "bottom" and (item.boundary or item.below):
        return False
    if side == "top" and item.above:
        return False
    return _clear(item, bend.y, columns) and _take(item, side, use)


def _take(item: Item, side: str, use: str) -> bool:
    if item.ports.get(side, use) != use:
        return False
    item.ports[side] = use
    return True


def _clear(item: Item, y: float, columns: Sequence[Sequence[Item]]) -> bool:
    """Whether nothing stands in the column of `item` between it and `y`, and no other line runs at `y`."""
    low, high = min(item.y, y) - 8, max(item.y, y) + 8
    down = y > item.y
    if item.below if down else item.above:
        return False
    for other in columns[item.layer]:
        if other is item:
            continue
        if other.real:
            if (other.y > item.y) == down and other.y - other.up < high and other.y + other.down > low:
                return False
        elif other.anchor is not item and abs(other.y - y) < 6:
            return False
    return True
