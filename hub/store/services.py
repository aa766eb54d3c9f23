"""Services (Leistungen): what the administration provides, with the optional 14-digit key."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Key, Line, LongText


class Service(Base):
    """One public service of the catalogue; entries point at it."""

    __tablename__ = "services"
    __table_args__ = (CheckConstraint("key IS NULL OR length(key) = 14", name="key"),)

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
    synonyms: Mapped[LongText] = mapped_column(default="")
