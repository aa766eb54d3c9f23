"""Tell slots that changed as changes of model elements, the way `diff` tells them."""

from __future__ import annotations

from typing import Final

from hub.bpmn.canonical import folded
from hub.bpmn.change import WEIGHT, Change, ChangeKind
from hub.bpmn.grammar import label_of
from hub.bpmn.merge_changes import Change as SlotChange
from hub.bpmn.merge_changes import Value, Version
from hub.bpmn.merge_tree import Xml
from hub.bpmn.model import Element
from hub.bpmn.vocabulary import BPMN, CONNECTION_KINDS, Kind, type_name

_LAYOUT: Final = {"bounds": "position", "course": "waypoints", "label": "label"}


class Reporter:
    """Turns what one side changed into `Change` objects."""

    def __init__(self, base: Version, side: Version) -> None:
        self.base = base
        self.side = side

    def change(self, slot: SlotChange) -> Change:
        """Return the slot change as people read it: which element, what before, what after."""
        kind, aspect = self._kind(slot)
        owner = self._owner(slot)
        old = self._element(self.base, owner)
        new = self._element(self.side, owner)
        if kind is ChangeKind.ADDED:
            old = None
        before, after = self._text(slot, slot.before, self.base, kind), self._text(slot, slot.after, self.side, kind)
        if kind is ChangeKind.RECONNECTED:
            before, after = _course(old), _course(new)
        elif kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            element = new if kind is ChangeKind.ADDED else old
            title = (label_of(element) or type_name(element.type)) if element is not None else slot.token.name
            before, after = (None, title) if kind is ChangeKind.ADDED else (title, None)
        return Change(kind, old, new, before, after, aspect, WEIGHT[kind])

    def _kind(self, slot: SlotChange) -> tuple[ChangeKind, str]:
        node, what = slot.node, slot.what
        element = node.element
        if slot.layout:
            drawn = {"exists": "drawn" if slot.after is not None else "undrawn"}
            if what[0] == "@":
                return ChangeKind.LAYOUT, "colour" if what[1] == "{" else "display"
            return ChangeKind.LAYOUT, _LAYOUT.get(what) or drawn[what]
        stands = element is not None and not folded(element) and element.kind is not Kind.LANE_SET
        if what == "exists" and stands:
            return (ChangeKind.ADDED if slot.after is not None else ChangeKind.REMOVED), ""
        if what == "type" and stands:
            return ChangeKind.RETYPED, ""
        if what == "home":
            return ChangeKind.MOVED_SCOPE, ""
        if what == "lane":
            return ChangeKind.MOVED_LANE, ""
        if what == "@name" and stands:
            return ChangeKind.RENAMED, ""
        if what in ("@sourceRef", "@targetRef") and element is not None and element.kind in CONNECTION_KINDS:
            return ChangeKind.RECONNECTED, ""
        path = self._path(node)
        if path[:1] == ["documentation"]:
            return ChangeKind.DOCUMENTATION, ""
        if node.namespace != BPMN or what[:2] == "@{":
            key = node.attributes.get("name") or node.attributes.get("key")
            name = what.rpartition("}")[2] if what[:2] == "@{" else node.name + (f"[{key}]" if key else "")
            return ChangeKind.EXTENSION, name
        if what[0] == "@":
            path.append(what[1:])
        return ChangeKind.PROPERTY, "/".join(path) or node.name

    def _path(self, node: Xml) -> list[str]:
        path: list[str] = []
        at: Xml | None = node
        while at is not None and (at.element is None or folded(at.element)) and at.parent is not None:
            if at.name != "extensionElements":
                path.insert(0, at.name)
            at = at.parent
        return path

    def _owner(self, slot: SlotChange) -> Xml | None:
        node: Xml | None = slot.node
        if slot.layout and node is not None:
            version = self.base if slot.what == "exists" and slot.after is None else self.side
            while node is not None and "bpmnElement" not in node.attributes and node.parent is not None:
                node = node.parent
            found = version.document.find(node.attributes.get("bpmnElement", "")) if node is not None else None
            return found.token if found is not None else None
        while node is not None and (node.element is None or folded(node.element)) and node.parent is not None:
            node = node.parent
        return node.token if node is not None else None

    def _element(self, version: Version, token: Xml | None) -> Element | None:
        node = version.here.get(token) if token is not None else None
        return node.element if node is not None else None

    def _text(self, slot: SlotChange, value: Value, version: Version, kind: ChangeKind) -> str | None:
        if value is None:
            return None
        if slot.layout:
            return None
        if value is True:
            text = slot.node.text
            attributes = slot.node.attributes
            return text or ", ".join(f"{k.rpartition('}')[2]}={v}" for k, v in attributes.items() if k != "id")
        if type(value) is Xml:
            return self._label(value, version)
        if isinstance(value, frozenset):
            return ", ".join(sorted(self._label(token, version) for token in value))
        if kind is ChangeKind.DOCUMENTATION or slot.what == "text":
            node = version.here.get(slot.token)
            return node.text if node is not None else str(value)
        return str(value)

    def _label(self, token: Xml, version: Version) -> str:
        node = version.here.get(token, token)
        if node.element is None:
            return node.attributes.get("id", node.name)
        return label_of(node.element) or node.element.id


def _course(element: Element | None) -> str | None:
    if element is None:
        return None
    ends = (element.source, element.target)
    return " → ".join((label_of(end) or type_name(end.type)) if end is not None else "–" for end in ends)
