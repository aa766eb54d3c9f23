"""Which nodes of several versions mean the same: they get one token.

Model elements are paired by `hub.bpmn.match` (ids first, then structure), so a version may come from
a tool that renamed every id. Everything below them (documentation, conditions, extensions, …) is
paired inside its element, drawings by what they draw.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Final

from hub.bpmn.canonical import squeezed
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.model import Element
from hub.bpmn.vocabulary import BPMN, CONNECTION_KINDS, FLOW_NODE_KINDS, Kind

DERIVED: Final = frozenset({"incoming", "outgoing", "flowNodeRef"})
"""Details that only repeat what flows and lane membership say."""
_PARTS: Final = frozenset({Kind.EVENT_DEFINITION, Kind.LANE_SET, Kind.DATA_ASSOCIATION, Kind.DATA, Kind.ROOT})
"""Elements that, where `match` leaves them alone, are told apart by their place in their parent."""
_KEYS: Final = ("id", "name", "key", "metaKey", "ref")
_MANY: Final = frozenset({"executionListener", "taskListener", "in", "out", "field", "attribute", "relation"})
"""Extensions of which an element has several, told apart by nothing but what they say."""


def align(base: Document, side: Document, pairs: Iterable[tuple[str, str]]) -> None:
    """Give the nodes of `side` the tokens of the nodes of `base` they correspond to.

    `pairs` are pairs of element ids. A node without counterpart stays its own token.
    """
    side.root.token = base.root
    for old_id, new_id in pairs:
        side.of[new_id].token = base.of[old_id]
    _untangle(base, side)
    _complete(base, side)
    taken = {node.token for node in side.of.values() if node.token is not node}
    todo = deque([(base.root, side.root)])
    todo.extend((node.token, node) for node in side.of.values() if node.token is not node)
    while todo:
        old, new = todo.popleft()
        if not old.parts or not new.parts:
            continue
        olds = [child for child in old.children if child not in taken and _is_part(child)]
        news = [child for child in new.children if child.token is child and _is_part(child)]
        if not olds or not news:
            continue
        for one, other in _paired(olds, news):
            other.token = one
            taken.add(one)
            todo.append((one, other))
    _align_drawings(base, side)


def _untangle(base: Document, side: Document) -> None:
    """Among steps alike in label and neighbours, pair those that say the same, and let their flows follow."""
    tokens = set(base.of.values())
    groups: dict[tuple[Hashable, str, str], list[Xml]] = defaultdict(list)
    for node in side.of.values():
        element = node.model_element
        if node.token is node or element.kind not in FLOW_NODE_KINDS or element.id == node.token.model_element.id:
            continue
        groups[_where(side, node, tokens), squeezed(element.label), squeezed(node.token.model_element.label)].append(
            node
        )
    swapped: set[Xml] = set()
    for (where, *_), group in groups.items():
        if where is None or len(group) < 2:
            continue
        olds = [node.token for node in group]
        equal = _by(olds, group, says)
        for old, new in (*equal, *zip(olds, group, strict=True)):
            if new.token is not old:
                new.token = old
                swapped.add(old)
    if swapped:
        for node in side.of.values():
            old_ends = ends(base, node.token) if node.token is not node and _connects(node) else None
            if old_ends is not None and old_ends != ends(side, node) and swapped & {*old_ends, *ends(side, node)}:
                node.token = node


def _connects(node: Xml) -> bool:
    return node.model_element.kind in CONNECTION_KINDS


def _complete(base: Document, side: Document) -> None:
    """Pair steps that `match` found too unlike, but that alone stand between the same neighbours, and their flows."""
    for kinds in (FLOW_NODE_KINDS, CONNECTION_KINDS):
        paired = {node.token for node in side.of.values()}
        olds = [node for node in base.of.values() if node not in paired and node.model_element.kind in kinds]
        news = [node for node in side.of.values() if node.token is node and node.model_element.kind in kinds]
        if not olds or not news:
            continue
        known = base.of.values()
        tokens = set(known)
        alone = Counter(where for node in olds if (where := _where(base, node, tokens)) is not None)
        rivals = Counter(where for node in news if (where := _where(side, node, tokens)) is not None)
        places = {where: node for node in olds if alone[where := _where(base, node, tokens)] == 1}
        for node in news:
            where = _where(side, node, tokens)
            if where is not None and rivals[where] == 1 and where in places:
                node.token = places[where]


def _where(document: Document, node: Xml, tokens: set[Xml]) -> Hashable:
    """Return between which known neighbours something stands, None if it has none."""
    element = node.model_element
    if element.kind in CONNECTION_KINDS:
        source, target = ends(document, node)
        known = source in tokens and target in tokens
        return (element.type, source, target, squeezed(element.label)) if known else None
    before = frozenset(t for f in element.incoming if f.source and (t := document.of[f.source.id].token) in tokens)
    after = frozenset(t for f in element.outgoing if f.target and (t := document.of[f.target.id].token) in tokens)
    return (element.type, home(node), before, after) if before or after else None


def _is_part(node: Xml) -> bool:
    if node.element is not None:
        return node.element.kind in _PARTS
    return node.name not in ("BPMNDiagram", "waypoint") and not (node.name in DERIVED and node.namespace == BPMN)


def key(node: Xml) -> str | None:
    """Return what tells an extension from its siblings of the same name; BPMN's own parts have nothing."""
    if node.namespace == BPMN and node.element is None:
        return None
    attributes = node.attributes
    names = _KEYS if node.namespace != BPMN else ("name",)
    return next((f"{name}={attributes[name]}" for name in names if attributes.get(name)), None)


