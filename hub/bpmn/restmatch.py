"""Match pools, lanes, processes, data, artifacts, connections and parts, around nodes already matched."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final, Protocol

from hub.bpmn.canonical import folded
from hub.bpmn.labels import plain, similarity
from hub.bpmn.model import Element, Model
from hub.bpmn.pairs import Found
from hub.bpmn.vocabulary import Kind

_ALIKE: Final = 0.6
_CONTAINERS: Final = (Kind.POOL, Kind.LANE, Kind.PROCESS, Kind.COLLABORATION)
_LABELLED: Final = (Kind.DATA, Kind.ARTIFACT, Kind.CONVERSATION)
_CONNECTIONS: Final = (Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION, Kind.DATA_ASSOCIATION)


def match_containers(found: Found, *, by_members: bool = False) -> None:
    """Pair pools, lanes, processes and collaborations: by label, then by what is in them, then if there is but one."""
    for kind in _CONTAINERS:
        _by_label(found, kind)
        if kind is Kind.PROCESS:
            _processes_by_pool(found)
        if by_members:
            _by_members(found, kind)
            _by_likeness(found, kind)
            _only_one(found, kind)


def match_labelled(found: Found) -> None:
    """Pair data, artifacts and conversations by label, then by what they are connected to."""
    for kind in _LABELLED:
        _by_label(found, kind)
    _by_connection(found)
    for kind in _LABELLED:
        _by_likeness(found, kind)
    for kind in (Kind.DATA, Kind.ARTIFACT) if not found.ids_hold else ():
        _only_one(found, kind)


def match_connections(found: Found) -> None:
    """Pair flows and associations by their two ends, then those that share one end and, if they have one, the label."""
    for kind in _CONNECTIONS:
        for key in (_both_ends_and_label, _both_ends):
            _in_groups(found, kind, key, 0.95)
        for at in (0, 1) if not found.ids_hold else ():
            _one_end(found, kind, at)


def match_parts(found: Found) -> None:
    """Pair what is left by its parent, its type, its label and its order there."""
    _by_reference(found)
    old = [e for e in found.old.order if e.id not in found.new_of]
    taken = found.old_of
    new = [e for e in found.new.order if e.id not in taken]
    groups: dict[tuple[str, str, str, str], list[Element]] = defaultdict(list)
    for element in new:
        if _is_part(element, found):
            parent = element.parent.id if element.parent is not None else ""
            groups[_place(element, parent)].append(element)
    # A parent is paired before its parts because it comes first in document order.
    for element in old:
        if _is_part(element, found):
            parent = found.new_of.get(element.parent.id, "-") if element.parent is not None else ""
            if group := groups.get(_place(element, parent)):
                found.pair(element, group.pop(0), 0.8)


def _by_reference(found: Found) -> None:
    """Pair the data objects that paired references stand for."""
    for reference in found.old.data:
        partner = found.new.by_id.get(found.new_of.get(reference.id, ""))
        if partner is None or reference.type != "dataObjectReference" or partner.type != reference.type:
            continue
        one, other = reference.reference("dataObjectRef"), partner.reference("dataObjectRef")
        if one is not None and other is not None and one.id not in found.new_of and other.id not in found.old_of:
            found.pair(one, other, 0.8)


def _is_part(element: Element, found: Found) -> bool:
    """Whether order says enough: not for unlabelled nodes that stand in a flow, where the neighbours decide.

    Where ids hold, an unlabelled node or data object that has another one is another.
    """
    if element.kind in _CONNECTIONS:
        return element.source is None and element.target is None
    if found.ids_hold and (element.is_node or element.kind is Kind.DATA) and "#" not in element.id:
        return bool(element.label.strip()) or folded(element)
    return not element.is_node or bool(element.raw_name.strip()) or not (element.incoming or element.outgoing)


def _place(element: Element, parent: str) -> tuple[str, str, str, str]:
    return parent, element.type, element.raw_name or element.label, element.attributes.get("structureRef", "")


def _key(element: Element) -> tuple[str, str]:
    return element.type, plain(element.raw_name or element.label)


def _by_label(found: Found, kind: Kind) -> None:
    """Pair equal labels; several of the same label in order of appearance if there are equally many."""
    old, new = found.open(kind)
    if not old or not new:
        return
    groups: dict[tuple[str, str], list[Element]] = defaultdict(list)
    for element in new:
        groups[_key(element)].append(element)
    mine: dict[tuple[str, str], list[Element]] = defaultdict(list)
    for element in old:
        mine[_key(element)].append(element)
    for key, ones in mine.items():
        others = groups.get(key, [])
        if key[1] and (len(ones) == len(others)):
            for one, other in zip(ones, others, strict=True):
                found.pair(one, other, 0.95 if len(ones) == 1 else 0.8)


def _by_likeness(found: Found, kind: Kind) -> None:
    old, new = found.open(kind)
    scored = [
        (likeness, i, j)
        for i, one in enumerate(old[:300])
        for j, other in enumerate(new[:300])
        if one.type == other.type and (likeness := similarity(one.label, other.label)) >= _ALIKE
    ]
    for likeness, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if old[i].id not in found.new_of and new[j].id not in found.old_of:
            found.pair(old[i], new[j], round(min(likeness, 0.9), 2))


def _processes_by_pool(found: Found) -> None:
    for pool in found.old.pools:
        partner = found.new.by_id.get(found.new_of.get(pool.id, ""))
        if partner is None:
            continue
        process, other = pool.reference("processRef"), partner.reference("processRef")
        if (
            process is not None
            and other is not None
            and process.kind is other.kind
            and process.id not in found.new_of
            and other.id not in found.old_of
        ):
            found.pair(process, other, 0.9)


def _members(element: Element) -> list[Element]:
    if element.kind is Kind.LANE:
        return list(element.flow_nodes)
    if element.kind is Kind.POOL:
        process = element.reference("processRef")
        return [process] if process is not None else []
    return element.children


def _by_members(found: Found, kind: Kind) -> None:
    """Pair containers of which most members are partners."""
    old, new = found.open(kind)
    if not old or not new:
        return
    home: dict[str, Element] = {}
    for element in new:
        for member in _members(element):
            home.setdefault(member.id, element)
    scored: list[tuple[int, int, int]] = []
    for i, element in enumerate(old):
        votes = Counter(
            home[partner].position
            for member in _members(element)
            if (partner := found.new_of.get(member.id)) is not None and partner in home
        )
        scored += [(count, i, position) for position, count in votes.items()]
    for _, i, position in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        other = found.new.order[position]
        if old[i].id not in found.new_of and other.id not in found.old_of and old[i].type == other.type:
            found.pair(old[i], other, 0.8)


def _only_one(found: Found, kind: Kind) -> None:
    old, new = found.open(kind)
    if len(old) == len(new) == 1 and old[0].type == new[0].type and _may_be_same(old[0], new[0]):
        found.pair(old[0], new[0], 0.6)


def _may_be_same(old: Element, new: Element) -> bool:
    """One of a kind is the same if the labels do not speak against it; processes and collaborations always are."""
    if old.kind in (Kind.PROCESS, Kind.COLLABORATION):
        return True
    return not old.label or not new.label or similarity(old.label, new.label) > 0.3


def _links(element: Element, partners: dict[str, str] | None) -> frozenset[str]:
    """Return what a data element or annotation is connected to, told by the partner's id."""
    found = set()
    for connection in element.model.associations:
        ends = connection.source, connection.target
        for one, other in (ends, ends[::-1]):
            if one is element and other is not None:
                id_ = partners.get(other.id) if partners is not None else other.id
                if id_ is not None:
                    found.add(id_)
    return frozenset(found)


