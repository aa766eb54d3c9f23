"""Links by which people without an account comment on one entry, and what they wrote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version


class GuestLink(Base):
    """A named, revocable way for one department to read one entry and comment on it until a day."""

    __tablename__ = "guest_links"
    __table_args__ = (
        CheckConstraint("audience IN ('city', 'ikz', 'land')", name="audience"),
        Index("ix_guest_links_entry_id", "entry_id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    """The one version it shows; None shows the newest."""
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    name: Mapped[Line]
    """Department and task, such as „Ordnungsamt Marburg, Fachprüfung“."""
    audience: Mapped[str] = mapped_column(String(10))
    """Who reads what is written by this link."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When it was last used."""

    entry: Mapped[Entry] = relationship()
    version: Mapped[Version | None] = relationship()
    created_by: Mapped[User | None] = relationship()


class GuestComment(Base):
    """Marks a comment as written by a guest; the name stays when the link is gone."""

    __tablename__ = "guest_comments"
    __table_args__ = (Index("ix_guest_comments_link_id", "link_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("guest_links.id", ondelete="SET NULL"))
    name: Mapped[Line]

    comment: Mapped[Comment] = relationship()
