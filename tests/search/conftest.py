"""The same search tests on both homes of the index: SQLite always, PostgreSQL where its programs are installed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from hub import search
from hub.search import Document, Scope, Step
from tests import postgres

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARBURG, GIESSEN, LAND = 1, 2, 9

Make = Callable[..., Document]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """Return the URL of a PostgreSQL database that lives as long as the tests."""
    with postgres.server() as server, postgres.database(server, "search_tests") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on an empty index, once for each back end."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'search.db'}", connect_args={"timeout": 10})

        @event.listens_for(engine, "connect")
        def prepared(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")

        with engine.begin() as connection:
            search.create(connection)
        yield engine
        engine.dispose()
        return
    engine = create_engine(request.getfixturevalue("postgresql"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        search.create(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a session on an empty index."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def make() -> Make:
    """Return a maker of documents: title and step names, everything else as the test wants it."""

    def document(entry_id: int, title: str, *steps: str, **more: Any) -> Document:
        given: dict[str, Any] = {
            "version_id": entry_id * 100,
            "organisation_id": MARBURG,
            "visibility": "public",
            "scope": Scope.BOTH,
            "updated_at": NOW,
            "steps": tuple(Step(f"Activity_{number}", name, str(number)) for number, name in enumerate(steps, 1)),
        }
        return Document(entry_id=entry_id, title=title, **(given | more))

    return document
