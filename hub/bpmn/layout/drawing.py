"""Write drawings into a model's file as BPMN DI, touching nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hub.bpmn.layout.graph import Box, Sheet
from hub.bpmn.model import Element, Model
from hub.bpmn.splice import attribute_value
from hub.bpmn.typeset.paths import Point
from hub.bpmn.vocabulary import BPMNDI, DC, DI
from hub.bpmn.write import Editor, number_text

_ID: Final = re.compile(r"""\bid\s*=\s*["']([^"']*)["']""")
GENERATED: Final = "Automatisch angeordnet"
"""`documentation` of a diagram this module made (DI 1.0, 7.4: a description of the diagram)."""


class Drawer:
    """Makes the XML of shapes and edges for one model."""

    def __init__(self, editor: Editor) -> None:
        self._shape = editor.tag("BPMNShape", None, BPMNDI)
        self._edge = editor.tag("BPMNEdge", None, BPMNDI)
        self._label = editor.tag("BPMNLabel", None, BPMNDI)
        self._bounds = editor.tag("Bounds", None, DC)
        self._waypoint = editor.tag("waypoint", None, DI)
        self._taken = set(_ID.findall(editor.model.text))

    def shape(self, element: Element, box: Box, label: tuple[float, float, float, float] | None) -> str:
        """Return the XML of a shape."""
        flags = ""
        if box.horizontal is not None:
            flags += f' isHorizontal="{str(box.horizontal).lower()}"'
        if box.expanded is not None:
            flags += f' isExpanded="{str(box.expanded).lower()}"'
        if box.marker:
            flags += ' isMarkerVisible="true"'
        bounds = self._rectangle((box.x, box.y, box.width, box.height))
        return f"<{self._shape} {self._names(element)}{flags}>{bounds}{self._place(label)}</{self._shape}>"

    def edge(self, element: Element, points: Sequence[Point], label: tuple[float, float, float, float] | None) -> str:
        """Return the XML of an edge."""
        course = "".join(f'<{self._waypoint} x="{_n(x)}" y="{_n(y)}" />' for x, y in points)
        return f"<{self._edge} {self._names(element)}>{course}{self._place(label)}</{self._edge}>"

    def _names(self, element: Element) -> str:
        id_ = attribute_value(element.attributes.get("id", ""))
        return f'id="{self._fresh(element.id + "_di")}" bpmnElement="{id_}"'

    def _fresh(self, wish: str) -> str:
        id_, number = wish, 2
        while id_ in self._taken:
            id_, number = f"{wish}_{number}", number + 1
        self._taken.add(id_)
        return attribute_value(id_)

    def _rectangle(self, b: tuple[float, float, float, float]) -> str:
        return f'<{self._bounds} x="{_n(b[0])}" y="{_n(b[1])}" width="{_n(b[2])}" height="{_n(b[3])}" />'

    def _place(self, label: tuple[float, float, float, float] | None) -> str:
        return f"<{self._label}>{self._rectangle(label)}</{self._label}>" if label is not None else ""


def _n(value: float) -> str:
    return number_text(round(value, 1))


def diagram_xml(editor: Editor, plane: Element, sheet: Sheet, number: int) -> str:
    """Return the XML of a whole diagram that shows `sheet` for the element `plane`."""
    model, drawer = editor.model, Drawer(editor)
    diagram, surface = editor.tag("BPMNDiagram", None, BPMNDI), editor.tag("BPMNPlane", None, BPMNDI)
    lines = []
    for id_, box in sheet.boxes.items():
        if has_own_id(element := model.elements[id_]):
            lines.append("      " + drawer.shape(element, box, sheet.labels.get(id_)))
    for id_, points in sheet.lines.items():
        if has_own_id(element := model.elements[id_]) and len(points) > 1:
            lines.append("      " + drawer.edge(element, points, sheet.labels.get(id_)))
    reference = f' bpmnElement="{attribute_value(plane.attributes["id"])}"' if has_own_id(plane) else ""
    ids = editor.fresh_id(f"BPMNDiagram_{number}"), editor.fresh_id(f"BPMNPlane_{number}")
    content = "\n".join(lines)
    return (
        f'<{diagram} id="{ids[0]}" documentation="{GENERATED}">\n    <{surface} id="{ids[1]}"{reference}>\n'
        f"{content}\n    </{surface}>\n  </{diagram}>"
    )


def has_own_id(element: Element) -> bool:
    """Whether DI can refer to an element: it has an id, and is the only one (or first) with it."""
    return bool(element.attributes.get("id")) and element.id == element.attributes["id"]


def is_generated(model: Model, index: int = 0) -> bool:
    """Whether a diagram was made by `layout` and not by a person."""
    diagrams = model.diagrams
    return index < len(diagrams) and diagrams[index].node.attributes.get("documentation") == GENERATED
