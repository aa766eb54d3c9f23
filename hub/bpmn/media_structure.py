"""Media breaks that no word tells: channels, IT systems, types of tasks, what follows on a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hub.bpmn.media_lexicon import matcher, sentences
from hub.bpmn.media_rules import MediaRules, MediaSeverity
from hub.bpmn.vocabulary import HUB, Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model

DIGITAL: Final = frozenset({"online", "mailbox", "interface", "file"})
"""Values of `hub:channel` that are no break."""
_RULE_OF: Final[Mapping[str, str]] = {
    "email": "MB-12",
    "post": "MB-05",
    "fax": "MB-06",
    "phone": "MB-07",
    "personal": "MB-08",
}
_CHANNEL_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "email": ("E-Mail", "e-mail"),
    "post": ("Post", "post"),
    "fax": ("Fax", "fax"),
    "phone": ("Telefon", "telephone"),
    "personal": ("persönlich", "in person"),
    "paper": ("Papier", "paper"),
}
_AUTOMATED: Final = frozenset({"serviceTask", "scriptTask", "businessRuleTask"})
_INTERFACES: Final = _AUTOMATED | {"sendTask", "receiveTask", "callActivity"}
_TYPED_IN: Final = matcher(
    ["(erfassen|eingeben|eintragen|aufnehmen)", "*daten … (anlegen|uebernehmen|uebertragen)", "*erfassung"]
)
_SAYS_DATA: Final = re.compile(
    r"daten|angaben|antrag|anmeldung|anzeige|formular|meldung|register|fall|vorgang|kunde|person"
)
_RECEIVED: Final = matcher(
    ["*eingegangen*", "*erhalten", "*eingetroffen*", "*empfangen*", "*eingang*", "*entgegennehm*"]
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Evidence of a break before it becomes a finding; `severity` None is that of the rule."""

    rule: str
    element: Element
    text: str
    origin: str
    severity: MediaSeverity | None = None


def systems(element: Element) -> list[str]:
    """Return the IT systems of an element (`hub:system`), each by its name."""
    if element.tag_end == element.end:
        return []
    nodes = (node for node in element.extensions if node.name == "system" and node.namespace == HUB)
    return [part.strip() for node in nodes for part in node.attributes.get("name", "").split(",") if part.strip()]


class Channels:
    """How the messages and steps of one model are known to travel."""

    def __init__(self, model: Model, rules: MediaRules) -> None:
        self._digital = rules.matchers["digital"]
        self.has_hub = HUB in model.text
        self.of: dict[str, str] = {}
        """Message flow id → value of `hub:channel`, lower case."""
        self._ends: dict[str, list[str]] = {}
        for flow in model.message_flows:
            if self.has_hub and flow.tag_end != flow.end:
                for node in flow.extensions:
                    if node.name == "channel" and node.namespace == HUB:
                        self.of[flow.id] = node.attributes.get("kind", "").strip().lower()
            for end in (flow.source, flow.target):
                if end is not None and end.is_node:
                    self._ends.setdefault(end.id, []).append(flow.id)
        self.systems: dict[str, list[str]] = {}
        if self.has_hub:
            self.systems = {node.id: found for node in model.of_kind(Kind.ACTIVITY) if (found := systems(node))}

    def says_digital(self, text: str) -> bool:
        """Return whether a text names a digital way."""
        return any(self._digital.any(sentence.words) for sentence in sentences(text))

    def is_digital(self, element: Element) -> bool:
        """Return whether an element is known to pass information on digitally: by channel, system or name."""
        if element.kind is Kind.MESSAGE_FLOW:
            return self.of.get(element.id) in DIGITAL
        channels = [self.of[flow] for flow in self._ends.get(element.id, ()) if flow in self.of]
        if channels:
            return all(channel in DIGITAL for channel in channels)
        return any(self.says_digital(system) for system in self.systems.get(element.id, ()))


def structural_hits(model: Model, channels: Channels, lexical: set[str], lang: str) -> Iterator[Hit]:
    """Yield what channels, systems, types and order tell; `lexical` are elements whose words already told a break."""
    for flow in model.message_flows:
        yield from _message(flow, channels, lexical, lang)
    for node in model.of_kind(Kind.ACTIVITY):
        if node.type == "manualTask":
            yield Hit("MB-18", node, type_name(node.type, lang).strip(), "structure")
        elif node.type == "task" and node.id not in channels.systems:
            yield Hit("MB-20", node, type_name(node.type, lang).strip(), "structure")
        yield from _typed_in(node, channels)
    yield from _system_changes(model, channels)
    yield from _written_twice(model, channels)


