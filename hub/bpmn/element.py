"""One element of a model, and all of them in order.

What costs time (attributes, details, relations) is worked out when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hub.bpmn.guard import Limits
from hub.bpmn.tree import Node, Scope, parse, parse_attributes
from hub.bpmn.vocabulary import FLOW_NODE_KINDS, Kind

if TYPE_CHECKING:
    from hub.bpmn.model import Model

_DISPLAY: Final = Limits().name
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
