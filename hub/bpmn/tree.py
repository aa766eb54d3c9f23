"""XML as spans of a text: every node knows where it starts and ends, nothing is copied until asked for.

A BPMN file is kept as the characters it came in. This module finds tags in a text that expat has
already accepted, so it can be simple, fast and exact about positions; `hub.bpmn.write` relies on
those positions to leave every untouched byte alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from hub.bpmn.guard import Decoded

_NOT_MARKUP: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
# Possessive throughout: a pattern that may go back and try again can be made to do so for minutes.
_TAG: Final = re.compile(r"""<[^\s/>!?][^\s/>]*+(?:\s++[^\s=<>/"']++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+\s*+/?+>""")
NAME: Final = re.compile(r"[^\s/>]+")
ATTRIBUTE: Final = re.compile(r"""(?<!\S)([^\s=]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_NAMESPACE: Final = re.compile(r"""\sxmlns(?::([^\s=]++))?\s*+=\s*+"([^"]*+)\"""")
_REFERENCE: Final = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot|apos);")
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

Scope = Mapping[str, str]
"""Prefix → namespace; the default namespace under the empty prefix."""


def resolve_references(value: str) -> str:
    """Replace `&amp;`, `&#228;` and their kin by the characters they stand for."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(match: re.Match[str]) -> str:
    word = match[1]
    if word[0] != "#":
        return _NAMED[word]
    return chr(int(word[2:], 16) if word[1] == "x" else int(word[1:]))