def _paired(olds: list[Xml], news: list[Xml]) -> list[tuple[Xml, Xml]]:
    """Pair children of one parent: by name and key, then by what they say, then by order."""
    if len(olds) == 1 == len(news):
        one, other = olds[0], news[0]
        if one.name == other.name and one.namespace == other.namespace and key(one) == key(other):
            return [(one, other)]
    found: list[tuple[Xml, Xml]] = []
    groups: dict[tuple[str, str], tuple[list[Xml], list[Xml]]] = defaultdict(lambda: ([], []))
    for child in olds:
        groups[child.namespace, child.name][0].append(child)
    for child in news:
        groups[child.namespace, child.name][1].append(child)
    for left, right in groups.values():
        if not left or not right:
            continue
        if len(left) == 1 == len(right) and key(left[0]) == key(right[0]):
            found.append((left[0], right[0]))
            continue
        found += _by(left, right, lambda node: (key(node), says(node)))
        found += _by(left, right, key)
        found += _by(left, right, partial(says, ids=False))
        if left and left[0].namespace == BPMN:
            found += zip(left, right, strict=False)
        else:
            found += zip([n for n in left if key(n) is None], [n for n in right if key(n) is None], strict=False)
    return found


def _by(left: list[Xml], right: list[Xml], value: Callable[[Xml], Hashable]) -> list[tuple[Xml, Xml]]:
    """Take pairs with equal, non-empty `value` out of both lists, in order."""
    waiting: dict[Hashable, deque[Xml]] = defaultdict(deque)
    for node in right:
        waiting[value(node)].append(node)
    found = []
    for node in list(left):
        wanted = value(node)
        if wanted is not None and waiting[wanted]:
            other = waiting[wanted].popleft()
            found.append((node, other))
            left.remove(node)
            right.remove(other)
    return found


def says(node: Xml, *, ids: bool = True) -> Hashable:
    """Return what a node and everything in it says, free of formatting and of ids (those of vendors only on demand)."""
    drop = node.namespace == BPMN or not ids
    attributes = frozenset(
        (name, squeezed(value)) for name, value in node.attributes.items() if not (drop and name == "id")
    )
    children = tuple(says(child, ids=ids) for child in node.children if child.name not in DERIVED)
    return node.namespace, node.name, attributes, "" if children else squeezed(node.text), children


