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
from hub.bpmn.element import Element, Elements
from hub.bpmn.guard import Limits
from hub.bpmn.relations import Relations
from hub.bpmn.tree import NAME, Scope, Source, parse, parse_attributes
from hub.bpmn.vocabulary import CONNECTION_KINDS, FLOW_NODE_KINDS, Kind
from hub.bpmn.warnings import ModelWarning, find_warnings

__all__ = ["Element", "Elements", "Model"]

_ANY_ID: Final = re.compile(r"""\sid\s*=\s*["']([^"'<>&]*)["']""")


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
