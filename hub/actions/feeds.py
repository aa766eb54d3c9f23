"""Private addresses for feed readers: a secret that reads as its person until it is revoked."""

import secrets

from sqlalchemy import select

from hub.actions.accounts import digest
from hub.actions.people import actors
from hub.errors import Conflict, Forbidden, NotFound
from hub.policy import Actor
from hub.store.notifications import FeedToken
from hub.work import Work

MOST = 20


def tokens(work: Work) -> list[FeedToken]:
    """Return the actor's feed addresses that still work, newest first."""
    query = select(FeedToken).where(FeedToken.user_id == work.actor.user_id, FeedToken.revoked_at.is_(None))
    return list(work.session.scalars(query.order_by(FeedToken.id.desc())))


def create(work: Work, name: str) -> str:
    """Make a new secret and return it; it exists nowhere else."""
    if not work.actor.signed_in:
        raise Forbidden("feed")
    if len(tokens(work)) >= MOST:
        raise Conflict("too_many_feeds")
    token = secrets.token_urlsafe(32)
    work.session.add(FeedToken(user_id=work.actor.user_id, token_digest=digest(token), name=name, created_at=work.now))
    work.record("feed.created")
    return token


def revoke(work: Work, token_id: int) -> None:
    """End one of the actor's feed addresses; raises `NotFound` for another's."""
    row = work.session.get(FeedToken, token_id)
    if row is None or row.user_id != work.actor.user_id:
        raise NotFound
    row.revoked_at = work.now
    work.record("feed.revoked")


def reader(work: Work, token: str) -> Actor:
    """Return who reads by a secret, with today's rights; raises `NotFound` if it does not or no longer work."""
    query = select(FeedToken.user_id).where(FeedToken.token_digest == digest(token), FeedToken.revoked_at.is_(None))
    user_id = work.session.scalar(query)
    found = actors(work.session, [user_id]).get(user_id) if user_id is not None else None
    if found is None:
        raise NotFound
    return found
