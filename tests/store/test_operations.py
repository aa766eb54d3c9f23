"""Several machines on one database: who may run on it, who does a chore, and jobs that are taken up again."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, create_engine, select, text

from hub.actions import operations
from hub.cli import jobs, stopping, worker
from hub.config import BadSetting
from hub.extensions import db
from hub.store import schema
from hub.store.activity import Job
from hub.store.operations import JobTry, Lease, WorkerBeat
from hub.work import Work
from tests import makers
from tests.clients import ClientFor, writing
from tests.conftest import app_on
from tests.crash.shaking import upgrade_to_tomorrow


def fit(app: Flask) -> schema.Fit:
    with app.app_context(), db.engine.connect() as connection:
        return schema.fit(connection)


def test_what_is_needed_is_known(both: Flask) -> None:
    assert fit(both) is schema.Fit.CURRENT


@pytest.mark.postgres
def test_a_database_of_no_encoding_is_refused_with_a_sentence(postgres_server: URL) -> None:
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS no_encoding"))
        connection.execute(text("CREATE DATABASE no_encoding ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"))
        try:
            app = app_on(postgres_server.set(database="no_encoding").render_as_string(hide_password=False))
            with (
                app.app_context(), db.engine.connect() as inside, pytest.raises(BadSetting, match="--encoding=UTF8")
            ):  # fmt: skip
                schema.require_unicode(inside)
            with app.app_context():
                db.engine.dispose()
        finally:
            connection.execute(text("DROP DATABASE no_encoding WITH (FORCE)"))
    admin.dispose()


@pytest.mark.parametrize(("revision", "expected"), [("0013", schema.Fit.OLDER), ("9999", schema.Fit.NEWER)])
def test_only_an_older_database_keeps_a_program_from_running(both: Flask, revision: str, expected: schema.Fit) -> None:
    with writing(both) as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": revision})
    assert fit(both) is expected
    with both.app_context(), db.engine.connect() as connection:
        if expected is schema.Fit.OLDER:
            with pytest.raises(BadSetting, match="hub migrate"):
                schema.require_fit(connection)
        else:
            assert schema.require_fit(connection) is expected


def test_a_newer_program_can_shut_older_ones_out(both: Flask) -> None:
    with writing(both) as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        work.session.execute(text("UPDATE compatibility SET oldest = '9999'"))
    with both.app_context(), db.engine.connect() as connection, pytest.raises(BadSetting, match="neuer"):
        schema.require_fit(connection)


def test_this_program_runs_on_a_database_that_a_newer_one_has_extended(both: Flask) -> None:
    with writing(both) as work:
        for statement in (
            "ALTER TABLE entries ADD COLUMN of_tomorrow VARCHAR(20)",
            "ALTER TABLE versions ADD COLUMN of_tomorrow INTEGER",
            "ALTER TABLE users ADD COLUMN of_tomorrow INTEGER",
            "CREATE TABLE things_of_tomorrow (id INTEGER PRIMARY KEY, entry_id INTEGER REFERENCES entries (id))",
            "UPDATE alembic_version SET version_num = '9999'",
        ):
            work.session.execute(text(statement))
    client = ClientFor(both)("modellierung@marburg.example")
    with writing(both) as work:
        makers.entry(work, title="Vorgang")
    for path in ("/", "/library", "/marburg/vorgang", "/search?q=Vorgang"):
        assert client.get(path).status_code == 200
    answer = client.send("/marburg/vorgang/discussion", text="Geht weiter.")
    assert answer.status_code == 302
    assert "Geht weiter." in client.get("/marburg/vorgang/discussion").text


def test_a_migration_gives_way_to_people_at_work(both: Flask, tmp_path: Path) -> None:
    migration = threading.Thread(target=upgrade_to_tomorrow, args=(both, tmp_path))
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")
    with both.app_context(), db.engine.connect() as person, db.engine.connect() as look:
        person.execute(text("SELECT count(*) FROM events"))
        migration.start()
        # The migration holds one table now and waits for the other, and the person turns to the first one.
        while person.dialect.name == "postgresql" and migration.is_alive() and not look.scalar(waiting):
            look.rollback()
        person.execute(text("SELECT count(*) FROM entries"))
        person.rollback()
    migration.join()
    assert fit(both) is schema.Fit.NEWER


def test_a_chore_is_done_by_one_worker_at_a_time(both: Flask) -> None:
    with writing(both) as work:
        assert operations.take_lease(work, "index", "eins:1")
    with writing(both) as work:
        assert not operations.take_lease(work, "index", "zwei:2")
        assert operations.take_lease(work, "index", "eins:1")
    with writing(both) as work:
        operations.free_lease(work, "index", "zwei:2")
        assert not operations.take_lease(work, "index", "zwei:2")
        operations.free_lease(work, "index", "eins:1")
    with writing(both) as work:
        assert operations.take_lease(work, "index", "zwei:2")


def test_the_chore_of_a_dead_worker_is_free_after_ten_minutes(both: Flask) -> None:
    with writing(both) as work:
        operations.take_lease(work, "index", "tot:1")
        later = Work(work.session, work.actor, work.now + operations.LEASE_FOR + timedelta(seconds=1))
        assert operations.take_lease(later, "index", "zwei:2")


def test_a_worker_says_that_it_lives_and_leaves_nothing_behind(both: Flask) -> None:
    with writing(both) as work:
        operations.beat(work, "eins:1", "1.0", work.now)
        operations.beat(work, "eins:1", "1.0", work.now)
        operations.take_lease(work, "index", "eins:1")
        assert operations.worker_silence(work.session, work.now) == timedelta(0)
    with writing(both) as work:
        operations.fall_silent(work, "eins:1")
        assert work.session.scalars(select(WorkerBeat)).all() == []
        assert work.session.scalars(select(Lease)).all() == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has been asked to stop."""
    monkeypatch.setattr(stopping, "_asked", True)


