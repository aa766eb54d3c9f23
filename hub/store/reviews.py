"""Review and approval: verdicts, who is to give them, releases with their validity, votes of the cities."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, LongText, one_of
from hub.store.entries import Entry, Version, VersionState
from hub.store.organisations import Organisation


class Stage(StrEnum):
    """Which examination a verdict belongs to."""

    NONE = ""
    METHOD = "method"
    """Methodische Prüfung: is it modelled by the common rules?"""
    EXPERT = "expert"
    """Fachliche Prüfung: is it right in substance?"""


class Verdict(StrEnum):
    """What a row of the history says."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    """Method review passed."""
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    """Approved in substance, for one city."""
    CARRIED = "carried"
    """An earlier verdict that holds for this version too, because what it judged did not change."""
    VOIDED = "voided"
    """The verdicts of a stage no longer hold, because what they judged changed."""
    REVOKED = "revoked"
    """An approval taken back before publication."""
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    CONFIRMED = "confirmed"
    """Looked at again and found still valid; also a change of the dates of validity."""
    ARCHIVED = "archived"


GIVEN = frozenset({Verdict.PASSED, Verdict.APPROVED, Verdict.CARRIED})
"""Verdicts that speak for a version."""

IN_REVIEW = (VersionState.REVIEW_METHOD, VersionState.REVIEW_EXPERT)
CANDIDATE = (*IN_REVIEW, VersionState.RELEASED)
"""States of the one version of an entry that is on its way to publication."""


class Review(Base):
    """One row of the history of an entry's reviews. Never edited; only newer rows change what holds."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint(one_of("verdict", Verdict), name="verdict"),
        CheckConstraint(one_of("state", VersionState), name="state"),
        Index("ix_reviews_entry_id", "entry_id", "id"),
        Index("ix_reviews_version_id", "version_id"),
        Index("ix_reviews_user_id", "user_id", "id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(10), default=Stage.NONE)
    verdict: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20))
    """The version's state afterwards."""
    number: Mapped[str] = mapped_column(String(12))
    """The version's number at that moment."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """The organisation the person spoke for."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Who gave it; a carried verdict keeps its giver. None for the hub itself."""
    deputy_for_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """In whose place the person acted."""
    reason: Mapped[LongText] = mapped_column(default="")
    sha256: Mapped[Digest]
    """Digest of the content that was judged."""
    fingerprint: Mapped[Digest]
    """Digest of its meaning."""
    profile: Mapped[Digest]
    """Digest of the parts of the profile that are judged."""
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()
    version: Mapped[Version] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    deputy_for: Mapped[User | None] = relationship(foreign_keys=[deputy_for_id])
    organisation: Mapped[Organisation | None] = relationship()


class Duty(Base):
    """A review that is open: until when, and who was asked to do it."""

    __tablename__ = "review_duties"
    __table_args__ = (
        CheckConstraint("stage IN ('method', 'expert')", name="stage"),
        Index(
            "uq_review_duties_open",
            "entry_id",
            "stage",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_review_duties_assignee_id", "assignee_id"),
        Index("ix_review_duties_due_on", "closed_at", "due_on"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(10))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    due_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship()
    assignee: Mapped[User | None] = relationship()


class Reminder(Base):
    """Somebody was reminded of something for one due date; the key is what keeps it from happening twice."""

    __tablename__ = "review_reminders"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    """Id of the duty, or of the released version."""
    due_on: Mapped[date] = mapped_column(Date, primary_key=True)
    created_at: Mapped[datetime]


class Release(Base):
    """A published version with its validity (Gültig ab, Gültig bis, Wiedervorlage)."""

    __tablename__ = "releases"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="valid_until"),
        CheckConstraint("review_on <= valid_until", name="review_on"),
        Index("ix_releases_entry_id", "entry_id"),
        Index("ix_releases_review_on", "review_on"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date] = mapped_column(Date)
    """From this day on somebody has to look at it again."""
    profile: Mapped[Digest]
    """Digest of the judged parts of the profile when it was published."""
    published_at: Mapped[datetime]

    version: Mapped[Version] = relationship()
    entry: Mapped[Entry] = relationship()


class FormerNumber(Base):
    """A number a version had before it was released; it keeps leading there and is never given again."""

    __tablename__ = "former_numbers"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    major: Mapped[int] = mapped_column(primary_key=True)
    minor: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))


class Deputy(Base):
    """Somebody may act in another person's place in one organisation, for a time (Vertretung)."""

    __tablename__ = "deputies"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="ends_on"),
        CheckConstraint("user_id <> deputy_id", name="deputy_id"),
        Index("ix_deputies_deputy_id", "deputy_id"),
        Index("ix_deputies_user_id", "user_id"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose place is taken."""
    deputy_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    """The last day."""
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id])


class ReviewRules(Base):
    """What the cooperation agreed on for reviews; one row, id 1. Without it the defaults hold."""

    __tablename__ = "review_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("quorum BETWEEN 1 AND 5", name="quorum"),
        CheckConstraint("valid_months BETWEEN 1 AND 60", name="valid_months"),
        CheckConstraint("lead_months BETWEEN 0 AND 12", name="lead_months"),
        CheckConstraint("review_days BETWEEN 1 AND 120", name="review_days"),
    )

    id: Mapped[Key]
    quorum: Mapped[int] = mapped_column(default=2)
    """Cities that must approve a reference model, the owner's own included."""
    valid_months: Mapped[int] = mapped_column(default=12)
    """How long a release is valid."""
    lead_months: Mapped[int] = mapped_column(default=1)
    """How long before the end it is due for another look."""
    review_days: Mapped[int] = mapped_column(default=14)
    """How long a review may take."""
    revision: Mapped[int] = mapped_column(default=1)


class ApprovalBlock(Base):
    """A discussion that must be settled before the entry may be approved."""

    __tablename__ = "approval_blocks"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    """The first comment of the thread."""
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    set_by: Mapped[User | None] = relationship(foreign_keys=[set_by_id])


class OzgPlusClaim(Base):
    """An entry claims to be an OZGplus service: fully digital, without media breaks."""

    __tablename__ = "ozgplus_claims"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    claimed_at: Mapped[datetime]


class Adoption(StrEnum):
    """What a city says to a released version."""

    AS_IS = "as_is"
    ADAPTED = "adapted"
    NOT_HERE = "not_here"


class Vote(Base):
    """What one city says to one released version; the newest row of a city holds."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint(one_of("adoption", Adoption), name="adoption"),
        Index("ix_votes_entry_id", "entry_id", "id"),
        Index("ix_votes_version_id", "version_id", "organisation_id", "id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    adoption: Mapped[str] = mapped_column(String(10))
    reason: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User | None] = relationship()
    version: Mapped[Version] = relationship()


class Answer(StrEnum):
    """What became of a proposal to make an entry a reference model."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ReferenceProposal(Base):
    """A proposal to make a model that two cities use a reference model (Detaillierungsstufe 102)."""

    __tablename__ = "reference_proposals"
    __table_args__ = (
        CheckConstraint(one_of("answer", Answer), name="answer"),
        Index(
            "uq_reference_proposals_open",
            "entry_id",
            unique=True,
            sqlite_where=text("answer = 'open'"),
            postgresql_where=text("answer = 'open'"),
        ),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The organisation that proposes; the answer comes from another one."""
    reason: Mapped[LongText]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(10), default=Answer.OPEN)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answered_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    answer_reason: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    answered_for: Mapped[Organisation | None] = relationship(foreign_keys=[answered_for_id])