# Drawings


def drawn(document: Document, node: Xml) -> Xml | str:
    """Return the token of what a plane, shape or edge draws, the bare id if the file has no such element."""
    reference = node.attributes.get("bpmnElement", "")
    found = document.find(reference)
    return found.token if found is not None else reference


def _plane(diagram: Xml) -> Xml | None:
    return diagram.find("BPMNPlane")


def _align_drawings(one: Document, other: Document) -> None:
    """Pair diagrams by what their planes show, shapes and edges by what they draw."""
    left = [node for node in one.root.children if node.name == "BPMNDiagram"]
    right = [node for node in other.root.children if node.name == "BPMNDiagram" and node.token is node]

    def shown(document: Document) -> Callable[[Xml], Hashable]:
        def value(diagram: Xml) -> Hashable:
            plane = _plane(diagram)
            return drawn(document, plane) if plane is not None else None

        return value

    pairs = _by_two(left, right, shown(one), shown(other))
    pairs += zip(left, right, strict=False)
    for old, new in pairs:
        new.token = old.token
        old_plane, new_plane = _plane(old), _plane(new)
        if old_plane is None or new_plane is None:
            continue
        new_plane.token = old_plane.token
        olds = [node for node in old_plane.children if node.name in ("BPMNShape", "BPMNEdge")]
        news = [node for node in new_plane.children if node.name in ("BPMNShape", "BPMNEdge") and node.token is node]
        by_old, by_new = _drawing_key(one), _drawing_key(other)
        for a, b in _by_two(olds, news, by_old, by_new):
            b.token = a.token
            todo = [(a, b)]
            while todo:
                x, y = todo.pop()
                for c, d in _paired(
                    [child for child in x.children if child.name != "waypoint"],
                    [child for child in y.children if child.name != "waypoint"],
                ):
                    if d.token is d:
                        d.token = c.token
                        todo.append((c, d))


def _drawing_key(document: Document) -> Callable[[Xml], Hashable]:
    def value(node: Xml) -> Hashable:
        attributes = node.attributes
        band: Hashable = None
        if "choreographyActivityShape" in attributes:
            shape = document.find(attributes["choreographyActivityShape"])
            band = drawn(document, shape) if shape is not None else None
        return node.name, drawn(document, node), band

    return value


def _by_two(
    left: list[Xml], right: list[Xml], of_left: Callable[[Xml], Hashable], of_right: Callable[[Xml], Hashable]
) -> list[tuple[Xml, Xml]]:
    waiting: dict[Hashable, deque[Xml]] = defaultdict(deque)
    for node in right:
        waiting[of_right(node)].append(node)
    found = []
    for node in list(left):
        if queue := waiting.get(of_left(node)):
            other = queue.popleft()
            found.append((node, other))
            left.remove(node)
            right.remove(other)
    return found


# What both sides added


def align_additions(ours: Document, theirs: Document) -> None:
    """Give one token to what both sides added alike: the same change made, or taken over, twice."""
    shared = _align_new_elements(ours, theirs)
    # Only where both sides have something new can they have the same new thing.
    grown, parents = _grown(ours), _grown(theirs)
    mine = {node.token: node for node in grown}
    todo = deque((mine[node.token], node) for node in parents if node.token in mine)
    while todo:
        node, other = todo.popleft()
        for a, b in _both_new(node, other, shared):
            b.token = a
            shared.add(a)
            todo.append((a, b))
    _align_new_drawings(ours, theirs)


def _grown(document: Document) -> dict[Xml, None]:
    """Return the nodes with parts that have no counterpart, in order."""
    news = (node for node in document.nodes if node.token is node and _is_part(node))
    return {node.parent: None for node in news if node.parent is not None}


