"""Is there one like this already? Signatures of models, and a search over many of them.

Labels decide: TF-IDF over roots finds candidates, as measured on many drawings of the same processes; the best of
them are ranked again by how well their steps match one by one (greedily, which is nearly as good as exhaustively:
Dijkman, Dumas, García-Bañuelos, BPM 2009; features first: Yan, Dijkman, Grefen, DAPD 30, 2012) and by their structure
as pairs of types along the flow.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from hub.bpmn.naming import is_default_name
from hub.bpmn.similar_words import roots
from hub.bpmn.vocabulary import Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Model

Key = TypeVar("Key")

_CANDIDATES: Final = 50
"""How many of the best by words are compared step by step."""
_WEIGHTS: Final = (0.6, 0.25, 0.15)
"""Words, steps, structure; see docs/engine-checks.md for what they do to the measured precision."""
_EQUAL: Final = 0.8
"""From this likeness on two steps count as the same."""
_STEPS: Final = 60
"""Steps of a model that are compared one by one."""
_NAMED: Final = frozenset({Kind.ACTIVITY, Kind.EVENT, Kind.GATEWAY, Kind.LANE, Kind.POOL, Kind.PROCESS, Kind.DATA})
_FORM: Final = "1"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a search needs to know of a model; small, and kept as text next to a version."""

    words: Mapping[str, int]
    """Root → how often it occurs in names."""
    structure: Mapping[str, int]
    """Pair of types along a flow → how often."""
    steps: tuple[frozenset[str], ...]
    """The roots of each activity's name."""

    def to_text(self) -> str:
        """Return the signature as one line of text."""
        steps = [sorted(step) for step in self.steps]
        return json.dumps([_FORM, self.words, self.structure, steps], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Signature:
        """Return the signature that `to_text` wrote; raises `ValueError` for anything else."""
        try:
            form, words, structure, steps = json.loads(text)
        except (TypeError, json.JSONDecodeError) as error:
            raise ValueError("not a signature") from error
        if form != _FORM:
            raise ValueError(f"unknown form of signature: {form!r}")
        return cls(words, structure, tuple(frozenset(step) for step in steps))


@dataclass(frozen=True, slots=True)
class Similar(Generic[Key]):
    """One model found, with how alike it is, each from 0 to 1."""

    key: Key
    score: float
    words: float
    steps: float
    structure: float


def signature(model: Model, title: str = "", normalise: Callable[[str], Iterable[str]] = roots) -> Signature:
    """Return the signature of `model`; `title` adds words, `normalise` turns a name into roots."""
    words: Counter[str] = Counter(normalise(title))
    steps: list[frozenset[str]] = []
    for element in model.order:
        if element.kind not in _NAMED or not element.name or is_default_name(element.name):
            continue
        found = list(normalise(element.name))
        words.update(found)
        if element.kind is Kind.ACTIVITY and found:
            steps.append(frozenset(found))
    structure: Counter[str] = Counter()
    for flow in model.flows:
        source, target = flow.source, flow.target
        if source is not None and target is not None:
            structure[f"{source.type}>{target.type}"] += 1
    return Signature(dict(words), dict(structure), tuple(steps[:_STEPS]))


@overload
def similar(wanted: Signature, signatures: Mapping[Key, Signature], top: int = 10) -> list[Similar[Key]]: ...


@overload
def similar(wanted: Signature, signatures: Sequence[Signature], top: int = 10) -> list[Similar[int]]: ...


def similar(
    wanted: Signature, signatures: Mapping[Any, Signature] | Sequence[Signature], top: int = 10
) -> list[Similar[Any]]:
    """Return the `top` most alike of `signatures`, best first; keys are those of the mapping, or positions.

    For more than one question over the same signatures keep an `Index`.
    """
    index: Index[Any] = Index()
    for key, found in signatures.items() if isinstance(signatures, Mapping) else enumerate(signatures):
        index.put(key, found)
    return index.find(wanted, top)


class Index(Generic[Key]):
    """Many signatures, ready to be asked; put and drop at any time."""

    def __init__(self) -> None:
        self._signatures: dict[Key, Signature] = {}
        self._postings: dict[str, dict[Key, float]] = {}
        self._norms: dict[Key, float] = {}

    def __len__(self) -> int:
        return len(self._signatures)

    def signature(self, key: Key) -> Signature:
        """Return what was put under `key`; raises `KeyError` without it."""
        return self._signatures[key]

    def put(self, key: Key, found: Signature) -> None:
        """Add a signature, replacing the one `key` had."""
        if key in self._signatures:
            self.drop(key)
        self._signatures[key] = found
        for word, count in found.words.items():
            self._postings.setdefault(word, {})[key] = 1 + log(count)
        self._norms.clear()

    def drop(self, key: Key) -> None:
        """Remove a signature; nothing happens if there is none."""
        found = self._signatures.pop(key, None)
        for word in found.words if found is not None else ():
            holders = self._postings[word]
            del holders[key]
            if not holders:
                del self._postings[word]
        self._norms.clear()

    def find(
        self, wanted: Signature, top: int = 10, but: Key | None = None, among: Container[Key] | None = None
    ) -> list[Similar[Key]]:
        """Return the `top` most alike, best first; `but` is left out, usually the model one asks for.

        With `among`, only keys it contains are found, as if the others were not there but for how rare a word is.
        """
        by_words = self._by_words(wanted)
        if but is not None:
            by_words.pop(but, None)
        if among is not None:
            by_words = {key: score for key, score in by_words.items() if key in among}
        best = sorted(by_words, key=by_words.__getitem__, reverse=True)[: max(_CANDIDATES, top)]
        if len(best) < top:
            known = {*best, but}
            more = (key for key in self._by_structure(wanted) if key not in known and (among is None or key in among))
            best += list(more)[: top - len(best)]
        found = [self._compare(wanted, key, by_words.get(key, 0.0)) for key in best]
        found.sort(key=lambda hit: hit.score, reverse=True)
        return found[:top]

    def _by_words(self, wanted: Signature) -> dict[Key, float]:
        """Return the cosine of TF-IDF weights for every model that shares a word."""
        if not self._norms:
            self._weigh()
        scores: dict[Key, float] = {}
        length = 0.0
        for word, count in wanted.words.items():
            holders = self._postings.get(word)
            rarity = self._rarity(len(holders) if holders else 1)
            weight = (1 + log(count)) * rarity
            length += weight * weight
            if holders:
                factor = weight * rarity
                for key, frequency in holders.items():
                    scores[key] = scores.get(key, 0.0) + factor * frequency
        length = sqrt(length)
        return {key: score / (length * self._norms[key]) for key, score in scores.items()} if length else {}

    def _rarity(self, holders: int) -> float:
        return log(1 + (len(self._signatures) + 1) / holders)

    def _weigh(self) -> None:
        squares = dict.fromkeys(self._signatures, 0.0)
        for holders in self._postings.values():
            rarity = self._rarity(len(holders)) ** 2
            for key, frequency in holders.items():
                squares[key] += frequency * frequency * rarity
        self._norms = {key: sqrt(square) or 1.0 for key, square in squares.items()}

    def _by_structure(self, wanted: Signature) -> Iterator[Key]:
        scores = {key: _cosine(wanted.structure, found.structure) for key, found in self._signatures.items()}
        yield from (key for key in sorted(scores, key=scores.__getitem__, reverse=True) if scores[key] > 0)

    def _compare(self, wanted: Signature, key: Key, words: float) -> Similar[Key]:
        other = self._signatures[key]
        steps = _match(wanted.steps, other.steps)
        structure = _cosine(wanted.structure, other.structure)
        parts = zip(_WEIGHTS, (words, steps, structure), strict=True)
        score = min(1.0, sum(weight * part for weight, part in parts))
        return Similar(key, score, min(1.0, words), steps, structure)


def _match(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> float:
    """Return how well steps match in pairs, best pairs first: 1 if all do, 0 if none or none are named."""
    if not one or not other:
        return 0.0
    return 2 * sum(_pairs(one, other)) / (len(one) + len(other))


def equal_steps(one: Signature, other: Signature) -> int:
    """Return how many activities of two models say the same but for a word here and there."""
    return sum(likeness >= _EQUAL for likeness in _pairs(one.steps, other.steps))


def _pairs(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> Iterator[float]:
    """Yield how alike the steps of each pair are, best pairs first; a step is in one pair at most."""
    holders: dict[str, list[int]] = {}
    for place, step in enumerate(other):
        for word in step:
            holders.setdefault(word, []).append(place)
    pairs = []
    for place, step in enumerate(one):
        shared = Counter(where for word in step for where in holders.get(word, ()))
        for where, count in shared.items():
            pairs.append((2 * count / (len(step) + len(other[where])), -place, -where))
    pairs.sort(reverse=True)
    left: set[int] = set()
    right: set[int] = set()
    for likeness, place, where in pairs:
        if place not in left and where not in right:
            left.add(place)
            right.add(where)
            yield likeness


def _cosine(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    dot = sum(count * other[pair] for pair, count in one.items() if pair in other)
    if not dot:
        return 0.0
    lengths = sum(count * count for count in one.values()) * sum(count * count for count in other.values())
    return float(dot / sqrt(lengths))
