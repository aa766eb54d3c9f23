"""Rendered Markdown and described processes as the blocks a printed document is made of.

A block is `{"kind", "level", "number", "runs"}`, or a table with `rows`; a run is `[text, style]` with style
"", "strong", "em", "code" or the address of a link.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml import html as lxml_html
from lxml.etree import _Element

from hub import bpmn
from hub.text import markdown

Block = dict[str, Any]
Runs = list[list[str]]

_STYLES = {"strong": "strong", "em": "em", "code": "code"}


def block(kind: str, runs: Runs, *, level: int = 0, number: str = "") -> Block:
    """Return one block."""
    return {"kind": kind, "level": level, "number": number, "runs": runs, "rows": []}


def text_block(text: str, *, level: int = 0, number: str = "") -> Block:
    """Return a paragraph of plain text."""
    return block("p", [[text, ""]], level=level, number=number)


def picture(file: str, alt: str) -> Block:
    """Return a picture as wide as the text, with the words that stand for it."""
    return {**block("picture", [[file, ""]]), "alt": alt}


def table_block(rows: Sequence[Sequence[str]]) -> Block:
    """Return a table of plain texts; the first row is its head."""
    return {**block("table", []), "rows": [[[[cell, ""]] for cell in row] for row in rows]}


def of_markdown(text: str) -> list[Block]:
    """Return the blocks of a Markdown text."""
    rendered = markdown.to_html(text[: markdown.LIMIT])
    if not rendered.strip():
        return []
    root = lxml_html.fragment_fromstring(rendered, create_parent="div")
    return list(_blocks(root, 0))


def _blocks(parent: Iterable[_Element], level: int) -> Iterator[Block]:
    for child in parent:
        tag = str(child.tag)
        if tag in ("p", "pre"):
            yield block("pre" if tag == "pre" else "p", list(_runs(child, "")), level=level)
        elif tag.startswith("h") and tag[1:].isdigit():
            yield {**block("h", list(_runs(child, "")), level=level), "depth": int(tag[1:])}
        elif tag in ("ul", "ol"):
            for at, item in enumerate(child, int(child.get("start") or 1)):
                yield from _item(item, level + 1, f"{at}." if tag == "ol" else "–")
        elif tag == "table":
            rows = [[list(_runs(cell, "")) for cell in row] for row in child.iter("tr")]
            if rows:
                yield {"kind": "table", "level": level, "number": "", "runs": [], "rows": rows}
        elif tag == "blockquote":
            yield from _blocks(child, level + 1)


def _item(item: _Element, level: int, mark: str) -> Iterator[Block]:
    inner = [child for child in item if child.tag in ("p", "ul", "ol", "pre", "table", "blockquote")]
    if not inner or (item.text and item.text.strip()):
        yield block("li", list(_runs(item, "", skip=("ul", "ol"))), level=level, number=mark)
        yield from _blocks([child for child in inner if child.tag in ("ul", "ol")], level)
        return
    for at, found in enumerate(_blocks(item, level)):
        yield found if at else {**found, "kind": "li", "number": mark}


def nested(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with runs of list items gathered into lists, `{"kind": "list", "ordered", "items"}`.

    The `depth` of headings begins at 1 and never skips a level, as tagged documents ask for (ISO 14289-1, 7.4).
    """
    depths = [row["depth"] for row in blocks if row["kind"] == "h"]
    least, last, at = min(depths, default=1), 0, 0
    made: list[Block] = []
    while at < len(blocks):
        row, level, end = blocks[at], blocks[at]["level"], at + 1
        if row["kind"] == "li":
            while end < len(blocks) and blocks[end]["level"] >= level and not _continues(blocks[end], level):
                end += 1
            item = {"runs": row["runs"], "blocks": nested(blocks[at + 1 : end])}
            ordered = row["number"] != "–"
            if at and made[-1]["kind"] == "list" and made[-1]["level"] == level and made[-1]["ordered"] == ordered:
                made[-1]["items"].append(item)
            else:
                made.append({**block("list", [], level=level), "ordered": ordered, "items": [item]})
        elif row["kind"] == "h":
            last = min(row["depth"] - least, last) + 1
            made.append({**row, "depth": last})
        else:
            made.append(row)
        at = end
    return made


def _continues(row: Block, level: int) -> bool:
    return bool(row["kind"] == "li" and row["level"] == level)


def _runs(node: _Element, style: str, skip: tuple[str, ...] = ()) -> Iterator[list[str]]:
    if node.text and node.text.strip("\n"):
        yield [node.text, style]
    for child in node:
        if child.tag in skip:
            continue
        if child.tag == "br":
            yield ["\n", ""]
        else:
            inner = child.get("href") if child.tag == "a" else _STYLES.get(str(child.tag), style)
            yield from _runs(child, inner or style, skip)
        if child.tail and child.tail.strip("\n"):
            yield [child.tail, style]


def of_description(description: bpmn.Description) -> Iterator[tuple[str, list[Block]]]:
    """Yield (heading, blocks) of a described process."""
    for section in description.sections:
        blocks = [text_block(_plain(text)) for text in section.intro]
        for step in section.walk():
            level = step.level
            blocks.append(text_block(step.sentence, level=level, number=f"{step.number}."))
            blocks += [text_block(f"– {_plain(way)}", level=level + 1) for way in step.ways]
            blocks += [text_block(_plain(detail), level=level + 1) for detail in step.details]
        yield section.heading, blocks


def _plain(text: Any) -> str:
    """Return a told sentence without its links."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text)