def _align_new_elements(ours: Document, theirs: Document) -> set[Xml]:
    mine = [node for node in ours.of.values() if node.token is node]
    yours = [node for node in theirs.of.values() if node.token is node]
    shared: set[Xml] = set()
    changed = bool(mine and yours)
    while changed:
        changed = False
        for value in (_same_source, _same_place):
            left = [node for node in mine if node not in shared]
            right = [node for node in yours if node.token is node]
            of_left, of_right = partial(value, ours, shared), partial(value, theirs, shared)
            for node, other in _by_two(left, right, of_left, of_right):
                other.token = node
                shared.add(node)
                changed = True
    return shared


def _both_new(node: Xml, other: Xml, shared: set[Xml]) -> list[tuple[Xml, Xml]]:
    mine = [child for child in node.children if child.token is child and child not in shared and _is_part(child)]
    yours = [child for child in other.children if child.token is child and _is_part(child)]
    if not mine or not yours:
        return []

    def slot(child: Xml) -> Hashable:
        if child.name in _MANY or (child.element is not None and child.element.kind is Kind.EVENT_DEFINITION):
            return child
        return child.namespace, child.name, key(child)

    def content(child: Xml) -> Hashable:
        return key(child), says(child)

    return _by_two(mine, yours, content, content) + _by_two(mine, yours, slot, slot)


def _same_source(document: Document, _: set[Xml], node: Xml) -> Hashable:
    """Same id, type and label: both have it from one source. Connections need the same ends and label."""
    element = node.model_element
    label = squeezed(element.label)
    if element.kind in CONNECTION_KINDS:
        source, target = ends(document, node)
        return "connection", element.type, source, target, label
    return ("id", element.type, element.id, label, home(node)) if "id" in node.attributes else node


def _same_place(document: Document, shared: set[Xml], node: Xml) -> Hashable:
    """Same type, label and home, and for steps the same neighbours."""
    element = node.model_element
    label = squeezed(element.label)
    if element.kind in CONNECTION_KINDS or element.kind in (Kind.EVENT_DEFINITION, Kind.LANE_SET):
        return node

    def near(other: Element | None) -> Hashable:
        if other is None:
            return None
        found = document.of[other.id]
        known = found.token is not found or found in shared
        return found.token if known else (other.type, squeezed(other.label))

    if element.kind in FLOW_NODE_KINDS:
        before = frozenset(near(flow.source) for flow in element.incoming)
        after = frozenset(near(flow.target) for flow in element.outgoing)
        host = near(element.attached_to)
        if not (before or after or host):
            return node
        return "step", element.type, label, home(node), before, after, host
    return ("thing", element.type, label, home(node)) if label else node


def home(node: Xml) -> Xml:
    """Return the token of the element or root a node is written in."""
    parent = node.parent
    while parent is not None and parent.element is None and parent.parent is not None:
        parent = parent.parent
    return (parent or node).token


def ends(document: Document, node: Xml) -> tuple[Xml | str, Xml | str]:
    """Return the tokens of what a connection starts and ends at, an empty text where it leads nowhere."""
    element = node.model_element
    source, target = element.source, element.target
    return (
        document.of[source.id].token if source is not None else "",
        document.of[target.id].token if target is not None else "",
    )


def _align_new_drawings(ours: Document, theirs: Document) -> None:
    planes = {plane.token: plane for plane in _planes(ours)}
    for plane in _planes(theirs):
        if (mine := planes.get(plane.token)) is None:
            continue
        drawings = ("BPMNShape", "BPMNEdge")
        news = [node for node in mine.children if node.token is node and node.name in drawings]
        yours = [node for node in plane.children if node.token is node and node.name in drawings]
        for node, other in _by_two(news, yours, _drawing_key(ours), _drawing_key(theirs)):
            other.token = node
            for a, b in zip(node.children, other.children, strict=False):
                if a.name == b.name:
                    b.token = a


def _planes(document: Document) -> list[Xml]:
    found = (_plane(node) for node in document.root.children if node.name == "BPMNDiagram")
    return [plane for plane in found if plane is not None]
