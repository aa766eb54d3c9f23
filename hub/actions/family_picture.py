"""The family tree as a picture: one column a generation, one box an entry."""

from collections.abc import Callable
from html import escape
from textwrap import wrap

from hub.actions.library import Relative
from hub.store.entries import Entry

BOX, GAP_X, GAP_Y, TALL = 300, 56, 20, 88
LINE = 32
"""Characters of a title that fit on one line of a box."""


def draw(tree: Relative, current_id: int, *, address: Callable[[Entry], str]) -> str:
    """Return the tree as an SVG for embedding in a page; colours come from the page's style sheet."""
    boxes: list[str] = []
    lines: list[str] = []
    widest = 0

    def place(node: Relative, column: int, top: int) -> tuple[int, int]:
        """Draw `node` with its children from `top` down; return its middle and the first free line."""
        nonlocal widest
        widest = max(widest, column)
        x = column * (BOX + GAP_X) + 2
        at, middles = top, []
        for child in node.children:
            middle, at = place(child, column + 1, at)
            middles.append(middle)
        middle = (middles[0] + middles[-1]) // 2 if middles else top + TALL // 2
        bottom = max(at, middle + TALL // 2 + GAP_Y)
        for other in middles:
            half = x + BOX + GAP_X // 2
            lines.append(f'<path class="family__line" d="M{x + BOX} {middle}H{half}V{other}H{x + BOX + GAP_X}"/>')
        boxes.append(_box(node, x, middle - TALL // 2, current=node.entry.id == current_id, url=address(node.entry)))
        return middle, bottom

    _middle, height = place(tree, 0, 2)
    width = (widest + 1) * (BOX + GAP_X) - GAP_X + 4
    return (
        f'<svg class="family" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" aria-hidden="true" focusable="false">{"".join(lines)}{"".join(boxes)}</svg>'
    )


def _box(node: Relative, x: int, y: int, *, current: bool, url: str) -> str:
    entry = node.entry
    shown = entry.head or entry.published
    lines = wrap(entry.title, LINE, max_lines=2, placeholder=" …")
    note = f"{entry.organisation.short_name} · {shown.number if shown else ''}"
    mark = " family__box--current" if current else ""
    return (
        f'<a href="{escape(url)}" tabindex="-1"><rect class="family__box{mark}" x="{x}" y="{y}" width="{BOX}" '
        f'height="{TALL}" rx="8"/>'
        + "".join(
            f'<text class="family__title" x="{x + 14}" y="{y + 27 + 20 * at}">{escape(line)}</text>'
            for at, line in enumerate(lines)
        )
        + f'<text class="family__note" x="{x + 14}" y="{y + 31 + 20 * len(lines)}">{escape(note)}</text></a>'
    )
