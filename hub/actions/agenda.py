"""The agenda of the next meeting, made from what is open: proposals, reviews, deviations, follow-ups, deadlines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as IcsEvent
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import deadlines, deviations, duties, grants, proposal_lists
from hub.actions.schedule import BERLIN
from hub.errors import NotFound
from hub.store.entries import Entry
from hub.store.proposals import Proposal
from hub.store.reviews import Answer, ReferenceProposal
from hub.work import Work

AHEAD = timedelta(days=90)
"""How far ahead follow-ups and deadlines are looked for."""
MINUTES = {"decide": 5, "proposals": 5, "reviews": 2, "deviations": 3, "follow_up": 2, "deadlines": 2}
"""Minutes that each point of a kind is usually given."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda; the page makes the address from `where`."""

    text: str
    organisation: str
    due: date | None
    where: tuple[str, dict[str, object]]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its points; `kind` is a label in the table `agenda`."""

    kind: str
    points: tuple[Point, ...]

    @property
    def minutes(self) -> int:
        """How long it will take, at most half an hour."""
        return min(30, MINUTES[self.kind] * len(self.points))


def of(work: Work) -> list[Item]:
    """Return the items with something in them, what somebody must decide first; raises `NotFound` for outsiders."""
    if not (work.actor.cooperates or work.actor.system):
        raise NotFound
    today = work.now.astimezone(BERLIN).date()
    found = [Item(kind, tuple(make(work, today))) for kind, make in _ITEMS.items()]
    return [item for item in found if item.points]


def _place(entry: Entry, endpoint: str = "entries.show") -> tuple[str, dict[str, object]]:
    return endpoint, {"city": entry.organisation.slug, "slug": entry.slug}


def _decisions(work: Work, today: date) -> list[Point]:
    query = (
        select(ReferenceProposal)
        .join(Entry, Entry.id == ReferenceProposal.entry_id)
        .where(ReferenceProposal.answer == Answer.OPEN, policy.read_visible(work.actor))
        .options(joinedload(ReferenceProposal.entry))
    )
    del today
    return [
        Point(
            f"{row.entry.title}: zum Referenzmodell machen?",
            row.entry.organisation.short_name,
            None,
            _place(row.entry, "reviews.show"),
        )
        for row in work.session.scalars(query)
    ]


def _proposals(work: Work, today: date) -> list[Point]:
    del today
    rows: list[Proposal] = list(proposal_lists.listing(work, state="open").rows)
    return [
        Point(
            f"{row.title} ({row.target.title})",
            row.target.organisation.short_name,
            None,
            ("proposals.show", _place(row.target)[1] | {"proposal": row.id}),
        )
        for row in rows
    ]


def _reviews(work: Work, today: date) -> list[Point]:
    found = []
    for case in duties.open_cases(work):
        due = duties.due(case)
        text = f"{case.entry.title}, Version {case.version.number}"
        late = due is not None and due < today
        found.append(Point(text, case.entry.organisation.short_name, due, _place(case.entry, "reviews.show"), late))
    return found


def _deviations(work: Work, today: date) -> list[Point]:
    del today
    return [
        Point(
            f"{fork.entry.title}: {line.sentence()}",
            fork.entry.organisation.short_name,
            line.recorded.expires_on if line.recorded else None,
            _place(fork.entry, "deviations.show"),
            late=True,
        )
        for fork in deviations.register(work, show="overdue").rows
        for line in fork.lines
    ]


def _follow_ups(work: Work, today: date) -> list[Point]:
    return [
        Point(
            f"{row.entry.title}, Version {row.version.number}",
            row.entry.organisation.short_name,
            row.review_on,
            _place(row.entry, "reviews.show"),
            late=row.review_on < today,
        )
        for row in duties.expiring(work, today + AHEAD)
    ]


def _deadlines(work: Work, today: date) -> list[Point]:
    return [
        Point(
            f"{grant.title}: {row.text or ''}".rstrip(": "),
            grant.organisation.short_name,
            row.day,
            ("funding.show", {"grant": grant.slug}),
            late=row.day < today,
        )
        for grant in grants.listing(work)
        if grant.state not in deadlines.OVER
        for row in deadlines.of(work, grant)
        if not row.met and row.kind != "retention_end" and row.day <= today + AHEAD
    ]


_ITEMS: dict[str, Callable[[Work, date], list[Point]]] = {
    "decide": _decisions,
    "proposals": _proposals,
    "reviews": _reviews,
    "deviations": _deviations,
    "follow_up": _follow_ups,
    "deadlines": _deadlines,
}


def calendar(items: list[Item], words: dict[str, str], start: datetime, place: str, url: str, stamp: datetime) -> bytes:
    """Return the meeting as an iCalendar file (RFC 5545) whose description is the agenda."""
    lines = [
        f"{at}. {words[item.kind]}\n" + "\n".join(f"   - {point.organisation}: {point.text}" for point in item.points)
        for at, item in enumerate(items, 1)
    ]
    event = IcsEvent()
    event.add("uid", f"sitzung-{start:%Y%m%dT%H%M}@prozesshub")
    event.add("dtstamp", stamp)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=max(30, sum(item.minutes for item in items))))
    event.add("summary", "IKZ-Prozesshub: Sitzung der Koordination")
    event.add("location", place)
    event.add("description", "\n\n".join(lines))
    event.add("url", url)
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//IKZ-Prozesshub//Agenda//DE")
    found.add_component(event)
    return bytes(found.to_ical())
