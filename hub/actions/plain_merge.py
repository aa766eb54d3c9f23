"""What a merge tells, as plain data that can be kept without keeping the models."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from hub import bpmn, design, documents
from hub.documents import Content, Decision
from hub.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Change:
    """One difference that one side of a merge made."""

    id: str
    """The engine's name for it; the key of a decision."""
    kind: str
    side: str
    """`ours`, `theirs`, or `both`."""
    german: str
    english: str
    before: str
    after: str
    old_id: str | None
    """Id of the part in the base, None for what is new."""
    new_id: str | None
    """Id of the part on the side that made the change, None for what is gone."""
    aspect: str = ""
    place: str = ""
    """Where it is: the name of the pool or lane, or of the section."""
    weight: int = 0
    worded: bool = False
    """Whether somebody can simply write other words instead."""
    ends: tuple[tuple[str, str], ...] = ()
    """For a connection what it joins: („old“ or „new“, id) of its ends before and after."""

    lanes: tuple[tuple[str, str], ...] = ()
    """For what comes, goes or changes hands the lanes it leaves and enters: („old“ or „new“, id)."""

    def sentence(self, lang: str = "de") -> str:
        """Return the change as one sentence."""
        return self.english if lang == "en" else self.german

    @property
    def fixed(self) -> bool:
        """Whether it comes along without a decision: the drawing, and a vendor's new name space."""
        return self.kind == "layout" or self.id.startswith("/xmlns/")

    @property
    def own(self) -> bool:
        """Whether it says which file this is: every entry keeps its own name space, and nobody is asked about it."""
        return self.aspect == "targetNamespace"


@dataclass(frozen=True, slots=True)
class Clash:
    """Changes of both sides that cannot both be made; until it is decided, the result has what ours has."""

    id: str
    kind: str
    german: str
    english: str
    ours: tuple[Change, ...]
    theirs: tuple[Change, ...]
    choices: tuple[str, ...]
    """Of `ours`, `theirs`, `both` and `value`."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came out of bringing two sides together."""

    data: bytes
    changes: tuple[Change, ...]
    """What either side changed and the result has."""
    clashes: tuple[Clash, ...]
    """Those nobody has decided."""
    unrelated: bool = False


_KEPT: Shelf[tuple[str, str, str, frozenset[tuple[str, str]]], Merged] = Shelf(300)


def merge(base: Content, ours: Content, theirs: Content, decisions: Mapping[str, Decision]) -> Merged:
    """Return `documents.merge` as plain data, remembered under the digests of all that goes in."""
    # A wording of one's own begins with a sign that none of the engine's words has.
    chosen = frozenset((id_, word if isinstance(word, str) else f"={word['value']}") for id_, word in decisions.items())
    place = (base.sha256, ours.sha256, theirs.sha256, chosen)
    kept = _KEPT.get(place)
    if kept is None:
        found = documents.merge(base.kind, base, ours, theirs, decisions)
        kept = Merged(
            found.data,
            tuple(_change(row.id, row.side, row.change) for row in found.applied),
            tuple(_clash(row) for row in found.conflicts),
            found.unrelated,
        )
        _KEPT.put(place, kept)
    return kept


def _change(id_: str, side: str, change: documents.Change) -> Change:
    told = Change(
        id_,
        str(change.kind),
        side,
        change.sentence("de"),
        change.sentence("en"),
        change.before or "",
        change.after or "",
        change.old_id,
        change.new_id,
        weight=change.weight,
    )
    if isinstance(change, bpmn.Change):
        return _of_model(told, change)
    return _of_design(told, change) if isinstance(change, design.Change) else told


def _of_model(told: Change, change: bpmn.Change) -> Change:
    ends = tuple(
        (side, end.id)
        for side, element in (("old", change.old), ("new", change.new))
        if element is not None
        for end in (element.source, element.target)
        if end is not None
    )
    worded = change.kind in (bpmn.ChangeKind.RENAMED, bpmn.ChangeKind.DOCUMENTATION)
    return _with(
        told, aspect=change.aspect, place=_place(change.element), worded=worded, ends=ends, lanes=_lanes(change)
    )


_HANDED: Final = (bpmn.ChangeKind.ADDED, bpmn.ChangeKind.REMOVED, bpmn.ChangeKind.MOVED_LANE)


def _lanes(change: bpmn.Change) -> tuple[tuple[str, str], ...]:
    if change.kind not in _HANDED:
        return ()
    sides = (("old", change.old), ("new", change.new))
    return tuple((side, element.lane.id) for side, element in sides if element is not None and element.lane is not None)


def _of_design(told: Change, change: design.Change) -> Change:
    # A piece of a section has no name of its own: it is known by what stood there.
    stood = change.before if change.part == "block" else ""
    return _with(
        told,
        aspect="\0".join((change.part, change.key, change.aspect, stood)),
        place=change.heading,
        worded=change.kind != "removed" and change.part != "order",
    )


def _with(
    told: Change,
    *,
    aspect: str,
    place: str,
    worded: bool,
    ends: tuple[tuple[str, str], ...] = (),
    lanes: tuple[tuple[str, str], ...] = (),
) -> Change:
    return replace(told, aspect=aspect, place=place, worded=worded, ends=ends, lanes=lanes)


def _place(element: bpmn.Element | None) -> str:
    """Return the name of the lane or pool an element stands in; for a flow that of where it begins."""
    while element is not None and element.source is not None:
        element = element.source
    if element is None:
        return ""
    above = element.lane or element.pool
    return above.label if above is not None else ""


def _clash(found: documents.Clash) -> Clash:
    return Clash(
        found.id,
        found.kind,
        found.sentence("de"),
        found.sentence("en"),
        tuple(_change("", "ours", change) for change in found.ours),
        tuple(_change("", "theirs", change) for change in found.theirs),
        tuple(found.choices),
    )
