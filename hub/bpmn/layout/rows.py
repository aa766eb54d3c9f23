"""Heights: straight lines where possible, nothing overlapping, little room wasted.

Items joined by a connection that is to run straight form a block with one height (the idea of Brandes
and Köpf 2002, with one alignment: the longest paths first). Blocks are packed from the top of their band
and then moved towards their neighbours as far as the packing allows.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.layout.graph import Item

_SWEEPS: Final = 6


def assign_rows(columns: Sequence[Sequence[Item]], bands: int) -> list[float]:
    """Set `y` of all items, counted from the top of their band; returns the height of each band's content."""
    block_of = _blocks(columns)
    members: dict[int, list[Item]] = {}
    for column in columns:
        for item in column:
            members.setdefault(block_of[item], []).append(item)
    below: dict[int, dict[int, float]] = {block: {} for block in members}
    above: dict[int, dict[int, float]] = {block: {} for block in members}
    top: dict[int, float] = {block: max(item.up for item in items) for block, items in members.items()}
    foot: dict[int, float] = {block: max(item.down for item in items) for block, items in members.items()}
    for column in columns:
        for upper, lower in pairwise(column):
            if upper.band != lower.band:
                continue
            a, b = block_of[upper], block_of[lower]
            need = upper.down + lower.up + _gap(upper, lower)
            if need > below[a].get(b, -1.0):
                below[a][b] = above[b][a] = need
    order = _sorted(below, above)
    extra = _branches(columns, block_of, below)
    if extra:
        for a, b, need in extra:
            below[a][b] = above[b][a] = need
        tried = _sorted(below, above)
        if len(tried) == len(order):
            order = tried
        else:
            for a, b, _ in extra:
                del below[a][b], above[b][a]
    y: dict[int, float] = {}
    for block in order:
        y[block] = max([top[block], *(y[other] + need for other, need in above[block].items())])
    band_of = {block: items[0].band for block, items in members.items()}
    heights = [0.0] * bands
    for block in order:
        heights[band_of[block]] = max(heights[band_of[block]], y[block] + foot[block])
    near = {block: _neighbours(items, block_of) for block, items in members.items()}
    for sweep in range(_SWEEPS):
        for block in reversed(order) if sweep % 2 == 0 else order:
            if not near[block]:
                continue
            low = max([top[block], *(y[other] + need for other, need in above[block].items())])
            high = min(
                [heights[band_of[block]] - foot[block], *(y[other] - need for other, need in below[block].items())]
            )
            wished = sorted(y[other] for other in near[block])
            middle = wished[len(wished) // 2] if len(wished) % 2 else (wished[len(wished) // 2 - 1])
            y[block] = max(low, min(high, middle))
    for block, items in members.items():
        for item in items:
            item.y = y[block]
    return heights


def _branches(
    columns: Sequence[Sequence[Item]], block_of: dict[Item, int], below: dict[int, dict[int, float]]
) -> list[tuple[int, int, float]]:
    """What boundary events lead to lies low enough below their host to be reached straight from the event."""
    found = []
    for column in columns:
        for host in column:
            for item in host.after if host.boundary else ():
                a, b = block_of[host], block_of[item]
                if item.bias and item.band == host.band and a != b and b not in below[a]:
                    found.append((a, b, host.height / 2 + 30))
    return found


def _gap(upper: Item, lower: Item) -> float:
    if upper.real and lower.real:
        return 30.0
    return 18.0 if upper.real or lower.real else 14.0


def _neighbours(items: Sequence[Item], block_of: dict[Item, int]) -> list[int]:
    own = block_of[items[0]]
    found = []
    for item in items:
        for other in (*item.before, *item.after):
            if other.band == item.band and block_of[other] != own:
                found.append(block_of[other])
        if item.anchor is not None and item.anchor.band == item.band:
            found.append(block_of[item.anchor])
    return found


def _blocks(columns: Sequence[Sequence[Item]]) -> dict[Item, int]:
    """Choose which connections run straight; returns block numbers."""
    reach: dict[Item, int] = {}
    for column in columns:
        for item in column:
            reach[item] = max((reach[other] + 1 for other in item.before), default=0)
    depth: dict[Item, int] = {}
    for column in reversed(columns):
        for item in column:
            depth[item] = max((depth[other] + 1 for other in item.after), default=0)
    straight: dict[Item, Item] = {}
    for column in columns:
        candidates = []
        for left in column:
            for right in left.after:
                if left.band != right.band or right.bias:
                    continue
                bends = not left.real and not right.real
                weight = reach[left] + depth[right]
                candidates.append((not bends, -weight, left.place, right.place, left, right))
        candidates.sort(key=lambda entry: entry[:4])
        taken: list[tuple[int, int]] = []
        used: set[Item] = set()
        for *_, left, right in candidates:
            if left in straight or right in used:
                continue
            pair = (left.place, right.place)
            at = bisect_left(taken, pair)
            if at and taken[at - 1][1] >= right.place:
                continue
            if at < len(taken) and taken[at][1] <= right.place:
                continue
            insort(taken, pair)
            straight[left] = right
            used.add(right)
    block_of: dict[Item, int] = {}
    number = 0
    for column in columns:
        for item in column:
            if item in block_of:
                continue
            at_item: Item | None = item
            while at_item is not None:
                block_of[at_item] = number
                at_item = straight.get(at_item)
            number += 1
    return block_of


def _sorted(below: dict[int, dict[int, float]], above: dict[int, dict[int, float]]) -> list[int]:
    """Order the blocks from the top. Straight connections never cross, so there is no circle."""
    waiting = {block: len(others) for block, others in above.items()}
    ready = [block for block, count in waiting.items() if not count]
    order = []
    while ready:
        block = ready.pop()
        order.append(block)
        for other in below[block]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return order
