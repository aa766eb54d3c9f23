"""Lay out whole models: one drawing per collaboration, choreography, or process outside of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.layout.graph import Box, Item, Sheet
from hub.bpmn.layout.messages import STEP, Messages
from hub.bpmn.layout.nodes import Builder
from hub.bpmn.layout.pools import HEADER, Pool, frames, lane_depth, make_pools, stack
from hub.bpmn.layout.router import route, straight
from hub.bpmn.layout.scope import Arrangement, box_bounds, labels_outside
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset import labels
from hub.bpmn.typeset.paths import middle
from hub.bpmn.vocabulary import CONNECTION_KINDS, Kind

_EDGE: Final = 24.0
_ROUTED: Final = 120
"""Connections that are routed around obstacles one by one; more are drawn straight."""


def sheets(model: Model) -> list[tuple[Element, Sheet]]:
    """Return (element of the plane, drawing) for every diagram the model needs."""
    builder = Builder(model)
    found: list[tuple[Element, Sheet]] = []
    covered: set[str] = set()
    for collaboration in model.collaborations:
        participants = [child for child in collaboration.children if child.kind is Kind.POOL]
        if collaboration.type == "choreography":
            found.append((collaboration, draw_pools(builder, [], [collaboration], collaboration)))
        elif participants or any(child.kind is Kind.CONVERSATION for child in collaboration.children):
            participants = [child for child in participants if child.id not in covered]
            found.append((collaboration, draw_pools(builder, participants, [], collaboration)))
            for participant in participants:
                covered.add(participant.id)
                if (process := participant.reference("processRef")) is not None:
                    covered.add(process.id)
    for process in model.processes:
        if process.id not in covered and any(child.is_node or child.kind is Kind.DATA for child in process.children):
            found.append((process, draw_pools(builder, [], [process], None)))
    return found


def draw_pools(
    builder: Builder, participants: Sequence[Element], processes: Sequence[Element], collaboration: Element | None
) -> Sheet:
    """Lay out participants with their processes, and processes without frame, on one sheet."""
    model = builder.model
    pools = make_pools(model, participants, processes)
    bands = sum(len(pool.bands) for pool in pools)
    arrangement = _arrange(builder, pools, bands, collaboration)
    depth = max((lane_depth(pool.process) for pool in pools if pool.process is not None), default=0)
    left = HEADER * (depth + bool(participants)) + (_EDGE if participants or depth else 0)
    flows = _messages_of(model, pools)
    tops = stack(pools, arrangement.heights, _gaps(pools, flows))
    extra = arrangement.heights[bands:]
    tops += [pools[-1].bottom + 40 if pools else 0.0 for _ in extra]
    sheet = arrangement.settle(tops, left)
    width = max(arrangement.right, left) + (_EDGE if participants or depth else 0)
    if participants:
        width = max(width, 300.0)
    frames(pools, width, sheet)
    _route_messages(pools, flows, sheet)
    _groups(model, sheet, collaboration, processes, pools)
    return finish(model, sheet)


def finish(model: Model, sheet: Sheet) -> Sheet:
    """Route what has no course yet and place the labels."""
    _route_rest(model, sheet)
    _place_labels(model, sheet)
    return sheet


def _arrange(builder: Builder, pools: Sequence[Pool], bands: int, collaboration: Element | None) -> Arrangement:
    items: list[Item] = []
    scopes: list[Element] = []
    last_band: dict[str, int] = {}
    for pool in pools:
        if pool.process is None:
            continue
        numbers = {band.lane.id: pool.first + offset for offset, band in enumerate(pool.bands) if band.lane is not None}

        def band_of(element: Element, numbers: dict[str, int] = numbers, first: int = pool.first) -> int:
            lane = element.lane
            while lane is not None and lane.kind is Kind.LANE:
                if lane.id in numbers:
                    return numbers[lane.id]
                inner = next((child for child in _lanes_below(lane) if child.id in numbers), None)
                if inner is not None:
                    return numbers[inner.id]
                lane = None
            return first

        items += builder.items(pool.process, band_of)
        scopes.append(pool.process)
        last_band[pool.process.id] = pool.first + len(pool.bands) - 1
    links, item_of = builder.links(scopes, items)
    for process_id, band in last_band.items():
        items += builder.artifacts(process_id, item_of, band)
    extra = 0
    if collaboration is not None and collaboration.id not in last_band:
        outside = builder.artifacts(collaboration.id, item_of, bands)
        outside += builder.items(collaboration, lambda _: bands)
        items += outside
        extra = 1 if outside else 0
    pairs = [
        (item_of[flow.source.id], item_of[flow.target.id])
        for flow in builder.model.message_flows
        if flow.source is not None
        and flow.target is not None
        and flow.source.id in item_of
        and flow.target.id in item_of
    ]
    lowest = {*last_band.values(), bands}
    return Arrangement(items, links, pairs, bands + extra, lowest)


def _lanes_below(lane: Element) -> list[Element]:
    found = []
    for child in lane.children:
        if child.kind is Kind.LANE_SET:
            for inner in child.children:
                found += [inner, *_lanes_below(inner)]
    return found


_Message = tuple[Element, int, int]


def _messages_of(model: Model, pools: Sequence[Pool]) -> list[_Message]:
    """Return the message flows between two of the pools, with the pools' numbers."""
    number = {pool.participant.id: index for index, pool in enumerate(pools) if pool.participant is not None}
    found = []
    for flow in model.message_flows:
        source, target = flow.source, flow.target
        if source is None or target is None or source.pool is None or target.pool is None:
            continue
        a, b = number.get(source.pool.id), number.get(target.pool.id)
        if a is not None and b is not None and a != b:
            found.append((flow, a, b))
    return found


