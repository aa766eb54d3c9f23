"""How alike two labels are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

_NOT_A_WORD: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_OTHER_NUMBERS: Final = 0.6
_EXPANDED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@lru_cache(maxsize=20_000)
def plain(label: str) -> str:
    """Return a label in lower case, umlauts written out, with single blanks between its words."""
    return _NOT_A_WORD.sub(" ", label[:300].lower().translate(_EXPANDED)).strip()


def similarity(one: str, other: str) -> float:
    """Return how alike two labels are, 0 to 1, whatever the order of their words; 0 if one is empty."""
    one, other = plain(one), plain(other)
    if one == other:
        return 1.0 if one else 0.0
    if not one or not other:
        return 0.0
    likeness = max(fuzz.ratio(one, other), 0.95 * fuzz.token_sort_ratio(one, other)) / 100
    # „Schritt 1“ and „Schritt 2“ differ in one character, and yet in everything.
    return likeness if _NUMBER.findall(one) == _NUMBER.findall(other) else _OTHER_NUMBERS * likeness
