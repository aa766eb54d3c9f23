"""What people say for a service in everyday words: „Laden aufmachen“ for Gewerbe anmelden.

Unlike synonyms these lead one way only, from a phrase to the services it may mean, and the words around the phrase do
not matter: „ich will einen kleinen Laden in der Altstadt aufmachen“ is understood as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.text.analyse import Analyser
from hub.text.folding import clean, fold

Roots = tuple[str, ...]
Line = tuple[str, str]
"""Services and phrases, each separated by semicolons."""
NEGATIONS = frozenset({"nicht", "kein", "keine", "keinen", "keiner", "nie"})
"""„Steuern nicht zahlen“ is not said by somebody who pays: such a phrase wants one of these in the query."""
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
_ENDED = 0.6
"""How much a phrase counts of which a word is only the end of a longer one."""
_LESS = 0.72
"""How much less each further service of a phrase counts."""


@dataclass(frozen=True)
class Heard:
    """What is heard in a query: the places of the words that say it, and the services meant with their weight."""

    places: frozenset[int]
    meant: tuple[tuple[Roots, float], ...]
    sure: bool = True
    """Whether it is said in so many words; else it is worth a look only where little else is found."""


@dataclass(frozen=True)
class _Phrase:
    words: tuple[Roots, ...]
    roots: frozenset[str]
    meant: tuple[Roots, ...]
    negated: bool

    def within(self, words: Sequence[Sequence[Roots]]) -> tuple[frozenset[int], float] | None:
        """Return which of `words` (each as typed, then its synonyms) say the phrase, and how surely; None if none do.

        Each of its words is in one of theirs, or they are written apart or together. A phrase of one root must be a
        word of its own: „Wahl“ is not said by „Wahlhelfer“. Less sure is what a word only ends with: „Sportverein“
        speaks of a Verein, but „Parkausweis“ of something else than an Ausweis.
        """
        places: list[int] = []
        sure = 1.0
        for one in self.words:
            found = [
                at
                for at, ways in enumerate(words)
                if (ways[0] == one if len(self.roots) == 1 else any(_part(one, way) for way in ways))
            ]
            if not found:
                break
            begun = [at for at in found if any(way[: len(one)] == one for way in words[at])]
            sure = sure if begun else _ENDED
            places.append((begun or found)[0])
        else:
            # One word alone must say it all in one way: „Steuermarke“ is a „Hundemarke“, and yet no „Hund Steuer“.
            if len(set(places)) > 1 or any(self.roots.issubset(way) for way in words[places[0]]):
                return frozenset(places), sure
            return None
        apart = [at for at, ways in enumerate(words) if self.roots.issuperset(ways[0])]
        said = {root for at in apart for root in words[at][0]}
        return (frozenset(apart), 1.0) if len(self.roots) > 1 and said == self.roots else None


def _part(one: Roots, word: Roots) -> bool:
    return any(word[start : start + len(one)] == one for start in range(len(word) - len(one) + 1))


class Everyday:
    """Finds phrases among the roots of a query."""

    def __init__(self, lines: Iterable[Line], analyser: Analyser) -> None:
        self.lines = list(lines)
        """Services and phrases, as given."""
        self._deeds = frozenset(analyser.roots(" ".join(sorted(analyser.lexicon.deeds))))
        meant: dict[tuple[tuple[Roots, ...], bool], dict[Roots, None]] = {}
        for services, phrases in self.lines:
            targets = [roots for service in services.split(";") if (roots := tuple(analyser.roots(clean(service))))]
            for phrase in phrases.split(";"):
                words = tuple(word.roots for word in analyser.words(clean(phrase)))
                said = tuple(root for word in words for root in word)
                if any(_part(said, target) for target in targets):
                    continue  # The service's own words.
                # „gegen Bescheid“ without its stop word would be any Bescheid.
                if len(words) > 1 or (words and len(phrase.split()) == 1):
                    negated = not NEGATIONS.isdisjoint(fold(phrase).split())
                    meant.setdefault((words, negated), {}).update(dict.fromkeys(targets))
        self._known: dict[str, list[_Phrase]] = {}
        for (words, negated), found in meant.items():
            every = frozenset(root for word in words for root in word)
            self._known.setdefault(min(every), []).append(_Phrase(words, every, tuple(found), negated))

    @property
    def texts(self) -> Iterator[str]:
        """The phrases as given, for the words in them."""
        return (phrases for _, phrases in self.lines)

    def heard(self, words: Sequence[Sequence[Roots]], *, negated: bool = False) -> Heard | None:
        """Return what is meant by the phrases that occur in a query, in whatever order.

        Each of `words` is given as typed and then with its synonyms. A phrase within a longer one does not count; what
        is merely done („ummelden“) says nothing beside a thing. `negated`: the query says „nicht“ or the like.
        """
        typed = frozenset(root for ways in words for root in ways[0])
        every = frozenset(root for ways in words for way in ways for root in way)
        within: dict[int, tuple[_Phrase, frozenset[int], float]] = {}
        for root in every:
            for one in self._known.get(root, ()):
                if one.negated and not negated:
                    continue
                said = one.within(words)
                # A synonym of the service's own word is no everyday word for it.
                if said is not None and not (
                    len(said[0]) == 1 and any(_part(words[min(said[0])][0], target) for target in one.meant)
                ):
                    within[id(one)] = (one, *said)
        # What is surely said, then what says most of the query, what is typed before what means the same, the longest.
        order = sorted(
            within.values(),
            key=lambda found: (
                -found[2],
                -len(found[1]),
                not found[0].roots <= typed,
                -len(found[0].roots),
                found[0].words,
            ),
        )
        chosen: list[tuple[_Phrase, frozenset[int], float]] = []
        for one, places, sure in order:
            if len(chosen) == MOST_PHRASES:
                break
            if any(places < others for _, others, _ in chosen) or (one.roots <= self._deeds and typed - self._deeds):
                continue
            chosen.append((one, places, sure))
        if not chosen:
            return None
        surely = [found for found in chosen if found[2] == 1.0]
        chosen = surely or chosen
        weights: dict[Roots, float] = {}
        for one, _, sure in chosen:
            share = (
                min(len(one.roots) / len(chosen[0][0].roots), 1.0) ** 2 * (1.0 if one.roots <= typed else _ALIKE) * sure
            )
            for place, target in enumerate(one.meant):
                weights[target] = max(weights.get(target, 0.0), _FIRST * share * _LESS**place)
        best = sorted(weights.items(), key=lambda one: -one[1])[:MOST_MEANT]
        return Heard(frozenset(place for _, places, _ in chosen for place in places), tuple(best), bool(surely))