def _job(app: Flask, kind: str) -> int:
    with writing(app) as work:
        job = Job(kind=kind, total_count=3, created_at=work.now)
        work.session.add(job)
        work.session.flush()
        return job.id


def _state(app: Flask, key: int) -> tuple[str, int]:
    with app.app_context():
        job = db.session.get_one(Job, key)
        tries = db.session.get(JobTry, key)
        found = (job.state, tries.tries if tries else 0)
        db.session.remove()
        return found


def _failing(_job_id: int) -> None:
    raise ValueError("jemand@marburg.example")


def test_a_job_that_fails_three_times_is_left_to_people(both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "JOBS", {"brittle": _failing})
    key = _job(both, "brittle")
    for number in (1, 2, 3):
        with both.app_context():
            assert worker.do_jobs()
        assert _state(both, key)[1] == number
        with writing(both) as work:
            job = work.session.get_one(Job, key)
            if job.started_at is not None:
                job.started_at -= worker.STALE_AFTER
    assert _state(both, key) == ("failed", 3)
    with both.app_context():
        assert not worker.do_jobs()
        assert db.session.get_one(JobTry, key).failure == "ValueError"
        db.session.remove()


def test_a_worker_that_is_to_stop_gives_its_job_back(both: Flask, monkeypatch: pytest.MonkeyPatch, asked: None) -> None:
    monkeypatch.setattr(worker, "JOBS", {"long": lambda key: jobs._progress(key, 1)})
    key = _job(both, "long")
    with both.app_context(), pytest.raises(stopping.Stopped):
        worker.do_jobs()
    assert _state(both, key) == ("waiting", 0)


def test_a_job_cancelled_meanwhile_goes_no_further(both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    key = _job(both, "long")

    def cancelled_halfway(job_id: int) -> None:
        jobs._progress(job_id, 1)
        with writing(both) as work:
            work.session.get_one(Job, job_id).state = "failed"
        jobs._progress(job_id, 2)

    monkeypatch.setattr(worker, "JOBS", {"long": cancelled_halfway})
    with both.app_context():
        assert worker.do_jobs()
        assert db.session.get_one(Job, key).done_count == 1
        db.session.remove()
    assert _state(both, key) == ("failed", 0)
