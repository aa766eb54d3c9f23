"""Complete a drawing: place elements that have no shape near what they belong to, route their connections.

What is drawn already stays where it is. Only where a lane, pool or sub-process is full, room is inserted:
frames are stretched and what lies beyond moves on, as with the space tool of modelling programs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from hub.bpmn.diagram import Bounds, Diagram
from hub.bpmn.layout.canvas import Canvas
from hub.bpmn.layout.drawing import has_own_id
from hub.bpmn.layout.graph import Box, Sheet
from hub.bpmn.layout.nodes import Builder, size_of
from hub.bpmn.layout.placement import Placement, facing, far_from
from hub.bpmn.layout.router import loop, route
from hub.bpmn.layout.satellites import drawn_data, make
from hub.bpmn.layout.scope import EVENT
from hub.bpmn.layout.whole import draw_pools
from hub.bpmn.model import Element, Model
from hub.bpmn.typeset import labels
from hub.bpmn.typeset.paths import Point, middle
from hub.bpmn.typeset.text import fit
from hub.bpmn.vocabulary import SUB_PROCESSES, Kind

_STEP: Final = 50.0
_LANE: Final = 120.0


def place(model: Model, *, diagram: int = 0, reroute: Collection[str] = (), drawn: Collection[str] = ()) -> Placement:
    """Find places for all elements of a diagram's scopes that no diagram shows, and courses for their connections.

    `reroute` are ids of connections whose course no longer fits (they lead elsewhere now); `drawn` are ids to
    regard as drawn although this diagram does not show them. Raises `IndexError` without such a diagram.
    """
    return _Placing(model, model.diagrams[diagram], drawn).run(reroute)


class _Placing:
    def __init__(self, model: Model, diagram: Diagram, drawn: Collection[str]) -> None:
        self.model = model
        self.canvas = Canvas(diagram)
        self.builder = Builder(model)
        self.result = Placement(diagram)
        self.elsewhere = set(drawn)
        gateways = [s for s in diagram.shapes if s.element is not None and s.element.type == "exclusiveGateway"]
        self._marked = not gateways or any(shape.is_marker_visible for shape in gateways)
        for other in model.diagrams:
            if other is not diagram:
                self.elsewhere |= {s.element.id for s in other.shapes if s.element is not None}
                self.elsewhere |= {e.element.id for e in other.edges if e.element is not None}
        self.before = (
            dict(self.canvas.boxes),
            {k: list(v) for k, v in self.canvas.lines.items()},
            dict(self.canvas.labels),
        )

    def run(self, reroute: Collection[str]) -> Placement:
        """Place pools, lanes, nodes, data and annotations, in this order, then route."""
        canvas = self.canvas
        self._pools()
        self._lanes()
        self._nodes()
        for element in drawn_data(self.model):
            if self._wanted(element):
                self._data(element)
        for element in self.model.connections:
            if element.id in reroute or (element.id not in canvas.lines and element.id not in self.elsewhere):
                self._connect(element)
        boxes, lines, places = self.before
        for id_, b in canvas.boxes.items():
            if id_ in boxes and boxes[id_] != b:
                self.result.moved[id_] = b
            elif id_ in self.result.boxes:
                old = self.result.boxes[id_]
                self.result.boxes[id_] = Box(b.x, b.y, b.width, b.height, old.expanded, old.horizontal, old.marker)
        for id_, points in canvas.lines.items():
            if id_ not in lines:
                self.result.lines[id_] = points
            elif lines[id_] != points:
                self.result.rerouted[id_] = points
        for id_, b in canvas.labels.items():
            if id_ in places and places[id_] != b:
                self.result.moved_labels[id_] = b
        self._labels()
        return self.result

    def _wanted(self, element: Element) -> bool:
        """Whether an element lacks a shape that this diagram should show."""
        if element.id in self.canvas.boxes or element.id in self.elsewhere or not has_own_id(element):
            return False
        scope = element.scope_element
        if scope is None or scope.id in self.canvas.closed:
            return False
        if scope.id in self.canvas.frames or scope is self.canvas.diagram.element:
            return True
        if scope.kind is not Kind.PROCESS:
            return False
        pool = element.pool
        if pool is not None:
            return pool.id in self.canvas.boxes
        return any(child.id in self.canvas.boxes for child in scope.children)

    def _add(self, element: Element, b: Bounds, box: Box) -> None:
        self.canvas.boxes[element.id] = b
        self.result.boxes[element.id] = box

    def _take(self, sheet: Sheet, dx: float, dy: float) -> None:
        """Add a part that was laid out on its own."""
        moved = Sheet()
        moved.take(sheet, dx, dy)
        for id_, box in moved.boxes.items():
            if id_ in self.canvas.boxes:
                continue
            self._add(self.model.elements[id_], Bounds(box.x, box.y, box.width, box.height), box)
            if box.expanded or box.horizontal is not None:
                self.canvas.frames.add(id_)
        self.canvas.lines.update(moved.lines)

    def _pools(self) -> None:
        """Add participants without shape, with all they contain, below the others."""
        plane = self.canvas.diagram.element
        if plane is None or plane.kind is not Kind.COLLABORATION or plane.type == "choreography":
            return
        for pool in (child for child in plane.children if child.kind is Kind.POOL):
            if pool.id in self.canvas.boxes or pool.id in self.elsewhere or not has_own_id(pool):
                continue
            sheet = draw_pools(self.builder, [pool], [], None)
            process = pool.reference("processRef")
            if process is not None and any(child.id in self.canvas.boxes for child in process.children):
                continue
            pools = [b for id_, b in self.canvas.boxes.items() if self.model.elements[id_].kind is Kind.POOL]
            foot = max((b.bottom for b in self.canvas.boxes.values()), default=0.0)
            self._take(sheet, min((b.x for b in pools), default=0.0), foot + _STEP)

    def _lanes(self) -> None:
        """Add lanes without shape at the foot of their pool, or inside the lane they divide."""
        for lane in self.model.lanes:
            outer = lane.parent.parent if lane.parent is not None else None
            frame = outer if outer is not None and outer.kind is Kind.LANE else lane.pool
            if lane.id in self.canvas.boxes or lane.id in self.elsewhere or frame is None or not has_own_id(lane):
                continue
            if frame.id not in self.canvas.boxes:
                continue
            b = self.canvas.boxes[frame.id]
            siblings = [
                self.canvas.boxes[other.id]
                for other in (lane.parent.children if lane.parent is not None else ())
                if other.id in self.canvas.boxes and other is not lane
            ]
            if siblings:
                foot = max(other.bottom for other in siblings)
                # Beyond the frame's edge nothing spans, so the frame is stretched by hand.
                self.canvas.insert_rows(foot, _LANE)
                grown = self.canvas.boxes[frame.id]
                if grown.height == b.height:
                    self.canvas.boxes[frame.id] = Bounds(b.x, b.y, b.width, b.height + _LANE)
                bounds = Bounds(siblings[0].x, foot, siblings[0].width, _LANE)
            else:
                bounds = Bounds(b.x + 30, b.y, b.width - 30, b.height)
            self._add(lane, bounds, Box(bounds.x, bounds.y, bounds.width, bounds.height, horizontal=True))
            self.canvas.frames.add(lane.id)

    def _nodes(self) -> None:
        waiting = [node for node in self.model.nodes if self._wanted(node)]
        while waiting:
            # Whoever has most neighbours in the picture goes first; equals in the order of the file.
            node = max(waiting, key=lambda element: (self._known(element), -element.position))
            waiting.remove(node)
            if not self._wanted(node):
                continue
            host = node.attached_to
            if host is not None and host.id in self.canvas.boxes and host.kind is Kind.ACTIVITY:
                self._boundary(node, host)
            else:
                self._node(node)
            waiting += [
                child for child in node.children if child.is_node and child not in waiting and self._wanted(child)
            ]

    def _known(self, node: Element) -> int:
        ends = [flow.source for flow in node.incoming] + [flow.target for flow in node.outgoing]
        count = sum(2 for end in ends if end is not None and end.id in self.canvas.boxes)
        # A node before its own boundary events; a predecessor counts more than a successor.
        return count + sum(
            1 for flow in node.incoming if flow.source is not None and flow.source.id in self.canvas.boxes
        )

    def _node(self, node: Element) -> None:
        sheet: Sheet | None = None
        if node.type in SUB_PROCESSES and any(child.is_node for child in node.children):
            sheet = self.builder.inside(node)
            width, height = max(sheet.width, 120.0), max(sheet.height, 100.0)
        else:
            width, height = self._size(node)
        b = self._settle(node, width, height, self._wish(node, width, height))
        expanded = True if sheet is not None else (False if node.type in SUB_PROCESSES else None)
        self._add(
            node, b, Box(b.x, b.y, width, height, expanded, marker=self._marked and node.type == "exclusiveGateway")
        )
        if sheet is not None:
            self.canvas.frames.add(node.id)
            self._take(sheet, b.x, b.y)

    def _size(self, node: Element) -> tuple[float, float]:
        """Return the size this drawing gives to such nodes, or a larger one that the name needs."""
        usual = self.canvas.usual_size(node)
        if usual is None or min(usual) < 20:
            return size_of(node)
        if node.kind is Kind.ACTIVITY and fit(node.label, usual[0] - 10, usual[1] - 22, (12.0, 11.0, 10.0)).cut:
            return size_of(node)
        return usual

    def _header(self, element: Element) -> Point:
        """Return how wide the strips with names are at the left and upper edge of the element's frame."""
        scope = element.scope_element
        if scope is not None and scope.id in self.canvas.frames:
            return 0.0, 16.0
        if element.pool is None:
            return 0.0, 0.0
        return (0.0, 22.0) if self.canvas.is_upright(element) else (22.0, 0.0)

    def _wish(self, node: Element, width: float, height: float) -> Point:
        """Return where a node would best stand: between, after or before those it is connected to."""
        boxes = self.canvas.boxes
        sources = [flow.source for flow in node.incoming if flow.source is not None and flow.source.id in boxes]
        targets = [flow.target for flow in node.outgoing if flow.target is not None and flow.target.id in boxes]
        frame = self.canvas.frame_of(node)
        if sources:
            source = boxes[sources[0].id]
            x, y = source.right + _STEP + width / 2, source.centre[1]
            if self.canvas.is_upright(node):
                x, y = source.centre[0], source.bottom + _STEP + height / 2
                if targets and boxes[targets[0].id].y - source.bottom > height + 40:
                    y = (source.bottom + boxes[targets[0].id].y) / 2
                return x, y
            if sources[0].type == "boundaryEvent":
                x, y = source.centre[0] + _STEP + width / 2, source.bottom + 40 + height / 2
            if targets:
                target = boxes[targets[0].id]
                if target.x - source.right > width + 40:
                    x = (source.right + target.x) / 2
        elif targets:
            target = boxes[targets[0].id]
            x, y = target.x - _STEP - width / 2, target.centre[1]
            if self.canvas.is_upright(node):
                x, y = target.centre[0], target.y - _STEP - height / 2
        elif frame is not None:
            inside = [
                b
                for b in self.canvas.obstacles()
                if frame.x <= b.centre[0] <= frame.right and frame.y <= b.centre[1] <= frame.bottom
            ]
            x = max((b.right + _STEP for b in inside), default=frame.x + 60) + width / 2
            y = frame.centre[1]
        else:
            everything = list(boxes.values())
            x = min((b.x for b in everything), default=0.0) + width / 2
            y = max((b.bottom for b in everything), default=0.0) + _STEP + height / 2
        if frame is not None and not frame.y <= y <= frame.bottom:
            y = frame.centre[1]
        return x, y

    def _settle(self, element: Element, width: float, height: float, wish: Point) -> Bounds:
        """Return a free place near `wish`, inserting room where there is none."""
        canvas, frame = self.canvas, self.canvas.frame_of(element)
        header = self._header(element)
        found = canvas.find_place(width, height, wish, frame, header)
        if found is not None or frame is None:
            return found or Bounds(wish[0] - width / 2, wish[1] - height / 2, width, height)
        if wish[0] + width / 2 > frame.right - 14 and frame.height > height + 30:
            canvas.insert_columns(frame.right - 6, wish[0] + width / 2 + 30 - frame.right)
        else:
            canvas.insert_rows(frame.bottom - 6, height + 36)
        frame = canvas.frame_of(element) or frame
        low = frame.x + 14 + header[0] + width / 2
        inside = (min(max(wish[0], low), max(frame.right - 14 - width / 2, low)), wish[1])
        found = canvas.find_place(width, height, inside, frame, header)
        if found is None:
            found = canvas.find_place(width, height, (inside[0], frame.bottom - 14 - height / 2), frame, header)
        if found is not None:
            return found
        canvas.insert_rows(frame.bottom - 6, height + 60)
        frame = canvas.frame_of(element) or frame
        wide = width + 28 + header[0] - frame.width
        if wide > 0:
            canvas.insert_columns(frame.right - 6, wide)
            frame = canvas.frame_of(element) or frame
        x = min(max(wish[0] - width / 2, frame.x + 14 + header[0]), frame.right - 14 - width)
        return Bounds(x, frame.bottom - 20 - height, width, height)

    def _boundary(self, event: Element, host: Element) -> None:
        b = self.canvas.boxes[host.id]
        size = min(self.canvas.usual_size(event) or (EVENT, EVENT))
        taken = [self.canvas.boxes[other.id].centre for other in host.boundary_events if other.id in self.canvas.boxes]
        x, y = b.right - 8 - size / 2, b.bottom
        while x > b.x + size / 2 and any(abs(x - tx) < size + 4 and abs(y - ty) < size for tx, ty in taken):
            x -= 8
        bounds = Bounds(x - size / 2, y - size / 2, size, size)
        self._add(event, bounds, Box(bounds.x, bounds.y, size, size))

    def _data(self, element: Element) -> None:
        satellite = make(element)
        width = {"textAnnotation": satellite.width, "dataStoreReference": 50.0}.get(element.type, 36.0)
        near: Bounds | None = None
        for association in self.model.associations:
            for one, other in ((association.source, association.target), (association.target, association.source)):
                if one is element and other is not None and near is None:
                    if other.id in self.canvas.boxes:
                        near = self.canvas.boxes[other.id]
                    elif other.id in self.canvas.lines:
                        (x, y), _ = middle(self.canvas.lines[other.id])
                        near = Bounds(x, y, 0, 0)
        height = satellite.height
        if near is not None:
            up = element.type == "textAnnotation"
            wish = (near.centre[0], near.y - 30 - height / 2 if up else near.bottom + 30 + height / 2)
            frame = self.canvas.frame_of(element)
            b = self.canvas.find_place(max(width, 40), height + satellite.label, wish, frame, self._header(element))
            b = b or self.canvas.find_place(max(width, 40), height + satellite.label, wish, None, (0.0, 0.0))
            if b is not None:
                b = Bounds(b.x + (b.width - width) / 2, b.y, width, height)
        else:
            b = self._settle(element, width, height, self._wish(element, width, height))
        b = b or Bounds(wish[0] - width / 2, wish[1] - height / 2, width, height)
        self._add(element, b, Box(b.x, b.y, width, height))

    def _connect(self, element: Element) -> None:
        if not has_own_id(element):
            return
        source, target = self._end(element.source), self._end(element.target)
        if source is None or target is None:
            return
        if element.source is not None and element.source.kind is Kind.POOL:
            source = facing(source, target)
        elif element.target is not None and element.target.kind is Kind.POOL:
            target = facing(target, source)
        if element.source is element.target:
            self.canvas.lines[element.id] = loop(source)
            return
        lines = [line for id_, line in self.canvas.lines.items() if id_ != element.id]
        is_flow = element.kind is Kind.FLOW
        downwards = is_flow and element.source is not None and self.canvas.is_upright(element.source)
        self.canvas.lines[element.id] = route(
            source, target, self.canvas.obstacles(), lines, sideways=is_flow, downwards=downwards
        )

    def _end(self, element: Element | None) -> Bounds | None:
        if element is None:
            return None
        if element.id in self.canvas.boxes:
            return self.canvas.boxes[element.id]
        if element.id in self.canvas.lines:
            (x, y), _ = middle(self.canvas.lines[element.id])
            return Bounds(x, y, 0, 0)
        return None

    def _labels(self) -> None:
        crowd = labels.Crowd()
        for id_, b in self.canvas.boxes.items():
            if id_ in self.canvas.frames:
                crowd.add_outline(b)
            else:
                crowd.add(b.x, b.y, b.right, b.bottom)
        for b in self.canvas.labels.values():
            crowd.add(b.x, b.y, b.right, b.bottom)
        for points in self.canvas.lines.values():
            crowd.add_line(points)
        outside: Iterable[str] = self.result.boxes
        for id_ in outside:
            element = self.model.elements[id_]
            if element.kind in (Kind.EVENT, Kind.GATEWAY, Kind.DATA) and (label := element.label.strip()):
                block, x, top = labels.beside(label, self.canvas.boxes[id_], crowd)
                self.result.labels[id_] = (x - block.width / 2, top, block.width, block.height)
        for id_ in (*self.result.lines, *self.result.rerouted):
            if label := self.model.elements[id_].label.strip():
                block, x, top = labels.along(label, self.canvas.lines[id_], crowd)
                if id_ in self.result.lines:
                    self.result.labels[id_] = (x - block.width / 2, top, block.width, block.height)
                elif id_ in self.canvas.labels and far_from(self.canvas.labels[id_], self.canvas.lines[id_]):
                    self.result.moved_labels[id_] = Bounds(x - block.width / 2, top, block.width, block.height)
