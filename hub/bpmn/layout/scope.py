"""Lay out the flow nodes of a process, or of all processes of a collaboration, in common columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.layout.graph import Box, Item, Link, Satellite, Sheet
from hub.bpmn.layout.layers import assign_layers
from hub.bpmn.layout.order import make_chains, order_columns
from hub.bpmn.layout.router import loop
from hub.bpmn.layout.rows import assign_rows
from hub.bpmn.layout.wires import DETOUR, wire
from hub.bpmn.typeset import labels
from hub.bpmn.typeset.paths import Point
from hub.bpmn.vocabulary import Kind

EVENT: Final = 36.0
GAP: Final = 24.0
"""Between satellites and what they belong to, and between isolated nodes."""


class Arrangement:
    """Items of one scope with their places: columns from left to right, bands from top to bottom."""

    def __init__(
        self,
        items: Sequence[Item],
        links: Sequence[Link],
        messages: Sequence[tuple[Item, Item]],
        bands: int,
        lowest: Collection[int] | None = None,
    ) -> None:
        """Work out columns, order, rows and courses.

        `lowest` are the bands below which no sequence flow passes (each pool's last one); isolated nodes of
        other bands must keep to columns, so that lines can pass between them. None means all bands.
        """
        joined = {item for link in links for item in (link.source, link.target)}
        talking = {item for pair in messages for item in pair if len(set(pair) & joined) == 1}
        isolated = [item for item in items if item not in joined and item not in talking]
        if joined:
            self.loose = [item for item in isolated if lowest is None or item.band in lowest]
        else:
            self.loose = [item for item in items if item not in talking]
        out = set(self.loose)
        self.items = [item for item in items if item not in out]
        self.links = list(links)
        self.bands = bands
        self._joined = joined
        self._run(messages)

    def _run(self, messages: Sequence[tuple[Item, Item]]) -> None:
        for item in (*self.items, *self.loose):
            measure(item)
        known = {id(item) for item in self.items}
        assign_layers(
            self.items, self.links, [pair for pair in messages if id(pair[0]) in known and id(pair[1]) in known]
        )
        self._spread(messages)
        count = max((item.layer for item in self.items), default=-1) + 1
        self.columns: list[list[Item]] = [[] for _ in range(count)]
        for item in self.items:
            self.columns[item.layer].append(item)
        make_chains(self.links, self.columns)
        order_columns(self.columns)
        self.heights = assign_rows(self.columns, self.bands)
        self.feet = list(self.heights)
        for link in self.links:
            if link.detour:
                band = max(link.source.band, link.target.band)
                self.heights[band] = max(self.heights[band], self.feet[band] + DETOUR * (link.detour + 2))
        self.edges = self._edges()
        self._place_loose()
        self.tops = [0.0] * self.bands

    def _spread(self, messages: Sequence[tuple[Item, Item]]) -> None:
        """Put isolated nodes into the columns of those they exchange messages with, others one after the other."""
        placed = set(self._joined)
        for source, target in messages:
            if source in placed and target not in placed:
                target.layer = source.layer
            elif target in placed and source not in placed:
                source.layer = target.layer
            else:
                continue
            placed |= {source, target}
        last = max((item.layer for item in self._joined), default=0)
        number = 0
        for item in self.items:
            if item not in placed:
                item.layer = last if item.width > 170 else number % (last + 1)
                number += 1

    def _edges(self) -> list[tuple[float, float]]:
        """Half widths of the columns, left and right of their middle."""
        return [
            (max((item.left for item in column), default=0.0), max((item.right for item in column), default=0.0))
            for column in self.columns
        ]

    def _place_loose(self) -> None:
        """Put isolated nodes in rows below the rest of their band."""
        rough = sum(left + right for left, right in self.edges) + 50 * len(self.edges)
        limit = max(rough, 700.0)
        at: dict[int, tuple[float, float, float]] = {}
        self._loose_width = 0.0
        for item in self.loose:
            x, y, tall = at.get(
                item.band, (0.0, self.heights[item.band] + (GAP if self.heights[item.band] else 0), 0.0)
            )
            wide, high = item.left + item.right, item.up + item.down
            if x and x + wide > limit:
                x, y, tall = 0.0, y + tall + GAP, 0.0
            item.x, item.y = x + item.left, y + item.up
            x, tall = x + wide + GAP + 6, max(tall, high)
            self._loose_width = max(self._loose_width, x - GAP - 6)
            at[item.band] = (x, y, tall)
        for band, (_, y, tall) in at.items():
            self.heights[band] = y + tall

    def settle(self, tops: Sequence[float], left: float) -> Sheet:
        """Give everything its final place: bands start at `tops`, content at `left`; returns the drawing."""
        for item in (*(item for column in self.columns for item in column), *self.loose):
            item.y += tops[item.band]
        for item in self.loose:
            item.x += left
        where = self._events()
        feet = [top + foot for top, foot in zip(tops, self.feet, strict=True)]
        wiring = wire(self.links, self.columns, where, feet)
        x = left + (wiring.width(0) - 20 if wiring.channels[0] else 0.0) if self.columns else left
        wiring.place(0, left, x)
        for index, (column, (half_left, half_right)) in enumerate(zip(self.columns, self.edges, strict=True)):
            for item in column:
                item.x = x + half_left
            right = x + half_left + half_right
            last = index + 1 == len(self.columns)
            wide = wiring.width(index + 1) if not last or wiring.channels[index + 1] else 0.0
            wiring.place(index + 1, right, right + wide)
            x = right + wide
        self.right = max(x, left + self._loose_width)
        sheet = Sheet()
        for item in (*self.items, *self.loose):
            _put(item, sheet, where)
        for link, points in wiring.points():
            sheet.lines[link.flow.id] = points
        for link in self.links:
            if link.source is link.target:
                sheet.lines[link.flow.id] = loop(box_bounds(sheet.boxes[_id(link.source)]))
        return sheet

    def _events(self) -> dict[str, Callable[[], Point]]:
        """Spread boundary events along the lower edge of their hosts: the branch that ends highest is rightmost."""
        leads: dict[str, float] = {}
        for link in self.links:
            if link.event is not None and len(link.chain) > 1:
                leads[link.event.id] = min(leads.get(link.event.id, 1e9), link.chain[1].y)
        found: dict[str, Callable[[], Point]] = {}
        for item in (*self.items, *self.loose):
            item.boundary.sort(key=lambda event: -leads.get(event.id, 1e9))
            step = min(56.0, (item.width - 16) / max(len(item.boundary), 1))
            for index, event in enumerate(reversed(item.boundary)):
                found[event.id] = _event_place(item, item.width / 2 - 26 - index * step)
        return found


def _id(item: Item) -> str:
    return item.element.id if item.element is not None else ""


def _event_place(item: Item, dx: float) -> Callable[[], Point]:
    return lambda: (item.x + dx, item.y + item.height / 2 + EVENT / 2)


def measure(item: Item) -> None:
    """Work out the room an item needs around its middle."""
    element = item.element
    if element is None:
        return
    item.up = item.down = item.height / 2
    item.left = item.right = item.width / 2
    if labels_outside(item) and (label := element.label.strip()):
        block = labels.block(label, item.width)
        if element.kind is Kind.GATEWAY:
            item.up += block.height + 5
        else:
            item.down += block.height + 5
        item.left = item.right = max(item.left, block.width / 2)
    if item.boundary:
        item.width = max(item.width, 40.0 * len(item.boundary) + 20)
        item.left = item.right = max(item.left, item.width / 2)
        tall = max((labels.block(e.label, EVENT).height for e in item.boundary if e.label.strip()), default=0.0)
        item.down = item.height / 2 + EVENT / 2 + 16 + tall
        if tall:
            item.right += 30
    for satellites, up in ((item.above, True), (item.below, False)):
        if satellites:
            room = GAP + max(s.height + s.label for s in satellites)
            wide = sum(s.width for s in satellites) + GAP * (len(satellites) - 1)
            if up:
                item.up += room
            else:
                item.down += room
            item.left, item.right = max(item.left, wide / 2), max(item.right, wide / 2)


def labels_outside(item: Item) -> bool:
    """Whether the label of this node stands outside of it."""
    return item.element is not None and item.element.kind in (Kind.EVENT, Kind.GATEWAY, Kind.DATA, Kind.CONVERSATION)


def _put(item: Item, sheet: Sheet, where: dict[str, Callable[[], Point]]) -> None:
    element = item.element
    if element is None:
        return
    x, y = item.x - item.width / 2, item.y - item.height / 2
    box = Box(x, y, item.width, item.height, marker=element.type == "exclusiveGateway")
    sheet.boxes[element.id] = box
    if item.inner is not None:
        box.expanded = True
        sheet.take(item.inner, x, y)
    elif element.type in ("subProcess", "transaction", "adHocSubProcess", "subChoreography"):
        box.expanded = False
    for event in item.boundary:
        ex, ey = where[event.id]()
        sheet.boxes[event.id] = Box(ex - EVENT / 2, ey - EVENT, EVENT, EVENT)
    _put_satellites(item, item.above, item.y - item.height / 2, sheet, up=True)
    _put_satellites(item, item.below, item.y + item.height / 2, sheet, up=False)


def _put_satellites(item: Item, satellites: Sequence[Satellite], edge: float, sheet: Sheet, *, up: bool) -> None:
    x = item.x - (sum(s.width for s in satellites) + GAP * (len(satellites) - 1)) / 2
    label = (
        labels.block(item.element.label, item.width).height + 5
        if item.element is not None and labels_outside(item) and item.element.label.strip()
        else 0.0
    )
    gateway = item.element is not None and item.element.kind is Kind.GATEWAY
    for s in satellites:
        if up:
            top = edge - GAP - s.label - s.height - (label if gateway else 0)
        else:
            top = edge + GAP + (0 if gateway else label)
        real = (
            36.0
            if s.element.type.startswith("dataObject") or s.element.type in ("dataInput", "dataOutput")
            else s.width
        )
        real = 50.0 if s.element.type.startswith("dataStore") else real
        sheet.boxes[s.element.id] = Box(x + (s.width - real) / 2, top, real, s.height)
        x += s.width + GAP


def box_bounds(box: Box) -> Bounds:
    """Return the rectangle of a box."""
    return Bounds(box.x, box.y, box.width, box.height)
