"""Read, check, describe, draw, compare and merge BPMN 2.0 models. Pure: no database, no web."""

from hub.bpmn.change import Change, ChangeKind
from hub.bpmn.check import Finding, check
from hub.bpmn.describe import Description, Section, Step, describe
from hub.bpmn.diagram import Bounds, Diagram, Edge, Shape
from hub.bpmn.diff import Diff, diff
from hub.bpmn.draw import Highlight, NoSuchDiagram, draw, style_sheet, thumbnail
from hub.bpmn.fingerprint import fingerprint
from hub.bpmn.guard import Limits, Unreadable
from hub.bpmn.keys import assign_keys
from hub.bpmn.layout import Placement, is_generated, layout, layout_missing, place, route
from hub.bpmn.match import Matching, match
from hub.bpmn.media import MediaFinding, media_breaks
from hub.bpmn.media_additions import Addition, Additions, read_additions, write_additions
from hub.bpmn.media_explain import Outcome, Reason, explain
from hub.bpmn.media_numbers import MediaDecision, MediaNumbers, MediaStatus, media_numbers, open_findings
from hub.bpmn.media_paths import MediaPath, media_paths
from hub.bpmn.media_rules import (
    MediaRule,
    MediaRuleError,
    MediaRules,
    MediaSeverity,
    media_rules,
    media_rules_version,
    read_media_rules,
)
from hub.bpmn.media_words import WordHit, word_hits
from hub.bpmn.merge import Applied, Conflict, Merge, Undecidable, merge
from hub.bpmn.metrics import Metrics, metrics
from hub.bpmn.model import Element, Elements, Model
from hub.bpmn.pairs import Pair
from hub.bpmn.rag import RAG_TYPES, rag_of, suggest_rag
from hub.bpmn.read import read
from hub.bpmn.reapply import reapply
from hub.bpmn.rules import PROFILES, RULES, Profile, ProfileError, Rule, Severity, read_profile
from hub.bpmn.similar import Index, Signature, Similar, equal_steps, signature, similar
from hub.bpmn.table import TableError, from_table, not_in_table, to_table
from hub.bpmn.tree import Node
from hub.bpmn.viewable import blank, viewable
from hub.bpmn.vocabulary import Kind, type_name
from hub.bpmn.warnings import ModelWarning
from hub.bpmn.write import Editor

__all__ = [
    "PROFILES",
    "RAG_TYPES",
    "RULES",
    "Addition",
    "Additions",
    "Applied",
    "Bounds",
    "Change",
    "ChangeKind",
    "Conflict",
    "Description",
    "Diagram",
    "Diff",
    "Edge",
    "Editor",
    "Element",
    "Elements",
    "Finding",
    "Highlight",
    "Index",
    "Kind",
    "Limits",
    "Matching",
    "MediaDecision",
    "MediaFinding",
    "MediaNumbers",
    "MediaPath",
    "MediaRule",
    "MediaRuleError",
    "MediaRules",
    "MediaSeverity",
    "MediaStatus",
    "Merge",
    "Metrics",
    "Model",
    "ModelWarning",
    "NoSuchDiagram",
    "Node",
    "Outcome",
    "Pair",
    "Placement",
    "Profile",
    "ProfileError",
    "Reason",
    "Rule",
    "Section",
    "Severity",
    "Shape",
    "Signature",
    "Similar",
    "Step",
    "TableError",
    "Undecidable",
    "Unreadable",
    "WordHit",
    "assign_keys",
    "blank",
    "check",
    "describe",
    "diff",
    "draw",
    "equal_steps",
    "explain",
    "fingerprint",
    "from_table",
    "is_generated",
    "layout",
    "layout_missing",
    "match",
    "media_breaks",
    "media_numbers",
    "media_paths",
    "media_rules",
    "media_rules_version",
    "merge",
    "metrics",
    "not_in_table",
    "open_findings",
    "place",
    "rag_of",
    "read",
    "read_additions",
    "read_media_rules",
    "read_profile",
    "reapply",
    "route",
    "signature",
    "similar",
    "style_sheet",
    "suggest_rag",
    "thumbnail",
    "to_table",
    "type_name",
    "viewable",
    "word_hits",
    "write_additions",
]
