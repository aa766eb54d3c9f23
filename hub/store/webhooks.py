"""Webhooks: addresses that are told what happens, and each message to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.base import Base, Key, Line, one_of
from hub.store.organisations import Organisation


class Reach(StrEnum):
    """Whose happenings a webhook is told of."""

    OWN = "own"
    """Those at entries of its organisation."""
    ALL = "all"
    """Those at everything its owner may read."""


class Topic(StrEnum):
    """What a webhook can be told of."""

    ENTRY = "entry"
    VERSION = "version"
    PROPOSAL = "proposal"
    REVIEW = "review"
    COMMENT = "comment"
    FINDING = "finding"
    REUSE = "reuse"


class Off(StrEnum):
    """Why a webhook is told nothing."""

    HAND = "hand"
    FAILING = "failing"
    """It was out of reach for days."""
    GONE = "gone"
    """Its server said that it wants no more (410)."""
    OWNER = "owner"
    """The account it works for is closed, or may no longer do this."""


class Webhook(Base):
    """One address of an organisation that is told what happens, within the rights of the person who set it up."""

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint(one_of("reach", Reach), name="reach"),
        CheckConstraint(f"off_reason IS NULL OR {one_of('off_reason', Off)}", name="off_reason"),
        CheckConstraint("(off_at IS NULL) = (off_reason IS NULL)", name="off"),
        Index("ix_webhooks_organisation_id", "organisation_id"),
        Index("ix_webhooks_user_id", "user_id"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose rights decide what it is told."""
    name: Mapped[Line]
    url: Mapped[str] = mapped_column(String(500))
    reach: Mapped[str] = mapped_column(String(10))
    topics: Mapped[str] = mapped_column(String(100))
    """Values of `Topic`, separated by spaces."""
    salt: Mapped[str] = mapped_column(String(32))
    """Random; the secret follows from it and the hub's key, so that the table alone signs nothing."""
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    """When its first failure after its last success was."""
    off_at: Mapped[datetime | None]
    off_reason: Mapped[str | None] = mapped_column(String(10))

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship()

    @property
    def topic_set(self) -> frozenset[Topic]:
        """The topics as a set."""
        return frozenset(Topic(word) for word in self.topics.split())


class HookState(StrEnum):
    """Where a message to a webhook stands."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    """Not sent on purpose: the owner may not know of it (any more)."""
    FAILED = "failed"
    """Given up after days."""


class HookDelivery(Base):
    """One message to a webhook: sent at least once, always under the same id."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        CheckConstraint(one_of("state", HookState), name="state"),
        Index("ix_webhook_deliveries_open", "state", "next_try_at"),
        Index("ix_webhook_deliveries_event_id", "event_id"),
    )

    id: Mapped[Key]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    """None for a test."""
    message_id: Mapped[str] = mapped_column(String(40), unique=True)
    """`webhook-id`, by which a receiver knows a repetition."""
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """HTTP status of the last answer."""
    failure: Mapped[str] = mapped_column(String(20), default="")
    """Code of what went wrong the last time."""
    took_ms: Mapped[int | None]
    """Milliseconds the last try took."""

    webhook: Mapped[Webhook] = relationship()
    event: Mapped[Event | None] = relationship()
