"""What the cooperation intends to draft; everything further is derived from entries."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.base import Base, Key, LongText
from hub.store.organisations import Organisation
from hub.store.services import Service


class Plan(Base):
    """The intention to draft a service; without an organisation nobody has taken it yet."""

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint("revision > 0", name="revision_positive"),
        Index(
            "uq_plans_open",
            "service_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """The city that drafts it."""
    due_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[LongText] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    """Counts changes; a form names the one it started from."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was dropped."""

    service: Mapped[Service] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
