"""What the caller was told, which way they want to hear of things, what they watch, and their feed addresses."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from hub.actions import entries, feeds, notifications, organisations, services, watching
from hub.api import paging
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, PersonOut, entry_ref, person
from hub.errors import Forbidden, NotFound
from hub.inputs import Plain
from hub.inputs.notifications import Choice, MarkAll, MarkOne, NotificationSettings, WatchOn
from hub.store.entries import Entry
from hub.store.notifications import FeedToken, Notification, NotificationPlan, Reason, Subject, Topic
from hub.work import Work

routes = Routes("Benachrichtigungen")
ALL = "/me/notifications"
ONE = f"{ALL}/<int:notification>"
SETTINGS = "/me/notification-settings"


class WhichNotifications(paging.Paged):
    """Filters of the notification centre; empty means all."""

    topic: Literal["", "direct", "comments", "versions", "proposals", "reviews", "rest"] = ""
    unread: Literal["0", "1"] = "0"
    organisation: Plain = ""
    slug: Plain = ""
    """Of the entry; together with `organisation`."""


class NotificationOut(Output):
    """One piece of news; `kind` is what happened, such as `version.published`."""

    id: int
    kind: str
    topic: Topic
    reason: Reason
    entry: EntryRef | None
    title: str
    by: PersonOut | None
    comment: int | None
    """The contribution it speaks of."""
    proposal: int | None
    number: str
    """The version it speaks of."""
    created_at: datetime
    read_at: datetime | None


class NotificationList(Output):
    """A page of notifications, newest first."""

    items: list[NotificationOut]
    next: str | None
    unread: int
    """All unread ones, at most 99."""


class Marked(Output):
    """How many notifications had been unread."""

    count: int


class SettingsOut(Output):
    """The way of each topic, when digests come, and what is watched by itself."""

    direct: Choice
    comments: Choice
    versions: Choice
    proposals: Choice
    reviews: Choice
    rest: Choice
    weekday: Annotated[int, Field(ge=0, le=6)]
    hour: Annotated[int, Field(ge=0, le=23)]
    watch_own: bool
    watch_discussed: bool


class WatchOut(Output):
    """Whether the caller hears of something."""

    on: bool


class WatchedOut(Output):
    """What the caller watches; `automatic` is a part of `entries` that the hub began to watch for them."""

    entries: list[EntryRef]
    automatic: list[EntryRef]
    services: list[int]
    """Numbers of services."""
    organisations: list[str]


class FeedOut(Output):
    """A private address for a feed reader, without its secret."""

    id: int
    name: str
    created_at: datetime


class FeedList(Output):
    """The caller's feed addresses that work."""

    items: list[FeedOut]


def _user_id(work: Work) -> int:
    if work.actor.user_id is None:
        raise Forbidden("notifications")
    return work.actor.user_id


def _shown(note: Notification, entry: Entry | None) -> NotificationOut:
    told = note.event.data
    title, number, proposal = told.get("title", ""), told.get("number", ""), told.get("proposal_id")
    return NotificationOut(
        id=note.id,
        kind=note.event.kind,
        topic=Topic(note.topic),
        reason=Reason(note.reason),
        entry=None if entry is None else entry_ref(entry),
        title=entry.title if entry is not None else title if isinstance(title, str) else "",
        by=person(note.event.actor),
        comment=note.comment_id,
        proposal=proposal if isinstance(proposal, int) else None,
        number=number if isinstance(number, str) else "",
        created_at=note.created_at,
        read_at=note.read_at,
    )


def _entry_id(work: Work, city: str, slug: str) -> int | None:
    return entries.find(work, city, slug).id if city or slug else None


@routes.get(
    ALL, summary="Benachrichtigungen auflisten", query=WhichNotifications, returns=NotificationList, signed_in=True
)
def list_notifications(work: Work, query: WhichNotifications) -> NotificationList:
    """List what the caller was told and may still read."""
    found = notifications.inbox(
        work,
        notifications.Wanted(
            topic=query.topic,
            entry_id=_entry_id(work, query.organisation, query.slug),
            unread=query.unread == "1",
            before=paging.number(query, "before", 0) or None,
        ),
        limit=query.limit,
    )
    rows = [(note, group.entry) for group in found.groups for note in group.notifications]
    rows.sort(key=lambda row: row[0].id, reverse=True)
    return NotificationList(
        items=[_shown(*row) for row in rows],
        next=None if found.more is None else paging.cursor(before=found.more),
        unread=notifications.unread_count(work),
    )


@routes.get(ONE, summary="Eine Benachrichtigung lesen", returns=NotificationOut, signed_in=True)
def read_notification(work: Work, notification: int) -> NotificationOut:
    """Return one notification; reading it here does not mark it as read."""
    return _shown(*notifications.find(work, notification))


@routes.put(ONE, summary="Als gelesen oder ungelesen markieren", body=MarkOne, returns=NotificationOut, match="")
def mark_notification(work: Work, notification: int, body: MarkOne) -> NotificationOut:
    """Mark one notification as read, or as unread again."""
    notifications.mark(work, notification, read=body.read)
    return _shown(*notifications.find(work, notification))


@routes.post(f"{ALL}/read", summary="Alle als gelesen markieren", body=MarkAll, returns=Marked, status=200)
def mark_notifications(work: Work, body: MarkAll) -> Marked:
    """Mark all notifications up to the newest one that was seen, or those of one entry."""
    entry_id = _entry_id(work, body.organisation, body.slug)
    return Marked(count=notifications.mark_read(work, entry_id=entry_id, up_to=body.up_to))


