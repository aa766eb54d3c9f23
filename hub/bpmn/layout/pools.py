"""Pools and lanes around common columns, and the order of pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

from hub.bpmn.layout.graph import Box, Sheet
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset.text import fit
from hub.bpmn.vocabulary import Kind

HEADER: Final = 30.0
PAD: Final = 22.0
BLACK_BOX: Final = 60.0
_LEAST: Final = 100.0


@dataclass(slots=True)
class Band:
    """A stripe across the drawing: an innermost lane, or all of a process without lanes."""

    lane: Element | None
    top: float = 0.0
    height: float = 0.0


@dataclass(slots=True)
class Pool:
    """A participant, or a process without one, with its bands."""

    participant: Element | None
    process: Element | None
    bands: list[Band] = field(default_factory=list)
    first: int = 0
    """Number of its first band."""
    top: float = 0.0
    bottom: float = 0.0


def make_pools(model: Model, participants: Sequence[Element], processes: Sequence[Element]) -> list[Pool]:
    """Return the pools of a collaboration in drawing order, or one without frame per process."""
    pools: list[Pool] = []
    for participant in participants:
        process = participant.reference("processRef")
        if process is not None and not any(child.is_node or child.kind is Kind.LANE_SET for child in process.children):
            process = None
        if process is not None and any(pool.process is process for pool in pools):
            process = None
        pools.append(Pool(participant, process))
    pools = _ordered(model, pools)
    pools += [Pool(None, process) for process in processes]
    number = 0
    for pool in pools:
        pool.first = number
        if pool.process is not None:
            pool.bands = [Band(lane) for lane in _leaves(pool.process)] or [Band(None)]
            number += len(pool.bands)
    return pools


def _lane_sets(element: Element) -> list[Element]:
    return [
        lane
        for child in element.children
        if child.kind is Kind.LANE_SET
        for lane in child.children
        if lane.kind is Kind.LANE
    ]


def _leaves(element: Element) -> list[Element]:
    found = []
    for lane in _lane_sets(element):
        found += _leaves(lane) or [lane]
    return found


def lane_depth(element: Element) -> int:
    """Return how many lane headers stand side by side."""
    return max((1 + lane_depth(lane) for lane in _lane_sets(element)), default=0)


def _ordered(model: Model, pools: list[Pool]) -> list[Pool]:
    """Order few pools so that messages pass as few others as possible; equals keep the order of the file."""
    count = len(pools)
    if not 2 < count <= 6:
        return pools
    index = {pool.participant.id: number for number, pool in enumerate(pools) if pool.participant is not None}
    pairs: dict[tuple[int, int], int] = {}
    for flow in model.message_flows:
        ends = [end.pool for end in (flow.source, flow.target) if end is not None]
        numbers = [index[pool.id] for pool in ends if pool is not None and pool.id in index]
        if len(numbers) == 2 and numbers[0] != numbers[1]:
            pair = (min(numbers), max(numbers))
            pairs[pair] = pairs.get(pair, 0) + 1

    def cost(order: tuple[int, ...]) -> int:
        place = {number: at for at, number in enumerate(order)}
        return sum(weight * (abs(place[a] - place[b]) - 1) for (a, b), weight in pairs.items())

    return [pools[number] for number in min(permutations(range(count)), key=lambda order: (cost(order), order))]


def stack(pools: Sequence[Pool], heights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Set tops and heights of pools and bands; returns where the content of each band starts.

    `gaps` is the space after each pool.
    """
    tops: list[float] = []
    y = 0.0
    for pool, gap in zip(pools, gaps, strict=True):
        pool.top = y
        if not pool.bands:
            y += BLACK_BOX
        for offset, band in enumerate(pool.bands):
            framed = pool.participant is not None or band.lane is not None
            content = heights[pool.first + offset]
            band.top = y
            band.height = max(content + 2 * PAD, _least(band.lane)) if framed else content
            tops.append(y + (band.height - content) / 2)
            y += band.height
        missing = _least(pool.participant) - (y - pool.top) if pool.bands and pool.participant is not None else 0.0
        if missing > 0:
            pool.bands[-1].height += missing
            y += missing
        pool.bottom = y
        y += gap
    return tops


def _least(named: Element | None) -> float:
    """Return how high a stripe must be for its name, which is written upwards."""
    height = _LEAST
    while named is not None and height < 400 and fit(named.label, height - 8, HEADER, (12.0, 11.0, 10.0)).cut:
        height += 30
    return height


def frames(pools: Sequence[Pool], width: float, sheet: Sheet) -> None:
    """Draw pools and lanes, all `width` wide."""
    boxes: dict[str, Box] = {}
    for pool in pools:
        left = 0.0
        if pool.participant is not None:
            horizontal = True
            boxes[pool.participant.id] = Box(0.0, pool.top, width, pool.bottom - pool.top, horizontal=horizontal)
            left = HEADER
        if pool.process is not None:
            band_of = {band.lane.id: band for band in pool.bands if band.lane is not None}
            _lanes(pool.process, left, width, band_of, boxes)
    sheet.boxes = {**boxes, **sheet.boxes}


def _lanes(
    element: Element, left: float, right: float, band_of: dict[str, Band], boxes: dict[str, Box]
) -> tuple[float, float]:
    top, bottom = float("inf"), float("-inf")
    for lane in _lane_sets(element):
        band = band_of.get(lane.id)
        # Outer lanes come first, so that inner ones are drawn on top of them.
        boxes[lane.id] = Box(left, 0.0, right - left, 0.0, horizontal=True)
        if band is not None:
            low, high = band.top, band.top + band.height
        else:
            low, high = _lanes(lane, left + HEADER, right, band_of, boxes)
        boxes[lane.id].y, boxes[lane.id].height = low, high - low
        top, bottom = min(top, low), max(bottom, high)
    return top, bottom
