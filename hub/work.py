"""The one piece of hand luggage: who does something, when, and in which transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate

from sqlalchemy.orm import Session

from hub.errors import Forbidden, NotFound
from hub.policy import Actor
from hub.store.activity import Event
from hub.store.entries import Entry

IN_DOUBT = "in_doubt"
"""Key in the `info` of a session whose last transaction may or may not have been committed."""


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Make all of what happens inside one writing transaction: all of it is committed, or nothing.

    What was read before is forgotten first, so that the deed decides on what is true while it holds the lock. If the
    database goes away while it commits, nobody knows which of the two it was: `IN_DOUBT` is noted in the session.
    """
    session.rollback()
    session.info.pop(IN_DOUBT, None)
    session.info.pop("replica", None)  # who writes reads from where the writing goes
    session.connection(execution_options={"write": True})
    try:
        yield session
        session.flush()
        session.info[IN_DOUBT] = True
        session.commit()
        session.info.pop(IN_DOUBT)
        session.info["wrote"] = True
    except BaseException:
        session.rollback()
        raise


@dataclass(frozen=True, slots=True)
class Work:
    """Session, actor and time of one deed; every action takes it first."""

    session: Session
    actor: Actor
    now: datetime

    def require(self, permission: Callable[Concatenate[Actor, ...], bool], *subjects: Any) -> None:
        """Raise `Forbidden` unless `permission(actor, *subjects)` holds."""
        if not permission(self.actor, *subjects):
            raise Forbidden(permission.__name__)

    def require_cooperation(self) -> None:
        """Raise `NotFound` for outsiders: what only the cooperation sees does not exist for them."""
        if not self.actor.cooperates:
            raise NotFound

    def record(
        self, kind: str, entry: Entry | None = None, *, organisation_id: int | None = None, **data: Any
    ) -> Event:
        """Write down what was done, for activity, audit and everything the worker does afterwards."""
        event = Event(
            kind=kind,
            actor_id=self.actor.user_id,
            organisation_id=entry.organisation_id if entry is not None else organisation_id,
            entry_id=entry.id if entry is not None else None,
            data=data,
            happened_at=self.now,
        )
        self.session.add(event)
        return event
