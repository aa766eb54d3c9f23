"""Showing where a query matches: marked words, and the piece of a long text that says most.

Marks are plain pairs of text and „matched“; templates turn them into `<mark>`, so nothing here can become markup. The
piece of text is chosen by Whoosh's fragmenter and scorer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from whoosh.highlight import BasicFragmentScorer, ContextFragmenter

from hub.text import citations
from hub.text.analyse import Analyser, Word
from hub.text.query import Query
from hub.text.synonyms import Roots
from hub.text.tree import Node, concepts

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it matches."""


@dataclass(frozen=True)
class Sought:
    """The root sequences a query looks for; `concepts` counts them per concept for „does this step match?“."""

    concepts: tuple[tuple[Roots, ...], ...]

    @classmethod
    def of(cls, query: Query | Node) -> Sought:
        """Collect what `query` looks for, without what it excludes."""
        found = query.concepts() if isinstance(query, Query) else concepts(query)
        return cls(tuple(tuple(seq for option in concept.options for seq in option.sequences) for concept in found))

    @cached_property
    def roots(self) -> frozenset[str]:
        """Every root that is looked for."""
        return frozenset(root for sequences in self.concepts for seq in sequences for root in seq)

    @cached_property
    def _between_spaces(self) -> list[tuple[str, ...]]:
        return [tuple([f" {root} " for root in seq]) for sequences in self.concepts for seq in sequences]

    def needles(self, stream: str) -> list[tuple[str, ...]]:
        """Return the sequences whose roots all occur in the analysed text `stream`, each root between spaces."""
        stream = f" {stream} "
        return [needles for needles in self._between_spaces if all_in(needles, stream)]

    def touches(self, stream: str) -> bool:
        """Say whether the analysed text `stream` can match at all: some sequence has all its roots there."""
        stream = f" {stream} "
        return any(all_in(needles, stream) for needles in self._between_spaces)

    def places(self, words: Sequence[Word]) -> tuple[set[int], int]:
        """Return the indexes of the words that match and the number of concepts found."""
        wanted = self.roots
        first: dict[str, list[int]] = {}
        flat = [(root, index) for index, word in enumerate(words) for root in word.roots]
        for position in [position for position, (root, _) in enumerate(flat) if root in wanted]:
            first.setdefault(flat[position][0], []).append(position)
        if not first:
            return set(), 0
        matched: set[int] = set()
        found = 0
        for sequences in self.concepts:
            hit = False
            for seq in sequences:
                spots = [_run(seq, start, flat) for start in first.get(seq[0], ())]
                if len(seq) > 1:
                    # A compound also matches its parts the other way round: „Steuer für Hunde“.
                    spots += [_run(seq[::-1], start, flat) for start in first.get(seq[-1], ())]
                for spot in spots:
                    matched |= spot
                    hit = hit or bool(spot)
            found += hit
        return matched, found


def all_in(needles: Iterable[str], text: str) -> bool:
    """Say whether `text` contains all of `needles`."""
    for needle in needles:  # noqa: SIM110 - a generator in all() takes three times as long, and answers ask this often
        if needle not in text:
            return False
    return True


def _run(seq: Sequence[str], start: int, flat: list[tuple[str, int]]) -> set[int]:
    position = start
    matched = {flat[start][1]}
    for root in seq[1:]:
        for step in (1, 2):
            if position + step < len(flat) and flat[position + step][0] == root:
                position += step
                matched.add(flat[position][1])
                break
        else:
            return set()
    return matched


class Passage:
    """A text read for a query. How much of it matches is known at once; it is marked when it is shown."""

    def __init__(self, text: str, sought: Sought, analyser: Analyser) -> None:
        self._text = text
        self._words = list(analyser.words(text))
        self._matched, self.count = sought.places(self._words)
        """`count`: how many concepts of the query it contains."""

    def marked(self) -> Marked:
        """Return the text with its matching words marked."""
        return _pieces(self._text, 0, len(self._text), [self._words[index] for index in sorted(self._matched)])

    def excerpt(self, *, length: int = 220) -> Marked:
        """Return the piece of about `length` characters that matches most, marked; nothing where nothing matches."""
        if not self._matched:
            return ()
        text, words = self._text, self._words
        fragmenter = ContextFragmenter(maxchars=length, surround=60)
        fragments = fragmenter.fragment_tokens(text, _tokens(words, self._matched))
        best = max(fragments, key=BasicFragmentScorer(), default=None)
        start, end = (int(best.startchar), int(best.endchar)) if best is not None else (0, min(len(text), length))
        matched = [words[index] for index in sorted(self._matched)]
        pieces = _pieces(text, start, end, [word for word in matched if start <= word.start and word.end <= end])
        return (*((("… ", False),) if start else ()), *pieces, *(((" …", False),) if end < len(text) else ()))


def marked(text: str, sought: Sought, analyser: Analyser) -> tuple[Marked, int]:
    """Return `text` with its matching words marked, and how many concepts of the query it contains."""
    passage = Passage(text, sought, analyser)
    return passage.marked(), passage.count


def excerpt(text: str, sought: Sought, analyser: Analyser, *, length: int = 220) -> tuple[Marked, int]:
    """Return the piece of `text` of about `length` characters that matches most, marked, and the number of concepts."""
    passage = Passage(text, sought, analyser)
    return passage.excerpt(length=length), passage.count


def cited(text: str, tokens: Collection[str]) -> Marked:
    """Return the place in `text` that cites one of `tokens` (see `citations`), with some text around it, or nothing."""
    found = [(span, {token for one in cited for token in one.tokens()}) for span, cited in citations.find(text)]
    found += [(span, set(citations.key_tokens(key))) for span, key in citations.keys(text)]
    for (start, end), names in found:
        if not names.isdisjoint(tokens) or any(
            name.startswith(token) for name in names for token in tokens if token[0] == "k"
        ):
            before = text.rfind(" ", 0, max(start - 80, 0)) + 1
            after = text.find(" ", min(end + 80, len(text)))
            after = len(text) if after < 0 else after
            pieces = ((text[before:start], False), (text[start:end].strip(), True), (text[end:after], False))
            return tuple(piece for piece in pieces if piece[0])
    return ()


class _Token(NamedTuple):
    """What Whoosh's fragmenter asks of a token; its own class takes a dozen times as long to make."""

    text: str
    startchar: int
    endchar: int
    matched: bool
    boost: float = 1.0

    def copy(self) -> _Token:
        return self


def _tokens(words: Sequence[Word], matched: set[int]) -> Iterable[_Token]:
    for index, (text, _, start, end) in enumerate(words):
        yield _Token(text, start, end, index in matched)


def _pieces(text: str, start: int, end: int, words: Sequence[Word]) -> Marked:
    pieces: list[tuple[str, bool]] = []
    at = start
    for word in words:
        if word.start > at:
            pieces.append((text[at : word.start], False))
        pieces.append((text[word.start : word.end], True))
        at = word.end
    if at < end:
        pieces.append((text[at:end], False))
    return tuple(pieces)
