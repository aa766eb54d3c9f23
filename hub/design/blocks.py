"""A Markdown text as the units people change: lines of paragraphs, list items, table rows, code blocks.

A table is its head and its rows, an item is its lines with what is indented under it; so neither is ever torn.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hub.design.fences import fenced

_ITEM = re.compile(r"^( {0,3})([-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^#{1,6}\s")
_BARE_QUOTE = re.compile(r"^\s{0,3}>\s*$")
_QUOTE = re.compile(r"^\s{0,3}>")

_MOST_LINES = 4000
LINE, BREAK, QUOTE_BREAK = "\n", "\n\n", "\n>\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing a merge takes or leaves; `glue` is what stands between it and the unit before."""

    kind: str
    """paragraph, heading, quote, item, head, row, table or code"""
    text: str
    glue: str = ""
    after: str = ""
    """The kind of the unit before it; empty at the beginning of the text."""

    @property
    def key(self) -> tuple[str, str, bool]:
        """What makes two units the same: an ordered item's number does not, a blank line before prose does."""
        text = "\n".join(line.rstrip() for line in self.text.split("\n"))
        if self.kind == "item":
            text = re.sub(r"^\s*\d{1,9}[.)]\s*", "1. ", text)
        tight = self.glue == LINE and self.kind in ("paragraph", "quote")
        return self.kind, text, tight


def split(text: str, *, whole_tables: bool = False) -> list[Unit]:
    """Return the units of `text`; with `whole_tables`, a table is one unit, and so is a text of very many lines."""
    if text.count("\n") > _MOST_LINES:
        return [Unit("several", text)]
    units: list[Unit] = []
    for glue, kind, lines in _chunks(text):
        for at, unit in enumerate(_units(kind, lines, whole_tables)):
            if unit.kind == "paragraph" and not at and _belongs(units, glue, unit.text):
                units[-1] = replace(units[-1], text=f"{units[-1].text}{glue}{unit.text}")
                continue
            before = units[-1].kind if units else ""
            units.append(replace(unit, glue=glue if not at else unit.glue, after=before))
    if units:
        units[0] = replace(units[0], glue="")
    return units


def join(units: Iterable[Unit]) -> str:
    """Return the text of `units`, with a fitting space between those that did not follow each other before."""
    parts: list[str] = []
    before: Unit | None = None
    for unit in units:
        if before is not None:
            parts.append(_glue(before, unit))
        parts.append(unit.text)
        before = unit
    return "".join(parts)


def _glue(before: Unit, unit: Unit) -> str:
    if unit.kind == "row" and before.kind in ("head", "row"):
        return LINE
    if unit.glue and unit.after == before.kind and unit.kind != "row":
        return unit.glue
    return {"item": LINE, "quote": QUOTE_BREAK}.get(unit.kind, BREAK) if unit.kind == before.kind else BREAK


def numbered(units: Sequence[Unit]) -> list[Unit]:
    """Return the units with ordered lists counted through, where they were counted and not all the same."""
    result: list[Unit] = []
    for unit in units:
        own = re.match(r"^(\s*)(\d{1,9})([.)])", unit.text) if unit.kind == "item" else None
        last = re.match(r"^(\s*)(\d{1,9})([.)])", result[-1].text) if result and result[-1].kind == "item" else None
        if own and last and int(own[2]) != int(last[2]) + 1 and not (own[2] == last[2] == "1"):
            number = int(last[2]) + 1
            result.append(replace(unit, text=f"{own[1]}{number}{own[3]}{unit.text[own.end() :]}"))
        else:
            result.append(unit)
    return result


def _belongs(units: Sequence[Unit], glue: str, text: str) -> bool:
    """Say whether a paragraph is indented under the list item before it."""
    return bool(units) and glue != LINE and units[-1].kind == "item" and text[:2] in ("  ", "\t", " \t")


def _chunks(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (glue before, kind, lines) of what blank lines and fences separate; kind is code or text."""
    lines: list[str] = []
    code, blank = False, 0
    glue = ""
    for line, inside in fenced(text.split("\n")):
        if lines and inside != code:
            yield glue, "code" if code else "text", lines
            lines, glue = [], LINE
        code = inside
        if not line.strip() and not inside:
            if lines:
                yield glue, "text", lines
                lines, blank = [], 0
            blank += 1
            glue = "\n" * (blank + 1)
            continue
        lines.append(line)
        blank = 0
    if lines:
        yield glue, "code" if code else "text", lines


def _units(kind: str, lines: list[str], whole_tables: bool) -> Iterator[Unit]:
    if kind == "code":
        yield Unit("code", "\n".join(lines))
    elif _HEADING.match(lines[0]):
        yield Unit("heading", lines[0])
        for at, unit in enumerate(_units("text", lines[1:], whole_tables) if lines[1:] else ()):
            yield replace(unit, glue=LINE) if not at else unit
    elif len(lines) > 1 and "|" in lines[0] and _DELIMITER.match(lines[1]):
        if whole_tables:
            yield Unit("table", "\n".join(lines))
            return
        yield Unit("head", "\n".join(lines[:2]))
        yield from (Unit("row", line, LINE) for line in lines[2:])
    elif found := _ITEM.match(lines[0]):
        yield from _items(lines, len(found[1]))
    elif _QUOTE.match(lines[0]):
        yield from _quotes(lines)
    else:
        yield from (Unit("paragraph", line, LINE) for line in lines)


def _items(lines: list[str], indent: int) -> Iterator[Unit]:
    item: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if item and found and len(found[1]) <= indent:
            yield Unit("item", "\n".join(item), LINE)
            item = []
        item.append(line)
    yield Unit("item", "\n".join(item), LINE)


def _quotes(lines: list[str]) -> Iterator[Unit]:
    glue = LINE
    for line in lines:
        if _BARE_QUOTE.match(line):
            glue = QUOTE_BREAK
            continue
        yield Unit("quote", line, glue)
        glue = LINE
