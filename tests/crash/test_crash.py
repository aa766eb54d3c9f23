"""Kill -9 at random moments: everything acknowledged is there, once, and the hub holds together."""

from pathlib import Path

import pytest

from tests import postgres
from tests.crash.shaking import shake

pytestmark = pytest.mark.slow
SECONDS, ENOUGH = 45.0, 6
"""At most so long, and no longer than it takes to kill so often; `make crash` goes on for as long as wanted."""


def test_sqlite_loses_and_doubles_nothing_when_processes_are_killed(tmp_path: Path) -> None:
    found = shake(f"sqlite:///{tmp_path / 'hub.sqlite3'}", tmp_path / "log", seconds=SECONDS, seed=7, enough=ENOUGH)
    print(found)
    assert found.wrong == []
    assert found.kills >= 1
    assert found.journal.count("done") > 5


@pytest.mark.postgres
def test_postgresql_loses_and_doubles_nothing_when_processes_and_database_are_killed(tmp_path: Path) -> None:
    with postgres.cluster() as server:
        url = server.url.render_as_string(hide_password=False)
        found = shake(url, tmp_path / "log", seconds=SECONDS, seed=11, server=server, enough=ENOUGH)
    print(found)
    assert found.wrong == []
    assert found.kills >= 1
    assert found.journal.count("done") > 5
