"""Rewrite a piece of XML so that it means the same inside another file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol

from hub.bpmn.splice import attribute_value, text_value
from hub.bpmn.tree import ATTRIBUTE, NAME, Scope, declared, resolve_references
from hub.bpmn.vocabulary import XSI

_PIECE: Final = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"""
    r"""|<(?P<tag>/?[^\s/>!?][^\s/>]*(?:\s++[^\s=<>/"']++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+\s*+/?+)>|(?P<text>[^<]+)""",
    re.DOTALL,
)


class Binding(Protocol):
    """Says which prefix stands for a namespace in the receiving file."""

    def __call__(self, namespace: str, wish: str, *, attribute: bool) -> str:
        """Return the prefix to write; `wish` is the one used so far."""


def transplant(xml: str, scope: Scope, binding: Binding, ids: Mapping[str, str]) -> str:
    """Return `xml`, written under `scope`, with prefixes by `binding` and ids and references renamed by `ids`."""
    scopes = [scope]
    parts: list[str] = []
    for match in _PIECE.finditer(xml):
        tag = match["tag"]
        if tag is None:
            text = match["text"]
            word = resolve_references(text).strip() if text is not None and ids else ""
            parts.append(text.replace(text.strip(), text_value(ids[word])) if word in ids else match[0])
        elif tag[0] == "/":
            parts.append(f"</{_name(tag[1:].rstrip(), scopes.pop(), binding, attribute=False)}>")
        else:
            inner = declared(tag, scopes[-1])
            parts.append(_start_tag(tag, inner, binding, ids))
            if not tag.endswith("/"):
                scopes.append(inner)
    return "".join(parts)


def _start_tag(tag: str, scope: Scope, binding: Binding, ids: Mapping[str, str]) -> str:
    match = NAME.match(tag)
    name = match[0] if match is not None else tag
    written = ["<", _name(name, scope, binding, attribute=False)]
    for attribute in ATTRIBUTE.finditer(tag, len(name)):
        key, value = attribute[1], attribute[2] if attribute[2] is not None else attribute[3]
        if key == "xmlns" or key.startswith("xmlns:"):
            continue
        value = resolve_references(value)
        if key.endswith(":type") and scope.get(key[:-5]) == XSI:
            value = _name(value, scope, binding, attribute=False)
        elif value in ids:
            value = ids[value]
        if ":" in key:
            key = _name(key, scope, binding, attribute=True)
        written.append(f' {key}="{attribute_value(value)}"')
    written.append(" />" if tag.endswith("/") else ">")
    return "".join(written)


def _name(name: str, scope: Scope, binding: Binding, *, attribute: bool) -> str:
    prefix, _, local = name.rpartition(":")
    namespace = scope.get(prefix)
    if namespace is None or prefix == "xml":
        return name
    prefix = binding(namespace, prefix, attribute=attribute)
    return f"{prefix}:{local}" if prefix else local
