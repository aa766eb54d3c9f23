"""Pairs of elements held to be the same, while they are being found."""

from __future__ import annotations

from typing import NamedTuple

from hub.bpmn.model import Element, Model
from hub.bpmn.vocabulary import Kind


class Pair(NamedTuple):
    """Two elements held to be the same; `confidence` runs from 0 to 1."""

    old_id: str
    new_id: str
    confidence: float


class Found:
    """Pairs found so far and what is still without a partner, in document order."""

    def __init__(self, old: Model, new: Model) -> None:
        self.old = old
        self.new = new
        self.new_of: dict[str, str] = {}
        self.old_of: dict[str, str] = {}
        self.confidence: dict[str, float] = {}
        self.ids_hold = False
        """Whether ids mostly agree: then what lost its id was most likely replaced, not renumbered."""

    def pair(self, old: Element, new: Element, confidence: float) -> None:
        """Hold two elements to be the same; both must be without a partner."""
        self.new_of[old.id] = new.id
        self.old_of[new.id] = old.id
        self.confidence[old.id] = confidence

    def open(self, *kinds: Kind) -> tuple[list[Element], list[Element]]:
        """Return the elements of these kinds that have no partner yet."""
        return (
            [e for kind in kinds for e in self.old.of_kind(kind) if e.id not in self.new_of],
            [e for kind in kinds for e in self.new.of_kind(kind) if e.id not in self.old_of],
        )
