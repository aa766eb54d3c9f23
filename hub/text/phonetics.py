"""How a word sounds: Kölner Phonetik (Hans Joachim Postel, 1969), for choosing between two likely spellings."""

from __future__ import annotations

import re

_CODES = (
    ("aeijouy", "0"),
    ("b", "1"),
    ("fvw", "3"),
    ("gkq", "4"),
    ("l", "5"),
    ("mn", "6"),
    ("r", "7"),
    ("sz", "8"),
)
_SIMPLE = {letter: code for letters, code in _CODES for letter in letters}


def sound(folded: str) -> str:
    """Return the digits of the folded word: „gewerbeameldung“ sounds like „gewerbeanmeldung“, not like „…abmeldung“."""
    digits = "".join(_digit(folded, at) for at in range(len(folded)))
    single = re.sub(r"(\d)\1+", r"\1", digits)
    return single[:1] + single[1:].replace("0", "")


def _digit(word: str, at: int) -> str:
    letter = word[at]
    before = word[at - 1] if at else ""
    after = word[at + 1 : at + 2]
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        hard = "ahkloqrux" if not at else "ahkoqux"
        return "4" if after and after in hard and not (before and before in "sz") else "8"
    return _SIMPLE.get(letter, "")
