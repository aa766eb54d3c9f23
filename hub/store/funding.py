"""Funding: programmes, grants (Fördervorhaben), their results, conditions, documents and plan of finance."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText, Slug, one_of
from hub.store.entries import Version
from hub.store.organisations import Organisation

Cents = Annotated[int, mapped_column(BigInteger)]
"""An amount of money in whole cents; no floating point ever touches it."""


class GrantState(StrEnum):
    """Where a grant stands, from application to its end (domain: § 44 LHO and its administrative rules)."""

    APPLIED = "applied"
    APPROVED = "approved"
    RUNNING = "running"
    EXTENDED = "extended"
    REPORTED = "reported"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions"
    OBJECTED = "objected"
    CLOSED = "closed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class ResultState(StrEnum):
    """Where a promised result stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    TO_IMPROVE = "to_improve"


class Programme(Base):
    """A funding programme (Förderprogramm) with its rules as data."""

    __tablename__ = "programmes"

    id: Mapped[Key]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[Line]
    funder: Mapped[Line]
    about: Mapped[LongText] = mapped_column(default="")
    """Markdown."""
    legal_basis: Mapped[Line] = mapped_column(default="")
    least_partners: Mapped[int] = mapped_column(default=0)
    """How many municipalities must cooperate; 0 for no such rule."""
    least_years: Mapped[int] = mapped_column(default=0)
    """How many years the cooperation must last."""
    least_saving: Mapped[int] = mapped_column(default=0)
    """Saving a year that must be reached, in per cent of the expenditure before."""
    retention_years: Mapped[int] = mapped_column(default=5)
    """How long receipts and evidence are kept after the statement of use."""
    report_months: Mapped[int] = mapped_column(default=6)
    """Months from the end of the funding period to the statement of use."""
    receipts_needed: Mapped[bool] = mapped_column(default=True)
    """False: the simple statement of use without a list of receipts."""
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What a reviewer goes through: rows of `key` and `text`."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Grant(Base):
    """One funded project (Fördervorhaben)."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(one_of("state", GrantState), name="state"),
        CheckConstraint("amount >= 0 AND own_share >= 0", name="amounts"),
        CheckConstraint("period_end IS NULL OR period_start IS NULL OR period_start <= period_end", name="period"),
        Index("ix_grants_organisation_id", "organisation_id"),
        Index("ix_grants_authority_id", "authority_id"),
    )

    id: Mapped[Key]
    slug: Mapped[Slug] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """Who receives the grant (Zuwendungsempfänger), the leading city."""
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """Which authority of the Land grants and reviews it (Bewilligungsbehörde)."""
    title: Mapped[Line]
    about: Mapped[LongText] = mapped_column(default="")
    """What is done, Markdown."""
    reference: Mapped[Line] = mapped_column(default="")
    """Aktenzeichen or Förderkennzeichen."""
    distinction: Mapped[LongText] = mapped_column(default="")
    """What no other project has (Alleinstellungsmerkmal)."""
    benefit: Mapped[LongText] = mapped_column(default="")
    """What all municipalities gain."""
    transfer: Mapped[LongText] = mapped_column(default="")
    """What can be taken over, under which conditions."""
    transfer_from: Mapped[date | None]
    contact: Mapped[Line] = mapped_column(default="")
    authority_contact: Mapped[Line] = mapped_column(default="")
    amount: Mapped[Cents] = mapped_column(default=0)
    own_share: Mapped[Cents] = mapped_column(default=0)
    notice_date: Mapped[date | None]
    """Date of the grant notice (Zuwendungsbescheid)."""
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    """Funding period (Bewilligungszeitraum), both days included."""
    purpose_end: Mapped[date | None]
    """Until when what was paid for must serve its purpose (Zweckbindungsfrist)."""
    interim_due: Mapped[date | None]
    report_due: Mapped[date | None]
    """When the statement of use is due."""
    state: Mapped[str] = mapped_column(String(30), default="applied")
    sample: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="joined")
    authority: Mapped[Organisation | None] = relationship(foreign_keys=[authority_id], lazy="joined")
    partners: Mapped[list["GrantPartner"]] = relationship(
        cascade="all, delete-orphan", order_by="GrantPartner.position", lazy="selectin"
    )

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations that carry the grant: the leading city and its partners within the hub."""
        partners = {row.organisation_id for row in self.partners if row.organisation_id is not None}
        return frozenset({self.organisation_id, *partners})


