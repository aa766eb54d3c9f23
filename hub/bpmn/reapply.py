"""Put what a person changed in another tool onto the original file.

Tools lose what they do not understand: bpmn-js and everything else built on moddle delete references
that lead nowhere, foreign elements and comments, rewrite numbers and invent ids. So the file such a
tool saves is never kept. What counts is the difference between its export before and after the edit;
that difference is made in the original, and everything else stays byte for byte.
"""

from __future__ import annotations

from hub.bpmn.guard import Limits
from hub.bpmn.merge import aligned, combine
from hub.bpmn.merge_apply import is_link
from hub.bpmn.merge_changes import Change, Slot, Version, changes, holder
from hub.bpmn.merge_tree import Xml
from hub.bpmn.read import read
from hub.bpmn.splice import text_value
from hub.bpmn.vocabulary import BPMN, Kind


def reapply(original: bytes, exported_before: bytes, exported_after: bytes, limits: Limits | None = None) -> bytes:
    """Return `original` with what changed from `exported_before` to `exported_after`.

    Both exports must come from the same tool, the first one right after it opened `original`. Without a
    change the original bytes come back. Raises `Unreadable` if one of the three is no BPMN file.
    """
    if exported_before == exported_after:
        return original
    before, ours, after = (read(data, limits or Limits()) for data in (exported_before, original, exported_after))
    versions = aligned(before, ours, after)
    versions[0].rounding = 0.0
    changed = changes(versions[0], versions[1], versions[2]), changes(versions[0], versions[2], versions[1])
    replaced = _replaced(changed[1])
    take = {
        slot
        for slot, change in changed[1].items()
        if _counts(slot, change, changed[0], versions) and not _forgotten(change, replaced)
    }
    renamed = _renamed(*versions)
    for node, id_ in renamed:
        _rename(versions[1], node, id_)
    if renamed and not take and not any(change.layout for change in changed[1].values()):
        return versions[1].document.data()
    return combine(versions, changed, take, {}, set(), {}, firm=True)


def _counts(slot: Slot, change: Change, mine: dict[Slot, Change], versions: tuple[Version, Version, Version]) -> bool:
    """Whether a change is one to make: not of the drawing, not part of another, and not so already."""
    if change.layout or change.implied:
        return False
    if slot[1] == "exists" and change.after is None:
        return slot[0] in versions[1].here
    return slot not in mine or mine[slot].after != change.after


def _replaced(changed: dict[Slot, Change]) -> set[Xml]:
    """Return the tokens of elements that were turned into another type or kind of event."""
    found = {token for token, what in changed if what == "type"}
    for (token, what), change in changed.items():
        if what == "exists" and token.element is not None and token.element.kind is Kind.EVENT_DEFINITION:
            above = holder(change.node)
            if above is not None:
                found.add(above.token)
    return found


def _forgotten(change: Change, replaced: set[Xml]) -> bool:
    """Whether the tool, not the person, dropped something: turning a step into another type loses what is foreign."""
    if change.after is not None:
        return False
    if change.what == "exists":
        above = holder(change.node)
        return above is not None and above.token in replaced and change.node.namespace != BPMN
    return change.what.startswith("@{") and change.token in replaced


def _renamed(before: Version, ours: Version, after: Version) -> list[tuple[Xml, str]]:
    """Return nodes of the original that were given another id on purpose: the element is otherwise the same type."""
    found = []
    for token, new in after.here.items():
        old, own = before.here.get(token), ours.here.get(token)
        if old is None or own is None or own.element is None or old.name != new.name:
            continue
        was, is_ = old.attributes.get("id"), new.attributes.get("id")
        if was and is_ and was != is_ and own.attributes.get("id") == was and is_ not in ours.document.ids:
            found.append((own, is_))
    return found


def _rename(ours: Version, node: Xml, id_: str) -> None:
    """Give a node of the original another id, and let everything that named it follow."""
    old = node.attributes["id"]
    for other in ours.document.root.walk():
        for name, value in list(other.attributes.items()):
            if value == old and is_link(name.rpartition("}")[2]):
                other.set(name, id_)
        if other.parts and is_link(other.name) and not other.children and other.text == old:
            other.parts = [text_value(id_)]
    node.set("id", id_)
    ours.document.ids[id_] = node
