"""Bring together what two sides did to the same service design; the same verbs and shapes as `hub.bpmn.merge`.

Fields, headings and the units of a section (lines, list items, table rows) are taken one by one. Where both sides
changed the same unit differently, that is a conflict; until it is decided, the result keeps what ours has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from hub.design.change import Change
from hub.design.check import Finding, check
from hub.design.merge_decisions import Decision, Undecidable
from hub.design.merge_plan import Clash, Plan
from hub.design.merge_result import build
from hub.design.merge_slots import Texts, pieces, sides
from hub.design.model import Design
from hub.design.read import read
from hub.design.words import likeness

__all__ = ["Applied", "Conflict", "Decision", "Merge", "Undecidable", "merge"]

_KINDS: Final = {
    "both-changed": ("Beide Seiten haben dasselbe verschieden geändert.", "Both sides changed the same thing."),
    "both-added": (
        "Beide Seiten haben an derselben Stelle etwas eingefügt.",
        "Both sides added something at the same place.",
    ),
    "removed-changed": (
        "Eine Seite hat entfernt, was die andere geändert hat.",
        "One side removed what the other changed.",
    ),
}
_UNRELATED: Final = 0.1
_BEGUN: Final = 50
"""Words from which a text can be told from another."""


@dataclass(frozen=True)
class Conflict:
    """Changes that cannot both be made. Until it is decided, the result keeps what ours has."""

    id: str
    """Stays the same for as long as both sides want what they want now; the key of a decision."""
    kind: str
    """both-changed, both-added or removed-changed"""
    element_id: str
    """Key of the section it is about; empty for title, fields and introduction."""
    ours: tuple[Change, ...]
    theirs: tuple[Change, ...]
    choices: tuple[str, ...]
    """Of `ours`, `theirs`, `both` and `value` (a text of one's own)."""
    decision: Decision | None = None

    def sentence(self, lang: str = "de") -> str:
        """Say what clashes, with both sides' changes, in German or English."""
        german = lang == "de"
        told = [_KINDS[self.kind][0 if german else 1]]
        names = ("Im Ziel", "Angeboten") if german else ("Target", "Offered")
        for word, side in zip(names, (self.ours, self.theirs), strict=True):
            told.append(f"{word}: " + " ".join(change.sentence(lang) for change in side))
        return " ".join(told)

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the conflict as plain data for JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "element_id": self.element_id,
            "choices": list(self.choices),
            "decision": self.decision,
            "sentence": self.sentence(lang),
            "ours": [change.to_dict(lang) for change in self.ours],
            "theirs": [change.to_dict(lang) for change in self.theirs],
        }


@dataclass(frozen=True)
class Applied:
    """A change that is in the result."""

    id: str
    """For a change of theirs the key of a decision: `ours` declines it, `{"value": …}` adapts it."""
    side: str
    """`ours`, `theirs`, or `both` where both sides made the same change."""
    change: Change

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the change as plain data for JSON."""
        return {"id": self.id, "side": self.side, **self.change.to_dict(lang)}


@dataclass(frozen=True)
class Merge:
    """The result of a merge."""

    data: bytes
    """The text of a design; open conflicts are in it as ours has them."""
    conflicts: tuple[Conflict, ...]
    """Those nobody has decided yet."""
    decided: tuple[Conflict, ...] = ()
    applied: tuple[Applied, ...] = ()
    declined: tuple[Applied, ...] = ()
    """Changes of theirs left out by decision."""
    _designs: tuple[Design, ...] = field(default=(), repr=False)

    @cached_property
    def design(self) -> Design:
        """The result, read."""
        return read(self.data)

    @cached_property
    def unrelated(self) -> bool:
        """Whether theirs is most likely another design than the base, as after a wrong upload."""
        if not self._designs:
            return False
        base, theirs = (design.source.decode("utf-8", "replace") for design in (self._designs[0], self._designs[2]))
        # A text that has hardly begun may become anything.
        return len(base.split()) >= _BEGUN and likeness(base, theirs) < _UNRELATED

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What `check` finds in the result and in neither side: what only both together break."""
        known = {(row.rule, row.key, row.value) for side in self._designs[1:] for row in check(side)}
        return tuple(row for row in check(self.design) if (row.rule, row.key, row.value) not in known)

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return all but the text as plain data for JSON."""
        return {
            "unrelated": self.unrelated,
            "conflicts": [conflict.to_dict(lang) for conflict in self.conflicts],
            "decided": [conflict.to_dict(lang) for conflict in self.decided],
            "applied": [applied.to_dict(lang) for applied in self.applied],
            "declined": [applied.to_dict(lang) for applied in self.declined],
            "findings": [finding.to_dict(lang) for finding in self.findings],
        }


def merge(base: Design, ours: Design, theirs: Design, decisions: Mapping[str, Decision] | None = None) -> Merge:
    """Merge `theirs` into `ours`; `base` is the version both started from.

    `decisions` maps the ids of conflicts to `ours`, `theirs`, `both` or `{"value": …}`, and the ids of applied
    changes of theirs to `ours` (decline), `theirs` (adopt, as without a decision) or `{"value": …}` (adapt).
    Raises `Undecidable` for a decision that fits nothing.
    """
    three = sides(base, ours, theirs)
    texts = Texts(three[0], three[1:])
    mine, yours = pieces(three[0], three[1], texts, 0), pieces(three[0], three[2], texts, 1)
    plan = Plan(mine, yours, decisions or {})
    if not mine and ours.source == base.source and plan.takes_all:
        data = theirs.source
    elif plan.takes_nothing:
        data = ours.source
    else:
        data = build(three, texts, mine, yours, plan)
    conflicts = [_conflict(clash, plan) for clash in plan.clashes]
    return Merge(
        data,
        tuple(row for row in conflicts if row.decision is None),
        tuple(row for row in conflicts if row.decision is not None),
        tuple(Applied(piece.id, side, piece.change) for piece, side in plan.applied),
        tuple(Applied(piece.id, "theirs", piece.change) for piece in plan.declined),
        (base, ours, theirs),
    )


def _conflict(clash: Clash, plan: Plan) -> Conflict:
    ours, theirs = (tuple(piece.change for piece in side) for side in (clash.ours, clash.theirs))
    return Conflict(clash.id, clash.kind, ours[0].element_id, ours, theirs, clash.choices, plan.decisions.get(clash.id))
