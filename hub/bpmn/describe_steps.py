"""The sentences of one step: what is done, by whom, what decides, where it goes on, what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.bpmn.describe_events import boundary_sentence, end_sentence, middle_sentence, start_sentence
from hub.bpmn.describe_order import Entry
from hub.bpmn.describe_sentence import active_sentence
from hub.bpmn.describe_text import Reference, Text, fill, finish, has_words, join, plain
from hub.bpmn.naming import is_default_name, one_line, tidy
from hub.bpmn.vocabulary import CALLS, HUB, SUB_PROCESSES, Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element

_TYPE_NOTES: Final = {
    "serviceTask": "automatic",
    "scriptTask": "automatic",
    "businessRuleTask": "rule-task",
    "manualTask": "manual",
    "sendTask": "send-task",
    "receiveTask": "receive-task",
}
_SPLITS: Final = {"inclusiveGateway": "inclusive", "complexGateway": "complex"}
_READABLE: Final = re.compile(r"[^\W\d][^\W\d_]{2,}(?:[ _-]?[^\W\d_]{2,}){0,6}")
"""A called process named so that people can read it, not by an id."""
_JOINS: Final = {"parallelGateway": "join-parallel", "inclusiveGateway": "join-inclusive"}


@dataclass(frozen=True, slots=True)
class Around:
    """What the sentences need to know of the rest of the model."""

    lang: str
    entries: Mapping[str, Entry]
    headings: Sequence[str]
    links: Mapping[str, str]
    messages_out: Mapping[str, Sequence[Element]]
    messages_in: Mapping[str, Sequence[Element]]
    data: Mapping[str, Mapping[str, Sequence[str]]]
    notes: Mapping[str, Sequence[str]]
    partner: Callable[[Element | None], str]
    """Name of the participant an end of a message flow belongs to."""


def clean_name(node: Element) -> str:
    """Return the name of a node in one line; empty for none and for default names of gateways."""
    name = tidy(node.name)
    if not has_words(name) or (node.kind is Kind.GATEWAY and is_default_name(name)):
        return ""
    return name


def name_or_type(node: Element, lang: str) -> Text:
    """Return the name of a node, or its type marked as unnamed."""
    if name := clean_name(node):
        return (name,)
    label = type_name(node.type, lang)
    return fill("unnamed", lang, type=label[0].upper() + label[1:])


class Teller:
    """Tells one entry; everything it needs of the model is in `around`."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._lang = around.lang

    def targets(self, entry: Entry) -> tuple[str, ...]:
        """Return the ids of the nodes that follow, in the order of the flows, each once."""
        found = [flow.target.id for flow in entry.node.outgoing if flow.target is not None]
        if entry.node.id in self._around.links:
            found.append(self._around.links[entry.node.id])
        return tuple(dict.fromkeys(id_ for id_ in found if id_ in self._around.entries))

    def sentence(self, entry: Entry) -> Text:
        """Return what the step is about, and where it goes on if that is not simply the next step."""
        node = entry.node
        if node.type == "boundaryEvent" and entry.level > 0 and node.attached_to is not None:
            return finish(boundary_sentence(node, clean_name(node), self._lang, self._jumps(entry)))
        text = self._lead(entry) + self._main(node)
        return finish(text + self._going_on(entry))

    def ways(self, entry: Entry) -> tuple[Text, ...]:
        """Return the ways out of a deciding gateway, one sentence each."""
        if not self._decides(entry.node):
            return ()
        return tuple(finish((*self._way(entry, flow), ".")) for flow in entry.node.outgoing)

    def details(self, entry: Entry) -> tuple[Text, ...]:
        """Return further sentences: type, repetition, messages, data, documentation, notes."""
        node, lang = entry.node, self._lang
        found: list[Text] = []
        if node.type in _TYPE_NOTES:
            found.append(fill(_TYPE_NOTES[node.type], lang))
        if node.kind is Kind.ACTIVITY:
            found += self._activity_details(node)
        found += self._messages(node)
        found += self._exchanged(node)
        for key, names in self._around.data.get(node.id, {}).items():
            found.append(fill(key, lang, what=join([(name,) for name in dict.fromkeys(names)], lang)))
        found += self._extensions(node)
        found += [(line,) for line in _paragraphs(node.documentation)]
        found += [fill("note", lang, text=one_line(text)) for text in self._around.notes.get(node.id, ())]
        for flow in node.outgoing:
            found += [(line,) for line in _paragraphs(flow.documentation)]
            found += [fill("note", lang, text=one_line(text)) for text in self._around.notes.get(flow.id, ())]
        return tuple(finish(text) for text in found)

    def reference(self, entry: Entry, from_section: int) -> Reference:
        """Return „Schritt 5“, with the section if it is another one."""
        if entry.section == from_section:
            return Reference(entry.node.id, plain(fill("step", self._lang, number=entry.number)))
        section = self._around.headings[entry.section]
        return Reference(entry.node.id, plain(fill("step-elsewhere", self._lang, number=entry.number, section=section)))

    def _main(self, node: Element) -> Text:
        lang, name = self._lang, clean_name(node)
        if node.type == "startEvent":
            return start_sentence(node, name, lang)
        if node.type == "endEvent":
            return end_sentence(node, name, lang)
        if node.kind is Kind.EVENT:
            return middle_sentence(node, name, lang)
        if node.kind is Kind.GATEWAY:
            return self._gateway(node, name)
        if node.is_event_sub_process:
            return fill("event-sub-process", lang, name=name_or_type(node, lang))
        participants = _participants(node)
        if participants:
            joined = join([(participant,) for participant in participants], lang)
            return fill("between", lang, name=name_or_type(node, lang), participants=joined)
        lane = node.lane
        who = tidy(lane.name) if lane is not None else ""
        if not who:
            return fill("task", lang, name=name_or_type(node, lang))
        if lang == "de" and name and (sentence := active_sentence(who, name)) is not None:
            return (f"{sentence}.",)
        return fill("by", lang, who=who, name=name_or_type(node, lang))

    def _gateway(self, node: Element, name: str) -> Text:
        lang = self._lang
        incoming, outgoing = node.incoming, node.outgoing
        text: Text = ()
        if len(incoming) > 1:
            text = self._joining(node)
        if self._decides(node):
            key = _SPLITS.get(node.type, "decision")
            ending = "" if name.endswith("?") else "."
            asked = fill(key, lang, name=name + ending) if name else fill(f"{key}-unnamed", lang)
            return (*text, " ", *asked) if text else asked
        if len(outgoing) > 1:
            # Parallel and event-based gateways name all their ways in one sentence.
            ways = self._way_list(node)
            if node.type == "eventBasedGateway":
                opened = fill("event-based", lang, ways=ways)
            elif name:
                opened = fill("parallel-named", lang, name=name, ways=ways)
            else:
                opened = fill("parallel", lang, ways=ways)
            return (*text, " ", *opened) if text else opened
        if name:
            return (*fill("named", lang, name=name), " ", *text) if text else fill("named", lang, name=name)
        return text or fill("pass", lang)

    def _decides(self, node: Element) -> bool:
        return (
            node.kind is Kind.GATEWAY
            and len(node.outgoing) > 1
            and node.type not in ("parallelGateway", "eventBasedGateway")
        )

    def _joining(self, node: Element) -> Text:
        section = self._section(node)
        sources = [flow.source for flow in node.incoming]
        entries = {s.id: self._around.entries[s.id] for s in sources if s is not None and s.id in self._around.entries}
        told = sorted(entries.values(), key=lambda entry: entry.position)
        references: list[Text] = [(self.reference(entry, section),) for entry in told]
        return fill(_JOINS.get(node.type, "join"), self._lang, sources=join(references, self._lang))

    def _way_list(self, node: Element) -> Text:
        texts: list[Text] = []
        for flow in node.outgoing:
            entry = self._around.entries.get(flow.target.id) if flow.target is not None else None
            if entry is None:
                texts.append(fill("nowhere", self._lang))
                continue
            reference = self.reference(entry, self._section(node))
            label = tidy(flow.name) or clean_name(entry.node)
            if not label:
                texts.append((reference,))
                continue
            texts.append(fill("event-way", self._lang, name=fill("quoted", self._lang, name=label), step=reference))
        return join(texts, self._lang, "or" if node.type == "eventBasedGateway" else "and")

    def _way(self, entry: Entry, flow: Element) -> Text:
        lang = self._lang
        jump = self._jump(entry, flow.target)
        if name := tidy(flow.name):
            return fill("way", lang, label=fill("quoted", lang, name=name), jump=jump)
        if entry.node.default is flow:
            return fill("way-default", lang, jump=jump)
        if condition := flow.condition:
            label = fill("quoted", lang, name=one_line(condition))
            return fill("way-condition", lang, label=label, jump=jump)
        return fill("way-plain", lang, jump=jump)

    def _jump(self, entry: Entry, target: Element | None) -> Text:
        aim = self._around.entries.get(target.id) if target is not None else None
        if aim is None:
            return fill("jump-nowhere", self._lang)
        back = aim.section == entry.section and aim.position <= entry.position
        return fill("jump-back" if back else "jump", self._lang, step=self.reference(aim, entry.section))

    def _jumps(self, entry: Entry) -> Text:
        """Return all the ways from a boundary event in one clause."""
        targets = [flow.target for flow in entry.node.outgoing]
        if not targets:
            targets = [
                a.target for a in entry.node.model.associations if a.source is entry.node and a.target is not None
            ]
            targets = [target for target in targets if target is not None and target.is_node]
        return join([self._jump(entry, target) for target in targets], self._lang)

    def _going_on(self, entry: Entry) -> Text:
        """Return where it goes on after anything but a deciding gateway."""
        node, lang = entry.node, self._lang
        if node.kind is Kind.GATEWAY and len(node.outgoing) > 1:
            return ()
        aims = [self._around.entries[id_] for id_ in self.targets(entry)]
        text: Text = ()
        if len(aims) == 1:
            aim = aims[0]
            if aim is not entry.following or entry.node.type == "endEvent":
                back = aim.section == entry.section and aim.position <= entry.position
                reference = self.reference(aim, entry.section)
                text = (" ", *fill("go-back" if back else "go-on", lang, step=reference))
        elif aims:
            conditional = any(flow.name.strip() or flow.condition or node.default is flow for flow in node.outgoing)
            if conditional:
                for flow in node.outgoing:
                    text = (*text, " ", *self._way(entry, flow), ".")
            else:
                ways: list[Text] = [(self.reference(aim, entry.section),) for aim in aims]
                text = (" ", *fill("go-parallel", lang, ways=join(ways, lang)))
        elif not node.outgoing and self._should_go_on(entry):
            text = (" ", *fill("dead-end", lang))
        if len(aims) < 2 and any(
            flow.target is None or flow.target.id not in self._around.entries for flow in node.outgoing
        ):
            text = (*text, " ", *fill("go-nowhere", lang))
        return text

    def _should_go_on(self, entry: Entry) -> bool:
        node = entry.node
        scope = node.scope_element
        aside = node.is_event_sub_process or node.attributes.get("isForCompensation") in ("true", "1")
        return node.type != "endEvent" and not aside and not (scope is not None and scope.type == "adHocSubProcess")

    def _lead(self, entry: Entry) -> Text:
        """Return which case this step belongs to, where the deciding gateway is not right before it."""
        node = entry.node
        if len(node.incoming) != 1:
            return ()
        flow = node.incoming[0]
        source = self._around.entries.get(flow.source.id) if flow.source is not None else None
        name = tidy(flow.name)
        if source is None or not name or not self._decides(source.node) or source.following is entry:
            return ()
        reference = self.reference(source, entry.section)
        label = fill("quoted", self._lang, name=name)
        return (*fill("case", self._lang, label=label, step=reference), " ")

    def _activity_details(self, node: Element) -> list[Text]:
        lang = self._lang
        found: list[Text] = []
        if node.type in CALLS:
            called = (node.called or "").rpartition(":")[2]
            process = node.model.resolve(called)
            title = tidy(process.name) if process is not None else ""
            if not title and _READABLE.fullmatch(called):
                title = called
            what: Text = (": ", *fill("quoted", lang, name=title)) if title and title != node.name else ()
            found.append(fill("call", lang, what=what))
        elif node.is_event_sub_process:
            starts = [child for child in node.flow_nodes if child.type == "startEvent"]
            interrupts = not starts or any(start.is_interrupting for start in starts)
            found.append(fill("event-sub-process-interrupting" if interrupts else "event-sub-process-parallel", lang))
        elif node.type in SUB_PROCESSES and node.flow_nodes:
            found.append(
                fill({"adHocSubProcess": "ad-hoc", "transaction": "transaction"}.get(node.type, "sub-process"), lang)
            )
        if (loop := node.loop) is not None:
            found.append(self._loop(node, loop))
        if node.attributes.get("isForCompensation") in ("true", "1"):
            found.append(fill("for-compensation", lang))
        return found

    def _loop(self, node: Element, loop: str) -> Text:
        what = ""
        for detail in node.details.children:
            if detail.name.endswith("LoopCharacteristics"):
                inner = (
                    detail.find("loopCondition") or detail.find("loopCardinality") or detail.find("completionCondition")
                )
                what = one_line(inner.full_text) if inner is not None else ""
        if not what:
            return fill(f"loop-{loop}", self._lang, what="")
        quoted = fill("quoted", self._lang, name=what)
        key = "loop-while" if loop == "standard" else "loop-times"
        return fill(f"loop-{loop}", self._lang, what=fill(key, self._lang, what=quoted))

    def _extensions(self, node: Element) -> list[Text]:
        """Return what the hub's own vocabulary says: IT systems and legal bases."""
        found: list[Text] = []
        for key, name, attribute in (("system", "system", "name"), ("legal-basis", "legalBasis", "text")):
            values = [e.attributes.get(attribute, "") for e in node.extensions if e.namespace == HUB and e.name == name]
            told: list[Text] = [(tidy(value),) for value in values if value.strip()]
            if told:
                found.append(fill(key, self._lang, what=join(told, self._lang)))
        return found

    def _messages(self, node: Element) -> list[Text]:
        found: list[Text] = []
        for key, flows in (("sends", self._around.messages_out), ("receives", self._around.messages_in)):
            for flow in flows.get(node.id, ()):
                found.append(self.message(flow, key))
        return found

    def _exchanged(self, node: Element) -> list[Text]:
        """Return the messages that a choreography activity names."""
        found: list[Text] = []
        if not node.type.startswith("choreography"):
            return found
        for detail in node.details.find_all("messageFlowRef"):
            flow = node.model.resolve(detail.text.strip())
            if flow is not None and flow.source is not None and flow.target is not None and flow.name.strip():
                what = fill("quoted", self._lang, name=tidy(flow.name))
                names = [tidy(end.name) or plain(fill("somebody", self._lang)) for end in (flow.source, flow.target)]
                found.append(fill("exchange", self._lang, what=what, sender=names[0], receiver=names[1]))
        return found

    def message(self, flow: Element, key: str) -> Text:
        """Return a message as sent or received (`key` is `sends` or `receives`)."""
        lang = self._lang
        other = flow.target if key == "sends" else flow.source
        whom: Text = (self._around.partner(other) or plain(fill("somebody", lang)),)
        entry = self._around.entries.get(other.id) if other is not None else None
        if entry is not None:
            reference = self.reference(entry, entry.section)
            whom = fill("at-step", lang, whom=whom, step=reference)
        message = flow.reference("messageRef")
        name = tidy(flow.name) or (tidy(message.name) if message is not None else "")
        if not name:
            return fill(f"{key}-unnamed", lang, whom=whom)
        return fill(key, lang, what=fill("quoted", lang, name=name), whom=whom)

    def _section(self, node: Element) -> int:
        return self._around.entries[node.id].section


def _participants(node: Element) -> list[str]:
    """Return who takes part in a choreography activity."""
    if not node.type.startswith(("choreography", "callChoreography", "subChoreography")):
        return []
    named = [node.model.resolve(detail.text.strip()) for detail in node.details.find_all("participantRef")]
    return [tidy(participant.name) for participant in named if participant is not None and participant.name.strip()]


def _paragraphs(documentation: str) -> list[str]:
    return [one_line(line) for line in documentation.splitlines() if line.strip()]
