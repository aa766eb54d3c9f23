"""What a person keeps of searching: saved searches with what they have found so far, and the latest searches."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Key, Line, LongText


class SavedSearch(Base):
    """A search somebody wants to repeat, or to be told about when it finds something new."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        Index("ix_saved_searches_user_id", "user_id"),
        Index("ix_saved_searches_event_id", "alert", "event_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[Line]
    query: Mapped[LongText]
    filters: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Facet → chosen values."""
    alert: Mapped[bool] = mapped_column(default=True)
    """Whether new hits are told."""
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    """When the person last saw the hits; what was found later is new."""
    told_at: Mapped[datetime | None]
    """When new hits were last told. Until the person has looked, nothing more is told."""
    event_id: Mapped[int] = mapped_column(default=0)
    """The newest event at the last check; the worker checks again when there are newer ones."""


class SavedHit(Base):
    """An entry that a saved search has found."""

    __tablename__ = "saved_search_hits"
    __table_args__ = (Index("ix_saved_search_hits_entry_id", "entry_id"),)

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    found_at: Mapped[datetime]


class RecentSearch(Base):
    """One of a person's latest searches; nobody else sees it."""

    __tablename__ = "recent_searches"
    __table_args__ = (UniqueConstraint("user_id", "query"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    query: Mapped[Line]
    searched_at: Mapped[datetime]


class RecentSearchesOff(Base):
    """A person who does not want the latest searches to be kept."""

    __tablename__ = "recent_searches_off"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
