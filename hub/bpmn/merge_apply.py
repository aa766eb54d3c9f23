"""Make one side's changes in the file of the other, touching nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hub.bpmn.merge_align import DERIVED
from hub.bpmn.merge_changes import Slot, Version, is_shell
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.schemaorder import rank
from hub.bpmn.splice import attribute_value, text_value
from hub.bpmn.tree import ATTRIBUTE, resolve_references
from hub.bpmn.vocabulary import BPMN, XSI, Kind

_LINKS: Final = frozenset({"default", "source", "target", "bpmnElement", "sourceElement", "targetElement"})
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]")


def is_link(name: str) -> bool:
    """Whether an attribute or detail of this local name holds an id."""
    return name in _LINKS or name.endswith(("Ref", "Refs", "ref")) or name == "choreographyActivityShape"


class Applier:
    """Puts values of `theirs` into the document of `ours`, which it changes."""

    def __init__(self, ours: Version, theirs: Version) -> None:
        self.ours = ours
        self.theirs = theirs
        self.document: Document = ours.document
        self.here = ours.here
        """Token → node of the result."""
        self.used = set(ours.document.ids)
        self.planned: dict[Xml, str] = {}
        self.copied: list[Xml] = []
        """The new nodes, outermost only."""
        self.rerouted: set[Xml] = set()
        """Tokens of sequence flows that are new or lead elsewhere."""
        self.removed: set[Xml] = set()

    def apply(self, take: set[Slot], values: Mapping[Slot, str], joined: set[Slot], links: Mapping[Slot, Xml]) -> None:
        """Set the slots in `take` to their state, those in `values` to a value, and join the texts of `joined`.

        `links` are references that are to lead to a token.
        """
        slots = sorted(take, key=self._place)
        there = self.theirs.here
        for token, what in slots:
            if what == "exists" and token in there and token not in self.here:
                self._add(there[token])
        for token, what in slots:
            if what == "home" and token in there and token in self.here:
                self._move(token)
        for token, what in slots:
            if token not in there or token not in self.here:
                continue
            if what == "type":
                self.here[token].retag(there[token].name)
            elif what == "text":
                self._take_text(token)
            elif what[0] == "@":
                self._take_attribute(token, what[1:])
        for (token, what), value in values.items():
            if token in self.here:
                self._set_value(token, what, value)
        for (token, what), target in links.items():
            if token in self.here and target in self.here:
                self._set_value(token, what, self.id_of(target))
        for token, what in joined:
            if what == "text" and token in self.here and token in there:
                self._join(token)
        for token, what in slots:
            if what == "lane" and token in self.here:
                self._set_lanes(token, self.theirs.lanes.get(token, frozenset()))
        self._place_in_lanes()
        for token, what in slots:
            if what == "exists" and token not in there and token in self.here:
                self._remove(token)
        self._tidy_flows()

    def _place(self, slot: Slot) -> tuple[int, bool, int, str]:
        """Return what puts slots into the order of their document, attributes of one element into that of its tag."""
        token, what = slot
        node = self.theirs.here.get(token)
        if node is None:
            return token.start, False, 0, what
        names = list(node.attributes)
        return node.start, True, names.index(what[1:]) if what[1:] in names else -1, what

    # Ids

    def id_of(self, token: Xml) -> str:
        """Return the id that `token` has, or will have, in the result; gives it one if it has none."""
        node = self.here.get(token)
        if node is not None:
            own = node.attributes.get("id")
            if own:
                return own
        elif token in self.planned:
            return self.planned[token]
        wish = self.theirs.here[token].attributes.get("id", "") if token in self.theirs.here else ""
        made = self._fresh(wish or f"{token.name}_1")
        if node is not None:
            node.set("id", made)
            self.document.ids.setdefault(made, node)
        else:
            self.planned[token] = made
        return made

    def _fresh(self, wish: str) -> str:
        name, number = wish, 2
        while name in self.used:
            name, number = f"{wish}_{number}", number + 1
        self.used.add(name)
        return name

    def link(self, value: str) -> str:
        """Return the id in the result for an id in their file."""
        target = self.theirs.document.find(value)
        return self.id_of(target.token) if target is not None else value

    # Nodes

    def _add(self, node: Xml) -> None:
        parent = self._parent_of(node)
        if parent is None:
            return
        copy = self.copy(node, parent)
        self.insert(parent, copy, node)
        self.copied.append(copy)

    def _parent_of(self, node: Xml) -> Xml | None:
        """Return the node of the result that corresponds to the parent of their `node`."""
        above = node.parent
        if above is None:
            return None
        if not is_shell(above):
            return self.here.get(above.token)
        owner = self.here.get(above.parent.token) if above.parent is not None else None
        if owner is None:
            return None
        shell = next((child for child in owner.children if is_shell(child)), None)
        if shell is None:
            prefix = self.document.prefix(BPMN, "bpmn", owner)
            tag = f"{prefix}:extensionElements" if prefix else "extensionElements"
            shell = Xml(tag, "extensionElements", BPMN, f"<{tag}/>", owner.scope, -1)
            self.insert(owner, shell, above)
        if above.token not in self.here:
            self.here[above.token] = shell
        return shell

    def insert(self, parent: Xml, node: Xml, model: Xml | None) -> None:
        """Put a new child where the schema wants it, if possible behind the sibling it follows in their file."""
        own = rank(parent.name, node.name)
        before: Xml | None = None
        if model is not None and model.parent is not None:
            for sibling in model.parent.children:
                if sibling is model:
                    break
                known = self.here.get(sibling.token)
                if known is not None and known.parent is parent and rank(parent.name, known.name) == own:
                    before = known
        children = parent.children
        if before is None:
            before = next((child for child in reversed(children) if rank(parent.name, child.name) <= own), None)
        parent.insert(node, before, children[0] if children else None)
        self._indent(node)

    def _indent(self, node: Xml) -> None:
        """Line the inside of a new node up with where it now stands."""
        outer = node.indentation
        if not outer or not node.children or any(type(p) is str and p.strip() for p in node.parts):
            return
        unit = node.unit
        parts: list[Xml | str] = []
        for child in node.children:
            parts += [outer + unit, child]
        node.parts = [*parts, outer]
        for child in node.children:
            if child.start == -1:
                self._indent(child)

    def copy(self, node: Xml, parent: Xml) -> Xml:
        """Return their `node` as it is written in the result below `parent`, with what is new inside it."""
        document = self.document
        old_prefix = node.tag.rpartition(":")[0]
        prefix = document.prefix(node.namespace, old_prefix, parent) if node.namespace else ""
        tag = f"{prefix}:{node.name}" if prefix else node.name
        written = [f"<{tag}"]
        for match in ATTRIBUTE.finditer(node.open, 1 + len(node.tag)):
            name = match[1]
            if name == "xmlns" or name.startswith("xmlns:"):
                continue
            raw = match[2] if match[2] is not None else match[3]
            outer, _, local = name.rpartition(":")
            namespace = node.scope.get(outer, "") if outer else ""
            if outer and outer != "xml":
                name = f"{document.prefix(namespace, outer, parent, attribute=True)}:{local}"
            if not outer and local == "id":
                raw = attribute_value(self.id_of(node.token))
            elif namespace == XSI and local == "type":
                raw = attribute_value(self._qualified(resolve_references(raw), node, parent))
            elif is_link(local):
                raw = attribute_value(self.link(resolve_references(raw)))
            elif match[2] is None:
                raw = raw.replace('"', "&quot;")
            written.append(f' {name}="{raw}"')
        bare = not node.parts
        closing = " />" if node.open.endswith(" />") else "/>"
        copy = Xml(tag, node.name, node.namespace, "".join(written) + (closing if bare else ">"), parent.scope, -1)
        copy.close = "" if bare else f"</{tag}>"
        copy.token = node.token
        copy.element = node.element
        self.here[node.token] = copy
        link = node.namespace == BPMN and is_link(node.name) and not node.children
        for part in node.parts:
            if type(part) is Xml:
                if (part.name in DERIVED and part.namespace == BPMN) or part.token in self.here:
                    continue
                child = self.copy(part, copy)
                child.parent = copy
                copy.parts.append(child)
            elif link:
                copy.parts.append(text_value(self.link(node.text)))
                break
            else:
                copy.parts.append(part)
        if not any(type(part) is Xml for part in copy.parts) and not copy.text and node.children:
            copy.parts, copy.close, copy.open = [], "", copy.open[:-1] + "/>"
        return copy

    def _qualified(self, value: str, node: Xml, parent: Xml) -> str:
        outer, _, local = value.rpartition(":")
        namespace = node.scope.get(outer, "")
        prefix = self.document.prefix(namespace, outer, parent) if namespace else ""
        return f"{prefix}:{local}" if prefix else local

    def _move(self, token: Xml) -> None:
        node, parent = self.here[token], self._parent_of(self.theirs.here[token])
        if parent is None or parent is node.parent or node in _above(parent):
            return
        node.remove()
        self.insert(parent, node, self.theirs.here[token])

    def _remove(self, token: Xml) -> None:
        node = self.here[token]
        parent = node.parent
        node.remove()
        for inner in node.walk():
            self.removed.add(inner.token)
            self.here.pop(inner.token, None)
        if parent is not None and is_shell(parent) and not parent.children and not parent.text:
            parent.remove()
            self.here.pop(parent.token, None)

    # Values

    def _take_attribute(self, token: Xml, key: str) -> None:
        node, other = self.here[token], self.theirs.here[token]
        value = other.attributes.get(key)
        prefix = ""
        local = key.rpartition("}")[2]
        if value is not None:
            if key[0] == "{":
                namespace = key[1:].partition("}")[0]
                prefix = self.document.prefix(namespace, _prefix_in(other, namespace), node, attribute=True)
            if key == f"{{{XSI}}}type":
                value = self._qualified(value, other, node)
            elif is_link(local):
                value = self.link(value)
        node.set(key, value, prefix)
        if key in ("sourceRef", "targetRef"):
            self.rerouted.add(token)

    def _take_text(self, token: Xml) -> None:
        node, other = self.here[token], self.theirs.here[token]
        if other.namespace == BPMN and is_link(other.name):
            node.set_text(self.link(other.text))
            return
        kept = node.children
        node.set_text("")
        node.parts = [part for part in other.parts if type(part) is str] + kept

    def _join(self, token: Xml) -> None:
        node = self.here[token]
        node.set_text(f"{node.text}\n\n{self.theirs.here[token].text}")

    def _set_value(self, token: Xml, what: str, value: str) -> None:
        node = self.here[token]
        if what == "text":
            node.set_text(value)
        elif what == "lane":
            lane = self.document.ids.get(value)
            self._set_lanes(token, frozenset({lane.token}) if lane is not None else frozenset())
        elif what[0] == "@":
            key = what[1:]
            namespace = key[1:].partition("}")[0] if key[0] == "{" else ""
            prefix = self.document.prefix(namespace, "", node, attribute=True) if namespace else ""
            node.set(key, value, prefix)
            if key in ("sourceRef", "targetRef"):
                self.rerouted.add(token)

    # What hangs together

    def _set_lanes(self, token: Xml, lanes: frozenset[Xml]) -> None:
        """Let exactly these lanes name the step."""
        id_ = self.id_of(token)
        for lane in [node for node in self.here.values() if node.name == "lane" and node.namespace == BPMN]:
            names = [child for child in lane.children if child.name == "flowNodeRef" and child.text == id_]
            if lane.token in lanes:
                if not names:
                    self._add_reference(lane, "flowNodeRef", id_)
            else:
                for child in names:
                    child.remove()

    def _place_in_lanes(self) -> None:
        """Let the lanes name what was copied into the process, as they do in their file."""
        for copy in self.copied:
            for node in copy.walk():
                lanes = frozenset(lane for lane in self.theirs.lanes.get(node.token, ()) if lane in self.here)
                if lanes:
                    self._set_lanes(node.token, lanes)
                if node.name == "lane" and node.namespace == BPMN:
                    members = [m for m, of in self.theirs.lanes.items() if node.token in of and m in self.here]
                    for member in [m for m in members if m not in self.ours.lanes]:
                        self._set_lanes(member, self.theirs.lanes[member])

    def _add_reference(self, node: Xml, name: str, id_: str) -> None:
        prefix = node.tag.rpartition(":")[0]
        tag = f"{prefix}:{name}" if prefix else name
        child = Xml(tag, name, BPMN, f"<{tag}>", node.scope, -1)
        child.parts, child.close = [text_value(id_)], f"</{tag}>"
        self.insert(node, child, None)

    def _tidy_flows(self) -> None:
        """Let `incoming`, `outgoing` and `flowNodeRef` say what is true for everything added, rerouted or removed."""
        gone = {node.attributes.get("id") for node in self.removed if node.element is not None} - {None}
        fresh = {inner for copy in self.copied for inner in copy.walk()}
        flows = [
            node
            for node in self.here.values()
            if node.name == "sequenceFlow" and node.element is not None and node.element.kind is Kind.FLOW
        ]
        touched = [node for node in flows if node in fresh or node.token in self.rerouted]
        renewed = {node.attributes.get("id") for node in touched}
        if not (gone or touched or fresh):
            return
        written: dict[tuple[str, str], list[Xml]] = {}
        habit = not flows
        for node in list(self.document.root.walk()):
            if node.name in DERIVED and node.namespace == BPMN and node.parent is not None:
                habit = habit or node.name != "flowNodeRef"
                text = node.text
                if (text in gone and self.document_has(text) is None) or (
                    node.name != "flowNodeRef" and text in renewed
                ):
                    written.setdefault((node.name, text), []).append(node)
        wanted: dict[tuple[str, str], Xml] = {}
        for node in touched:
            id_ = node.attributes.get("id")
            for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
                value = node.attributes.get(end)
                target = self.document_has(value) if value else None
                if id_ and target is not None:
                    wanted[name, id_] = target
        fresh_ids = {node.attributes.get("id"): node for node in fresh if node.element is not None}
        for node in flows:
            id_ = node.attributes.get("id")
            for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
                if id_ and (target := fresh_ids.get(node.attributes.get(end))) is not None:
                    wanted[name, id_] = target
        for (name, id_), nodes in written.items():
            home = wanted.get((name, id_))
            for node in nodes:
                if node.parent is home and home is not None:
                    del wanted[name, id_]
                    home = None
                else:
                    node.remove()
        if habit:
            for (name, id_), target in wanted.items():
                self._add_reference(target, name, id_)

    def document_has(self, id_: str | None) -> Xml | None:
        """Return the node of the result with this id."""
        if id_ is None:
            return None
        node = self.document.find(id_)
        if node is not None and self.here.get(node.token) is node:
            return node
        by_id = self._ids_now()
        return by_id.get(id_)

    def _ids_now(self) -> dict[str, Xml]:
        return {id_: node for copy in self.copied for node in copy.walk() if (id_ := node.attributes.get("id"))}


def _above(node: Xml) -> set[Xml]:
    found = set()
    at: Xml | None = node
    while at is not None:
        found.add(at)
        at = at.parent
    return found


def _prefix_in(node: Xml, namespace: str) -> str:
    return next((prefix for prefix, known in node.scope.items() if known == namespace and prefix), "")
