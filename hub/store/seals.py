"""The seals of the log: each event's digest, chained to the one before, so that later changes show."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Digest


class Seal(Base):
    """One link of the chain; written once and never changed."""

    __tablename__ = "seals"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps, in the order of sealing."""
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), unique=True)
    data_sha256: Mapped[Digest]
    """Digest of the event's data alone: what is personal in it may be erased, and the chain still holds."""
    digest: Mapped[Digest]
    """SHA-256 of the event's line, which names the digest of the link before."""
    sealed_at: Mapped[datetime]


class LogHead(Base):
    """The one row that says where the chain ends; locked while links are added."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    digest: Mapped[Digest]
