"""Answers that come close: when nothing, or hardly anything, contains all words as they were meant.

Every word may then be missing, and a compound may be found by its parts and by what these mean. Documents that have
more of the words come first. Filters, citations and what is excluded are never given up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from hub.search import spelling
from hub.search.matching import Matching
from hub.text.analyse import Analyser
from hub.text.synonyms import Roots, Thesaurus
from hub.text.tree import All, Concept, Node, Option, Some

MOST_WORDS = 5
"""Words that are combined with each other; further ones are looked for, but not in every combination."""
MOST_LOOSE = 8
"""Words that are looked for at all once not every one must be met: the work stays bounded."""
MOST_OPTIONS = 16
_DEED = 0.5
_WHERE = 0.6
_WIDER = 0.6
_WHOLE, _LAST, _FIRST = 0.9, 0.55, 0.35
"""How much a piece of a compound counts: nearly all of it, its end (what it is), its beginning (what for)."""


@dataclass(frozen=True)
class Loose:
    """A query that need not be met in full."""

    words: tuple[Node, ...]
    """Of these at least one."""
    fixed: tuple[Node, ...]
    """Of these every one."""
    missing: tuple[str, ...]
    """Words nothing contains."""
    things: tuple[Node, ...] = ()
    """Those of `words` that say what it is about; without one of them a document only has something done to it."""

    @property
    def _always(self) -> tuple[Node, ...]:
        if not self.things or len(self.things) == len(self.words):
            return self.fixed
        return (self.things[0] if len(self.things) == 1 else Some(self.things), *self.fixed)

    @property
    def root(self) -> Node:
        """What matches at all."""
        some = self.words[0] if len(self.words) == 1 else Some(self.words)
        return All((some, *self._always)) if self._always else some

    @property
    def shares(self) -> dict[Node, float]:
        """How much it counts that a document has each of the words."""
        return {word: _share(word) if word in self.things or not self.things else _DEED for word in self.words}

    @property
    def heard(self) -> bool:
        """Whether what an everyday phrase means is among the words."""
        return any(isinstance(word, Concept) and word.heard for word in self.words)

    @property
    def meant(self) -> Node:
        """What the ranking counts: the more words, the better."""
        return All((*self.words, *self.fixed)) if len(self.words) + len(self.fixed) > 1 else self.words[0]

    def tiers(self) -> Iterator[Node]:
        """Yield stricter queries before weaker ones: all words, all but one, …, any."""
        words = self.words[:MOST_WORDS]
        for size in range(len(words), 1, -1):
            ways = tuple(All(chosen) for chosen in combinations(words, size))
            some = ways[0] if len(ways) == 1 else Some(ways)
            yield All((some, *self._always)) if self._always else some
        yield self.root


def _share(node: Node) -> float:
    """An everyday phrase stands for all of its words; what only says where says less."""
    if not isinstance(node, Concept):
        return 1.0
    return float(len(node.text.split())) if node.heard else _WHERE if node.where else 1.0


@lru_cache(maxsize=8)
def _deeds(analyser: Analyser) -> frozenset[str]:
    return frozenset(analyser.roots(" ".join(sorted(analyser.lexicon.deeds))))


def loosened(root: Node, matching: Matching, thesaurus: Thesaurus, analyser: Analyser) -> Loose | None:
    """Return the query without the demand that every word occurs; None if no word of it occurs at all."""
    words: list[Node] = []
    fixed: list[Node] = []
    missing: list[str] = []
    for node in root.nodes if isinstance(root, All) else (root,):
        if not isinstance(node, Concept | Some):
            fixed.append(node)
            continue
        if len(words) >= MOST_LOOSE:
            continue
        loose: list[Node] = [node] if isinstance(node, Some) else []
        loose += [_loose(concept, matching, thesaurus, analyser) for concept in _concepts(node)]
        found = [one for one in dict.fromkeys(loose) if matching.any(one)]
        words += found
        if not found or not matching.any(node):
            missing.append(_said(node))
    if not words:
        # Nothing is known of any word; the reader is better served by words that begin alike than by an empty page.
        unknown = [one for one in _concepts(root) if one.spelling and not one.strict][:MOST_WORDS]
        close = [spelling.alike(matching.connection, one, analyser) for one in unknown]
        words = [one for one in close if one is not None and matching.any(one)]
    if not words:
        return None
    things = tuple(word for word in words if not _is_deed(word, analyser))
    return Loose(tuple(words), tuple(fixed), tuple(dict.fromkeys(missing)), things)


def _is_deed(node: Node, analyser: Analyser) -> bool:
    """Whether a word alone says nothing: „anmelden“, and numbers such as the 16 of „Ausweis für Kind unter 16“."""
    return not any(concept.heard for concept in _concepts(node)) and all(
        concept.spelling.isdigit() or set(concept.options[0].sequences[0]) <= _deeds(analyser)
        for concept in _concepts(node)
        if concept.options
    )


def _concepts(node: Node) -> Iterator[Concept]:
    if isinstance(node, Concept):
        yield node
    elif isinstance(node, All | Some):
        for child in node.nodes:
            yield from _concepts(child)


def _loose(concept: Concept, matching: Matching, thesaurus: Thesaurus, analyser: Analyser) -> Concept:
    """Return a word with its parts as further ways to say it, each with how often it occurs."""
    if concept.strict or concept.heard or not concept.options or len(concept.options[0].sequences) > 1:
        return concept
    roots = concept.options[0].sequences[0]
    wider = thesaurus.wider(roots)
    ways: dict[Roots, float] = dict.fromkeys(wider, _WIDER)
    for size in range(len(roots) - 1, 0, -1):
        for start in range(len(roots) - size, -1, -1):
            share = _WHOLE if size > 1 else _LAST if start + size == len(roots) else _FIRST
            piece = roots[start : start + size]
            ways.setdefault(piece, share * size / (len(roots) - 1))
            for other in thesaurus.means(piece):
                ways.setdefault(other, 0.8 * share * size / (len(roots) - 1))
    whole = matching.count(concept)
    if not whole and len(roots) == 1 and concept.spelling.isalpha():
        begin, end = spelling.inside(matching.connection, concept.spelling)
        for known_piece, share in ((end, _LAST), (begin, _FIRST)):
            if known_piece and (word := analyser.word(known_piece)) is not None:
                ways.setdefault(word.roots, share)
    known = {option.sequences for option in concept.options}
    more = sorted(((weight, roots) for roots, weight in ways.items() if (roots,) not in known), reverse=True)
    # „anmelden“ or „genehmigen“ say what is done, and nearly everything is; the other words say to what.
    says = _DEED if set(roots) <= _deeds(analyser) else _WHERE if concept.where else 1.0
    options = [Option(option.sequences, option.weight * says, whole) for option in concept.options]
    parts = tuple(Option((roots,), weight * says, piece=roots not in wider) for weight, roots in more)[
        : MOST_OPTIONS - len(options)
    ]
    if parts:
        often = matching.count(Concept(concept.text, parts, concept.field, concept.spelling))
        options += [replace(part, frequency=often) for part in parts]
    return replace(concept, options=tuple(options))


def _said(node: Node) -> str:
    texts = [concept.text for concept in _concepts(node) if not concept.heard]
    return " ".join(dict.fromkeys(word for text in texts for word in text.split()))