class GrantPartner(Base):
    """A partner of a grant; municipalities outside of the hub are named."""

    __tablename__ = "grant_partners"
    __table_args__ = (
        UniqueConstraint("grant_id", "organisation_id"),
        CheckConstraint("organisation_id IS NOT NULL OR name <> ''", name="somebody"),
    )

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    position: Mapped[int]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[Line] = mapped_column(default="")
    share: Mapped[Cents] = mapped_column(default=0)

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class GrantMove(Base):
    """One move of a grant or of one of its results from a state to the next; never changed."""

    __tablename__ = "grant_moves"
    __table_args__ = (Index("ix_grant_moves_grant_id", "grant_id", "id"),)

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"))
    before: Mapped[str] = mapped_column(String(30))
    after: Mapped[str] = mapped_column(String(30))
    reason: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship(lazy="joined")


class GrantCondition(Base):
    """A condition (Auflage) of the grant notice."""

    __tablename__ = "grant_conditions"
    __table_args__ = (Index("ix_grant_conditions_grant_id", "grant_id"),)

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    text: Mapped[LongText]
    due: Mapped[date | None]
    met_on: Mapped[date | None]
    note: Mapped[LongText] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)


class GrantReminder(Base):
    """That a reminder of a deadline went out; unique, so that nobody is reminded twice."""

    __tablename__ = "grant_reminders"
    __table_args__ = (UniqueConstraint("grant_id", "deadline", "due", "days"),)

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    deadline: Mapped[str] = mapped_column(String(40))
    """Which one, such as `report_due` or `condition-7`."""
    due: Mapped[date]
    days: Mapped[int]
    """How many days before."""
    sent_at: Mapped[datetime]


class GrantDocument(Base):
    """A file that belongs to a grant, such as the notice or a council's decision."""

    __tablename__ = "grant_documents"
    __table_args__ = (Index("ix_grant_documents_grant_id", "grant_id"),)

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    title: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(30))
    """application, notice, decision, contract, report, other"""
    filename: Mapped[Line]
    media_type: Mapped[str] = mapped_column(String(100))
    blob_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]


class PlanItem(Base):
    """A line of the plan of finance (Finanzierungsplan), expenditure or income."""

    __tablename__ = "plan_items"
    __table_args__ = (
        UniqueConstraint("grant_id", "position"),
        CheckConstraint("side IN ('expenditure', 'income')", name="side"),
    )

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    position: Mapped[int]
    side: Mapped[str] = mapped_column(String(12))
    title: Mapped[Line]
    planned: Mapped[Cents]


class Result(Base):
    """A promised result (zugesagtes Ergebnis) of a grant."""

    __tablename__ = "results"
    __table_args__ = (
        UniqueConstraint("grant_id", "position"),
        CheckConstraint(one_of("state", ResultState), name="state"),
        CheckConstraint("share >= 0", name="share"),
    )

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[Line]
    target: Mapped[LongText] = mapped_column(default="")
    criterion: Mapped[LongText] = mapped_column(default="")
    """When it counts as reached (Abnahmekriterium)."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The responsible city."""
    due: Mapped[date | None]
    share: Mapped[Cents] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20), default="open")
    revision: Mapped[int] = mapped_column(default=1)

    grant: Mapped[Grant] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    evidence: Mapped[list["Evidence"]] = relationship(cascade="all, delete-orphan", order_by="Evidence.id")


class Evidence(Base):
    """The tie of a result to one immutable approved version; what was true of it then is kept beside it."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("result_id", "version_id"), Index("ix_evidence_version_id", "version_id"))

    id: Mapped[Key]
    result_id: Mapped[int] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """No cascade: a cited version cannot be deleted."""
    sha256: Mapped[Digest]
    """Digest of the content that is cited."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Approvals, media breaks and maturity of exactly this version when it was tied."""
    note: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]

    version: Mapped[Version] = relationship()
