"""Requests that may be sent again: the same key gives the same answer, and the deed happens once.

A key is claimed in a transaction of its own, so that a second request at the same moment is told to wait; the answer
is kept in the transaction of the deed, so that there is never one without the other.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from hub.actions.accounts import digest
from hub.errors import Conflict, Invalid
from hub.store.inserting import insert_new
from hub.store.tokens import Repeatable
from hub.work import Work

KEPT_FOR = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(seconds=120)
"""A request without an answer after this long has died: its deed was never committed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that holds a key; `answer` is what was answered when the same request came before."""

    id: int
    secret: str
    answer: str | None = None


def claim(work: Work, holder: str, key: str, request: str) -> Claim:
    """Claim `key` of `holder` for the request with the digest `request`.

    Raises `Invalid(idempotency_key="other_request")` if the key was used for another request, and
    `Conflict("still_running")` while the first one runs.
    """
    work.session.execute(delete(Repeatable).where(Repeatable.claimed_at < work.now - KEPT_FOR))
    secret = secrets.token_hex(16)
    row = {"holder": holder, "key_digest": digest(key), "request_digest": request, "claim": secret}
    insert_new(work.session, Repeatable, [{**row, "claimed_at": work.now, "answer": None}])
    found = work.session.scalars(
        select(Repeatable)
        .where(Repeatable.holder == holder, Repeatable.key_digest == digest(key))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if found.request_digest != request:
        raise Invalid(idempotency_key="other_request")
    if found.answer is not None or found.claim == secret:
        return Claim(found.id, secret, found.answer)
    if found.claimed_at > work.now - GIVEN_UP_AFTER:
        raise Conflict("still_running")
    found.claim, found.claimed_at = secret, work.now
    return Claim(found.id, secret)


def keep(work: Work, held: Claim, answer: str) -> None:
    """Keep what is answered; raises `Conflict("still_running")` if another request took the key over meanwhile."""
    query = update(Repeatable).where(Repeatable.id == held.id, Repeatable.claim == held.secret)
    if work.session.execute(query.values(answer=answer).returning(Repeatable.id)).first() is None:
        raise Conflict("still_running")


def give_back(work: Work, held: Claim) -> None:
    """Free the key of a request that was refused: it changed nothing and may be sent again."""
    work.session.execute(
        delete(Repeatable).where(Repeatable.id == held.id, Repeatable.claim == held.secret, Repeatable.answer.is_(None))
    )
