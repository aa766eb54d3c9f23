"""Writing SVG: colours, escaping, and the few kinds of strokes a diagram is made of.

Every colour is a plain presentation attribute, so a drawing looks right wherever it is shown: in a page
without inline styles, in a file of its own, in a PDF. Elements in the theme's own colours also carry a
class (`bpmn-ink`, `bpmn-paper` …), so that a page's style sheet can follow its own light or dark theme.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hub.bpmn.typeset.paths import number
from hub.bpmn.typeset.text import LINE, Block, clean

FONT: Final = "'Fira Sans', Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a drawing."""

    ink: str
    """Lines and symbols."""
    paper: str
    """Inside of shapes."""
    text: str
    muted: str
    """Lines of lanes, groups and annotations."""
    shade: str
    """Bands of participants who do not start a choreography task; messages in reply."""
    ground: str | None
    """Behind everything; None leaves it open."""


THEMES: Final = {
    "light": Theme("#22242a", "#ffffff", "#22242a", "#5a6072", "#d5d9e2", None),
    "dark": Theme("#e4e7ef", "#1b1f2a", "#f1f3f8", "#a3abc0", "#3b4254", "#12151d"),
    "print": Theme("#000000", "#ffffff", "#000000", "#333333", "#d9d9d9", "#ffffff"),
}

_CLASSES: Final = ("ink", "paper", "text", "muted", "shade", "ground")


def style_sheet(*, media: bool = False) -> str:
    """Return the CSS rules that let a page set the colours of drawings inlined in it.

    Each rule reads a custom property (`--bpmn-ink`, `--bpmn-paper`, `--bpmn-text`, `--bpmn-muted`,
    `--bpmn-shade`, `--bpmn-ground`). With `media`, the rules are for a drawing on its own that follows the
    reader's preference for light or dark.
    """
    dark = THEMES["dark"]
    if media:
        values = "".join(f"--bpmn-{name}:{getattr(dark, name)};" for name in _CLASSES)
        return f"@media (prefers-color-scheme:dark){{svg{{background:{dark.ground};{values}}}{_rules('')}}}"
    return _rules(".bpmn ")


def _rules(scope: str) -> str:
    out = []
    for name in _CLASSES:
        value = f"var(--bpmn-{name},{getattr(THEMES['light'], name) or 'none'})"
        out.append(f"{scope}.bpmn-{name}{{stroke:{value}}}{scope}.bpmn-fill-{name}{{fill:{value}}}")
    return "".join(out)


_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


_PLAIN: Final = re.compile("[A-Za-z0-9_äöüÄÖÜß \\-.,:;/()#?!%+=*§„“–…\u00a0]*")
"""What is quickly seen to need no escaping."""


def escape(text: str) -> str:
    """Make `text` safe inside an SVG attribute or element."""
    if _PLAIN.fullmatch(text) is not None:
        return text
    return clean(text).translate(_ESCAPES)


