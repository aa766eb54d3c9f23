"""People: accounts, their memberships, sign-ins, invitations and password resets."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.base import Base, Digest, Key, Line
from hub.store.organisations import Organisation


class Role(StrEnum):
    """What a person does in one organisation (domain: roles in practice)."""

    READER = "reader"
    MODELLER = "modeller"
    EXPERT = "expert"
    OWNER = "owner"
    METHOD_REVIEWER = "method_reviewer"
    APPROVER = "approver"
    COORDINATOR = "coordinator"
    LAND_REVIEWER = "land_reviewer"
    DATA_PROTECTION = "data_protection"
    ADMIN = "admin"
    SYSTEM_ADMIN = "system_admin"


class User(Base):
    """A person with an account. The name is shown beside what they wrote."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[Line] = mapped_column(unique=True)
    """Official address, lower case; also the name used for signing in."""
    name: Mapped[Line]
    password_hash: Mapped[Line | None]
    """Argon2id; None while an invitation is open or after the account was closed."""
    locale: Mapped[str] = mapped_column(String(5), default="de")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    """A published demonstration account; production refuses to start while one is active."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", foreign_keys="Membership.user_id"
    )


class Membership(Base):
    """One role of one person in one organisation; a person may have several."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in Role)), name="role"),
        Index("ix_memberships_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(20))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()


class SignIn(Base):
    """One browser that is signed in; the cookie carries the token, the table only its digest."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_user_id", "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    browser: Mapped[Line] = mapped_column(default="")
    """A coarse description such as „Firefox unter Windows“, for the session list."""
    address: Mapped[str] = mapped_column(String(45), default="")
    """Shortened network address (domain: server data are kept shortened)."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Invitation(Base):
    """An open door for one person into one organisation; used once, until it expires."""

    __tablename__ = "invitations"

    id: Mapped[Key]
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    email: Mapped[Line]
    name: Mapped[Line]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(20))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class PasswordReset(Base):
    """A one-time permission to choose a new password, sent by e-mail."""

    __tablename__ = "password_resets"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class FailedSignIn(Base):
    """A refused attempt, kept as a log (what locks is counted in `limits`); the address is stored as a digest only."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("ix_failed_sign_ins_subject_at", "subject", "at"),)

    id: Mapped[Key]
    subject: Mapped[Digest]
    """Digest of the account name or of the network address that tried."""
    at: Mapped[datetime]
