"""Service designs, pure: read, write, compare and merge; the same verbs as `hub.bpmn`."""

from hub.design.align import renamed
from hub.design.change import Change
from hub.design.diff import diff
from hub.design.merge import Applied, Conflict, Merge, merge
from hub.design.merge_decisions import Decision, Undecidable
from hub.design.model import FIELDS, SECTIONS, Design, Section, section_key, write
from hub.design.read import Unreadable, read
from hub.design.words import Span, word_diff

__all__ = [
    "FIELDS",
    "SECTIONS",
    "Applied",
    "Change",
    "Conflict",
    "Decision",
    "Design",
    "Merge",
    "Section",
    "Span",
    "Undecidable",
    "Unreadable",
    "diff",
    "merge",
    "read",
    "renamed",
    "section_key",
    "word_diff",
    "write",
]
