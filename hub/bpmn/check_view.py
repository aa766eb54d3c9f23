"""What all checks look at: the model as scopes of nodes with their flows, worked out once per check."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from hub.bpmn.naming import is_default_name, tidy
from hub.bpmn.vocabulary import Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model


class TypeName(str):
    """A BPMN type among the facts, to be told in the reader's language."""

    __slots__ = ()

    def told(self, lang: str) -> str:
        """Return it in words."""
        return type_name(self, lang).strip()


class EventType(TypeName):
    """The type of an event definition without its common ending."""

    __slots__ = ()

    def told(self, lang: str) -> str:
        """Return it in words; `none` is an event without definition."""
        if self == "none":
            return "ohne Auslöser" if lang == "de" else "none"
        word = type_name(f"{self}EventDefinition", lang)
        return word if lang == "de" else word.removesuffix(" event definition")


@dataclass(frozen=True, slots=True)
class Hit:
    """A breach of a rule before it becomes a finding: elements among `facts` are named when it is told."""

    rule: str
    element: Element | None
    facts: dict[str, str | int | Element] = field(default_factory=dict)


@dataclass
class Scope:
    """A process or sub-process with the nodes directly in it."""

    element: Element
    nodes: list[Element]

    @cached_property
    def starts(self) -> list[Element]:
        """Start events."""
        return [node for node in self.nodes if node.type == "startEvent"]


class View:
    """A model prepared for checking."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.nodes = model.nodes
        self.ins: dict[str, list[Element]] = {node.id: [] for node in model.nodes}
        self.outs: dict[str, list[Element]] = {node.id: [] for node in model.nodes}
        self.ends: dict[str, tuple[Element | None, Element | None]] = {}
        for flow in model.flows:
            source, target = flow.source, flow.target
            self.ends[flow.id] = source, target
            if source is not None and source.id in self.outs:
                self.outs[source.id].append(flow)
            if target is not None and target.id in self.ins:
                self.ins[target.id].append(flow)
        self.definitions = {node.id: node.event_definitions for node in model.of_kind(Kind.EVENT)}
        self.hosts = {node.id: node.attached_to for node in model.of_kind(Kind.EVENT) if node.type == "boundaryEvent"}
        self.attached: dict[str, list[Element]] = {}
        for node in model.of_kind(Kind.EVENT):
            if (host := self.hosts.get(node.id)) is not None:
                self.attached.setdefault(host.id, []).append(node)

    @cached_property
    def scope_of(self) -> dict[str, Element]:
        """Node id → the process or sub-process it is in."""
        found = {}
        for node in self.nodes:
            scope = node.scope_element
            if scope is not None:
                found[node.id] = scope
        return found

    @cached_property
    def scopes(self) -> list[Scope]:
        """Processes and sub-processes that contain nodes; choreographies are left out, their rules differ."""
        found: dict[str, Scope] = {}
        for node in self.nodes:
            element = self.scope_of.get(node.id)
            if element is None or element.kind is Kind.COLLABORATION or element.type == "subChoreography":
                continue
            if element.id not in found:
                found[element.id] = Scope(element, [])
            found[element.id].nodes.append(node)
        return list(found.values())

    def types(self, event: Element) -> list[str]:
        """Return the types of an event's definitions without the common ending (`message`, `timer`)."""
        return [definition.type.removesuffix("EventDefinition") for definition in self.definitions.get(event.id, ())]

    def is_compensation(self, node: Element) -> bool:
        """Return whether an activity only runs to undo something."""
        return node.attributes.get("isForCompensation", "") in ("true", "1")


def own_name(element: Element) -> str:
    """Return the name a person gave, in one line; empty for none and for names that tools fill in."""
    name = tidy(element.name)
    return "" if is_default_name(name) else name


_NAMELESS: Final = {
    ("de", ""): "ein Element ohne Namen ({type}{near})",
    ("de", "dat"): "einem Element ohne Namen ({type}{near})",
    ("de", "short"): "ohne Namen{brackets}",
    ("en", ""): "an element without a name ({type}{near})",
    ("en", "short"): "without a name{brackets}",
}


def tell(element: Element, lang: str, case: str = "") -> str:
    """Return an element as a sentence mentions it: its name in quotes, else that it has none.

    `case` is empty for subject and object, `dat` behind a German preposition, `short` behind a noun for it.
    """
    name = tidy(element.label)
    if name:
        return f"„{name}“" if lang == "de" else f"“{name}”"
    if element.kind is Kind.FLOW and (element.source is not None or element.target is not None):
        ends = [
            (tell(end, lang, "short") if end.is_node and end.name else type_name(end.type, lang))
            if end is not None
            else "?"
            for end in (element.source, element.target)
        ]
        return f"{ends[0]} → {ends[1]}"
    nameless = _NAMELESS.get((lang, case)) or _NAMELESS["de" if lang == "de" else "en", ""]
    near = _near(element, lang)
    brackets = f" ({near})" if near else ""
    return nameless.format(type=type_name(element.type, lang).strip(), near=near and f" {near}", brackets=brackets)


def _near(element: Element, lang: str) -> str:
    """Return where an unnamed node is to be found: behind or before one that has a name."""
    if not element.is_node:
        return ""
    before = (flow.source for flow in element.incoming)
    after = (flow.target for flow in element.outgoing)
    words = ("nach", "vor") if lang == "de" else ("after", "before")
    for word, neighbours in zip(words, (before, after), strict=True):
        for neighbour in neighbours:
            if neighbour is not None and (name := tidy(neighbour.name)):
                return f"{word} „{name}“" if lang == "de" else f"{word} “{name}”"
    return ""
