"""The drawing of a merge: each side keeps what it drew, new things find a free place, touched edges follow.

Layout never blocks a merge. Where both sides moved the same thing, ours stays. What theirs added moves
along with the neighbours it was drawn beside; what then lies on something else is put on the nearest
free place, and only edges that lost their ends get a new course.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.bpmn.diagram import Bounds
from hub.bpmn.merge_apply import Applier
from hub.bpmn.merge_changes import LAYOUT_SLOTS, Change, Slot, Version
from hub.bpmn.merge_route import Point, follow, straighten
from hub.bpmn.merge_shapes import (
    GAP,
    box_of,
    course_of,
    drawings,
    free_offset,
    inside,
    moved,
    overlap,
    set_box,
    set_number,
)
from hub.bpmn.merge_tree import Document, Xml
from hub.bpmn.vocabulary import Kind
from hub.bpmn.write import number_text

_OPEN: Final = frozenset({Kind.POOL, Kind.LANE, Kind.PROCESS, Kind.COLLABORATION})


@dataclass(slots=True)
class _Drawn:
    """A shape or edge of the result."""

    node: Xml
    element: Xml | None
    """The node of the model element, None if the file has none."""
    box: Bounds | None


def draw(
    applier: Applier, base: Version, ours_changed: dict[Slot, Change], theirs_changed: dict[Slot, Change], *, firm: bool
) -> None:
    """Bring the drawing of the result in line; `firm` takes their drawing as it is, whatever ours has moved."""
    painter = _Painter(applier, base)
    painter.remove()
    painter.add(theirs_changed)
    for slot, change in theirs_changed.items():
        if change.layout and (firm or slot not in ours_changed):
            painter.take(change)
    if not firm:
        painter.settle()


class _Painter:
    def __init__(self, applier: Applier, base: Version) -> None:
        self.applier = applier
        self.base = base
        self.document: Document = applier.document
        self.theirs = applier.theirs
        self.original = {node: box_of(node) for node in drawings(self.document)}
        """Where the shapes of ours stood before anything was done."""
        self.courses = {node: course_of(node) for node in self.original if node.name == "BPMNEdge"}
        self.added: list[Xml] = []
        self.their_course: set[Xml] = set()

    def element(self, node: Xml) -> Xml | None:
        """Return the result's node of the element a drawing is about."""
        return self.applier.document_has(node.attributes.get("bpmnElement"))

    # Taking over

    def remove(self) -> None:
        """Take out the drawings of what was removed."""
        for node in drawings(self.document):
            found = self.document.find(node.attributes.get("bpmnElement", ""))
            if found is not None and found.token in self.applier.removed and self.element(node) is None:
                node.remove()
                self.applier.here.pop(node.token, None)

    def add(self, changed: dict[Slot, Change]) -> None:
        """Copy the drawings of what was added, and whole new diagrams."""
        fresh = {inner.token for copy in self.applier.copied for inner in copy.walk()}
        for (token, what), change in changed.items():
            new = what == "exists" and change.after is not None and token not in self.applier.here
            if new and token.name == "BPMNDiagram":
                self._add_diagram(change.node)
        planes = {plane.token: plane for plane in _planes(self.document)}
        first = next(iter(planes.values()), None)
        for plane in _planes(self.theirs.document):
            target = planes.get(plane.token, first)
            if target is None:
                continue
            for node in plane.children:
                if node.name not in ("BPMNShape", "BPMNEdge") or node.token in self.applier.here:
                    continue
                element = self.theirs.document.find(node.attributes.get("bpmnElement", ""))
                slot = (node.token, "exists")
                wanted = element is not None and (element.token in fresh or slot in changed)
                if wanted and element is not None and element.token in self.applier.here:
                    copy = self.applier.copy(node, target)
                    self.applier.insert(target, copy, node)
                    self.added.append(copy)

    def _add_diagram(self, node: Xml) -> None:
        root = self.document.root
        copy = self.applier.copy(node, root)
        for inner in [inner for inner in copy.walk() if inner.name in ("BPMNShape", "BPMNEdge")]:
            theirs = self.theirs.here[inner.token]
            element = self.theirs.document.find(theirs.attributes.get("bpmnElement", ""))
            if element is not None and element.token not in self.applier.here:
                inner.remove()
                self.applier.here.pop(inner.token, None)
            else:
                self.added.append(inner)
        self.applier.insert(root, copy, node)

    def take(self, change: Change) -> None:
        """Set one value of the drawing to theirs."""
        token, what = change.slot
        node, other = self.applier.here.get(token), self.theirs.here.get(token)
        if what == "exists":
            if change.after is None and not change.implied and node is not None:
                node.remove()
                self.applier.here.pop(token, None)
            elif change.after is not None and node is None and other is not None and other.parent is not None:
                parent = self.applier.here.get(other.parent.token)
                if parent is not None and other.name not in ("BPMNShape", "BPMNEdge", "BPMNDiagram"):
                    self.applier.insert(parent, self.applier.copy(other, parent), other)
            return
        if node is None or other is None:
            return
        if what == "bounds":
            set_box(node, box_of(other))
        elif what == "course":
            self.set_course(node, course_of(other))
            self.their_course.add(node)
        elif what == "label":
            self._take_label(node, other)
        elif what not in LAYOUT_SLOTS and what[0] == "@":
            self.applier._take_attribute(token, what[1:])

    def _take_label(self, node: Xml, other: Xml) -> None:
        mine, yours = node.find("BPMNLabel"), other.find("BPMNLabel")
        if yours is None:
            if mine is not None:
                mine.remove()
        elif mine is None:
            for inner in yours.walk():
                self.applier.here.pop(inner.token, None)
            self.applier.insert(node, self.applier.copy(yours, node), yours)
        elif mine.find("Bounds") is not None and (box := box_of(yours)) is not None:
            set_box(mine, box)
        elif (inside := yours.find("Bounds")) is not None:
            self.applier.here.pop(inside.token, None)
            self.applier.insert(mine, self.applier.copy(inside, mine), inside)

    def set_course(self, node: Xml, points: list[Point]) -> None:
        """Give an edge of the result another course, keeping the waypoints that stay."""
        known = [child for child in node.children if child.name == "waypoint"]
        for child, (x, y) in zip(known, points, strict=False):
            set_number(child, "x", x)
            set_number(child, "y", y)
        for child in known[len(points) :]:
            child.remove()
        for x, y in points[len(known) :]:
            pattern = known[-1] if known else None
            if pattern is None:
                return
            copy = Xml(pattern.tag, pattern.name, pattern.namespace, pattern.open, pattern.scope, -1)
            copy.close = pattern.close
            copy.set("x", number_text(x))
            copy.set("y", number_text(y))
            last = [child for child in node.children if child.name == "waypoint"][-1]
            node.insert(copy, last)

    # Settling

    def settle(self) -> None:
        """Find free places for what is new and let edges follow what moved."""
        if not (self.added or self.applier.rerouted or self._moved()):
            return
        now = {node: self._drawn(node) for node in drawings(self.document)}
        by_element = {drawn.element.token: node for node, drawn in now.items() if drawn.element is not None}
        theirs = {
            element.token: node
            for node in drawings(self.theirs.document)
            if (element := self.theirs.document.find(node.attributes.get("bpmnElement", ""))) is not None
        }
        self._place(now, by_element, theirs)
        self._contain(now, by_element)
        self._reroute(now, by_element, theirs)

    def _moved(self) -> bool:
        return any(box_of(node) != box for node, box in self.original.items() if node.name == "BPMNShape")

    def _drawn(self, node: Xml) -> _Drawn:
        return _Drawn(node, self.element(node), box_of(node) if node.name == "BPMNShape" else None)

    def _place(self, now: dict[Xml, _Drawn], by_element: dict[Xml, Xml], theirs: dict[Xml, Xml]) -> None:
        solid = [drawn for drawn in now.values() if drawn.box is not None and _is_solid(drawn)]
        added = set(self.added)
        for drawn in [one for one in solid if one.node in added]:
            shift = self._shift(drawn, by_element, theirs)
            if shift != (0.0, 0.0):
                self._move(drawn, *shift)
        mine = [
            one
            for one in solid
            if one.node not in added and one.element is not None and one.element.token not in self.base.here
        ]
        for drawn in [one for one in solid if one.node in added] + mine:
            others = [other for other in solid if other is not drawn and not _related(drawn, other)]
            hits = [other for other in others if overlap(drawn.box, other.box)]
            if not hits or all(self._overlapped_before(drawn, other, theirs) for other in hits):
                continue
            boxes = [other.box for other in others]
            lane = self._lane_box(drawn, by_element)
            offset = free_offset(drawn.box, boxes, lane) or free_offset(drawn.box, boxes)
            if offset is not None:
                self._move(drawn, *offset)

    def _overlapped_before(self, drawn: _Drawn, other: _Drawn, theirs: dict[Xml, Xml]) -> bool:
        """Whether the two already lay on one another on the side they come from."""
        if drawn.node in self.original and other.node in self.original:
            return overlap(self.original[drawn.node], self.original[other.node])
        if drawn.element is None or other.element is None:
            return True
        one, two = theirs.get(drawn.element.token), theirs.get(other.element.token)
        return one is not None and two is not None and overlap(box_of(one), box_of(two))

    def _shift(self, drawn: _Drawn, by_element: dict[Xml, Xml], theirs: dict[Xml, Xml]) -> Point:
        """Return how far the neighbours a new shape was drawn beside stand elsewhere in the result."""
        if drawn.element is None or drawn.box is None:
            return 0.0, 0.0
        connected = self._neighbours(drawn.element.token)
        found: list[tuple[bool, bool, float, Point]] = []
        lane = self._lane_box(drawn, by_element)
        for token, node in theirs.items():
            here = by_element.get(token)
            if node.name != "BPMNShape" or here is None or here in self.added or token is drawn.element.token:
                continue
            was, is_ = box_of(node), box_of(here)
            if was is None or is_ is None or _is_open(here, self.element(here)):
                continue
            far = abs(was.centre[0] - drawn.box.centre[0]) + abs(was.centre[1] - drawn.box.centre[1])
            shift = is_.centre[0] - was.centre[0], is_.centre[1] - was.centre[1]
            leaves = lane is not None and not inside(moved(drawn.box, shift), lane)
            found.append((leaves, token not in connected, far, shift))
        return min(found, default=(False, False, 0.0, (0.0, 0.0)))[3]

    def _lane_box(self, drawn: _Drawn, by_element: dict[Xml, Xml]) -> Bounds | None:
        """Return where the innermost lane of an element is drawn."""
        token = drawn.element.token if drawn.element is not None else None
        lanes = self.theirs.lanes.get(token) or self.applier.ours.lanes.get(token) if token is not None else None
        shapes = [by_element[lane] for lane in lanes or () if lane in by_element]
        boxes = [box for shape in shapes if (box := box_of(shape)) is not None]
        return min(boxes, key=lambda box: box.width * box.height, default=None)

    def _neighbours(self, token: Xml) -> set[Xml]:
        element = token.element
        if element is None:
            return set()
        document = self.theirs.document
        ends = [flow.source for flow in element.incoming] + [flow.target for flow in element.outgoing]
        if element.attached_to is not None:
            return {document.of[element.attached_to.id].token}
        return {document.of[end.id].token for end in ends if end is not None and end.id in document.of}

    def _move(self, drawn: _Drawn, dx: float, dy: float) -> None:
        if drawn.box is None:
            return
        drawn.box = moved(drawn.box, (dx, dy))
        set_box(drawn.node, drawn.box)
        label = drawn.node.find("BPMNLabel")
        if label is not None and (box := box_of(label)) is not None:
            set_box(label, moved(box, (dx, dy)))

    def _contain(self, now: dict[Xml, _Drawn], by_element: dict[Xml, Xml]) -> None:
        """Let pools and lanes grow to the right and downwards around what was put into them."""
        for node in self.added:
            drawn = now.get(node)
            if drawn is None or drawn.box is None or drawn.element is None or drawn.element.element is None:
                continue
            chain = self._around(drawn.element)
            boxes = [
                (by_element[token], box)
                for token in chain
                if token in by_element and (box := box_of(by_element[token]))
            ]
            right = max((box.right for _, box in boxes), default=0.0)
            bottom = max((box.bottom for _, box in boxes), default=0.0)
            grow_x = max(0.0, drawn.box.right + GAP - right) if boxes else 0.0
            grow_y = max(0.0, drawn.box.bottom + GAP - bottom) if boxes else 0.0
            if grow_x or grow_y:
                for shape, box in boxes:
                    wider = box.width + (grow_x if box.right + grow_x >= drawn.box.right else 0.0)
                    taller = box.height + (grow_y if box.bottom >= bottom - 1 else 0.0)
                    set_box(shape, Bounds(box.x, box.y, wider, taller))

    def _around(self, node: Xml) -> list[Xml]:
        """Return the tokens of the pool around a node, and of all lanes of its process."""
        at = node.parent
        while at is not None and at.name != "process":
            at = at.parent
        if at is None:
            return []
        id_ = at.attributes.get("id")
        pools = [
            n.token
            for n in self.document.root.walk()
            if n.name == "participant" and n.attributes.get("processRef") == id_
        ]
        if not pools:
            return []
        return pools + [n.token for n in at.walk() if n.name == "lane"]

    def _reroute(self, now: dict[Xml, _Drawn], by_element: dict[Xml, Xml], theirs: dict[Xml, Xml]) -> None:
        added = set(self.added)
        solid = [box for one in now.values() if _is_solid(one) and (box := box_of(one.node)) is not None]
        for node, drawn in now.items():
            if node.name != "BPMNEdge" or drawn.element is None:
                continue
            ends = [
                self.applier.document_has(drawn.element.attributes.get(name)) for name in ("sourceRef", "targetRef")
            ]
            if None in ends:
                continue
            shapes = [by_element.get(end.token) for end in ends if end is not None]
            boxes = [box_of(shape) if shape is not None and shape.name == "BPMNShape" else None for shape in shapes]
            if len(boxes) != 2 or boxes[0] is None or boxes[1] is None:
                continue
            borrowed = node in added or node in self.their_course
            was: list[Bounds | None] = []
            for end in ends:
                token = end.token if end is not None else None
                if borrowed:
                    there = theirs.get(token) if token is not None else None
                    was.append(box_of(there) if there is not None else None)
                else:
                    shape = by_element.get(token) if token is not None else None
                    was.append(self.original.get(shape) if shape is not None else None)
            points = course_of(node)
            if drawn.element.token in self.applier.rerouted and not borrowed:
                course = straighten(points, boxes[0], boxes[1], solid)
            else:
                course = follow(points, (was[0], was[1]), (boxes[0], boxes[1]), solid)
            self._name_ends(node, shapes)
            if course != points:
                self.set_course(node, course)
                self._label_follows(node, points, course)

    def _name_ends(self, node: Xml, shapes: list[Xml | None]) -> None:
        """Let an edge that says which shapes it joins name those it joins now."""
        for name, shape in zip(("sourceElement", "targetElement"), shapes, strict=True):
            said = node.attributes.get(name)
            if said is None:
                continue
            known = self.applier.document_has(said.rpartition(":")[2])
            if known is None or (shape is not None and known is not shape and known.name == "BPMNShape"):
                node.set(name, shape.attributes.get("id") if shape is not None else None)

    def _label_follows(self, node: Xml, before: list[Point], after: list[Point]) -> None:
        label = node.find("BPMNLabel")
        box = box_of(label) if label is not None else None
        if label is None or box is None or not before or not after:
            return
        one, two = before[len(before) // 2], after[len(after) // 2]
        set_box(label, moved(box, (two[0] - one[0], two[1] - one[1])))


def _planes(document: Document) -> list[Xml]:
    found = (node.find("BPMNPlane") for node in document.root.children if node.name == "BPMNDiagram")
    return [plane for plane in found if plane is not None]


def _is_open(node: Xml, element: Xml | None) -> bool:
    """Whether other shapes may lie inside this one."""
    if element is None or element.element is None:
        return True
    if element.element.kind in _OPEN or element.name == "group":
        return True
    return element.name in ("subProcess", "transaction", "adHocSubProcess", "subChoreography") and node.attributes.get(
        "isExpanded", "true"
    ) in ("true", "1")


def _is_solid(drawn: _Drawn) -> bool:
    return (
        not _is_open(drawn.node, drawn.element) and drawn.element is not None and drawn.element.name != "boundaryEvent"
    )


def _related(one: _Drawn, two: _Drawn) -> bool:
    """Whether the two are drawn on different planes."""
    return one.node.parent is not two.node.parent
