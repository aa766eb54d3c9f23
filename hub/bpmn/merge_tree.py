"""A file as a tree that can be changed: what is left alone is written back exactly as it was.

Every node keeps its tags and the text around its children as they stood in the file, so writing an
unchanged tree yields the identical text. `merge` changes such a tree of one side; the trees of the
other versions are only looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from hub.bpmn.model import Element, Model
from hub.bpmn.splice import attribute_value, text_value
from hub.bpmn.tree import ATTRIBUTE, NAME, Scope, declared, parse_attributes, plain_text
from hub.bpmn.vocabulary import BPMN, BPMNDI, DC, DI, XSI

_BREAK: Final = re.compile(r"\r?\n[ \t]*\Z")
_STANDARD: Final = {BPMN: "bpmn", BPMNDI: "bpmndi", DC: "dc", DI: "di", XSI: "xsi"}


class Xml:
    """One element of a file: its tags as written, and between them text and further elements.

    `token` says what the node stands for: nodes of several versions that mean the same share it.
    """

    __slots__ = (
        "_attributes", "close", "element", "name", "namespace", "open", "parent", "parts", "scope", "start", "tag",
        "token",
    )  # fmt: skip

    def __init__(self, tag: str, name: str, namespace: str, opening: str, scope: Scope, start: int) -> None:
        self.tag = tag
        self.name = name
        self.namespace = namespace
        self.open = opening
        self.scope = scope
        self.start = start
        """Place in the file, -1 for a node that was not read from it."""
        self.close = ""
        self.parts: list[Xml | str] = []
        self.parent: Xml | None = None
        self.element: Element | None = None
        self.token: Xml = self
        self._attributes: dict[str, str] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes in order; those of other vocabularies are keyed `{namespace}name`."""
        if self._attributes is None:
            self._attributes = parse_attributes(self.open[1 + len(self.tag) :], self.scope)
        return self._attributes

    @property
    def model_element(self) -> Element:
        """The model element this node was read as; only for nodes that are one."""
        if self.element is None:
            raise LookupError(self.tag)
        return self.element

    @property
    def children(self) -> list[Xml]:
        """The elements directly inside."""
        return [part for part in self.parts if type(part) is Xml]

    @property
    def text(self) -> str:
        """The text directly inside, without white space around it."""
        if not self.parts:
            return ""
        return "".join(plain_text(part) for part in self.parts if type(part) is str).strip()

    def walk(self) -> Iterator[Xml]:
        """Yield this node and everything below it in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.parts:
                stack.extend(part for part in reversed(node.parts) if type(part) is Xml)

    def write(self) -> str:
        """Return the node as text, everything inside included."""
        if not self.parts and not self.close:
            return self.open
        out: list[str] = []
        self._write(out)
        return "".join(out)

    def _write(self, out: list[str]) -> None:
        out.append(self.open)
        for part in self.parts:
            if type(part) is Xml:
                part._write(out)
            else:
                out.append(part)  # type: ignore[arg-type]  # what is no Xml is text
        out.append(self.close)

    def find(self, name: str) -> Xml | None:
        """Return the first child called `name`, None without one."""
        return next((child for child in self.children if child.name == name), None)

    # Changes

    def set(self, key: str, value: str | None, prefix: str = "") -> None:
        """Set the attribute `key` to `value`, or take it out for None; `prefix` is that of a foreign one if new."""
        written = self._written(key, prefix)
        for match in ATTRIBUTE.finditer(self.open, 1 + len(self.tag)):
            if match[1] == written:
                if value is None:
                    start = match.start()
                    while self.open[start - 1].isspace():
                        start -= 1
                    self.open = self.open[:start] + self.open[match.end() :]
                else:
                    group = 2 if match[2] is not None else 3
                    quoted = attribute_value(value, '"' if group == 2 else "'")
                    self.open = self.open[: match.start(group)] + quoted + self.open[match.end(group) :]
                break
        else:
            if value is None:
                return
            end = len(self.open) - (2 if self.open.endswith("/>") else 1)
            while self.open[end - 1].isspace():
                end -= 1
            self.open = f'{self.open[:end]} {written}="{attribute_value(value)}"{self.open[end:]}'
        self._attributes = None

    def _written(self, key: str, prefix: str) -> str:
        if key[0] != "{":
            return key
        namespace, _, local = key[1:].partition("}")
        for match in ATTRIBUTE.finditer(self.open, 1 + len(self.tag)):
            own, _, name = match[1].rpartition(":")
            if name == local and own and self.scope.get(own) == namespace:
                return match[1]
        return f"{prefix}:{local}"

    def set_text(self, text: str) -> None:
        """Put `text` in place of all text inside; nested elements stay."""
        kept = self.children
        self._open_up()
        self.parts = [text_value(text), *kept]

    def retag(self, name: str) -> None:
        """Give the element another local name in its namespace."""
        prefix = self.tag.rpartition(":")[0]
        tag = f"{prefix}:{name}" if prefix else name
        self.open = f"<{tag}{self.open[1 + len(self.tag) :]}"
        if self.close:
            self.close = f"</{tag}>"
        self.tag, self.name = tag, name

    def _open_up(self) -> None:
        if self.open.endswith("/>"):
            self.open = self.open[:-2].rstrip() + ">"
            self.close = f"</{self.tag}>"

    def insert(self, child: Xml, after: Xml | None, before: Xml | None = None) -> None:
        """Put `child` behind the child `after`; without one, before `before`, or at the start."""
        self._open_up()
        child.parent = self
        own = self.indentation
        if after is not None:
            at = self.parts.index(after) + 1
            indent = after.indentation
        elif before is not None:
            at = self.parts.index(before)
            indent = before.indentation
            at -= bool(indent)
        else:
            at = 0
            first = next(iter(self.children), None)
            indent = first.indentation if first is not None else (own + self.unit if own else "")
        self.parts[at:at] = [indent, child] if indent else [child]
        if own and indent and self.parts[-1] is child:
            self.parts.append(own)

    def remove(self) -> None:
        """Take the node out of its parent, with the line break before it."""
        parent = self.parent
        if parent is None:
            return
        at = parent.parts.index(self)
        del parent.parts[at]
        if at and type(previous := parent.parts[at - 1]) is str and (match := _BREAK.search(previous)):
            following = parent.parts[at] if at < len(parent.parts) else ""
            # A comment on the same line keeps its line.
            if type(following) is not str or following.lstrip(" \t")[:1] in ("", "\n", "\r"):
                parent.parts[at - 1] = previous[: match.start()]
        parent.parts = [part for part in parent.parts if part != ""]
        self.parent = None

    @property
    def indentation(self) -> str:
        """The line break and white space this node stands behind; empty if it shares a line."""
        if self.parent is None:
            return ""
        at = self.parent.parts.index(self)
        if at and type(previous := self.parent.parts[at - 1]) is str and (match := _BREAK.search(previous)):
            return match[0]
        return ""

    @property
    def unit(self) -> str:
        """How much deeper this file writes children than parents."""
        if self.parent is not None:
            outer, own = self.parent.indentation, self.indentation
            if own.startswith(outer) and len(own) > len(outer) > 0:
                return own[len(outer) :]
        return "  "


class Document:
    """One version as a tree: root, what stands before and after it, and where its ids and elements are.

    `renamed` says under which older name to read a namespace that this version knows by a newer one.
    """

    def __init__(self, model: Model, renamed: Mapping[str, str] | None = None) -> None:
        self.model = model
        renamed = renamed or {}
        self.scope: dict[str, str] = {prefix: renamed.get(name, name) for prefix, name in model.tree.scope.items()}
        """Prefixes declared at the root, shared by all nodes that declare none themselves."""
        self.root, self.ids, self.nodes = _build(model, self.scope)
        self.before = model.text[: model.tree.root_start]
        self._same_ids: dict[int, bool] = {}
        self.of: dict[str, Xml] = {}
        """Element id as in `Model.elements` → node."""
        starts = {element.start: element for element in model.order}
        for node in self.nodes:
            if (element := starts.get(node.start)) is not None:
                node.element = element
                self.of[element.id] = node
        end = model.text.rfind("</")
        self.after = "" if not self.root.close else model.text[end + len(self.root.close) :]
        if not self.root.close:
            self.after = model.text[model.tree.root_end :]

    def same_ids(self, other: Document) -> bool:
        """Whether what corresponds in both versions has the same id in both."""
        known = self._same_ids.get(id(other))
        if known is None:
            mine = {node.token: id_ for id_, node in self.of.items()}
            known = all(mine.get(node.token, id_) == id_ for id_, node in other.of.items())
            self._same_ids[id(other)] = known
        return known

    def data(self) -> bytes:
        """Return the tree as the bytes of a file, in the encoding it came in."""
        return self.model.tree.decoded.encode(self.before + self.root.write() + self.after)

    def find(self, reference: str) -> Xml | None:
        """Return the node an id or a prefixed id (`tns:Message_1`) means."""
        found = self.ids.get(reference)
        if found is None and (":" in reference or " " in reference):
            reference = reference.strip()
            found = self.ids.get(reference) or self.ids.get(reference.rpartition(":")[2])
        return found

    def rename_namespace(self, old: str, new: str) -> None:
        """Let every prefix that stood for `old` stand for `new`."""
        for prefix, name in self.model.tree.scope.items():
            if name == old:
                self.root.set(f"xmlns:{prefix}" if prefix else "xmlns", new)

    def prefix(self, namespace: str, wish: str, at: Xml, *, attribute: bool = False) -> str:
        """Return the prefix that stands for `namespace` at node `at`, declaring one at the root if there is none."""
        scope = at.scope
        for prefix, known in scope.items():
            if known == namespace and (prefix or not attribute):
                return prefix
        root_scope = self.scope
        for prefix, known in root_scope.items():
            if known == namespace and prefix and prefix not in scope:
                return prefix
        base = wish or _STANDARD.get(namespace, "ns")
        name, number = base, 2
        while name in scope or name in root_scope or f"xmlns:{name}=" in self.model.text:
            name, number = f"{base}{number}", number + 1
        self.root.open = _with_namespace(self.root.open, name, namespace)
        root_scope[name] = namespace
        return name


def _with_namespace(tag: str, prefix: str, namespace: str) -> str:
    end = len(tag) - (2 if tag.endswith("/>") else 1)
    return f'{tag[:end].rstrip()} xmlns:{prefix}="{attribute_value(namespace)}"{tag[end:]}'


def _build(model: Model, scope: Scope) -> tuple[Xml, dict[str, Xml], list[Xml]]:
    """Return the root, the nodes by id (where an id stands twice, the first one counts), and all nodes in order."""
    source = model.tree
    structure, text, scoped = source.structure, source.text, source.scoped
    ids: dict[str, Xml] = {}
    nodes: list[Xml] = []
    names: dict[tuple[str, int], tuple[str, str]] = {}
    current: Xml | None = None
    root: Xml | None = None
    at = source.root_start
    for piece in structure[at:].split("<")[1:]:
        close = piece.index(">")
        end = at + close + 2
        if piece[0] == "/":
            if current is None:
                break
            current.close = text[at:end]
            current = current.parent
        else:
            opening = text[at:end]
            inner = current.scope if current is not None else scope
            if scoped and current is not None and "xmlns" in opening:
                inner = declared(opening, inner)
            tag = NAME.match(piece)[0]  # type: ignore[index]  # expat has seen a name here
            known = names.get((tag, id(inner)))
            if known is None:
                prefix, _, local = tag.rpartition(":")
                known = names[tag, id(inner)] = (local, inner.get(prefix, ""))
            node = Xml(tag, *known, opening, inner, at)
            nodes.append(node)
            if ' id="' in opening or ("id" in opening and node.attributes.get("id")):
                id_ = _quick_id(opening) or node.attributes.get("id")
                if id_:
                    ids.setdefault(id_, node)
            if current is None:
                root = node
            else:
                node.parent = current
                current.parts.append(node)
            if piece[close - 1] != "/":
                current = node
            elif current is None:
                break
        at += len(piece) + 1
        if current is None:
            break
        if end < at:
            current.parts.append(text[end:at])
    if root is None:
        raise LookupError("definitions")
    return root, ids, nodes


def _quick_id(tag: str) -> str:
    start = tag.find(' id="') + 5
    if start > 4 and "'" not in tag and "&" not in tag:
        return tag[start : tag.index('"', start)]
    return ""
