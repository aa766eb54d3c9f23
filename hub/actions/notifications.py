"""The notification centre and its settings: what a person was told, what they have read, which way they want it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import joinedload, lazyload

from hub import policy
from hub.actions import schedule
from hub.actions.telling import DEFAULTS
from hub.errors import Forbidden, NotFound
from hub.policy import Actor
from hub.policy import notifications as rights
from hub.store.activity import Event
from hub.store.answers import answers
from hub.store.discussions import Comment
from hub.store.entries import Entry
from hub.store.notifications import (
    Delivery,
    DeliveryState,
    Notification,
    NotificationChoice,
    NotificationPlan,
    Topic,
    Way,
)
from hub.work import Work

Rows = TypeVarTuple("Rows")
PAGE = 60
MOST = 99
"""The bell counts no further."""


def readable(actor: Actor) -> ColumnElement[bool]:
    """`telling.hears`, as a condition for a query over notifications joined by `joined`."""
    return and_(
        or_(
            Notification.entry_id.is_(None),
            and_(
                policy.read_visible(actor),
                or_(Notification.drafts.is_(False), rights.read_drafts_visible(actor)),
            ),
        ),
        or_(
            Notification.comment_id.is_(None),
            and_(Comment.deleted_at.is_(None), policy.read_comment_visible(actor)),
        ),
        rights.proposal_visible(actor),
    )


def joined(query: Select[*Rows]) -> Select[*Rows]:
    """Join what `readable` asks of; a notification of nothing in the library stays."""
    return (
        query.join(Event, Event.id == Notification.event_id)
        .outerjoin(Entry, Entry.id == Notification.entry_id)
        .outerjoin(Comment, Comment.id == Notification.comment_id)
    )


def unread_count(work: Work) -> int:
    """Return how many unread notifications the actor may read, at most 99."""
    if not work.actor.signed_in:
        return 0
    ((count,),) = answers(work.session, _unread(work.actor))
    return count


@lru_cache(policy.KEPT_FOR)
def _unread(actor: Actor) -> Select[int]:
    query = joined(select(Notification.id)).where(
        Notification.user_id == actor.user_id, Notification.read_at.is_(None), readable(actor)
    )
    return select(func.count()).select_from(query.limit(MOST).subquery())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the centre; empty means all."""

    topic: str = ""
    entry_id: int | None = None
    unread: bool = False
    before: int | None = None
    """Only those with a smaller id: the next page."""


@dataclass(slots=True)
class Group:
    """What was told of one entry, newest first; `entry` is None for what belongs to none."""

    entry: Entry | None
    notifications: list[Notification]

    @property
    def unread(self) -> int:
        """How many of them are unread."""
        return sum(row.read_at is None for row in self.notifications)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the centre, grouped by entry in the order of each group's newest."""

    groups: Sequence[Group]
    more: int | None
    """The id to go on before; None on the last page."""


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    if not work.actor.signed_in:
        raise Forbidden("notifications")
    found: list[ColumnElement[bool]] = [Notification.user_id == work.actor.user_id, readable(work.actor)]
    if wanted.topic:
        found.append(Notification.topic == wanted.topic)
    if wanted.entry_id is not None:
        found.append(Notification.entry_id == wanted.entry_id)
    if wanted.unread:
        found.append(Notification.read_at.is_(None))
    return found


def inbox(work: Work, wanted: Wanted, *, limit: int = PAGE) -> Inbox:
    """Return what the actor was told and may read, newest first; two queries, whatever there is."""
    query = joined(select(Notification, Entry)).where(*_conditions(work, wanted))
    if wanted.before is not None:
        query = query.where(Notification.id < wanted.before)
    query = query.options(
        joinedload(Notification.event).joinedload(Event.actor),
        joinedload(Notification.comment),
        lazyload(Entry.tags),
        lazyload(Entry.legal_bases),
    )
    rows = [
        (note, entry) for note, entry in work.session.execute(query.order_by(Notification.id.desc()).limit(limit + 1))
    ]
    groups: dict[int | None, Group] = {}
    for note, entry in rows[:limit]:
        groups.setdefault(note.entry_id, Group(entry, [])).notifications.append(note)
    return Inbox(list(groups.values()), rows[limit - 1][0].id if len(rows) > limit else None)


