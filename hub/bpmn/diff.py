"""What changed between two models, in the order a reviewer cares about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from hub.bpmn.canonical import Content, content, folded, own_xml, squeezed
from hub.bpmn.change import WEIGHT, Change, ChangeKind
from hub.bpmn.extensiondiff import changed_extensions
from hub.bpmn.fingerprint import fingerprint
from hub.bpmn.grammar import label_of, responsible
from hub.bpmn.layoutdiff import layout_changes
from hub.bpmn.match import Matching, match
from hub.bpmn.model import Element, Model
from hub.bpmn.vocabulary import (
    BPMN,
    BPMNDI,
    CONNECTION_KINDS,
    DC,
    DI,
    EVENT_DEFINITIONS,
    FLOW_NODE_KINDS,
    XSI,
    Kind,
    type_name,
)

_COMING_AND_GOING: Final = {
    Kind.POOL: 95,
    Kind.PROCESS: 60,
    Kind.LANE: 92,
    Kind.ACTIVITY: 90,
    Kind.EVENT: 89,
    Kind.GATEWAY: 88,
    Kind.FLOW: 65,
    Kind.MESSAGE_FLOW: 66,
    Kind.CONVERSATION: 64,
    Kind.DATA: 45,
    Kind.ARTIFACT: 44,
    Kind.DATA_ASSOCIATION: 35,
    Kind.ASSOCIATION: 34,
    Kind.ROOT: 25,
    Kind.EVENT_DEFINITION: 24,
    Kind.COLLABORATION: 22,
}
_DECISIVE: Final = frozenset({"conditionExpression", "default", "attachedToRef", "eventDefinitions"})
_OWN_NAMESPACES: Final = frozenset({BPMN, BPMNDI, DC, DI, XSI})
_NONE: Final[frozenset[str]] = frozenset()
_TYPES_OF_EVENT: Final = "eventDefinitions"


@dataclass(frozen=True)
class Diff:
    """The differences between two models."""

    matching: Matching
    changes: tuple[Change, ...]
    """In order of weight; empty if the models are unrelated, since a list would say nothing then."""
    unrelated: bool
    """Whether the two are most likely different processes, as after a wrong upload."""

    @property
    def old(self) -> Model:
        """The earlier model."""
        return self.matching.old

    @property
    def new(self) -> Model:
        """The later model."""
        return self.matching.new

    @property
    def is_cosmetic(self) -> bool:
        """Whether nothing but the drawing changed, or nothing at all."""
        return not self.unrelated and all(change.kind is ChangeKind.LAYOUT for change in self.changes)

    @property
    def semantic(self) -> tuple[Change, ...]:
        """The changes without those of the drawing."""
        return tuple(change for change in self.changes if change.kind is not ChangeKind.LAYOUT)

    @cached_property
    def fingerprints(self) -> tuple[str, str]:
        """The semantic fingerprints of the old and the new model."""
        return fingerprint(self.old), fingerprint(self.new)

    def sentence(self, lang: str = "de") -> str:
        """Say in one sentence what the comparison found."""
        count, drawn = len(self.semantic), len(self.changes) - len(self.semantic)
        german = lang == "de"
        if self.unrelated:
            return (
                "Die beiden Modelle beschreiben vermutlich verschiedene Prozesse; ein Vergleich ist nicht sinnvoll."
                " Bitte prüfen Sie, ob die richtige Datei hochgeladen wurde."
                if german
                else "The two models most likely describe different processes; comparing them makes no sense."
                " Please check whether the right file was uploaded."
            )
        if not count and not drawn:
            return "Es gibt keine Änderungen." if german else "There are no changes."
        if not count:
            return "Nur die Zeichnung wurde geändert, nicht der Ablauf." if german else "Only the drawing was changed."
        if german:
            return "Es gibt eine fachliche Änderung." if count == 1 else f"Es gibt {count} fachliche Änderungen."
        return "There is one change." if count == 1 else f"There are {count} changes."

    def to_dict(self, lang: str = "de") -> dict[str, Any]:
        """Return the comparison as plain data for JSON."""
        return {
            "summary": self.sentence(lang),
            "unrelated": self.unrelated,
            "likeness": round(self.matching.likeness, 3),
            "is_cosmetic": self.is_cosmetic,
            "fingerprints": {"old": self.fingerprints[0], "new": self.fingerprints[1]},
            "changes": [change.to_dict(lang) for change in self.changes],
        }


def diff(old: Model, new: Model, matching: Matching | None = None) -> Diff:
    """Compare two models; `matching` saves the work if it is known already."""
    if matching is None:
        matching = match(old, new)
    if old.source == new.source:
        return Diff(matching, (), unrelated=False)
    if matching.unrelated:
        return Diff(matching, (), unrelated=True)
    changes = list(_Comparison(matching).changes())
    changes.sort(key=lambda change: -change.weight)
    return Diff(matching, tuple(changes), unrelated=False)


class _Comparison:
    def __init__(self, matching: Matching) -> None:
        self.matching = matching
        self.old = matching.old
        self.new = matching.new
        self.same_ids = matching.same_ids
        self.rebound = list(self._rebound_prefixes())
        self.aliases = {old: new for _, old, new in self.rebound}

    def changes(self) -> Iterator[Change]:
        old_text, new_text, new = self.old.text, self.new.text, self.new.by_id
        new_of, same_ids = self.matching.new_of, self.same_ids
        moved = self._lanes_differ()
        for element in self.old.order:
            partner_id = new_of.get(element.id)
            if partner_id is None:
                if _stands_alone(element) and not _behind(element, new_of):
                    yield self._gone(element)
                continue
            partner = new[partner_id]
            if element.kind is Kind.LANE_SET:
                continue
            if moved:
                yield from self._lane(element, partner)
            yield from self._scope(element, partner)
            if same_ids:
                was, now = old_text[element.start : element.end], new_text[partner.start : partner.end]
                if was == now:
                    continue
                if element.children or partner.children:
                    was, now = own_xml(element), own_xml(partner)
                if was.split() == now.split():
                    continue
            if not folded(element):
                yield from self._content(element, partner)
        old_of = self.matching.old_of
        for element in self.new.order:
            if element.id not in old_of and _stands_alone(element) and not _behind(element, old_of):
                yield Change(
                    ChangeKind.ADDED, None, element, None, _title(element), "", _COMING_AND_GOING[element.kind]
                )
        yield from self._file()
        yield from layout_changes(self.matching)

    def _gone(self, element: Element) -> Change:
        return Change(ChangeKind.REMOVED, element, None, _title(element), None, "", _COMING_AND_GOING[element.kind])

    def _change(
        self, kind: ChangeKind, old: Element, new: Element, before: str | None, after: str | None, aspect: str = ""
    ) -> Change:
        weight = WEIGHT[kind]
        if kind is ChangeKind.PROPERTY:
            if aspect.partition("/")[0] in _DECISIVE or aspect.partition("/")[0] in EVENT_DEFINITIONS:
                weight = 60
            elif old.kind is Kind.ROOT:
                weight = 25
        return Change(kind, old, new, before, after, aspect, weight, self.matching.confidence[old.id])

    # Responsibility and place

    def _lanes_differ(self) -> bool:
        """Whether any lane is written differently: if none is, nobody can have moved."""
        if "flowNodeRef" not in self.old.text and "flowNodeRef" not in self.new.text:
            return False
        old, new = self.old.lanes, self.new.lanes
        return not self.same_ids or [own_xml(lane) for lane in old] != [own_xml(lane) for lane in new]

    def _lane(self, old: Element, new: Element) -> Iterator[Change]:
        if old.kind not in FLOW_NODE_KINDS and old.kind is not Kind.DATA:
            return
        was = self.old.relations.own_lanes.get(old.id)
        now = self.new.relations.own_lanes.get(new.id)
        if (self.matching.new_of.get(was.id, "") if was is not None else None) != (now.id if now is not None else None):
            before = responsible(was) or type_name("lane") if was is not None else None
            after = responsible(now) or type_name("lane") if now is not None else None
            yield self._change(ChangeKind.MOVED_LANE, old, new, before, after)

    def _scope(self, old: Element, new: Element) -> Iterator[Change]:
        if old.parent is None and new.parent is None:
            return
        if (
            old.parent is not None
            and new.parent is not None
            and self.matching.new_of.get(old.parent.id) == new.parent.id
        ):
            return
        if old.kind in CONNECTION_KINDS or old.kind in (Kind.ARTIFACT, Kind.EVENT_DEFINITION):
            return
        if old.kind is Kind.LANE:
            was, now = _outer_lane(old), _outer_lane(new)
        else:
            was, now = old.scope_element, new.scope_element
        if was is None and now is None:
            return
        mapped = self.matching.new_of.get(was.id, "") if was is not None else None
        if mapped == (now.id if now is not None else None) or folded(old):
            return
        before = (_pool_title(was) or label_of(was)) if was is not None else None
        after = (_pool_title(now) or label_of(now)) if now is not None else None
        if was is not None and now is not None and (_pool_title(was) or _pool_title(now)) and was.kind is now.kind:
            # Another process of the same model is another pool: that is a matter of responsibility.
            yield self._change(ChangeKind.MOVED_LANE, old, new, before, after, "pool")
            return
        yield self._change(ChangeKind.MOVED_SCOPE, old, new, before, after)

    # What an element says

    def _content(self, old: Element, new: Element) -> Iterator[Change]:
        new_of = self.matching.new_of
        parts = (_NONE, _NONE) if self.same_ids else (self.old.part_ids, self.new.part_ids)
        was = content(old, lambda id_: new_of.get(id_, f"#{id_}"), self.aliases, parts[0], ids_kept=self.same_ids)
        now = content(new, lambda id_: id_, parts=parts[1], ids_kept=self.same_ids)
        if old.kind in CONNECTION_KINDS:
            yield from self._ends(old, new)
        if was == now:
            return
        if was.type != now.type:
            yield self._change(ChangeKind.RETYPED, old, new, was.type, now.type)
        before, after = squeezed(old.raw_name), squeezed(new.raw_name)
        if before != after:
            yield self._change(ChangeKind.RENAMED, old, new, before or None, after or None)
        if was.properties != now.properties:
            yield from self._properties(old, new, was, now)
        if was.documentation != now.documentation:
            texts = old.documentation or None, new.documentation or None
            yield self._change(ChangeKind.DOCUMENTATION, old, new, *texts)
        if was.extensions != now.extensions:
            for name, values in changed_extensions(was.extensions, now.extensions):
                yield self._change(ChangeKind.EXTENSION, old, new, *values, name)
        if was.look != now.look:
            yield self._change(ChangeKind.LAYOUT, old, new, None, None, "colour")

    def _properties(self, old: Element, new: Element, was: Content, now: Content) -> Iterator[Change]:
        kinds = [
            sorted(child.type for child in element.event_definitions) if element.kind is Kind.EVENT else []
            for element in (old, new)
        ]
        skipped: set[str] = set()
        if kinds[0] != kinds[1]:
            before_type, after_type = (", ".join(side) or None for side in kinds)
            yield self._change(ChangeKind.RETYPED, old, new, before_type, after_type, _TYPES_OF_EVENT)
            # What the old definition said goes with it; the details of the new one come with it.
            skipped = {kind for side in kinds for kind in side} - (set(kinds[0]) & set(kinds[1]))
            skipped.add("eventDefinitionRef")
        for path in dict.fromkeys((*was.properties, *now.properties)):
            before, after = was.properties.get(path), now.properties.get(path)
            if before == after or path.partition("/")[0] in skipped:
                continue
            yield self._change(
                ChangeKind.PROPERTY, old, new, self._text(before, self.new), self._text(after, self.new), path
            )

    def _text(self, values: list[str] | None, model: Model) -> str | None:
        return ", ".join(self._named(value, model) for value in values) if values is not None else None

    def _named(self, value: str, model: Model) -> str:
        """Return the label of the element a value refers to; the value itself if it is plain text."""
        element = self.old.by_id.get(value[1:]) if value[:1] == "#" else model.by_id.get(value)
        if element is None:
            return value
        if element.kind is Kind.FLOW and not label_of(element):
            target = element.target
            return f"→ {label_of(target)}" if target is not None and label_of(target) else element.id
        return label_of(element) or element.id

    def _ends(self, old: Element, new: Element) -> Iterator[Change]:
        ends = []
        for old_end, new_end in ((old.source, new.source), (old.target, new.target)):
            mapped = self.matching.new_of.get(old_end.id, "") if old_end is not None else None
            ends.append(mapped == (new_end.id if new_end is not None else None))
        if not all(ends):
            yield self._change(ChangeKind.RECONNECTED, old, new, _course(old), _course(new))

    def _rebound_prefixes(self) -> Iterator[tuple[str, str, str]]:
        """Yield (prefix, old, new) for each vendor prefix that now stands for another namespace.

        That is told once, instead of for each of the attributes it is written before.
        """
        old, new = self.old.tree.scope, self.new.tree.scope
        if old == new:
            return
        for prefix, namespace in old.items():
            other = new.get(prefix)
            if other is not None and other != namespace and not {namespace, other} & _OWN_NAMESPACES:
                yield prefix, namespace, other

    def _file(self) -> Iterator[Change]:
        """Compare what `definitions` says, unless another tool wrote the file: then it is the tool that speaks."""
        if self.old.root_tag == self.new.root_tag:
            return
        for prefix, one, other in self.rebound:
            if f"{prefix}:" in self.old.text:
                yield Change(ChangeKind.EXTENSION, None, None, one, other, f"xmlns:{prefix}", 15)
        old, new = self.old.attributes, self.new.attributes
        if not self.same_ids or old.get("exporter") != new.get("exporter"):
            return
        for name in ("name", "targetNamespace"):
            if (before := old.get(name)) != (after := new.get(name)):
                yield Change(ChangeKind.PROPERTY, None, None, before, after, name, 10)


def _stands_alone(element: Element) -> bool:
    return element.kind is not Kind.LANE_SET and not folded(element)


def _behind(element: Element, known: Mapping[str, str]) -> bool:
    """Whether a nameless data object comes or goes with the references that show it: then these tell it."""
    if element.type != "dataObject" or element.raw_name.strip():
        return False
    shown = [other for other in element.model.data if other.attributes.get("dataObjectRef") == element.id]
    return bool(shown) and all(other.id not in known for other in shown)


def _title(element: Element) -> str:
    return label_of(element) or type_name(element.type)


def _outer_lane(lane: Element) -> Element | None:
    at = lane.parent
    while at is not None and at.kind is Kind.LANE_SET:
        at = at.parent
    return at


def _pool_title(process: Element) -> str | None:
    pool = process.pool if process.kind is Kind.PROCESS else None
    return (label_of(pool) or None) if pool is not None else None


def _course(connection: Element) -> str:
    return " → ".join(
        (label_of(end) or type_name(end.type)) if end is not None else "–"
        for end in (connection.source, connection.target)
    )
