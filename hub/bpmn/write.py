"""Edit a model by changing its source where it must change and nowhere else.

An `Editor` collects edits on one model; `data()` returns the new file. Bytes that no edit touches
stay as they were: comments, prefixes, quoting, white space, order and encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.model import Element, Model
from hub.bpmn.read import read
from hub.bpmn.schemaorder import rank
from hub.bpmn.splice import (
    Content,
    Placed,
    Splice,
    Stretch,
    attribute_splice,
    attribute_value,
    indentation,
    render,
    text_value,
)
from hub.bpmn.transplant import transplant
from hub.bpmn.tree import Node, parse
from hub.bpmn.vocabulary import BPMN, BPMNDI, DC, DI, Kind


class Editor:
    """Collects edits on `model`. Elements, nodes and shapes given to it are those of this model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._splices: list[Splice] = []
        self._attributes: dict[tuple[int, str], tuple[Placed, str | None]] = {}
        self._inserted: dict[int, tuple[Placed, list[Content]]] = {}
        self._taken = set(model.by_id)
        self._new_namespaces: dict[str, str] = {}

    # What comes out

    def data(self) -> bytes:
        """Return the file with all edits made; the unchanged bytes if there are none."""
        splices = list(self._splices)
        text = self.model.text
        for (_, name), (placed, value) in self._attributes.items():
            if (splice := attribute_splice(text, placed, name, value)) is not None:
                splices.append(splice)
        splices += [self._filled(parent, contents) for parent, contents in self._inserted.values()]
        if not splices:
            return self.model.source
        return self.model.tree.decoded.encode(render(text, splices))

    def read(self) -> Model:
        """Return the edited model."""
        return read(self.data(), self.model.limits)

    # Attributes and texts

    def set(self, target: Placed, name: str, value: str | None) -> None:
        """Set attribute `name` (`{namespace}name` for another vocabulary) of `target`, or remove it for None."""
        written = self._written(name, target)
        self._attributes[target.start, written] = (target, value)

    def rename(self, element: Element, name: str) -> None:
        """Give an element another name; an annotation another text."""
        if element.type == "textAnnotation":
            self.set_detail(element, "text", name)
        else:
            self.set(element, "name", name)

    def set_text(self, node: Node, text: str) -> None:
        """Replace everything between the tags of `node` by `text`."""
        if node.end == node.tag_end:
            tag = self.model.text[node.start : node.tag_end - 2].rstrip()
            self.replace(node, f"{tag}>{text_value(text)}</{node.tag}>")
        else:
            closing = self.model.text.rindex("<", node.tag_end, node.end)
            self._splices.append(Splice(node.tag_end, closing, [text_value(text)]))

    def set_detail(self, element: Element, name: str, text: str | None) -> None:
        """Set the text of the detail called `name` (such as `documentation` or `script`), adding or removing it."""
        nodes = list(element.details.find_all(name, BPMN))
        for node in nodes[1:] if text is not None else nodes:
            self.remove(node)
        if text is None:
            return
        if nodes:
            self.set_text(nodes[0], text)
        else:
            tag = self.tag(name, element)
            self.insert(element, f"<{tag}>{text_value(text)}</{tag}>")

    def set_documentation(self, element: Element, text: str) -> None:
        """Replace all documentation of an element by one text, an empty one removes it."""
        self.set_detail(element, "documentation", text or None)

    # Trees

    def insert(self, parent: Placed | None, xml: str | Stretch, name: str = "") -> None:
        """Write `xml` (one element) into `parent` where the schema wants it; None means `definitions`.

        `name` is the local name, needed only if `xml` is a stretch.
        """
        if isinstance(xml, str):
            match = re.match(r"<([^\s/>]+)", xml)
            name = match[1].rpartition(":")[2] if match is not None else name
        if parent is not None and parent.end == parent.tag_end:
            self._inserted.setdefault(parent.start, (parent, []))[1].append(xml)
            return
        text = self.model.text
        parent_name = parent.tag.rpartition(":")[2] if parent is not None else "definitions"
        wanted = rank(parent_name, name)
        siblings = self.children(parent)
        before = [sibling for sibling in siblings if rank(parent_name, sibling.tag.rpartition(":")[2]) <= wanted]
        if before:
            indent = indentation(text, before[-1].start)
            self._splices.append(Splice(before[-1].end, before[-1].end, [indent, xml]))
            return
        at = parent.tag_end if parent is not None else self.model.tree.root_end
        indent = indentation(text, siblings[0].start) if siblings else self._deeper(parent)
        self._splices.append(Splice(at, at, [indent, xml]))

    def replace(self, target: Placed, xml: str) -> None:
        """Write `xml` in place of `target`, everything inside included."""
        self._splices.append(Splice(target.start, target.end, [xml]))

    def remove(self, target: Placed) -> None:
        """Take `target` out, everything inside included, with the line break before it. References stay."""
        start = target.start - len(indentation(self.model.text, target.start))
        self._splices.append(Splice(start, target.end))

    def move(self, element: Element, parent: Element | None) -> None:
        """Write an element, with the edits made inside it, into another parent."""
        self.insert(parent, Stretch(element.start, element.end), element.type)
        self.remove(element)

    def children(self, parent: Placed | None) -> list[Placed]:
        """Return what is written directly inside `parent` (None: `definitions`), in order."""
        found: list[Placed]
        if parent is None:
            tree = self.model.tree
            found = [element for element in self.model.order if element.parent is None]
            found += [node for span in self.model.diagram_spans for node in parse(tree, [span], tree.scope)]
        elif isinstance(parent, Element):
            details = parent.details.children
            found = [child for child in parent.children if not any(d.start < child.start < d.end for d in details)]
            found += details
        else:
            found = list(parent.children) if isinstance(parent, Node) else []
        return sorted(found, key=lambda child: child.start)

    # Model edits with their references

    def connect(self, flow: Element, source: str | None = None, target: str | None = None) -> None:
        """Let a flow start at element id `source` and end at `target` (None: as before), `incoming`/`outgoing` too."""
        for attribute, detail, new, old in (
            ("sourceRef", "outgoing", source, flow.source),
            ("targetRef", "incoming", target, flow.target),
        ):
            if new is None:
                continue
            self.set(flow, attribute, new)
            if flow.kind is not Kind.FLOW:
                continue
            if old is not None:
                self._remove_references(old, detail, flow.id)
            node = self.model.elements.get(new)
            if node is not None and node is not old:
                self.insert_reference(node, detail, flow.id)

    def insert_reference(self, element: Element, detail: str, id_: str) -> None:
        """Add a detail such as `<incoming>id</incoming>`."""
        tag = self.tag(detail, element)
        self.insert(element, f"<{tag}>{text_value(id_)}</{tag}>")

    def set_lane(self, element: Element, lane: Element | None) -> None:
        """Make `lane` the one lane that names `element`; None takes it out of all lanes."""
        for other in self.model.lanes:
            self._remove_references(other, "flowNodeRef", element.id, keep=other is lane)
        if lane is not None and not any(
            node.text.strip() == element.id for node in lane.details.find_all("flowNodeRef")
        ):
            self.insert_reference(lane, "flowNodeRef", element.id)

    def remove_element(self, element: Element) -> None:
        """Take out an element with what is nested in it, its drawing, and every reference to it.

        Flows that start or end at it stay and lose nothing; remove them too if they are to go.
        """
        gone = {element.id} | {inner.id for inner in self.model.order if _inside(inner, element)}
        self.remove(element)
        for other in self.model.order:
            if other.id in gone:
                continue
            for node in other.details.children if other.end != other.tag_end else ():
                if node.name in ("incoming", "outgoing", "flowNodeRef") and node.text.strip() in gone:
                    self.remove(node)
            if other.attributes.get("default") in gone:
                self.set(other, "default", None)
        self.remove_drawing(gone)

    def _remove_references(self, element: Element, detail: str, id_: str, *, keep: bool = False) -> None:
        for node in element.details.find_all(detail):
            if node.text.strip() == id_ and not keep:
                self.remove(node)

    # Drawing

    def remove_drawing(self, element_ids: Iterable[str]) -> None:
        """Take the shapes and edges of these elements out of every diagram."""
        wanted = set(element_ids)
        for diagram in self.model.diagrams:
            drawings: tuple[Shape | Edge, ...] = (*diagram.shapes, *diagram.edges)
            for drawing in drawings:
                if drawing.element is not None and drawing.element.id in wanted:
                    self.remove(drawing.node)

    def set_bounds(self, shape: Shape, bounds: Bounds) -> None:
        """Move and resize a shape."""
        node = shape.node.find("Bounds")
        if node is not None:
            self._set_bounds(node, bounds)

    def set_label_bounds(self, drawing: Shape | Edge, bounds: Bounds) -> None:
        """Move the label of a shape or edge, if the file places it."""
        label = drawing.node.find("BPMNLabel")
        node = label.find("Bounds") if label is not None else None
        if node is not None:
            self._set_bounds(node, bounds)

    def _set_bounds(self, node: Node, bounds: Bounds) -> None:
        for name, value in (("x", bounds.x), ("y", bounds.y), ("width", bounds.width), ("height", bounds.height)):
            if node.attributes.get(name) != number_text(value):
                self.set(node, name, number_text(value))

    def set_waypoints(self, edge: Edge, points: Sequence[tuple[float, float]]) -> None:
        """Give an edge another course."""
        nodes = list(edge.node.find_all("waypoint"))
        for node, (x, y) in zip(nodes, points, strict=False):
            self.set(node, "x", number_text(x))
            self.set(node, "y", number_text(y))
        for node in nodes[len(points) :]:
            self.remove(node)
        added = "".join(
            indentation(self.model.text, nodes[-1].start if nodes else edge.node.start) + self._waypoint(point)
            for point in points[len(nodes) :]
        )
        if added and nodes:
            self._splices.append(Splice(nodes[-1].end, nodes[-1].end, [added]))
        elif added:
            self._inserted.setdefault(edge.node.start, (edge.node, []))[1].append(added.strip())

    def add_shape(self, diagram: Diagram, element_id: str, bounds: Bounds, **flags: bool) -> None:
        """Draw an element; flags are `isHorizontal`, `isExpanded`, `isMarkerVisible`."""
        shape = self.tag("BPMNShape", diagram.node, BPMNDI)
        attributes = "".join(f' {name}="{str(value).lower()}"' for name, value in flags.items())
        box = self.tag("Bounds", diagram.node, DC)
        drawn = f'id="{self.fresh_id(element_id + "_di")}" bpmnElement="{attribute_value(element_id)}"'
        self._draw(
            diagram,
            f"<{shape} {drawn}{attributes}>"
            f'<{box} x="{number_text(bounds.x)}" y="{number_text(bounds.y)}" width="{number_text(bounds.width)}"'
            f' height="{number_text(bounds.height)}" /></{shape}>',
        )

    def add_edge(self, diagram: Diagram, element_id: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw a flow or association along `points`."""
        edge = self.tag("BPMNEdge", diagram.node, BPMNDI)
        course = "".join(self._waypoint(point) for point in points)
        drawn = f'id="{self.fresh_id(element_id + "_di")}" bpmnElement="{attribute_value(element_id)}"'
        self._draw(diagram, f"<{edge} {drawn}>{course}</{edge}>")

    def _draw(self, diagram: Diagram, xml: str) -> None:
        plane = diagram.node.find("BPMNPlane")
        self.insert(plane if plane is not None else diagram.node, xml)

    def _waypoint(self, point: tuple[float, float]) -> str:
        return f'<{self.tag("waypoint", None, DI)} x="{number_text(point[0])}" y="{number_text(point[1])}" />'

    # Names

    def fresh_id(self, wish: str) -> str:
        """Return an id like `wish` that nothing in the file or in the edits uses yet."""
        base = re.sub(r"[^\w.-]", "_", wish)
        if not re.match(r"[^\W\d]", base):
            base = f"_{base}"
        id_, number = base, 1
        while id_ in self._taken or f'"{id_}"' in self.model.text:
            number += 1
            id_ = f"{base}_{number}"
        self._taken.add(id_)
        return id_

    def tag(self, name: str, target: Placed | None = None, namespace: str = BPMN) -> str:
        """Return `name` with the prefix that means `namespace` at `target`, declaring one if there is none."""
        scope = target.scope if target is not None else self.model.tree.scope
        if target is not None and scope.get(target.tag.rpartition(":")[0]) == namespace:
            prefix = target.tag.rpartition(":")[0]
        else:
            prefix = self.prefix(namespace, scope)
        return f"{prefix}:{name}" if prefix else name

    def prefix(self, namespace: str, scope: Mapping[str, str] | None = None, *, attribute: bool = False) -> str:
        """Return a prefix bound to `namespace`, declaring one on `definitions` if there is none."""
        scope = scope if scope is not None else self.model.tree.scope
        bound = [p for p, uri in scope.items() if uri == namespace and (p or not attribute)]
        if bound:
            return bound[0]
        return self.declare(namespace)

    def declare(self, namespace: str, wish: str = "") -> str:
        """Declare a prefix for `namespace` on `definitions` and return it."""
        if namespace not in self._new_namespaces:
            known = {BPMN: "bpmn", BPMNDI: "bpmndi", DC: "dc", DI: "di"}
            base = wish or known.get(namespace, "ext")
            prefix, number = base, 1
            while prefix in self.model.tree.scope or prefix in self._new_namespaces.values():
                number += 1
                prefix = f"{base}{number}"
            self._new_namespaces[namespace] = prefix
            tree = self.model.tree
            at = tree.root_end - (2 if self.model.text[tree.root_end - 2] == "/" else 1)
            self._splices.append(Splice(at, at, [f' xmlns:{prefix}="{attribute_value(namespace)}"']))
        return self._new_namespaces[namespace]

    def transplant(self, placed: Placed, origin: Model, ids: Mapping[str, str] | None = None) -> str:
        """Return the XML of something in `origin` as it must read in this file.

        Prefixes are translated, missing namespaces declared, ids and references renamed by `ids` (old → new).
        """
        return transplant(origin.text[placed.start : placed.end], placed.scope, self._binding, ids or {})

    def _binding(self, namespace: str, wish: str, *, attribute: bool) -> str:
        scope = self.model.tree.scope
        if scope.get(wish) == namespace and (wish or not attribute):
            return wish
        bound = [p for p, uri in scope.items() if uri == namespace and (p or not attribute)]
        return bound[0] if bound else self.declare(namespace, wish)

    def _written(self, name: str, target: Placed) -> str:
        if not name.startswith("{"):
            return name
        namespace, _, local = name[1:].rpartition("}")
        return f"{self.prefix(namespace, target.scope, attribute=True)}:{local}"

    # White space

    def _deeper(self, parent: Placed | None) -> str:
        outer = indentation(self.model.text, parent.start) if parent is not None else "\n"
        return outer + ("\t" if "\t" in outer else "  ") if outer else ""

    def _filled(self, parent: Placed, contents: list[Content]) -> Splice:
        """Return the splice that turns `<x/>` into `<x>…</x>`."""
        text = self.model.text
        at = parent.tag_end - 2
        while text[at - 1].isspace():
            at -= 1
        deeper = self._deeper(parent)
        filling: list[Content] = [">"]
        name = parent.tag.rpartition(":")[2]
        for content in sorted(contents, key=lambda content: rank(name, _local(content))):
            filling += [deeper, content]
        filling += [indentation(text, parent.start), f"</{parent.tag}>"]
        return Splice(at, parent.tag_end, filling)


def _local(content: Content) -> str:
    match = re.match(r"<(?:[^\s:/>]+:)?([^\s/>]+)", content) if isinstance(content, str) else None
    return match[1] if match is not None else ""


def _inside(inner: Element, outer: Element) -> bool:
    return outer.start < inner.start < outer.end


def number_text(value: float) -> str:
    """Return a number as drawing tools write it: `300`, `12.5`."""
    return str(int(value)) if value == int(value) else f"{value:.4f}".rstrip("0").rstrip(".")
