"""What proves a person beside the password: one-time codes, recovery codes, passkeys, and half-finished sign-ins."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import SignIn, User
from hub.store.base import Base, Digest, Key, Line, one_of


class OneTimeCodes(Base):
    """A person's app for one-time codes (TOTP, RFC 6238); in force once a first code was right."""

    __tablename__ = "one_time_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[bytes]
    """The shared secret, encrypted with a key made from `HUB_SECRET_KEY`."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last accepted code; only later ones are accepted, so none counts twice."""


class RecoveryCode(Base):
    """A code on paper that replaces the second factor once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_digest"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_digest: Mapped[Digest]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A public key whose private half never leaves a person's device (WebAuthn level 2)."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_user_id", "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[Line]
    """What the person calls the device."""
    credential_digest: Mapped[Digest] = mapped_column(unique=True)
    """Digest of the credential's id, since ids are up to 1,023 bytes long."""
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    user_handle: Mapped[str] = mapped_column(String(64))
    """The random name under which the device knows the account; the same for all passkeys of a person."""
    transports: Mapped[Line] = mapped_column(default="")
    """How the device is reached, separated by spaces; a hint for browsers."""
    synced: Mapped[bool] = mapped_column(default=False)
    """Whether the key is kept by a service and not by one device alone."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class StepKind(StrEnum):
    """What is half done."""

    SECOND_FACTOR = "second_factor"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    PASSKEY_SET_UP = "passkey_set_up"


class SignInStep(Base):
    """Something between two requests of one browser, taken once: the cookie carries the token, the table its digest."""

    __tablename__ = "sign_in_steps"
    __table_args__ = (
        CheckConstraint(one_of("kind", StepKind), name="kind"),
        Index("ix_sign_in_steps_expires_at", "expires_at"),
    )

    id: Mapped[Key]
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the second request needs: a challenge, where to go."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User | None] = relationship()


class Method(StrEnum):
    """By what a sign-in was opened."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    SECOND_FACTOR = "second_factor"
    PASSKEY = "passkey"
    PROVIDER = "provider"


class Proof(Base):
    """How and when the person behind a sign-in last proved who they are."""

    __tablename__ = "proofs"
    __table_args__ = (CheckConstraint(one_of("method", Method), name="method"),)

    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_ins.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]

    sign_in: Mapped[SignIn] = relationship()