def find(work: Work, notification_id: int) -> tuple[Notification, Entry | None]:
    """Return one of the actor's notifications that they may still read; raises `NotFound`."""
    query = joined(select(Notification, Entry)).where(Notification.id == notification_id, *_conditions(work, Wanted()))
    row = work.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def mark(work: Work, notification_id: int, *, read: bool) -> Notification:
    """Mark one of the actor's notifications as read or unread; raises `NotFound`."""
    note, _entry = find(work, notification_id)
    note.read_at = (note.read_at or work.now) if read else None
    return note


def mark_read(work: Work, *, entry_id: int | None = None, up_to: int | None = None) -> int:
    """Mark all of the actor's notifications as read, or those of one entry; return how many were unread.

    `up_to` is the newest one the person saw: what came in meanwhile stays unread.
    """
    if not work.actor.signed_in:
        raise Forbidden("notifications")
    mine = [Notification.user_id == work.actor.user_id, Notification.read_at.is_(None)]
    if entry_id is not None:
        mine.append(Notification.entry_id == entry_id)
    if up_to is not None:
        mine.append(Notification.id <= up_to)
    done = work.session.execute(update(Notification).where(*mine).values(read_at=work.now).returning(Notification.id))
    return len(done.all())


def choices(work: Work, user_id: int) -> dict[Topic, Way]:
    """Return the way a person wants each topic by."""
    rows = work.session.scalars(select(NotificationChoice).where(NotificationChoice.user_id == user_id))
    return {**DEFAULTS, **{Topic(row.topic): Way(row.way) for row in rows}}


def plan(work: Work, user_id: int) -> NotificationPlan:
    """Return when a person's digests come and what is watched for them."""
    found = work.session.get(NotificationPlan, user_id)
    return found or NotificationPlan(user_id=user_id, weekday=0, hour=7, watch_own=True, watch_discussed=True)


def choose(work: Work, user_id: int, ways: Mapping[Topic, Way], wanted: NotificationPlan | None = None) -> None:
    """Set the ways and, if given, the plan of a person; e-mails that already wait follow the new choice.

    The boundary makes sure who may do this: the person, or whoever holds the signed link of one of their e-mails.
    """
    if wanted is not None:
        work.session.merge(wanted)
    for topic, way in ways.items():
        work.session.merge(NotificationChoice(user_id=user_id, topic=topic, way=way))
    work.session.flush()
    _reschedule(work, user_id)


def _reschedule(work: Work, user_id: int) -> None:
    ways, when = choices(work, user_id), plan(work, user_id)
    waiting = select(Delivery).where(Delivery.user_id == user_id, Delivery.state == DeliveryState.WAITING)
    for row in work.session.scalars(waiting.options(joinedload(Delivery.notification))):
        way = ways[Topic(row.notification.topic)]
        if way in (Way.HUB, Way.NEVER):
            row.state, row.done_at = DeliveryState.DROPPED, work.now
        elif row.tries == 0:
            row.way = way
            row.next_try_at = schedule.due(way, work.now, hour=when.hour, weekday=when.weekday)


def stop_mail(work: Work, user_id: int, topics: Sequence[Topic]) -> dict[Topic, Way]:
    """Send no more e-mail about some topics, which stay in the hub; return what had been chosen before."""
    before = {topic: way for topic, way in choices(work, user_id).items() if topic in topics}
    mailed = (Way.NOW, Way.DAILY, Way.WEEKLY)
    choose(work, user_id, {topic: Way.HUB for topic, way in before.items() if way in mailed})
    return {topic: way for topic, way in before.items() if way in mailed}
