"""Columns: which node comes how far to the right.

Cycles are broken at the flows that lead back in a depth-first walk from the start events; then every
node stands one column to the right of its last predecessor (longest path). Both are linear.
Source of the method: Sugiyama, Tagawa, Toda 1981; Eades, Lin, Smyth 1993 for the walk.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.bpmn.layout.graph import Item, Link

_Arc = tuple[Item, Item, int]
"""From, to, and how many columns apart they are at least."""
_STRETCH = 3
"""A message may push its receiver at most this many columns to the right."""


def assign_layers(items: Sequence[Item], links: Sequence[Link], messages: Sequence[tuple[Item, Item]]) -> None:
    """Set `layer` of all items, `part`, and `backward` of the links that lead back."""
    out: dict[Item, list[Link]] = {item: [] for item in items}
    incoming: dict[Item, int] = dict.fromkeys(items, 0)
    for link in links:
        if link.source is not link.target:
            out[link.source].append(link)
            incoming[link.target] += 1
    _parts(items, links)
    starts = [item for item in items if item.element is not None and item.element.type == "startEvent"]
    roots = [*starts, *(item for item in items if not incoming[item]), *items]
    _find_backward(roots, out)
    forward: list[_Arc] = []
    pairs: set[tuple[Item, Item]] = set()
    for link in links:
        if link.source is not link.target:
            pair = (link.target, link.source) if link.backward else (link.source, link.target)
            # A second flow between the same two nodes needs room for a bend of its own.
            forward.append((*pair, 2 if pair in pairs else 1))
            pairs.add(pair)
    _longest_paths(items, forward, [])
    accepted: list[tuple[Item, Item]] = []
    for source, target in messages[:200]:
        late = source.layer - target.layer
        if 0 < late <= _STRETCH and not _reaches(target, source, forward, accepted):
            accepted.append((source, target))
    if accepted:
        _longest_paths(items, forward, accepted)
    _pull_right(items, forward)


def _parts(items: Sequence[Item], links: Sequence[Link]) -> None:
    """Number the connected parts in document order."""
    neighbours: dict[Item, list[Item]] = {item: [] for item in items}
    for link in links:
        neighbours[link.source].append(link.target)
        neighbours[link.target].append(link.source)
    seen: set[Item] = set()
    number = 0
    for item in items:
        if item in seen:
            continue
        stack = [item]
        seen.add(item)
        while stack:
            at = stack.pop()
            at.part = number
            for other in neighbours[at]:
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        number += 1


def _find_backward(roots: Sequence[Item], out: dict[Item, list[Link]]) -> None:
    state: dict[Item, int] = {}
    for root in roots:
        if root in state:
            continue
        state[root] = 1
        stack = [(root, iter(out[root]))]
        while stack:
            item, rest = stack[-1]
            for link in rest:
                known = state.get(link.target)
                if known is None:
                    state[link.target] = 1
                    stack.append((link.target, iter(out[link.target])))
                    break
                if known == 1:
                    link.backward = True
            else:
                state[item] = 2
                stack.pop()


def _longest_paths(items: Sequence[Item], forward: Sequence[_Arc], weak: Sequence[tuple[Item, Item]]) -> None:
    out: dict[Item, list[tuple[Item, int]]] = {item: [] for item in items}
    waiting: dict[Item, int] = dict.fromkeys(items, 0)
    for source, target, least in forward:
        out[source].append((target, least))
        waiting[target] += 1
    for source, target in weak:
        out[source].append((target, 0))
        waiting[target] += 1
    for item in items:
        item.layer = 0
    ready = [item for item in items if not waiting[item]]
    while ready:
        item = ready.pop()
        for target, step in out[item]:
            target.layer = max(target.layer, item.layer + step)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)


def _reaches(start: Item, goal: Item, forward: Sequence[_Arc], weak: Sequence[tuple[Item, Item]]) -> bool:
    out: dict[Item, list[Item]] = {}
    for source, target in (*((a, b) for a, b, _ in forward), *weak):
        out.setdefault(source, []).append(target)
    seen, stack = {start}, [start]
    while stack:
        item = stack.pop()
        if item is goal:
            return True
        for other in out.get(item, ()):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return False


def _pull_right(items: Sequence[Item], forward: Sequence[_Arc]) -> None:
    """Move nodes without predecessor next to what they lead to, where something else starts their part."""
    earliest: dict[Item, int] = {}
    has_before: set[Item] = set()
    for source, target, _ in forward:
        earliest[source] = min(earliest.get(source, target.layer), target.layer)
        has_before.add(target)
    first: set[int] = set()
    for item in items:
        if item in has_before or item not in earliest:
            continue
        if earliest[item] - 1 > item.layer and item.part in first:
            item.layer = earliest[item] - 1
        first.add(item.part)
