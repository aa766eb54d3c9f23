"""The one piece of hand luggage: who does something, when, and in which transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate

from sqlalchemy.orm import Session

from hub.errors import Forbidden
from hub.policy import Actor
from hub.store.activity import Event
from hub.store.entries import Entry


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
