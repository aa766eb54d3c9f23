"""A clock that jumps: sessions, chains and order hold, whichever way it goes."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub import http
from hub.cli import following, worker
from hub.config import Settings
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.accounts import SignIn
from hub.store.entries import Version
from hub.work import Work
from tests import makers
from tests.clients import Client, writing
from tests.crash.shaking import broken, finish

ENTRY = "/marburg/hundesteuer-anmelden"


class Clock:
    """What time the hub believes it is: that of the machine, moved by `by`."""

    by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give pages and worker a clock that can be moved."""
    moved = Clock()
    monkeypatch.setattr(http, "now", moved.now)
    monkeypatch.setattr(worker, "now", moved.now)
    monkeypatch.setattr(following, "_work", lambda session: Work(session, SYSTEM, moved.now()))
    return moved


@pytest.fixture(autouse=True)
def entry(app: Flask) -> None:
    """Add an entry."""
    with writing(app) as work:
        makers.entry(work)


def publish(client: Client, step: str) -> int:
    """Publish a version on the newest one; return the status."""
    [parent] = client.page(f"{ENTRY}/versions/new").xpath("//input[@name='parent']/@value")
    return client.send(f"{ENTRY}/versions", parent=parent, message=step, source=makers.bpmn(step).decode()).status_code


def test_whoever_is_signed_in_stays_so_when_the_clock_goes_back(client: Client, clock: Clock) -> None:
    clock.by = -timedelta(days=2)
    assert "Modellierung Marburg" in client.get("/").get_data(as_text=True)
    assert publish(client, "Gestern geschrieben") == 302


def test_a_clock_that_ran_ahead_ends_sessions_and_lengthens_none(app: Flask, client: Client, clock: Clock) -> None:
    clock.by = timedelta(days=400)
    assert "Modellierung Marburg" not in client.get("/").get_data(as_text=True)
    clock.by = timedelta()
    assert "Modellierung Marburg" in client.get("/").get_data(as_text=True)
    with app.app_context():
        expires = db.session.scalars(select(SignIn.expires_at)).one()
        db.session.remove()
    assert expires < datetime.now(UTC) + timedelta(hours=2)


def test_versions_and_the_sealed_log_keep_their_order_when_the_clock_jumps(
    app: Flask, client: Client, clock: Clock
) -> None:
    for at, hours in enumerate((0, -30, 0.5, -0.2)):
        clock.by = timedelta(hours=hours)
        assert publish(client, f"Schritt {at}") == 302
        while worker.once(app, _settings(app)):
            pass
    with app.app_context():
        rows = db.session.scalars(select(Version.sequence).order_by(Version.id)).all()
        db.session.remove()
    assert rows == [1, 2, 3, 4, 5]
    assert broken(app) == []


def test_what_was_sealed_in_the_future_can_be_followed_by_the_present(app: Flask, client: Client, clock: Clock) -> None:
    clock.by = timedelta(hours=0.9)
    assert publish(client, "Zu früh") == 302
    finish(app)
    clock.by = timedelta()
    assert publish(client, "Wieder heute") == 302
    finish(app)
    assert broken(app) == []


def _settings(app: Flask) -> Settings:
    found: Settings = app.config["HUB"]
    return found
