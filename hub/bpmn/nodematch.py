"""Match activities, events and gateways whose ids do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Final

from hub.bpmn.labels import plain, similarity
from hub.bpmn.model import Element, Model
from hub.bpmn.pairs import Found
from hub.bpmn.vocabulary import FLOW_NODE_KINDS, Kind

_ROUNDS: Final = 4
_ALIKE: Final = 0.55
_VERY_ALIKE: Final = 0.8
_PLAUSIBLE: Final = 0.5
_MANY: Final = 60_000
"""Pairs of labels up to which all are compared; beyond, only those that share a word."""
_NODES: Final = tuple(sorted(FLOW_NODE_KINDS))


class NodeMatcher:
    """Works on what the ids left open; finds the certain first and builds on it."""

    def __init__(self, found: Found) -> None:
        self.found = found

    @cached_property
    def old_around(self) -> _Surroundings:
        """What is next to what in the old model."""
        return _Surroundings(self.found.old)

    @cached_property
    def new_around(self) -> _Surroundings:
        """What is next to what in the new model."""
        return _Surroundings(self.found.new)

    def run(self) -> None:
        """Match by equal surroundings, by unique labels, by like labels, by matched neighbours."""
        old, new = self.found.open(*_NODES)
        if not old or not new:
            return
        self._by_colour()
        self._by_key(lambda e: (e.type, plain(e.raw_name), self._lane(e)), 0.92)
        self._by_key(lambda e: (e.type, plain(e.raw_name)), 0.9)
        self._by_key(lambda e: plain(e.raw_name), 0.85)
        self._by_likeness()
        self.settle()

    def settle(self) -> None:
        """Match what lies between matched neighbours, again and again until nothing new is found."""
        for _ in range(0 if self.found.ids_hold else _ROUNDS * 2):
            if not self._by_neighbours():
                return

    def finish(self) -> None:
        """Match unlabelled nodes by their place in the drawing, or because no other of their type is left."""
        if self.found.ids_hold:
            return
        old, new = self.found.open(*_NODES)
        old = [e for e in old if not e.raw_name.strip()]
        new = [e for e in new if not e.raw_name.strip()]
        if not old or not new:
            return
        old_places, new_places = _places(self.found.old), _places(self.found.new)
        by_place = {(e.type, new_places[e.id]): e for e in new if e.id in new_places}
        for one in old:
            other = by_place.get((one.type, old_places.get(one.id, (-1, -1))))
            if other is not None and other.id not in self.found.old_of:
                self._pair(one, other, 0.6)
        left: tuple[dict[Hashable, list[Element]], ...] = (defaultdict(list), defaultdict(list))
        for elements, side, known in ((old, left[0], self.found.new_of), (new, left[1], self.found.old_of)):
            for element in elements:
                if element.id not in known:
                    side[element.type, *_definitions(element), self._home(element, known)].append(element)
        for key, ones in left[0].items():
            others = left[1].get(key, [])
            if len(ones) == len(others) == 1:
                self._pair(ones[0], others[0], 0.5)

    def _home(self, element: Element, known: dict[str, str]) -> str:
        """Return the scope an element is in, told by its id in the new model."""
        home = element.scope_element
        if home is None:
            return ""
        return known.get(home.id, "-") if known is self.found.new_of else home.id

    def _pair(self, old: Element, new: Element, confidence: float) -> None:
        self.found.pair(old, new, confidence)

    def _lane(self, element: Element) -> str:
        lane = element.lane
        return plain(lane.raw_name) if lane is not None else ""

    def _by_colour(self) -> None:
        """Pair nodes whose surroundings, up to some steps away, are the same on both sides."""
        found = self.found
        old_rounds = _colours(found.old, self.old_around, {}, found.new_of)
        new_rounds = _colours(found.new, self.new_around, {id_: id_ for id_ in found.old_of}, None)
        for depth in range(_ROUNDS, 0, -1):
            old_groups, new_groups = self._groups(old_rounds[depth], new_rounds[depth])
            for colour, old in old_groups.items():
                new = new_groups.get(colour, [])
                if found.ids_hold and not self._says_anything(old[0]):
                    continue
                if len(old) == len(new) and (depth == _ROUNDS or len(old) == 1):
                    for one, other in zip(old, new, strict=True):
                        self._pair(one, other, 0.97 if len(old) == 1 else 0.8)

    def _says_anything(self, element: Element) -> bool:
        """Whether a node has a name or a neighbour; all others look alike."""
        return bool(element.raw_name.strip()) or any(self.old_around.neighbours(element))

    def _groups(
        self, old_colours: dict[str, int], new_colours: dict[str, int]
    ) -> tuple[dict[int, list[Element]], dict[int, list[Element]]]:
        old, new = self.found.open(*_NODES)
        groups: tuple[dict[int, list[Element]], dict[int, list[Element]]] = (defaultdict(list), defaultdict(list))
        for elements, colours, group in ((old, old_colours, groups[0]), (new, new_colours, groups[1])):
            for element in elements:
                group[colours[element.id]].append(element)
        return groups

    def _by_key(self, key: Callable[[Element], Hashable], confidence: float) -> None:
        """Pair labelled nodes whose key is unique on both sides."""
        old, new = self.found.open(*_NODES)
        sides: list[dict[Hashable, list[Element]]] = []
        for elements in (old, new):
            side: dict[Hashable, list[Element]] = defaultdict(list)
            for element in elements:
                if element.raw_name.strip():
                    side[key(element)].append(element)
            sides.append(side)
        for value, ones in sides[0].items():
            others = sides[1].get(value, [])
            if len(ones) == 1 and len(others) == 1:
                self._pair(ones[0], others[0], confidence)

    def _by_likeness(self) -> None:
        """Pair labelled nodes with like labels, the most alike first."""
        old, new = self.found.open(*_NODES)
        old = [e for e in old if e.raw_name.strip()]
        new = [e for e in new if e.raw_name.strip()]
        scored: list[tuple[float, int, int]] = []
        lanes_new = [self._lane(e) for e in new]
        candidates = _candidates(old, new)
        least = _VERY_ALIKE if self.found.ids_hold else _ALIKE
        for i, one in enumerate(old):
            lane = self._lane(one)
            for j in candidates(i):
                other = new[j]
                likeness = similarity(one.raw_name, other.raw_name)
                if likeness < least or (one.kind is not other.kind and likeness < 0.9):
                    continue
                score = 0.6 * likeness + 0.1 * (one.type == other.type) + 0.1 * (lane == lanes_new[j])
                score += 0.2 * self._shared(one, other)
                scored.append((score, i, j))
        scored.sort(key=lambda item: (-item[0], abs(item[1] - item[2]), item[1]))
        for score, i, j in scored:
            if score >= _PLAUSIBLE and old[i].id not in self.found.new_of and new[j].id not in self.found.old_of:
                self._pair(old[i], new[j], round(min(score, 0.9), 2))

    def _by_neighbours(self) -> bool:
        """Pair nodes that stand between the same matched neighbours; returns whether any pair was found."""
        found = self.found
        old, new = found.open(*_NODES)
        if not old or not new:
            return False
        open_new = {element.id for element in new}
        scored: list[tuple[float, int, int, Element, Element]] = []
        for one in old:
            candidates: dict[str, Element] = {}
            for direction in (0, 1):
                for neighbour in self.old_around.neighbours(one)[direction]:
                    partner = found.new_of.get(neighbour)
                    if partner is not None:
                        for candidate in self.new_around.of_id(partner)[1 - direction]:
                            if candidate in open_new:
                                candidates[candidate] = found.new.by_id[candidate]
            for other in candidates.values():
                if one.kind is other.kind and (score := self._neighbour_score(one, other)) >= _PLAUSIBLE:
                    scored.append((score, one.position, other.position, one, other))
        scored.sort(key=lambda item: (-item[0], item[1], item[2]))
        any_found = False
        for score, _, _, one, other in scored:
            if one.id not in found.new_of and other.id not in found.old_of:
                self._pair(one, other, round(min(score, 0.85), 2))
                any_found = True
        return any_found

    def _neighbour_score(self, one: Element, other: Element) -> float:
        shared = self._shared(one, other)
        if one.raw_name.strip() and other.raw_name.strip():
            label = similarity(one.raw_name, other.raw_name)
        else:
            label = 0.5 if one.raw_name.strip() == other.raw_name.strip() else 0.25
        same_type = one.type == other.type and _definitions(one) == _definitions(other)
        return 0.5 * shared + 0.3 * label + 0.15 * same_type + 0.05 * (self._lane(one) == self._lane(other))

    def _shared(self, one: Element, other: Element) -> float:
        """Return which share of the neighbours of both are partners of each other."""
        shared = total = 0
        for direction in (0, 1):
            mine = self.old_around.neighbours(one)[direction]
            theirs = set(self.new_around.neighbours(other)[direction])
            hits = sum(1 for neighbour in mine if self.found.new_of.get(neighbour) in theirs)
            shared += hits
            total += max(len(mine), len(theirs))
        return shared / total if total else 0.0


class _Surroundings:
    """Before and after each node, by id: sequence flow, and the host of a boundary event as before it."""

    def __init__(self, model: Model) -> None:
        self._of: dict[str, tuple[list[str], list[str]]] = {}
        of = self._of
        for flow in model.flows:
            source, target = flow.source, flow.target
            if source is not None and target is not None:
                of.setdefault(source.id, ([], []))[1].append(target.id)
                of.setdefault(target.id, ([], []))[0].append(source.id)
        for flow in model.message_flows:
            source, target = flow.source, flow.target
            if source is not None and target is not None:
                of.setdefault(source.id, ([], []))[1].append(target.id)
                of.setdefault(target.id, ([], []))[0].append(source.id)
        for event in model.of_kind(Kind.EVENT):
            if event.type == "boundaryEvent" and (host := event.attached_to) is not None:
                of.setdefault(event.id, ([], []))[0].append(host.id)
                of.setdefault(host.id, ([], []))[1].append(event.id)

    def neighbours(self, element: Element) -> tuple[list[str], list[str]]:
        return self.of_id(element.id)

    def of_id(self, id_: str) -> tuple[list[str], list[str]]:
        return self._of.get(id_, ([], []))


def _places(model: Model) -> dict[str, tuple[int, int]]:
    """Element id → whole coordinates of the centre of its first shape."""
    places: dict[str, tuple[int, int]] = {}
    for diagram in model.diagrams:
        for shape in diagram.shapes:
            if shape.element is not None:
                x, y = shape.bounds.centre
                places.setdefault(shape.element.id, (round(x), round(y)))
    return places


def _definitions(element: Element) -> list[str]:
    return sorted(child.type for child in element.children if child.kind is Kind.EVENT_DEFINITION)


def _colours(
    model: Model, around: _Surroundings, known: dict[str, str], partners: dict[str, str] | None
) -> list[dict[str, int]]:
    """Return the colour of every node after 0, 1, 2 … rounds; matched nodes are coloured by their partner."""
    known = partners if partners is not None else known
    colours: dict[str, int] = {}
    for element in model.nodes:
        if (partner := known.get(element.id)) is not None:
            colours[element.id] = hash(("known", partner))
        else:
            lane = element.lane
            parent = element.scope_element
            colours[element.id] = hash(
                (
                    element.type,
                    plain(element.raw_name),
                    plain(lane.raw_name) if lane is not None else "",
                    parent.kind.value if parent is not None else "",
                    *_definitions(element),
                )
            )
    rounds = [colours]
    for _ in range(_ROUNDS):
        before = rounds[-1]
        rounds.append(
            {
                id_: hash(
                    (
                        colour,
                        tuple(sorted(before.get(n, 0) for n in around.of_id(id_)[0])),
                        tuple(sorted(before.get(n, 0) for n in around.of_id(id_)[1])),
                    )
                )
                for id_, colour in before.items()
            }
        )
    return rounds


def _candidates(old: list[Element], new: list[Element]) -> Callable[[int], range | list[int]]:
    """Return which new labels are worth comparing with old label number i."""
    if len(old) * len(new) <= _MANY:
        everything = range(len(new))
        return lambda _: everything
    by_word: dict[str, list[int]] = defaultdict(list)
    for j, element in enumerate(new):
        for word in set(plain(element.raw_name).split()):
            by_word[word].append(j)

    def rare(i: int) -> list[int]:
        hits: set[int] = set()
        words = sorted(set(plain(old[i].raw_name).split()), key=lambda word: len(by_word.get(word, ())))
        for word in words:
            if len(hits) > 100:
                break
            hits.update(by_word.get(word, ())[:100])
        return sorted(hits)

    return rare
