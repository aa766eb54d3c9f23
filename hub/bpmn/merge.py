"""Bring together what two sides did to the same model.

The result is the file of `ours` with the changes of `theirs` made in it: every byte that no change
touches stays. Source of the approach: three-way merge on the model instead of the text; conflicts
after Gerth, Küster, Luckey and Engels (SoSyM 12, 2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from hub.bpmn.change import Change, ChangeKind
from hub.bpmn.check import Finding, check
from hub.bpmn.guard import Limits
from hub.bpmn.layout import apply, place
from hub.bpmn.match import match
from hub.bpmn.merge_align import align, align_additions
from hub.bpmn.merge_apply import Applier
from hub.bpmn.merge_changes import Change as SlotChange
from hub.bpmn.merge_changes import Slot, Version, changes
from hub.bpmn.merge_clashes import Clash
from hub.bpmn.merge_decisions import Decision, Undecidable
from hub.bpmn.merge_layout import draw
from hub.bpmn.merge_plan import Plan
from hub.bpmn.merge_report import Reporter
from hub.bpmn.merge_shapes import drawings
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.model import Model
from hub.bpmn.read import read
from hub.bpmn.vocabulary import CONNECTION_KINDS
from hub.bpmn.write import Editor

__all__ = ["Applied", "Conflict", "Merge", "Undecidable", "merge"]

_KINDS: Final = {
    "both-changed": ("Beide Seiten haben dasselbe verschieden geändert.", "Both sides changed the same thing."),
    "removed-changed": (
        "Eine Seite hat entfernt, was die andere geändert hat.",
        "One side removed what the other changed.",
    ),
    "removed-connected": (
        "Eine Seite hat entfernt, womit die andere etwas verbunden hat.",
        "One side removed what the other connected to.",
    ),
    "exclusive": (
        "Beide Seiten haben etwas angegeben, wovon es nur eines geben kann.",
        "Both sides set something of which there can be one only.",
    ),
    "replaced-twice": (
        "Beide Seiten haben dieselbe Verbindung durch etwas anderes ersetzt.",
        "Both sides replaced the same connection.",
    ),
    "crosses-border": (
        "Zusammen führte ein Sequenzfluss über die Grenze eines Teilprozesses oder Pools.",
        "Together, a sequence flow would cross the border of a sub-process or pool.",
    ),
    "circle": ("Zusammen läge etwas in sich selbst.", "Together, something would lie inside itself."),
    "default-with-condition": (
        "Zusammen hätte der Standardfluss eine Bedingung.",
        "Together, the default flow would have a condition.",
    ),
}


@dataclass(frozen=True)
class Conflict:
    """Changes that cannot both be made. Until it is decided, the result keeps what ours has."""

    id: str
    """Stays the same for as long as both sides want what they want now; the key of a decision."""
    kind: str
    element_id: str
    """BPMN id of the element it is about, in ours if it is there, else in theirs or the base."""
    ours: tuple[Change, ...]
    theirs: tuple[Change, ...]
    choices: tuple[str, ...]
    """Of `ours`, `theirs`, `both` and `value` (a value of one's own)."""
    decision: Decision | None = None

    def sentence(self, lang: str = "de") -> str:
        """Say what clashes, with both sides' changes, in German or English."""
        german = lang == "de"
        sides = []
        names = ("Im Ziel", "Angeboten") if german else ("Target", "Offered")
        for word, side in zip(names, (self.ours, self.theirs), strict=True):
            if side:
                sides.append(f"{word}: " + " ".join(change.sentence(lang) for change in side))
        return " ".join([_KINDS[self.kind][0 if german else 1], *sides])

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
    """A BPMN file; open conflicts are in it as ours has them."""
    conflicts: tuple[Conflict, ...]
    """Those nobody has decided yet."""
    decided: tuple[Conflict, ...] = ()
    applied: tuple[Applied, ...] = ()
    declined: tuple[Applied, ...] = ()
    """Changes of theirs left out by decision, and those that cannot do without them."""
    _models: tuple[Model, ...] = field(default=(), repr=False)

    @cached_property
    def model(self) -> Model:
        """The result, read."""
        return read(self.data, self._models[1].limits if self._models else Limits())

    @cached_property
    def unrelated(self) -> bool:
        """Whether theirs is most likely another process than the base, as after a wrong upload."""
        return bool(self._models) and match(self._models[0], self._models[2]).unrelated

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What `check` finds in the result and in neither side: what only both together break."""
        known = {_told(finding) for side in self._models[1:] for finding in check(side)}
        return tuple(finding for finding in check(self.model) if _told(finding) not in known)

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return all but the file as plain data for JSON."""
        return {
            "unrelated": self.unrelated,
            "conflicts": [conflict.to_dict(lang) for conflict in self.conflicts],
            "decided": [conflict.to_dict(lang) for conflict in self.decided],
            "applied": [applied.to_dict(lang) for applied in self.applied],
            "declined": [applied.to_dict(lang) for applied in self.declined],
            "findings": [finding.to_dict(lang) for finding in self.findings],
        }


def _told(finding: Finding) -> tuple[str, str]:
    """Return what is found about what, free of ids: the sides need not use the same ones."""
    return finding.rule, finding.sentence("en")


def merge(base: Model, ours: Model, theirs: Model, decisions: Mapping[str, Decision] | None = None) -> Merge:
    """Merge `theirs` into `ours`; `base` is the version both started from.

    `decisions` maps the ids of conflicts to `ours`, `theirs`, `both` or `{"value": …}`, and the ids of
    applied changes of theirs to `ours` (decline) or `{"value": …}` (adapt). Raises `Undecidable` for a
    decision that fits nothing.
    """
    versions = aligned(base, ours, theirs)
    changed = changes(versions[0], versions[1], versions[2]), changes(versions[0], versions[2], versions[1])
    plan = Plan(*versions, changed, decisions or {})
    report = _Report(versions, changed, plan)
    if not decisions and ours.source == base.source and match(base, theirs).same_ids:
        # Nothing of ours is at stake: the result is their file, byte for byte.
        return report.merge(theirs.source)
    return report.merge(combine(versions, changed, plan.take, plan.values, plan.joined, plan.links))


def aligned(base: Model, ours: Model, theirs: Model) -> tuple[Version, Version, Version]:
    """Return the three models as trees whose nodes know what they stand for in the others."""
    documents = [Document(base), *(Document(side, _renamed_namespaces(base, side)) for side in (ours, theirs))]
    for document in documents[1:]:
        align(documents[0], document, ((pair[0], pair[1]) for pair in match(base, document.model)))
    align_additions(documents[1], documents[2])
    return Version(documents[0]), Version(documents[1]), Version(documents[2])


def _renamed_namespaces(base: Model, side: Model) -> dict[str, str]:
    """Return namespace in `side` → in `base`, where the same prefix was bound to a new name, as vendors do."""
    old, new = base.tree.scope, side.tree.scope
    return {
        new[prefix]: name
        for prefix, name in old.items()
        if prefix
        and prefix in new
        and new[prefix] != name
        and name not in new.values()
        and new[prefix] not in old.values()
    }


def combine(
    versions: tuple[Version, Version, Version],
    changed: tuple[dict[Slot, SlotChange], dict[Slot, SlotChange]],
    take: set[Slot],
    values: Mapping[Slot, str],
    joined: set[Slot],
    links: Mapping[Slot, Xml],
    *,
    firm: bool = False,
) -> bytes:
    """Write the file of ours with the slots in `take` as theirs has them; ours is changed by it."""
    base, ours, theirs = versions
    layout = any(change.layout for change in changed[1].values())
    renamed = new_names(base, ours, theirs)
    if not (take or values or joined or layout or renamed):
        return ours.document.model.source
    for old, new in renamed:
        ours.document.rename_namespace(old, new)
    applier = Applier(ours, theirs)
    applier.apply(take, values, joined, links)
    draw(applier, base, *changed, firm=firm)
    return complete(ours.document.data(), applier, ours.document.model.limits)


def new_names(base: Version, ours: Version, theirs: Version) -> list[tuple[str, str]]:
    """Return namespaces, as (old, new), that theirs has renamed and ours has not."""
    models = [version.document.model for version in (base, ours, theirs)]
    mine = _renamed_namespaces(models[0], models[1]).values()
    return [(old, new) for new, old in _renamed_namespaces(models[0], models[2]).items() if old not in mine]


def complete(data: bytes, applier: Applier, limits: Limits) -> bytes:
    """Draw what came in without a drawing, where the file draws such things."""
    fresh = {
        node.attributes.get("id")
        for copy in applier.copied
        for node in copy.walk()
        if node.element is not None and (node.element.is_node or node.element.kind in CONNECTION_KINDS)
    }
    shown = {node.attributes.get("bpmnElement") for node in drawings(applier.document)}
    if not shown or not fresh - shown:
        return data
    model = read(data, limits)
    if not any(diagram.shapes for diagram in model.diagrams):
        return data
    editor = Editor(model)
    apply(editor, place(model, drawn=model.by_id.keys() - (fresh - shown)))
    return editor.data()


class _Report:
    """What is told about a merge; made before the trees are changed."""

    def __init__(
        self,
        versions: tuple[Version, Version, Version],
        changed: tuple[dict[Slot, SlotChange], dict[Slot, SlotChange]],
        plan: Plan,
    ) -> None:
        base, ours, theirs = versions
        self.models = tuple(version.document.model for version in versions)
        self.plan = plan
        self.base, self.ours, self.theirs = versions
        self.mine, self.yours = changed
        self.tell_ours, self.tell_theirs = Reporter(base, ours), Reporter(base, theirs)
        conflicts = [self._conflict(clash) for clash in plan.clashes]
        conflicts.sort(key=lambda c: -max((change.weight for change in (*c.ours, *c.theirs)), default=0))
        self.conflicts = tuple(c for c in conflicts if c.decision is None)
        self.decided = tuple(c for c in conflicts if c.decision is not None)
        self.applied = tuple(sorted(self._applied(), key=lambda applied: -applied.change.weight))
        self.declined = tuple(
            Applied(plan.change_id(self.yours[slot]), "theirs", self.tell_theirs.change(self.yours[slot]))
            for slot in plan.declined
        )

    def merge(self, data: bytes) -> Merge:
        """Return the finished merge."""
        return Merge(data, self.conflicts, self.decided, self.applied, self.declined, self.models)

    def _conflict(self, clash: Clash) -> Conflict:
        id_ = self.plan.clash_id(clash)
        return Conflict(
            id_,
            clash.kind,
            self._element_id(clash),
            tuple(self.tell_ours.change(change) for change in clash.ours),
            tuple(self.tell_theirs.change(change) for change in clash.theirs),
            clash.choices,
            self.plan.decisions.get(id_),
        )

    def _element_id(self, clash: Clash) -> str:
        for version in (self.ours, self.theirs):
            at = version.here.get(clash.token)
            while at is not None:
                if at.element is not None:
                    return at.element.id
                at = at.parent
        return self.plan.owner(clash.token)

    def _applied(self) -> list[Applied]:
        plan, found = self.plan, []
        for old, new in new_names(self.base, self.ours, self.theirs):
            renamed = Change(ChangeKind.EXTENSION, None, None, old, new, "xmlns", 10)
            found.append(Applied(f"/xmlns/{old}", "theirs", renamed))
        undone = {slot for slot in plan.take if slot in self.mine}
        for slot, change in self.mine.items():
            if change.implied or slot in undone or slot in plan.values:
                continue
            if slot[1] == "exists" and (slot[0], "text") in self.mine and slot in self.yours:
                continue  # Both added a text; what it says is told by itself.
            other = self.yours.get(slot)
            side = "both" if other is not None and other.after == change.after else "ours"
            found.append(Applied(plan.change_id(change), side, self.tell_ours.change(change)))
        for slot, change in self.yours.items():
            taken = slot in plan.take or slot in plan.joined or (change.layout and slot not in self.mine)
            if taken and not change.implied:
                found.append(Applied(plan.change_id(change), "theirs", self.tell_theirs.change(change)))
        return found
