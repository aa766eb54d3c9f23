"""Moving a hub between databases: everything arrives, both sides are proven equal, or nothing is there."""

import hashlib
import re
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from hub.cli import move
from hub.keeping import backups, moving
from tests import makers, postgres
from tests.keeping.conftest import Hub, at_work
from tests.keeping.test_backup import contradictions, held

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def source(sample_database: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the whole sample hub; it is only read."""
    return f"sqlite:///{shutil.copy(sample_database, tmp_path_factory.mktemp('source') / 'hub.sqlite3')}"


@pytest.fixture(scope="module")
def moved(source: str, postgres_server: URL) -> Iterator[str]:
    """Return the address of a database the whole sample hub was moved to."""
    with postgres.database(postgres_server, "hub_moved") as url:
        address = url.render_as_string(hide_password=False)
        assert move.run([source, address]) == 0
        yield address


def test_the_whole_sample_hub_arrives_and_can_go_back(source: str, moved: str, tmp_path: Path, hub: Hub) -> None:
    before = held(source)
    assert held(moved).tables == before.tables
    back = f"sqlite:///{tmp_path / 'back.sqlite3'}"
    ran = hub("move", moved, back, url=source)
    assert ran.code == 0, ran.err
    assert "auf beiden Seiten dieselbe Prüfsumme" in ran.out
    compared = re.search(r"(\d+) Suchen finden auf beiden Seiten dasselbe", ran.out)
    assert compared is not None
    assert int(compared[1]) >= moving.SAMPLES
    assert held(back) == before
    assert contradictions(back) == []


def test_a_target_that_holds_something_is_refused(source: str, moved: str, hub: Hub) -> None:
    before = held(moved)
    ran = hub("move", source, moved, url=source)
    assert (ran.code, "nicht leer" in ran.err) == (1, True)
    assert held(moved) == before


def test_a_moved_hub_counts_on_where_it_stopped(moved: str) -> None:
    with at_work(moved) as work:
        entry = makers.entry(work, title="Nach dem Umzug")
        makers.version(work, entry, makers.bpmn("Zweite Fassung"))
    assert contradictions(moved) == []


def test_what_does_not_fit_is_named_and_the_target_stays_empty(blank: str, postgres_url: str, hub: Hub) -> None:
    with closing(sqlite3.connect(blank.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE users SET name = ? WHERE id = 1", ("x" * 400,))
        connection.commit()
    ran = hub("move", blank, postgres_url, url=blank)
    assert ran.code == 1
    assert "too long" in ran.err
    assert backups.filled(make_url(postgres_url)) == []


def test_a_hub_of_an_older_form_is_told_to_migrate_first(blank: str, tmp_path: Path, hub: Hub) -> None:
    with closing(sqlite3.connect(blank.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0013'")
        connection.commit()
    ran = hub("move", blank, f"sqlite:///{tmp_path / 'new.sqlite3'}", url=blank)
    assert (ran.code, "hub migrate" in ran.err) == (1, True)


def test_an_address_without_a_hub_is_refused(tmp_path: Path, hub: Hub) -> None:
    target = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    for origin in (f"sqlite:///{tmp_path / 'nothing.sqlite3'}", "no address"):
        assert hub("move", origin, target, url=target).code == 1
    assert list(tmp_path.iterdir()) == []


def test_many_large_contents_move_in_little_memory(blank: str, postgres_url: str, hub: Hub) -> None:
    with closing(sqlite3.connect(blank.removeprefix("sqlite:///"))) as connection:
        _add_contents(connection, count=40, size=5_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert hub("move", blank, postgres_url, url=blank).code == 0
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    assert grown < 150, f"200 MB of contents took {grown:.0f} MB more"


def _add_contents(connection: sqlite3.Connection, *, count: int, size: int) -> None:
    for number in range(count):
        content = number.to_bytes(4) * (size // 4)
        row = (hashlib.sha256(content).hexdigest(), len(content), content)
        connection.execute("INSERT INTO blobs (sha256, size, content) VALUES (?, ?, ?)", row)
    connection.commit()
