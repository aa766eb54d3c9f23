"""Service designs, pure: read, write, compare and merge; the same verbs as `hub.bpmn`."""

from hub.design.align import renamed
from hub.design.change import Change
from hub.design.check import Finding, check
from hub.design.completeness import Completeness, Missing, completeness
from hub.design.diff import diff
from hub.design.figures import Figures, figures
from hub.design.journey import STATES, Break, Journey, Stop, journey
from hub.design.journey_draw import draw_journey
from hub.design.merge import Applied, Conflict, Merge, merge
from hub.design.merge_decisions import Decision, Undecidable
from hub.design.model import FIELDS, SECTIONS, Design, Section, list_items, section_key, write
from hub.design.read import Unreadable, read
from hub.design.schema import Field, FieldKind, Part, Schema, Station, Step, schema
from hub.design.values import Reference, Tick, checklist, money, reference, told_checklist, write_checklist
from hub.design.words import Span, word_diff

__all__ = [
    "FIELDS",
    "SECTIONS",
    "STATES",
    "Applied",
    "Break",
    "Change",
    "Completeness",
    "Conflict",
    "Decision",
    "Design",
    "Field",
    "FieldKind",
    "Figures",
    "Finding",
    "Journey",
    "Merge",
    "Missing",
    "Part",
    "Reference",
    "Schema",
    "Section",
    "Span",
    "Station",
    "Step",
    "Stop",
    "Tick",
    "Undecidable",
    "Unreadable",
    "check",
    "checklist",
    "completeness",
    "diff",
    "draw_journey",
    "figures",
    "journey",
    "list_items",
    "merge",
    "money",
    "read",
    "reference",
    "renamed",
    "schema",
    "section_key",
    "told_checklist",
    "word_diff",
    "write",
    "write_checklist",
]
