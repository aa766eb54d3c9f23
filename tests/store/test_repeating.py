"""A repeatable request happens once, on both databases, also at the same moment."""

import threading
from datetime import UTC, datetime

import pytest
from flask_migrate import upgrade

from hub.actions import repeating
from hub.errors import Conflict, Invalid
from hub.extensions import db
from hub.policy import SYSTEM
from hub.work import Work, writing
from tests.conftest import app_on


def test_of_many_requests_with_one_key_one_runs(empty_url: str) -> None:
    app = app_on(empty_url)
    found: list[str] = []

    def send() -> None:
        with app.app_context():
            try:
                with writing(db.session()) as session:
                    repeating.claim(Work(session, SYSTEM, datetime.now(UTC)), "token:1", "key", "digest")
                found.append("runs")
            except Conflict as error:
                found.append(error.code)
            finally:
                db.session.remove()

    with app.app_context():
        upgrade()
    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        with writing(db.session()) as session, pytest.raises(Invalid, match="other_request"):
            repeating.claim(Work(session, SYSTEM, datetime.now(UTC)), "token:1", "key", "another digest")
        db.session.remove()
        db.engine.dispose()
    assert sorted(found) == ["runs", *["still_running"] * 7]
