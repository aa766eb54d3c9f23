"""What bundles (Mitnahmepakete) need to be told apart across hubs, and the files the worker has made."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Digest, Key, Line


class EntryIdentity(Base):
    """The name by which an entry that came from another hub is known everywhere; others derive theirs."""

    __tablename__ = "entry_identities"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[Digest] = mapped_column(unique=True)


class ForeignLink(Base):
    """A version's tie to a version of an entry that has not arrived here (yet)."""

    __tablename__ = "foreign_links"
    __table_args__ = (
        UniqueConstraint("version_id", "role"),
        CheckConstraint("role IN ('parent', 'merged_from', 'forked_from', 'restored_from')", name="role"),
        Index("ix_foreign_links_uid", "uid"),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    """`forked_from` hangs on the first version and speaks of its entry."""
    uid: Mapped[Digest]
    sequence: Mapped[int]


class ForeignPerson(Base):
    """Whom a closed account stands for that was made only to carry a name from another hub."""

    __tablename__ = "foreign_people"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[Line] = mapped_column(default="")
    """The address in the bundle; the account's own is made up, so that this one stays free for an invitation."""


class BundlePiece(Base):
    """A stretch of a finished bundle, so that neither making nor sending it needs more memory than one piece."""

    __tablename__ = "bundle_pieces"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(deferred=True)
