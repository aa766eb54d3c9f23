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


@pytest.fixture
def both(empty_url: str, blank_database: Path) -> Iterator[Flask]:
    """Return a hub with organisations and people on each kind of database."""
    if empty_url.startswith("sqlite"):
        shutil.copy(blank_database, empty_url.removeprefix("sqlite:///"))
    app = app_on(empty_url)
    if not empty_url.startswith("sqlite"):
        with app.app_context():
            upgrade()
            fill_with_people(db.session())
            db.session.commit()
            db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()
