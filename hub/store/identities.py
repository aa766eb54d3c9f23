"""Who people are elsewhere: identities at OpenID Connect providers, the roles and sign-ins that came from there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import Membership, SignIn, User
from hub.store.base import Base, Digest, Key, Line


class Identity(Base):
    """A person as a provider knows them; issuer and subject together never change hands (OpenID Connect Core, 5.7)."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index("ix_identities_user_id", "user_id"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(80))
    """Name of the provider in the settings, as of the last sign-in."""
    issuer: Mapped[Line]
    subject: Mapped[Line]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class ProvidedRole(Base):
    """Marks a role as given by a provider's groups: it is renewed at every sign-in, unlike those given by hand."""

    __tablename__ = "provided_roles"
    __table_args__ = (Index("ix_provided_roles_identity_id", "identity_id"),)

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))

    membership: Mapped[Membership] = relationship()


class ProvidedSignIn(Base):
    """Marks a sign-in as opened by a provider, with what is needed to end it from there and here."""

    __tablename__ = "provided_sign_ins"
    __table_args__ = (
        Index("ix_provided_sign_ins_identity_id", "identity_id"),
        Index("ix_provided_sign_ins_sid", "sid"),
    )

    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_ins.id", ondelete="CASCADE"), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    sid: Mapped[Line] = mapped_column(default="")
    """The provider's name of its session, where it tells one."""
    sealed_token: Mapped[bytes]
    """The ID token, encrypted; the provider wants it as a hint when the person signs out (RP-Initiated Logout 1.0)."""

    sign_in: Mapped[SignIn] = relationship()
    identity: Mapped[Identity] = relationship()


class SeenToken(Base):
    """A logout token that was used; until it expires it must not be used again."""

    __tablename__ = "seen_tokens"

    token_digest: Mapped[Digest] = mapped_column(primary_key=True)
    """Digest of issuer and `jti`."""
    expires_at: Mapped[datetime]
