"""Keys for programs: a person's tokens, and what was answered to a repeatable request."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Digest, Key, Line, LongText


class Scope(StrEnum):
    """What a token may be used for, always within its owner's rights."""

    READ = "read"
    WRITE = "write"
    """Create and change entries, versions, comments, services, one's own things."""
    REVIEW = "review"
    """Judge: reviews, verdicts, releases, decisions about proposals."""
    ADMIN = "admin"
    """Members, accounts, organisations, the log."""


class Token(Base):
    """A key with which a program acts for its owner; the table holds only its digest."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_later"),
        Index("ix_tokens_user_id", "user_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[Line]
    """What its owner calls it, such as „Abgleich mit dem Fachverfahren“."""
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    scopes: Mapped[str] = mapped_column(String(60))
    """Values of `Scope`, separated by spaces as in OAuth (RFC 6749, section 3.3)."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @property
    def scope_set(self) -> frozenset[Scope]:
        """The scopes as a set."""
        return frozenset(Scope(word) for word in self.scopes.split())


class Repeatable(Base):
    """A request with an idempotency key: claimed while it runs, answered once and for a day."""

    __tablename__ = "repeatables"
    __table_args__ = (
        UniqueConstraint("holder", "key_digest"),
        Index("ix_repeatables_claimed_at", "claimed_at"),
    )

    id: Mapped[Key]
    holder: Mapped[str] = mapped_column(String(40))
    """Whose key it is, such as `token:7`: two programs may use the same key."""
    key_digest: Mapped[Digest]
    request_digest: Mapped[Digest]
    claim: Mapped[str] = mapped_column(String(32))
    """Random; only the request that holds it may write the answer."""
    claimed_at: Mapped[datetime]
    answer: Mapped[LongText | None]
    """Status, headers and body as JSON; None while the request runs."""
