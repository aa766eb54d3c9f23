"""Service designs, pure: read, write and compare; the same verbs as `hub.bpmn`."""

from hub.design.diff import Change, diff
from hub.design.model import FIELDS, SECTIONS, Design, Section, section_key, write
from hub.design.read import Unreadable, read

__all__ = [
    "FIELDS",
    "SECTIONS",
    "Change",
    "Design",
    "Section",
    "Unreadable",
    "diff",
    "read",
    "section_key",
    "write",
]
