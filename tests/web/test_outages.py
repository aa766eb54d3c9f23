"""A database that cannot work: a page that says so, nothing typed is lost, and it goes on by itself."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, template_rendered
from sqlalchemy import Connection, Engine, event, func, select

from hub.cli import worker
from hub.config import Settings
from hub.extensions import db
from hub.store.activity import Event
from hub.store.discussions import Comment
from tests import makers, postgres
from tests.clients import Client, ClientFor, writing
from tests.crash.shaking import broken, finish, new_hub

TYPED = "Wer prüft die Angaben, und bis wann?"
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def entry(app: Flask) -> str:
    """Return the address of an entry."""
    with writing(app) as work:
        makers.entry(work)
    return "/marburg/hundesteuer-anmelden"


def told(app: Flask) -> tuple[int, int]:
    """Return how many comments and how many events there are."""
    with app.app_context():
        counts = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Comment, Event)]
        db.session.remove()
    return counts[0], counts[1]


def comment(client: Client, entry: str, text: str = TYPED) -> tuple[int, str, str]:
    """Write a comment; return status, `Retry-After` and page."""
    form = {"csrf_token": client.token(), "text": text, "audience": "ikz"}
    answer = client.post(f"{entry}/discussion", data=form, headers=OWN)
    return answer.status_code, answer.headers.get("Retry-After", ""), answer.get_data(as_text=True)


@contextmanager
def with_pragma(engine: Engine, on: str, off: str) -> Iterator[None]:
    """Let every connection of this process run under a pragma for a while."""

    def set_it(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {on}")

    engine.dispose()
    event.listen(engine, "connect", set_it)
    yield
    event.remove(engine, "connect", set_it)
    engine.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA {off}")


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file of this process grow beyond a few bytes, as a full disk or a quota would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def crash_at_commit(app: Flask, server: postgres.Cluster) -> Iterator[None]:
    """Let the server crash when somebody next wants to commit."""

    def crash(_connection: Connection) -> None:
        server.stop("immediate")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", crash, once=True)
    yield


def test_a_full_disk_keeps_what_was_typed_and_stores_nothing_by_halves(app: Flask, client: Client, entry: str) -> None:
    client.token()
    before = told(app)
    with no_room():
        status, retry, page = comment(client, entry)
        assert client.get(entry).status_code == 200, "reading goes on"
    assert (status, retry) == (503, "10")
    assert "keinen Speicherplatz" in page
    assert TYPED in page
    assert told(app) == before
    assert comment(client, entry)[0] == 302, "it goes on without a new start"
    assert broken(app) == []


def test_a_database_that_is_full_by_its_own_limit_says_so(app: Flask, client: Client, entry: str) -> None:
    client.token()
    with app.app_context():
        engine = db.engine
    with with_pragma(engine, "max_page_count = 1", "max_page_count = 1073741823"):
        status, _retry, page = comment(client, entry, TYPED * 400)
    assert (status, "keinen Speicherplatz" in page) == (503, True)


def test_a_read_only_database_serves_readers_and_keeps_what_writers_typed(
    app: Flask, client: Client, entry: str
) -> None:
    client.token()
    before = told(app)
    with app.app_context():
        engine = db.engine
    with with_pragma(engine, "query_only = ON", "query_only = OFF"):
        assert client.get(entry).status_code == 200
        status, retry, page = comment(client, entry)
    assert (status, retry) == (503, "10")
    assert "kann gerade nichts speichern" in page
    assert TYPED in page
    assert told(app) == before
    assert comment(client, entry)[0] == 302


def test_a_database_somebody_holds_for_long_is_called_busy(app: Flask, client: Client, entry: str) -> None:
    client.token()
    with app.app_context():
        engine, path = db.engine, str(db.engine.url.database)
    with with_pragma(engine, "busy_timeout = 50", "busy_timeout = 5000"):
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        status, _retry, page = comment(client, entry)
        other.close()
    assert (status, "überlastet" in page) == (503, True)


def test_programs_are_told_why_and_when_to_come_again(app: Flask, client: Client) -> None:
    with app.app_context():
        engine = db.engine
    engine.dispose()

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    event.listen(engine, "do_connect", refuse)
    try:
        answer = client.get("/api/v1/search?q=Hund")
    finally:
        event.remove(engine, "do_connect", refuse)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.get_json()["code"] == "database_away"


def test_a_password_never_comes_back_on_the_page_of_an_outage(app: Flask, client_for: ClientFor) -> None:
    guest = client_for()
    token = guest.token()
    with app.app_context():
        engine = db.engine
    with with_pragma(engine, "query_only = ON", "query_only = OFF"):
        form = {"csrf_token": token, "email": "modellierung@marburg.example", "password": "geheim geheim"}
        answer = guest.post("/login", data=form, headers=OWN)
    assert answer.status_code == 503
    assert "geheim geheim" not in answer.get_data(as_text=True)


@pytest.mark.postgres
def test_a_database_server_that_is_gone_is_said_and_used_again_when_it_is_back() -> None:
    with postgres.cluster() as server:
        app = new_hub(server.url.render_as_string(hide_password=False))
        client = ClientFor(app)("modellierung@marburg.example")
        assert isinstance(client, Client)
        entry = "/marburg/gemeinsam"
        assert client.get(entry).status_code == 200
        client.token()
        server.stop("immediate")
        away = client.get(entry)
        status, retry, page = comment(client, entry)
        settings: Settings = app.config["HUB"]
        assert not worker.once(app, settings), "the worker outlives it"
        server.start()
        assert (away.status_code, "erreicht seine Datenbank gerade nicht" in away.get_data(as_text=True)) == (503, True)
        assert (status, retry, TYPED in page) == (503, "10", True)
        assert client.get(entry).status_code == 200
        assert comment(client, entry)[0] == 302
        with crash_at_commit(app, server):
            status, retry, page = comment(client, entry)
        assert (status, retry, TYPED in page) == (503, "10", True)
        assert "ob gespeichert wurde, ist ungewiss" in page, "nobody is told to send twice what may be there"
        server.start()
        assert comment(client, entry)[0] == 302
        with template_rendered.connected_to(lambda *_, **__: server.stop("immediate"), app):
            assert client.get("/").status_code == 200, "a page that is ready is sent"
        server.start()
        finish(app)
        assert broken(app) == []
        with app.app_context():
            db.engine.dispose()
