"""Read, check, describe, draw, compare and merge BPMN 2.0 models. Pure: no database, no web."""

from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.guard import Limits, Unreadable
from hub.bpmn.model import Element, Elements, Model
from hub.bpmn.read import read
from hub.bpmn.tree import Node
from hub.bpmn.vocabulary import Kind, type_name
from hub.bpmn.warnings import ModelWarning
from hub.bpmn.write import Editor

__all__ = [
    "Bounds",
    "Diagram",
    "Edge",
    "Editor",
    "Element",
    "Elements",
    "Kind",
    "Limits",
    "Model",
    "ModelWarning",
    "Node",
    "Shape",
    "Unreadable",
    "read",
    "type_name",
]
