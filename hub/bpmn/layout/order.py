"""Order within the columns: bends for long connections, and few crossings (barycentre sweeps)."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.layout.graph import Item, Link

_MANY: Final = 4000
"""Items from which fewer sweeps are made."""


def make_chains(links: Sequence[Link], columns: list[list[Item]]) -> None:
    """Give every link its chain of items and put the bends it needs into the columns.

    Their number is limited, so that time grows with the model and not with its square: the longest
    connections beyond the limit take a detour below everything else.
    """
    room = max(1500, 8 * sum(map(len, columns)))
    detours: dict[int, int] = {}
    for link in sorted(links, key=lambda link: abs(link.target.layer - link.source.layer)):
        room -= abs(link.target.layer - link.source.layer)
        if room < 0 and link.source is not link.target and link.event is None:
            band = max(link.source.band, link.target.band)
            link.detour = detours[band] = detours.get(band, 0) + 1
    for link in links:
        if link.source is link.target or link.detour:
            continue
        if link.backward:
            _backward_chain(link, columns)
        else:
            first, last = link.source.layer, link.target.layer
            # A branch is told apart early: beyond a gateway a connection runs in the lane it leads to.
            splits = link.source.element is not None and link.source.element.type.endswith("Gateway")
            band = link.target.band if splits else link.source.band
            chain = [link.source]
            for layer in range(first + 1, last):
                bend = Item(None, band=band, part=link.source.part, layer=layer)
                columns[layer].append(bend)
                chain.append(bend)
            chain.append(link.target)
            link.chain = chain
        if link.event is not None and len(link.chain) > 1:
            link.chain[1].bias = 0.4
        for left, right in pairwise(link.chain):
            left.after.append(right)
            right.before.append(left)


def _backward_chain(link: Link, columns: list[list[Item]]) -> None:
    """A connection that leads back runs above the others, from the column of its source to that of its target."""
    left, right = link.target, link.source
    chain = []
    for layer in range(left.layer, right.layer + 1):
        bend = Item(None, band=right.band, part=right.part, layer=layer)
        if layer == left.layer:
            bend.anchor, bend.side, bend.band = left, -1, left.band
        elif layer == right.layer:
            bend.anchor, bend.side = right, -1
        columns[layer].append(bend)
        chain.append(bend)
    link.chain = chain


def _number(column: list[Item]) -> None:
    for place, item in enumerate(column):
        item.place = place


def order_columns(columns: list[list[Item]]) -> None:
    """Order the items of all columns, top to bottom, so that few connections cross."""
    rank = {id(item): index for index, item in enumerate(item for column in columns for item in column)}
    _start(columns, rank)
    best = [list(column) for column in columns]
    fewest = crossings(columns)
    rounds = 8 if sum(map(len, columns)) < _MANY else 2
    idle = 0
    for turn in range(rounds):
        if not fewest:
            break
        for index in range(1, len(columns)):
            _sort(columns[index], forward=True)
        for index in range(len(columns) - 2, -1, -1):
            _sort(columns[index], forward=False)
        if turn % 2:
            for index in range(1, len(columns)):
                _sort(columns[index], forward=True)
        count = crossings(columns)
        if count < fewest:
            fewest, best, idle = count, [list(column) for column in columns], 0
        else:
            idle += 1
            if idle == 3:
                break
    for column, order in zip(columns, best, strict=True):
        column[:] = order
        _number(column)


def _start(columns: list[list[Item]], rank: dict[int, int]) -> None:
    """Begin with the order of the file, following the connections from left to right."""
    for index, column in enumerate(columns):
        column.sort(key=lambda item: (item.band, item.part, rank[id(item)]))
        _number(column)
        if index:
            _sort(column, forward=True)


def _sort(column: list[Item], *, forward: bool) -> None:
    """Sort one column by the mean place of its neighbours on the side that is fixed."""
    keys: dict[Item, tuple[int, int, float, int]] = {}
    held: list[Item] = []
    for item in column:
        if item.anchor is not None:
            held.append(item)
            continue
        near = item.before if forward else item.after
        mean = sum(other.place for other in near) / len(near) + item.bias if near else float(item.place)
        keys[item] = (item.band, item.part, mean, item.place)
    for item in held:
        anchor = item.anchor
        if anchor is not None:
            band, part, mean, place = keys[anchor]
            keys[item] = (band, part, mean, place + item.side * 0)
    # Bends that belong to a node come directly before or after it.
    column.sort(key=lambda item: (*_anchor_key(item, keys), item.side))
    _number(column)


def _anchor_key(item: Item, keys: dict[Item, tuple[int, int, float, int]]) -> tuple[int, int, float, int]:
    return keys[item.anchor] if item.anchor is not None else keys[item]


def crossings(columns: Sequence[Sequence[Item]]) -> int:
    """Count the crossings of connections between neighbouring columns."""
    total = 0
    for column in columns:
        seen: list[int] = []
        for item in column:
            targets = sorted(other.place for other in item.after)
            for place in targets:
                total += len(seen) - bisect_right(seen, place)
            for place in targets:
                insort(seen, place)
    return total
