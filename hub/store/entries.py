"""The library: entries, their immutable versions, the content behind them and the elements inside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.errors import Conflict
from hub.store.accounts import User
from hub.store.base import Base, Digest, Key, Line, LongText, Slug, one_of
from hub.store.organisations import Organisation
from hub.store.services import Service


class EntryKind(StrEnum):
    """What an entry holds."""

    PROCESS = "process"
    DESIGN = "design"


class Visibility(StrEnum):
    """Who may read an entry, from narrow to wide; drafts never leave the cooperation."""

    CITY = "city"
    IKZ = "ikz"
    LAND = "land"
    PUBLIC = "public"


class Nature(StrEnum):
    """As-is or to-be; empty where the question does not arise."""

    NONE = ""
    IST = "ist"
    SOLL = "soll"


class Level(StrEnum):
    """Detaillierungsstufe, code list urn:xoev-de:fim:codeliste:detaillierungsstufe."""

    MASTER = "101"
    REFERENCE = "102"
    OZG_REFERENCE = "103"
    LOCAL = "104"
    PATTERN = "105"


class VersionState(StrEnum):
    """Where a version stands on its way; the content never moves, the state does."""

    DRAFT = "draft"
    REVIEW_METHOD = "review_method"
    REVIEW_EXPERT = "review_expert"
    RELEASED = "released"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"


class Blob(Base):
    """Bytes under their own name; equal content is stored once, shared by all forks."""

    __tablename__ = "blobs"

    sha256: Mapped[Digest] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)


class Entry(Base):
    """One process model or service design of one organisation, through all its versions."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("organisation_id", "slug"),
        CheckConstraint(one_of("kind", EntryKind), name="kind"),
        CheckConstraint(one_of("visibility", Visibility), name="visibility"),
        CheckConstraint(one_of("nature", Nature), name="nature"),
        CheckConstraint(one_of("level", Level), name="level"),
        Index("ix_entries_updated_at", "updated_at"),
        Index("ix_entries_title", "title"),
        Index("ix_entries_service_id", "service_id"),
        Index("ix_entries_forked_from_id", "forked_from_id"),
        # Lists of what was done last, and counts and tables over all entries, which read the index alone.
        Index("ix_entries_newest", "archived_at", "updated_at"),
        Index("ix_entries_newest_here", "organisation_id", "archived_at", "updated_at"),
        Index(
            "ix_entries_counted",
            "archived_at",
            "organisation_id",
            "visibility",
            "published_id",
            "head_id",
            "service_id",
            "nature",
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[Slug]
    title: Mapped[Line]
    summary: Mapped[LongText] = mapped_column(default="")
    about: Mapped[LongText] = mapped_column(default="")
    """Longer description, Markdown."""
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    service_note: Mapped[Line] = mapped_column(default="")
    """Why there is no Leistungsschlüssel."""
    level: Mapped[str] = mapped_column(String(3), default="104")
    nature: Mapped[str] = mapped_column(String(4), default="")
    contact: Mapped[Line] = mapped_column(default="")
    responsible: Mapped[Line] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(String(30), default="CC-BY-4.0")
    visibility: Mapped[str] = mapped_column(String(10), default="ikz")
    sample: Mapped[bool] = mapped_column(default=False)
    forked_from_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    """The exact version of the origin; pinned, never derived from „latest“."""
    fork_reason: Mapped[LongText] = mapped_column(default="")
    head_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    published_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    """The version readers outside the cooperation get; None while everything is a draft."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts edits of the profile; a form names the one it started from."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    service: Mapped[Service | None] = relationship(lazy="joined")
    head: Mapped["Version | None"] = relationship(foreign_keys=[head_id], post_update=True)
    published: Mapped["Version | None"] = relationship(foreign_keys=[published_id], post_update=True)
    forked_from: Mapped["Version | None"] = relationship(foreign_keys=[forked_from_id])
    tags: Mapped[list["EntryTag"]] = relationship(
        cascade="all, delete-orphan", order_by="EntryTag.tag", lazy="selectin"
    )
    legal_bases: Mapped[list["EntryLegalBasis"]] = relationship(
        cascade="all, delete-orphan", order_by="EntryLegalBasis.position", lazy="selectin"
    )

    def expect_head(self, parent_id: int | None) -> None:
        """Raise `Conflict("moved_on")` unless `parent_id` is still the newest version."""
        if parent_id != self.head_id:
            raise Conflict("moved_on")

    def next_number(self) -> tuple[int, int]:
        """The number of the next draft: 0.01 at first, then one step further."""
        return (0, 1) if self.head is None else (self.head.major, self.head.minor + 1)


class EntryTag(Base):
    """A keyword of an entry."""

    __tablename__ = "entry_tags"
    __table_args__ = (Index("ix_entry_tags_tag", "tag"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(80), primary_key=True)


class EntryLegalBasis(Base):
    """A legal basis of an entry, as cited, such as „§ 14 GewO“."""

    __tablename__ = "entry_legal_bases"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[Line]


class Alias(Base):
    """An address an entry once had; it keeps leading there."""

    __tablename__ = "aliases"
    __table_args__ = (UniqueConstraint("organisation_id", "slug"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    slug: Mapped[Slug]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))


class Version(Base):
    """One state of an entry. Content, author, note and parents never change once written."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("entry_id", "sequence"),
        UniqueConstraint("entry_id", "major", "minor"),
        CheckConstraint("sequence > 0", name="sequence_positive"),
        CheckConstraint(one_of("state", VersionState), name="state"),
        Index("ix_versions_blob_sha256", "blob_sha256"),
        Index("ix_versions_parent_id", "parent_id"),
        # Who works on what, and what waits for a review: both asked by every start page.
        Index("ix_versions_author_id", "author_id", "entry_id", "created_at"),
        Index("ix_versions_state_entry_id", "state", "entry_id"),
        # Whatever happens at the same moment: one published version of an entry, and one on its way there.
        Index(
            "uq_versions_published",
            "entry_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_versions_candidate",
            "entry_id",
            unique=True,
            sqlite_where=text("state IN ('review_method', 'review_expert', 'released')"),
            postgresql_where=text("state IN ('review_method', 'review_expert', 'released')"),
        ),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    """1, 2, 3 … within the entry."""
    major: Mapped[int]
    minor: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    """The state this one was made from; the first of a fork points at a version of the origin."""
    merged_from_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    blob_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    message: Mapped[LongText]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    profile: Mapped[LongText]
    """The entry's profile at that moment, canonical JSON: title, service, legal bases …"""
    fingerprint: Mapped[Digest]
    """Digest of the meaning, without layout; equal fingerprints say „nothing relevant changed“."""
    layout_generated: Mapped[bool] = mapped_column(default=False)
    """The drawing was laid out by the hub because the file had none."""
    restored_from_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])
    parent: Mapped["Version | None"] = relationship(foreign_keys=[parent_id], remote_side="Version.id")
    restored_from: Mapped["Version | None"] = relationship(foreign_keys=[restored_from_id], remote_side="Version.id")
    author: Mapped[User | None] = relationship(lazy="joined")
    blob: Mapped[Blob] = relationship()

    @property
    def number(self) -> str:
        """The number people read, such as `0.02` or `1.00`."""
        return f"{self.major}.{self.minor:02}"

    @property
    def public(self) -> bool:
        """Whether readers outside the cooperation may ever see this version."""
        return self.state in (VersionState.PUBLISHED, VersionState.SUPERSEDED)


class Element(Base):
    """An element (or a section of a design) of a version, under the key it keeps for ever."""

    __tablename__ = "elements"
    __table_args__ = (
        Index("ix_elements_key", "key"),
        # Without it SQLite looks an element of a version up by its key alone, and through all versions that share it.
        Index("ix_elements_version_id_key", "version_id", "key"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    bpmn_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    """Stable across versions, forks and tools; comments and findings hang on it."""
    kind: Mapped[str] = mapped_column(String(60))
    name: Mapped[Line]


class Rendering(Base):
    """What was computed from a blob once and is read often; may be thrown away at any time."""

    __tablename__ = "renderings"

    sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """What it is, such as `svg` or `text-de`."""
    renderer: Mapped[str] = mapped_column(String(20))
    """Version of the code that made it; another version means: make it anew."""
    content: Mapped[LongText]
