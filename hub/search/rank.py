"""One ranking for both back ends: BM25F over the streams of a bounded number of candidates.

The index says what matches, this says in which order. Title before names before steps before the rest; exact spelling
before inflection before a part of a compound; whole titles, neighbouring words, released and reused entries and
one's own organisation a little higher. Whoosh's `bm25` does the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import NamedTuple

from whoosh.scoring import bm25 as _whoosh_bm25

from hub.search.streams import GAPS
from hub.text.analyse import Analyser, pair
from hub.text.snippets import all_in
from hub.text.tree import All, Concept, Node, Some, Token, Without

_bm25: Callable[[float, float, float, float, float, float], float] = _whoosh_bm25
_K1 = 1.2
_SAME = 0.75
"""Options that count at least so much say the same as the word; others only a part of it."""
_BEGUN, _AMID = 0.85, 0.55
"""What several words count where they begin a longer one („Sprengstoffgesetz“), and where they stand amid one."""
_FEWEST = 0.15
"""Share of its points that a document keeps if it has next to none of the words that count."""
_WITHIN = 0.6
"""What an everyday phrase means counts so much where it is only part of another word."""
FIELDS = {"title": (6.0, 0.5, 8.0), "names": (3.5, 0.3, 25.0), "steps": (2.0, 0.4, 110.0), "body": (1.0, 0.6, 130.0)}
"""Field → weight, how much its length counts (b), usual length in roots."""

PHRASES = {
    "word": "„{0}“",
    "synonym": "gleichbedeutend mit „{0}“",
    "piece": "ein Teil von „{0}“",
    "near": "„{0}“ in einem Kommentar oder in der Nähe",
    "title": "im Titel",
    "names": "bei Leistung oder Schlagwort",
    "steps": "in einem Schritt",
    "body": "im übrigen Text",
    "exact": "(genau so)",
    "part": "(als Wortteil)",
    "whole_title": "Der Titel besteht aus Ihren Suchwörtern",
    "title_share": "Anteil am Titel",
    "together": "Ihre Wörter stehen beieinander",
    "published": "veröffentlicht",
    "released": "freigegeben",
    "in_review": "in Prüfung",
    "draft": "Entwurf",
    "reused": "nachgenutzt",
    "own": "eigene Organisation",
}
"""What reasons are made of, in German; the phrase is the key of its translation."""
_STANDINGS = {3: "published", 2: "released", 1: "in_review"}


class Candidate(NamedTuple):
    """A document that matches, with what its rank depends on."""

    id: int
    organisation_id: int
    weight: int
    updated_at: int
    streams: tuple[str, str, str, str]
    """Title, names, steps and body, each with a space before and after."""
    spelling: str


@dataclass(frozen=True)
class Reason:
    """Why a hit stands where it stands: codes of `PHRASES`, their share of the points, and the word they are about."""

    codes: tuple[str, ...]
    points: float
    about: str = ""

    @property
    def phrases(self) -> tuple[str, ...]:
        """The German phrases, with `{0}` where the word goes."""
        return tuple(PHRASES[code] for code in self.codes)

    @property
    def text(self) -> str:
        """The German sentence."""
        return " ".join(phrase.format(self.about) for phrase in self.phrases)


_Sequence = tuple[tuple[str, ...], str, tuple[str, ...]]
_Field = tuple[int, str, float, float, float]
_Prepared = tuple[float, list[tuple[float, float, list[_Sequence]]], list[_Field]]


class Ranking:
    """Scores candidates for one query. `partly`: not all of its words must be met, and how much each counts then."""

    def __init__(
        self,
        root: Node,
        analyser: Analyser,
        frequencies: Mapping[str, int],
        count: int,
        own: frozenset[int],
        *,
        partly: Mapping[Node, float] | None = None,
    ) -> None:
        self._root = root
        self._analyser = analyser
        self._own = own
        self._partly = partly
        self._frequencies = frequencies
        self._count = max(count, 1)
        self._known: dict[int, _Prepared] = {}  # by identity: the tree lives as long, and its hash is deep
        self._concepts = [node for node in _leaves(root) if isinstance(node, Concept)]
        # What every candidate is asked for, made once: the roots that make up a title, and words beside each other.
        self._headings = [_headings(concept) for concept in self._concepts]
        typed = [one for one in self._concepts if not one.heard]
        self._beside = [needle for two in pairwise(typed) for needle in _beside(*two)]
        self._exact = {id(concept): f" {concept.spelling} " for concept in self._concepts}

    def score(self, candidate: Candidate, reasons: list[Reason] | None = None) -> float:
        """Return the points of `candidate`; with `reasons` also say what they were given for."""
        points = self._node(self._root, candidate, reasons)
        if self._partly:
            met = sum(share for word, share in self._partly.items() if self._met(word, candidate))
            points *= _FEWEST + (1 - _FEWEST) * met / sum(self._partly.values())
        title = candidate.streams[0]
        size = title.partition(GAPS)[0].count(" ")
        matched = self._in_title(title)
        if matched:
            bonus = 0.35 * min(matched / max(size, 1), 1.0)
            if reasons is not None:
                reasons.append(Reason(("whole_title" if bonus > 0.34 else "title_share",), points * bonus))
            points *= 1 + bonus
        if self._beside and self._close(candidate):
            if reasons is not None:
                reasons.append(Reason(("together",), points * 0.15))
            points *= 1.15
        standing, reuse = divmod(candidate.weight, 10)
        for share, why in (
            (0.06 * standing, _STANDINGS.get(standing, "draft")),
            (0.02 * reuse, "reused"),
            (0.12 * (candidate.organisation_id in self._own), "own"),
        ):
            if share:
                if reasons is not None:
                    reasons.append(Reason((why,), points * share))
                points *= 1 + share
        return points

    def _node(self, node: Node, candidate: Candidate, reasons: list[Reason] | None) -> float:
        if isinstance(node, Concept):
            return self._concept(node, candidate, reasons)
        if isinstance(node, All):
            return sum([self._node(child, candidate, reasons) for child in node.nodes])
        if isinstance(node, Some):
            ways: list[tuple[float, list[Reason]]] = []
            # A way of several words counts if the document has them all.
            met = [child for child in node.nodes if self._met(child, candidate)]
            for child in met or node.nodes:
                notes: list[Reason] = []
                ways.append((self._node(child, candidate, notes if reasons is not None else None), notes))
            best = max(ways, key=lambda way: way[0])
            if reasons is not None:
                reasons += best[1]
            return best[0]
        if isinstance(node, Token):
            return self._token(node, candidate, reasons)
        return 0.0

    def _met(self, node: Node, candidate: Candidate) -> bool:
        if isinstance(node, All):
            return all(self._met(child, candidate) for child in node.nodes)
        if isinstance(node, Some):
            return any(self._met(child, candidate) for child in node.nodes)
        if isinstance(node, Concept):
            _, ways, fields = self._prepared(node)
            streams = candidate.streams
            for _, _, sequences in ways:
                for _, needle, pairs in sequences:
                    for number, *_ in fields:
                        if needle in streams[number] or (pairs and all_in(pairs, streams[number])):
                            return True
            return False
        return True

    def _token(self, token: Token, candidate: Candidate, reasons: list[Reason] | None) -> float:
        if token.text.startswith("f_"):
            return 0.0
        wanted = f" {token.text}" if token.prefix else f" {token.text} "
        # A citation with its Absatz is two tokens, so it earns more than the section alone.
        exact = 1.0 + 0.1 * token.text.count("_")
        points = (8.0 if wanted in candidate.streams[1] else 2.0 if wanted in candidate.streams[3] else 0.0) * exact
        if points and reasons is not None:
            where = "names" if wanted in candidate.streams[1] else "body"
            reasons.append(Reason(("word", where), points, token.label))
        return points

    def _concept(self, concept: Concept, candidate: Candidate, reasons: list[Reason] | None) -> float:
        rarity, ways, fields = self._prepared(concept)
        if concept.heard:
            return self._meant(concept, rarity, ways, fields, candidate, reasons)
        best, same = 0.0, ""
        found: tuple[str, ...] = ()
        for number, (weight, share, sequences) in enumerate(ways):
            points, place = self._way(sequences, fields, concept, candidate, share)
            if points * weight > best:
                best, found = points * weight, place
                same = "word" if not number or "*" in concept.text else "synonym"
                same = "piece" if concept.options[number].piece else same
            if best and found[0] == "title":
                break  # As typed or as meant, it is in the title: no other way of saying it changes much.
        if best:
            if reasons is not None:
                reasons.append(Reason((same, *found), best, concept.text))
            return best
        if self._partly is not None:
            return 0.0
        if reasons is not None:
            reasons.append(Reason(("near",), 0.2 * rarity, concept.text))
        return 0.2 * rarity

    def _meant(
        self,
        concept: Concept,
        rarity: float,
        ways: list[tuple[float, float, list[_Sequence]]],
        fields: list[_Field],
        candidate: Candidate,
        reasons: list[Reason] | None,
    ) -> float:
        """Weigh what an everyday phrase means: here the ways say different things, and the best one counts."""
        best = 0.0
        place: tuple[str, ...] = ("near",)
        for weight, share, sequences in ways:
            points, where = self._way(sequences, fields, concept, candidate, share)
            if points * weight > best:
                best, place = points * weight, ("synonym", *where)
        if not best and self._partly is not None:
            return 0.0
        points = max(best, 0.2 * rarity)
        if reasons is not None:
            reasons.append(Reason(place, points, concept.text))
        return points

    def _prepared(self, concept: Concept) -> _Prepared:
        """Return rarity, ways of saying (the typed one first) and fields of a concept; the same for every candidate."""
        known = self._known.get(id(concept))
        if known is None:
            rarity = self._rarity(self._frequencies.get(concept.spelling, 0))
            ways = [
                (
                    option.weight,
                    rarity if option.frequency is None else self._rarity(option.frequency),
                    [
                        (
                            seq,
                            f" {' '.join(seq)} ",
                            () if concept.strict else tuple(f" {pair(*two)} " for two in pairwise(seq)),
                        )
                        for seq in option.sequences
                    ],
                )
                for option in concept.options
            ]
            only = "body" if concept.field == "roles" else concept.field
            fields = [
                (number, field, *numbers)
                for number, (field, numbers) in enumerate(FIELDS.items())
                if only in ("", field)
            ]
            known = self._known[id(concept)] = (rarity, ways, fields)
        return known

    def _rarity(self, frequency: int) -> float:
        return log(1 + self._count / (1 + frequency))

    def _way(
        self, sequences: list[_Sequence], fields: list[_Field], concept: Concept, candidate: Candidate, rarity: float
    ) -> tuple[float, tuple[str, ...]]:
        total = 0.0
        place: tuple[str, ...] = ()
        streams = candidate.streams
        for seq, needle, pairs in sequences:
            for number, field, weight, b, usual in fields:
                stream = streams[number]
                # Most are not there at all, and `in` says so at half the price of counting.
                if needle in stream:
                    times: float = stream.count(needle)
                elif not pairs or not all_in(pairs, stream):
                    continue
                else:
                    times = 0.6
                points = weight * _bm25(rarity, times, stream.count(" "), usual, b, _K1)
                how: tuple[str, ...] = ()
                if number < 2:
                    points, how = self._fit(points, seq, concept, candidate)
                # What is meant by everyday words may stand in several places and is still said once.
                total = max(total, points) if concept.heard else total + points
                place = place or (field, *how)
        return total, place

    def _fit(
        self, points: float, seq: tuple[str, ...], concept: Concept, candidate: Candidate
    ) -> tuple[float, tuple[str, ...]]:
        """Weigh exact spelling above inflection above part of a compound."""
        if concept.heard:
            return (points, ()) if self._whole(seq, candidate) else (points * _WITHIN, ("part",))
        if concept.spelling and self._exact[id(concept)] in candidate.spelling:
            return points * 1.25, ("exact",)
        for word in candidate.spelling.split():
            known = self._analyser.word(word)
            if known is not None and known[1] == seq:
                return points, ()
        if len(seq) > 1:
            # „Gewerbe Anmeldung“ is a Gewerbeanmeldung, the Anmeldung of a Gaststättengewerbe is another matter.
            share = self._share(seq, candidate)
            return points * share, () if share == 1.0 else ("part",)
        return points * 0.85, ("part",)

    def _whole(self, seq: tuple[str, ...], candidate: Candidate) -> bool:
        """Whether `seq` is made of whole words: „Gewerbe anzeigen“, but not „Gaststättengewerbe anzeigen“."""
        return self._share(seq, candidate) == 1.0

    def _share(self, seq: tuple[str, ...], candidate: Candidate) -> float:
        """Say how well several roots fit: made of whole words, beginning with one, or in the middle of one."""
        words = [known[1] for word in candidate.spelling.split() if (known := self._analyser.word(word)) is not None]
        best = _AMID
        for start in range(len(words)):
            roots: tuple[str, ...] = ()
            for word in words[start:]:
                roots += word
                if roots == seq:
                    return 1.0
                if len(roots) >= len(seq):
                    best = _BEGUN if roots[: len(seq)] == seq else best
                    break
        return best

    def _in_title(self, title: str) -> int:
        """Return how many roots of the title the concepts of the query stand for."""
        matched = 0
        for ways in self._headings:
            for needles, count in ways:
                if all_in(needles, title):
                    matched += count
                    break
        return matched

    def _close(self, candidate: Candidate) -> bool:
        """Whether two consecutive words of the query follow each other somewhere."""
        for stream in candidate.streams:
            for needle in self._beside:
                if needle in stream:
                    return True
        return False


def _headings(concept: Concept) -> list[tuple[list[str], int]]:
    """Return what a title must have all of to say the concept, for each way of saying it, and of how many roots."""
    return [
        ([f" {' '.join(seq)} " for seq in option.sequences], sum(len(seq) for seq in option.sequences))
        for option in concept.options
        if option.weight >= _SAME
    ]


def _beside(one: Concept, other: Concept) -> tuple[str, str]:
    last, first = one.options[0].sequences[-1], other.options[0].sequences[0]
    return f" {last[-1]} {first[0]} ", f" {first[-1]} {last[0]} "


def _leaves(node: Node) -> list[Node]:
    if isinstance(node, All | Some):
        return [leaf for child in node.nodes for leaf in _leaves(child)]
    return [] if isinstance(node, Without) else [node]
