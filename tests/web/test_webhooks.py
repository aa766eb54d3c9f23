"""Webhooks with a receiver that really listens: signed, repeated, cut off, and never beyond their owner's rights."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select, update

from hub.actions import discussions, entries, webhooks
from hub.actions.webhooks import Outcome
from hub.cli.following import follow_events
from hub.cli.hooks import deliver_hooks
from hub.config import ROOT, Settings
from hub.extensions import db
from hub.store.accounts import Membership, Role, User
from hub.store.notifications import Notification
from hub.store.webhooks import HookDelivery, Webhook
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.conftest import KEY
from tests.receivers import Receiver, listening

ADMIN = "admin@marburg.example"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listen on this machine."""
    yield from listening(Receiver())


@pytest.fixture
def settings(app: Flask) -> Settings:
    """Return the settings of a hub that may send to this machine."""
    changed: Settings = replace(app.config["HUB"], webhook_loopback=True, base_url="https://hub.example")
    app.config["HUB"] = changed
    return changed


def follow(app: Flask, settings: Settings) -> None:
    """Do what the worker does until nothing is left."""
    with app.app_context():
        while follow_events():
            pass
        while deliver_hooks(settings):
            pass
        db.session.remove()


def hurry(app: Flask) -> None:
    """Let everything that waits be due."""
    with writing(app) as work:
        work.session.execute(update(HookDelivery).values(next_try_at=work.now))


