"""What people say for a service in everyday words: „Laden aufmachen“ for Gewerbe anmelden.

Unlike synonyms these lead one way only, from a phrase to the services it may mean, and the words around the phrase do
not matter: „ich will einen kleinen Laden in der Altstadt aufmachen“ is understood as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.text.analyse import Analyser
from hub.text.folding import clean

Roots = tuple[str, ...]
Line = tuple[str, str]
"""Services and phrases, each separated by semicolons."""
MOST_PHRASES = 3
"""Phrases that are heard in one query."""
LIKELY = 3
"""So many services are found at once; further ones only where little else is."""
MOST_MEANT = 8
"""Services that one query may mean."""
_FIRST = 0.8
"""How much the likeliest service counts: less than what has the very words."""
_LESS = 0.72
"""How much less each further service of a phrase counts."""


@dataclass(frozen=True)
class Heard:
    """What is heard in a query: the roots of its phrases, and the services they may mean with their weight."""

    roots: frozenset[str]
    meant: tuple[tuple[Roots, float], ...]


@dataclass(frozen=True)
class _Phrase:
    words: tuple[Roots, ...]
    roots: frozenset[str]
    meant: tuple[Roots, ...]

    def within(self, words: Sequence[Roots]) -> bool:
        """Say whether `words` have the phrase: each of its words in one of theirs, or written apart or together.

        A phrase of one root must be a word of its own: „Wahl“ is not said by „Wahlhelfer“.
        """
        if len(self.roots) == 1:
            return self.words[0] in words
        if all(any(_part(one, word) for word in words) for one in self.words):
            return True
        return frozenset(root for word in words if self.roots.issuperset(word) for root in word) == self.roots


def _part(one: Roots, word: Roots) -> bool:
    return any(word[start : start + len(one)] == one for start in range(len(word) - len(one) + 1))


class Everyday:
    """Finds phrases among the roots of a query."""

    def __init__(self, lines: Iterable[Line], analyser: Analyser) -> None:
        self.lines = list(lines)
        """Services and phrases, as given."""
        self._deeds = frozenset(analyser.roots(" ".join(sorted(analyser.lexicon.deeds))))
        meant: dict[tuple[Roots, ...], dict[Roots, None]] = {}
        for services, phrases in self.lines:
            targets = [roots for service in services.split(";") if (roots := tuple(analyser.roots(clean(service))))]
            for phrase in phrases.split(";"):
                words = tuple(word.roots for word in analyser.words(clean(phrase)))
                said = tuple(root for word in words for root in word)
                if any(_part(said, target) for target in targets):
                    continue  # The service's own words.
                # „gegen Bescheid“ without its stop word would be any Bescheid.
                if len(words) > 1 or (words and len(phrase.split()) == 1):
                    meant.setdefault(words, {}).update(dict.fromkeys(targets))
        self._known: dict[str, list[_Phrase]] = {}
        for words, found in meant.items():
            every = frozenset(root for word in words for root in word)
            self._known.setdefault(min(every), []).append(_Phrase(words, every, tuple(found)))

    @property
    def texts(self) -> Iterator[str]:
        """The phrases as given, for the words in them."""
        return (phrases for _, phrases in self.lines)

    def heard(self, words: Sequence[Roots]) -> Heard | None:
        """Return what is meant by the phrases that occur in the `words` of a query, in whatever order.

        A phrase within a longer one does not count; what is merely done („ummelden“) says nothing beside a thing.
        """
        said = frozenset(root for word in words for root in word)
        within = [one for root in said for one in self._known.get(root, ()) if one.within(words)]
        within.sort(key=lambda one: (-len(one.roots), one.words))
        chosen: list[_Phrase] = []
        for one in within:
            if len(chosen) == MOST_PHRASES:
                break
            if any(one.roots < other.roots for other in chosen) or (one.roots <= self._deeds and said - self._deeds):
                continue
            chosen.append(one)
        if not chosen:
            return None
        weights: dict[Roots, float] = {}
        for one in chosen:
            share = (len(one.roots) / len(chosen[0].roots)) ** 2
            for place, target in enumerate(one.meant):
                weights[target] = max(weights.get(target, 0.0), _FIRST * share * _LESS**place)
        best = sorted(weights.items(), key=lambda one: -one[1])[:MOST_MEANT]
        return Heard(frozenset(root for one in chosen for root in one.roots), tuple(best))
