"""What an element says, free of how a tool happened to write it.

Two elements say the same if their `Content` is equal: prefixes, attribute order, order among equals,
explicit defaults, white space and empty shells make no difference.
Defaults are those of the BPMN 2.0 XML schema (formal/2013-12-09, Semantic.xsd).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hub.bpmn.model import Element
from hub.bpmn.tree import Node
from hub.bpmn.vocabulary import BPMN, XSI, Kind

_DEFAULTS: Final = {
    "isExecutable": "false",
    "isClosed": "false",
    "processType": "None",
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "triggeredByEvent": "false",
    "isInterrupting": "true",
    "cancelActivity": "true",
    "parallelMultiple": "false",
    "isSequential": "false",
    "testBefore": "false",
    "behavior": "All",
    "gatewayDirection": "Unspecified",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "ordering": "Parallel",
    "cancelRemainingInstances": "true",
    "associationDirection": "None",
    "isCollection": "false",
    "isUnlimited": "true",
    "itemKind": "Information",
    "isStructureCollection": "false",
    "waitForCompletion": "true",
    "loopType": "None",
    "method": "Compensate",
    "textFormat": "text/plain",
    "mustUnderstand": "false",
    "minimum": "0",
    "maximum": "1",
}
_IMPLEMENTATIONS: Final = frozenset({"##WebService", "##unspecified", "##Unspecified"})
_BOOLEANS: Final = {"1": "true", "0": "false"}
_NUMERIC: Final = frozenset({"startQuantity", "completionQuantity", "minimum", "maximum"})
_NOT_SAID_HERE: Final = frozenset({"incoming", "outgoing", "flowNodeRef", "documentation", "extensionElements"})
_ENDS: Final = frozenset({"sourceRef", "targetRef"})
_FOLDED: Final = frozenset({"dataInput", "dataOutput", "property", "operation", "categoryValue"})
_KEYS: Final = ("key", "metaKey", "name", "id", "event", "target", "variable", "type")
_RANDOM: Final = re.compile(r"(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[0-9A-Za-z-]{7,}$|\d{5,}$")
_A_PART: Final = "#"
"""Stands for a reference to a detail: which one is of no interest, and its id may change."""
_COLOUR_KEYS: Final = frozenset({"bgcolor", "bordercolor"})

_NO_ALIASES: Final[Mapping[str, str]] = MappingProxyType({})

Values = dict[str, list[str]]
Rename = Callable[[str], str]
"""Maps the id of a referenced element to what stands for it in a comparison."""


@dataclass(slots=True, eq=True)
class Content:
    """What one element says: plain `properties` and `extensions` by path, each with all its values in order."""

    type: str
    label: str
    properties: Values
    documentation: str
    extensions: Values
    look: Values
    """Colours that a vendor keeps among the extensions."""


def folded(element: Element) -> bool:
    """Whether an element is only a part of its parent: event definitions, inputs and outputs of a task and the like."""
    if element.parent is None:
        return False
    if element.type in _FOLDED:
        return element.type in ("operation", "categoryValue") or element.parent.kind is not Kind.PROCESS
    return element.kind is Kind.EVENT_DEFINITION


def made_up(id_: str) -> bool:
    """Whether an id looks as if a tool had drawn it by lot (`sid-1E2F3A4B`), so that it says nothing."""
    return _RANDOM.search(id_) is not None


def squeezed(text: str) -> str:
    """Return `text` with every run of white space as one blank: tools break lines in names as they please."""
    return " ".join(text.split())


def said(name: str, value: str) -> str | None:
    """Return what an attribute of BPMN says, None if a default of the schema says the same."""
    plain = _BOOLEANS.get(value, value) if name in _DEFAULTS and name not in _NUMERIC else value
    return None if _DEFAULTS.get(name) == plain or (name == "implementation" and value in _IMPLEMENTATIONS) else plain


def own_xml(element: Element) -> str:
    """Return the XML of an element without the elements nested in it, as far as they stand on their own."""
    if not element.children:
        return element.xml
    text = element.model.text
    at, parts = element.start, []
    for child in element.children:
        if not folded(child):
            parts.append(text[at : child.start].strip())
            at = child.end
    parts.append(text[at : element.end].strip())
    return "".join(parts)


def content(
    element: Element,
    rename: Rename,
    aliases: Mapping[str, str] = _NO_ALIASES,
    parts: frozenset[str] = frozenset(),
    *,
    ids_kept: bool = True,
) -> Content:
    """Return what `element` says.

    References appear as `rename` makes of the ids they lead to, namespaces of other vocabularies as `aliases`
    calls them. References to `parts` (ids of details) all appear alike. Without `ids_kept`, ids inside
    extensions say nothing: a tool that rewrote all others will have rewritten them too.
    """
    properties: Values = {}
    extensions: Values = {}
    look: Values = {}
    reader = _Reader(element, rename, aliases, parts, properties, extensions, look)
    reader.ids_kept = ids_kept
    reader.attributes(element.attributes, "", element)
    documentation = ""
    if element.tag_end != element.end:
        reader.details(element.details, "")
        documentation = "\n\n".join(squeezed(part) for part in element.documentation.split("\n\n")).strip()
    for child in element.children:
        if folded(child):
            reader.part(child)
    label = squeezed(element.raw_name or element.label)
    for values in (*properties.values(), *extensions.values(), *look.values()):
        values.sort()
    return Content(element.type, label, properties, documentation, extensions, look)


class _Reader:
    def __init__(
        self,
        element: Element,
        rename: Rename,
        aliases: Mapping[str, str],
        parts: frozenset[str],
        properties: Values,
        extensions: Values,
        look: Values,
    ) -> None:
        self.model = element.model
        self.rename = rename
        self.aliases = aliases
        self.parts = parts
        self.ids_kept = True
        self.properties = properties
        self.extensions = extensions
        self.look = look
        self.has_ends = element.kind in (Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION)

    def value(self, value: str) -> str:
        target = self.model.by_id.get(value)
        if target is None and ":" in value:
            target = self.model.by_id.get(value.rpartition(":")[2])
        if target is not None:
            return self.rename(target.id)
        return _A_PART if value in self.parts else value

    def attributes(self, attributes: Mapping[str, str], path: str, element: Element | None = None) -> None:
        for name, value in attributes.items():
            if name == "id" or (name == "name" and element is not None):
                continue
            if name[0] == "{":
                if not name.startswith(f"{{{XSI}}}"):
                    namespace, _, local = name[1:].rpartition("}")
                    written = f"{path}@{{{self.aliases.get(namespace, namespace)}}}{local}"
                    self.extensions.setdefault(written, []).append(self.value(value))
                continue
            if name in _ENDS and self.has_ends and not path:
                continue
            plain = said(name, value)
            if plain is None:
                continue
            if name == "structureRef" or name.endswith("TypeRef"):
                plain = plain.rpartition(":")[2]
            self.properties.setdefault(path + name, []).append(self.value(plain))

    def details(self, node: Node, path: str) -> None:
        for child in node.children:
            if child.namespace != BPMN:
                self.extension(child, path)
                continue
            name = child.name
            if name == "extensionElements":
                for grandchild in child.children:
                    self.extension(grandchild, path)
            elif name not in _NOT_SAID_HERE and not (self.has_ends and not path and name in _ENDS):
                self.detail(child, f"{path}{name}")

    def detail(self, node: Node, path: str) -> None:
        self.attributes(node.attributes, f"{path}/")
        text = squeezed(node.text)
        if text:
            self.properties.setdefault(path, []).append(self.value(text))
        elif not node.children:
            self.properties.setdefault(path, []).append("")
        self.details(node, f"{path}/")

    def part(self, element: Element) -> None:
        path = element.type
        self.properties.setdefault(path, []).append(squeezed(element.raw_name))
        self.attributes(element.attributes, f"{path}/", element)
        if element.tag_end != element.end:
            self.details(element.details, f"{path}/")
        for child in element.children:
            if folded(child):
                self.part(child)

    def extension(self, node: Node, path: str) -> None:
        attributes = node.attributes
        if attributes.get("metaKey") in _COLOUR_KEYS:
            self.look.setdefault(attributes["metaKey"], []).append(attributes.get("metaValue", ""))
            return
        namespace = self.aliases.get(node.namespace, node.namespace)
        path = f"{path}{{{namespace}}}{node.name}"
        speaking = [n for n in attributes if n != "id" or (self.ids_kept and not made_up(attributes[n]))]
        key = next((name for name in _KEYS if name in speaking), None)
        if key is not None:
            path = f"{path}[{attributes[key]}]"
        text = squeezed(node.text)
        if text or (not node.children and len(attributes) <= (key is not None)):
            self.extensions.setdefault(path, []).append(text)
        for name in speaking:
            if name != key:
                self.extensions.setdefault(f"{path}@{name}", []).append(self.value(attributes[name]))
        for child in node.children:
            self.extension(child, f"{path}/")