def set_up(client: Client, url: str, *topics: str, reach: str = "own") -> str:
    """Set a webhook up on the page and return its secret."""
    chosen = list(topics or ("version", "comment", "entry"))
    fields = {"name": "Empfang", "url": url, "reach": reach, "topics": chosen, "csrf_token": client.token()}
    answer = client.post("/marburg/webhooks", data=fields)
    assert answer.status_code == 200, words(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    return str(html.document_fromstring(answer.get_data(as_text=True)).xpath("string(//pre)")).strip()


def rows(app: Flask) -> list[HookDelivery]:
    with app.app_context():
        found = list(db.session.scalars(select(HookDelivery).order_by(HookDelivery.id)))
        db.session.expunge_all()
        db.session.remove()
        return found


def example() -> dict[str, Any]:
    """Return what the example in the documentation defines."""
    text = (ROOT / "docs" / "api" / "webhooks.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "webhooks.md", "exec"), found)  # noqa: S102 - the documentation is what is tested
    return found


def test_a_receiver_is_told_and_can_verify_it_as_the_documentation_shows(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    secret = set_up(admin, f"{receiver.url}/empfang")
    with writing(app) as work:
        makers.entry(makers.as_person(work, "modellierung@marburg.example"), title="Hundesteuer")
    follow(app, settings)
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["entry.created", "version.published"]
    headers, body = receiver.got[1]
    verify = example()["verify"]
    assert verify(secret, headers, body)
    assert not verify(secret, headers, body + b" ")
    assert not verify(secret, {**headers, "webhook-id": "msg_1"}, body)
    assert not verify(secret, {**headers, "webhook-timestamp": str(int(time.time()) - 400)}, body)
    told = json.loads(body)
    assert told["data"]["entry"]["url"] == "https://hub.example/marburg/hundesteuer"
    assert told["data"]["version"] == "0.01"
    assert "Modellierung Marburg" not in body.decode()
    assert headers["content-type"] == "application/json"
    assert {row.state for row in rows(app)} == {"sent"}


def test_a_message_that_was_refused_comes_again_under_its_id(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url, "version")
    receiver.answer = lambda count: 500 if count < 3 else 200
    with writing(app) as work:
        makers.entry(work)
    for _ in range(4):
        follow(app, settings)
        hurry(app)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 3
    [row] = rows(app)
    assert (row.state, row.tries, row.status) == ("sent", 3, 200)


def test_a_worker_killed_while_sending_loses_nothing(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url, "version")
    with writing(app) as work:
        makers.entry(work)
    environment = {
        **os.environ,
        "HUB_DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]),
        "HUB_SECRET_KEY": KEY,
        "HUB_WEBHOOK_LOOPBACK": "1",
    }
    arrived, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        go_on.wait(20)

    receiver.before = hold
    worker = subprocess.Popen(
        [sys.executable, "-m", "hub", "work"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert arrived.wait(60)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
        go_on.set()
    [row] = rows(app)
    assert (row.state, row.tries) == ("waiting", 1)
    receiver.before = lambda: None
    hurry(app)
    follow(app, settings)
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [row.message_id] * 2
    assert rows(app)[0].state == "sent"


def test_what_its_owner_may_not_read_is_never_sent(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url, reach="all")
    with writing(app) as work:
        makers.entry(work, owner="fulda", title="Fulda intern", visibility="city")
        open_one = makers.entry(work, owner="fulda", title="Fulda offen", visibility="ikz")
        fulda = makers.as_person(work, "modellierung@fulda.example")
        shown = entries.current(fulda, open_one)
        discussions.write(fulda, open_one, shown, "Nur für uns", audience="city")
        discussions.write(fulda, open_one, shown, "Für alle Städte", audience="ikz")
    follow(app, settings)
    told = [json.loads(body) for _, body in receiver.got]
    assert [row["type"] for row in told] == ["entry.created", "version.published", "comment.written"]
    assert {row["data"]["entry"]["title"] for row in told} == {"Fulda offen"}
    assert "intern" not in str(receiver.got)


def test_only_ones_own_organisation_is_told_of_unless_more_was_asked_for(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url)
    with writing(app) as work:
        makers.entry(work, owner="fulda", title="Fulda offen", visibility="public")
    follow(app, settings)
    assert receiver.got == []


def test_a_right_taken_away_switches_the_webhook_off_and_nothing_more_is_sent(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url)
    with writing(app) as work:
        makers.entry(work)
        user = work.session.scalars(select(User).where(User.email == ADMIN)).one()
        held = select(Membership).where(Membership.user_id == user.id, Membership.role == Role.ADMIN)
        work.session.delete(work.session.scalars(held).one())
    follow(app, settings)
    assert receiver.got == []
    with writing(app) as work:
        assert work.session.scalars(select(Webhook.off_reason)).one() == "owner"


def test_a_receiver_out_of_reach_for_days_is_switched_off_and_its_owner_is_told(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url, "version")
    receiver.answer = lambda _count: 503
    with writing(app) as work:
        makers.entry(work)
    follow(app, settings)
    with writing(app) as work:
        hook = work.session.scalars(select(Webhook)).one()
        assert hook.off_at is None
        assert hook.failing_since is not None
        hook.failing_since = work.now - webhooks.GIVEN_UP_AFTER
    hurry(app)
    follow(app, settings)
    count = len(receiver.got)
    hurry(app)
    follow(app, settings)
    assert len(receiver.got) == count
    with writing(app) as work:
        assert work.session.scalars(select(Webhook.off_reason)).one() == "failing"
        [note] = work.session.scalars(select(Notification))
        assert note.event.kind == "webhook.stopped"
    receiver.answer = lambda _count: 200
    assert admin.send("/marburg/webhooks/1/on").status_code == 302
    follow(app, settings)
    assert rows(app)[0].state == "sent"


def test_a_dead_receiver_does_not_hold_up_the_worker_message_by_message(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url)
    receiver.answer = lambda _count: 500
    with writing(app) as work:
        for at in range(5):
            makers.entry(work, title=f"Vorgang {at}")
    follow(app, settings)
    assert len(receiver.got) == 1
    assert len(rows(app)) == 10
    receiver.answer = lambda _count: 200
    hurry(app)
    follow(app, settings)
    assert {row.state for row in rows(app)} == {"sent"}


def test_a_receiver_that_wants_no_more_says_so(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    set_up(admin, receiver.url)
    receiver.answer = lambda _count: 410
    assert admin.send("/marburg/webhooks/1/test").status_code == 302
    follow(app, settings)
    with writing(app) as work:
        assert work.session.scalars(select(Webhook.off_reason)).one() == "gone"


def test_messages_are_listed_sent_again_and_a_test_can_be_made(
    app: Flask, admin: Client, settings: Settings, receiver: Receiver
) -> None:
    first = set_up(admin, receiver.url)
    admin.send("/marburg/webhooks/1/test")
    follow(app, settings)
    assert json.loads(receiver.got[0][1]) == {
        "type": "webhook.test", "timestamp": json.loads(receiver.got[0][1])["timestamp"], "data": {},
    }  # fmt: skip
    page = words(admin.get("/marburg/webhooks/1"))
    assert "webhook.test" in page
    assert "angekommen" in page
    assert first not in page
    assert admin.send("/marburg/webhooks/1/deliveries/1/again").status_code == 302
    follow(app, settings)
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    renewed = admin.send("/marburg/webhooks/1/secret")
    assert first not in renewed.get_data(as_text=True)
    admin.send("/marburg/webhooks/1/test")
    follow(app, settings)
    verify = example()["verify"]
    assert not verify(first, *receiver.got[2])
    admin.send("/marburg/webhooks/1/off")
    assert "ausgeschaltet" in words(admin.get("/marburg/webhooks/1"))
    admin.send("/marburg/webhooks/1/test")
    follow(app, settings)
    assert len(receiver.got) == 3
    admin.send("/marburg/webhooks/1/delete")
    assert admin.get("/marburg/webhooks/1").status_code == 404
    assert rows(app) == []


def test_what_is_wrong_is_said_and_stays_in_the_form(admin: Client) -> None:
    sent = {"name": "Empfang", "url": "https://10.0.0.1/", "reach": "own", "csrf_token": admin.token()}
    answer = admin.post("/marburg/webhooks", data={**sent, "topics": ["version"]})
    assert answer.status_code == 422
    assert "nicht im öffentlichen Internet" in words(answer)
    assert 'value="https://10.0.0.1/"' in answer.get_data(as_text=True)
    answer = admin.post("/marburg/webhooks", data=sent)
    assert "Bitte wählen Sie mindestens ein Thema" in words(answer)


@pytest.mark.parametrize(
    ("who", "status"),
    [("", 302), ("modellierung@marburg.example", 403), ("koordination@ikz.example", 403), (ADMIN, 200)],
)
def test_webhooks_are_for_those_who_run_the_organisation(client_for: ClientFor, who: str, status: int) -> None:
    assert client_for(who).get("/marburg/webhooks").status_code == status


def test_old_messages_are_forgotten(app: Flask, admin: Client, settings: Settings, receiver: Receiver) -> None:
    set_up(admin, receiver.url)
    admin.send("/marburg/webhooks/1/test")
    follow(app, settings)
    with writing(app) as work:
        work.session.execute(update(HookDelivery).values(done_at=datetime.now(UTC) - timedelta(days=31)))
    admin.send("/marburg/webhooks/1/test")
    follow(app, settings)
    assert [row.id for row in rows(app)] == [2]


def test_an_outcome_for_a_webhook_removed_meanwhile_changes_nothing(app: Flask) -> None:
    with writing(app) as work:
        webhooks.failed(work, webhooks.Claim(1, 1), Outcome(500, "refused", 1))
        webhooks.arrived(work, webhooks.Claim(1, 1), Outcome(200, "", 1))
