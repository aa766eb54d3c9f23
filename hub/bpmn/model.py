"""A BPMN model as read: its elements, how they hang together, its drawing, and the bytes it came in.

A `Model` never changes. Edits are made on the source by `hub.bpmn.write` and read again.
Everything that costs time (relations, diagrams, details, warnings) is worked out when first asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from hub.bpmn.diagram import Diagram, read_diagrams
from hub.bpmn.guard import Limits
from hub.bpmn.relations import Relations
from hub.bpmn.tree import NAME, Node, Scope, Source, parse, parse_attributes
from hub.bpmn.vocabulary import CONNECTION_KINDS, FLOW_NODE_KINDS, Kind
from hub.bpmn.warnings import ModelWarning, find_warnings

_DISPLAY: Final = Limits().name
_ANY_ID: Final = re.compile(r"""\sid\s*=\s*["']([^"'<>&]*)["']""")
_LOOPS: Final = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


class Element:
    """One thing BPMN gives a name to: process, pool, lane, node, flow, data, artifact, event definition, root element.

    `id` is unique within the model: the BPMN id, or a stable substitute containing `#`
    where the file has none or uses one twice (`attributes["id"]` stays as written).
    """

    __slots__ = (
        "_attributes", "_details", "children", "end", "id", "kind", "model", "parent", "position", "scope", "start",
        "tag", "tag_end", "type",
    )  # fmt: skip

    def __init__(
        self,
        model: Model,
        parent: Element | None,
        tag: str,
        type_: str,
        kind: Kind,
        start: int,
        tag_end: int,
        scope: Scope,
    ) -> None:
        self.model = model
        self.parent = parent
        """The element this one is written in; None for processes, collaborations and other root elements."""
        self.tag = tag
        """The XML name as written, with its prefix."""
        self.type = type_
        """The BPMN name, such as `userTask`."""
        self.kind = kind
        self.start = start
        self.tag_end = tag_end
        self.end = tag_end
        self.scope = scope
        self.id = ""
        self.position = 0
        """Place in document order, from 0."""
        self.children: list[Element] = []
        """Elements written directly inside this one."""
        self._attributes: dict[str, str] | None = None
        self._details: Node | None = None

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attributes as written and in order; those of other vocabularies are keyed `{namespace}name`."""
        if self._attributes is None:
            text = self.model.text
            self._attributes = parse_attributes(text[self.start + 1 + len(self.tag) : self.tag_end], self.scope)
        return self._attributes

    @property
    def raw_name(self) -> str:
        """The `name` attribute in full, an empty string if absent."""
        return self.attributes.get("name", "")

    @property
    def name(self) -> str:
        """The `name` attribute, fit for display: shortened where longer than 1,000 characters."""
        name = self.attributes.get("name", "")
        return name if len(name) <= _DISPLAY else name[: _DISPLAY - 1] + "…"

    @property
    def label(self) -> str:
        """What a reader sees on this element.

        Its name, an annotation's text, a group's category value, or the name of the data object or
        data store a reference stands for.
        """
        if name := self.name:
            return name
        if self.type == "textAnnotation":
            return self.text
        if self.type in ("dataObjectReference", "dataStoreReference"):
            data = self.reference("dataObjectRef") or self.reference("dataStoreRef")
            return data.name if data is not None else ""
        if self.type in ("group", "categoryValue"):
            value = self if self.type == "categoryValue" else self.reference("categoryValueRef")
            return value.attributes.get("value", "") if value is not None else ""
        return ""

    @property
    def details(self) -> Node:
        """The XML of this element without the elements nested in it (see `children`)."""
        if self._details is None:
            spans, at = [], self.start
            for child in self.children:
                spans.append((at, child.start))
                at = child.end
            spans.append((at, self.end))
            self._details = parse(self.model.tree, spans, self.scope)[0]
        return self._details

    def detail_text(self, name: str) -> str | None:
        """Return the text of the first detail called `name` (such as `script` or `timeDuration`), None without one."""
        node = self.details.find(name) if self.tag_end != self.end else None
        return node.full_text.strip() if node is not None else None

    def reference(self, name: str) -> Element | None:
        """Return the element that the attribute or detail called `name` (such as `messageRef`) points to."""
        value = self.attributes.get(name)
        if value is None and self.tag_end != self.end:
            value = self.detail_text(name)
        return self.model.resolve(value) if value else None

    @property
    def text(self) -> str:
        """The text of a text annotation, an empty string for anything else."""
        return self.detail_text("text") or ""

    @property
    def documentation(self) -> str:
        """All documentation, paragraphs of several entries separated by an empty line."""
        if self.tag_end == self.end or "ocumentation" not in self.xml:
            return ""
        return "\n\n".join(text for node in self.details.find_all("documentation") if (text := node.full_text.strip()))

    @property
    def extensions(self) -> tuple[Node, ...]:
        """What other vocabularies say about this element, as XML nodes in document order."""
        if self.tag_end == self.end:
            return ()
        found: list[Node] = []
        for node in self.details.children:
            if node.name == "extensionElements":
                found += node.children
            elif node.namespace != self.details.namespace:
                found.append(node)
        return tuple(found)

    @property
    def xml(self) -> str:
        """The element exactly as written in the file, everything nested in it included."""
        return self.model.text[self.start : self.end]

    @property
    def line(self) -> int:
        """Line of the file this element starts on, from 1."""
        return self.model.tree.place(self.start)[0]

    @property
    def is_node(self) -> bool:
        """Whether sequence flow may start or end here: activities, events and gateways."""
        return self.kind in FLOW_NODE_KINDS

    @property
    def lane(self) -> Element | None:
        """The innermost lane responsible; a node in a sub-process is where the sub-process is."""
        return self.model.relations.lane(self)

    @property
    def pool(self) -> Element | None:
        """The participant whose process contains this element; a participant is its own pool."""
        return self.model.relations.pool(self)

    @property
    def process(self) -> Element | None:
        """The process, collaboration or choreography this element is written in."""
        element: Element | None = self
        while element is not None and element.kind not in (Kind.PROCESS, Kind.COLLABORATION):
            element = element.parent
        return element

    @property
    def scope_element(self) -> Element | None:
        """The process or sub-process whose flow this element belongs to (lane sets skipped)."""
        element = self.parent
        while element is not None and element.kind in (Kind.LANE_SET, Kind.LANE):
            element = element.parent
        return element

    @property
    def incoming(self) -> tuple[Element, ...]:
        """Sequence flows that end here, in document order."""
        return self.model.relations.incoming(self)

    @property
    def outgoing(self) -> tuple[Element, ...]:
        """Sequence flows that start here, in document order."""
        return self.model.relations.outgoing(self)

    @property
    def source(self) -> Element | None:
        """Where a flow, message flow, association or data association starts; None if it leads nowhere."""
        return self.model.relations.ends(self)[0]

    @property
    def target(self) -> Element | None:
        """Where a flow, message flow, association or data association ends; None if it leads nowhere."""
        return self.model.relations.ends(self)[1]

    @property
    def event_definitions(self) -> tuple[Element, ...]:
        """The event definitions of an event, inline ones first, then referenced ones."""
        inline = [child for child in self.children if child.kind is Kind.EVENT_DEFINITION]
        if self.kind is Kind.EVENT and "eventDefinitionRef" in self.xml:
            for node in self.details.find_all("eventDefinitionRef"):
                if (found := self.model.resolve(node.text.strip())) is not None:
                    inline.append(found)
        return tuple(inline)

    @property
    def attached_to(self) -> Element | None:
        """The activity a boundary event sits on."""
        return self.reference("attachedToRef") if self.type == "boundaryEvent" else None

    @property
    def boundary_events(self) -> tuple[Element, ...]:
        """The boundary events that sit on this activity."""
        return self.model.relations.attached(self)

    @property
    def is_interrupting(self) -> bool:
        """Whether a boundary event or the start of an event sub-process stops what it interrupts (default: yes)."""
        word = "cancelActivity" if self.type == "boundaryEvent" else "isInterrupting"
        return self.attributes.get(word, "true").strip() not in ("false", "0")

    @property
    def is_event_sub_process(self) -> bool:
        """Whether this sub-process is triggered by an event."""
        return self.attributes.get("triggeredByEvent", "false").strip() in ("true", "1")

    @property
    def loop(self) -> str | None:
        """The loop marker: `standard`, `parallel` or `sequential` (multi-instance); None without one."""
        if self.kind is not Kind.ACTIVITY or self.tag_end == self.end or "LoopCharacteristics" not in self.xml:
            return None
        for node in self.details.children:
            if node.name == _LOOPS[0]:
                return "standard"
            if node.name == _LOOPS[1]:
                return "sequential" if node.attributes.get("isSequential", "").strip() in ("true", "1") else "parallel"
        return None

    @property
    def condition(self) -> str | None:
        """The condition of a sequence flow or conditional event as written, None without one."""
        if self.kind is Kind.FLOW:
            return self.detail_text("conditionExpression")
        if self.type == "conditionalEventDefinition":
            return self.detail_text("condition")
        return None

    @property
    def default(self) -> Element | None:
        """The default flow of a gateway or activity."""
        value = self.attributes.get("default")
        return self.model.resolve(value) if value else None

    @property
    def called(self) -> str | None:
        """What a call activity calls, as written (`calledElement`)."""
        return self.attributes.get("calledElement")

    @property
    def flow_nodes(self) -> tuple[Element, ...]:
        """The nodes a lane names (`flowNodeRef`) and the file has; for a process or sub-process, its own nodes."""
        if self.kind is Kind.LANE:
            found = (self.model.resolve(node.text.strip()) for node in self.details.find_all("flowNodeRef"))
            return tuple(element for element in found if element is not None)
        return tuple(child for child in self.children if child.is_node)

    def __repr__(self) -> str:
        return f"<Element {self.type} {self.id}>"


