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
_ALIKE = 0.7
"""How much a phrase counts of which only synonyms are said."""
_LESS = 0.72
"""How much less each further service of a phrase counts."""


@dataclass(frozen=True)
class Heard:
    """What is heard in a query: the places of the words that say it, and the services meant with their weight."""

    places: frozenset[int]
    meant: tuple[tuple[Roots, float], ...]


@dataclass(frozen=True)
class _Phrase:
    words: tuple[Roots, ...]
    roots: frozenset[str]
    meant: tuple[Roots, ...]

    def within(self, words: Sequence[Sequence[Roots]]) -> frozenset[int] | None:
        """Return which of `words` (each as typed, then its synonyms) say the phrase, or None.

        Each of its words is in one of theirs, or they are written apart or together. A phrase of one root must be a
        word of its own: „Wahl“ is not said by „Wahlhelfer“.
        """
        places: list[int] = []
        for one in self.words:
            found = [
                at
                for at, ways in enumerate(words)
                if (ways[0] == one if len(self.roots) == 1 else any(_part(one, way) for way in ways))
            ]
            if not found:
                break
            places.append(found[0])
        else:
            return frozenset(places)
        apart = [at for at, ways in enumerate(words) if self.roots.issuperset(ways[0])]
        said = {root for at in apart for root in words[at][0]}
        return frozenset(apart) if len(self.roots) > 1 and said == self.roots else None


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

    def heard(self, words: Sequence[Sequence[Roots]]) -> Heard | None:
        """Return what is meant by the phrases that occur in a query, in whatever order.

        Each of `words` is given as typed and then with its synonyms. A phrase within a longer one does not count; what
        is merely done („ummelden“) says nothing beside a thing.
        """
        typed = frozenset(root for ways in words for root in ways[0])
        every = frozenset(root for ways in words for way in ways for root in way)
        within: dict[int, tuple[_Phrase, frozenset[int]]] = {}
        for root in every:
            for one in self._known.get(root, ()):
                places = one.within(words)
                # A synonym of the service's own word is no everyday word for it.
                if places is not None and not (
                    len(places) == 1 and any(_part(words[min(places)][0], target) for target in one.meant)
                ):
                    within[id(one)] = (one, places)
        # The longest first, and what is typed before what means the same.
        order = sorted(within.values(), key=lambda two: (-len(two[0].roots), not two[0].roots <= typed, two[0].words))
        chosen: list[tuple[_Phrase, frozenset[int]]] = []
        for one, places in order:
            if len(chosen) == MOST_PHRASES:
                break
            if any(places < others for _, others in chosen) or (one.roots <= self._deeds and typed - self._deeds):
                continue
            chosen.append((one, places))
        if not chosen:
            return None
        weights: dict[Roots, float] = {}
        for one, _ in chosen:
            share = (len(one.roots) / len(chosen[0][0].roots)) ** 2 * (1.0 if one.roots <= typed else _ALIKE)
            for place, target in enumerate(one.meant):
                weights[target] = max(weights.get(target, 0.0), _FIRST * share * _LESS**place)
        best = sorted(weights.items(), key=lambda one: -one[1])[:MOST_MEANT]
        return Heard(frozenset(place for _, places in chosen for place in places), tuple(best))
