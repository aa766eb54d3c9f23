"""Kill -9 at random moments: everything acknowledged is there, once, and the hub holds together."""

from pathlib import Path

import pytest

from tests import postgres
from tests.crash.shaking import Outcome, Weather, shake

pytestmark = pytest.mark.slow
SHORT = Weather(seconds=45, seed=7, kills=4, pace=8)
"""At most so long, and no longer than it takes to kill so often; `make crash` goes on for as long as wanted."""


def _judge(found: Outcome) -> None:
    print(found)
    assert found.wrong == []
    assert found.kills.total() >= 1
    assert found.journal.done > 5


def test_sqlite_loses_and_doubles_nothing_when_processes_are_killed(tmp_path: Path) -> None:
    _judge(shake(f"sqlite:///{tmp_path / 'hub.sqlite3'}", tmp_path / "log", SHORT))


@pytest.mark.postgres
def test_postgresql_loses_and_doubles_nothing_when_processes_and_database_are_killed(tmp_path: Path) -> None:
    with postgres.cluster() as server:
        url = server.url.render_as_string(hide_password=False)
        _judge(shake(url, tmp_path / "log", SHORT, server=server))
