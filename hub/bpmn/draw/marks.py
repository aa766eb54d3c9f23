"""What a drawing points out: changes between versions, comments, findings.

Never by colour alone: each kind has its own line pattern and its own symbol, and is said in the title.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.draw.pen import Pen, escape
from hub.bpmn.typeset.paths import Point, middle, number, polyline


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing to point out about an element."""

    kind: str
    """A change (`added`, `removed`, `changed`, `moved-lane`, `layout`), a finding (`error`, `warning`, `info`),
    a media break (`break-H`, `break-M`, `break-N`, `break-settled`), or `conflict`, `comment`, `focus`."""
    count: int = 0
    """Shown in the badge if above 1 (comments: if above 0)."""
    note: str = ""
    """Said in the title after the kind, such as the sentence of a change."""


@dataclass(frozen=True, slots=True)
class _Look:
    light: str
    dark: str
    dash: str
    width: float
    sign: str
    """Path of the symbol in a square of 12 px around the origin."""
    german: str
    english: str


_ACROSS: Final = "M0-4.6V4.6M-2.6-2.2L0-4.8L2.6-2.2M-2.6 2.2L0 4.8L2.6 2.2"
_SPREAD: Final = "M-4.4-4.4L4.4 4.4M-4.4-1.6V-4.4H-1.6M4.4 1.6V4.4H1.6"
_PLUS: Final = "M0-4V4M-4 0H4"
_MINUS: Final = "M-4 0H4"
_H: Final = "M-2.8-4V4M2.8-4V4M-2.8 0H2.8"
_M: Final = "M-3.2 4.6V-1.4L0 2.4L3.2-1.4V4.6"
_N: Final = "M-2.6 4V-4L2.6 4V-4"
_TICK: Final = "M-4 0.2L-1.2 3.2L4.2-3.2"
_LOOKS: Final = MappingProxyType(
    {
        "added": _Look("#11702f", "#5fd38a", "", 3, _PLUS, "hinzugefügt", "added"),
        "removed": _Look("#b3202a", "#ff8a8f", "6 4", 3, _MINUS, "entfernt", "removed"),
        "changed": _Look("#9a4d00", "#ffb35c", "12 3", 3, "M-4-1.6H4M-4 1.8H4M2.6-4.4L-2.6 4.4", "geändert", "changed"),
        "moved-lane": _Look(
            "#0b4fc4", "#86b3ff", "2 5", 3.4, _ACROSS, "andere Zuständigkeit", "moved to another lane"
        ),
        "layout": _Look("#5a6072", "#b4bbcc", "1 4", 2, _SPREAD, "anders angeordnet", "arranged differently"),
        "conflict": _Look("#7a1fa2", "#dba0ff", "9 3 2 3", 3.2, "M0-4.6V1.2M0 4V4.4", "Konflikt", "conflict"),
        "comment": _Look("#0b4fc4", "#86b3ff", "", 0, "", "Kommentar", "comment"),
        "focus": _Look("#0b4fc4", "#86b3ff", "", 3.4, "", "ausgewählt", "selected"),
        "error": _Look("#b3202a", "#ff8a8f", "4 2", 2.4, "M-3-3L3 3M3-3L-3 3", "Fehler", "error"),
        "warning": _Look("#8a5a00", "#ffcf5c", "8 4", 2.4, "M0-2.6V1.6M0 3.8V4.2", "Warnung", "warning"),
        "info": _Look("#33507a", "#a9c4ee", "2 3", 2, "M0-0.6V4M0-3.6V-3.2", "Hinweis", "note"),
        "break-H": _Look("#b3202a", "#ff8a8f", "10 3", 3.2, _H, "Medienbruch (H)", "media break (H)"),
        "break-M": _Look("#8a5a00", "#ffcf5c", "4 3", 2.6, _M, "Medienbruch (M)", "media break (M)"),
        "break-N": _Look("#33507a", "#a9c4ee", "1.5 4", 2, _N, "Hinweis auf Medienbruch", "hint at a media break"),
        "break-settled": _Look("#3f5d45", "#9fd3a8", "", 1.2, _TICK, "Medienbruch entschieden", "decided break"),
    }
)  # fmt: skip
_OUTSIDE: Final = 5.0
_BADGE: Final = 8.5

Highlights = Mapping[str, "Highlight | str | Sequence[Highlight | str]"]


def highlights_of(highlights: Highlights) -> dict[str, list[Highlight]]:
    """Bring what a caller gives into one form; raises `ValueError` for a kind that does not exist."""
    found: dict[str, list[Highlight]] = {}
    for id_, given in highlights.items():
        several: Iterable[Highlight | str] = [given] if isinstance(given, (Highlight, str)) else given
        for item in several:
            highlight = Highlight(item) if isinstance(item, str) else item
            if highlight.kind not in _LOOKS:
                raise ValueError(f"unknown highlight {highlight.kind!r}")
            found.setdefault(id_, []).append(highlight)
    return found