def _message(flow: Element, channels: Channels, lexical: set[str], lang: str) -> Iterator[Hit]:
    channel = channels.of.get(flow.id, "")
    if channel:
        rule = _RULE_OF.get(channel)
        if channel == "paper":
            # Paper that comes in is an application on paper, paper that goes out has been printed.
            outside = flow.source is not None and flow.source.kind is Kind.POOL
            rule = "MB-01" if outside else "MB-03"
        if rule is not None:
            word = _CHANNEL_WORDS[channel][lang != "de"]
            yield Hit(rule, flow, word, "channel")
        return
    message = flow.reference("messageRef")
    name = " ".join(filter(None, (flow.name, message.name if message is not None else "")))
    if flow.id not in lexical and not channels.says_digital(name):
        yield Hit("MB-19", flow, name.strip() or type_name(flow.type, lang).strip(), "structure")


def _typed_in(node: Element, channels: Channels) -> Iterator[Hit]:
    """Yield MB-10 for a step that types in what has just been received (domain: task following a receive)."""
    if node.type not in ("task", "userTask", "manualTask") or channels.is_digital(node):
        return
    name = next(sentences(node.name), None)
    if name is None or not _SAYS_DATA.search(name.words):
        return
    found = next(_TYPED_IN.find(name.words), None)
    if found is None or channels.says_digital(node.name):
        return
    for flow in node.incoming:
        before = flow.source
        if before is not None and _receives(before) and not channels.is_digital(before):
            yield Hit("MB-10", node, name.original(found[1].start(), found[1].end()), "structure", MediaSeverity.MEDIUM)
            return


def _receives(node: Element) -> bool:
    if node.type == "receiveTask" or any(one.type == "messageEventDefinition" for one in node.event_definitions):
        return True
    return any(_RECEIVED.any(sentence.words) for sentence in sentences(node.name))


def _system_changes(model: Model, channels: Channels) -> Iterator[Hit]:
    """Yield MB-11 where a person carries information from one system to the next (sequence and message flow)."""
    own = channels.systems
    seen: set[str] = set()
    for node in model.of_kind(Kind.ACTIVITY):
        if node.id not in own or node.type in _INTERFACES or channels.is_digital(node):
            continue
        for after in _next_with_system(node, own):
            if after.id in seen or after.type in _INTERFACES or set(own[node.id]) & set(own[after.id]):
                continue
            seen.add(after.id)
            yield Hit("MB-11", after, f"{', '.join(own[node.id])} → {', '.join(own[after.id])}", "structure")
    for flow in model.message_flows:
        source, target = flow.source, flow.target
        if source is None or target is None or flow.id in channels.of:
            continue
        here, there = own.get(source.id), own.get(target.id)
        if here and there and not set(here) & set(there) and not {source.type, target.type} & _INTERFACES:
            yield Hit("MB-11", flow, f"{', '.join(here)} → {', '.join(there)}", "structure")


def _next_with_system(node: Element, own: Mapping[str, list[str]]) -> Iterator[Element]:
    """Yield the next activities with a system; steps without one and gateways lie between, an interface ends it."""
    waiting, seen = [node], {node.id}
    while waiting:
        for flow in waiting.pop().outgoing:
            after = flow.target
            if after is None or after.id in seen:
                continue
            seen.add(after.id)
            if after.id in own:
                yield after
            elif after.type not in _INTERFACES:
                waiting.append(after)


def _written_twice(model: Model, channels: Channels) -> Iterator[Hit]:
    """Yield MB-10 where people write the same data object from two different systems."""
    writers: dict[str, list[Element]] = {}
    for association in model.of_kind(Kind.DATA_ASSOCIATION):
        source, target = association.source, association.target
        if association.type == "dataOutputAssociation" and source is not None and target is not None:
            writers.setdefault(target.id, []).append(source)
    for data, nodes in writers.items():
        by_people = [node for node in nodes if node.id in channels.systems and node.type not in _INTERFACES]
        for one, other in pairwise(by_people):
            if one.lane is not other.lane and not set(channels.systems[one.id]) & set(channels.systems[other.id]):
                yield Hit("MB-10", other, model.elements[data].label or data, "structure", MediaSeverity.MEDIUM)