def _gaps(pools: Sequence[Pool], flows: Sequence[_Message]) -> list[float]:
    passing = [0] * len(pools)
    labelled = [0.0] * len(pools)
    for flow, a, b in flows:
        if label := flow.label.strip():
            at = min(a, b)
            labelled[at] = max(labelled[at], labels.set_along(label).height)
        if abs(a - b) == 1 and not (pools[a].bands and pools[b].bands):
            continue
        for gap in range(min(a, b), max(a, b)):
            passing[gap] += 1
    return [
        36.0 + min(STEP * count, 160.0) + (16.0 if count else 0.0) + tall
        for count, tall in zip(passing, labelled, strict=True)
    ]


def _is_frame(box: Box) -> bool:
    return box.horizontal is not None or bool(box.expanded)


def _route_messages(pools: Sequence[Pool], flows: Sequence[_Message], sheet: Sheet) -> None:
    finder = Messages(pools, [box_bounds(box) for box in sheet.boxes.values() if not _is_frame(box)])
    for flow, a, b in flows:
        source, target = flow.source, flow.target
        if source is None or target is None or source.id not in sheet.boxes or target.id not in sheet.boxes:
            continue
        sheet.lines[flow.id] = finder.course(
            box_bounds(sheet.boxes[source.id]), a, box_bounds(sheet.boxes[target.id]), b
        )


def _route_rest(model: Model, sheet: Sheet) -> None:
    """Draw what has no course yet: associations, and flows that no rule of BPMN foresees."""
    obstacles = [box_bounds(box) for box in sheet.boxes.values() if not _is_frame(box)]
    count = 0
    for element in model.connections:
        if element.id in sheet.lines or element.kind not in CONNECTION_KINDS:
            continue
        source, target = _end(element.source, sheet), _end(element.target, sheet)
        if source is None or target is None or source == target:
            continue
        aligned = abs(source.centre[0] - target.centre[0]) < max(source.width, target.width) / 2
        close = source.bottom <= target.y <= source.bottom + 60 or target.bottom <= source.y <= target.bottom + 60
        if element.kind in (Kind.ASSOCIATION, Kind.DATA_ASSOCIATION) and (
            (aligned and close) or min(source.width, target.width) < 1
        ):
            sheet.lines[element.id] = _short(source, target)
            continue
        count += 1
        if count > _ROUTED:
            sheet.lines[element.id] = straight(source, target)
            continue
        lines = list(sheet.lines.values())
        sheet.lines[element.id] = route(source, target, obstacles, lines, sideways=element.kind is Kind.FLOW)


