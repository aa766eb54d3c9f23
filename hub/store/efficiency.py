"""Efficiency ledger: times, cases and costs before and after, per city, service and year."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.base import Base, Key, LongText
from hub.store.organisations import Organisation
from hub.store.services import Service


class LedgerRow(Base):
    """The yearly figures of one service in one city; one row only, so that nothing counts twice."""

    __tablename__ = "ledger_rows"
    __table_args__ = (
        UniqueConstraint("organisation_id", "service_id", "year"),
        CheckConstraint("cases >= 0 AND minutes_before >= 0 AND minutes_after >= 0", name="figures"),
        CheckConstraint("low <= 100 AND high >= 100 AND low >= 0", name="range"),
        Index("ix_ledger_rows_grant_id", "grant_id"),
        # Sums over years and cities read the index alone, and the newest year is found without sorting the others.
        Index(
            "ix_ledger_rows_summed",
            "year",
            "organisation_id",
            "cost_before",
            "cost_after",
            "once_saved",
            "low",
            "high",
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    year: Mapped[int]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id", ondelete="SET NULL"))
    """The grant the saving is credited to; at most one."""
    version_before_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    version_after_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    cases: Mapped[int]
    """Cases in that year."""
    minutes_before: Mapped[int]
    minutes_after: Mapped[int]
    """Working time per case, in hundredths of a minute."""
    hourly_rate: Mapped[int] = mapped_column(BigInteger)
    """Cost of an hour of work, in cents."""
    material_before: Mapped[int] = mapped_column(BigInteger, default=0)
    material_after: Mapped[int] = mapped_column(BigInteger, default=0)
    """Material cost per case, in cents: postage, paper, fees."""
    running_after: Mapped[int] = mapped_column(BigInteger, default=0)
    """Additional cost a year of the new way, in cents."""
    once_saved: Mapped[int] = mapped_column(BigInteger, default=0)
    """One-off effort saved by taking over what others made, in cents; counted in this year only."""
    cost_before: Mapped[int] = mapped_column(BigInteger)
    cost_after: Mapped[int] = mapped_column(BigInteger)
    """Yearly cost before and after in cents, computed from the figures above and rounded once; so sums add up."""
    low: Mapped[int] = mapped_column(default=100)
    high: Mapped[int] = mapped_column(default=100)
    """Uncertainty: the saving lies between these per cents of the computed one."""
    method: Mapped[str] = mapped_column(String(20), default="estimated")
    """measured, counted, estimated, taken_over"""
    sources: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Name of a figure → where it comes from."""
    note: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    service: Mapped[Service] = relationship(lazy="joined")
