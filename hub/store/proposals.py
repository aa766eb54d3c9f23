"""Proposals between entries: what is offered, what was decided about each change, what was said; and deviations."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    OPEN = "open"
    MERGED = "merged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.OPEN, ProposalState.MERGED, ProposalState.WITHDRAWN}),
    ProposalState.OPEN: frozenset(
        {ProposalState.DRAFT, ProposalState.MERGED, ProposalState.DECLINED, ProposalState.WITHDRAWN}
    ),
    ProposalState.DECLINED: frozenset({ProposalState.OPEN}),
    ProposalState.WITHDRAWN: frozenset({ProposalState.OPEN}),
    ProposalState.MERGED: frozenset(),
}
"""State → where it may go from there; an open proposal that goes back to draft was returned to its proposer."""

ACTIVE = (ProposalState.DRAFT, ProposalState.OPEN)
"""States in which a proposal can still change."""


class Way(StrEnum):
    """Which way a proposal goes."""

    OFFER = "offer"
    """From a fork to its origin or another relative."""
    TAKE = "take"
    """From the origin, in a newer version, to a fork."""
    SUGGEST = "suggest"
    """Content of its own, made for this proposal alone."""


class Verdict(StrEnum):
    """What was decided about one change."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    BOTH = "both"
    DECLINE = "decline"
    LATER = "later"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Proposal(Base):
    """One thing with a direction: bring what happened between `base` and the offered content into `target`.

    What is offered is a content: that of a version of another entry (`theirs`), or one of its own. All contents are
    kept under their digests, so a proposal stays readable whatever becomes of the entries.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(_one_of("state", ProposalState), name="state"),
        CheckConstraint(_one_of("way", Way), name="way"),
        CheckConstraint("(way = 'suggest') = (theirs_id IS NULL)", name="own_content"),
        CheckConstraint("(theirs_id IS NULL) = (source_id IS NULL)", name="source"),
        CheckConstraint("state != 'merged' OR result_id IS NOT NULL", name="result"),
        Index("ix_proposals_target_id", "target_id", "state"),
        Index("ix_proposals_source_id", "source_id", "state"),
        Index("ix_proposals_opened_by_id", "opened_by_id", "state"),
        Index("ix_proposals_state", "state", "id"),
    )

    id: Mapped[Key]
    target_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    way: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    base_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """Where both sides come from: the pinned merge base."""
    ours_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """The version of the target the decisions were made against."""
    theirs_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    theirs_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    title: Mapped[Line]
    description: Mapped[LongText] = mapped_column(default="")
    """Markdown."""
    answer: Mapped[LongText] = mapped_column(default="")
    """Why it was declined or returned."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts what changed the proposal; a form names the one it was shown with."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The organisation the proposer spoke for."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """None for as long as nobody but the proposer has seen it."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    """The newest version made from it; an open proposal has one if a part was taken over."""

    target: Mapped[Entry] = relationship(foreign_keys=[target_id], lazy="joined")
    source: Mapped[Entry | None] = relationship(foreign_keys=[source_id], lazy="joined")
    base: Mapped[Version] = relationship(foreign_keys=[base_id])
    ours: Mapped[Version] = relationship(foreign_keys=[ours_id])
    theirs: Mapped[Version | None] = relationship(foreign_keys=[theirs_id])
    result: Mapped[Version | None] = relationship(foreign_keys=[result_id])
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    organisation: Mapped[Organisation] = relationship()

    @property
    def active(self) -> bool:
        """Whether it can still be changed and decided."""
        return self.state in ACTIVE

    @property
    def returned(self) -> bool:
        """Whether it was sent back to the proposer."""
        return self.state == ProposalState.DRAFT and self.opened_at is not None

    def may_become(self, state: ProposalState) -> bool:
        """Whether the table of moves leads there."""
        return state in MOVES[ProposalState(self.state)]


class ProposalDecision(Base):
    """What was decided about one change of a proposal; found again by the digest of what the change does."""

    __tablename__ = "proposal_decisions"
    __table_args__ = (CheckConstraint(_one_of("verdict", Verdict), name="verdict"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    change: Mapped[Digest] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    value: Mapped[LongText] = mapped_column(default="")
    """The wording of one's own, for „adapt“."""
    reason: Mapped[LongText] = mapped_column(default="")
    done: Mapped[bool] = mapped_column(default=False)
    """Carried out already, in a version that took over a part."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[User | None] = relationship()


class ProposalComment(Base):
    """A remark on a proposal or on one of its changes."""

    __tablename__ = "proposal_comments"
    __table_args__ = (Index("ix_proposal_comments_proposal_id", "proposal_id", "id"),)

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    change: Mapped[str] = mapped_column(String(64), default="")
    """Digest of the change it is about; empty for the whole."""
    subject: Mapped[LongText] = mapped_column(default="")
    """What the change said then, for the day it is gone."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[LongText]
    created_at: Mapped[datetime]

    author: Mapped[User | None] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Deviation(Base):
    """Why an entry differs from its origin in one place, who answers for it, and until when.

    A declined change is not offered again for as long as its digest stays; a deviation of one's own is known by the
    element it is about.
    """

    __tablename__ = "deviations"
    __table_args__ = (
        UniqueConstraint("entry_id", "change"),
        CheckConstraint("kind IN ('declined', 'own')", name="kind"),
        Index("ix_deviations_source_id", "source_id", "change"),
        Index("ix_deviations_expires_on", "expires_on"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="SET NULL"))
    """The entry whose change was declined, or from which the own way differs."""
    kind: Mapped[str] = mapped_column(String(10))
    change: Mapped[Digest]
    element_key: Mapped[str] = mapped_column(String(40), default="")
    sentence: Mapped[LongText]
    """What the change would have done, or what differs."""
    reason: Mapped[LongText]
    owner: Mapped[Line] = mapped_column(default="")
    """Who answers for it: a role or an office."""
    expires_on: Mapped[date | None]
    """When it is to be looked at again."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])
    source: Mapped[Entry | None] = relationship(foreign_keys=[source_id])
    decided_by: Mapped[User | None] = relationship()