class Source:
    """The text of one file, with its structure exposed and its namespaces known."""

    __slots__ = ("_line_starts", "decoded", "root_end", "root_start", "scope", "scoped", "structure", "text")

    def __init__(self, decoded: Decoded) -> None:
        self.decoded = decoded
        self.text = decoded.text
        self.structure = _structure(decoded)
        """The text with comments, CDATA and processing instructions blanked: each `<` starts a tag,
        and the next `>` ends it. Same length as the text."""
        self.root_start = self.structure.index("<")
        self.root_end = self.structure.index(">", self.root_start) + 1
        self.scope: Scope = declared(self.text[self.root_start : self.root_end], {"xml": _XML})
        self.scoped = self.structure.find("xmlns", self.root_end) >= 0
        """Whether namespaces are declared below the root too."""
        self._line_starts: list[int] | None = None

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of position `at`, both from 1."""
        if self._line_starts is None:
            # Found once: a file may have thousands of oddities, each of which tells its line.
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1


_XML: Final = "http://www.w3.org/XML/1998/namespace"


def _structure(decoded: Decoded) -> str:
    text = decoded.text
    if not decoded.plain:
        text = _NOT_MARKUP.sub(lambda match: " " * len(match[0]), text)
    elif text.startswith("<?xml"):
        end = text.index("?>") + 2
        text = " " * end + text[end:]
    if text.count(">") != text.count("<"):
        text = _TAG.sub(lambda match: match[0][:-1].replace(">", " ") + ">", text)
    return text


def declared(tag: str, outer: Scope) -> Scope:
    """Return the namespaces in force inside the start tag `tag`, given those `outer` to it."""
    if "xmlns" not in tag:
        return outer
    scope = dict(outer)
    if "'" not in tag:
        # Between double quotes there can be no second `="`, so whatever looks like a declaration is one.
        for prefix, namespace in _NAMESPACE.findall(tag):
            scope[prefix] = resolve_references(namespace)
        return scope
    for name, double, single in ATTRIBUTE.findall(tag):
        if name == "xmlns" or name.startswith("xmlns:"):
            scope[name[6:]] = resolve_references(double or single)
    return scope


def parse_attributes(tag: str, scope: Scope) -> dict[str, str]:
    """Return the attributes of a start tag: `name` for plain ones, `{namespace}name` for prefixed ones.

    Namespace declarations are left out. White space in values is normalised as XML 1.0, 3.3.3 demands.
    """
    attributes: dict[str, str] = {}
    for name, double, single in ATTRIBUTE.findall(tag):
        value = double or single
        if "\n" in value or "\t" in value or "\r" in value:
            value = value.replace("\r\n", " ").replace("\n", " ").replace("\t", " ").replace("\r", " ")
        if "&" in value:
            value = resolve_references(value)
        if ":" in name:
            prefix, _, local = name.partition(":")
            if prefix == "xmlns":
                continue
            attributes[f"{{{scope.get(prefix, prefix)}}}{local}"] = value
        elif name != "xmlns":
            attributes[name] = value
    return attributes


class Node:
    """One XML element: names, attributes, text and children, and where it stands in the source.

    `start` and `end` enclose the whole element, `tag_end` is where its start tag ends.
    """

    __slots__ = ("_attributes", "children", "end", "holes", "parent", "scope", "source", "start", "tag", "tag_end")

    def __init__(self, source: Source, parent: Node | None, tag: str, scope: Scope, start: int, tag_end: int) -> None:
        self.source = source
        self.parent = parent
        self.tag = tag
        self.scope = scope
        self.start = start
        self.tag_end = tag_end
        self.end = tag_end
        self.children: list[Node] = []
        self.holes: list[tuple[int, int]] = []
        """Stretches left out when parsing: model elements nested in a detail."""
        self._attributes: dict[str, str] | None = None

    @property
    def name(self) -> str:
        """The local name, without prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def namespace(self) -> str:
        """The namespace the name is in; an empty string for none."""
        prefix, _, _ = self.tag.rpartition(":")
        return self.scope.get(prefix, "")

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attributes in document order; foreign ones are keyed `{namespace}name`."""
        if self._attributes is None:
            self._attributes = parse_attributes(
                self.source.text[self.start + 1 + len(self.tag) : self.tag_end], self.scope
            )
        return self._attributes

    @property
    def text(self) -> str:
        """The text directly inside, CDATA included, comments left out."""
        if self.end == self.tag_end:
            return ""
        raw, at, parts = self.source.text, self.tag_end, []
        inside = [(child.start, child.end) for child in self.children]
        for start, end in sorted(inside + self.holes) if self.holes else inside:
            parts.append(raw[at:start])
            at = end
        parts.append(raw[at : raw.rindex("<", 0, self.end)])
        return "".join(plain_text(part) for part in parts)

    @property
    def full_text(self) -> str:
        """All text inside, that of nested elements included."""
        if not self.children:
            return self.text
        raw, at, parts = self.source.text, self.tag_end, []
        for child in self.children:
            parts += [plain_text(raw[at : child.start]), child.full_text]
            at = child.end
        return "".join([*parts, plain_text(raw[at : raw.rindex("<", 0, self.end)])])

    @property
    def line(self) -> int:
        """Line of the start tag, from 1."""
        return self.source.place(self.start)[0]

    def find(self, name: str, namespace: str | None = None) -> Node | None:
        """Return the first child called `name`, in any namespace unless one is given."""
        return next(self.find_all(name, namespace), None)

    def find_all(self, name: str, namespace: str | None = None) -> Iterator[Node]:
        """Yield the children called `name`, in any namespace unless one is given."""
        for child in self.children:
            if child.name == name and (namespace is None or child.namespace == namespace):
                yield child

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def __repr__(self) -> str:
        return f"<Node {self.tag} at {self.start}>"


def plain_text(raw: str) -> str:
    """Return the characters a stretch of XML text stands for."""
    if "<" in raw:
        pieces = []
        at = 0
        for match in _CDATA.finditer(raw):
            pieces += [resolve_references(raw[at : match.start()]), match[1] or ""]
            at = match.end()
        pieces.append(resolve_references(raw[at:]))
        raw = "".join(pieces)
    elif "&" in raw:
        raw = resolve_references(raw)
    return raw.replace("\r\n", "\n") if "\r" in raw else raw


def parse(source: Source, spans: list[tuple[int, int]], scope: Scope) -> list[Node]:
    """Return the trees found in `spans` of the source, which must together be balanced.

    Several spans are given where stretches in between (nested model elements) are to be left out.
    """
    roots: list[Node] = []
    current: Node | None = None
    structure = source.structure
    at = -1
    for start, end in spans:
        if current is not None:
            current.holes.append((at, start))
        at = start
        pieces = structure[start:end].split("<")
        at += len(pieces[0])
        for piece in pieces[1:]:
            if piece[0] == "/":
                if current is not None:
                    current.end = at + piece.index(">") + 2
                    current = current.parent
            else:
                close = piece.index(">")
                name = NAME.match(piece)[0]  # type: ignore[index]  # expat has seen a name here
                inner = current.scope if current is not None else scope
                if source.scoped and "xmlns" in piece:
                    inner = declared(source.text[at : at + close + 2], inner)
                node = Node(source, current, name, inner, at, at + close + 2)
                (roots if current is None else current.children).append(node)
                if piece[close - 1] != "/":
                    current = node
            at += len(piece) + 1
        at = end
    return roots
