"""Read-only mode: everything can be read, nothing is written, nothing typed is lost, on every process at once."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.actions import maintenance
from hub.cli import worker
from hub.config import ROOT, Settings
from hub.policy import SYSTEM
from hub.store.activity import Event, Mail
from hub.store.discussions import Comment
from hub.store.entries import Version
from hub.work import Work
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.conftest import KEY
from tests.web.steps import SYSTEM_ADMIN, give_password, sign_in, signed_in


def _pause(app: Flask, minutes: int = 60, note: str = "Umzug in das neue Rechenzentrum") -> None:
    with writing(app) as work:
        until = work.now + timedelta(minutes=minutes)
        maintenance.begin(Work(work.session, SYSTEM, work.now), until=until, note=note)


@pytest.fixture
def entry(app: Flask) -> str:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
    return "/marburg/hundesteuer"


def test_pages_stay_readable_and_say_so(app: Flask, client: Client, entry: str) -> None:
    assert "gewartet" not in words(client.get(entry))
    _pause(app)
    for path in (entry, "/", "/library", "/account"):
        page = words(client.get(path))
        assert "Der Hub wird gerade gewartet" in page
        assert "Umzug in das neue Rechenzentrum" in page


def test_every_page_that_was_kept_learns_of_the_beginning_and_of_the_end(
    app: Flask, client: Client, entry: str
) -> None:
    pages = ("/library", entry, "/cities", "/services")
    for banner in (False, True, False):
        if banner:
            _pause(app)
        else:
            with writing(app) as work:
                maintenance.end(Work(work.session, SYSTEM, work.now))
        # Twice: the second time the pages come from where they are kept.
        for path in (*pages, *pages):
            assert ("Der Hub wird gerade gewartet" in words(client.get(path))) is banner, path


def test_nothing_is_saved_and_what_was_typed_can_be_sent_later(app: Flask, client: Client, entry: str) -> None:
    _pause(app)
    data = {"csrf_token": client.token(), "text": "Ein langer Kommentar", "audience": "ikz"}
    answer = client.post(f"{entry}/discussion", data=data, headers={"Origin": "http://localhost"})
    assert answer.status_code == 503
    assert 3500 <= int(answer.headers["Retry-After"]) <= 3600
    page = words(answer)
    assert "gewartet" in page
    assert "Ihre Eingabe ist noch da." in page
    assert "Ein langer Kommentar" in answer.get_data(as_text=True)
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Comment)) == 0
        assert work.session.scalar(select(func.count()).select_from(Version)) == 1


def test_signing_in_and_out_goes_on(app: Flask, client_for: ClientFor) -> None:
    give_password(app)
    _pause(app)
    guest = client_for()
    assert sign_in(guest).status_code == 302
    assert signed_in(guest)
    assert guest.send("/logout").status_code == 302
    assert not signed_in(guest)


def test_the_administration_switches_it_on_and_off_by_page(app: Flask, client_for: ClientFor, client: Client) -> None:
    top = client_for(SYSTEM_ADMIN)
    later = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert top.send("/admin/maintenance", until="2020-01-01T10:00", note="").status_code == 422
    assert top.send("/admin/maintenance", until="heute", note="Hinweis").status_code == 422
    assert top.send("/admin/maintenance", until=later, note="Umzug").status_code == 302
    assert client.send("/account/profile", name="Neu", locale="de").status_code == 503
    assert top.send("/admin/maintenance", until="", note="Dauert länger").status_code == 302
    assert "Dauert länger" in words(client.get("/"))
    assert top.send("/admin/maintenance/end").status_code == 302
    assert client.send("/account/profile", name="Neu", locale="de").status_code == 302
    with writing(app) as work:
        kinds = list(work.session.scalars(select(Event.kind).where(Event.kind.like("maintenance.%"))))
    assert kinds == ["maintenance.begun", "maintenance.ended"]


def test_the_worker_keeps_quiet_and_goes_on_afterwards(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
    _pause(app)
    settings: Settings = app.config["HUB"]
    assert worker.once(app, settings) is False
    with writing(app) as work:
        assert work.session.scalars(select(Event.id).where(Event.done_at.is_not(None))).all() == []
        maintenance.end(work)
    while worker.once(app, settings):
        pass
    with writing(app) as work:
        assert work.session.scalars(select(Event.id).where(Event.done_at.is_(None))).all() == []
        assert work.session.scalars(select(Mail.id)).all() == []


def test_the_command_reaches_a_running_hub(app: Flask, client: Client) -> None:
    environment = {
        "HUB_DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]),
        "HUB_SECRET_KEY": KEY,
        "PATH": "/usr/bin:/bin",
    }

    def hub(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "hub", "maintenance", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert hub("status") == (0, "normal\n")
    code, said = hub("on", "--for", "30", "--note", "Aktualisierung")
    assert (code, said.startswith("nur lesen seit")) == (0, True)
    assert "Aktualisierung" in words(client.get("/"))
    assert client.send("/account/profile", name="Neu", locale="de").status_code == 503
    assert hub("status")[0] == 3
    assert hub("off") == (0, "normal\n")
    assert client.send("/account/profile", name="Neu", locale="de").status_code == 302
