"""A read replica: pages come from it, nobody misses what they wrote, and without it nothing stops."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask_migrate import upgrade
from psycopg import OperationalError
from sqlalchemy import URL, event

from hub.app import create_app
from hub.config import Settings
from hub.extensions import db
from hub.store.replica import Replica, position
from tests import makers, postgres
from tests.clients import Client, ClientFor, writing
from tests.conftest import KEY, fill_with_people

pytestmark = pytest.mark.postgres
MODELLER = "modellierung@marburg.example"


class Two:
    """A hub on a primary with a replica, which counts what each of them is asked."""

    def __init__(self, app: Flask, copy: URL) -> None:
        self.app, self.copy = app, copy
        self.replica: Replica = app.extensions["replica"]
        self.asked = {"primary": 0, "replica": 0}
        with app.app_context():
            for name, engine in (("primary", db.engine), ("replica", self.replica.engine)):
                event.listen(engine, "before_cursor_execute", self._counter(name))

    def _counter(self, name: str) -> Callable[..., None]:
        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            self.asked[name] += not statement.startswith(("SELECT pg_current_wal", "SELECT pg_last_wal"))

        return count

    def read_by(self, client: Client, path: str) -> str:
        """Return which server a page was read from."""
        self.asked.update(primary=0, replica=0)
        assert client.get(path).status_code == 200
        return " and ".join(name for name, count in self.asked.items() if count)

    def wait(self, well: bool = True) -> None:
        """Wait until the replica has everything, or is known to have not."""
        for _ in range(900):
            self.replica.look()
            with self.app.app_context(), db.engine.connect() as connection:
                end = position(str(connection.exec_driver_sql("SELECT pg_current_wal_flush_lsn()").scalar()))
            if (self.replica._seen.replayed >= end) == well:
                return
            time.sleep(0.1)
        pytest.fail("the replica did not come to rest")


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Return a hub with a server and a replica of its own, shared by the tests of this file."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.server(synchronous=True))
        copy = stack.enter_context(postgres.replica(server))
        shown = [url.render_as_string(hide_password=False) for url in (server, copy)]
        app = create_app(Settings(shown[0], KEY, replica_url=shown[1], replica_lag=1, testing=True))
        app.test_client_class = Client
        with app.app_context():
            upgrade()
            fill_with_people(db.session())
            db.session.commit()
            db.session.remove()
        with writing(app) as work:
            makers.entry(work, title="Vorgang")
        yield Two(app, copy)
        with app.app_context():
            db.engine.dispose()
        app.extensions["replica"].engine.dispose()


@pytest.fixture
def client(two: Two) -> Client:
    made = ClientFor(two.app)(MODELLER)
    two.wait()
    return made


def test_pages_are_read_from_the_replica(two: Two, client: Client) -> None:
    assert two.read_by(client, "/marburg/vorgang") == "replica"
    assert two.read_by(ClientFor(two.app)(), "/library") == "replica"


def test_who_has_written_reads_from_the_primary_until_it_has_arrived(two: Two, client: Client) -> None:
    postgres.pause(two.copy, stop=True)
    try:
        assert client.send("/marburg/vorgang/discussion", text="Gerade geschrieben.").status_code == 302
        two.replica._past.clear()
        two.replica.look()
        assert two.read_by(client, "/marburg/vorgang/discussion") == "primary"
        assert "Gerade geschrieben." in client.get("/marburg/vorgang/discussion").text
    finally:
        postgres.pause(two.copy, stop=False)
    two.wait()
    assert two.read_by(client, "/marburg/vorgang/discussion") == "replica"
    assert "Gerade geschrieben." in client.get("/marburg/vorgang/discussion").text


def test_a_replica_that_falls_behind_is_not_read_from(two: Two, client: Client) -> None:
    postgres.pause(two.copy, stop=True)
    try:
        with writing(two.app) as work:
            makers.entry(work, title="Neuer Vorgang")
        two.replica.look()
        time.sleep(1.1)
        two.replica.look()
        assert two.read_by(client, "/library") == "primary"
        assert "Neuer Vorgang" in client.get("/library").text
    finally:
        postgres.pause(two.copy, stop=False)
    two.wait()
    assert two.read_by(client, "/library") == "replica"
    assert "Neuer Vorgang" in client.get("/library").text


def test_a_program_with_a_token_reads_what_it_wrote(two: Two, client: Client) -> None:
    two.asked.update(primary=0, replica=0)
    client.get("/api/v1/search?q=Vorgang", headers={"Authorization": "Bearer x"})
    assert two.asked["replica"] == 0


def test_without_the_replica_everything_comes_from_the_primary(two: Two, client: Client) -> None:
    engine = two.replica.engine
    assert two.read_by(client, "/library") == "replica"
    engine.dispose()
    event.listen(engine, "do_connect", _refused)
    try:
        assert two.read_by(client, "/library") == "primary"
        two.replica.look()
        assert not two.replica.has(None)
        assert two.read_by(client, "/library") == "primary"
    finally:
        event.remove(engine, "do_connect", _refused)
    two.wait()
    assert two.read_by(client, "/library") == "replica"


def _refused(*_: object) -> None:
    raise OperationalError("connection refused")


def test_pages_kept_from_the_replica_change_with_it(two: Two, client: Client) -> None:
    guest = ClientFor(two.app)()
    assert "Später" not in guest.get("/library").text
    with writing(two.app) as work:
        entry = makers.entry(work, title="Später dazugekommen", visibility="public")
        makers.published(work, entry)
    two.wait()
    assert two.read_by(guest, "/library") == "replica"
    assert "Später" in guest.get("/library").text


def test_positions_in_the_log_compare_as_numbers() -> None:
    assert position("16/B374D848") > position("9/FFFFFFFF")
    assert position("0/10") == 16
