"""Which of their changes a merge takes, given what clashes and what people decided."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from hub.bpmn.merge_align import home
from hub.bpmn.merge_changes import Change, Slot, Value, Version, holder
from hub.bpmn.merge_clashes import Clash, Clashes, references
from hub.bpmn.merge_decisions import Decision, Undecidable
from hub.bpmn.merge_tree import Xml
from hub.bpmn.vocabulary import BPMNDI, Kind

_ROUNDS: Final = 20
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters no XML file can hold (XML 1.0, 2.2)."""


class Plan:
    """What to take over from theirs. `take`, `values` and `joined` are for `merge_apply`."""

    def __init__(
        self,
        base: Version,
        ours: Version,
        theirs: Version,
        changed: tuple[dict[Slot, Change], dict[Slot, Change]],
        decisions: Mapping[str, Decision],
    ) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.mine, self.yours = changed
        self.decisions = decisions
        self.clashes = Clashes(base, (ours, theirs), changed).found
        self.declined: set[Slot] = set()
        """Changes of theirs that somebody decided not to take, and what depends on them."""
        self.take: set[Slot] = set()
        self.values: dict[Slot, str] = {}
        self.joined: set[Slot] = set()
        self.links: dict[Slot, Xml] = {}
        self._known: set[str] = set()
        # What a clash is about stays what it was about when it was found, even if more turns out to hang on it.
        self._ids = {clash: self._clash_id(clash) for clash in self.clashes}
        self._decline()
        for _ in range(_ROUNDS):
            self._decide()
            if not self._break_rules():
                break
        self._refuse_unknown()

    # Names for clashes and changes

    def name(self, token: Xml) -> str:
        """Return the id of a token that does not depend on which side is asked."""
        element = token.element
        return element.id if element is not None else token.attributes.get("id", "") or token.name

    def owner(self, token: Xml) -> str:
        """Return the id of the element that a token is, or is part of."""
        at: Xml | None = token
        while at is not None:
            if at.element is not None:
                return at.element.id
            at = at.parent
        return ""

    def clash_id(self, clash: Clash) -> str:
        """Return an id that stays the same as long as both sides want what they want now."""
        return self._ids[clash]

    def _clash_id(self, clash: Clash) -> str:
        wanted = sorted(self._told(change) for change in (*clash.ours, *clash.theirs))
        what = sorted({change.what for change in clash.theirs})[0] if clash.theirs else ""
        return f"{self.owner(clash.token)}/{clash.kind}/{_short(what)}/{_digest(wanted)}"

    def change_id(self, change: Change) -> str:
        """Return an id for a change of theirs, the same for as long as it leads to the same value."""
        return f"{self.owner(change.token)}/{_short(change.what)}/{_digest([self._told(change)])}"

    def _told(self, change: Change) -> str:
        return f"{self.owner(change.token)} {change.token.name} {change.what} {self._value(change.after)}"

    def _value(self, value: Value) -> str:
        if type(value) is Xml:
            return self.name(value)
        if isinstance(value, frozenset):
            return " ".join(sorted(self.name(token) for token in value))
        return str(value)

    # Decisions

    def _decline(self) -> None:
        for change in self.yours.values():
            if change.layout or change.implied or not self.decisions:
                continue
            id_ = self.change_id(change)
            decision = self.decisions.get(id_)
            if decision is None:
                continue
            self._known.add(id_)
            if decision == "ours":
                self.declined.add(change.slot)
            elif isinstance(decision, Mapping):
                self.values[change.slot] = self._value_of(id_, decision, change)
            elif decision != "theirs":
                raise Undecidable("choice", id_, decision)

    def _decide(self) -> None:
        """Work out what is taken, with every open clash left as ours has it."""
        held = {slot for clash in self.clashes for slot in clash.slots}
        agreed = {
            slot for slot, change in self.yours.items() if slot in self.mine and self.mine[slot].after == change.after
        }
        free = {slot for slot, change in self.yours.items() if not change.layout and not change.implied}
        self.take = free - held - agreed - self.declined - self.values.keys()
        refused: set[Slot] = set()
        wanted: set[Slot] = set()
        for clash in self.clashes:
            decision = self._decision(clash)
            if decision == "theirs":
                wanted |= clash.slots
            elif decision == "both" and clash.chain is not None:
                wanted |= (clash.slots & self.yours.keys()) - self.mine.keys()
                self.links[clash.chain[0]] = clash.chain[1]
            elif decision == "both" and clash.kind == "both-changed":
                self.joined |= clash.slots
            elif decision == "both":
                wanted |= clash.slots & self.yours.keys()
            elif isinstance(decision, Mapping):
                change = clash.theirs[0]
                self.values[change.slot] = self._value_of(self.clash_id(clash), decision, change)
            else:
                refused |= clash.slots
        self.take |= wanted - refused

    def _value_of(self, id_: str, decision: Mapping[str, str], change: Change) -> str:
        """Return the value somebody gave; what refers to an element must be the id of one of ours."""
        value = decision.get("value")
        if not isinstance(value, str) or _NO_XML.search(value):
            raise Undecidable("choice", id_, str(dict(decision)))
        if change.what == "lane" or type(change.after) is Xml or type(change.before) is Xml:
            meant = self.ours.document.find(value)
            if meant is None or (change.what == "lane" and meant.name != "lane"):
                raise Undecidable("choice", id_, value)
        return value

    def _decision(self, clash: Clash) -> Decision | None:
        if not self.decisions:
            return None
        id_ = self.clash_id(clash)
        decision = self.decisions.get(id_)
        if decision is None:
            return None
        self._known.add(id_)
        choice = "value" if isinstance(decision, Mapping) else decision
        if choice not in clash.choices:
            raise Undecidable("choice", id_, choice)
        return decision

    def _refuse_unknown(self) -> None:
        unknown = self.decisions.keys() - self._known
        if unknown:
            # A conflict may have been settled by the decision of another one.
            undecided = Plan(self.base, self.ours, self.theirs, (self.mine, self.yours), {})
            unknown -= {undecided.clash_id(clash) for clash in undecided.clashes}
        if unknown:
            raise Undecidable("unknown", min(unknown), "")

    # Rules that the result must keep

    def _break_rules(self) -> bool:
        """Add clashes for what the result would break though neither side does; tells whether there were any."""
        self._removed, self._added = self._gone(), self._come()
        return any([self._dangling(), self._left_behind(), self._scopes(), self._circles(), self._defaults()])

    def _gone(self) -> set[Xml]:
        moved = {token for token, what in self.take if what == "home"}
        gone: set[Xml] = set()
        for token, what in self.take:
            if what == "exists" and token not in self.theirs.here and token in self.ours.here:
                stack = [self.ours.here[token]]
                while stack:
                    node = stack.pop()
                    gone.add(node.token)
                    stack += [child for child in node.children if child.token not in moved]
        return gone

    def _come(self) -> set[Xml]:
        return {
            node.token
            for token, what in self.take
            if what == "exists" and token in self.theirs.here and token not in self.ours.here
            for node in self.theirs.here[token].walk()
        }

    def _stays(self, token: Xml) -> bool:
        return token not in self._removed if token in self.ours.here else token in self._added

    def _dangling(self) -> bool:
        """Hold back what refers to something that will not be there."""
        found = False
        for slot in list(self.take):
            change = self.yours.get(slot)
            if change is None or change.after is None:
                continue
            needs = list(change.refers)
            if change.what == "exists" and (above := holder(change.node)) is not None:
                needs.append(above.token)
            missing = [need for need in needs if not self._stays(need)]
            if not missing:
                continue
            found = True
            self._hold(slot, change, missing[0])
        return found

    def _add(self, clash: Clash) -> None:
        self.clashes.append(clash)
        self._ids[clash] = self._clash_id(clash)

    def _hold(self, slot: Slot, change: Change, missing: Xml) -> None:
        above: Xml | None = self.theirs.here.get(missing, missing)
        while above is not None:
            key = (above.token, "exists")
            if key in self.declined:
                self.declined.add(slot)
                return
            for clash in self.clashes:
                if key in clash.slots:
                    clash.slots.add(slot)
                    if change not in clash.theirs:
                        clash.theirs.append(change)
                    return
            above = above.parent
        removal = self.mine.get((missing, "exists"))
        clash = Clash("removed-connected", missing, {slot, (missing, "exists")}, [removal] if removal else [], [change])
        self._add(clash)

    def _left_behind(self) -> bool:
        """Hold back removals of what something that stays still refers to."""
        if not self._removed:
            return False
        found = False
        for token, node in self.ours.here.items():
            if (
                token in self._removed
                or node.namespace == BPMNDI
                or node.name in ("incoming", "outgoing", "flowNodeRef")
            ):
                continue
            if not node.parts and "Ref" not in node.open and "default" not in node.open:
                continue
            for target in references(self.ours, node):
                if target not in self._removed or self._overwritten(node, target):
                    continue
                root = self._removal_of(target)
                if root is None:
                    continue
                found = True
                slot = (root, "exists")
                mine = [change for change in self.mine.values() if change.token is token and not change.layout]
                clash = Clash("removed-connected", root, {slot, *(c.slot for c in mine)}, mine, [self.yours[slot]])
                clash.choices = ("ours", "theirs") if mine else ("ours",)
                self._add(clash)
                return True
        return found

    def _overwritten(self, node: Xml, target: Xml) -> bool:
        return any(
            token is node.token
            and what != "exists"
            and (c := self.yours.get((token, what))) is not None
            and c.before is target
            for token, what in (*self.take, *self.values)
        )

    def _removal_of(self, token: Xml) -> Xml | None:
        at: Xml | None = self.base.here.get(token)
        while at is not None:
            if (at.token, "exists") in self.take and (at.token, "exists") in self.yours:
                return at.token
            at = at.parent
        return None

    def _final(self, token: Xml, what: str) -> Value:
        side = self.theirs if (token, what) in self.take or token not in self.ours.here else self.ours
        node = side.here.get(token)
        return side.said(node).get(what) if node is not None else None

    def _home(self, token: Xml) -> Xml | None:
        side = self.theirs if (token, "home") in self.take or token not in self.ours.here else self.ours
        node = side.here.get(token)
        return home(node) if node is not None else None

    def _flows(self) -> Iterator[tuple[Xml, Xml, Xml]]:
        """Yield each sequence flow of the result with what it will start and end at."""
        for token in (*self.ours.here, *(self._added - self.ours.here.keys())):
            if token.element is None or token.element.kind is not Kind.FLOW or not self._stays(token):
                continue
            source, target = self._final(token, "@sourceRef"), self._final(token, "@targetRef")
            if type(source) is Xml and type(target) is Xml:
                yield token, source, target

    def _scopes(self) -> bool:
        """Hold back what would make a sequence flow cross the border of a sub-process or pool."""
        if not any(what == "home" for _, what in (*self.mine, *self.yours)):
            return False
        for flow, source, target in self._flows():
            if (
                self._home(source) is self._home(target)
                or self._crosses(self.ours, flow)
                or self._crosses(self.theirs, flow)
            ):
                continue
            slots = {(flow, w) for w in ("exists", "@sourceRef", "@targetRef")} | {(source, "home"), (target, "home")}
            if self._rule("crosses-border", flow, slots):
                return True
        return False

    def _crosses(self, side: Version, flow: Xml) -> bool:
        node = side.here.get(flow)
        if node is None:
            return False
        said = side.said(node)
        ends = [
            side.here.get(end) if type(end) is Xml else None for end in (said.get("@sourceRef"), said.get("@targetRef"))
        ]
        return ends[0] is not None and ends[1] is not None and home(ends[0]) is not home(ends[1])

    def _circles(self) -> bool:
        """Hold back moves that would put two things inside each other."""
        for token, what in list(self.take):
            if what != "home":
                continue
            seen = {token}
            at = self._home(token)
            while at is not None and at not in seen:
                seen.add(at)
                at = self._home(at) if at in self.base.here and at.parent is not None else None
            if at is token and self._rule("circle", token, {(inside, "home") for inside in seen}):
                return True
        return False

    def _defaults(self) -> bool:
        """Hold back a condition on what the other side made the default flow."""
        sets = [slot for slot in (*self.mine, *self.yours) if slot[1] == "@default"]
        for token, _ in sets:
            flow = self._final(token, "@default") if self._stays(token) else None
            if type(flow) is not Xml or not self._stays(flow):
                continue
            for side in (self.ours, self.theirs):
                node = side.here.get(flow)
                condition = node.find("conditionExpression") if node is not None else None
                if condition is None or not self._stays(condition.token):
                    continue
                slots = {(token, "@default"), (condition.token, "exists")}
                if len(slots & self.take) == 1 and self._rule("default-with-condition", flow, slots):
                    return True
        return False

    def _rule(self, kind: str, token: Xml, slots: set[Slot]) -> bool:
        theirs = [self.yours[slot] for slot in slots & self.take if slot in self.yours]
        mine = [self.mine[slot] for slot in slots if slot in self.mine]
        if not theirs or not mine:
            return False
        if any(clash.kind == kind and clash.token is token for clash in self.clashes):
            return False
        clash = Clash(kind, token, {change.slot for change in (*theirs, *mine)}, mine, theirs)
        self._add(clash)
        return True


def _short(what: str) -> str:
    return what.lstrip("@").rpartition("}")[2]


def _digest(told: list[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:10]
