"""How often something may be tried is one number for all processes, on both databases."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.actions import limits
from hub.extensions import db
from hub.http import count_try
from hub.store.limits import Limit
from hub.work import writing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tries(app: Flask, count: int, *, at: datetime = NOW, bucket: str = "door", most: int = 5) -> list[int | None]:
    """Try `count` times, each in a transaction of its own."""
    found = []
    with app.app_context():
        for _ in range(count):
            with writing(db.session()) as session:
                found.append(limits.allow(session, bucket, most, 60, now=at))
        db.session.remove()
    return found


def test_so_many_tries_are_allowed_at_once_and_no_more(both: Flask) -> None:
    assert tries(both, 7) == [None] * 5 + [12, 12]


def test_time_alone_lets_one_more_through_every_so_often(both: Flask) -> None:
    tries(both, 5)
    assert tries(both, 2, at=NOW + timedelta(seconds=11)) == [1, 1]
    assert tries(both, 2, at=NOW + timedelta(seconds=12)) == [None, 12]
    assert tries(both, 6, at=NOW + timedelta(seconds=72)) == [None] * 5 + [12]


def test_one_bucket_says_nothing_about_another(both: Flask) -> None:
    tries(both, 5)
    assert tries(both, 1, bucket="window") == [None]


def test_an_emptied_bucket_begins_anew(both: Flask) -> None:
    tries(both, 5)
    with both.app_context():
        with writing(db.session()) as session:
            limits.forget(session, "door")
        assert limits.wait(db.session(), "door", 5, 60, now=NOW) is None
        db.session.remove()


def test_asking_how_long_counts_nothing(both: Flask) -> None:
    tries(both, 4)
    with both.app_context():
        assert [limits.wait(db.session(), "door", 5, 60, now=NOW) for _ in range(3)] == [None] * 3
        db.session.remove()
    assert tries(both, 2) == [None, 12]


def test_many_at_once_get_no_more_than_one_after_the_other(both: Flask) -> None:
    outcomes: Counter[bool] = Counter()
    barrier, lock = threading.Barrier(8), threading.Lock()

    def run() -> None:
        barrier.wait()
        found = tries(both, 5, most=12)
        with lock:
            outcomes.update(row is None for row in found)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {True: 12, False: 28}


def test_what_is_counted_is_not_kept_in_words_and_goes_when_it_means_nothing(both: Flask) -> None:
    tries(both, 1, bucket="sign-in:modellierung@marburg.example")
    with both.app_context():
        session = db.session()
        assert "marburg" not in session.scalars(select(Limit.bucket)).one()
        assert not limits.any_old(session, NOW)
        later = NOW + timedelta(seconds=13)
        assert limits.any_old(session, later)
        with writing(session):
            limits.forget_old(session, later)
        assert session.scalar(select(func.count()).select_from(Limit)) == 0
        db.session.remove()


def test_a_try_counts_though_the_request_fails_and_the_answer_says_when_to_come_back(both: Flask) -> None:
    @both.get("/test-only/door")
    def door() -> str:
        count_try("door", 1, 3600)
        raise RuntimeError("the deed failed")

    client = both.test_client()
    both.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/test-only/door").status_code == 500
    answer = client.get("/test-only/door")
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "60 Minuten" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("address", "counted"), [("203.0.113.7", "203.0.113.7"), ("2001:db8::7", "2001:db8::/64")])
def test_a_customer_with_many_addresses_is_counted_as_one(app: Flask, address: str, counted: str) -> None:
    from hub.http import network

    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == counted
