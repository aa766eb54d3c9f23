"""Signing in and out, passwords and sessions."""

import hashlib
import secrets
from datetime import timedelta
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from hub.errors import Conflict, Invalid, NotFound
from hub.store.accounts import FailedSignIn, Membership, PasswordReset, SignIn, User
from hub.store.activity import Mail
from hub.text.passwords import COMMON
from hub.work import Work

# OWASP's minimum for Argon2id; the library's default would allow eight sign-ins a second on two cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_HASHING = BoundedSemaphore(4)
"""Bounds the memory that a burst of sign-ins can take."""

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
RESET_FOR = timedelta(hours=2)
SHORTEST = 12


def digest(text: str) -> str:
    """Return the SHA-256 of a token or name, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return the Argon2id hash of `password`."""
    with _HASHING:
        return _HASHER.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe())


def password_matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; takes as long when there is no account."""
    with _HASHING:
        try:
            return _HASHER.verify(stored or _nobody(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def check_new_password(password: str, field: str = "password") -> None:
    """Raise `Invalid` for a password that is too short or generally known (no composition rules, per ASVS 6.2)."""
    if len(password) < SHORTEST:
        raise Invalid(**{field: "password_short"})
    if len(password) > 1000:
        raise Invalid(**{field: "too_long"})
    if password.lower() in COMMON:
        raise Invalid(**{field: "password_common"})


def find_by_email(work: Work, email: str) -> User | None:
    """Return the account of an address, None without one."""
    return work.session.scalar(select(User).where(User.email == email.strip().lower()))


def _locked(work: Work, *subjects: str) -> bool:
    count = work.session.scalar(
        select(func.count())
        .select_from(FailedSignIn)
        .where(FailedSignIn.subject.in_([digest(s) for s in subjects]), FailedSignIn.at > work.now - WINDOW)
    )
    return (count or 0) >= ATTEMPTS


def verify(work: Work, email: str, password: str, address: str) -> User:
    """Return whose password this is, without writing; raises `Invalid` (`sign_in_failed` or `locked`).

    To be called outside the writing transaction, since hashing is slow on purpose.
    """
    if _locked(work, email.lower(), address):
        raise Invalid(email="locked")
    user = find_by_email(work, email)
    matches = password_matches(user.password_hash if user else None, password)
    if user is None or not matches or not user.active:
        raise Invalid(email="sign_in_failed")
    return user


def note_failure(work: Work, email: str, address: str) -> None:
    """Count a refused attempt against the name and the address."""
    for subject in (email.lower(), address):
        work.session.add(FailedSignIn(subject=digest(subject), at=work.now))


def sign_in(work: Work, user_id: int, *, browser: str, address: str, lasts: timedelta) -> str:
    """Open a sign-in and return its token, which exists nowhere else."""
    user = work.session.get_one(User, user_id)
    work.session.execute(delete(FailedSignIn).where(FailedSignIn.subject == digest(user.email)))
    work.session.execute(delete(FailedSignIn).where(FailedSignIn.at < work.now - WINDOW))
    work.session.execute(delete(SignIn).where(SignIn.expires_at < work.now))
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignIn(
            user_id=user.id,
            token_digest=digest(token),
            browser=browser[:300],
            address=address[:45],
            created_at=work.now,
            seen_at=work.now,
            expires_at=work.now + lasts,
        )
    )
    user.last_seen_at = work.now
    return token


def sign_out(work: Work, sign_in_id: int) -> None:
    """End one of the actor's own sign-ins; raises `NotFound` for another's."""
    row = work.session.get(SignIn, sign_in_id)
    if row is None or row.user_id != work.actor.user_id:
        raise NotFound
    work.session.delete(row)


def sign_out_everywhere(work: Work, *, user_id: int, except_id: int | None = None) -> int:
    """End all sign-ins of a person but `except_id`; return how many."""
    query = select(SignIn).where(SignIn.user_id == user_id)
    ended = [row for row in work.session.scalars(query) if row.id != except_id]
    for row in ended:
        work.session.delete(row)
    return len(ended)


def sign_ins(work: Work) -> list[SignIn]:
    """Return the actor's sign-ins, newest first."""
    query = select(SignIn).where(SignIn.user_id == work.actor.user_id, SignIn.expires_at > work.now)
    return list(work.session.scalars(query.order_by(SignIn.seen_at.desc())))


def ask_for_reset(work: Work, email: str, *, link: str, subject: str, text: str) -> None:
    """Send a link for a new password if there is an account; say nothing about whether there is.

    `link` is the address with `{token}` in it; `text` contains `{link}` and `{name}`.
    """
    user = find_by_email(work, email)
    if user is None or not user.active:
        return
    recent = work.session.scalar(
        select(func.count())
        .select_from(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.created_at > work.now - WINDOW)
    )
    if (recent or 0) >= 3:
        return
    token = secrets.token_urlsafe(32)
    work.session.add(
        PasswordReset(user_id=user.id, token_digest=digest(token), created_at=work.now, expires_at=work.now + RESET_FOR)
    )
    body = text.format(link=link.format(token=token), name=user.name)
    work.session.add(Mail(recipient=user.email, subject=subject, text=body, created_at=work.now, next_try_at=work.now))


def find_reset(work: Work, token: str) -> PasswordReset:
    """Return the open permission behind `token`; raises `Conflict("link_expired")`."""
    found = work.session.scalar(select(PasswordReset).where(PasswordReset.token_digest == digest(token)))
    if found is None or found.used_at is not None or found.expires_at < work.now or not found.user.active:
        raise Conflict("link_expired")
    return found


def reset_password(work: Work, token: str, password_hash: str) -> User:
    """Set the new password and end every sign-in of the person; raises `Conflict("link_expired")`."""
    found = find_reset(work, token)
    found.used_at = work.now
    found.user.password_hash = password_hash
    sign_out_everywhere(work, user_id=found.user_id)
    return found.user


def change_password(work: Work, password_hash: str, *, keep_sign_in_id: int | None) -> None:
    """Set the actor's new password and end all other sign-ins."""
    user = work.session.get_one(User, work.actor.user_id)
    user.password_hash = password_hash
    sign_out_everywhere(work, user_id=user.id, except_id=keep_sign_in_id)


def edit_profile(work: Work, *, name: str, locale: str) -> User:
    """Change the actor's own name and language."""
    user = work.session.get_one(User, work.actor.user_id)
    user.name, user.locale = name, locale
    return user


def demo_accounts(work: Work) -> list[User]:
    """Return the published demonstration accounts."""
    query = (
        select(User)
        .where(User.demo, User.active)
        .options(selectinload(User.memberships).joinedload(Membership.organisation))
    )
    return list(work.session.scalars(query.order_by(User.id)))
