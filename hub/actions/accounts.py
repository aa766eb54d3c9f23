"""Signing in and out, passwords and sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from hub.actions import limits
from hub.errors import Conflict, Invalid, NotFound
from hub.store.accounts import FailedSignIn, Membership, PasswordReset, SignIn, User
from hub.store.activity import Mail
from hub.store.factors import Method, Proof
from hub.store.lifecycle import EmailChange
from hub.store.organisations import Organisation
from hub.text import passwords
from hub.work import Work

# OWASP's minimum for Argon2id; the library's default would allow eight sign-ins a second on two cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_HASHING = BoundedSemaphore(4)
"""Bounds the memory that a burst of sign-ins can take."""

TRIES = ((10, 15 * 60), (20, 2 * 3600), (40, 24 * 3600))
"""How many wrong passwords for one name in how many seconds: after ten the pause is a minute and a half between two
tries, after twenty six minutes, after forty half an hour; the right password ends all of it."""
TRIES_FROM_NETWORK = (100, 15 * 60)
"""The same for one network address; higher, since a whole town hall may share one."""
WINDOW = timedelta(minutes=15)
RESET_FOR = timedelta(hours=2)
SHORTEST = 12
SEEN_EVERY = timedelta(minutes=10)
"""How exactly it is noted when a sign-in was last used."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with a link that opens something once; the caller chose its language."""

    subject: str
    text: str
    """Contains `{name}` and `{link}`."""
    link: str
    """The address with `{token}` in it."""


def post(work: Work, letter: Letter, *, recipient: str, name: str, token: str) -> str:
    """Queue a letter for the worker, in the transaction of its cause, and return the link in it."""
    link = letter.link.replace("{token}", token)
    # Replaced one after the other, the name last: whatever people are called, it is never read as a placeholder.
    body = letter.text.replace("{link}", link).replace("{name}", name)
    work.session.add(
        Mail(recipient=recipient, subject=letter.subject, text=body, created_at=work.now, next_try_at=work.now)
    )
    return link


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


def check_new_password(work: Work, password: str, *, name: str, email: str) -> None:
    """Raise `Invalid` for a password that is too short or quickly guessed (no composition rules, per ASVS 6.2).

    `name` and `email` are those of the person; their words and those of every organisation count as known.
    """
    field = "password"
    if len(password) < SHORTEST:
        raise Invalid(**{field: "password_short"})
    if len(password) > 1000:
        raise Invalid(**{field: "too_long"})
    names = work.session.execute(select(Organisation.name, Organisation.short_name, Organisation.slug)).all()
    if passwords.guessable(password, passwords.words_of(name, email, *(text for row in names for text in row))):
        raise Invalid(**{field: "password_common"})


def find_by_email(work: Work, email: str) -> User | None:
    """Return the account of an address, None without one."""
    return work.session.scalar(select(User).where(User.email == email.strip().lower()))


def attempt(work: Work, email: str, network: str) -> None:
    """Count an attempt before it is made, so that many at once are no way around; raises `Invalid` (`locked`).

    `email` is in its normal form (`inputs.Email`), or another spelling of it would be counted apart. Whether there is
    such an account makes no difference. To be committed before the password is looked at.
    """
    buckets = [(f"sign-in:{email}", *limit) for limit in TRIES]
    for bucket, most, seconds in (*buckets, (f"sign-in-network:{network}", *TRIES_FROM_NETWORK)):
        if limits.allow(work.session, f"{bucket}:{seconds}", most, seconds, now=work.now) is not None:
            raise Invalid(email="locked")


def note_failure(work: Work, email: str, address: str) -> None:
    """Keep in the log that an attempt was refused, for the name and the address, without saying whose they are."""
    for subject in (email, address):
        work.session.add(FailedSignIn(subject=digest(subject), at=work.now))


def forget_attempts(work: Work, email: str, network: str) -> None:
    """Forget what was counted against a name whose owner has proved to be there, and the try of their network."""
    for _, seconds in TRIES:
        limits.forget(work.session, f"sign-in:{email}:{seconds}")
    most, seconds = TRIES_FROM_NETWORK
    limits.give_back(work.session, f"sign-in-network:{network}:{seconds}", most, seconds)


