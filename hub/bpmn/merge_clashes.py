"""Where the changes of two sides cannot both be made.

Three things clash: one slot set to two values; something removed that the other side changed or
connected to; and a rule of BPMN that only both changes together would break. Everything else merges.
Conflicting change operations are told apart as by Gerth, Küster, Luckey and Engels (SoSyM 12, 2013);
dependent ones (a step and the flows that held it) are decided together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from hub.bpmn.merge_align import ends
from hub.bpmn.merge_changes import Change, Slot, Version, holder
from hub.bpmn.merge_tree import Xml
from hub.bpmn.vocabulary import CONNECTION_KINDS, Kind

_LANGUAGES: Final = ("ours", "theirs")
_EXCLUSIVE: Final = (
    frozenset({"timeDate", "timeCycle", "timeDuration"}),
    frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}),
    frozenset({"@class", "@expression", "@delegateExpression", "@type", "@decisionRef"}),
    frozenset({"@formKey", "@formRef", "formData", "formDefinition"}),
    frozenset({"@calledElementVersion", "@calledElementVersionTag"}),
)
"""Of these an element has one at most (BPMN 2.0.2, 10.5.5 and 10.3.8; vendor attributes by their makers' rules)."""


@dataclass(slots=True, eq=False)
class Clash:
    """Changes that have to be decided together."""

    kind: str
    token: Xml
    slots: set[Slot]
    """All that taking the other side's part would set to its state."""
    ours: list[Change] = field(default_factory=list)
    theirs: list[Change] = field(default_factory=list)
    choices: tuple[str, ...] = ("ours", "theirs")
    removed_by: str = ""
    chain: tuple[Slot, Xml] | None = None
    """For `both` where each side put something into the same flow: which slot then leads to which token."""


class Clashes:
    """Finds the clashes between two sides' changes since a common base."""

    def __init__(
        self,
        base: Version,
        sides: tuple[Version, Version],
        changed: tuple[dict[Slot, Change], dict[Slot, Change]],
    ) -> None:
        self.base = base
        self.ours, self.theirs = sides
        self.changed = changed
        self.found: list[Clash] = []
        self.touching: dict[Xml, list[Xml]] = {}
        """Token → connections of the base that start or end there."""
        self._ends: dict[Xml, tuple[Xml | str, Xml | str]] = {}
        for element in base.document.model.connections:
            node = base.document.of[element.id]
            self._ends[node] = ends(base.document, node)
            for end in self._ends[node]:
                if type(end) is Xml:
                    self.touching.setdefault(end, []).append(node)
        self._same_slot()
        self._removals(0)
        self._removals(1)
        self._join()
        self._exclusive()
        self._same_connection()

    # One slot, two values

    def _same_slot(self) -> None:
        mine, yours = self.changed
        for slot, change in mine.items():
            other = yours.get(slot)
            if other is not None and other.after != change.after and not change.layout:
                choices = ["ours", "theirs"]
                hanging = self._hanging([change], 0), self._hanging([other], 1)
                chain = self._chain(change, other, *hanging)
                if chain or (slot[1] == "text" and type(change.after) is str and type(other.after) is str):
                    choices.append("both")
                if slot[1] not in ("type", "home"):
                    choices.append("value")
                left = _union([change], [mine[one] for one in hanging[0]])
                right = _union([other], [yours[one] for one in hanging[1]])
                slots = {slot} | hanging[0] | hanging[1]
                self.found.append(Clash("both-changed", slot[0], slots, left, right, tuple(choices), chain=chain))

    def _chain(self, change: Change, other: Change, left: set[Slot], right: set[Slot]) -> tuple[Slot, Xml] | None:
        """Find how two insertions into one flow can stand one after the other: A → ours → theirs → B."""
        if change.what != "@targetRef" or type(other.after) is not Xml:
            return None
        last: list[list[Xml]] = []
        for side, slots in ((self.ours, left), (self.theirs, right)):
            flows = [token for token, _ in slots if token.element is not None and token.element.kind is Kind.FLOW]
            last.append([flow for flow in flows if side.said(side.here[flow]).get("@targetRef") is change.before])
        if len(last[0]) == 1 == len(last[1]):
            return (last[0][0], "@targetRef"), other.after
        return None

    # Removed here, needed there

    def _removals(self, number: int) -> None:
        """Find what side `number` removed and the other side changed, added to or connected to."""
        remover = (self.ours, self.theirs)[number]
        changed, others = self.changed[number], self.changed[1 - number]
        root_of: dict[Xml, Xml] = {}
        for change in changed.values():
            if change.what == "exists" and change.after is None and not change.implied and not change.layout:
                for node in change.token.walk():
                    if node not in remover.here:
                        root_of[node] = change.token
        if not root_of:
            return
        hits: dict[Xml, list[Change]] = {}
        for change in others.values():
            if change.layout:
                continue
            if change.token in root_of:
                if change.what == "exists" and change.after is None:
                    continue
                hits.setdefault(root_of[change.token], []).append(change)
                continue
            for token in change.refers:
                if token in root_of:
                    hits.setdefault(root_of[token], []).append(change)
            if change.what == "exists" and change.after is not None and not change.implied:
                parent = holder(change.node)
                if parent is not None and parent.token in root_of:
                    hits.setdefault(root_of[parent.token], []).append(change)
        for root, needed in hits.items():
            self._removed(root, needed, number, root_of)

    def _removed(self, root: Xml, needed: list[Change], number: int, root_of: dict[Xml, Xml]) -> None:
        changed = self.changed[number]
        inside = all(change.token in root_of and root_of[change.token] is root for change in needed)
        cluster = self._cluster(root, root_of)
        slots = {(token, "exists") for token in cluster} | {change.slot for change in needed}
        slots |= self._group(cluster, changed, root_of)
        hanging = self._hanging(needed, 1 - number)
        slots |= hanging
        needed = _union(needed, [self.changed[1 - number][slot] for slot in hanging])
        removal = [changed[token, "exists"] for token in cluster if (token, "exists") in changed]
        clash = Clash("removed-changed" if inside else "removed-connected", root, slots)
        clash.removed_by = _LANGUAGES[number]
        clash.ours, clash.theirs = (removal, needed) if number == 0 else (needed, removal)
        self.found.append(clash)

    def _cluster(self, root: Xml, root_of: dict[Xml, Xml]) -> list[Xml]:
        """Return the removed things that can only come back together: a flow needs its ends."""
        cluster = [root]
        for token in cluster:
            needs: list[Xml | str] = list(self._ends.get(token, ()))
            if token.element is not None and (host := token.element.attached_to) is not None:
                needs.append(self.base.document.of[host.id])
            for need in needs:
                if type(need) is Xml and need in root_of and root_of[need] not in cluster:
                    cluster.append(root_of[need])
        return cluster

    def _group(self, cluster: list[Xml], changed: dict[Slot, Change], root_of: dict[Xml, Xml]) -> set[Slot]:
        """Return the changes that went with a removal: flows taken away, led past or replaced."""
        gone = {node for token in cluster for node in token.walk() if node in root_of}
        touching = {flow for token in gone for flow in self.touching.get(token, ())}
        near = {end for flow in touching for end in self._ends[flow] if type(end) is Xml and end not in gone}
        slots: set[Slot] = set()
        for flow in touching:
            if all(end in gone or end not in root_of for end in self._ends[flow] if type(end) is Xml):
                slots |= {slot for what in ("exists", "@sourceRef", "@targetRef") if (slot := (flow, what)) in changed}
        for slot, change in changed.items():
            led_past = _new_connection(change, Kind.FLOW) and len(change.refers) >= 2 and near.issuperset(change.refers)
            if led_past or change.before in gone or (slot[1] == "@default" and change.before in touching):
                slots.add(slot)
        for token in gone:
            if token.element is not None:
                for event in token.element.boundary_events:
                    node = self.base.document.of[event.id]
                    if root_of.get(node) is node:
                        slots.add((node, "exists"))
        return slots

    def _join(self) -> None:
        """Make one clash of those about the same removals."""
        kept: list[Clash] = []
        for clash in self.found:
            if clash.removed_by:
                gone = {slot for slot in clash.slots if slot[1] == "exists"}
                for other in [one for one in kept if one.removed_by == clash.removed_by and gone & one.slots]:
                    kept.remove(other)
                    if _weight(other.token) >= _weight(clash.token):
                        clash.token, clash.kind = other.token, other.kind
                    clash.slots |= other.slots
                    clash.ours = _union(other.ours, clash.ours)
                    clash.theirs = _union(other.theirs, clash.theirs)
                    gone |= {slot for slot in clash.slots if slot[1] == "exists"}
            kept.append(clash)
        self.found = kept

    # What only one may be

    def _exclusive(self) -> None:
        """Find values of which one element has one at most, where each side added another one."""
        mine, yours = ({}, {})  # type: dict[Xml, list[tuple[str, Change]]], dict[Xml, list[tuple[str, Change]]]
        for known, changed in ((mine, self.changed[0]), (yours, self.changed[1])):
            for change in changed.values():
                if change.layout or change.implied or change.after is None:
                    continue
                if change.what == "exists" and (parent := holder(change.node)) is not None:
                    known.setdefault(parent.token, []).append((change.node.name, change))
                elif change.what[0] == "@":
                    known.setdefault(change.token, []).append(
                        ("@" + change.what.rpartition("}")[2].lstrip("@"), change)
                    )
        taken = {slot for clash in self.found for slot in clash.slots}
        for token in mine.keys() & yours.keys():
            left, right = self.ours.here.get(token), self.theirs.here.get(token)
            if left is None or right is None:
                continue
            for name, change in mine[token]:
                for other_name, other in yours[token]:
                    if change.slot == other.slot or other.slot in taken:
                        continue
                    if self._excludes(name, other_name, change, other) and _one(left, change) and _one(right, other):
                        both = ("ours", "theirs", "both") if change.node.element is not None else ("ours", "theirs")
                        slots = {change.slot, other.slot}
                        self.found.append(Clash("exclusive", token, slots, [change], [other], both))

    def _excludes(self, name: str, other: str, change: Change, other_change: Change) -> bool:
        one, two = change.node.element, other_change.node.element
        if change.what == "exists" == other_change.what and one is not None and two is not None:
            return one.kind is Kind.EVENT_DEFINITION and two.kind is Kind.EVENT_DEFINITION
        return name != other and any(name in group and other in group for group in _EXCLUSIVE)

    def _same_connection(self) -> None:
        """Find connections that both sides removed and replaced in different ways."""
        mine, yours = self.changed
        added = []
        for side, changed in ((self.ours, mine), (self.theirs, yours)):
            flows: dict[Xml | str, list[Change]] = {}
            for change in changed.values():
                if not change.implied and _new_connection(change, Kind.FLOW, Kind.MESSAGE_FLOW):
                    for end in ends(side.document, change.node):
                        flows.setdefault(end, []).append(change)
            added.append(flows)
        for slot, change in mine.items():
            if slot not in yours or change.what != "exists" or change.after is not None or slot[0] not in self._ends:
                continue
            left = [c for end in self._ends[slot[0]] for c in added[0].get(end, ())]
            right = [c for end in self._ends[slot[0]] for c in added[1].get(end, ())]
            only_left = [c for c in left if c.slot not in yours]
            only_right = [c for c in right if c.slot not in mine]
            if only_left and only_right:
                slots = {c.slot for c in (*only_left, *only_right)}
                slots |= self._hanging(only_left, 0) | self._hanging(only_right, 1)
                clash = Clash("replaced-twice", slot[0], slots, _union(only_left), _union(only_right))
                clash.choices = ("ours", "theirs", "both")
                self.found.append(clash)

    def _hanging(self, needed: Iterable[Change], number: int) -> set[Slot]:
        """Return the additions of a side that hang on some of its changes, such as the step behind a new flow."""
        side, changed = (self.ours, self.theirs)[number], self.changed[number]
        slots: set[Slot] = set()
        todo = [token for change in needed for token in change.refers]
        while todo:
            token = todo.pop()
            change = changed.get((token, "exists"))
            if (
                change is None
                or change.after is None
                or change.slot in slots
                or change.slot in self.changed[1 - number]
            ):
                continue
            slots.add(change.slot)
            element = side.here[token].element
            for flow in (*element.incoming, *element.outgoing) if element is not None else ():
                node = side.document.of[flow.id].token
                if (node, "exists") in changed and (node, "exists") not in slots:
                    slots.add((node, "exists"))
                    todo += changed[node, "exists"].refers
        return slots


def _new_connection(change: Change, *kinds: Kind) -> bool:
    element = change.node.element
    return change.what == "exists" and change.after is not None and element is not None and element.kind in kinds


def _one(node: Xml, change: Change) -> bool:
    """Whether a node has no more than this one of its kind."""
    if change.node.element is None or change.what != "exists":
        return True
    kind = change.node.element.kind
    return sum(1 for child in node.children if child.element is not None and child.element.kind is kind) <= 1


def _weight(token: Xml) -> int:
    element = token.element
    return 0 if element is None else 1 if element.kind in CONNECTION_KINDS else 2


def _union(*lists: list[Change]) -> list[Change]:
    found: list[Change] = []
    for one in lists:
        found += [change for change in one if change not in found]
    return found


def references(side: Version, node: Xml) -> Iterator[Xml]:
    """Yield the tokens `node` itself refers to by attribute or text."""
    for value in side.said(node).values():
        if type(value) is Xml:
            yield value
    if node.parts and type(text := side.text(node)) is Xml:
        yield text
