"""Words in German texts: folding, sentences, and patterns with stems, parts of compounds and gaps.

A pattern is one or more words: `*` stands for any letters, `(a|b)` for either, ` … ` for up to eight words between.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

_TOKEN: Final = re.compile(
    r"""
    (?P<word>[^\W_]+(?:(?:
        [-‐‑\u00ad:*·’']+                       # E-Mail, Bürger:innen
        | -[ \t]*\n[ \t]*(?=[a-zäöüß])          # hyphenation
        | (?<=[A-ZÄÖÜ])\.(?=[A-ZÄÖÜ])           # names such as EL.DOK
    )[^\W_]+)*)
    | (?P<stop>[.;:!?]|\n\s*\n)
    | (?P<pause>[,()\[\]–—])
    """,
    re.VERBOSE,
)
_STEREOTYPE: Final = re.compile(r"^\s*[«<]{1,2}[^<>«»]{1,60}[»>]{1,2}\s*")
_HYPHEN: Final = re.compile(r"[-‐‑]+\s*")
_JOINERS: Final = re.compile(r"[^\w]+")
_FOLD: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ALLOWED: Final = re.compile(r"[a-z0-9*()| …]+")
_GROUP: Final = re.compile(r"\(([^()]*)\)")
_GAP: Final = r"(?: [^ ]+){0,8} "
_SHORTEST: Final = 3
_ABBREVIATIONS: Final = {
    "tel": "telefonisch", "telef": "telefonisch", "muendl": "muendlich", "schriftl": "schriftlich",
    "pers": "persoenlich", "persoenl": "persoenlich", "elektr": "elektronisch", "elektron": "elektronisch",
    "dig": "digital", "ausdr": "ausdrucken", "unterschr": "unterschrift", "handschr": "handschriftlich",
    "autom": "automatisch", "automat": "automatisch", "orig": "original", "begl": "beglaubigt",
    "einschr": "einschreiben", "antr": "antrag", "unterl": "unterlagen", "besch": "bescheid",
    "nachw": "nachweis", "u": "und", "o": "oder", "p": "per", "z": "zur",
    "uebertr": "uebertragung", "vorspr": "vorsprache", "postausg": "postausgang", "posteing": "posteingang",
    "abl": "ablage", "beglaub": "beglaubigt", "schr": "schriftlich", "ausgedr": "ausgedruckt",
}  # fmt: skip
"""What offices cut short, folded; read so only with its full stop."""
_NO_END: Final = 3
"""A full stop behind so few letters is that of an abbreviation („b. Antragst.“), not the end of a sentence."""
_LONGEST: Final = 20_000
REMEMBERED: Final = 10_000
"""Words or texts that are remembered before the memory starts afresh."""


class PatternError(ValueError):
    """A pattern that cannot be understood."""


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return a word in small letters, umlauts and ß written out, without hyphens and soft hyphens."""
    return _JOINERS.sub("", word).lower().translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded, with the way back to what was written."""

    words: str
    """The folded words with one blank around each; a pause is a comma."""
    tokens: list[str]
    """The folded words one by one."""
    starts: list[int]
    """Where each word starts in `words`."""
    written: list[str]
    """Each word as it was written."""

    def at(self, position: int) -> int:
        """Return the number of the word at a position of `words`."""
        return bisect_right(self.starts, position) - 1

    def heads(self) -> tuple[Sentence, frozenset[int]] | None:
        """Return the sentence with hyphenated compounds cut to their last part, and which words were; None without any.

        „Papier-Handakte“ is a Handakte, „Scanner-Pflege“ no scanner; „E-Mail“ and „E-Akte“ stay whole.
        """
        words = list(self.tokens)
        cut = []
        for at, written in enumerate(self.written):
            if "-" not in written and "‐" not in written and "‑" not in written:
                continue
            parts = _HYPHEN.split(written)
            if len(parts) > 1 and all(len(part) > 1 for part in parts) and len(parts[-1]) > _SHORTEST:
                words[at] = fold(parts[-1])
                cut.append(at)
        return (_sentence(words, self.written), frozenset(cut)) if cut else None

    def original(self, start: int, end: int) -> str:
        """Return what was written between two positions of `words`, single-spaced."""
        found = " ".join(self.written[self.at(start) : self.at(end - 1) + 1])
        return found.replace(" ,", ",")


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text, at most its first 20,000 characters; a leading «stereotype» is left out."""
    text = _STEREOTYPE.sub("", unicodedata.normalize("NFC", text[:_LONGEST]).replace("\u00ad", ""))
    words: list[str] = []
    written: list[str] = []
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "stop":
            if words and token[0] == "." and (known := _abbreviated(words[-1], text[token.end() :])):
                words[-1] = known
            elif words:
                yield _sentence(words, written)
                words, written = [], []
        elif token.lastgroup == "pause":
            words.append(",")
            written.append(",")
        elif folded := fold(token[0]):
            words.append(folded)
            written.append(token[0])
    if words:
        yield _sentence(words, written)


def _abbreviated(word: str, rest: str) -> str:
    """Return what an abbreviation stands for, or the word itself if the sentence goes on; nothing at its end."""
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word]
    return word if (0 < len(word) < _NO_END and word.isalpha()) or rest.lstrip()[:1].islower() else ""


def _sentence(words: list[str], written: list[str]) -> Sentence:
    starts, at = [], 1
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return Sentence(f" {' '.join(words)} ", words, starts, written)