def verify(work: Work, email: str, password: str) -> User:
    """Return whose password this is, without writing; raises `Invalid` (`sign_in_failed`).

    To be called after `attempt` and outside the writing transaction, since hashing is slow on purpose.
    """
    user = find_by_email(work, email)
    matches = password_matches(user.password_hash if user else None, password)
    if user is None or not matches or not user.active:
        raise Invalid(email="sign_in_failed")
    return user


def sign_in(
    work: Work,
    user_id: int,
    method: Method,
    *,
    browser: str,
    address: str,
    lasts: timedelta,
    replaces_id: int | None = None,
) -> tuple[SignIn, str]:
    """Open a sign-in; return it and its token, which exists nowhere else; this browser's old one ends."""
    user = work.session.get_one(User, user_id)
    work.session.execute(delete(SignIn).where(SignIn.id == replaces_id))
    work.session.execute(delete(SignIn).where(SignIn.expires_at < work.now))
    token = secrets.token_urlsafe(32)
    row = SignIn(
        user_id=user.id,
        token_digest=digest(token),
        browser=browser[:300],
        address=address[:45],
        created_at=work.now,
        seen_at=work.now,
        expires_at=work.now + lasts,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add(Proof(sign_in_id=row.id, method=method, proved_at=work.now))
    user.last_seen_at = work.now
    return row, token


def note_seen(work: Work, sign_in_id: int, user_id: int) -> None:
    """Note that a sign-in is in use."""
    work.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=work.now))
    work.session.execute(update(User).where(User.id == user_id).values(last_seen_at=work.now))


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


def ask_for_reset(work: Work, email: str, letter: Letter) -> None:
    """Send a link for a new password if there is an account; say nothing about whether there is."""
    # Counted for every name, so that the answer takes a commit's time whether or not there is an account.
    allowed = limits.allow(work.session, f"reset:{email}", 3, int(WINDOW.total_seconds()), now=work.now) is None
    user = find_by_email(work, email)
    if allowed and user is not None and user.active:
        send_reset(work, user, letter)


def send_reset(work: Work, user: User, letter: Letter) -> None:
    """Send a person the link with which to choose a new password, once, within two hours."""
    token = secrets.token_urlsafe(32)
    work.session.add(
        PasswordReset(user_id=user.id, token_digest=digest(token), created_at=work.now, expires_at=work.now + RESET_FOR)
    )
    post(work, letter, recipient=user.email, name=user.name, token=token)


def find_reset(work: Work, token: str) -> PasswordReset:
    """Return the open permission behind `token`; raises `Conflict("link_expired")`."""
    found = work.session.scalar(select(PasswordReset).where(PasswordReset.token_digest == digest(token)))
    if found is None or found.used_at is not None or found.expires_at < work.now or not found.user.active:
        raise Conflict("link_expired")
    return found


def reset_password(work: Work, token: str, password_hash: str) -> User:
    """Set the new password and end every sign-in of the person; raises `Conflict("link_expired")`."""
    found = find_reset(work, token)
    # The row is locked and read again, so that of two that use one link at once the second is refused.
    work.session.refresh(found, with_for_update=True)
    if found.used_at is not None:
        raise Conflict("link_expired")
    _set_password(work, found.user, password_hash, keep_sign_in_id=None)
    return found.user


def change_password(work: Work, password_hash: str, *, keep_sign_in_id: int | None) -> None:
    """Set the actor's new password and end all other sign-ins."""
    _set_password(work, work.session.get_one(User, work.actor.user_id), password_hash, keep_sign_in_id=keep_sign_in_id)


def _set_password(work: Work, user: User, password_hash: str, *, keep_sign_in_id: int | None) -> None:
    """Set a password; whatever was opened with the old one, and every link still in a mailbox, ends."""
    user.password_hash = password_hash
    sign_out_everywhere(work, user_id=user.id, except_id=keep_sign_in_id)
    void_links(work, user.id)


def void_links(work: Work, user_id: int) -> None:
    """End every link in a mailbox that would set a password or another address of a person.

    A changed address too: whoever knew the old password could have asked for theirs, and would get the account with it.
    """
    open_ones = (PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    work.session.execute(update(PasswordReset).where(*open_ones).values(used_at=work.now))
    void_addresses(work, user_id)


def void_addresses(work: Work, user_id: int) -> None:
    """End every link that would set another address of a person."""
    open_ones = (EmailChange.user_id == user_id, EmailChange.confirmed_at.is_(None))
    ended = work.now - timedelta(seconds=1)
    work.session.execute(update(EmailChange).where(*open_ones).values(expires_at=ended))


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
