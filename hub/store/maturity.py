"""Maturity (Reifegrad) of entries on the two official scales, side by side and never converted."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText
from hub.store.entries import Version


class Scale(StrEnum):
    """The two maturity models: 1.1 (June 2020 to July 2025) and 2.0 (since July 2025)."""

    OLD = "1.1"
    NEW = "2.0"

    @property
    def highest(self) -> int:
        """The highest level; the lowest is 0."""
        return 4 if self is Scale.OLD else 7

    @property
    def criteria_count(self) -> int:
        """How many criteria the model has."""
        return 10 if self is Scale.OLD else 13


_SCALE = "scale IN ('1.1', '2.0')"
_IN_RANGE = "{0} IS NULL OR ({0} >= 0 AND {0} <= CASE scale WHEN '1.1' THEN 4 ELSE 7 END)"


class MaturityCriterion(Base):
    """What a criterion of a scale is called; without a row it is just numbered."""

    __tablename__ = "maturity_criteria"
    __table_args__ = (
        CheckConstraint(_SCALE, name="scale"),
        CheckConstraint("position >= 1 AND position <= CASE scale WHEN '1.1' THEN 10 ELSE 13 END", name="position"),
    )

    scale: Mapped[str] = mapped_column(String(3), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Line]
    help: Mapped[LongText] = mapped_column(default="")
    source: Mapped[Line] = mapped_column(default="")
    """Where the official name stands; empty means that it is the cooperation's own working title."""
    revision: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class MaturityRating(Base):
    """How mature an entry's service was found to be on a day; a new look makes a new row."""

    __tablename__ = "maturity_ratings"
    __table_args__ = (
        UniqueConstraint("entry_id", "scale", "number"),
        CheckConstraint(_SCALE, name="scale"),
        CheckConstraint(_IN_RANGE.format("actual"), name="actual"),
        CheckConstraint(_IN_RANGE.format("target"), name="target"),
        Index("ix_maturity_ratings_version_id", "version_id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    scale: Mapped[str] = mapped_column(String(3))
    number: Mapped[int]
    """1, 2, 3 … within entry and scale; a form names the one it started from."""
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    """The version that was looked at."""
    rated_on: Mapped[date]
    """The day the rating is true for."""
    actual: Mapped[int | None]
    """As-is level: the lowest of the rated criteria, or as stated where no criterion is rated."""
    target: Mapped[int | None]
    """To-be level."""
    rated_criteria: Mapped[int]
    """How many criteria have an as-is level; fewer than all make `actual` provisional."""
    note: Mapped[LongText] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    author: Mapped[User | None] = relationship()
    version: Mapped[Version] = relationship()
    marks: Mapped[list["MaturityMark"]] = relationship(
        order_by="MaturityMark.position", cascade="all, delete-orphan", lazy="selectin"
    )


class MaturityMark(Base):
    """How one criterion was rated, and on what evidence."""

    __tablename__ = "maturity_marks"

    rating_id: Mapped[int] = mapped_column(ForeignKey("maturity_ratings.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    actual: Mapped[int | None]
    target: Mapped[int | None]
    evidence: Mapped[LongText] = mapped_column(default="")
    link: Mapped[Line] = mapped_column(default="")


class MaturityLevel(Base):
    """The newest rating of an entry on a scale: at most one row per entry and scale, for lists and filters."""

    __tablename__ = "maturity_levels"
    __table_args__ = (
        CheckConstraint(_SCALE, name="scale"),
        Index("ix_maturity_levels_scale", "scale", "actual"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    scale: Mapped[str] = mapped_column(String(3), primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("maturity_ratings.id", ondelete="CASCADE"))
    actual: Mapped[int | None]
    target: Mapped[int | None]
    complete: Mapped[bool]
    """Whether every criterion has an as-is level."""
    rated_on: Mapped[date]
