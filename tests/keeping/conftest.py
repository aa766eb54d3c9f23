"""Hubs in files and on a server of the tests' own, and the commands run the way a person runs them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask_migrate import upgrade
from sqlalchemy import URL

from hub import cli
from hub.extensions import db
from hub.work import Work
from tests import postgres
from tests.clients import writing
from tests.conftest import KEY, app_on, fill_with_people


class Ran(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


Hub = Callable[..., Ran]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hub:
    """Return a function that runs `hub …` on the database at `url`."""

    def run(*arguments: str, url: str) -> Ran:
        monkeypatch.setenv("HUB_DATABASE_URL", url)
        monkeypatch.setenv("HUB_SECRET_KEY", KEY)
        monkeypatch.delenv("HUB_DEMO", raising=False)
        capsys.readouterr()
        code = cli.main(list(arguments))
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@contextmanager
def at_work(url: str) -> Iterator[Work]:
    """Do something to the hub at `url` as the hub itself, commit it, and leave no connection open."""
    app = app_on(url)
    try:
        with writing(app) as work:
            yield work
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def sample_url(sample_database: Path, tmp_path: Path) -> str:
    """Return the address of a copy of the whole sample hub on SQLite."""
    folder = tmp_path / "sample"
    folder.mkdir()
    return f"sqlite:///{shutil.copy(sample_database, folder / 'hub.sqlite3')}"


@pytest.fixture
def blank(tmp_path: Path, blank_database: Path) -> str:
    """Return the address of a hub with organisations and people on SQLite."""
    folder = tmp_path / "blank"
    folder.mkdir()
    return f"sqlite:///{shutil.copy(blank_database, folder / 'hub.sqlite3')}"


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """Return the address of an empty database of PostgreSQL."""
    with postgres.database(postgres_server, "hub_keeping") as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path, blank_database: Path) -> Iterator[str]:
    """Return the address of a hub with organisations and people on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(blank_database, tmp_path / 'hub.sqlite3')}"
        return
    url: str = request.getfixturevalue("postgres_url")
    app = app_on(url)
    with app.app_context():
        upgrade()
        fill_with_people(db.session())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    yield url
