"""What one side changed since the base, as single values: slot by slot.

A slot is one thing that can be so or otherwise: whether a node exists, its type, where it is written,
one attribute, its text, its lane, its place on the drawing. Both sides changing one slot to different
values is what makes a conflict.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final

from hub.bpmn.canonical import said, squeezed
from hub.bpmn.diagram import number
from hub.bpmn.merge_align import DERIVED, home
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.vocabulary import BPMN, BPMNDI, XSI, Kind

Value = Hashable
"""None where the slot is empty; a token where it refers to something; else text or numbers."""
Slot = tuple[Xml, str]

_REFERENCES: Final = frozenset({"default", "source", "target", "incoming", "outgoing", "bpmnElement"})
_TOOL: Final = frozenset({"id", "exporter", "exporterVersion", f"{{{XSI}}}schemaLocation"})
_DRAWING: Final = frozenset(
    {"id", "bpmnElement", "sourceElement", "targetElement", "choreographyActivityShape", "labelStyle"}
)
_EXACT: Final = frozenset({"script"})
ROUNDING: Final = 0.51
"""Diagram units (px): many tools save whole numbers."""
LAYOUT_SLOTS: Final = ("bounds", "course", "label")


@dataclass(slots=True, eq=False)
class Change:
    """One slot that a side changed."""

    token: Xml
    what: str
    """`exists`, `type`, `home`, `text`, `lane`, `@` and an attribute, or one of `LAYOUT_SLOTS`."""
    before: Value
    after: Value
    node: Xml
    """The node on the side that made the change; for a removal the node of the base."""
    layout: bool = False
    implied: bool = False
    """Follows from another change: the parts of something added or removed."""
    refers: tuple[Xml, ...] = field(default=())
    """Tokens the new value, or the added node, refers to."""

    @property
    def slot(self) -> Slot:
        """What was changed, equal on both sides."""
        return self.token, self.what


class Version:
    """A document whose nodes carry tokens, with what it says slot by slot."""

    def __init__(self, document: Document, rounding: float = ROUNDING) -> None:
        self.document = document
        self.rounding = rounding
        """Numbers of a drawing that differ by no more than this are the same."""
        self.here = {node.token: node for node in document.nodes}
        """Token → node."""
        self.lanes = dict(_memberships(document))
        """Token of a step → tokens of the lanes that name it."""

    def said(self, node: Xml) -> dict[str, Value]:
        """Return attribute slots of `node` with their values; what a schema default says anyway is left out."""
        found: dict[str, Value] = {}
        bpmn = node.namespace == BPMN
        skip = _DRAWING if node.namespace == BPMNDI else _TOOL if node.name == "definitions" and bpmn else ()
        for name, value in node.attributes.items():
            if name in skip or (name == "id" and bpmn):
                continue
            if name[0] == "{" and name.startswith(f"{{{XSI}}}"):
                kind = value.rpartition(":")[2]
                if name.endswith("}type") and kind not in ("tFormalExpression", "tExpression"):
                    found[f"@{name}"] = kind
                continue
            if name in _REFERENCES or name[-3:] in ("Ref", "ref") or name.endswith("Refs"):
                target = self.document.find(value)
                found[f"@{name}"] = target.token if target is not None else value
            elif (plain := said(name, value) if bpmn else value) is not None:
                found[f"@{name}"] = squeezed(plain) if name[0] != "{" else plain
        return found

    def text(self, node: Xml) -> Value:
        """Return the text of `node`, a token if it is a reference, None if empty."""
        raw = node.text
        if not raw:
            return None
        if node.namespace == BPMN:
            if node.name in _REFERENCES or node.name.endswith(("Ref", "Refs")):
                target = self.document.find(raw)
                return target.token if target is not None else raw
            return raw if node.name in _EXACT else squeezed(raw)
        return raw


def is_shell(node: Xml) -> bool:
    """Whether a node says nothing by itself: the wrapper around extensions."""
    return node.name == "extensionElements" and node.namespace == BPMN


def holder(node: Xml) -> Xml | None:
    """Return the node that `node` is a part of, wrappers skipped."""
    parent = node.parent
    return parent.parent if parent is not None and is_shell(parent) else parent


def _memberships(document: Document) -> Iterator[tuple[Xml, frozenset[Xml]]]:
    found: dict[Xml, set[Xml]] = {}
    for lane in document.model.lanes:
        node = document.of[lane.id]
        for child in node.children:
            if child.name == "flowNodeRef" and (member := document.find(child.text)) is not None:
                found.setdefault(member.token, set()).add(node.token)
    for member, lanes in found.items():
        yield member, frozenset(lanes)


def bounds(node: Xml | None) -> Value:
    """Return x, y, width and height of a `dc:Bounds` child of `node`, None without one."""
    box = node.find("Bounds") if node is not None else None
    if box is None:
        return None
    get = box.attributes.get
    return tuple(number(get(name)) for name in ("x", "y", "width", "height"))


def course(node: Xml) -> Value:
    """Return the waypoints of an edge."""
    points = (child.attributes for child in node.children if child.name == "waypoint")
    return tuple((number(point.get("x")), number(point.get("y"))) for point in points)


def changes(base: Version, side: Version, shared: Version | None = None) -> dict[Slot, Change]:
    """Return what `side` changed since `base`; `shared` is the other side, for what both added."""
    found: list[Change] = []
    for node in base.document.nodes:
        if node.name in DERIVED and node.namespace == BPMN:
            continue
        now = side.here.get(node)
        if now is not None:
            _compare(base, side, node, now, found)
        elif node.namespace == BPMNDI or node.parent is None or not _inside_drawing(node):
            _missing(base, side, node, found)
    for now in side.document.nodes:
        if now.token not in base.here and not (now.name in DERIVED and now.namespace == BPMN):
            _new(side, now, shared, found, base)
    for member in dict.fromkeys((*base.lanes, *side.lanes)):
        before, after = base.lanes.get(member, frozenset()), side.lanes.get(member, frozenset())
        if before != after and member in side.here:
            owner = side.here[member]
            implied = member not in base.here and not (shared and member in shared.here)
            found.append(
                Change(
                    member, "lane", before or None, after or None, owner, implied=implied, refers=tuple(after - before)
                )
            )
    return {change.slot: change for change in found}


def _compare(base: Version, side: Version, old: Xml, new: Xml, found: list[Change]) -> None:
    layout = old.namespace == BPMNDI or _inside_drawing(old)
    if layout and old.name in ("Bounds", "waypoint", "BPMNLabel"):
        return
    if old.name != new.name:
        found.append(Change(old, "type", old.name, new.name, new))
    if old.parent is None and not _same_tool(base, side):
        return  # What another tool says about the file as a whole is its own affair.
    if old.open != new.open or not base.document.same_ids(side.document):
        before, after = base.said(old), side.said(new)
        if before != after:
            for what in sorted(before.keys() | after.keys()):
                one, two = before.get(what), after.get(what)
                if one != two and (what != "@id" or base.document.same_ids(side.document)):
                    refers = (two,) if type(two) is Xml else ()
                    found.append(Change(old, what, one, two, new, layout, refers=refers))
    if (old.parts or new.parts) and not layout:
        one, two = base.text(old), side.text(new)
        if one != two:
            refers = (two,) if type(two) is Xml else ()
            found.append(Change(old, "text", one, two, new, refers=refers))
    if old.element is not None and home(old) is not home(new) and old.element.kind is not Kind.LANE_SET:
        found.append(Change(old, "home", home(old), home(new), new, refers=(home(new),)))
    if old.name == "BPMNShape":
        _differ(base, old, new, "bounds", bounds(old), bounds(new), found)
        _differ(base, old, new, "label", bounds(old.find("BPMNLabel")), bounds(new.find("BPMNLabel")), found)
    elif old.name == "BPMNEdge":
        _differ(base, old, new, "course", course(old), course(new), found)
        _differ(base, old, new, "label", bounds(old.find("BPMNLabel")), bounds(new.find("BPMNLabel")), found)


def _same_tool(base: Version, side: Version) -> bool:
    one, two = base.document, side.document
    return one.model.exporter == two.model.exporter and one.same_ids(two)


def _differ(base: Version, old: Xml, new: Xml, what: str, before: Value, after: Value, found: list[Change]) -> None:
    if before != after and not _close(before, after, base.rounding):
        found.append(Change(old, what, before, after, new, layout=True))


def _close(one: Value, two: Value, rounding: float) -> bool:
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(_close(*pair, rounding) for pair in zip(one, two, strict=True))
    if isinstance(one, float) and isinstance(two, float):
        return abs(one - two) <= rounding
    return one == two


def _inside_drawing(node: Xml) -> bool:
    at: Xml | None = node
    while at is not None:
        if at.namespace == BPMNDI:
            return True
        at = at.parent
    return False


def _missing(base: Version, side: Version, node: Xml, found: list[Change]) -> None:
    if is_shell(node):
        return
    parent = holder(node)
    implied = parent is not None and parent not in side.here
    if implied and node.element is None:
        return
    layout = node.namespace == BPMNDI
    if layout:
        element = base.document.find(node.attributes.get("bpmnElement", ""))
        implied = implied or (element is not None and element not in side.here)
    found.append(Change(node, "exists", True, None, node, layout, implied))


def _new(side: Version, node: Xml, shared: Version | None, found: list[Change], base: Version) -> None:
    if is_shell(node):
        return
    parent = holder(node)
    other = shared.here.get(node.token) if shared is not None else None
    known = parent is None or parent.token in base.here or (shared is not None and parent.token in shared.here)
    layout = node.namespace == BPMNDI or (node.element is None and _inside_drawing(node))
    if layout and node.name not in ("BPMNShape", "BPMNEdge", "BPMNDiagram", "BPMNLabelStyle"):
        if not (known and parent is not None and parent.name in ("BPMNShape", "BPMNEdge")):
            return
        if node.name in ("Bounds", "waypoint", "BPMNLabel"):
            return
    if not known and node.element is None:
        return
    implied = not known
    if layout:
        element = side.document.find(node.attributes.get("bpmnElement", ""))
        implied = implied or (element is not None and element.token not in base.here)
    found.append(Change(node.token, "exists", None, True, node, layout, implied, refers=_refers(side, node)))
    if other is not None and not layout:
        mine, yours = side.said(node), shared.said(other) if shared is not None else {}
        for what, value in mine.items():
            if yours.get(what) != value:
                found.append(Change(node.token, what, None, value, node, refers=(value,) if type(value) is Xml else ()))
        text = side.text(node)
        if text is not None and shared is not None and shared.text(other) != text:
            found.append(Change(node.token, "text", None, text, node))


def _refers(side: Version, node: Xml) -> tuple[Xml, ...]:
    """Return the tokens that a new node and its parts refer to, without those of nested elements."""
    found: list[Xml] = []
    stack = [node]
    while stack:
        at = stack.pop()
        if at.name in DERIVED and at.namespace == BPMN:
            continue
        found += [value for value in side.said(at).values() if type(value) is Xml]
        if at.parts:
            text = side.text(at) if at.namespace == BPMN else None
            if type(text) is Xml:
                found.append(text)
            stack += [child for child in at.children if child.element is None]
    return tuple(found)
