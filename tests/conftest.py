"""A migrated hub for every test: quick copies of databases that are made once per run."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import URL
from sqlalchemy.orm import Session

from hub.app import create_app
from hub.cli import seed
from hub.config import Settings
from hub.extensions import db
from hub.policy import SYSTEM
from hub.shelf import Shelf
from hub.web import kept
from hub.work import Work
from tests import makers, postgres
from tests.clients import Client, ClientFor

KEY = "a key for tests only, long enough for production"
MODELLER = "modellierung@marburg.example"


class Compiled(BytecodeCache):
    """Templates as this process compiled them: many tests make applications, and all have the same templates."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` if its template was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def app_on(url: str, *, demo: bool = False) -> Flask:
    """Return an application on a database."""
    app = create_app(Settings(url, KEY, demo=demo, testing=True))
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = COMPILED
    return app


def file_of(app: Flask) -> Path:
    """Return the database file of an application."""
    return Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))


def _prepared(folder: Path, *, demo: bool, fill: Callable[[Session], None]) -> Path:
    """Make a database in `folder` unless another process of this run already did."""
    folder.mkdir(exist_ok=True)
    file = folder / "hub.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _make(file, demo=demo, fill=fill)
            (folder / "done").touch()
    return file


def _make(file: Path, *, demo: bool, fill: Callable[[Session], None]) -> None:
    app = app_on(f"sqlite:///{file}", demo=demo)
    with app.app_context():
        upgrade()
        session = db.session()
        session.connection(execution_options={"write": True})
        fill(session)
        session.commit()
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        session.close()
        db.engine.dispose()


def _shared_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that all processes of a parallel run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / name


def fill_with_people(session: Session) -> None:
    """Give a fresh database the organisations and one person for each role."""
    seed.load_organisations(Work(session, SYSTEM, datetime.now(UTC)))
    makers.people(session)


def _fill_with_samples(session: Session) -> None:
    seed.load(session, progress=lambda _: None, demo=True)


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with organisations and people, once per run; tests get copies."""
    return _prepared(_shared_folder(tmp_path_factory, "blank"), demo=False, fill=fill_with_people)


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with the whole shipped library and the demonstration accounts, once per run."""
    return _prepared(_shared_folder(tmp_path_factory, "sample"), demo=True, fill=_fill_with_samples)


@contextmanager
def open_copy(template: Path, folder: Path, *, demo: bool) -> Iterator[Flask]:
    """Open an application on a copy of a database in `folder`."""
    file = shutil.copy(template, folder / "hub.sqlite3")
    app = app_on(f"sqlite:///{file}", demo=demo)
    yield app
    with app.app_context():
        db.engine.dispose()


class Renewed:
    """One application whose database is replaced by a fresh copy for each test that asks.

    Building an application and compiling its templates would take longer than most tests.
    """

    def __init__(self, template: Path, folder: Path, *, demo: bool) -> None:
        self._template, self._file = template, folder / "hub.sqlite3"
        shutil.copy(template, self._file)
        self._app = app_on(f"sqlite:///{self._file}", demo=demo)
        self._config, self._extensions = dict(self._app.config), dict(self._app.extensions)

    def fresh(self) -> Flask:
        """Return the application as nobody has used it yet."""
        with self._app.app_context():
            db.session.remove()
            db.engine.dispose()
        for file in self._file.parent.glob("hub.sqlite3*"):
            file.unlink()
        shutil.copy(self._template, self._file)
        self._app.config.clear()
        self._app.config.update(self._config)
        self._app.extensions.clear()
        self._app.extensions.update(self._extensions, kept=Shelf(kept.MOST))
        return self._app


@pytest.fixture(scope="session")
def _blank_hub(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Renewed:
    return Renewed(blank_database, tmp_path_factory.mktemp("blank-hub"), demo=False)


@pytest.fixture(scope="session")
def _sample_hub(sample_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Renewed:
    return Renewed(sample_database, tmp_path_factory.mktemp("sample-hub"), demo=True)


@pytest.fixture
def app(_blank_hub: Renewed) -> Flask:
    """Return a hub with organisations and people, and no entries."""
    return _blank_hub.fresh()


@pytest.fixture(scope="module")
def sample_app(_sample_hub: Renewed) -> Flask:
    """Return a demonstration hub with the shipped library, shared by the tests of one file."""
    return _sample_hub.fresh()


@pytest.fixture
def client_for(app: Flask) -> ClientFor:
    """Return a function from an e-mail address to a signed-in client; a guest for an empty address."""
    return ClientFor(app)


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    """Return a client signed in as a modeller of Marburg."""
    return client_for(MODELLER)


@pytest.fixture(scope="session")
def _shared_app(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with open_copy(blank_database, tmp_path_factory.mktemp("actions"), demo=False) as app:
        yield app


@pytest.fixture
def hub_work(_shared_app: Flask) -> Iterator[Work]:
    """Return work of the hub itself in one transaction that is rolled back after the test."""
    with _shared_app.app_context():
        session = db.session()
        session.connection(execution_options={"write": True})
        yield Work(session, SYSTEM, datetime.now(UTC))
        session.rollback()
        session.close()


@pytest.fixture
def work(hub_work: Work) -> Work:
    """Return work of a modeller of Marburg in one transaction that is rolled back after the test."""
    return makers.as_person(hub_work, MODELLER)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """Run a PostgreSQL server for the tests; skips, or fails in CI, where there is none."""
    with postgres.server() as url:
        yield url
