"""Comments on entries, versions, elements and sections, with their history."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, LongText
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation


class Audience(StrEnum):
    """Who reads a comment: the author's own organisation, the cooperation, or also the Land."""

    CITY = "city"
    IKZ = "ikz"
    LAND = "land"


class Comment(Base):
    """One contribution to a discussion; a reply points at the first comment of its thread."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("audience IN ('city', 'ikz', 'land')", name="audience"),
        Index("ix_comments_entry_id", "entry_id", "id"),
        Index("ix_comments_thread_id", "thread_id"),
        Index("ix_comments_author_id", "author_id", "id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    """The version that was on the screen when it was written."""
    about_version: Mapped[bool] = mapped_column(default=False)
    """True if it speaks of exactly that version, False if of the entry as it goes on."""
    element_key: Mapped[str | None] = mapped_column(String(40), index=True)
    """The element or section it is about; None for the whole."""
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The organisation the author spoke for; audience „city“ means this one."""
    audience: Mapped[str] = mapped_column(String(10))
    text: Mapped[LongText]
    html: Mapped[LongText]
    rendered_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    entry: Mapped[Entry] = relationship()
    version: Mapped[Version] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])
    organisation: Mapped[Organisation] = relationship()
    revisions: Mapped[list["CommentRevision"]] = relationship(
        order_by="CommentRevision.id", cascade="all, delete-orphan", back_populates="comment"
    )


class CommentRevision(Base):
    """What a comment said before it was edited; anyone who reads the comment may read this."""

    __tablename__ = "comment_revisions"
    __table_args__ = (Index("ix_comment_revisions_comment_id", "comment_id"),)

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    html: Mapped[LongText]
    replaced_at: Mapped[datetime]

    comment: Mapped[Comment] = relationship(back_populates="revisions")


class Mention(Base):
    """A person named with @ in a comment they may read."""

    __tablename__ = "mentions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime | None]


class Resolution(Base):
    """A thread was closed or opened again, by whom and why."""

    __tablename__ = "resolutions"
    __table_args__ = (Index("ix_resolutions_comment_id", "comment_id"),)

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    closed: Mapped[bool]
    """True: closed. False: opened again."""
    reason: Mapped[LongText]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    happened_at: Mapped[datetime]

    user: Mapped[User | None] = relationship()
