"""Telling hundreds of people, on both databases: in batches, once each, whatever dies in between."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from hub.actions import activity, deliveries, discussions, entries, mywork, notifications, telling, watching
from hub.cli import following
from hub.config import ROOT
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.accounts import Membership, User
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.notifications import Delivery, Notification, Subject, Watch
from hub.store.organisations import Organisation
from hub.work import Work
from tests import makers
from tests.clients import writing
from tests.conftest import KEY

PEOPLE = 350


def crowd(app: Flask, count: int = PEOPLE) -> int:
    """Add an entry of Marburg that `count` people of Fulda watch, and an event about it; return the event's id."""
    with writing(app) as work:
        entry = makers.entry(work)
        fulda = makers.organisation(work, "fulda")
        add_watchers(work, entry, fulda, count)
        for event in work.session.scalars(select(Event)):
            event.done_at = work.now
        author = makers.as_person(work, "modellierung@marburg.example")
        event = author.record("version.published", entry, number="0.02")
        work.session.flush()
        return event.id


def add_watchers(work: Work, entry: Entry, organisation: Organisation, count: int) -> None:
    """Add people of an organisation who watch an entry."""
    at = datetime.now(UTC)
    first = (work.session.scalar(select(func.max(User.id))) or 0) + 1
    ids = range(first, first + count)
    work.session.execute(
        insert(User),
        [{"id": n, "email": f"person{n}@fulda.example", "name": f"Fachamt {n}", "created_at": at} for n in ids],
    )
    work.session.execute(
        insert(Membership),
        [{"user_id": n, "organisation_id": organisation.id, "role": "reader", "created_at": at} for n in ids],
    )
    work.session.execute(
        insert(Watch), [{"user_id": n, "subject": Subject.ENTRY, "subject_id": entry.id, "created_at": at} for n in ids]
    )


def counts(app: Flask, event_id: int) -> tuple[int, int]:
    """Return how many people were told of an event, and how many different ones."""
    with writing(app) as work:
        rows = work.session.scalars(select(Notification.user_id).where(Notification.event_id == event_id)).all()
        mails = work.session.scalar(select(func.count()).select_from(Delivery))
        assert mails == len(rows)
        return len(rows), len(set(rows))


def follow(app: Flask) -> None:
    with app.app_context():
        while following.follow_events():
            pass
        db.session.remove()


def test_hundreds_are_told_once_each_in_batches(both: Flask) -> None:
    event_id = crowd(both)
    follow(both)
    assert counts(both, event_id) == (PEOPLE, PEOPLE)


def test_two_workers_at_once_tell_everybody_once(both: Flask) -> None:
    event_id = crowd(both)
    workers = [threading.Thread(target=follow, args=(both,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert counts(both, event_id) == (PEOPLE, PEOPLE)
    with writing(both) as work:
        assert work.session.scalars(select(Event.id).where(Event.done_at.is_(None))).all() == []


def test_a_crash_between_two_batches_loses_nobody_and_doubles_nobody(
    both: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = crowd(both)
    told = telling.tell
    rounds = []

    def die_in_the_second(*given: object) -> int:
        rounds.append(1)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return told(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(telling, "tell", die_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        follow(both)
    monkeypatch.undo()
    assert counts(both, event_id) == (telling.BATCH, telling.BATCH)
    follow(both)
    assert counts(both, event_id) == (PEOPLE, PEOPLE)


def test_a_worker_that_is_killed_again_and_again_tells_everybody_once_in_the_end(both: Flask) -> None:
    event_id = crowd(both, 1500)
    url = both.config["SQLALCHEMY_DATABASE_URI"]
    environment = {**os.environ, "HUB_DATABASE_URL": str(url), "HUB_SECRET_KEY": KEY}
    for pause in (0.02, 0.1, 0.3):
        worker = subprocess.Popen(
            [sys.executable, "-m", "hub", "work"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        before = told(both)
        while told(both) == before and worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(60)
    subprocess.run([sys.executable, "-m", "hub", "work", "--once"], cwd=ROOT, env=environment, check=True,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    assert counts(both, event_id) == (1500, 1500)


def test_what_was_told_is_counted_listed_delivered_and_waits_on_both_databases(both: Flask) -> None:
    with writing(both) as work:
        entry = makers.entry(work)
        author, fulda = (makers.as_person(work, f"modellierung@{city}.example") for city in ("marburg", "fulda"))
        watching.begin(fulda, Subject.ENTRY, entry.id)
        discussions.write(author, entry, entries.current(author, entry), "@[Modellierung Fulda], wie macht ihr das?")
    follow(both)
    with writing(both) as work:
        fulda = makers.as_person(work, "modellierung@fulda.example")
        assert notifications.unread_count(fulda) == 1
        [group] = notifications.inbox(fulda, notifications.Wanted()).groups
        assert [row.reason for row in group.notifications] == ["mentioned"]
        kinds = [row.event.kind for row in activity.of(fulda, activity.near(fulda)).rows]
        assert kinds == ["comment.written"]
        assert [row.kind for row in mywork.waiting(fulda)] == ["comment.mention"]
        claimed = deliveries.claim(Work(work.session, SYSTEM, datetime.now(UTC)))
        assert claimed is not None
        found = deliveries.bundle(work, claimed)
        assert found is not None
        assert [note.id for note, _entry in found.items] == [group.notifications[0].id]


def told(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Notification)) or 0
        db.session.remove()
        return found
