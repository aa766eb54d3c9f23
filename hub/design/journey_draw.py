"""Draw the way from application to decision as SVG: dark on white, told by symbol, pattern and word, not by colour."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Final
from xml.sax.saxutils import escape

from hub.design.journey import STATES, Journey, Stop

_WIDTH: Final = 168
_GAP: Final = 28
_MARGIN: Final = 12
_LINE: Final = 17
_FONT: Final = "Fira Sans, Arial, sans-serif"
_LOOKS: Final = {
    "digital": ("#e6f2ec", "#0f5132", "tick"),
    "unavoidable": ("url(#dots)", "#3f3f46", "info"),
    "none": ("#ffffff", "#52525b", "dash"),
    "open": ("#ffffff", "#52525b", "question"),
    "broken": ("url(#hatch)", "#8a1c1c", "warning"),
}
_PATTERNS: Final = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#fff5f2"/><rect width="2" height="8" fill="#f0b8ac"/></pattern>'
    '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#f7f7f8"/>'
    '<circle cx="4" cy="4" r="1.1" fill="#b4b4bb"/></pattern></defs>'
)


def draw_journey(journey: Journey, *, columns: int = 4, lang: str = "de") -> str:
    """Return the picture, `columns` stations in a row; its text twin is `Stop.sentence` of every stop."""
    columns = max(1, columns)
    width = 2 * _MARGIN + columns * _WIDTH + (columns - 1) * _GAP
    if columns == 1:
        width = 2 * _MARGIN + 2 * _WIDTH
    gap = _GAP if columns == 1 else 2 * _GAP
    rows = [journey.stops[at : at + columns] for at in range(0, len(journey.stops), columns)]
    parts, top = [], _MARGIN
    for number, row in enumerate(rows):
        box = width - 2 * _MARGIN if columns == 1 else _WIDTH
        height = max(_height(stop, box, lang) for stop in row)
        for at, stop in enumerate(row):
            left = _MARGIN + at * (_WIDTH + _GAP)
            parts.append("".join(_stop(stop, left, top, box, height, lang)))
            last = number == len(rows) - 1 and at == len(row) - 1
            if not last and columns > 1 and at < len(row) - 1:
                parts.append(_arrow(left + box, top + 34, left + box + _GAP, top + 34))
            elif not last and columns == 1:
                parts.append(_arrow(left + 28, top + height, left + 28, top + height + gap))
            elif not last:
                parts.append(_turn(left + box // 2, top + height, _MARGIN + box // 2, top + height + gap))
        top += height + gap
    height = top - gap + _MARGIN
    title = escape(journey.summary(lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{_FONT}"><title>{title}</title>{_PATTERNS}'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _lines(stop: Stop, box: int, lang: str) -> list[tuple[str, str]]:
    """Return (weight, text) of what stands under a station's name."""
    most = max(12, (box - 24) // 8)
    state = STATES[stop.state][0 if lang == "de" else 1]
    found = [("600", line) for line in wrap(state, most)]
    if stop.breaks:
        rules = ", ".join(dict.fromkeys(row.rule for row in stop.breaks))
        found += [("400", line) for line in wrap(("Medienbruch " if lang == "de" else "Break ") + rules, most)]
    for service in stop.services:
        found += [("400", line) for line in _wrapped(f"+ {service}", most)]
    return found


def _height(stop: Stop, box: int, lang: str) -> int:
    return 68 + 12 + _LINE * len(_lines(stop, box, lang))


def _stop(stop: Stop, left: int, top: int, width: int, height: int, lang: str) -> Iterator[str]:
    fill, ink, symbol = _LOOKS["broken" if stop.broken else stop.state]
    dashed = ' stroke-dasharray="6 4"' if stop.state in ("none", "open") and not stop.broken else ""
    yield (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{ink}" '
        f'stroke-width="2"{dashed}/>'
    )
    yield _symbol(symbol, left + 28, top + 34, ink)
    yield (
        f'<text x="{left + 52}" y="{top + 40}" font-size="17" font-weight="700" fill="#18181b">'
        f"{escape(stop.station.name)}</text>"
    )
    lines = _lines(stop, width, lang)
    # A plain ground under the words: nobody should have to read across a pattern.
    yield (
        f'<rect x="{left + 6}" y="{top + 58}" width="{width - 12}" height="{height - 64}" rx="4" fill="#ffffff" '
        f'fill-opacity="0.92"/>'
    )
    for at, (weight, text) in enumerate(lines):
        yield (
            f'<text x="{left + 12}" y="{top + 78 + at * _LINE}" font-size="14" font-weight="{weight}" fill="#18181b">'
            f"{escape(text)}</text>"
        )


def _symbol(name: str, x: int, y: int, ink: str) -> str:
    stroke = f'fill="none" stroke="{ink}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
    ring = f'<circle cx="{x}" cy="{y}" r="15" fill="#ffffff" stroke="{ink}" stroke-width="2"/>'
    if name == "warning":
        return (
            f'<path d="M{x} {y - 16} L{x + 17} {y + 13} L{x - 17} {y + 13} Z" fill="#ffffff" stroke="{ink}" '
            f'stroke-width="2.5" stroke-linejoin="round"/>'
            f'<path d="M{x} {y - 5} V{y + 3} M{x} {y + 8} V{y + 8.5}" {stroke}/>'
        )
    marks = {
        "tick": f"M{x - 6} {y + 1} L{x - 1} {y + 6} L{x + 7} {y - 5}",
        "info": f"M{x} {y - 7} V{y - 6.5} M{x} {y - 1} V{y + 7}",
        "dash": f"M{x - 6} {y} H{x + 6}",
        "question": f"M{x - 4} {y - 4} A4.5 4.5 0 1 1 {x} {y + 1} V{y + 3} M{x} {y + 8} V{y + 8.5}",
    }
    return f'{ring}<path d="{marks[name]}" {stroke}/>'


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    if y1 == y2:
        line = f"M{x1 + 3} {y1} L{x2 - 3} {y2} M{x2 - 9} {y2 - 5} L{x2 - 2} {y2} L{x2 - 9} {y2 + 5}"
    else:
        line = f"M{x1} {y1 + 3} L{x2} {y2 - 3} M{x2 - 5} {y2 - 9} L{x2} {y2 - 2} L{x2 + 5} {y2 - 9}"
    return f'<path d="{line}" fill="none" stroke="#18181b" stroke-width="2"/>'


def _turn(x1: int, y1: int, x2: int, y2: int) -> str:
    """Lead from the end of a row to the beginning of the next one."""
    middle = (y1 + y2) // 2
    line = f"M{x1} {y1 + 3} V{middle} H{x2} V{y2 - 3} M{x2 - 5} {y2 - 9} L{x2} {y2 - 2} L{x2 + 5} {y2 - 9}"
    return f'<path d="{line}" fill="none" stroke="#18181b" stroke-width="2"/>'


def _wrapped(text: str, most: int) -> list[str]:
    """Return the lines of a text, which may break behind a slash too: „BundID/DeutschlandID“."""
    return [line.replace("/ ", "/") for line in wrap(text.replace("/", "/ "), most)]
