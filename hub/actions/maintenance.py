"""Read-only mode: everything can be read, nothing is written, on all machines at once since the database says so.

Boundaries ask `require_writable` inside the transaction of a deed, so nothing is written once the mode has begun and
the transactions that were under way have ended. Signing in and out stay possible, or nobody could go on reading.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.errors import Invalid, Paused
from hub.policy.admin import administer
from hub.store.settings import Maintenance
from hub.work import Work

PATIENCE = 300
"""Seconds to wait before trying again if nobody said when it ends."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The read-only mode as readers are told of it."""

    since: datetime
    until: datetime | None
    note: str


def _row(session: Session) -> Maintenance | None:
    return session.get(Maintenance, 1, populate_existing=True)


def current(session: Session) -> Pause | None:
    """Return the mode that holds now, None in normal operation."""
    held = _row(session)
    return Pause(held.since, held.until, held.note) if held is not None else None


def require_writable(session: Session, now: datetime) -> None:
    """Raise `Paused` while the hub is read only."""
    held = current(session)
    if held is not None:
        left = int((held.until - now).total_seconds()) if held.until is not None else PATIENCE
        raise Paused(max(left, 30), held.note)


def begin(work: Work, *, until: datetime | None, note: str) -> None:
    """Make the hub read only, or change when it ends and what readers are told.

    Raises `Invalid(until="in_the_past")`.
    """
    work.require(administer)
    if until is not None and until <= work.now:
        raise Invalid(until="in_the_past")
    held = _row(work.session)
    if held is None:
        held = Maintenance(id=1, since=work.now)
        work.session.add(held)
        work.record("maintenance.begun", until=until.isoformat() if until else None)
    held.until, held.note, held.set_by_id = until, note, work.actor.user_id


def end(work: Work) -> bool:
    """Let the hub write again; return whether it was read only."""
    work.require(administer)
    held = _row(work.session)
    if held is None:
        return False
    work.session.delete(held)
    work.record("maintenance.ended", since=held.since.isoformat())
    return True
