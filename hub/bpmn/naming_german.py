"""Just enough German morphology to judge and to phrase the names of steps: verbs, participles, articles.

The words are data (`data/german.toml`); whatever they do not cover is "not known", never guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final


def _load() -> dict[str, Any]:
    return tomllib.loads((resources.files("hub.bpmn") / "data" / "german.toml").read_text("utf-8"))


_DATA: Final = _load()
_WORDS: Final = _DATA["words"]
_STRONG: Final[dict[str, str]] = _DATA["verbs"]["strong"]
_REGULAR: Final = frozenset(_DATA["verbs"]["regular"].split())
_WHOLE: Final = frozenset(_WORDS["whole"].split())
_SEPARABLE: Final = tuple(sorted(_WORDS["separable"], key=len, reverse=True))
_INSEPARABLE: Final = tuple(_WORDS["inseparable"])
_UNSTRESSED: Final = frozenset({*_INSEPARABLE, "über", "unter", "um", "wider", "wieder", "durch", "voll"})
"""Prefixes that leave a strong verb strong; `beantragen` and `beauftragen` come from nouns and are weak."""
_NOT_VERBS: Final = frozenset(_WORDS["not_verbs"].split())
_NO_ACCUSATIVE: Final = frozenset(_WORDS["no_accusative"].split())
_GE: Final = tuple(_WORDS["ge_infinitives"].split())
_STRONG_PARTICIPLES: Final = frozenset(_WORDS["strong_participles"].split())
_NOMINAL: Final = tuple(_WORDS["nominal_endings"])

NOUNS: Final = frozenset(_WORDS["nouns"].split())
"""Everyday nouns that look like a verb written with a capital letter."""
FINITE: Final = frozenset(_WORDS["finite"].split())
"""Words that make a label a whole sentence."""
CLAUSE_OPENERS: Final = frozenset(_WORDS["clause_openers"])
"""Words that open a subordinate clause."""
DEFAULT_NAMES: Final = frozenset(_DATA["defaults"]["names"])
"""What tools call elements that nobody has named, in small letters."""

_GENDERS: Final[Mapping[str, str]] = MappingProxyType(
    {word: gender for gender, words in _DATA["nouns"].items() for word in words.split()}
)
_GENDER_ENDINGS: Final = (
    ("innen", "plural"), ("ungen", "plural"), ("keiten", "plural"), ("heiten", "plural"), ("ionen", "plural"),
    ("ung", "feminine"), ("heit", "feminine"), ("keit", "feminine"), ("schaft", "feminine"), ("ität", "feminine"),
    ("ion", "feminine"), ("erei", "feminine"),
)  # fmt: skip
_HEADS: Final = tuple(sorted(_GENDERS, key=len, reverse=True))
_NOMINATIVE: Final = {"feminine": "die", "masculine": "der", "neuter": "das", "plural": "die"}
_ACCUSATIVE: Final = {"feminine": "die", "masculine": "den", "neuter": "das", "plural": "die"}


def has_infinitive_ending(word: str) -> bool:
    """Return whether a word written small can be an infinitive by its looks."""
    return (
        len(word) > 3 and word.endswith(("en", "ern", "eln")) and word not in _NOT_VERBS and word not in FINITE
    ) or word in ("tun", "sein")


@lru_cache(maxsize=4096)
def split_verb(infinitive: str) -> tuple[str, str] | None:
    """Return (separable prefix, rest) of a known verb, the prefix empty if it has none; None for an unknown word."""
    if infinitive in _WHOLE or infinitive in _REGULAR or infinitive in _STRONG:
        return "", infinitive
    for prefix in _SEPARABLE:
        rest = infinitive[len(prefix) :]
        if infinitive.startswith(prefix) and (rest in _REGULAR or rest in _STRONG or rest in _WHOLE):
            return prefix, rest
    return None


def is_known_verb(infinitive: str) -> bool:
    """Return whether the word, in small letters, is an infinitive of the lexicon."""
    return split_verb(infinitive) is not None


@lru_cache(maxsize=4096)
def is_participle(word: str) -> bool:
    """Return whether a small-written word is surely a past participle and not an infinitive (eingegangen, geprüft)."""
    if word in _STRONG_PARTICIPLES:
        return True
    if word in _NOT_VERBS:
        return False
    if word.endswith("iert"):
        return True
    stems = [word, *(word[len(prefix) :] for prefix in _SEPARABLE if word.startswith(prefix))]
    for stem in stems:
        if stem in _STRONG_PARTICIPLES:
            return True
        if stem.startswith("ge") and len(stem) > 4:
            if stem.endswith("t"):
                return True
            if stem.endswith("en") and not stem.startswith(_GE) and not is_known_verb(stem):
                return True
        if stem.endswith("t") and len(stem) > 5 and stem.startswith(_INSEPARABLE):
            return True
    return word.endswith("t") and word[:2] in ("üb", "un") and is_known_verb(word[:-1] + "en")


def is_separable_prefix(word: str) -> bool:
    """Return whether a word is a prefix that leaves its verb: the „ab“ in „schließt ab“."""
    return word in _SEPARABLE


def is_nominal(word: str) -> bool:
    """Return whether a noun names an action (Prüfung, Weitergabe, Geldeingang)."""
    return len(word) > 3 and word.lower().endswith(_NOMINAL)


@lru_cache(maxsize=4096)
def third_person(infinitive: str) -> tuple[str, str] | None:
    """Return (finite form, separated prefix) of a known verb: `weiterleiten` → (leitet, weiter)."""
    split = split_verb(infinitive)
    if split is None:
        return None
    prefix, verb = split
    for base, form in _STRONG.items():
        # A stem vowel changes in every compound of a strong verb: vergeben → vergibt, entnehmen → entnimmt.
        head = verb[: -len(base)]
        if verb.endswith(base) and (not head or head in _UNSTRESSED):
            return head + form, prefix
    return _regular_third_person(verb), prefix


def takes_accusative(infinitive: str) -> bool:
    """Return whether a known verb has its object in the accusative, as nearly all do."""
    return infinitive not in _NO_ACCUSATIVE


def _regular_third_person(verb: str) -> str:
    if verb.endswith(("ern", "eln")):
        return verb[:-1] + "t"
    stem = verb[:-2]
    vowel = "e" if stem.endswith(("t", "d", "chn", "ffn", "gn", "dn", "tm")) else ""
    return stem + vowel + "t"


@lru_cache(maxsize=4096)
def gender(noun: str) -> str | None:
    """Return feminine, masculine, neuter or plural for a noun in its basic form, None if not known."""
    word = noun.lower()
    if word in _GENDERS:
        return _GENDERS[word]
    if word.endswith(("sprung", "schwung")):
        return "masculine"
    for ending, found in _GENDER_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return found
    for head in _HEADS:
        if len(head) > 2 and word.endswith(head) and len(word) > len(head) + 2:
            return _GENDERS[head]
    return None


def noun_head(word: str) -> str | None:
    """Return the known last part of a compound in small letters (`hundesteuer` → `steuer`), None without one."""
    for head in _HEADS:
        if len(head) > 3 and word.endswith(head) and len(word) > len(head) + 2:
            return head
    return None


def with_article(noun: str, *, accusative: bool = False) -> str | None:
    """Return the noun behind its definite article (`die Stadtkasse`, `den Antrag`), None if its gender is not known."""
    found = gender(noun)
    if found is None:
        return None
    return f"{(_ACCUSATIVE if accusative else _NOMINATIVE)[found]} {noun}"
