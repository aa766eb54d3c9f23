"""Text in a drawing: how wide it is, where to break it, and what to leave out so that it fits.

Sizes are in diagram units (px). Words are broken between syllables as German spelling does,
as well as a rule of thumb without a dictionary can (consonants before a vowel go to the next line).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from hub.bpmn.typeset.advances import ADVANCES

LINE: Final = 1.2
"""Line height as a multiple of the font size."""
LONGEST: Final = 400
"""Characters of a label that are drawn at most; the full name is in the element's title."""

_WIDTHS: Final = {character: width / 1000 for width, characters in ADVANCES for character in characters}
_NEVER: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\xad\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACE: Final = re.compile("[ \\t\\f\\v\\u2000-\\u2006\\u2008-\\u200a\\u3000]+")
"""White space a line may break at; no-break spaces (§ 14 GewO) are not among them."""
_PARTS: Final = re.compile(r"[^\-/_]*[\-/_]+|[^\-/_]+")
_LAST_NUMBER: Final = re.compile(r" (\d{1,3})$")
"""A number at the end stays with its word: „Aufgabe 4“."""
_VOWELS: Final = frozenset("aeiouyäöüáàâéèêíìîóòôúùûAEIOUYÄÖÜÉÈ")
_TOGETHER: Final = ("sch", "ch", "ck", "ph", "th", "qu", "rh", "sh")
_WHOLE: Final = re.compile("[^\\W\\d_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text set at one size."""

    lines: tuple[str, ...]
    size: float
    width: float
    """Of the longest line."""
    cut: bool
    """Whether words were left out (the last line ends in an ellipsis)."""

    @property
    def height(self) -> float:
        """Height of all lines."""
        return len(self.lines) * self.size * LINE


def clean(text: str) -> str:
    """Return `text` without control characters and marks that turn the direction of reading."""
    return _NEVER.sub("", text)


def _character_width(character: str) -> float:
    code = ord(character)
    if 0x300 <= code < 0x370 or 0xFE00 <= code < 0xFE10:
        return 0.0
    return 1.0 if code >= 0x1100 else 0.7


def width(text: str, size: float) -> float:
    """Return the width of one line of `text` at font size `size`."""
    get = _WIDTHS.get
    total = 0.0
    for character in text:
        w = get(character)
        total += w if w is not None else _character_width(character)
    return total * size


def wrap(text: str, room: float, size: float) -> tuple[list[str], int]:
    """Break `text` into lines no wider than `room`; line breaks in the text are kept.

    Returns the lines and how many words had to be broken where no hyphen or syllable allows it.
    """
    lines: list[str] = []
    broken = 0
    for paragraph in clean(text[:LONGEST]).splitlines():
        line = ""
        for word in _SPACE.split(_LAST_NUMBER.sub("\u00a0\\1", paragraph.strip())):
            pieces = _PARTS.findall(word) or [word]
            for number, piece in enumerate(pieces):
                joiner = " " if line and number == 0 else ""
                if width(line + joiner + piece, size) <= room:
                    line += joiner + piece
                    continue
                if width(piece, size) <= room:
                    if line:
                        lines.append(line)
                    line = piece
                    continue
                line, bad = _break(line, joiner, piece, room, size, lines)
                broken += bad
        if line or lines:
            lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines, broken


def _break(line: str, joiner: str, word: str, room: float, size: float, lines: list[str]) -> tuple[str, int]:
    """Set a word that is wider than a line; returns the unfinished last line and the number of rough breaks."""
    rough = 0
    rest = word
    while rest and width(line + joiner + rest, size) > room:
        free = room - width(line + joiner, size)
        best = 0
        for place in syllables(rest):
            if width(rest[:place] + "-", size) > free:
                break
            best = place
        if best:
            lines.append(line + joiner + rest[:best] + "-")
            line, joiner, rest = "", "", rest[best:]
        elif line:
            lines.append(line)
            line, joiner = "", ""
        else:
            count = 1
            while count < len(rest) and width(rest[: count + 1], size) <= room:
                count += 1
            lines.append(rest[:count])
            rest = rest[count:]
            rough += 1
    return line + joiner + rest, rough


@lru_cache(maxsize=4096)
def syllables(word: str) -> tuple[int, ...]:
    """Return the places where `word` may be broken with a hyphen, at least three letters from either end."""
    if _WHOLE.fullmatch(word.strip(".,;:!?()„“\"'")) is None:
        return ()
    lower = word.lower()
    places = []
    vowels = [index for index, character in enumerate(lower) if character in _VOWELS]
    for before, after in pairwise(vowels):
        consonants = after - before - 1
        if consonants == 0:
            continue
        place = after - 1
        for together in _TOGETHER:
            start = after - len(together)
            if start > before and lower.startswith(together, start):
                place = start
                break
        if 3 <= place <= len(word) - 3:
            places.append(place)
    return tuple(places)


@lru_cache(maxsize=8192)
def fit(text: str, room: float, height: float, sizes: tuple[float, ...] = (12.0, 11.0, 10.0)) -> Block:
    """Set `text` in a box of `room` × `height`.

    Takes the largest of `sizes` at which all of it fits without a rough break; if none does, the
    smallest, with an ellipsis where words had to be left out.
    """
    room = max(room, 8.0)
    choice: tuple[list[str], float] | None = None
    for size in sizes:
        lines, broken = wrap(text, room, size)
        if len(lines) * size * LINE <= height + 1:
            if not broken:
                return _block(lines, size, cut=len(text) > LONGEST)
            choice = choice or (lines, size)
    if choice is not None:
        return _block(choice[0], choice[1], cut=len(text) > LONGEST)
    size = sizes[-1]
    lines, _ = wrap(text, room, size)
    count = max(1, int((height + 1) // (size * LINE)))
    return _block(lines[:count], size, cut=len(lines) > count or len(text) > LONGEST, room=room)


def _block(lines: list[str], size: float, *, cut: bool, room: float = 1e9) -> Block:
    if cut and lines:
        last = lines[-1].rstrip(" -.,;:")
        while last and width(last + "…", size) > room:
            last = last[:-1].rstrip()
        lines = [*lines[:-1], last + "…"]
    return Block(tuple(lines), size, max((width(line, size) for line in lines), default=0.0), cut)
