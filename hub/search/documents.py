"""What is put into the index: one document per entry and audience, in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """For whom a document was made."""

    INTERNAL = "internal"
    """The newest state, drafts included: for the own organisation and those it is shared with."""
    EXTERNAL = "external"
    """The last published version: for everybody else who may read the entry."""
    BOTH = "both"
    """Both audiences read the same."""


@dataclass(frozen=True)
class Step:
    """A named element of a diagram, with the number it has in the structured text."""

    element_id: str
    name: str
    number: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Section:
    """A piece of longer text: documentation, an annotation, a section of a design, the text of a file."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True)
class Remark:
    """A comment. Its organisation always reads it; `ikz` and `land` say who else does."""

    id: int
    organisation_id: int
    text: str
    ikz: bool = False
    land: bool = False

    def audiences(self) -> tuple[str, ...]:
        """Return the marks of everybody who reads the comment; see `Reader.audiences`."""
        marks = [f"c{self.organisation_id}_"]
        if self.ikz or self.land:
            marks.append("ci_")
        if self.land:
            marks.append("cl_")
        return tuple(marks)


@dataclass(frozen=True)
class Document:
    """One entry as one audience may find it."""

    entry_id: int
    version_id: int
    organisation_id: int
    visibility: str
    """`city`, `ikz`, `land` or `public`."""
    scope: Scope
    title: str
    updated_at: datetime
    summary: str = ""
    names: tuple[str, ...] = ()
    """Other names: the service, synonyms, tags."""
    keys: tuple[str, ...] = ()
    """Leistungsschlüssel, OZG-ID and other ids it is known by."""
    legal_bases: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    roles: tuple[str, ...] = ()
    """Lanes, participants, responsible people's roles."""
    sections: tuple[Section, ...] = ()
    remarks: tuple[Remark, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is filtered and counted on: facet → values, such as `{"state": ("released",)}`."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What `stadt:`, `stand:` and `art:` compare with: field → every spelling of the value."""
    standing: int = 0
    """0 draft, 1 in review, 2 released, 3 published."""
    reuse_count: int = 0

    @property
    def weight(self) -> int:
        """A number that sorts approved and reused entries before drafts."""
        return self.standing * 10 + min(self.reuse_count, 9)
