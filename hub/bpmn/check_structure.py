"""References, and how flow may connect nodes, pools, lanes and sub-processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hub.bpmn.check_view import Hit, Scope, View
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_WARNINGS: Final = {
    "dangling-reference": "reference-dangling",
    "missing-end": "flow-without-end",
    "duplicate-id": "id-duplicate",
    "dangling-shape": "shape-dangling",
    "not-drawn": "not-drawn",
    "no-diagram": "diagram-missing",
}
_SENDING_EVENTS: Final = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent"})
_RECEIVING_EVENTS: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_MIXED: Final = {"Diverging": (False, True), "Converging": (True, False), "Mixed": (True, True)}


def check_references(view: View) -> Iterator[Hit]:
    """Yield what the reader found odd about references, ids and the drawing."""
    for warning in view.model.warnings:
        rule = _WARNINGS.get(warning.code)
        if rule is not None:
            yield Hit(rule, view.model.elements.get(warning.element_id), dict(warning.facts))


def check_structure(view: View) -> Iterator[Hit]:
    """Yield breaches of how flow may run."""
    for scope in view.scopes:
        if scope.element.type == "adHocSubProcess":
            yield from _ad_hoc(scope)
            continue
        yield from _starts_and_ends(view, scope)
        yield from _reach(view, scope)
    for node in view.model.of_kind(Kind.ACTIVITY):
        if node.type == "adHocSubProcess" and not any(child.kind is Kind.ACTIVITY for child in node.children):
            yield Hit("sub-process-empty", node)
        yield from _merging(view, node)
        yield from _default(view, node)
    for node in view.model.of_kind(Kind.GATEWAY):
        yield from _gateway(view, node)
        yield from _default(view, node)
    yield from _flows(view)
    yield from _messages(view)
    yield from _lanes(view)


def _ad_hoc(scope: Scope) -> Iterator[Hit]:
    for node in scope.nodes:
        if node.type in ("startEvent", "endEvent"):
            yield Hit("ad-hoc-events", node, {"scope": scope.element})


def _starts_and_ends(view: View, scope: Scope) -> Iterator[Hit]:
    nodes = scope.nodes
    if any(view.ins[node.id] or view.outs[node.id] for node in nodes) or len(nodes) > 1:
        connected = any(view.outs[node.id] for node in nodes)
        if connected and not scope.starts:
            yield Hit("start-missing", scope.element)
        if connected and not any(node.type == "endEvent" for node in nodes):
            yield Hit("end-missing", scope.element)
    blank = [start for start in scope.starts if not view.definitions[start.id]]
    if len(blank) > 1:
        yield Hit("starts-several", scope.element, {"count": len(blank)})
    for node in nodes:
        if node.type == "startEvent" and view.ins[node.id]:
            yield Hit("start-incoming", node)
        elif node.type == "endEvent" and view.outs[node.id]:
            yield Hit("end-outgoing", node)


def _reach(view: View, scope: Scope) -> Iterator[Hit]:
    """Yield nodes without way in or out, and those cut off from every start or every end."""
    has_end = any(node.type == "endEvent" for node in scope.nodes)
    told: set[str] = set()
    for node in scope.nodes:
        needs_in, needs_out = _needs(view, node)
        no_in, no_out = needs_in and not view.ins[node.id], needs_out and not view.outs[node.id]
        if no_in and no_out and not view.attached.get(node.id):
            if len(scope.nodes) > 1 and scope.starts:
                told.add(node.id)
                yield Hit("disconnected", node)
        elif no_out and has_end:
            told.add(node.id)
            yield Hit("dead-end", node)
        elif no_in and scope.starts:
            told.add(node.id)
            yield Hit("no-incoming", node)
    ids = {node.id for node in scope.nodes}
    if scope.starts:
        cut_off = ids - _closure(view, _sources(view, scope), ids, forward=True)
        for node in scope.nodes:
            if node.id in cut_off and node.id not in told and not _is_aside(view, node):
                yield Hit("unreachable", node)
    if has_end:
        sinks = [node.id for node in scope.nodes if not view.outs[node.id]]
        lost = ids - _closure(view, sinks, ids, forward=False)
        first = next((node for node in scope.nodes if node.id in lost), None)
        if first is not None:
            yield Hit("no-way-out", first)


def _needs(view: View, node: Element) -> tuple[bool, bool]:
    """Return whether a node should have incoming and outgoing flow."""
    if _is_aside(view, node):
        return False, False
    types = view.types(node) if node.kind is Kind.EVENT else []
    needs_in = node.type not in ("startEvent", "boundaryEvent")
    needs_out = node.type not in ("endEvent", "boundaryEvent")
    if "link" in types:
        needs_in, needs_out = node.type != "intermediateCatchEvent", node.type == "intermediateCatchEvent"
    return needs_in, needs_out


def _is_aside(view: View, node: Element) -> bool:
    return node.kind is Kind.ACTIVITY and (node.is_event_sub_process or view.is_compensation(node))


def _sources(view: View, scope: Scope) -> list[str]:
    return [node.id for node in scope.nodes if not view.ins[node.id] and node.type != "boundaryEvent"]


def _closure(view: View, seeds: list[str], inside: set[str], *, forward: bool) -> set[str]:
    """Return what can be reached from `seeds` (or reaches them), boundary events going with their activity."""
    reached = set(seeds)
    stack = list(seeds)
    while stack:
        id_ = stack.pop()
        flows = (view.outs if forward else view.ins)[id_]
        following = [view.ends[flow.id][1 if forward else 0] for flow in flows]
        if forward:
            following += view.attached.get(id_, [])
        elif (host := view.hosts.get(id_)) is not None:
            following.append(host)
        for node in following:
            if node is not None and node.id in inside and node.id not in reached:
                reached.add(node.id)
                stack.append(node.id)
    return reached


def _merging(view: View, node: Element) -> Iterator[Hit]:
    if len(view.ins[node.id]) > 1:
        yield Hit("fake-join", node)
    outs = view.outs[node.id]
    if len(outs) > 1 and not any(flow.condition or flow.name for flow in outs) and node.default is None:
        yield Hit("implicit-split", node)


def _gateway(view: View, node: Element) -> Iterator[Hit]:
    incoming, outgoing = len(view.ins[node.id]), len(view.outs[node.id])
    if incoming <= 1 and outgoing == 1:
        yield Hit("gateway-single", node)
    elif incoming > 1 and outgoing > 1:
        yield Hit("gateway-join-split", node)
    direction = node.attributes.get("gatewayDirection", "")
    if direction in _MIXED and (incoming > 1, outgoing > 1) != _MIXED[direction]:
        facts: dict[str, str | int | Element] = {"value": direction, "incoming": incoming, "outgoing": outgoing}
        yield Hit("gateway-direction", node, facts)
    if node.type in ("parallelGateway", "eventBasedGateway") and any(flow.condition for flow in view.outs[node.id]):
        yield Hit("parallel-condition", node)


def _default(view: View, node: Element) -> Iterator[Hit]:
    if "default" not in node.attributes:
        return
    default = node.default
    if default is None:
        return  # told as a dangling reference
    if default not in view.outs[node.id]:
        yield Hit("default-foreign", node)
    elif default.condition:
        yield Hit("default-condition", node)


def _flows(view: View) -> Iterator[Hit]:
    seen: set[tuple[str, str, str, str]] = set()
    for flow in view.model.flows:
        source, target = view.ends[flow.id]
        if source is None or target is None:
            continue
        wrong = source if not source.is_node else target if not target.is_node else None
        if wrong is not None:
            yield Hit("flow-end-type", flow, {"label": wrong})
            continue
        if target.type == "boundaryEvent":
            yield Hit("boundary-incoming", target)
        key = (source.id, target.id, flow.name, flow.condition or "")
        if key in seen:
            yield Hit("flow-duplicate", flow, {"label": source, "other": target})
        seen.add(key)
        yield from _crossing(view, flow, source, target)


def _crossing(view: View, flow: Element, source: Element, target: Element) -> Iterator[Hit]:
    here, there = view.scope_of.get(source.id), view.scope_of.get(target.id)
    if here is there or here is None or there is None:
        return
    facts: dict[str, str | int | Element] = {"label": source, "other": target}
    yield Hit("flow-across-scopes" if source.process is target.process else "flow-across-pools", flow, facts)


def _messages(view: View) -> Iterator[Hit]:
    for flow in view.model.message_flows:
        source, target = flow.source, flow.target
        if source is not None and not _can_send(view, source):
            yield Hit("message-source", flow, {"label": source})
        if target is not None and not _can_receive(view, target):
            yield Hit("message-target", flow, {"label": target})
        if source is not None and target is not None and _owner(source) is _owner(target) is not None:
            yield Hit("message-same-pool", flow)


def _owner(element: Element) -> Element | None:
    return element.pool or element.process


def _can_send(view: View, element: Element) -> bool:
    if element.kind in (Kind.POOL, Kind.CONVERSATION):
        return True
    if element.kind is Kind.EVENT:
        types = view.types(element)
        return element.type in _SENDING_EVENTS and (not types or "message" in types)
    return element.kind is Kind.ACTIVITY and element.type != "receiveTask"


def _can_receive(view: View, element: Element) -> bool:
    if element.kind in (Kind.POOL, Kind.CONVERSATION):
        return True
    if element.kind is Kind.EVENT:
        types = view.types(element)
        return element.type in _RECEIVING_EVENTS and (not types or "message" in types)
    return element.kind is Kind.ACTIVITY and element.type not in ("sendTask", "scriptTask")


def _lanes(view: View) -> Iterator[Hit]:
    model = view.model
    if not model.lanes:
        return
    owners: dict[str, list[Element]] = {}
    with_lanes: set[str] = set()
    for lane in model.lanes:
        process = lane.process
        if process is not None:
            with_lanes.add(process.id)
        nodes = lane.flow_nodes if "flowNodeRef" in lane.xml else ()
        inner = any(child.kind is Kind.LANE_SET for child in lane.children)
        if not nodes and not inner:
            yield Hit("lane-empty", lane)
        for node in nodes:
            owners.setdefault(node.id, []).append(lane)
    for scope in view.scopes:
        if scope.element.id not in with_lanes or scope.element.type in SUB_PROCESSES:
            continue
        for node in scope.nodes:
            lanes = owners.get(node.id, [])
            if not lanes and node.type != "boundaryEvent" and not node.is_event_sub_process:
                yield Hit("lane-missing", node)
            elif len(lanes) > 1 and not _nested(lanes):
                yield Hit("lane-twice", node)


def _nested(lanes: list[Element]) -> bool:
    """Return whether all lanes lie inside one another, as in tools that name a node in outer lanes too."""
    chain = set()
    at: Element | None = lanes[-1]
    while at is not None:
        chain.add(at.id)
        at = at.parent
    return all(lane.id in chain for lane in lanes)