def words(highlights: Sequence[Highlight], lang: str) -> str:
    """Say the highlights of one element, for its title."""
    parts = []
    for item in highlights:
        look = _LOOKS[item.kind]
        word = look.german if lang == "de" else look.english
        if item.kind == "comment" and item.count > 1:
            word = f"{item.count} {'Kommentare' if lang == 'de' else 'comments'}"
        parts.append(f"{word}: {item.note}" if item.note else word)
    return "; ".join(parts)


def summary(highlights: Mapping[str, Sequence[Highlight]], lang: str) -> str:
    """Say how many elements are pointed out, by kind."""
    counts: dict[str, int] = {}
    for several in highlights.values():
        for item in several:
            counts[item.kind] = counts.get(item.kind, 0) + 1
    return ", ".join(
        f"{counts[kind]} × {look.german if lang == 'de' else look.english}"
        for kind, look in _LOOKS.items()
        if kind in counts
    )


def around(pen: Pen, highlights: Sequence[Highlight], b: Bounds, *, dark: bool) -> None:
    """Draw the frames and badges of a shape."""
    step = 0.0
    badge = b.right - 2
    for item in highlights:
        look = _LOOKS[item.kind]
        colour = look.dark if dark else look.light
        if look.width:
            out = _OUTSIDE + step
            dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
            pen.rect(
                b.x - out, b.y - out, b.width + 2 * out, b.height + 2 * out,
                f'class="bpmn-mark bpmn-mark-{item.kind}" fill="{colour}" fill-opacity="0.1" stroke="{colour}"'
                f' stroke-width="{number(look.width)}" stroke-linecap="butt"{dash}',
                8,
            )  # fmt: skip
            step += 4.5
        if look.sign or item.kind == "comment":
            _badge(pen, item, look, colour, badge, b.y - _OUTSIDE)
            badge -= 2 * _BADGE + 3


def along(pen: Pen, highlights: Sequence[Highlight], points: Sequence[Point], *, dark: bool) -> None:
    """Draw a broad line under a connection, and its badges."""
    (x, y), flat = middle(points)
    at = 0.0
    for item in highlights:
        look = _LOOKS[item.kind]
        colour = look.dark if dark else look.light
        if look.width:
            dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
            pen.path(
                polyline(points),
                f'class="bpmn-mark bpmn-mark-{item.kind}" fill="none" stroke="{colour}" stroke-opacity="0.55"'
                f' stroke-width="6"{dash}',
            )
        if look.sign or item.kind == "comment":
            _badge(pen, item, look, colour, x + (at if flat else 0), y + (0 if flat else at))
            at += 2 * _BADGE + 3


def _badge(pen: Pen, item: Highlight, look: _Look, colour: str, x: float, y: float) -> None:
    paper = pen.theme.paper
    pen.add(f'<g class="bpmn-badge" transform="translate({number(x)} {number(y)})">')
    number_ = item.count if item.count > 1 or item.kind == "comment" else 0
    shown = "" if not number_ else str(number_) if number_ < 100 else "99+"
    if item.kind == "comment":
        wide = max(10.0, 4 + 4 * len(shown))
        pen.path(
            f"M{number(-wide)}-9H{number(wide)}V6H-1L-6 11V6H{number(-wide)}Z",
            f'fill="{colour}" stroke="{paper}" stroke-width="1.4" stroke-linejoin="round"',
        )
        pen.add(
            f'<text y="2.4" text-anchor="middle" font-size="11" font-weight="600" fill="{paper}">'
            f"{escape(shown or '…')}</text>"
        )
    elif item.kind in ("warning", "break-M"):
        pen.path(
            "M0-10L10.5 8.5H-10.5Z", f'fill="{colour}" stroke="{paper}" stroke-width="1.4" stroke-linejoin="round"'
        )
        pen.path(look.sign, f'fill="none" stroke="{paper}" stroke-width="2" stroke-linecap="round"')
    else:
        if item.kind in ("error", "conflict", "break-H"):
            r = _BADGE + 0.5
            c = r * 0.42
            outline = (
                f"M{number(-c)} {number(-r)}H{number(c)}L{number(r)} {number(-c)}V{number(c)}L{number(c)} {number(r)}"
                f"H{number(-c)}L{number(-r)} {number(c)}V{number(-c)}Z"
            )
            pen.path(outline, f'fill="{colour}" stroke="{paper}" stroke-width="1.4"')
        elif item.kind in ("changed", "moved-lane", "layout", "break-settled"):
            pen.rect(
                -_BADGE, -_BADGE, 2 * _BADGE, 2 * _BADGE, f'fill="{colour}" stroke="{paper}" stroke-width="1.4"', 3
            )
        else:
            pen.circle(0, 0, _BADGE, f'fill="{colour}" stroke="{paper}" stroke-width="1.4"')
        pen.path(
            look.sign, f'fill="none" stroke="{paper}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )
    if shown and item.kind != "comment":
        pen.add(f'<text x="11" y="4" font-size="11" font-weight="600" fill="{colour}">{shown}</text>')
    pen.add("</g>")
