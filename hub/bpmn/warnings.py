"""What is odd about a model without making it unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hub.bpmn.refusals import WARNINGS
from hub.bpmn.vocabulary import DETAILS, KIND_OF, Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.diagram import Edge, Shape
    from hub.bpmn.model import Element, Model
    from hub.bpmn.tree import Node

_REFERENCES: Final = [
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "processRef",
    "messageRef",
    "errorRef",
    "signalRef",
    "escalationRef",
    "operationRef",
    "itemSubjectRef",
    "structureRef",
    "dataObjectRef",
    "dataStoreRef",
    "categoryValueRef",
    "activityRef",
    "calledElement",
]
_NO_MODEL_REFERENCE: Final = frozenset({"structureRef", "calledElement", "itemSubjectRef", "operationRef"})
_DETAIL_REFERENCES: Final = frozenset({"flowNodeRef", "eventDefinitionRef", "incoming", "outgoing"})


@dataclass(frozen=True, slots=True)
class ModelWarning:
    """One oddity: a stable `code`, the line (from 1, 0 for the whole file) and the element, if it is about one."""

    code: str
    line: int = 0
    element_id: str | None = None
    facts: dict[str, str] = field(default_factory=dict)

    def sentence(self, lang: str = "de") -> str:
        """Say what is odd, in German or English."""
        facts = dict(self.facts)
        if "type" in facts:
            facts["type"] = type_name(facts["type"], lang)
        return WARNINGS[self.code][0 if lang == "de" else 1].format_map(facts)


def find_warnings(model: Model) -> tuple[ModelWarning, ...]:
    """Return everything odd about `model`, in order of place."""
    found = [*_about_file(model), *_about_ids(model), *_about_elements(model), *_about_diagrams(model)]
    return tuple(sorted(found, key=lambda warning: warning.line))


def _about_file(model: Model) -> Iterator[ModelWarning]:
    if model.tree.decoded.mislabelled:
        yield ModelWarning("encoding-label")
    if not model.target_namespace:
        yield ModelWarning("no-target-namespace")


def _about_ids(model: Model) -> Iterator[ModelWarning]:
    for element in model.duplicates:
        yield ModelWarning("duplicate-id", element.line, element.id, {"value": element.attributes["id"]})
    for element in model.without_id:
        if element.kind not in (Kind.EVENT_DEFINITION, Kind.LANE_SET, Kind.DATA_ASSOCIATION, Kind.ROOT):
            yield ModelWarning("missing-id", element.line, element.id, {"type": element.type, "value": element.id})


def _about_elements(model: Model) -> Iterator[ModelWarning]:
    for element in model.order:
        attributes = element.attributes
        for name in _REFERENCES:
            value = attributes.get(name)
            if value and name not in _NO_MODEL_REFERENCE and model.resolve(value) is None:
                yield _dangling(element, name, value)
        if element.kind in (Kind.FLOW, Kind.MESSAGE_FLOW, Kind.ASSOCIATION) and not (
            attributes.get("sourceRef") and attributes.get("targetRef")
        ):
            yield ModelWarning("missing-end", element.line, element.id, {"type": element.type})
        if len(element.raw_name) > model.limits.name:
            yield ModelWarning("long-name", element.line, element.id, {"value": str(model.limits.name)})
        if element.end != element.tag_end:
            yield from _about_details(model, element, element.details)


def _about_details(model: Model, element: Element, details: Node) -> Iterator[ModelWarning]:
    namespace = details.namespace
    for node in details.children:
        name = node.name
        if node.namespace != namespace:
            continue
        if name in _DETAIL_REFERENCES:
            value = node.text.strip()
            if value and model.resolve(value) is None:
                yield _dangling(element, name, value, node.line)
        elif name not in DETAILS and name not in KIND_OF:
            yield ModelWarning("unknown-element", node.line, element.id, {"value": name[:80]})


def _dangling(element: Element, name: str, value: str, line: int | None = None) -> ModelWarning:
    return ModelWarning(
        "dangling-reference", line or element.line, element.id, {"attribute": name, "value": value[:80]}
    )


def _about_diagrams(model: Model) -> Iterator[ModelWarning]:
    if not any(diagram.shapes for diagram in model.diagrams):
        yield ModelWarning("no-diagram")
        return
    drawn: set[str] = set()
    for diagram in model.diagrams:
        plane = diagram.node.find("BPMNPlane")
        usable = {id(shape.node) for shape in diagram.shapes}
        for node in plane.find_all("BPMNShape") if plane is not None else ():
            if id(node) not in usable:
                yield ModelWarning("bad-shape", node.line)
        drawings: tuple[Shape | Edge, ...] = (*diagram.shapes, *diagram.edges)
        for drawing in drawings:
            if drawing.element is None:
                yield ModelWarning("dangling-shape", drawing.node.line, None, {"value": drawing.element_id[:80]})
            else:
                drawn.add(drawing.element.id)
    for element in (*model.nodes, *model.flows, *model.message_flows):
        if element.id not in drawn:
            value = element.label or element.id
            yield ModelWarning("not-drawn", element.line, element.id, {"value": value[:80], "type": element.type})