class Elements:
    """The elements of a model: iterating yields them in document order, `[id]` and `in` look one up by id."""

    __slots__ = ("_by_id", "_order")

    def __init__(self, order: list[Element], by_id: dict[str, Element]) -> None:
        self._order = order
        self._by_id = by_id

    def __iter__(self) -> Iterator[Element]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._by_id

    def __getitem__(self, id_: str) -> Element:
        return self._by_id[id_]

    def get(self, id_: str | None) -> Element | None:
        """Return the element with this id, None without one."""
        return self._by_id.get(id_) if id_ is not None else None

    def ids(self) -> list[str]:
        """Return all ids in document order."""
        return list(self._by_id)


class Model:
    """One BPMN file, understood. Made by `hub.bpmn.read`."""

    def __init__(self, data: bytes, tree: Source, limits: Limits) -> None:
        self.source = data
        """The bytes of the file, unchanged."""
        self.tree = tree
        """The file as text with positions; for `hub.bpmn.write`."""
        self.text = tree.text
        self.limits = limits
        self.diagram_spans: list[tuple[int, int]] = []
        """Where the `BPMNDiagram` elements stand in the text."""
        self.order: list[Element] = []
        self.by_id: dict[str, Element] = {}
        self.duplicates: list[Element] = []
        self.without_id: list[Element] = []

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.source).hexdigest()

    @cached_property
    def elements(self) -> Elements:
        """Every element, in document order and by id."""
        return Elements(self.order, self.by_id)

    @property
    def root_tag(self) -> str:
        """The start tag of `definitions` as written."""
        return self.text[self.tree.root_start : self.tree.root_end]

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """The attributes of `definitions`."""
        tag = self.root_tag[1:]
        return parse_attributes(tag[NAME.match(tag).end() :], self.tree.scope)  # type: ignore[union-attr]

    @property
    def target_namespace(self) -> str:
        """The `targetNamespace` of the file; an empty string if it has none."""
        return self.attributes.get("targetNamespace", "")

    @property
    def exporter(self) -> str:
        """The tool that wrote the file, with its version, as far as the file says."""
        return " ".join(filter(None, (self.attributes.get("exporter"), self.attributes.get("exporterVersion"))))

    @property
    def name(self) -> str:
        """The best title the file offers: of the collaboration, the first named process, pool, or the file itself."""
        for kind in (Kind.COLLABORATION, Kind.PROCESS, Kind.POOL):
            for element in self.of_kind(kind):
                if element.name.strip():
                    return element.name.strip()
        return self.attributes.get("name", "").strip()

    @cached_property
    def _by_kind(self) -> dict[Kind, tuple[Element, ...]]:
        groups: dict[Kind, list[Element]] = {}
        for element in self.order:
            groups.setdefault(element.kind, []).append(element)
        return {kind: tuple(elements) for kind, elements in groups.items()}

    def of_kind(self, kind: Kind) -> tuple[Element, ...]:
        """Return the elements of one kind in document order."""
        return self._by_kind.get(kind, ())

    @cached_property
    def nodes(self) -> tuple[Element, ...]:
        """Activities, events and gateways, at every depth, in document order."""
        return tuple(element for element in self.order if element.kind in FLOW_NODE_KINDS)

    @property
    def flows(self) -> tuple[Element, ...]:
        """Sequence flows."""
        return self.of_kind(Kind.FLOW)

    @property
    def message_flows(self) -> tuple[Element, ...]:
        """Message flows."""
        return self.of_kind(Kind.MESSAGE_FLOW)

    @property
    def associations(self) -> tuple[Element, ...]:
        """Associations and conversation links, then data associations."""
        return self.of_kind(Kind.ASSOCIATION) + self.of_kind(Kind.DATA_ASSOCIATION)

    @property
    def connections(self) -> tuple[Element, ...]:
        """Everything with two ends, in document order."""
        return tuple(element for element in self.order if element.kind in CONNECTION_KINDS)

    @property
    def lanes(self) -> tuple[Element, ...]:
        """Lanes, outer before inner."""
        return self.of_kind(Kind.LANE)

    @property
    def pools(self) -> tuple[Element, ...]:
        """Participants."""
        return self.of_kind(Kind.POOL)

    @property
    def processes(self) -> tuple[Element, ...]:
        """Processes."""
        return self.of_kind(Kind.PROCESS)

    @property
    def collaborations(self) -> tuple[Element, ...]:
        """Collaborations, choreographies and global conversations."""
        return self.of_kind(Kind.COLLABORATION)

    @property
    def artifacts(self) -> tuple[Element, ...]:
        """Text annotations and groups."""
        return self.of_kind(Kind.ARTIFACT)

    @property
    def data(self) -> tuple[Element, ...]:
        """Data objects, stores, inputs and outputs, and references to them."""
        return self.of_kind(Kind.DATA)

    @property
    def root_elements(self) -> tuple[Element, ...]:
        """Messages, errors, signals, item definitions and their kin."""
        return self.of_kind(Kind.ROOT)

    @cached_property
    def relations(self) -> Relations:
        """Who is connected to, responsible for and attached to what."""
        return Relations(self)

    @cached_property
    def part_ids(self) -> frozenset[str]:
        """Ids the file gives to what is not an element here: details, diagrams, extensions."""
        return frozenset(_ANY_ID.findall(self.text)) - self.by_id.keys()

    @cached_property
    def diagrams(self) -> tuple[Diagram, ...]:
        """The drawings in the file."""
        scope: Scope = self.tree.scope
        nodes = [node for span in self.diagram_spans for node in parse(self.tree, [span], scope)]
        return read_diagrams(self, nodes)

    @cached_property
    def warnings(self) -> tuple[ModelWarning, ...]:
        """What is odd about the file without making it unreadable, in order of place."""
        return find_warnings(self)

    def resolve(self, reference: str | None) -> Element | None:
        """Return the element a reference means; references may carry a namespace prefix (`tns:Message_1`)."""
        if not reference:
            return None
        found = self.by_id.get(reference)
        if found is None:
            reference = reference.strip()
            found = self.by_id.get(reference) or self.by_id.get(reference.rpartition(":")[2])
        return found

    def words(self) -> Iterator[tuple[str, str, str]]:
        """Yield the texts of the model for a search index: (element id, what it is, text).

        What it is: `name`, `documentation`, `text` (annotations), `condition` or `label` (groups, data references).
        """
        for element in self.order:
            if name := element.raw_name.strip():
                yield element.id, "name", name
            elif element.kind in (Kind.DATA, Kind.ARTIFACT, Kind.ROOT) and (label := element.label.strip()):
                yield element.id, "text" if element.type == "textAnnotation" else "label", label
            if documentation := element.documentation:
                yield element.id, "documentation", documentation
            if element.kind is Kind.FLOW and (condition := element.condition):
                yield element.id, "condition", condition

    def __repr__(self) -> str:
        return f"<Model {self.sha256[:12]} with {len(self.order)} elements>"
