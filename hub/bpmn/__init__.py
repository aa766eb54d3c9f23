"""Read, check, describe, draw, compare and merge BPMN 2.0 models. Pure: no database, no web."""

from hub.bpmn.change import Change, ChangeKind
from hub.bpmn.check import Finding, check
from hub.bpmn.describe import Description, Section, Step, describe
from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.diff import Diff, diff
from hub.bpmn.fingerprint import fingerprint
from hub.bpmn.guard import Limits, Unreadable
from hub.bpmn.keys import assign_keys
from hub.bpmn.match import Matching, match
from hub.bpmn.metrics import Metrics, metrics
from hub.bpmn.model import Element, Elements, Model
from hub.bpmn.pairs import Pair
from hub.bpmn.read import read
from hub.bpmn.rules import PROFILES, RULES, Profile, ProfileError, Rule, Severity, read_profile
from hub.bpmn.tree import Node
from hub.bpmn.vocabulary import Kind, type_name
from hub.bpmn.warnings import ModelWarning
from hub.bpmn.write import Editor

__all__ = [
    "PROFILES",
    "RULES",
    "Bounds",
    "Change",
    "ChangeKind",
    "Description",
    "Diagram",
    "Diff",
    "Edge",
    "Editor",
    "Element",
    "Elements",
    "Finding",
    "Kind",
    "Limits",
    "Matching",
    "Metrics",
    "Model",
    "ModelWarning",
    "Node",
    "Pair",
    "Profile",
    "ProfileError",
    "Rule",
    "Section",
    "Severity",
    "Shape",
    "Step",
    "Unreadable",
    "assign_keys",
    "check",
    "describe",
    "diff",
    "fingerprint",
    "match",
    "metrics",
    "read",
    "read_profile",
    "type_name",
]
