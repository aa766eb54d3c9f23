"""Which changes of theirs a merge of designs takes, given what clashes and what people decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.design.blocks import Unit, split
from hub.design.merge_decisions import Decision, Undecidable, own_value
from hub.design.merge_slots import Piece, Slot, Value, digest
from hub.design.model import LISTS, list_items, write_list

_INSIDE = ("heading", "block", "gap")


@dataclass(frozen=True, slots=True)
class Clash:
    """Pieces of both sides that cannot both be made."""

    id: str
    kind: str
    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    choices: tuple[str, ...]


class Plan:
    """The outcome: `values` is what every touched slot holds in the result."""

    def __init__(
        self, mine: Mapping[Slot, Piece], yours: Mapping[Slot, Piece], decisions: Mapping[str, Decision]
    ) -> None:
        self.decisions = decisions
        self.values: dict[Slot, Value] = {}
        self.order = "ours" if ("order", "", 0, False) in mine else "theirs"
        """Whose order of sections counts; without a change on either side both are the same."""
        self.clashes: list[Clash] = []
        self.applied: list[tuple[Piece, str]] = []
        self.declined: list[Piece] = []
        self.takes_nothing = True
        """Whether the result is ours as it is."""
        self.takes_all = True
        """Whether every change of theirs is in the result as it came."""
        self._known: set[str] = set()
        rest_mine, rest_yours = self._removed_sections(mine, yours)
        for slot, piece in rest_mine.items():
            if slot not in rest_yours:
                self._take((piece,))
                self.applied.append((piece, "ours"))
        for slot, piece in rest_yours.items():
            self._slot(slot, rest_mine.get(slot), piece)
        if unknown := next((id_ for id_ in decisions if id_ not in self._known), None):
            raise Undecidable("unknown", unknown)

    def _removed_sections(
        self, mine: Mapping[Slot, Piece], yours: Mapping[Slot, Piece]
    ) -> tuple[dict[Slot, Piece], dict[Slot, Piece]]:
        """Settle what one side removed and the other changed; return what is left of both sides."""
        rest = dict(mine), dict(yours)
        for here, there in ((0, 1), (1, 0)):
            for slot, piece in list(rest[here].items()):
                if slot[0] != "section" or piece.change.kind != "removed":
                    continue
                inside = [row for other, row in rest[there].items() if other[0] in _INSIDE and other[1] == slot[1]]
                if inside:
                    left, right = ([piece], inside) if here == 0 else (inside, [piece])
                    self._clash("removed-changed", left, right, ("ours", "theirs"))
                    del rest[here][slot]
                    for row in inside:
                        del rest[there][row.slot]
        return rest

    def _slot(self, slot: Slot, mine: Piece | None, yours: Piece) -> None:
        if mine is not None and (slot[0] == "order" and mine.change.after == yours.change.after):
            self._known.add(yours.id)
            self.applied.append((mine, "both"))
        elif mine is not None and slot[0] != "order" and mine.after == yours.after:
            self._known.add(yours.id)
            self._take((mine,))
            self.applied.append((mine, "both"))
        elif mine is None:
            self._alone(slot, yours)
        elif slot[0] == "field" and slot[1] in LISTS:
            self._list(slot, mine, yours)
        else:
            removed = not (mine.after and yours.after) and slot[0] != "order"
            kind = "both-added" if slot[0] in ("gap", "section") else "removed-changed" if removed else "both-changed"
            self._clash(kind, (mine,), (yours,), _choices(slot, removed=removed))

    def _alone(self, slot: Slot, yours: Piece) -> None:
        self._known.add(yours.id)
        decision = self.decisions.get(yours.id, "theirs")
        if decision == "ours":
            self.declined.append(yours)
            self.takes_all = False
            if slot[0] == "order":
                self.order = "ours"
            return
        self.applied.append((yours, "theirs"))
        self.takes_nothing = False
        if decision == "theirs":
            self._take((yours,))
        elif isinstance(decision, str) or slot[0] in ("order", "section"):
            raise Undecidable("choice", yours.id, str(decision))
        else:
            self._value(slot, yours.id, decision)

    def _list(self, slot: Slot, mine: Piece, yours: Piece) -> None:
        """Take both sides' additions and removals of a field that is a list; they cannot contradict each other."""
        self._known.add(yours.id)
        decision = self.decisions.get(yours.id, "theirs")
        self._take((mine,))
        self.applied.append((mine, "ours"))
        if decision == "ours":
            self.declined.append(yours)
            self.takes_all = False
            return
        self.applied.append((yours, "theirs"))
        self.takes_nothing = False
        if isinstance(decision, str):
            if decision != "theirs":
                raise Undecidable("choice", yours.id, decision)
            before, after = list_items(yours.change.before), list_items(yours.change.after)
            kept = [item for item in list_items(mine.change.after) if item in after or item not in before]
            fresh = [item for item in after if item not in before and item not in kept]
            self.values[slot] = write_list([*kept, *fresh], mine.change.after or yours.change.after) or None
        else:
            self._value(slot, yours.id, decision)

    def _clash(self, kind: str, mine: Sequence[Piece], yours: Sequence[Piece], choices: tuple[str, ...]) -> None:
        slot = (mine if len(mine) == 1 else yours)[0].slot
        wanted = sorted(f"ours {piece.id}" for piece in mine) + sorted(f"theirs {piece.id}" for piece in yours)
        id_ = f"clash/{kind}/{digest(*wanted)}"
        self.clashes.append(Clash(id_, kind, tuple(mine), tuple(yours), choices))
        self._known.add(id_)
        decision = self.decisions.get(id_, "ours")
        name = decision if isinstance(decision, str) else "value"
        if name not in choices:
            raise Undecidable("choice", id_, str(decision))
        self.takes_all = self.takes_all and name == "theirs"
        self.takes_nothing = self.takes_nothing and name == "ours"
        if slot[0] == "order":
            self.order = name
        elif not isinstance(decision, str):
            self._value(slot, id_, decision)
        elif name == "both":
            self._both(slot, mine[0].after, yours[0].after)
        else:
            self._take(mine if name == "ours" else yours)

    def _both(self, slot: Slot, ours: Value, theirs: Value) -> None:
        if slot[0] == "section":
            first, second = ours or ("", ""), theirs or ("", "")
            self.values[slot] = (str(first[0]), f"{first[1]}\n\n{second[1]}")
        elif isinstance(ours, tuple) and isinstance(theirs, tuple):
            units = (*ours, *theirs)
            self.values[slot] = tuple(unit for unit in units if isinstance(unit, Unit))

    def _take(self, taken: Iterable[Piece]) -> None:
        for piece in taken:
            if piece.slot[0] != "order":
                self.values[piece.slot] = piece.after

    def _value(self, slot: Slot, id_: str, decision: Mapping[str, str]) -> None:
        value = own_value(id_, slot[0], decision)
        self.takes_all = self.takes_nothing = False
        self.values[slot] = tuple(split(value)) if slot[0] in ("block", "gap") else value or None


def _choices(slot: Slot, *, removed: bool) -> tuple[str, ...]:
    if slot[0] == "order":
        return "ours", "theirs"
    if slot[0] == "section":
        return "ours", "theirs", "both"
    if removed or slot[0] in ("title", "field", "heading"):
        return "ours", "theirs", "value"
    return "ours", "theirs", "both", "value"
