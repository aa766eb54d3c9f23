"""What waits for a person: every noun's `waiting`, in one order."""

from collections.abc import Callable
from datetime import date, datetime

from hub.actions import (
    deadlines,
    deviations,
    duties,
    findings,
    inbox,
    lifecycle,
    local_values,
    proposal_lists,
    questions,
    reuse,
    review_room,
)
from hub.actions.schedule import BERLIN
from hub.actions.waiting import Ranked, Waiting
from hub.work import Work

WAITERS: tuple[Callable[[Work], list[Waiting]], ...] = (
    deadlines.waiting,
    deviations.waiting,
    questions.waiting,
    duties.waiting,
    findings.waiting,
    inbox.waiting,
    lifecycle.waiting,
    local_values.waiting,
    proposal_lists.waiting,
    reuse.waiting,
    review_room.waiting,
)
"""One function for each noun that something can wait in; they go by the day, never by the minute."""


def waiting(work: Work) -> list[Waiting]:
    """Return what waits for the actor: urgent first, then by due date, then what waits longest.

    Each noun asks a fixed number of questions, so this does too.
    """
    if not work.actor.signed_in:
        return []
    today = work.now.astimezone(BERLIN).date()
    found = [row for waiter in WAITERS for row in waiter(work)]
    return sorted(found, key=lambda row: rank(row, today))


def rank(row: Ranked, today: date) -> tuple[bool, date, datetime]:
    """Return where something stands among what waits: the smallest first."""
    return not (row.urgent or overdue(row, today)), row.due or date.max, row.since


def overdue(row: Ranked, today: date) -> bool:
    """Whether something should have been done by now."""
    return row.due is not None and row.due < today
