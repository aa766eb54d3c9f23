"""The life of an account: reminder, closing, pseudonym, and the wishes of its owner on the way."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText, one_of


class Stage(StrEnum):
    """Where an account stands; computed from what is stored, never stored itself."""

    INVITED = "invited"
    ACTIVE = "active"
    INACTIVE = "inactive"
    """Not used for so long that its owner was reminded; it will be closed."""
    CLOSED = "closed"
    PSEUDONYMISED = "pseudonymised"


class Closing(StrEnum):
    """Why an account was closed."""

    ADMINISTRATION = "administration"
    IDLE = "idle"
    REQUEST = "request"


class Lifecycle(Base):
    """What happened to an account besides its use; an account without a row is simply in use."""

    __tablename__ = "lifecycles"
    __table_args__ = (CheckConstraint(one_of("closed_for", Closing), name="closed_for"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    reminded_at: Mapped[datetime | None]
    """When its owner was told that it will be closed; emptied when it is used again."""
    closed_at: Mapped[datetime | None]
    closed_for: Mapped[str | None] = mapped_column(String(20))
    pseudonym: Mapped[int | None] = mapped_column(unique=True)
    """The number in „Gelöschtes Konto 17“; given once and never again."""
    pseudonymised_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class RequestState(StrEnum):
    """What became of a request for deletion."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class DeletionRequest(Base):
    """A person wants their account to be deleted (Art. 17 DSGVO); one is open at a time."""

    __tablename__ = "deletion_requests"
    __table_args__ = (
        CheckConstraint(one_of("state", RequestState), name="state"),
        Index("ix_deletion_requests_user_id", "user_id", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[LongText] = mapped_column(default="")
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[LongText] = mapped_column(default="")
    """What the person is told about the decision."""

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class EmailChange(Base):
    """A new address waits for its owner to open the link that was sent there."""

    __tablename__ = "email_changes"
    __table_args__ = (Index("ix_email_changes_user_id", "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    email: Mapped[Line]
    """The address to be, lower case."""
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
