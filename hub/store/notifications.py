"""Who watches what, what people were told, and by which way: in the hub, by e-mail, by feed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.base import Base, Digest, Key, Line
from hub.store.discussions import Comment


class Subject(StrEnum):
    """What can be watched."""

    ENTRY = "entry"
    SERVICE = "service"
    ORGANISATION = "organisation"


class Topic(StrEnum):
    """Kinds of news a person chooses a way for."""

    DIRECT = "direct"
    """One was named, asked or is concerned oneself."""
    COMMENTS = "comments"
    VERSIONS = "versions"
    PROPOSALS = "proposals"
    REVIEWS = "reviews"
    REST = "rest"


class Way(StrEnum):
    """How news reach a person; all but `NEVER` also stand in the hub."""

    HUB = "hub"
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Reason(StrEnum):
    """Why somebody is told."""

    WATCH = "watch"
    TOLD = "told"
    MENTIONED = "mentioned"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Watch(Base):
    """One thing a person wants to hear about, or expressly not."""

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("user_id", "subject", "subject_id"),
        CheckConstraint(_one_of("subject", Subject), name="subject"),
        Index("ix_watches_subject_subject_id", "subject", "subject_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    muted: Mapped[bool] = mapped_column(default=False)
    """Stopped by hand: nothing makes the hub watch it again, and a watched city does not speak for it."""
    automatic: Mapped[bool] = mapped_column(default=False)
    """Begun by the hub because the person created, published, commented or was named."""
    created_at: Mapped[datetime]


class NotificationPlan(Base):
    """When a person's digests come, and what the hub begins to watch for them. Without a row the defaults hold."""

    __tablename__ = "notification_plans"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(default=0)
    """Day of the weekly digest, 0 is Monday."""
    hour: Mapped[int] = mapped_column(default=7)
    """Hour of both digests on the clock of Europe/Berlin."""
    watch_own: Mapped[bool] = mapped_column(default=True)
    """Watch what one creates or publishes."""
    watch_discussed: Mapped[bool] = mapped_column(default=True)
    """Watch what one comments on or is named in."""


class NotificationChoice(Base):
    """The way a person chose for one topic; without a row the default holds."""

    __tablename__ = "notification_choices"
    __table_args__ = (
        CheckConstraint(_one_of("topic", Topic), name="topic"),
        CheckConstraint(_one_of("way", Way), name="way"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))


class Notification(Base):
    """One piece of news for one person; there is never a second one for the same event."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        CheckConstraint(_one_of("topic", Topic), name="topic"),
        CheckConstraint(_one_of("reason", Reason), name="reason"),
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_unread", "user_id", "read_at"),
        Index("ix_notifications_event_id", "event_id"),
        Index("ix_notifications_comment_id", "comment_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None]
    """The event's, repeated for grouping; like there without a foreign key."""
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    """The comment it speaks of, whose audience decides on reading."""
    drafts: Mapped[bool] = mapped_column(default=False)
    """It tells of what only readers of drafts may know."""
    topic: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    comment: Mapped[Comment | None] = relationship()


class DeliveryState(StrEnum):
    """Where the e-mail for a notification stands."""

    WAITING = "waiting"
    HANDED = "handed"
    """About to be handed to the mail server: after a crash nobody knows whether it arrived, so it is not repeated."""
    SENT = "sent"
    DROPPED = "dropped"
    """Not sent on purpose: read meanwhile, not readable any more, or the person wants no mail."""
    FAILED = "failed"


class Delivery(Base):
    """The e-mail that a notification is to be part of."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("notification_id"),
        CheckConstraint(_one_of("state", DeliveryState), name="state"),
        CheckConstraint(_one_of("way", Way), name="way"),
        Index("ix_deliveries_open", "state", "next_try_at"),
        Index("ix_deliveries_user_id", "user_id", "state"),
    )

    id: Mapped[Key]
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(10))
    """At once, daily or weekly: what belongs to the same way and person becomes one message."""
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failure: Mapped[Line] = mapped_column(default="")

    notification: Mapped[Notification] = relationship()


class FeedToken(Base):
    """A secret in a feed's address that lets a feed reader read as a person; the table holds only its digest."""

    __tablename__ = "feed_tokens"
    __table_args__ = (Index("ix_feed_tokens_user_id", "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    name: Mapped[Line]
    """What the person calls it, such as „Feedleser im Büro“."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Editing(Base):
    """Somebody has an editor open; shown to others, never a lock."""

    __tablename__ = "editings"
    __table_args__ = (Index("ix_editings_seen_at", "seen_at"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Written every few minutes only: each write makes every kept page worthless."""

    user: Mapped[User] = relationship()