def _end(element: Element | None, sheet: Sheet) -> Bounds | None:
    """Return where a connection may end: a box, or the middle of a flow that is annotated."""
    if element is None:
        return None
    if element.id in sheet.boxes:
        return box_bounds(sheet.boxes[element.id])
    if element.id in sheet.lines:
        (x, y), _ = middle(sheet.lines[element.id])
        return Bounds(x, y, 0, 0)
    return None


def _short(a: Bounds, b: Bounds) -> list[tuple[float, float]]:
    """A short association, vertical if the two stand above each other."""
    left, right = max(a.x, b.x) + 4, min(a.right, b.right) - 4
    if left <= right:
        smaller = a if a.width <= b.width else b
        x = min(max(smaller.centre[0], left), right)
        return [(x, a.bottom), (x, b.y)] if a.centre[1] < b.centre[1] else [(x, a.y), (x, b.bottom)]
    return straight(a, b)


def _groups(
    model: Model, sheet: Sheet, collaboration: Element | None, processes: Sequence[Element], pools: Sequence[Pool]
) -> None:
    """Draw groups around their members (those that name the group's category value)."""
    scopes = {scope.id for scope in (collaboration, *processes, *(pool.process for pool in pools)) if scope is not None}
    for group in model.artifacts:
        scope = group.process
        if group.type != "group" or scope is None or scope.id not in scopes:
            continue
        value = group.reference("categoryValueRef")
        members = []
        if value is not None:
            for element in model.elements:
                if "categoryValueRef" in element.xml[:4000] and element.id in sheet.boxes and element.type != "group":
                    refs = [node.full_text.strip() for node in element.details.find_all("categoryValueRef")]
                    if any(model.resolve(ref) is value for ref in refs):
                        members.append(sheet.boxes[element.id])
        if members:
            left, top = min(b.x for b in members) - 14, min(b.y for b in members) - 26
            right, bottom = max(b.x + b.width for b in members) + 14, max(b.y + b.height for b in members) + 26
            sheet.boxes[group.id] = Box(left, top, right - left, bottom - top)
        else:
            bottom = max((b.y + b.height for b in sheet.boxes.values()), default=0.0)
            sheet.boxes[group.id] = Box(0.0, bottom + 40, 140.0, 80.0)


def _place_labels(model: Model, sheet: Sheet) -> None:
    """Give every outside label a free place near its element."""
    crowd = labels.Crowd()
    for box in sheet.boxes.values():
        if _is_frame(box):
            crowd.add_outline(box_bounds(box))
        else:
            crowd.add(box.x, box.y, box.x + box.width, box.y + box.height)
    for points in sheet.lines.values():
        crowd.add_line(points)
    for id_, box in sheet.boxes.items():
        element = model.elements[id_]
        if labels_outside(Item(element)) and (label := element.label.strip()):
            block, x, top = labels.beside(label, box_bounds(box), crowd)
            sheet.labels[id_] = (x - block.width / 2, top, block.width, block.height)
    gaps = _between_pools(model, sheet)
    for id_, points in sheet.lines.items():
        element = model.elements[id_]
        if label := element.label.strip():
            block, x, top = labels.along(label, points, crowd, gaps if element.kind is Kind.MESSAGE_FLOW else ())
            sheet.labels[id_] = (x - block.width / 2, top, block.width, block.height)


def _between_pools(model: Model, sheet: Sheet) -> list[tuple[float, float]]:
    """Return the stretches between pools that lie below each other."""
    pools = [box for id_, box in sheet.boxes.items() if model.elements[id_].kind is Kind.POOL]
    pools.sort(key=lambda box: box.y)
    return [(upper.y + upper.height, lower.y) for upper, lower in pairwise(pools)]
