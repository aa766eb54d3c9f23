"""How things are named (FIM conventions), and what belongs into a FIM base process.

Grammar is judged in German models only; see `hub.bpmn.naming` for how it errs towards silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hub.bpmn.check_view import Hit, TypeName, View, own_name, tell
from hub.bpmn.naming import Form, ends_in_infinitive, form, is_duration, language, tidy
from hub.bpmn.vocabulary import Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_ACTIVITY_RULES: Final = {
    Form.NOMINAL: "activity-noun",
    Form.NOUN: "activity-noun",
    Form.STATE: "activity-state",
    Form.SENTENCE: "activity-sentence",
    Form.QUESTION: "activity-question",
    Form.VERB_ONLY: "activity-object-missing",
}
_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
_ACTIVITIES_PER_LEVEL: Final = 25
_FIM: Final = frozenset(
    {"subProcess", "callActivity", "startEvent", "endEvent", "exclusiveGateway", "parallelGateway", "boundaryEvent"}
)


def check_names(view: View) -> Iterator[Hit]:
    """Yield names that are missing, or in German models not of the expected form."""
    model = view.model
    german = language(element.name for element in (*model.nodes, *model.flows) if element.name) == "de"
    for node in view.nodes:
        name = own_name(node)
        if node.kind is Kind.ACTIVITY:
            yield from _activity(node, name, german=german)
        elif node.kind is Kind.GATEWAY:
            yield from _gateway(view, node, name, german=german)
        else:
            yield from _event(view, node, name, german=german)
    for scope in view.scopes:
        names = Counter(own_name(node) for node in scope.nodes if node.kind is Kind.ACTIVITY)
        for node in scope.nodes:
            if node.kind is Kind.ACTIVITY and names[own_name(node)] > 1 and own_name(node):
                names[own_name(node)] = 0
                yield Hit("name-duplicate", node, {"name": own_name(node)})
    for pool in model.pools:
        if not own_name(pool):
            yield Hit("pool-unnamed", pool)
    for lane in model.lanes:
        if not own_name(lane):
            yield Hit("lane-unnamed", lane)
    for flow in model.message_flows:
        message = flow.reference("messageRef")
        if not own_name(flow) and not (message is not None and own_name(message)):
            ends = " → ".join(tell(end, "de") if end is not None else "?" for end in (flow.source, flow.target))
            yield Hit("message-unnamed", flow, {"route": ends})
    yield from _processes(view, german=german)


def _activity(node: Element, name: str, *, german: bool) -> Iterator[Hit]:
    if not name:
        if not node.is_event_sub_process and not node.type.startswith(("choreography", "subChoreography")):
            yield Hit("activity-unnamed", node)
    elif german and not node.is_event_sub_process and language([name]) != "en":
        # One foreign word in a German model ("Review") is no breach of German grammar.
        rule = _ACTIVITY_RULES.get(form(name))
        if rule is not None:
            yield Hit(rule, node, {"name": name})


def _event(view: View, node: Element, name: str, *, german: bool) -> Iterator[Hit]:
    if not name:
        inner = node.scope_element is not None and node.scope_element.kind is Kind.ACTIVITY
        if node.type == "startEvent" and not inner:
            yield Hit("start-unnamed", node)
        elif node.type == "endEvent" and not inner:
            yield Hit("end-unnamed", node)
        return
    types = view.types(node)
    if not german or "timer" in types or "link" in types or is_duration(name) or language([name]) == "en":
        return
    sends = node.type in ("intermediateThrowEvent", "endEvent") and bool(
        {"message", "signal", "escalation"} & set(types)
    )
    if ends_in_infinitive(name) and not sends:
        yield Hit("event-infinitive", node, {"name": name})
    elif node.type in ("startEvent", "endEvent") and not types and form(name) in (Form.NOUN, Form.NOMINAL):
        yield Hit("event-noun", node, {"name": name})


def _gateway(view: View, node: Element, name: str, *, german: bool) -> Iterator[Hit]:
    outgoing = view.outs[node.id]
    if len(outgoing) <= 1:
        if name and len(view.ins[node.id]) > 1:
            yield Hit("gateway-join-named", node, {"name": name})
        return
    if node.type not in _DECIDING:
        return
    if node.type == "exclusiveGateway":
        if not name:
            yield Hit("gateway-unnamed", node)
        elif german and not name.endswith("?") and ends_in_infinitive(name):
            yield Hit("gateway-activity", node, {"name": name})
        elif not name.endswith("?"):
            yield Hit("gateway-no-question", node, {"name": name})
    labels = [tidy(flow.name) for flow in outgoing]
    default = node.default
    for flow, label in zip(outgoing, labels, strict=True):
        if not label and flow is not default:
            yield Hit("way-unlabelled", flow, {"label": node})
            break
    repeated = [label for label, count in Counter(filter(None, labels)).items() if count > 1]
    for label in repeated:
        yield Hit("way-same-label", node, {"value": label})


def _processes(view: View, *, german: bool) -> Iterator[Hit]:
    pools = {tidy(pool.name) for pool in view.model.pools}
    for process in view.model.processes:
        name = own_name(process)
        # A tool that names the process like its pool names who acts, not what is done.
        if not name or name in pools or not german or not process.flow_nodes:
            continue
        kind = form(name)
        if kind in (Form.NOMINAL, Form.NOUN, Form.STATE, Form.SENTENCE, Form.QUESTION) and language([name]) != "en":
            yield Hit("process-name", process, {"name": name})
        if not name.rstrip(" .").endswith("bearbeiten"):
            yield Hit("process-name-bearbeiten", process, {"name": name})


def check_size(view: View) -> Iterator[Hit]:
    """Yield levels with too many activities."""
    for scope in view.scopes:
        count = sum(1 for node in scope.nodes if node.kind is Kind.ACTIVITY)
        if count > _ACTIVITIES_PER_LEVEL:
            yield Hit("too-many-activities", scope.element, {"count": count, "limit": _ACTIVITIES_PER_LEVEL})


def check_fim(view: View) -> Iterator[Hit]:
    """Yield symbols that FIM-BPMN does not use (read from released base processes)."""
    for node in view.nodes:
        if node.type in ("inclusiveGateway", "complexGateway"):
            yield Hit("fim-inclusive", node)
        elif node.type not in _FIM:
            yield Hit("fim-element", node, {"type": TypeName(node.type)})
    if view.model.lanes:
        yield Hit("fim-lanes", view.model.lanes[0])
