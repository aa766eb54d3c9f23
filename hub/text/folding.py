"""Letters: one spelling for ä/ae, ö/oe, ü/ue, ß/ss, upper and lower case, soft hyphens and ligatures."""

from __future__ import annotations

import re
import unicodedata

_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "\u00ad": None})
_UMLAUT = re.compile(r"ae|oe|(?<![aeiouq])ue")


def clean(text: str) -> str:
    """Return `text` in composed form, without soft hyphens, control and zero-width characters.

    Every character left out is replaced by nothing, so positions move; highlight on the cleaned text.
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if text.isprintable():
        return text
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"}
    )


def expand(text: str) -> str:
    """Return `text` in lower case with ä as ae, ö as oe, ü as ue and ß as ss; other accents are dropped."""
    text = text.lower().translate(_EXPANDED)
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFD", text)
    return "".join(char for char in bare if not unicodedata.combining(char))


def contract(expanded: str) -> str:
    """Return the expanded text with ae as a, oe as o and ue as u.

    `ue` after a vowel or q stays (Steuer, Quelle), the rule of the Snowball project's `german2`.
    """
    return _UMLAUT.sub(lambda match: match[0][0], expanded)


def fold(text: str) -> str:
    """Return the one spelling under which `Straße`, `STRASSE` and `Strasse`, `Gebühr` and `Gebuehr` meet."""
    return contract(expand(text))
