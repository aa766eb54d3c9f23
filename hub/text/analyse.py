"""The German analyser: text into words, words into the roots that are indexed and looked for.

One analyser serves every back end, documents and queries alike. What it makes of „Bewohnerparkausweise“ is the sequence
`bewohn park ausweis`; a compound is found by its parts, and as a whole by their neighbourhood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from hub.text.compounds import LONGEST, Splitter
from hub.text.folding import clean, contract, expand
from hub.text.lexicon import Lexicon, shipped

VERSION = 5
"""Raised by hand when this module, the folding, the splitting or the citations change what is indexed."""

_PIECES = (
    r"[^\W\d_]-(?=[^\W\d_]{2})[^\W_]+(?:[*:/]-?in(?:nen)?\b)?"  # E-Mail, U-Bahn: one letter belongs to its word
    r"|\d+(?:[.,]\d+)*(?![^\W\d_])"  # 100.000,00
    r"|[^\W_]+(?:[*:/]-?in(?:nen)?\b)?"  # Hundehalter/in
)
_PLAIN = re.compile(_PIECES)
_WORD = re.compile(_PIECES + r"(-(?=\s*(?:und|oder|bzw\.?|sowie|u\.|/|,)\s))?")  # An- und Abmeldung
PAIR = "~"
"""Joins two neighbouring roots to one word of the index: „Hundesteuer“ and „Hund Steuer“ share it."""
_GENDER = re.compile(r"[*:/]-?in(?:nen)?$")
_SEPARABLE = ("ab", "an", "um", "aus", "ein", "auf", "vor", "nach", "zu", "her", "hin", "mit", "bei")


class Word(NamedTuple):
    """One word of a text: its folded spelling, the roots of its parts, and where it stands."""

    text: str
    roots: tuple[str, ...]
    start: int
    end: int


SHORT = 40
"""Texts of up to so many words also join neighbouring words, not only the parts of one."""
_KEPT_LENGTH = 120
_KEPT_COUNT = 60_000
_KEPT_CHUNKS = 100_000


class Reading(NamedTuple):
    """A text as it is indexed."""

    stream: str
    """Its roots in order, separated by spaces."""
    pairs: tuple[str, ...]
    """Its neighbouring roots, joined to one word each (see `pair`)."""
    found: tuple[Known, ...]
    """Its words in order."""
    words: tuple[tuple[str, str], ...]
    """Its words of letters alone: folded, and as written."""

    @property
    def spelled(self) -> list[str]:
        """Its words in order, folded."""
        return [known.text for known in self.found]


def pair(one: str, other: str) -> str:
    """Return the word under which two neighbouring roots are indexed, in whatever order they stand."""
    return f"{one}{PAIR}{other}" if one < other else f"{other}{PAIR}{one}"


class Known(NamedTuple):
    """What is known of one spelling of a word, made once."""

    text: str
    """Folded."""
    roots: tuple[str, ...]
    stream: str
    """The roots, separated by spaces."""
    pairs: tuple[str, ...]
    """Neighbouring roots within the word, joined (see `pair`)."""
    shown: tuple[tuple[str, str], ...]
    """(folded, as written) if it is a word of letters alone, else nothing."""


class Analyser:
    """Turns text into words with one lexicon. Keeps what it has seen; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.version = f"{VERSION}-{lexicon.fingerprint}"
        """Changes whenever an index made with another analyser must be rebuilt."""
        self._splitter = Splitter(lexicon)
        self._seen: dict[str, Known | None] = {}
        self._between: dict[str, tuple[Known, ...]] = {}
        self._readings: dict[tuple[str, int], Reading] = {}

    def word(self, text: str) -> Known | None:
        """Return what is known of one word, or None if it is a stop word."""
        try:
            return self._seen[text]
        except KeyError:
            if len(self._seen) > 300_000:
                self._seen.clear()
            answer = self._seen[text] = self._word(text)
            return answer

    def _word(self, text: str) -> Known | None:
        plain = expand(_GENDER.sub("", text).replace("-", ""))[:LONGEST]
        if plain[:1].isdigit() and not plain.isalnum():
            plain = plain.replace(".", "").replace(",", "")
        if not plain.isalnum() or plain in self.lexicon.stop:
            return None
        folded, roots = contract(plain), self._splitter.split(plain)
        shown = ((folded, text),) if text.isalpha() and 2 < len(text) <= 40 else ()
        return Known(folded, roots, " ".join(roots), tuple(pair(*two) for two in pairwise(roots)), shown)

    def knows(self, roots: Iterable[str]) -> bool:
        """Say whether all of `roots` are those of listed words: then a word made of them is no typing mistake."""
        return self._splitter.roots.issuperset(roots)

    def words(self, text: str) -> Iterator[Word]:
        """Return the words of `text` in order, without stop words. `text` must have been through `folding.clean`."""
        if "-" in text:
            return self._hyphened(text)
        word = self.word
        return iter(
            [
                Word(known[0], known[1], match.start(), match.end())
                for match in _PLAIN.finditer(text)
                if (known := word(match[0])) is not None
            ]
        )

    def _hyphened(self, text: str) -> Iterator[Word]:
        matches = list(_WORD.finditer(text))
        for index, match in enumerate(matches):
            if match[1]:
                yield from self._shortened(match, matches[index + 1 : index + 3])
                continue
            known = self.word(match[0])
            if known is not None:
                yield Word(known[0], known[1], match.start(), match.end())

    def _shortened(self, match: re.Match[str], following: list[re.Match[str]]) -> Iterator[Word]:
        """Complete „An-“ in „An- und Abmeldung“ from the word that it shares its end with."""
        begin = match[0].rstrip("-")
        full = None
        for other in following[-1:]:
            end = expand(other[0])
            prefix = next((particle for particle in _SEPARABLE if end.startswith(particle) and len(end) > 5), "")
            if expand(begin) in _SEPARABLE and prefix:
                full = self.word(begin + end[len(prefix) :])
            elif (parts := self._splitter.split(end)) and len(parts) > 1 and (first := self.word(begin)):
                yield Word(first.text, (*first.roots, parts[-1]), match.start(), match.end())
                return
        known = full or self.word(begin)
        if known is not None:
            yield Word(known.text, known.roots, match.start(), match.end())

    def reading(self, text: str, reach: int) -> Reading:
        """Return what is indexed of `text`; neighbours up to `reach` roots apart are joined.

        Names of steps, services and roles come again and again, so short texts are kept once read.
        """
        if len(text) > _KEPT_LENGTH:
            return self._reading(text, reach)
        known = self._readings.get((text, reach))
        if known is None:
            if len(self._readings) > _KEPT_COUNT:
                self._readings.clear()
            known = self._readings[text, reach] = self._reading(text, reach)
        return known

    def _reading(self, text: str, reach: int) -> Reading:
        found = self._found(text)
        if "- " in text:
            # Words that share their end are completed, but only what stands there is a word of the vocabulary.
            groups = [item.roots for item in self.words(text)]
            return self._joined(
                [root for group in groups for root in group], reach if len(groups) <= SHORT else 1, found
            )
        if len(found) <= SHORT:
            return self._joined([root for known in found for root in known.roots], reach, found)
        # The pairs of all neighbours of a long text would outgrow everything else.
        return Reading(
            " ".join([known.stream for known in found]),
            tuple([two for known in found for two in known.pairs]),
            tuple(found),
            tuple([one for known in found for one in known.shown]),
        )

    @staticmethod
    def _joined(roots: list[str], reach: int, found: list[Known]) -> Reading:
        pairs = [f"{one}{PAIR}{two}" if one < two else f"{two}{PAIR}{one}" for one, two in pairwise(roots)]
        if reach > 1:
            further = zip(roots, roots[2:], strict=False)
            pairs += [f"{one}{PAIR}{two}" if one < two else f"{two}{PAIR}{one}" for one, two in further]
        return Reading(
            " ".join(roots),
            tuple(pairs),
            tuple(found),
            tuple([one for known in found for one in known.shown]),
        )

    def _found(self, text: str) -> list[Known]:
        if "- " in text:
            pieces = [match[0].rstrip("-") for match in _WORD.finditer(text)]
            return [known for piece in pieces if (known := self.word(piece)) is not None]
        # No word reaches over a space, so what stands between two is read once: „(Gebühr),“ and its like come again.
        between = self._between
        chunks = text.split()
        try:
            return [known for chunk in chunks for known in between[chunk]]
        except KeyError:
            return [known for chunk in chunks for known in self._chunk(chunk)]

    def _chunk(self, chunk: str) -> tuple[Known, ...]:
        """Return what is known of the words of a text without spaces."""
        known = self._between.get(chunk)
        if known is None:
            known = tuple([one for piece in _PLAIN.findall(chunk) if (one := self.word(piece)) is not None])
            if len(chunk) > LONGEST:
                return known
            if len(self._between) > _KEPT_CHUNKS:
                self._between.clear()
            self._between[chunk] = known
        return known

    def roots(self, text: str) -> list[str]:
        """Return the roots of `text` in order: what is indexed."""
        return self.reading(text, 1).stream.split()


