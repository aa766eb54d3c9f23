"""Change stretches of a text and leave every other character alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Protocol
from xml.sax.saxutils import escape

from hub.bpmn.tree import Scope

_BREAKS: Final = {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


class Placed(Protocol):
    """Anything with a place in the source: an `Element` or a `Node`."""

    tag: str
    start: int
    tag_end: int
    end: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the old text that is to appear elsewhere, with the edits made inside it."""

    start: int
    end: int


Content = str | Stretch


@dataclass(slots=True)
class Splice:
    """Replace `start` to `end` of the old text by `content`."""

    start: int
    end: int
    content: list[Content] = field(default_factory=list)


def render(text: str, splices: list[Splice]) -> str:
    """Return `text` with all splices made; a splice inside a replaced stretch is lost with it."""
    return _render(text, sorted(splices, key=lambda splice: (splice.start, splice.end > splice.start)), 0, len(text))


def _render(text: str, splices: list[Splice], start: int, end: int) -> str:
    parts: list[str] = []
    at = start
    for splice in splices:
        if splice.start < at or splice.end > end or (splice.start == start and splice.end == end):
            continue
        parts.append(text[at : splice.start])
        for content in splice.content:
            if isinstance(content, str):
                parts.append(content)
            else:
                parts.append(_render(text, splices, content.start, content.end))
        at = splice.end
    parts.append(text[at:end])
    return "".join(parts)


def attribute_value(value: str, quote: str = '"') -> str:
    """Return `value` as it is written between quotes in a tag."""
    return escape(value, {**_BREAKS, quote: "&quot;" if quote == '"' else "&apos;"})


def text_value(value: str) -> str:
    """Return `value` as it is written between tags."""
    return escape(value, {"\r": "&#13;"})


def attribute_splice(text: str, placed: Placed, name: str, value: str | None) -> Splice | None:
    """Return the splice that sets the attribute written `name` to `value`, or removes it for None."""
    tag = text[placed.start : placed.tag_end]
    match = re.search(rf"""(?<!\s)(\s+){re.escape(name)}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    # A name can also occur inside a value; the real attribute is the one whose quotes are balanced before it.
    while match is not None and not _between_attributes(tag[: match.start()]):
        match = re.compile(match.re.pattern).search(tag, match.start() + 1)
    if match is None:
        if value is None:
            return None
        at = placed.tag_end - (2 if tag.endswith("/>") else 1)
        while text[at - 1].isspace():
            at -= 1
        return Splice(at, at, [f' {name}="{attribute_value(value)}"'])
    if value is None:
        return Splice(placed.start + match.start(), placed.start + match.end())
    group = 2 if match[2] is not None else 3
    return Splice(
        placed.start + match.start(group),
        placed.start + match.end(group),
        [attribute_value(value, '"' if group == 2 else "'")],
    )


def _between_attributes(before: str) -> bool:
    return not re.search(r"""=\s*(?:"[^"]*|'[^']*)$""", re.sub(r"""=\s*(?:"[^"]*"|'[^']*')""", "", before))


def indentation(text: str, at: int) -> str:
    """Return the white space from the line break before position `at` up to it; empty if other text is in between."""
    start = at
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start > 0 and text[start - 1] == "\n":
        start -= 2 if start > 1 and text[start - 2] == "\r" else 1
        return text[start:at]
    return ""
