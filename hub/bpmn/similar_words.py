"""Words of a model as roots, German and English, with compounds taken apart where their head is known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hub.bpmn.naming_german import noun_head, split_verb

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_FOLD: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e"})
_ENDINGS: Final = (
    "ungen", "ern", "eln", "est", "ung", "ing", "ies", "end", "en", "er", "em", "es", "ed", "et", "st", "e", "s", "n",
    "t",
)  # fmt: skip
_LEAST: Final = 4
"""Letters a root keeps."""
_STOP: Final = frozenset(
    {
        "und", "oder", "der", "die", "das", "des", "dem", "den", "ein", "eine", "einen", "einer", "eines",
        "zu", "zur", "zum", "von", "vom", "für", "mit", "auf", "an", "am", "im", "in", "ins", "bei", "ist",
        "wird", "werden", "nicht", "ja", "nein", "als", "aus", "über", "the", "of", "to", "and", "or",
        "for", "is", "are", "with", "from", "by", "at", "on", "yes", "no", "not", "if",
    }
)  # fmt: skip


def roots(text: str) -> list[str]:
    """Return the roots of the words in `text`, in order; a compound gives its parts too."""
    return [root for word in _WORD.findall(text.lower()) if word not in _STOP for root in _roots_of(word)]


@lru_cache(maxsize=50_000)
def _roots_of(word: str) -> tuple[str, ...]:
    verb = split_verb(word)
    if verb is not None and verb[0]:
        # „weiterleiten“ is akin to „leiten“ and to „Weiterleitung“.
        return _root(word), _root(verb[1])
    head = noun_head(word)
    if head is None:
        return (_root(word),)
    modifier = word[: -len(head)]
    if modifier.endswith("s") and len(modifier) > _LEAST:
        modifier = modifier[:-1]
    return _root(word), _root(modifier), _root(head)


@lru_cache(maxsize=50_000)
def _root(word: str) -> str:
    word = word.translate(_FOLD)
    shortened = True
    while shortened:
        shortened = False
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
                word = word[: -len(ending)]
                shortened = True
                break
    return word
