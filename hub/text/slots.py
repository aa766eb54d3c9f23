"""Slots of a shared text: `{{gebuehr}}` stands where every city has a value of its own.

The placeholder is part of the text like any other word, so that it survives editors, drawing tools and merges; the
values are kept beside it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import html as lxml_html
from lxml.etree import _Element

NAME = r"[a-z][a-z0-9-]{0,39}"
_SLOT = re.compile(r"\{\{[ \u00a0]*(" + NAME + r")[ \u00a0]*\}\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands for a slot: `text` is empty as long as there is no value; `title` says what and whose it is."""

    text: str
    title: str = ""


def names(text: str) -> list[str]:
    """Return the names of the slots in `text`, each once, in the order they come."""
    return list(dict.fromkeys(found[1] for found in _SLOT.finditer(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the values; a slot without one stays."""
    return _SLOT.sub(lambda found: values.get(found[1]) or found[0], text)


def fill_xml(source: bytes, values: Mapping[str, str]) -> bytes:
    """Return an XML file with the values, fit for text and attributes in any encoding that holds ASCII."""
    quotes = {'"': "&quot;", "'": "&apos;", "\n": "&#10;"}
    safe = {
        name: escape(value, quotes).encode("ascii", "xmlcharrefreplace").decode("ascii")
        for name, value in values.items()
    }
    return fill(source.decode("latin-1"), safe).encode("latin-1")


def mark_text(text: str, values: Mapping[str, Shown]) -> str:
    """Return plain `text` as safe HTML with the values marked."""
    return _pieces(text, values, escape)


def mark_html(html: str, values: Mapping[str, Shown]) -> str:
    """Return safe HTML with the values marked; only text is touched, never a tag."""
    if not _SLOT.search(html):
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for node in list(root.iter()):
        if isinstance(node.tag, str):
            _mark_node(node, values)
    inner = lxml_html.tostring(root, encoding="unicode")
    return inner[len("<div>") : -len("</div>")]


def _mark_node(node: _Element, values: Mapping[str, Shown]) -> None:
    if node.text and _SLOT.search(node.text):
        fresh = _fragment(node.text, values)
        node.text = fresh.text
        for at, child in enumerate(list(fresh)):
            node.insert(at, child)
    if node.tail and _SLOT.search(node.tail) and (parent := node.getparent()) is not None:
        fresh = _fragment(node.tail, values)
        node.tail = fresh.text
        place = parent.index(node) + 1
        for at, child in enumerate(list(fresh)):
            parent.insert(place + at, child)


def _fragment(text: str, values: Mapping[str, Shown]) -> _Element:
    return lxml_html.fragment_fromstring(_pieces(text, values, escape), create_parent="div")


def _pieces(text: str, values: Mapping[str, Shown], safe: Callable[[str], str]) -> str:
    parts, at = [], 0
    for found in _SLOT.finditer(text):
        parts += [safe(text[at : found.start()]), _mark(found[1], values.get(found[1]))]
        at = found.end()
    return "".join([*parts, safe(text[at:])])


def _mark(name: str, shown: Shown | None) -> str:
    """Mark a value by a line under it, and for those who do not see it by words before and behind."""
    title = f' title="{escape(shown.title, {chr(34): "&quot;"})}"' if shown is not None and shown.title else ""
    if shown is not None and shown.text:
        told = '<span class="kern-sr-only">örtlicher Wert: </span>'
        return f'<span class="slot"{title}>{told}{escape(shown.text)}</span>'
    told = '<span class="kern-sr-only"> (örtlicher Wert fehlt)</span>'
    return f'<span class="slot slot--missing"{title}>{{{{{name}}}}}{told}</span>'