class Pen:
    """Collects SVG and knows the colours in force for one element."""

    __slots__ = ("_base", "fill", "fill_class", "ink", "ink_class", "out", "text", "text_class", "theme")

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.out: list[str] = []
        self._base = (theme.ink, theme.paper, theme.text)
        self.colours(None, None, None)

    def colours(self, stroke: str | None, fill: str | None, label: str | None) -> None:
        """Use the colours a model gives to an element; None means the theme's."""
        ink, paper, text = self._base
        self.ink, self.ink_class = (stroke, "") if stroke else (ink, "ink")
        self.fill, self.fill_class = (fill, "") if fill else (paper, "paper")
        self.text, self.text_class = (label, "") if label else (text, "text")
        if fill and not stroke:
            # Ink of the theme may not be seen on a colour of the model.
            self.ink, self.ink_class = readable_on(fill), ""
        if fill and not label:
            self.text, self.text_class = stroke or readable_on(fill), ""

    def stroke(self, width: float = 1.6, *, muted: bool = False) -> str:
        """Return the attributes of a line in the current ink."""
        if muted and self.ink_class:
            return f'class="bpmn-muted" stroke="{self.theme.muted}" stroke-width="{number(width)}"'
        cls = f'class="bpmn-{self.ink_class}" ' if self.ink_class else ""
        return f'{cls}stroke="{self.ink}" stroke-width="{number(width)}"'

    def both(self, width: float = 1.6, *, filled: str = "paper") -> str:
        """Return the attributes of an outline; `filled` is `paper`, `ink`, `shade` or `none`."""
        classes = [f"bpmn-{self.ink_class}"] if self.ink_class else []
        if filled == "paper":
            colour, name = self.fill, self.fill_class
        elif filled == "ink":
            colour, name = self.ink, self.ink_class
        elif filled == "shade":
            colour, name = self.theme.shade, "shade"
        else:
            colour, name = "none", ""
        if name:
            classes.append(f"bpmn-fill-{name}")
        cls = f'class="{" ".join(classes)}" ' if classes else ""
        return f'{cls}fill="{colour}" stroke="{self.ink}" stroke-width="{number(width)}"'

    def add(self, svg: str) -> None:
        """Append finished SVG."""
        self.out.append(svg)

    def path(self, d: str, attributes: str) -> None:
        """Append a path."""
        self.out.append(f'<path d="{d}" {attributes}/>')

    def rect(self, x: float, y: float, width: float, height: float, attributes: str, radius: float = 0) -> None:
        """Append a rectangle."""
        round_ = f' rx="{number(radius)}"' if radius else ""
        self.out.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
            f"{round_} {attributes}/>"
        )

    def circle(self, x: float, y: float, radius: float, attributes: str) -> None:
        """Append a circle."""
        self.out.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {attributes}/>')

    def lines(self, block: Block, x: float, top: float, *, anchor: str = "middle", turned: bool = False) -> None:
        """Append lines of text whose first line's upper edge is at `top`.

        `turned` writes upwards (names of horizontal pools): then `x`, `top` are in the turned system around
        the origin and the caller wraps the call in a rotation.
        """
        size = block.size
        cls = f' class="bpmn-fill-{self.text_class}"' if self.text_class else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        baseline = top + size * (LINE / 2 + 0.34)
        extra = "" if size == 12 else f' font-size="{number(size)}"'
        turn = ' transform="rotate(-90)"' if turned else ""
        if len(block.lines) == 1:
            self.out.append(
                f'<text x="{number(x)}" y="{number(baseline)}"{place}{extra}{cls} fill="{self.text}"{turn}>'
                f"{escape(block.lines[0])}</text>"
            )
            return
        spans = "".join(
            f'<tspan x="{number(x)}" y="{number(baseline + index * size * LINE)}">{escape(line)}</tspan>'
            for index, line in enumerate(block.lines)
            if line
        )
        self.out.append(f'<text{place}{extra}{cls} fill="{self.text}"{turn}>{spans}</text>')


_NAMED_DARK: Final = frozenset(
    [
        "black",
        "navy",
        "blue",
        "darkblue",
        "mediumblue",
        "darkgreen",
        "green",
        "teal",
        "maroon",
        "purple",
        "indigo",
        "midnightblue",
        "darkred",
        "brown",
        "darkslategray",
        "darkslategrey",
        "dimgray",
        "dimgrey",
        "red",
        "crimson",
        "firebrick",
        "sienna",
        "saddlebrown",
        "darkmagenta",
    ]
)


def readable_on(fill: str) -> str:
    """Return black or white, whichever is easier to read on `fill` (WCAG 2.2 relative luminance)."""
    if not fill.startswith("#"):
        return "#ffffff" if fill.lower() in _NAMED_DARK else "#1a1c22"
    digits = fill[1:]
    if len(digits) in (3, 4):
        digits = "".join(character * 2 for character in digits[:3])
    if len(digits) < 6:
        return "#1a1c22"
    channels = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#1a1c22" if luminance > 0.19 else "#ffffff"
