"""The same promises on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import URL

from hub.extensions import db
from tests import postgres
from tests.conftest import app_on, fill_with_people


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.sqlite3'}"
        return
    server: URL = request.getfixturevalue("postgres_server")
    with postgres.database(server, "hub_store") as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: URL) -> Iterator[str]:
    """Make a PostgreSQL database with organisations and people, once; tests get copies of it."""
    with postgres.database(postgres_server, "hub_template") as url:
        app = app_on(url.render_as_string(hide_password=False))
        with app.app_context():
            upgrade()
            fill_with_people(db.session())
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        yield "hub_template"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def filled_url(request: pytest.FixtureRequest, tmp_path: Path, blank_database: Path) -> Iterator[str]:
    """Return the address of a database with organisations and people."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(blank_database, tmp_path / 'hub.sqlite3')}"
        return
    server: URL = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("filled_postgres")
    with postgres.database(server, "hub_store", template=template) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def both(filled_url: str) -> Iterator[Flask]:
    """Return a hub with organisations and people on each kind of database."""
    app = app_on(filled_url)
    yield app
    with app.app_context():
        db.engine.dispose()
