"""Organisations: cities, the IKZ office, authorities of the Land, providers. Data, never code."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Key, Line, Slug


class OrganisationKind(StrEnum):
    """What an organisation is in the cooperation."""

    CITY = "city"
    IKZ = "ikz"
    LAND = "land"
    PROVIDER = "provider"

    @property
    def cooperates(self) -> bool:
        """Whether its members belong to the inter-municipal cooperation (they read what is shared there)."""
        return self in (OrganisationKind.CITY, OrganisationKind.IKZ)


class Organisation(Base):
    """One body that owns entries or whose people work with them."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("kind IN ('city', 'ikz', 'land', 'provider')", name="kind"),
        CheckConstraint("length(ags) IN (0, 8)", name="ags"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[Slug] = mapped_column(unique=True)
    """Its place in addresses, such as `marburg`."""
    name: Mapped[Line]
    """The full name, such as „Universitätsstadt Marburg“."""
    short_name: Mapped[Line]
    ags: Mapped[str] = mapped_column(String(8), default="")
    """Amtlicher Gemeindeschlüssel, eight digits, or empty where there is none."""
    contact_email: Mapped[Line] = mapped_column(default="")
    contact_phone: Mapped[Line] = mapped_column(default="")
    website: Mapped[Line] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    """Counts edits; a form names the one it started from."""
    created_at: Mapped[datetime]

    @property
    def cooperates(self) -> bool:
        """Whether this is a member of the cooperation."""
        return OrganisationKind(self.kind).cooperates


class RuleSetting(Base):
    """How an organisation wants one checking rule: another severity, or off. Rules without a row keep their own."""

    __tablename__ = "rule_settings"
    __table_args__ = (CheckConstraint("setting IN ('off', 'on', 'error', 'warning', 'hint')", name="setting"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    setting: Mapped[str] = mapped_column(String(10))
