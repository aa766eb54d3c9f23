"""Tokens for programs: make, list, revoke, and find whose a token is."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from hub.actions.accounts import SEEN_EVERY, digest
from hub.actions.people import actors
from hub.errors import Forbidden, Invalid, NotFound
from hub.policy import Actor
from hub.store.tokens import Scope, Token
from hub.work import Work

PREFIX = "ikz_"
"""Every token begins so, which lets scanners of leaked secrets know one when they see it."""
LONGEST = timedelta(days=365)
MOST = 20
"""Valid tokens one person may have."""
_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Key:
    """A valid token: whose it is and what it may be used for."""

    id: int
    actor: Actor
    scopes: frozenset[Scope]
    used_at: datetime | None

    def worth_noting(self, at: datetime) -> bool:
        """Whether its last use was noted so long ago that this one is worth a note."""
        return self.used_at is None or self.used_at <= at - SEEN_EVERY


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Token.revoked_at.is_(None), Token.expires_at > at)


def create(work: Work, name: str, scopes: Iterable[Scope], expires_on: date) -> tuple[Token, str]:
    """Make a token of the actor's; return it and its text, which exists nowhere else.

    It is valid to the end of `expires_on` in Germany. Raises `Invalid` for a day that is over or more than a year
    ahead (`expires_on`), without a scope (`scopes`) and beyond `MOST` tokens (`name`); `Forbidden` for a guest.
    """
    if work.actor.user_id is None:
        raise Forbidden("create_token")
    ends = datetime.combine(expires_on + timedelta(days=1), time(), _BERLIN)
    if ends <= work.now:
        raise Invalid(expires_on="token_past")
    if ends > work.now + LONGEST + timedelta(days=1):
        raise Invalid(expires_on="token_too_long")
    wanted = frozenset(scopes)
    if not wanted:
        raise Invalid(scopes="required")
    valid = select(func.count()).select_from(Token).where(Token.user_id == work.actor.user_id, *_open(work.now))
    if (work.session.scalar(valid) or 0) >= MOST:
        raise Invalid(name="too_many_tokens")
    text = PREFIX + secrets.token_urlsafe(32)
    made = Token(
        user_id=work.actor.user_id,
        name=name,
        token_digest=digest(text),
        scopes=" ".join(scope for scope in Scope if scope in wanted),
        created_at=work.now,
        expires_at=ends,
    )
    work.session.add(made)
    work.session.flush()
    work.record("token.created", token_id=made.id, scopes=made.scopes)
    return made, text


def own(work: Work) -> list[Token]:
    """Return the actor's tokens that can still be used, newest first."""
    query = select(Token).where(Token.user_id == work.actor.user_id, *_open(work.now))
    return list(work.session.scalars(query.order_by(Token.id.desc())))


def find(work: Work, token_id: int) -> Token:
    """Return one of the actor's valid tokens; raises `NotFound` for another's."""
    found = work.session.get(Token, token_id)
    if found is None or found.user_id != work.actor.user_id or found.revoked_at or found.expires_at <= work.now:
        raise NotFound
    return found


def revoke(work: Work, token: Token) -> None:
    """End one of the actor's own tokens at once; raises `NotFound` for another's."""
    if token.user_id != work.actor.user_id:
        raise NotFound
    token.revoked_at = work.now
    work.record("token.revoked", token_id=token.id)


def revoke_all(work: Work, user_id: int) -> None:
    """End every token of a person, as when the account is closed."""
    work.session.execute(
        update(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None)).values(revoked_at=work.now)
    )


def key_of(session: Session, text: str, at: datetime) -> Key | None:
    """Return the key that `text` is, None if there is no valid token of an open account.

    What is compared is a digest, so that the time it takes says nothing about the token.
    """
    if not text.startswith(PREFIX):
        return None
    found = session.scalar(select(Token).where(Token.token_digest == digest(text), *_open(at)))
    if found is None:
        return None
    actor = actors(session, [found.user_id]).get(found.user_id)
    return None if actor is None else Key(found.id, actor, found.scope_set, found.used_at)


def note_use(work: Work, token_id: int) -> None:
    """Note that a token is in use, unless somebody just did."""
    stale = or_(Token.used_at.is_(None), Token.used_at <= work.now - SEEN_EVERY)
    work.session.execute(update(Token).where(Token.id == token_id, stale).values(used_at=work.now))
