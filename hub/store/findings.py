"""Media breaks found in versions, what people decided about them, and the figures that follow.

What is found is computed and may be thrown away; decisions and confirmations are written once and never changed.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText
from hub.store.entries import Version
from hub.store.organisations import Organisation


class Decision(StrEnum):
    """What people decide about a finding; the values are those of `hub.bpmn.MediaDecision`."""

    OPEN = "open"
    FIXED = "fixed"
    JUSTIFIED = "justified"
    NO_BREAK = "no-break"


class Standing(StrEnum):
    """OZGplus status of a version; `FREE` only once a person confirmed exactly this content."""

    UNCHECKED = "unchecked"
    OPEN = "open"
    JUSTIFIED = "justified"
    FREE = "free"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class MediaRuleSet(Base):
    """What the cooperation adds to the rules the hub brings along; the highest number holds, none is ever changed."""

    __tablename__ = "media_rule_sets"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    """1, 2, 3 …; a form names the one it started from."""
    text: Mapped[LongText]
    """TOML, as `hub.bpmn.read_media_rules` reads it."""
    message: Mapped[Line]
    """Why it was changed."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    author: Mapped[User | None] = relationship()


class MediaFinding(Base):
    """One media break found in a version by the rules its `MediaNumbers` name."""

    __tablename__ = "media_findings"
    __table_args__ = (
        CheckConstraint("severity IN ('H', 'M', 'N')", name="severity"),
        Index("ix_media_findings_rule", "rule", "severity"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """0, 1, 2 …, the gravest first, then by place in the file."""
    bpmn_id: Mapped[str] = mapped_column(String(300))
    element_key: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(1))
    text: Mapped[Line]
    """What was found, as written."""
    text_digest: Mapped[Digest]
    """SHA-256 of the folded text; another digest means that a decision has to be made again."""
    origin: Mapped[str] = mapped_column(String(20))
    """Where it was found: `name`, `condition`, `system`, `channel`, `structure`, `annotation`, `documentation`."""
    claim: Mapped[LongText] = mapped_column(default="")
    """What the model itself says about why the step cannot be avoided."""


class MediaDecision(Base):
    """What somebody decided about a finding of an entry; the newest one about the same words holds."""

    __tablename__ = "media_decisions"
    __table_args__ = (
        CheckConstraint(_one_of("decision", Decision), name="decision"),
        CheckConstraint("decision != 'justified' OR legal_basis != ''", name="justified_with_legal_basis"),
        Index("ix_media_decisions_entry_id", "entry_id", "id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    """The version that was on the screen."""
    element_key: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(20))
    text: Mapped[Line]
    text_digest: Mapped[Digest]
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[LongText] = mapped_column(default="")
    legal_basis: Mapped[Line] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime]
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("media_decisions.id", ondelete="SET NULL"))
    taken_over_from_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """The organisation whose decision a fork started with; nobody of the own one has confirmed it."""

    author: Mapped[User | None] = relationship()
    taken_over_from: Mapped[Organisation | None] = relationship()
    version: Mapped[Version] = relationship()


class MediaConfirmation(Base):
    """A person's word that exactly this content of an entry is free of media breaks, or that it no longer holds."""

    __tablename__ = "media_confirmations"
    __table_args__ = (Index("ix_media_confirmations_entry_id", "entry_id", "blob_sha256"),)

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    blob_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    confirmed: Mapped[bool]
    """False takes an earlier confirmation back."""
    note: Mapped[LongText] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime]

    author: Mapped[User | None] = relationship()


class MediaNumbers(Base):
    """The figures of one version; join `entries.head_id` or `published_id` to get the row of today.

    A design has the figures of the SOLL process it pins.
    """

    __tablename__ = "media_numbers"
    __table_args__ = (
        CheckConstraint(_one_of("status", Standing), name="status"),
        Index("ix_media_numbers_rules_version", "rules_version"),
        Index("ix_media_numbers_status", "status"),
        Index("ix_media_numbers_of_version_id", "of_version_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    of_version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    """The process version a design's figures come from; None for a process itself."""
    rules_version: Mapped[str] = mapped_column(String(40))
    """The rules it was computed by; others mean: compute anew."""
    computed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10))
    open_high: Mapped[int]
    open_medium: Mapped[int]
    open_note: Mapped[int]
    justified_high: Mapped[int]
    justified_medium: Mapped[int]
    settled: Mapped[int]
    """Findings of severity H or M decided as fixed or as no break."""
    hand_overs: Mapped[int]
    broken_hand_overs: Mapped[int]
    tasks: Mapped[int]
    automated_tasks: Mapped[int]
    one_way_free: Mapped[bool | None]
    all_ways_free: Mapped[bool | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None]

    confirmed_by: Mapped[User | None] = relationship()

    @property
    def open_count(self) -> int:
        """Medienbruchzahl: open findings of severity H or M."""
        return self.open_high + self.open_medium

    @property
    def justified_count(self) -> int:
        """Findings of severity H or M decided as justified."""
        return self.justified_high + self.justified_medium

    @property
    def quota(self) -> float | None:
        """Medienbruchquote, 0 to 1; None without a hand-over."""
        return self.broken_hand_overs / self.hand_overs if self.hand_overs else None

    @property
    def automation(self) -> float | None:
        """Automatisierungsgrad, 0 to 1; None without a typed task."""
        return self.automated_tasks / self.tasks if self.tasks else None
