"""What one side changed in a design, slot by slot: a slot is the smallest place that holds one value."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from hub.design.align import Alignment, align, renamed
from hub.design.blocks import Unit, join, split
from hub.design.change import Change
from hub.design.model import Design, Section, section_key, trimmed

INTRO = ""
"""The token of the introduction, which is told apart like a section that is always there."""

Slot = tuple[str, str, int, bool]
"""Part, token (or field name), place in the base, and whether it goes on with the table or list before it."""

Units = tuple[Unit, ...]
Added = tuple[str, str]
"""Heading and text of a new section."""
Value = str | Units | Added | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One slot that a side changed."""

    slot: Slot
    id: str
    """The same for as long as base and side say the same at this place, whatever the other side does."""
    after: Value
    change: Change


class Side:
    """One of the three designs, its sections under tokens that mean the same section in all three."""

    def __init__(self, design: Design, names: Mapping[str, str]) -> None:
        self.design = design
        intro = Section(INTRO, "", trimmed(design.intro))
        self.sections = {INTRO: intro} | {names.get(row.key, row.key): row for row in design.sections if row.text}

    @cached_property
    def order(self) -> list[str]:
        """The tokens of the sections as they follow each other."""
        return [token for token in self.sections if token]


def sides(base: Design, ours: Design, theirs: Design) -> tuple[Side, Side, Side]:
    """Return the three designs with sections matched, also those that one side renamed."""
    mine, yours = renamed(base, ours), renamed(base, theirs)
    return (
        Side(base, {}),
        Side(ours, {key: old for key, old in mine.items() if not theirs.section(key) or yours.get(key) == old}),
        Side(theirs, {key: old for key, old in yours.items() if not ours.section(key) or mine.get(key) == old}),
    )


class Texts:
    """The sections that base and a side share, cut into units the same way for both sides."""

    def __init__(self, base: Side, both: Sequence[Side]) -> None:
        self.base: dict[str, Units] = {}
        self.aligned: tuple[dict[str, tuple[Units, Alignment]], ...] = tuple({} for _ in both)
        for token, section in base.sections.items():
            texts = [side.sections[token].text for side in both if token in side.sections]
            for whole in (False, True):
                old = tuple(split(section.text, whole_tables=whole))
                new = [tuple(split(text, whole_tables=whole)) for text in texts]
                found = [align(old, units) for units in new]
                if whole or all(_heads_stay(old, units, how) for units, how in zip(new, found, strict=True)):
                    break
            self.base[token] = old
            rows = iter(zip(new, found, strict=True))
            for side, aligned in zip(both, self.aligned, strict=True):
                if token in side.sections:
                    aligned[token] = next(rows)


def _heads_stay(old: Units, new: Units, how: Alignment) -> bool:
    """Say whether every table keeps its head; only then may its rows be told apart without tearing it."""
    kept = {i: j for i, j in how.kept.items() if old[i].key == new[j].key}
    gone = any(unit.kind == "head" and at not in kept for at, unit in enumerate(old))
    return not gone and not any(unit.kind == "head" and at not in kept.values() for at, unit in enumerate(new))


def pieces(base: Side, side: Side, texts: Texts, which: int) -> dict[Slot, Piece]:
    """Return slot → what `side` changed there; `which` is the side's place in `texts`."""
    seen: Counter[str] = Counter()
    found: dict[Slot, Piece] = {}
    for slot, after, change in _changes(base, side, texts, which):
        plain = f"{change.kind}\n{change.before}\n{change.after}\n{slot[3]}"
        id_ = f"{slot[0]}/{section_key(slot[1]) if slot[1] else '-'}/{digest(plain, slot[1])}"
        seen[id_] += 1
        found[slot] = Piece(slot, id_ if seen[id_] == 1 else f"{id_}-{seen[id_]}", after, change)
    return found


def digest(*texts: str) -> str:
    """Return a short digest of texts."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:12]


def _changes(base: Side, side: Side, texts: Texts, which: int) -> Iterator[tuple[Slot, Value, Change]]:
    old, new = base.design, side.design
    if old.title != new.title:
        yield ("title", "", 0, False), new.title, Change("changed", "title", "", "", old.title, new.title)
    for name in dict.fromkeys([*old.fields, *new.fields]):
        before, after = old.fields.get(name, "").strip(), new.fields.get(name, "").strip()
        if before != after:
            kind = "added" if not before else "removed" if not after else "changed"
            yield ("field", name, 0, False), after or None, Change(kind, "field", name, name, before, after)
    for token in dict.fromkeys([*base.sections, *side.sections]):
        yield from _section(base, side, token, texts, which)
    common = [token for token in base.order if token in side.sections]
    moved = [token for token in side.order if token in base.sections]
    if common != moved:
        names = [", ".join(where.sections[token].heading for token in common_) for where, common_ in
                 ((base, common), (side, moved))]  # fmt: skip
        yield ("order", "", 0, False), None, Change("moved", "order", "", "", names[0], names[1])


def _section(base: Side, side: Side, token: str, texts: Texts, which: int) -> Iterator[tuple[Slot, Value, Change]]:
    before, after = base.sections.get(token), side.sections.get(token)
    slot: Slot = ("section", token, 0, False)
    if before is None and after is not None:
        new = Change("added", "section", token, after.heading, "", after.text)
        yield slot, (after.heading, trimmed(after.text)), new
    elif before is not None and after is None:
        yield slot, None, Change("removed", "section", token, before.heading, before.text, "")
    elif before is not None and after is not None:
        if before.heading != after.heading:
            told = Change("renamed", "heading", token, after.heading, before.heading, after.heading)
            yield ("heading", token, 0, False), after.heading, told
        units, how = texts.aligned[which][token]
        yield from _blocks(token, after.heading, texts.base[token], units, how)


def _blocks(token: str, heading: str, old: Units, new: Units, how: Alignment) -> Iterator[tuple[Slot, Value, Change]]:
    for at in range(len(old) + 1):
        if at in how.gaps:
            fresh = [new[place] for place in how.gaps[at]]
            goes_on = _goes_on(old[at - 1].kind) if at else frozenset[str]()
            first = list(takewhile(lambda unit: unit.kind in goes_on, fresh))  # noqa: B023 - used at once
            for tight, units in ((True, first), (False, fresh[len(first) :])):
                if units:
                    aspect = units[0].kind if len(units) == 1 else "several"
                    text = join(units)
                    yield (
                        ("gap", token, at, tight),
                        tuple(units),
                        Change("added", "block", token, heading, "", text, aspect),
                    )
        if at == len(old):
            return
        slot: Slot = ("block", token, at, False)
        if at not in how.kept:
            gone = Change("removed", "block", token, heading, old[at].text, "", old[at].kind)
            yield slot, (), gone
        elif old[at].key != (unit := new[how.kept[at]]).key:
            told = Change("changed", "block", token, heading, old[at].text, unit.text, unit.kind)
            yield slot, (unit,), told


def _goes_on(kind: str) -> frozenset[str]:
    return {"head": frozenset({"row"}), "row": frozenset({"row"}), "item": frozenset({"item"})}.get(kind, frozenset())
