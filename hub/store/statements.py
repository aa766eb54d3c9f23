"""Statements of use (Nachweise): drafts, frozen submissions, receipts, and the Land's review of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText, one_of
from hub.store.funding import Cents, Grant
from hub.store.organisations import Organisation


class StatementState(StrEnum):
    """Where a statement of use stands; from `submitted` on its content is frozen."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    QUERY = "query"
    OBJECTION = "objection"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions"


class Statement(Base):
    """One interim or final statement of use; a correction is a new one that names the old."""

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("grant_id", "number"),
        CheckConstraint("kind IN ('interim', 'final')", name="kind"),
        CheckConstraint(one_of("state", StatementState), name="state"),
        CheckConstraint("(state = 'draft') = (frozen_sha256 IS NULL)", name="frozen"),
    )

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … within the grant."""
    kind: Mapped[str] = mapped_column(String(10))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    report: Mapped[LongText] = mapped_column(default="")
    """The factual report (Sachbericht), Markdown."""
    state: Mapped[str] = mapped_column(String(30), default="draft")
    frozen_sha256: Mapped[Digest | None] = mapped_column(ForeignKey("blobs.sha256"))
    """Canonical JSON of everything that was submitted."""
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    grant: Mapped[Grant] = relationship(lazy="joined")
    corrects: Mapped["Statement | None"] = relationship(remote_side="Statement.id")
    submitted_by: Mapped[User | None] = relationship()


class SubmittedVersion(Base):
    """A version that a submitted statement cites: what the authority may read of the library, and no more."""

    __tablename__ = "submitted_versions"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    sha256: Mapped[Digest]


class Receipt(Base):
    """One line of the list of receipts (Belegliste)."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("grant_id", "number"),
        CheckConstraint("side IN ('expenditure', 'income')", name="side"),
        Index("ix_receipts_grant_id", "grant_id", "day"),
    )

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(40))
    """Number of the receipt, unique within the grant."""
    day: Mapped[date]
    side: Mapped[str] = mapped_column(String(12), default="expenditure")
    party: Mapped[Line]
    """Payer or payee."""
    reason: Mapped[Line]
    amount: Mapped[Cents]
    """Negative for a reversal."""
    plan_item_id: Mapped[int | None] = mapped_column(ForeignKey("plan_items.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship()


class Note(Base):
    """What is written in a review: note, question, objection, reply, proposed decision, decision."""

    __tablename__ = "review_notes"
    __table_args__ = (
        CheckConstraint("kind IN ('note', 'question', 'objection', 'reply', 'proposal', 'decision')", name="kind"),
        Index("ix_review_notes_statement_id", "statement_id", "id"),
    )

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    internal: Mapped[bool] = mapped_column(default=False)
    """Seen by the authority alone."""
    about: Mapped[str] = mapped_column(String(60), default="")
    """What it is about, such as `result-3`, `version-17`, `receipt-9`; empty for the whole."""
    text: Mapped[LongText]
    html: Mapped[LongText]
    verdict: Mapped[str] = mapped_column(String(30), default="")
    """Of a proposal or decision: the state it leads to."""
    deadline: Mapped[date | None]
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("review_notes.id"))
    settled_at: Mapped[datetime | None]
    """When a question or objection was settled by the authority."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]

    author: Mapped[User | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Checked(Base):
    """One answer in the programme's checklist for one statement; the newest of a key counts, none is changed."""

    __tablename__ = "checklist_answers"
    __table_args__ = (
        CheckConstraint("answer IN ('yes', 'no', 'open', 'not_applicable')", name="answer"),
        Index("ix_checklist_answers_statement_id", "statement_id", "key", "id"),
    )

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    answer: Mapped[str] = mapped_column(String(20))
    note: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class Sample(Base):
    """What was drawn for the deep check of a statement, with the seed that lets anybody draw it again."""

    __tablename__ = "review_samples"

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"), index=True)
    seed: Mapped[Digest]
    percent: Mapped[int]
    receipt_ids: Mapped[LongText]
    """Numbers of the drawn receipts, one a line."""
    sum_drawn: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    drawn_at: Mapped[datetime]
