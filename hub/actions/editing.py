"""Who has an editor open: shown to others so that they can talk, never a lock.

The editor's page says every half minute that it is still there. Only the first word, the last one, and one every few
minutes are written down: each write makes every kept page of every reader worthless.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select

from hub import policy
from hub.store.accounts import User
from hub.store.answers import answers
from hub.store.entries import Entry
from hub.store.notifications import Editing
from hub.work import Work

WRITTEN_EVERY = timedelta(minutes=4)
LOST_AFTER = timedelta(minutes=6)
"""Without a word for so long the editor is taken for closed."""


def is_to_be_written(work: Work, entry: Entry) -> bool:
    """Whether a sign of life changes anything in the database."""
    work.require(policy.publish, entry)
    row = work.session.get(Editing, (entry.id, work.actor.user_id))
    return row is None or row.seen_at <= work.now - WRITTEN_EVERY


def be_there(work: Work, entry: Entry) -> None:
    """Note that the actor has an editor open; who comes back after a loss begins anew."""
    work.require(policy.publish, entry)
    row = work.session.get(Editing, (entry.id, work.actor.user_id))
    if row is None:
        row = Editing(entry_id=entry.id, user_id=work.actor.user_id, since=work.now, seen_at=work.now)
        work.session.add(row)
    elif row.seen_at <= work.now - LOST_AFTER:
        row.since = work.now
    row.seen_at = work.now


def is_there(work: Work, entry: Entry) -> bool:
    """Whether the actor is noted as editing."""
    return work.session.get(Editing, (entry.id, work.actor.user_id)) is not None


def leave(work: Work, entry: Entry) -> None:
    """Note that the actor closed the editor."""
    mine = (Editing.entry_id == entry.id, Editing.user_id == work.actor.user_id)
    work.session.execute(delete(Editing).where(*mine))


class Other(NamedTuple):
    """Somebody who has an editor open."""

    name: str
    since: datetime


_OTHERS = (
    select(User.name, Editing.since)
    .join(User, User.id == Editing.user_id)
    .where(
        Editing.entry_id == bindparam("entry"),
        Editing.user_id != bindparam("user"),
        Editing.seen_at > bindparam("lost"),
    )
    .order_by(Editing.since)
)


def others(work: Work, entry: Entry) -> list[Other]:
    """Return who else is editing an entry, for readers of its drafts; the first to begin comes first."""
    if not work.actor.signed_in or not policy.read_drafts(work.actor, entry):
        return []
    lost = work.now - LOST_AFTER
    return [Other(*row) for row in answers(work.session, _OTHERS, entry=entry.id, user=work.actor.user_id, lost=lost)]


def any_lost(work: Work) -> bool:
    """Whether somebody is noted whose editor is gone."""
    return work.session.scalar(select(Editing.user_id).where(_lost(work)).limit(1)) is not None


def forget_lost(work: Work) -> None:
    """Forget whose editor is gone; being a write, this also renews the pages that still name them."""
    work.session.execute(delete(Editing).where(_lost(work)))


def _lost(work: Work) -> ColumnElement[bool]:
    return Editing.seen_at <= work.now - LOST_AFTER
