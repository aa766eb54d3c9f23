"""Words in German texts: folding, sentences, and patterns with stems, parts of compounds and gaps.

A pattern is one or more words: `*` stands for any letters, `(a|b)` for either, ` … ` for up to eight words between.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

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
_LONGEST: Final = 20_000
_FEW: Final = 16


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
            if words:
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


def _sentence(words: list[str], written: list[str]) -> Sentence:
    starts, at = [], 1
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return Sentence(f" {' '.join(words)} ", words, starts, written)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    written: str
    regex: re.Pattern[str]
    cores: tuple[str, ...]
    """Letters of which one must be there for the pattern to match; a cheap test."""


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
    if not cores or min(map(len, cores)) < _SHORTEST:
        raise PatternError(written)
    source = "".join(_PARTS.get(part, part) for part in text)
    return Pattern(written, re.compile(f"(?<= )(?:{source})(?= )"), cores)


_PARTS: Final = {"*": "[^ ]*", "(": "(?:", "…": _GAP}


def _cores(text: str) -> tuple[str, ...]:
    """Return letters of which every match has at least one; blanks around whole words count as letters."""
    choices: list[tuple[str, ...]] = []
    for group in _GROUP.findall(text):
        choices.append(tuple(max(option.split("*"), key=len) for option in group.split("|")))
    padded = f" {_GROUP.sub(chr(0), text)} ".replace("…", " … ")
    choices += [(run,) for run in re.split(r"[\0*…]", padded) if run.strip()]
    return max(choices, key=lambda choice: min(map(len, choice)), default=())


@lru_cache(maxsize=256)
def _pieces(words: str) -> frozenset[str]:
    """Return all runs of letters as long as the keys of an index; the same sentence is asked for several matchers."""
    return frozenset(words[at : at + _SHORTEST] for at in range(len(words) - _SHORTEST + 1))


@dataclass(frozen=True)
class Matcher:
    """Many patterns, looked for together."""

    patterns: Sequence[Pattern]
    _index: dict[str, list[tuple[str, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for number, pattern in enumerate(self.patterns):
            for core in pattern.cores:
                self._index.setdefault(core[:_SHORTEST], []).append((core, number))

    def candidates(self, words: str) -> list[int]:
        """Return the numbers of the patterns whose letters occur in `words`; few of them match."""
        index, found = self._index, set()
        if len(self.patterns) < _FEW:
            for pairs in index.values():
                for core, number in pairs:
                    if core in words:
                        found.add(number)
            return sorted(found)
        for piece in index.keys() & _pieces(words):
            for core, number in index[piece]:
                if core in words:
                    found.add(number)
        return sorted(found)

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
        for _, found in list(self.find(words)):
            hidden = "".join(" " if letter == " " else "#" for letter in found[0])
            words = words[: found.start()] + hidden + words[found.end() :]
        return words


def matcher(written: Iterable[str]) -> Matcher:
    """Return a matcher for patterns; raises `PatternError`."""
    return Matcher([compile_pattern(text) for text in written])
