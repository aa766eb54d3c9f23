"""One difference between two models, as data and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from hub.bpmn.model import Element
from hub.bpmn.sentences import sentence


class ChangeKind(StrEnum):
    """What sort of difference; the value is stable."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"
    MOVED_LANE = "moved-lane"
    MOVED_SCOPE = "moved-scope"
    RECONNECTED = "reconnected"
    PROPERTY = "property"
    DOCUMENTATION = "documentation"
    EXTENSION = "extension"
    LAYOUT = "layout"


WEIGHT: Final = {
    ChangeKind.ADDED: 90,
    ChangeKind.REMOVED: 90,
    ChangeKind.MOVED_LANE: 85,
    ChangeKind.MOVED_SCOPE: 80,
    ChangeKind.RETYPED: 75,
    ChangeKind.RECONNECTED: 70,
    ChangeKind.RENAMED: 50,
    ChangeKind.PROPERTY: 40,
    ChangeKind.DOCUMENTATION: 30,
    ChangeKind.EXTENSION: 20,
    ChangeKind.LAYOUT: 0,
}
"""How much a change of each kind matters; `diff` refines what comes and goes by what it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One difference. `before` and `after` are texts for people, None where there was or is nothing."""

    kind: ChangeKind
    old: Element | None
    new: Element | None
    before: str | None = None
    after: str | None = None
    aspect: str = ""
    """Which property, extension or aspect of the drawing changed, as BPMN or the vendor names it."""
    weight: int = 0
    """How much it matters, 0 to 100; layout weighs 0."""
    confidence: float = 1.0
    """How sure it is that the two elements are the same one, 0 to 1."""

    @property
    def old_id(self) -> str | None:
        """The BPMN id in the old model, None for what is new or concerns the whole file."""
        return self.old.id if self.old is not None else None

    @property
    def new_id(self) -> str | None:
        """The BPMN id in the new model, None for what is gone or concerns the whole file."""
        return self.new.id if self.new is not None else None

    @property
    def element(self) -> Element | None:
        """The element in the new model, or in the old one if it is gone."""
        return self.new if self.new is not None else self.old

    def sentence(self, lang: str = "de") -> str:
        """Tell the change in one sentence, in German or English."""
        return sentence(self.kind.value, self.old, self.new, self.aspect, self.before, self.after, lang)

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the change as plain data for JSON."""
        element = self.element
        return {
            "kind": self.kind.value,
            "old_id": self.old_id,
            "new_id": self.new_id,
            "type": element.type if element is not None else "definitions",
            "name": element.label if element is not None else "",
            "property": self.aspect,
            "before": self.before,
            "after": self.after,
            "weight": self.weight,
            "confidence": self.confidence,
            "sentence": self.sentence(lang),
        }