def _by_connection(found: Found) -> None:
    """Pair unlabelled or reworded annotations and data that hang on the same, matched elements."""
    for kind in (Kind.ARTIFACT, Kind.DATA):
        old, new = found.open(kind)
        if not old or not new or len(old) * len(new) > 10_000:
            continue
        groups: dict[tuple[str, frozenset[str]], list[Element]] = defaultdict(list)
        for element in new:
            groups[element.type, _links(element, None)].append(element)
        for element in old:
            links = _links(element, found.new_of)
            group = groups.get((element.type, links), [])
            if links and len(group) == 1 and group[0].id not in found.old_of:
                if found.ids_hold and not _reads_alike(element, group[0]):
                    continue
                found.pair(element, group[0], 0.75)


def _reads_alike(old: Element, new: Element) -> bool:
    """Whether the labels agree well enough, or there are none: in the same place but called otherwise is another."""
    if not old.label.strip() or not new.label.strip():
        return not old.label.strip() and not new.label.strip()
    return similarity(old.label, new.label) >= _ALIKE


def _users(model: Model) -> dict[str, set[str]]:
    """Root element id → ids of what refers to it: the event of an event definition, the task, the message flow."""
    users: dict[str, set[str]] = defaultdict(set)
    for element in model.order:
        for name, value in element.attributes.items():
            if name.endswith("Ref") and (root := model.resolve(value)) is not None and root.kind is Kind.ROOT:
                folded = element.kind is Kind.EVENT_DEFINITION and element.parent is not None
                users[root.id].add(element.parent.id if folded and element.parent is not None else element.id)
    return users


