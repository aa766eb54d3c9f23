"""Who hears of what: watchers, people named or concerned, never the wrong ones, and each of them once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from hub.actions import deputies, discussions, entries, notifications, schedule, telling, watching
from hub.errors import Forbidden, NotFound
from hub.store.accounts import Membership, Role, User
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.notifications import (
    Delivery,
    DeliveryState,
    Notification,
    NotificationPlan,
    Reason,
    Subject,
    Topic,
    Watch,
    Way,
)
from hub.store.proposals import Proposal
from hub.work import Work
from tests import makers, reviewing

MARBURG, FULDA = "modellierung@marburg.example", "modellierung@fulda.example"
OWNER, OFFICE = "freigabe@marburg.example", "koordination@ikz.example"
LAND, PROVIDER = "foerderung@rp-giessen.example", "technik@rechenzentrum.example"
EVERYBODY = (MARBURG, FULDA, OWNER, OFFICE, LAND, PROVIDER, "lesen@limburg.example")


@pytest.fixture
def entry(work: Work) -> Entry:
    found = makers.entry(work, visibility="ikz")
    follow(work)
    return found


def as_(work: Work, email: str) -> Work:
    return makers.as_person(work, email)


def user_id(work: Work, email: str) -> int:
    return work.session.scalars(select(User.id).where(User.email == email)).one()


def watch(work: Work, entry: Entry, *people: str) -> None:
    for email in people:
        watching.begin(as_(work, email), Subject.ENTRY, entry.id)


def publish(work: Work, entry: Entry, step: str = "Neu") -> None:
    entries.publish(work, entry, makers.content(makers.bpmn(step)), step, parent_id=entry.head_id or 0)


def follow(work: Work) -> None:
    """Tell of everything that happened, as the worker does."""
    hub = makers.as_hub(work)
    work.session.flush()
    for event in work.session.scalars(select(Event).where(Event.done_at.is_(None)).order_by(Event.id)):
        subject = telling.about(hub, event)
        named = telling.mentioned(hub, subject)
        telling.tell(hub, subject, telling.recipients(hub, subject, named))
        watching.begin_for(hub, event, named)
        event.done_at = work.now
    work.session.flush()


def heard(work: Work, kind: str = "version.published") -> set[str]:
    query = select(User.email).join(Notification, Notification.user_id == User.id)
    return set(work.session.scalars(query.join(Event, Event.id == Notification.event_id).where(Event.kind == kind)))


def test_who_watches_hears_of_a_new_version_and_who_made_it_does_not(work: Work, entry: Entry) -> None:
    watch(work, entry, MARBURG, FULDA, OWNER)
    publish(work, entry)
    follow(work)
    assert heard(work) == {FULDA, OWNER}


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [("city", {OWNER}), ("ikz", {FULDA, OWNER, OFFICE}), ("public", {FULDA, OWNER, OFFICE})],
)
def test_only_those_who_may_read_the_draft_hear_of_it(work: Work, visibility: str, expected: set[str]) -> None:
    entry = makers.published(work, makers.entry(work, visibility="public"))
    watch(work, entry, MARBURG, FULDA, OWNER, OFFICE, LAND, PROVIDER)
    entry.visibility = visibility
    publish(work, entry)
    follow(work)
    assert heard(work) == expected


def test_outside_the_cooperation_people_hear_of_versions_that_are_public(work: Work) -> None:
    entry = makers.published(work, makers.entry(work, visibility="public"))
    watch(work, entry, LAND, PROVIDER)
    assert entry.head is not None
    work.record("version.released", entry, number=entry.head.number)
    follow(work)
    assert heard(work, "version.released") == {LAND, PROVIDER}


@pytest.mark.parametrize(
    ("audience", "expected"), [("city", {OWNER}), ("ikz", {OWNER, FULDA}), ("land", {OWNER, FULDA, LAND})]
)
def test_of_a_comment_only_its_audience_hears(work: Work, audience: str, expected: set[str]) -> None:
    entry = makers.published(work, makers.entry(work, visibility="public"))
    watch(work, entry, OWNER, FULDA, LAND, PROVIDER)
    shown = entries.current(work, entry)
    discussions.write(work, entry, shown, "Wer prüft das?", audience=audience)
    follow(work)
    assert heard(work, "comment.written") == expected


def test_who_is_named_hears_without_watching_and_only_once(work: Work, entry: Entry) -> None:
    shown = entries.current(work, entry)
    remark = discussions.write(work, entry, shown, "@[Modellierung Fulda], wie macht ihr das?")
    follow(work)
    discussions.edit(work, entry, remark, "@[Modellierung Fulda], wie macht ihr das denn?")
    follow(work)
    rows = work.session.scalars(select(Notification).where(Notification.user_id == user_id(work, FULDA))).all()
    assert [(row.reason, row.topic) for row in rows] == [(Reason.MENTIONED, Topic.DIRECT)]


def test_whom_an_event_concerns_hears_without_watching(work: Work, entry: Entry) -> None:
    work.record("review.asked", entry, tell=[user_id(work, FULDA), user_id(work, LAND), user_id(work, MARBURG)])
    follow(work)
    assert heard(work, "review.asked") == {FULDA}


def test_who_stands_in_for_somebody_hears_what_concerns_them(work: Work, entry: Entry) -> None:
    reviewing.give(work, OFFICE, "fulda", Role.READER)
    fulda, today = makers.organisation(work, "fulda"), work.now.date()
    people = {"user_id": user_id(work, FULDA), "deputy_id": user_id(work, OFFICE)}
    deputies.appoint(as_(work, FULDA), fulda, **people, starts_on=today, ends_on=today)
    work.record("review.asked", entry, tell=[user_id(work, FULDA)])
    work.record("account.confirmed", organisation_id=fulda.id, tell=[user_id(work, FULDA)])
    follow(work)
    assert heard(work, "review.asked") == {FULDA, OFFICE}
    assert heard(work, "account.confirmed") == {FULDA}


def test_following_the_same_event_again_tells_nobody_twice(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA, OWNER)
    publish(work, entry)
    follow(work)
    work.session.execute(update(Event).where(Event.kind == "version.published").values(done_at=None))
    follow(work)
    pairs = work.session.execute(select(Notification.user_id, Notification.event_id)).all()
    assert len(pairs) == 2
    assert len(work.session.scalars(select(Delivery.id)).all()) == 2


def test_a_watched_city_speaks_for_its_entries_but_not_for_one_that_was_stopped(work: Work, entry: Entry) -> None:
    fulda, office = as_(work, FULDA), as_(work, OFFICE)
    for one in (fulda, office):
        watching.begin(one, Subject.ORGANISATION, entry.organisation_id)
    watching.stop(office, Subject.ENTRY, entry.id)
    publish(work, entry)
    follow(work)
    assert heard(work) == {FULDA}


def test_a_watched_service_speaks_for_the_entries_of_all_cities(work: Work) -> None:
    first = makers.entry(work, service="Hundesteuer")
    assert first.service_id is not None
    watching.begin(as_(work, OFFICE), Subject.SERVICE, first.service_id)
    second = makers.entry(work, service="Hundesteuer", owner="fulda", title="Hundesteuer in Fulda")
    publish(as_(work, FULDA), second)
    follow(work)
    assert heard(work) == {OFFICE}


def test_what_the_hub_does_by_itself_reaches_only_those_it_concerns(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA, OWNER)
    makers.version(work, entry, makers.bpmn("Neu"))
    makers.as_hub(work).record("validity.ending", entry, tell=[user_id(work, OWNER)])
    follow(work)
    assert (heard(work), heard(work, "validity.ending")) == (set(), {OWNER})


def test_what_one_creates_and_discusses_is_watched_by_itself(work: Work, entry: Entry) -> None:
    fulda = as_(work, FULDA)
    discussions.write(fulda, entry, entries.current(fulda, entry), "@[IKZ-Koordination] bitte mitlesen")
    mine = entries.create(
        work, makers.organisation(work, "marburg"), makers.content(makers.bpmn("A")), makers.profile()
    )
    follow(work)
    watched = {(row.subject_id, row.user_id) for row in work.session.scalars(select(Watch).where(Watch.automatic))}
    assert watched == {
        (entry.id, user_id(work, FULDA)),
        (entry.id, user_id(work, OFFICE)),
        (mine.id, user_id(work, MARBURG)),
    }


def test_nothing_is_watched_for_who_does_not_want_that_or_stopped_it(work: Work, entry: Entry) -> None:
    notifications.choose(
        work, user_id(work, FULDA), {},
        NotificationPlan(user_id=user_id(work, FULDA), weekday=0, hour=7, watch_own=True, watch_discussed=False),
    )  # fmt: skip
    watching.stop(as_(work, OFFICE), Subject.ENTRY, entry.id)
    for email in (FULDA, OFFICE):
        person = as_(work, email)
        discussions.write(person, entry, entries.current(person, entry), "Nur eine Frage")
    follow(work)
    assert not watching.watches(as_(work, FULDA), Subject.ENTRY, entry.id)
    assert not watching.watches(as_(work, OFFICE), Subject.ENTRY, entry.id)


def test_what_may_not_be_read_any_more_is_neither_counted_nor_listed(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA, OWNER)
    publish(work, entry)
    follow(work)
    before = [notifications.unread_count(as_(work, email)) for email in (FULDA, OWNER)]
    entry.visibility = "city"
    work.session.flush()
    after = [notifications.unread_count(as_(work, email)) for email in (FULDA, OWNER)]
    assert (before, after) == ([1, 1], [0, 1])
    assert notifications.inbox(as_(work, FULDA), notifications.Wanted()).groups == []


def test_a_deleted_comment_leaves_the_centre(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    remark = discussions.write(work, entry, entries.current(work, entry), "Ein Versehen")
    follow(work)
    assert notifications.unread_count(as_(work, FULDA)) == 1
    discussions.delete(work, entry, remark)
    work.session.flush()
    assert notifications.unread_count(as_(work, FULDA)) == 0


def test_the_list_and_the_single_question_agree_on_who_may_hear(work: Work) -> None:
    ids = [user_id(work, email) for email in EVERYBODY]
    for visibility in ("city", "ikz", "land", "public"):
        for release in (False, True):
            entry = makers.entry(work, visibility=visibility, title=f"{visibility} {release}")
            if release:
                makers.published(work, entry)
            shown = entries.current(work, entry)
            events = [work.record("version.published", entry, number=shown.number), work.record("entry.edited", entry)]
            for audience in ("city", "ikz", "land"):
                discussions.write(work, entry, shown, "Frage", audience=audience)
            work.session.flush()
            events += work.session.scalars(
                select(Event).where(Event.kind == "comment.written", Event.entry_id == entry.id)
            )
            for event in events:
                subject = telling.about(work, event)
                telling.tell(work, subject, [(key, Reason.WATCH) for key in ids])
    work.session.flush()
    wrong = []
    for email in EVERYBODY:
        person = as_(work, email)
        listed = {row.event_id for group in _whole_inbox(person) for row in group.notifications}
        for note in work.session.scalars(select(Notification).where(Notification.user_id == person.actor.user_id)):
            subject = telling.about(work, note.event)
            if telling.hears(person.actor, subject) != (note.event_id in listed):
                wrong.append((email, note.event.kind, note.entry_id))
    assert wrong == []


def _whole_inbox(work: Work) -> list[notifications.Group]:
    found: list[notifications.Group] = []
    before: int | None = None
    while True:
        page = notifications.inbox(work, notifications.Wanted(before=before))
        found += page.groups
        if page.more is None:
            return found
        before = page.more


def test_marking_all_leaves_what_came_after_one_looked(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    fulda = as_(work, FULDA)
    publish(work, entry, "Eins")
    follow(work)
    newest = notifications.inbox(fulda, notifications.Wanted()).groups[0].notifications[0].id
    publish(work, entry, "Zwei")
    follow(work)
    assert notifications.mark_read(fulda, up_to=newest) == 1
    assert notifications.unread_count(fulda) == 1


def test_nobody_reads_or_marks_anothers_notifications(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    publish(work, entry)
    follow(work)
    theirs = work.session.scalars(select(Notification.id).where(Notification.user_id == user_id(work, FULDA))).one()
    with pytest.raises(NotFound):
        notifications.mark(as_(work, OWNER), theirs, read=True)
    with pytest.raises(Forbidden):
        notifications.inbox(as_(work, ""), notifications.Wanted())


def test_ways_decide_on_hub_mail_and_nothing(work: Work, entry: Entry) -> None:
    ways = {FULDA: Way.NOW, "lesen@limburg.example": Way.NEVER, OWNER: Way.HUB, OFFICE: Way.WEEKLY}
    watch(work, entry, *ways)
    for email, way in ways.items():
        notifications.choose(work, user_id(work, email), {Topic.VERSIONS: way})
    publish(work, entry)
    follow(work)
    query = select(User.email, Delivery.way).join(Notification, Notification.user_id == User.id)
    rows = work.session.execute(query.outerjoin(Delivery, Delivery.notification_id == Notification.id)).all()
    assert {tuple(row) for row in rows} == {(FULDA, "now"), (OWNER, None), (OFFICE, "weekly")}


def test_an_email_that_waits_follows_a_new_choice(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    publish(work, entry)
    follow(work)
    row = work.session.scalars(select(Delivery)).one()
    assert row.next_try_at > work.now
    notifications.choose(work, row.user_id, {Topic.VERSIONS: Way.NOW})
    assert (row.way, row.next_try_at) == (Way.NOW, work.now)
    notifications.choose(work, row.user_id, {Topic.VERSIONS: Way.HUB})
    assert row.state == DeliveryState.DROPPED


def test_a_closed_account_hears_nothing(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    work.session.execute(update(User).where(User.email == FULDA).values(active=False))
    publish(work, entry)
    follow(work)
    assert heard(work) == set()


def test_who_lost_their_role_hears_nothing_of_drafts(work: Work, entry: Entry) -> None:
    watch(work, entry, FULDA)
    membership = work.session.scalars(select(Membership).where(Membership.user_id == user_id(work, FULDA))).one()
    work.session.delete(membership)
    work.session.flush()
    publish(work, entry)
    follow(work)
    assert heard(work) == set()


def test_of_a_proposal_only_those_hear_who_may_read_both_of_its_sides(work: Work, entry: Entry) -> None:
    source = makers.entry(work, owner="fulda", title="Nur in Fulda", visibility="city")
    assert entry.head is not None
    assert source.head is not None
    offered = Proposal(
        target_id=entry.id, source_id=source.id, way="offer", state="open", base_id=entry.head.id,
        ours_id=entry.head.id, theirs_id=source.head.id, theirs_sha256=source.head.blob_sha256,
        title="Frist ergänzen", organisation_id=source.organisation_id, created_at=work.now, updated_at=work.now,
        opened_at=work.now,
    )  # fmt: skip
    work.session.add(offered)
    work.session.flush()
    watch(work, entry, OWNER, FULDA, OFFICE)
    work.record("proposal.opened", entry, proposal_id=offered.id)
    follow(work)
    assert heard(work, "proposal.opened") == {FULDA}
    note = work.session.scalars(select(Notification).join(Event).where(Event.kind == "proposal.opened")).one()
    note.user_id = user_id(work, OWNER)
    work.session.flush()
    assert notifications.unread_count(as_(work, OWNER)) == 0


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("way", "at", "hour", "weekday", "expected"),
    [
        # Winter: Berlin is one hour ahead of UTC, in summer two. The clocks change on 29 March and 25 October 2026.
        (Way.DAILY, "2026-03-28T06:30", 7, 0, "2026-03-29T05:00"),
        (Way.DAILY, "2026-03-28T05:30", 7, 0, "2026-03-28T06:00"),
        (Way.DAILY, "2026-10-24T05:30", 7, 0, "2026-10-25T06:00"),
        (Way.WEEKLY, "2026-10-24T05:30", 7, 6, "2026-10-25T06:00"),
        # Two o'clock is left out on 29 March, so the digest comes at three; on 25 October it is there twice.
        (Way.DAILY, "2026-03-28T22:00", 2, 0, "2026-03-29T01:00"),
        (Way.DAILY, "2026-10-24T22:30", 2, 0, "2026-10-25T00:00"),
        (Way.DAILY, "2026-10-25T00:30", 2, 0, "2026-10-26T01:00"),
        # Exactly at the hour the digest has gone out: the next one is tomorrow's.
        (Way.DAILY, "2026-06-01T05:00", 7, 0, "2026-06-02T05:00"),
        (Way.WEEKLY, "2026-06-01T05:00", 7, 0, "2026-06-08T05:00"),
        (Way.NOW, "2026-06-01T05:00", 7, 0, "2026-06-01T05:00"),
    ],
)
def test_a_digest_keeps_its_hour_on_the_clock_of_berlin(
    way: Way, at: str, hour: int, weekday: int, expected: str
) -> None:
    assert schedule.due(way, utc(at), hour=hour, weekday=weekday) == utc(expected)