@routes.get(SETTINGS, summary="Wege der Benachrichtigung lesen", returns=SettingsOut, signed_in=True)
def read_notification_settings(work: Work) -> SettingsOut:
    """Return which way the caller hears of what."""
    user_id = _user_id(work)
    plan = notifications.plan(work, user_id)
    ways = {topic.value: way.value for topic, way in notifications.choices(work, user_id).items()}
    return SettingsOut.model_validate(
        {
            **ways,
            "weekday": plan.weekday,
            "hour": plan.hour,
            "watch_own": plan.watch_own,
            "watch_discussed": plan.watch_discussed,
        }
    )


@routes.put(SETTINGS, summary="Wege der Benachrichtigung wählen", body=NotificationSettings, returns=SettingsOut)
def choose_notification_settings(work: Work, body: NotificationSettings) -> SettingsOut:
    """Choose the ways; what already waits follows them."""
    user_id = _user_id(work)
    wanted = NotificationPlan(
        user_id=user_id,
        weekday=body.weekday,
        hour=body.hour,
        watch_own=body.watch_own,
        watch_discussed=body.watch_discussed,
    )
    notifications.choose(work, user_id, body.ways(), wanted)
    return read_notification_settings(work)


@routes.get("/me/watches", summary="Was beobachte ich?", returns=WatchedOut, signed_in=True)
def list_watches(work: Work) -> WatchedOut:
    """List the entries, services and organisations the caller watches."""
    found = watching.watched(work)
    return WatchedOut(
        entries=[entry_ref(row) for row in found.entries],
        automatic=[entry_ref(row) for row in found.entries if row.id in found.automatic],
        services=[row.id for row in found.services],
        organisations=[row.slug for row in found.organisations],
    )


def _watch(work: Work, subject: Subject, subject_id: int, *, on: bool) -> WatchOut:
    (watching.begin if on else watching.stop)(work, subject, subject_id)
    work.session.flush()
    return WatchOut(on=watching.watches(work, subject, subject_id))


@routes.get("/entries/<city>/<slug>/watch", summary="Beobachte ich den Eintrag?", returns=WatchOut, signed_in=True)
def read_entry_watch(work: Work, city: str, slug: str) -> WatchOut:
    """Return whether the caller watches an entry itself."""
    return WatchOut(on=watching.watches(work, Subject.ENTRY, entries.find(work, city, slug).id))


@routes.put(
    "/entries/<city>/<slug>/watch", summary="Einen Eintrag beobachten", body=WatchOn, returns=WatchOut, match=""
)
def watch_entry(work: Work, city: str, slug: str, body: WatchOn) -> WatchOut:
    """Begin to watch an entry, or hear no more of it, also not through its city or service."""
    return _watch(work, Subject.ENTRY, entries.find(work, city, slug).id, on=body.on)


@routes.get("/services/<address>/watch", summary="Beobachte ich die Leistung?", returns=WatchOut, signed_in=True)
def read_service_watch(work: Work, address: str) -> WatchOut:
    """Return whether the caller watches a service."""
    return WatchOut(on=watching.watches(work, Subject.SERVICE, services.find(work, address).id))


@routes.put("/services/<address>/watch", summary="Eine Leistung beobachten", body=WatchOn, returns=WatchOut, match="")
def watch_service(work: Work, address: str, body: WatchOn) -> WatchOut:
    """Begin or stop to watch a service."""
    return _watch(work, Subject.SERVICE, services.find(work, address).id, on=body.on)


@routes.get(
    "/organisations/<organisation>/watch", summary="Beobachte ich die Organisation?", returns=WatchOut, signed_in=True
)
def read_organisation_watch(work: Work, organisation: str) -> WatchOut:
    """Return whether the caller watches an organisation."""
    return WatchOut(on=watching.watches(work, Subject.ORGANISATION, organisations.find(work, organisation).id))


@routes.put(
    "/organisations/<organisation>/watch", summary="Eine Organisation beobachten", body=WatchOn, returns=WatchOut,
    match="",
)  # fmt: skip
def watch_organisation(work: Work, organisation: str, body: WatchOn) -> WatchOut:
    """Begin or stop to watch an organisation."""
    return _watch(work, Subject.ORGANISATION, organisations.find(work, organisation).id, on=body.on)


def _feed(row: FeedToken) -> FeedOut:
    return FeedOut(id=row.id, name=row.name, created_at=row.created_at)


@routes.get("/me/feeds", summary="Eigene Feed-Adressen auflisten", returns=FeedList, signed_in=True)
def list_feeds(work: Work) -> FeedList:
    """List the caller's feed addresses; their secrets are kept nowhere."""
    return FeedList(items=[_feed(row) for row in feeds.tokens(work)])


@routes.get("/me/feeds/<int:feed>", summary="Eine eigene Feed-Adresse lesen", returns=FeedOut, signed_in=True)
def read_feed(work: Work, feed: int) -> FeedOut:
    """Return one of the caller's feed addresses."""
    found = next((row for row in feeds.tokens(work) if row.id == feed), None)
    if found is None:
        raise NotFound
    return _feed(found)


@routes.delete("/me/feeds/<int:feed>", summary="Eine eigene Feed-Adresse beenden", match="")
def revoke_feed(work: Work, feed: int) -> None:
    """End a feed address at once."""
    feeds.revoke(work, feed)
