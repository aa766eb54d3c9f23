"""Which element of one model is which element of another, whether or not the ids agree.

Ids count first, where they can be believed. What remains is matched by type, label, neighbourhood, lane and
order, greedily: Dijkman, Dumas and García-Bañuelos (BPM 2009) found greedy matching nearly as good as exhaustive.
Identical neighbourhoods are found by colour refinement (Weisfeiler and Leman 1968), in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from hub.bpmn.canonical import folded, made_up
from hub.bpmn.labels import similarity
from hub.bpmn.model import Element, Model
from hub.bpmn.nodematch import NodeMatcher
from hub.bpmn.pairs import Found, Pair
from hub.bpmn.restmatch import match_connections, match_containers, match_labelled, match_parts, match_roots
from hub.bpmn.vocabulary import FLOW_NODE_KINDS, KIND_OF, Kind


class Matching:
    """The pairs found between two models; iterating yields them in document order of the old model."""

    def __init__(self, found: Found, *, trusted: bool) -> None:
        self.old = found.old
        self.new = found.new
        self.new_of = found.new_of
        """Old id → new id."""
        self.old_of = found.old_of
        """New id → old id."""
        self.confidence = found.confidence
        """Old id → confidence, 0 to 1."""
        self._trusted = trusted

    def __iter__(self) -> Iterator[Pair]:
        new_of, confidence = self.new_of, self.confidence
        return (Pair(e.id, new_of[e.id], confidence[e.id]) for e in self.old.order if e.id in new_of)

    def __len__(self) -> int:
        return len(self.new_of)

    @cached_property
    def same_ids(self) -> bool:
        """Whether every pair carries the same id on both sides."""
        return all(old == new for old, new in self.new_of.items())

    @cached_property
    def likeness(self) -> float:
        """Share of labelled elements of the smaller model that have a partner with a like label, 0 to 1."""
        return _likeness(self)

    @property
    def unrelated(self) -> bool:
        """Whether the two models are most likely two different processes."""
        return not self._trusted and self.likeness < _RELATED


_LIKE: Final = 0.65
_RELATED: Final = 0.13
_ALIKE: Final = 0.5
_TRUST: Final = 0.34
_DIGITS: Final = re.compile(r"[\W\d_]+")
_CHANCE: Final = """
activity event start end gateway flow the thestart theend thetask theprocess theflow
thegateway sid subprocess pool sequence fork join split exclusive parallel inclusive user
service script timer boundary error msg call flownode shape elem element node object obj var
xor and testprocess
"""
"""Words of which tools and testers make ids."""
_COMMON_WORDS: Final = frozenset({word.lower() for word in KIND_OF} | set(_CHANCE.split()))


def is_telling(id_: str) -> bool:
    """Whether an id is unlikely to turn up in two unrelated models by chance (`Activity_0k3f9zx`, not `Task_1`)."""
    if "#" in id_:
        return False
    if made_up(id_):
        return True
    rest = _DIGITS.sub("", id_).lower()
    return len(rest) > 3 and rest not in _COMMON_WORDS


def match(old: Model, new: Model) -> Matching:
    """Return which element of `old` is which element of `new`."""
    found = Found(old, new)
    trusted = _by_id(found)
    if len(found.new_of) < min(len(old.order), len(new.order)):
        match_containers(found)
        nodes = NodeMatcher(found)
        nodes.run()
        match_containers(found, by_members=True)
        nodes.settle()
        nodes.finish()
        match_labelled(found)
        match_connections(found)
        match_roots(found)
        match_parts(found)
    return Matching(found, trusted=trusted)


def _by_id(found: Found) -> bool:
    """Pair what carries the same id, if ids can be believed at all; returns whether they prove kinship."""
    old_text, new_text, new = found.old.text, found.new.text, found.new.by_id
    sure: list[tuple[Element, Element, float]] = []
    vague: list[tuple[Element, Element, float]] = []
    differing: list[tuple[Element, Element, float]] = []
    for id_, element in found.old.by_id.items():
        other = new.get(id_)
        if other is None:
            continue
        text = old_text[element.start : element.end]
        if text == new_text[other.start : other.end] or (
            not element.children and text.split() == new_text[other.start : other.end].split()
        ):
            (sure if "name=" in text else vague).append((element, other, 1.0))
        elif _comparable(element, other):
            name, other_name = element.attributes.get("name"), other.attributes.get("name")
            if element.type != other.type:
                differing.append((element, other, 0.9))
            elif name and name == other_name:
                sure.append((element, other, 1.0))
            elif not name and not other_name:
                # A made-up id tells the place only; there must be more that agrees.
                if "#" not in id_ or folded(element) or (element.attributes and element.attributes == other.attributes):
                    vague.append((element, other, 0.95))
            else:
                differing.append((element, other, 0.95))
    # Two strangers may both have a `Task_1`. Where labels contradict the ids, a closer look is due.
    believed = True
    against = [pair for pair in differing if _contradicts(pair[0], pair[1])]
    if len(against) > min(2, len(sure) + len(vague)):
        telling = [pair for pair in (*vague, *differing) if is_telling(pair[0].id)]
        doubtful = sum(1 for pair in against if not is_telling(pair[0].id))
        in_favour = sum(1 for pair in sure if pair[0].kind in _TELLING_KINDS) + len(telling)
        if doubtful and in_favour / (in_favour + doubtful) < _TRUST:
            believed, vague, differing = False, telling, []
    for element, other, confidence in (*sure, *vague, *differing):
        found.pair(element, other, confidence)
    found.ids_hold = believed and 2 * len(found.new_of) > min(len(found.old.order), len(found.new.order))
    return found.ids_hold


def _contradicts(old: Element, new: Element) -> bool:
    """Whether the labels speak against two elements with the same id being the same."""
    return bool(old.raw_name and new.raw_name) and similarity(old.raw_name, new.raw_name) < _ALIKE


def _comparable(old: Element, new: Element) -> bool:
    """Whether one may have become the other: same kind, or both nodes of the flow."""
    if old.kind is new.kind:
        return old.type == new.type or old.kind in FLOW_NODE_KINDS or old.kind in (Kind.DATA, Kind.ARTIFACT)
    return old.kind in FLOW_NODE_KINDS and new.kind in FLOW_NODE_KINDS


_TELLING_KINDS: Final = (Kind.ACTIVITY, Kind.EVENT, Kind.GATEWAY, Kind.LANE, Kind.POOL)


def _likeness(found: Matching) -> float:
    """Return the share of labelled elements of the smaller model whose partner has a like label."""
    counts = []
    like = 0
    for model in (found.old, found.new):
        labelled = [e for kind in _TELLING_KINDS for e in model.of_kind(kind) if e.raw_name.strip()]
        counts.append(len(labelled))
        if model is found.old:
            for element in labelled:
                partner = found.new.by_id.get(found.new_of.get(element.id, ""))
                if partner is not None and similarity(element.raw_name, partner.raw_name) >= _LIKE:
                    like += 1
    if not min(counts):
        nodes = min(len(found.old.nodes), len(found.new.nodes))
        return sum(1 for e in found.old.nodes if e.id in found.new_of) / nodes if nodes else 1.0
    return like / min(counts)