def match_roots(found: Found) -> None:
    """Pair messages, errors, signals and their kin by label, then by who uses them, then by like labels."""
    _by_label(found, Kind.ROOT)
    _by_users(found)
    _by_likeness(found, Kind.ROOT)


def _by_users(found: Found) -> None:
    old, new = found.open(Kind.ROOT)
    if not old or not new:
        return
    old_users, new_users = _users(found.old), _users(found.new)
    groups: dict[tuple[str, frozenset[str]], list[Element]] = defaultdict(list)
    for element in new:
        groups[element.type, frozenset(new_users.get(element.id, ()))].append(element)
    for element in old:
        users = frozenset(found.new_of.get(id_, "") for id_ in old_users.get(element.id, ()))
        group = groups.get((element.type, users), [])
        if users and len(group) == 1 and group[0].id not in found.old_of:
            found.pair(element, group[0], 0.7)


def _ends(found: Found, element: Element, *, old: bool) -> tuple[str | None, str | None]:
    source, target = element.source, element.target
    if not old:
        return (source.id if source is not None else None), (target.id if target is not None else None)
    return (
        found.new_of.get(source.id, f"<{source.id}") if source is not None else None,
        found.new_of.get(target.id, f"<{target.id}") if target is not None else None,
    )


_GroupKey = tuple[object, ...]


class _Grouping(Protocol):
    def __call__(self, found: Found, element: Element, *, old: bool) -> _GroupKey: ...


def _both_ends_and_label(found: Found, element: Element, *, old: bool) -> _GroupKey:
    return element.type, *_ends(found, element, old=old), plain(element.raw_name)


def _both_ends(found: Found, element: Element, *, old: bool) -> _GroupKey:
    return element.type, *_ends(found, element, old=old)


def _in_groups(found: Found, kind: Kind, key: _Grouping, confidence: float) -> None:
    old, new = found.open(kind)
    if not old or not new:
        return
    groups: dict[_GroupKey, list[Element]] = defaultdict(list)
    for element in new:
        groups[key(found, element, old=False)].append(element)
    for element in old:
        if group := groups.get(key(found, element, old=True)):
            found.pair(element, group.pop(0), confidence)


def _one_end(found: Found, kind: Kind, at: int) -> None:
    """Pair connections that were hung elsewhere at one end, if no other candidate shares the kept end."""
    old, new = found.open(kind)
    if not old or not new:
        return
    groups: dict[_GroupKey, list[Element]] = defaultdict(list)
    for element in new:
        end = _ends(found, element, old=False)[at]
        if end is not None:
            groups[element.type, end, plain(element.raw_name)].append(element)
    mine: dict[_GroupKey, list[Element]] = defaultdict(list)
    for element in old:
        end = _ends(found, element, old=True)[at]
        if end is not None:
            mine[element.type, end, plain(element.raw_name)].append(element)
    for key, ones in mine.items():
        others = groups.get(key, [])
        if len(ones) == len(others) == 1:
            found.pair(ones[0], others[0], 0.6)
