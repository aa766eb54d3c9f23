"""Which event may stand where, and what executable processes must not leave open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hub.bpmn.check_view import EventType, Hit, Scope, View
from hub.bpmn.links import find_links
from hub.bpmn.vocabulary import XSI, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element

# BPMN 2.0.2, tables 10.84 to 10.90.
_TOP_STARTS: Final = frozenset({"message", "timer", "conditional", "signal"})
_EVENT_STARTS: Final = _TOP_STARTS | {"error", "escalation", "compensate"}
_ENDS: Final = frozenset({"message", "error", "escalation", "cancel", "compensate", "signal", "terminate"})
_THROWS: Final = frozenset({"message", "signal", "escalation", "compensate", "link"})
_CATCHES: Final = frozenset({"message", "timer", "conditional", "signal", "link"})
_BOUNDARIES: Final = frozenset(
    {"message", "timer", "error", "escalation", "cancel", "compensate", "conditional", "signal"}
)
_INTERRUPTING: Final = frozenset({"error", "cancel", "compensate"})
_WAITING: Final = frozenset({"message", "timer", "conditional", "signal"})
_REFERENCES: Final = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}


def check_events(view: View) -> Iterator[Hit]:
    """Yield breaches of the rules about events, event-based gateways, links and compensation."""
    for scope in view.scopes:
        yield from _links(view, scope)
        for node in scope.nodes:
            if node.kind is Kind.EVENT:
                yield from _event(view, scope.element, node)
            elif node.type == "eventBasedGateway":
                yield from _event_gateway(view, node)
            elif node.kind is Kind.ACTIVITY:
                yield from _activity(view, node)


def _event(view: View, scope: Element, node: Element) -> Iterator[Hit]:
    types = view.types(node)
    if node.type == "startEvent":
        yield from _start(scope, node, types)
    elif node.type == "endEvent":
        yield from _unlike("end-type", node, types, _ENDS)
    elif node.type == "intermediateThrowEvent":
        yield from _unlike("throw-type", node, types, _THROWS)
    elif node.type == "intermediateCatchEvent":
        yield from _unlike("catch-type", node, types or ["none"], _CATCHES)
    elif node.type == "boundaryEvent":
        yield from _boundary(view, node, types)
    if "cancel" in types and node.type == "endEvent" and scope.type != "transaction":
        yield Hit("cancel-outside", node)


def _unlike(rule: str, node: Element, types: list[str], allowed: frozenset[str]) -> Iterator[Hit]:
    for type_ in types:
        if type_ not in allowed:
            yield Hit(rule, node, {"value": EventType(type_)})


def _start(scope: Element, node: Element, types: list[str]) -> Iterator[Hit]:
    if scope.is_event_sub_process:
        yield from _unlike("start-type", node, types, _EVENT_STARTS)
        for type_ in types:
            if type_ in ("error", "compensate") and not node.is_interrupting:
                yield Hit("event-sub-process-interrupting", node, {"value": EventType(type_)})
    elif scope.kind is Kind.ACTIVITY:
        yield from _unlike("start-type", node, types, frozenset())
    else:
        yield from _unlike("start-type", node, types, _TOP_STARTS)


def _boundary(view: View, node: Element, types: list[str]) -> Iterator[Hit]:
    host = view.hosts.get(node.id)
    if host is None or host.kind is not Kind.ACTIVITY:
        yield Hit("boundary-unattached", node)
    yield from _unlike("boundary-type", node, types or ["none"], _BOUNDARIES)
    for type_ in types:
        if type_ in _INTERRUPTING and type_ != "compensate" and not node.is_interrupting:
            yield Hit("boundary-interrupting", node, {"value": EventType(type_)})
    if "cancel" in types and host is not None and host.type != "transaction":
        yield Hit("cancel-outside", node)
    if not view.outs[node.id] and "compensate" not in types:
        yield Hit("boundary-outgoing", node)
    if "compensate" in types:
        for association in view.model.associations:
            target = association.target
            if association.source is not node or target is None or target.kind is not Kind.ACTIVITY:
                continue
            if not view.is_compensation(target):
                yield Hit("compensation-target", node, {"other": target})


def _event_gateway(view: View, node: Element) -> Iterator[Hit]:
    flows = view.outs[node.id]
    if len(flows) < 2:
        yield Hit("event-gateway-ways", node)
    kinds = set()
    for flow in flows:
        target = view.ends[flow.id][1]
        if target is None or not target.is_node:
            continue
        types = view.types(target) if target.type == "intermediateCatchEvent" else []
        if target.type == "receiveTask":
            kinds.add("task")
        elif types and set(types) <= _WAITING:
            kinds.update(["message"] if "message" in types else [])
        else:
            yield Hit("event-gateway-target", node, {"other": target})
            continue
        if len(view.ins[target.id]) > 1:
            yield Hit("event-gateway-shared", node, {"other": target})
    if kinds == {"task", "message"}:
        yield Hit("event-gateway-mix", node)


def _activity(view: View, node: Element) -> Iterator[Hit]:
    if node.type in ("choreographyTask", "subChoreography", "callChoreography"):
        yield Hit("choreography-element", node)
    connected = view.ins[node.id] or view.outs[node.id]
    if view.is_compensation(node) and connected:
        yield Hit("compensation-flow", node)
    if node.is_event_sub_process:
        if connected:
            yield Hit("event-sub-process-flow", node)
        starts = [child for child in node.children if child.type == "startEvent"]
        if len(starts) != 1 or not view.definitions[starts[0].id]:
            yield Hit("event-sub-process-start", node)


def _links(view: View, scope: Scope) -> Iterator[Hit]:
    links = find_links(scope.nodes)
    reached = set(links.jumps.values())
    for node in links.throwing:
        if node.id not in links.jumps:
            yield Hit("link-target", node)
        if view.outs[node.id]:
            yield Hit("link-flow", node)
    for node in links.catching:
        if node.id not in reached and node not in links.repeated:
            yield Hit("link-source", node)
        if view.ins[node.id]:
            yield Hit("link-flow", node)
    for node in links.repeated:
        yield Hit("link-duplicate", node)


def check_execution(view: View) -> Iterator[Hit]:
    """Yield what a process marked as executable leaves open for the machine."""
    executable = {
        process.id
        for process in view.model.processes
        if process.attributes.get("isExecutable", "").strip() in ("true", "1")
    }
    if not executable:
        return
    for node in view.nodes:
        process = node.process
        if process is None or process.id not in executable:
            continue
        if node.type == "scriptTask" and not (node.detail_text("script") and node.attributes.get("scriptFormat")):
            yield Hit("execution-script", node)
        for definition in view.definitions.get(node.id, ()):
            type_ = definition.type.removesuffix("EventDefinition")
            if type_ == "conditional" and not _is_formal(definition):
                yield Hit("execution-condition", node)
            reference = _REFERENCES.get(type_)
            # An error or escalation caught without a name means: any of them.
            catches_any = type_ in ("error", "escalation") and node.type in ("boundaryEvent", "startEvent")
            # Engines also name the message in their own vocabulary, on the definition or on the event.
            named = reference in definition.attributes or definition.extensions or node.extensions
            if reference and not catches_any and not named and definition.detail_text("operationRef") is None:
                yield Hit("execution-reference", node, {"value": EventType(type_)})
    for flow in view.model.flows:
        process = flow.process
        if process is not None and process.id in executable and flow.attributes.get("isImmediate") in ("false", "0"):
            yield Hit("execution-immediate", flow)


def _is_formal(definition: Element) -> bool:
    """Return whether a condition is a formal expression, as machines need it (BPMN 2.0.2, 8.3.7)."""
    node = definition.details.find("condition")
    if node is None or not node.full_text.strip():
        return False
    return node.attributes.get(f"{{{XSI}}}type", "").rpartition(":")[2] == "tFormalExpression"
