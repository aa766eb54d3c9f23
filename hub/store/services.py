"""Services (Leistungen): what the administration provides, with the optional 14-digit key."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.catalogue import FIELDS
from hub.store.accounts import User
from hub.store.activity import Job
from hub.store.base import Base, Digest, Key, Line, LongText
from hub.text.folding import fold


class Service(Base):
    """One public service of the catalogue; entries point at it."""

    __tablename__ = "services"
    __table_args__ = (
        CheckConstraint("key IS NULL OR length(key) = 14", name="key"),
        Index("ix_services_place", "field", "situation", "ozg_id"),
    )

    id: Mapped[Key]
    key: Mapped[str | None] = mapped_column(String(14), unique=True)
    """Leistungsschlüssel, 14 digits; None for what is not in the catalogue."""
    name: Mapped[Line] = mapped_column(index=True)
    citizen_name: Mapped[Line] = mapped_column(default="")
    """The name in action form, such as „Hund anmelden“."""
    type: Mapped[str] = mapped_column(String(10), default="")
    """Leistungstyp: who regulates and who executes (1, 2/3, 4, 5 …)."""
    ozg_id: Mapped[str] = mapped_column(String(10), default="")
    ozg_name: Mapped[Line] = mapped_column(default="")
    field: Mapped[Line] = mapped_column(default="")
    """Themenfeld."""
    situation: Mapped[Line] = mapped_column(default="")
    """Lebens- or Geschäftslage."""
    legal_bases: Mapped[LongText] = mapped_column(default="")
    """One a line, as are synonyms."""
    synonyms: Mapped[LongText] = mapped_column(default="")
    source: Mapped[Line] = mapped_column(default="")
    """Where it was taken from, such as the name of an imported catalogue."""
    active: Mapped[bool] = mapped_column(default=True)
    """Whether it is still offered; others are kept for what was written about them."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts changes; a form and the undoing of an import name the one they know."""
    words: Mapped[LongText] = mapped_column(default="")
    """What typing finds: names, synonyms and bundle, folded; see `words_of`."""

    @property
    def title(self) -> str:
        """The name in action form if there is one, else that of the catalogue."""
        return self.citizen_name or self.name

    @property
    def portal(self) -> str:
        """Its address in the FIM portal; empty without a key."""
        return f"https://fimportal.de/detail/L/{self.key}" if self.key else ""

    def values(self) -> dict[str, str]:
        """Return what the catalogue says about it, by field; an empty string for no key."""
        return {name: getattr(self, name) or "" for name in FIELDS}

    def take(self, values: dict[str, str]) -> None:
        """Take over the given fields, and count the change."""
        for name, value in values.items():
            setattr(self, name, value or (None if name == "key" else ""))
        self.words = words_of(self.values())
        self.revision = (self.revision or 0) + 1


def words_of(values: dict[str, str]) -> str:
    """Return the folded words by which a service with these values is found, its names first."""
    parts = (values.get(name, "") for name in ("name", "citizen_name", "synonyms", "ozg_name"))
    return " ".join(" ".join(fold(part).split()) for part in parts if part)[:5000]


class ServiceAlias(Base):
    """A service that was merged into another one: its address and key lead there; it is no longer active."""

    __tablename__ = "service_aliases"

    old_id: Mapped[int] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)


class ServiceImport(Base):
    """A catalogue file somebody sent: looked at, imported by the worker as a whole, and undone as a whole."""

    __tablename__ = "service_imports"

    id: Mapped[Key]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[Line]
    """Of the file."""
    blob_sha256: Mapped[Digest] = mapped_column(ForeignKey("blobs.sha256"))
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Field → position of its column."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    """Set once the import was ordered."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Counts, faulty rows with line and remedy, warnings; after undoing also what had to stay."""
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    job: Mapped[Job | None] = relationship()


class ServiceChange(Base):
    """What one import did to one service, so that it can be undone."""

    __tablename__ = "service_changes"

    import_id: Mapped[int] = mapped_column(ForeignKey("service_imports.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    """No foreign key: the service may be merged or gone when the import is undone."""
    before: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """The former values of the fields it changed; None for a service it added."""
    revision: Mapped[int]
    """The service's revision after the import: another one says that somebody has edited since."""
