"""Sentences with references in them, so that a page can link „Schritt 5“ to step 5."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hub.bpmn.describe_phrases import phrase

_FIELD: Final = re.compile(r"\{(\w+)\}")
_DOUBLE: Final = re.compile(r"([.?!…:])\.(?=\s|$)|([.?!…])(“|”)\.(?=\s|$)")
_INITIAL: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of another step."""

    element_id: str
    text: str


Text = tuple[str | Reference, ...]
"""A sentence in pieces."""


def fill(key: str, lang: str, **values: str | Reference | Text) -> Text:
    """Return the phrase `key` with its gaps filled; values may contain references."""
    pieces: list[str | Reference] = []
    template = phrase(key, lang)
    at = 0
    for match in _FIELD.finditer(template):
        pieces.append(template[at : match.start()])
        value = values[match[1]]
        pieces += value if isinstance(value, tuple) else (value,)
        at = match.end()
    pieces.append(template[at:])
    return tuple(piece for piece in pieces if piece)


def join(texts: Sequence[Text], lang: str, word: str = "and") -> Text:
    """Return `texts` as an enumeration: a, b und c."""
    pieces: list[str | Reference] = []
    for place, text in enumerate(texts):
        if place:
            pieces.append(phrase(word, lang) if place == len(texts) - 1 else ", ")
        pieces += text
    return tuple(pieces)


def finish(text: Text) -> Text:
    """Merge neighbouring pieces, drop doubled full stops and begin with a capital letter."""
    merged: list[str | Reference] = []
    for piece in text:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if merged and isinstance(merged[0], str):
        merged[0] = merged[0][:1].upper() + merged[0][1:]
    return tuple(
        _DOUBLE.sub(lambda m: m[1] or m[2] + m[3], piece) if isinstance(piece, str) else piece for piece in merged
    )


def plain(text: Text) -> str:
    """Return a sentence as a plain string."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text)


def has_words(name: str) -> bool:
    """Return whether a name says anything at all."""
    return bool(_INITIAL.search(name) or name.strip())