@dataclass(frozen=True)
class Pattern:
    """A pattern that can be understood."""

    written: str
    source: str
    """The regular expression."""
    cores: tuple[tuple[str, ...], ...]
    """For up to two of its words, letters of which one must be in a word of the sentence: a cheap test."""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled when the pattern is first looked for: of two thousand a model needs a few dozen."""
        return re.compile(self.source)


@lru_cache(maxsize=4096)
def compile_pattern(written: str) -> Pattern:
    """Return the pattern in `written`; raises `PatternError` with what is wrong."""
    text = " ".join(written.replace("...", "…").lower().translate(_FOLD).replace("-", "").split())
    if not text or not _ALLOWED.fullmatch(text):
        raise PatternError(written)
    if text.count("(") != text.count(")") or len(_GROUP.findall(text)) != text.count("("):
        raise PatternError(written)
    if re.search(r"\|", _GROUP.sub("", text)) or text[0] == "…" or text[-1] == "…":
        raise PatternError(written)
    text = text.replace(" … ", "…")
    cores = _cores(text)
    if not cores or min(map(len, cores[0])) < _SHORTEST:
        raise PatternError(written)
    source = "".join(_PARTS.get(part, part) for part in text)
    return Pattern(written, f"(?<= )(?:{source})(?= )", cores)


_PARTS: Final = {"*": "[^ ]*", "(": "(?:", "…": _GAP}


def _cores(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the two most telling words of a pattern, each as letters of which every match has at least one.

    Letters never reach over a blank; a blank before or behind them stands for the edge of a word.
    """
    found: list[tuple[str, ...]] = []
    groups = _GROUP.findall(text)
    for part in _GROUP.sub("\0", text).replace("…", " ").split():
        if "\0" in part:
            before, _, behind = part.partition("\0")
            options = groups[: part.count("\0")]
            del groups[: part.count("\0")]
            if len(options) > 1:
                before = behind = "*"
            fixed = max(f" {part} ".replace("\0", "*").split("*"), key=lambda run: len(run.strip()))
            choices = [tuple(_longest(option, before, behind) for option in group.split("|")) for group in options]
            found.append(max(((fixed,), *choices), key=_weight))
        else:
            found.append((max(f" {part} ".split("*"), key=lambda run: len(run.strip())),))
    telling = [core for core in sorted(found, key=_weight, reverse=True) if _weight(core) >= _SHORTEST]
    return tuple(telling[:2])


def _weight(core: tuple[str, ...]) -> int:
    return min(len(letters) for letters in core)


def _longest(option: str, before: str, behind: str) -> str:
    """Return the longest letters of one of several alternatives, with blanks where a word ends for sure."""
    text = f"{'*' if before else ' '}{option}{'*' if behind else ' '}"
    runs = [run for whole in _words(text) for run in whole.split("*")]
    return max(runs, key=lambda run: len(run.strip()))


def _words(text: str) -> Iterator[str]:
    """Yield each word with the blanks or stars around it."""
    inner = text[1:-1].split(" ")
    for at, word in enumerate(inner):
        first, last = at == 0, at == len(inner) - 1
        yield f"{text[0] if first else ' '}{word}{text[-1] if last else ' '}"


Marks: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


class Matcher:
    """Many patterns, looked for together, by the words they have in common with a sentence.

    What a word may belong to is worked out once per word: administrations use the same words again and again.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = patterns
        self._indexes: tuple[dict[str, list[tuple[str, int]]], ...] = ({}, {})
        self._pairs = frozenset(number for number, pattern in enumerate(patterns) if len(pattern.cores) > 1)
        self._known: dict[str, Marks] = {}
        for number, pattern in enumerate(patterns):
            for index, core in zip(self._indexes, pattern.cores, strict=False):
                for letters in core:
                    index.setdefault(letters[:_SHORTEST], []).append((letters, number))

    def _marks(self, word: str) -> Marks:
        """Return the patterns whose most telling word may be this one, and those whose second may be."""
        padded = f" {word} "
        pieces = {padded[at : at + _SHORTEST] for at in range(len(padded) - _SHORTEST + 1)}
        first, second = (
            tuple({number for piece in pieces for core, number in index.get(piece, ()) if core in padded})
            for index in self._indexes
        )
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[word] = first, second
        return first, second

    def candidates(self, words: str) -> list[int]:
        """Return the numbers of the patterns whose letters occur in `words`; few of them match."""
        known = self._known
        found: set[int] = set()
        other: set[int] = set()
        for word in words.split():
            first, second = known.get(word) or self._marks(word)
            if first:
                found.update(first)
            if second:
                other.update(second)
        if not found:
            return []
        return sorted(number for number in found if number in other or number not in self._pairs)

    def find(self, words: str, candidates: Iterable[int] | None = None) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield (number of the pattern, match) for each match in folded words, pattern by pattern."""
        for number in self.candidates(words) if candidates is None else candidates:
            for found in self.patterns[number].regex.finditer(words):
                yield number, found

    def any(self, words: str) -> bool:
        """Return whether one of the patterns matches."""
        return next(self.find(words), None) is not None

    def mask(self, words: str) -> str:
        """Return `words` with everything that matches made unreadable, of the same length."""
        return self.hide(words, self.candidates(words))

    def hide(self, words: str, candidates: Iterable[int]) -> str:
        """Return `words` with everything made unreadable that matches one of the patterns of these numbers."""
        for _, found in list(self.find(words, candidates)):
            hidden = "".join(" " if letter == " " else "#" for letter in found[0])
            words = words[: found.start()] + hidden + words[found.end() :]
        return words


def matcher(written: Iterable[str]) -> Matcher:
    """Return a matcher for patterns; raises `PatternError`."""
    return Matcher([compile_pattern(text) for text in written])
