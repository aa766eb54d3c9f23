"""Deadlines of grants: one list for pages, calendar files and reminders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as IcsEvent
from sqlalchemy import select

from hub.actions import grants
from hub.actions.schedule import months_after
from hub.actions.waiting import Waiting
from hub.policy import funding as may
from hub.store.activity import Event
from hub.store.funding import Grant, GrantCondition, GrantReminder, GrantState, Result, ResultState
from hub.work import Work

AHEAD = (30, 7, 0)
"""Days before a deadline on which those who look after the grant are reminded."""

OVER = (GrantState.CLOSED, GrantState.REVOKED, GrantState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day that matters; `kind` is a label in the table `deadline`."""

    key: str
    """Stable within the grant, such as `report_due` or `result-3`."""
    kind: str
    day: date
    text: str = ""
    """What it is about, in the words of the grant."""
    met: bool = False


def of(work: Work, grant: Grant) -> list[Deadline]:
    """Return the deadlines of a grant by day: of the notice, its conditions and its results."""
    rows = [
        Deadline(name, name, day, met=_is_met(grant, name, day, work.now.date()))
        for name in ("interim_due", "period_end", "report_due", "purpose_end")
        if (day := getattr(grant, name)) is not None
    ]
    if grant.report_due is not None:
        kept = months_after(grant.report_due, 12 * grant.programme.retention_years)
        rows.append(Deadline("retention_end", "retention_end", kept))
    conditions = select(GrantCondition).where(GrantCondition.grant_id == grant.id, GrantCondition.due.is_not(None))
    rows += [
        Deadline(f"condition-{row.id}", "condition", row.due, row.text, row.met_on is not None)
        for row in work.session.scalars(conditions)
        if row.due is not None
    ]
    results = select(Result).where(Result.grant_id == grant.id, Result.due.is_not(None))
    done = (ResultState.SUBMITTED, ResultState.IN_REVIEW, ResultState.ACCEPTED)
    rows += [
        Deadline(f"result-{row.id}", "result", row.due, row.title, row.state in done)
        for row in work.session.scalars(results)
        if row.due is not None
    ]
    return sorted(rows, key=lambda row: (row.day, row.key))


def _is_met(grant: Grant, name: str, day: date, today: date) -> bool:
    """Whether nothing is left to do: a statement is due until it was handed in, the end of a period just passes."""
    if name == "report_due":
        early = (GrantState.APPLIED, GrantState.APPROVED, GrantState.RUNNING, GrantState.EXTENDED, GrantState.OBJECTED)
        return grant.state not in early
    return name in ("period_end", "purpose_end") and day < today


def calendar(grant: Grant, rows: list[Deadline], words: dict[str, str], url: str, stamp: datetime) -> bytes:
    """Return the deadlines as an iCalendar file (RFC 5545), whole days; `words` says what each kind is called."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//IKZ-Prozesshub//Fristen//DE")
    for row in rows:
        event = IcsEvent()
        event.add("uid", f"{grant.slug}-{row.key}@prozesshub")
        event.add("dtstamp", stamp)
        event.add("dtstart", row.day)
        event.add("dtend", row.day + timedelta(days=1))
        event.add("summary", f"{words[row.kind]}: {row.text or grant.title}")
        event.add("description", " ".join(filter(None, (grant.title, grant.reference and f"({grant.reference})"))))
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        found.add_component(event)
    return bytes(found.to_ical())


def remind(work: Work, today: date) -> int:
    """Record a reminder for every deadline that is near and was not reminded of yet; return how many.

    What was reminded of is kept under a unique key in the same transaction, so that nobody is reminded twice.
    """
    count = 0
    for grant in work.session.scalars(select(Grant).where(Grant.state.not_in(OVER))):
        for row in of(work, grant):
            days = min((ahead for ahead in AHEAD if today >= row.day - timedelta(days=ahead)), default=None)
            if row.met or days is None or today > row.day + timedelta(days=14):
                continue
            seen = select(GrantReminder.id).where(
                GrantReminder.grant_id == grant.id,
                GrantReminder.deadline == row.key,
                GrantReminder.due == row.day,
                GrantReminder.days == days,
            )
            if work.session.scalar(seen) is not None:
                continue
            work.session.add(
                GrantReminder(grant_id=grant.id, deadline=row.key, due=row.day, days=days, sent_at=work.now)
            )
            work.session.add(
                Event(
                    kind="grant.deadline",
                    organisation_id=grant.organisation_id,
                    data={
                        "grant_id": grant.id,
                        "slug": grant.slug,
                        "deadline": row.kind,
                        "due": row.day.isoformat(),
                        "title": grant.title,
                        "path": f"/funding/{grant.slug}",
                        "tell": grants.managers(work, grant),
                    },
                    happened_at=work.now,
                )
            )
            count += 1
    return count


def waiting(work: Work) -> list[Waiting]:
    """Return the deadlines of the next thirty days in the grants this actor manages."""
    if not work.actor.roles:
        return []
    soon = work.now.date() + timedelta(days=30)
    query = select(Grant).where(may.read_grant_visible(work.actor), Grant.state.not_in(OVER))
    return [
        Waiting(
            kind=f"deadline.{row.kind}",
            entry=None,
            since=grant.updated_at,
            where=("funding.show", {"grant": grant.slug}),
            due=row.day,
            detail=row.text or grant.title,
            urgent=row.day <= work.now.date(),
        )
        for grant in work.session.scalars(query)
        if may.manage_grant(work.actor, grant)
        for row in of(work, grant)
        if not row.met and row.day <= soon and row.kind != "retention_end"
    ]