def learn(texts: Iterable[str], lexicon: Lexicon, *, at_least: int = 2) -> frozenset[str]:
    """Return simple nouns that occur in `at_least` of the texts and in no lexicon: more parts for compounds.

    Only capitalised words of five to twelve letters that are no compound themselves are taken, and none that ends or
    begins like a mere suffix or prefix, because such a word would be „found“ inside unrelated ones.
    """
    analyser = Analyser(lexicon)
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({match[0] for match in re.finditer(r"(?<![\w-])[A-ZÄÖÜ][a-zäöüß]{4,11}(?![\w-])", clean(text))})
    found = set()
    for noun, count in counted.items():
        word = expand(noun)
        if (
            count < at_least
            or word in lexicon.parts
            or word in lexicon.whole
            or word in lexicon.stems
            or word in lexicon.stop
        ):
            continue
        if _INFLECTED.search(word) or _PREFIXED.match(word):
            continue
        known = analyser.word(noun)
        if known is not None and len(known[1]) == 1:
            found.add(word)
    return frozenset(found)


_INFLECTED = re.compile(r"(?:en|em|er|es|e|s|n|schaft|heit|keit|lich|isch|ig|bar)$")
_PREFIXED = re.compile(r"(?:be|ge|er|ver|ent|zer|ab|an|auf|aus|ein|um|vor|nach|zu|un)")


@cache
def german() -> Analyser:
    """Return the analyser with the lexicon shipped with the hub."""
    return Analyser(shipped())
