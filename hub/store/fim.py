"""What FIM wants to know of an entry beyond its profile: the process profile and the activity groups."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Digest, Key, Line, LongText


class FimProfile(Base):
    """The FIM part of an entry's profile (Prozesssteckbrief); title, service, level, tags stand with the entry."""

    __tablename__ = "fim_profiles"
    __table_args__ = (Index("ix_fim_profiles_status", "status_code", "status_version"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    status_code: Mapped[str] = mapped_column(String(20), default="")
    """Freigabestatus; means something only together with list and version."""
    status_list: Mapped[Line] = mapped_column(default="")
    status_version: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[str] = mapped_column(String(10), default="")
    """Local day, ISO 8601, or empty."""
    valid_until: Mapped[str] = mapped_column(String(10), default="")
    definition: Mapped[LongText] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The rest, which nobody filters on, as `hub.xprozess.to_plain` writes a process."""


class FimActivity(Base):
    """The activity group (RAG) of one element of an entry, under the key the element keeps in all versions."""

    __tablename__ = "fim_activities"
    __table_args__ = (CheckConstraint("type BETWEEN 0 AND 8", name="type"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    element_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    type: Mapped[int]
    """RAG 1–8; 0 where only other attributes are known because the file itself names the type."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The attributes, as `hub.xprozess.to_plain` writes an activity."""


class FimUpload(Base):
    """An XProzess file of which a person still chooses the processes to import."""

    __tablename__ = "fim_uploads"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    blob_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    name: Mapped[Line]
    created_at: Mapped[datetime]
