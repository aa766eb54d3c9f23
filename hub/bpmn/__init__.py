"""Read, check, describe, draw, compare and merge BPMN 2.0 models. Pure: no database, no web."""

from hub.bpmn.change import Change, ChangeKind
from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.diff import Diff, diff
from hub.bpmn.fingerprint import fingerprint
from hub.bpmn.guard import Limits, Unreadable
from hub.bpmn.keys import assign_keys
from hub.bpmn.match import Matching, match
from hub.bpmn.model import Element, Elements, Model
from hub.bpmn.pairs import Pair
from hub.bpmn.read import read
from hub.bpmn.tree import Node
from hub.bpmn.vocabulary import Kind, type_name
from hub.bpmn.warnings import ModelWarning
from hub.bpmn.write import Editor

__all__ = [
    "Bounds",
    "Change",
    "ChangeKind",
    "Diagram",
    "Diff",
    "Edge",
    "Editor",
    "Element",
    "Elements",
    "Kind",
    "Limits",
    "Matching",
    "Model",
    "ModelWarning",
    "Node",
    "Pair",
    "Shape",
    "Unreadable",
    "assign_keys",
    "diff",
    "fingerprint",
    "match",
    "read",
    "type_name",
]
