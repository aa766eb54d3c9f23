"""Those who run the hub see its queues, index and state, and can act on them."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub import search
from hub.actions import jobs, mails, operations
from hub.actions.deliveries import MOST_TRIES
from hub.cli import worker
from hub.config import VERSION
from hub.errors import Forbidden
from hub.extensions import db
from hub.store.activity import Event, Job, Mail
from hub.store.operations import JobTry
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.web.steps import MODELLER


def add_job(app: Flask, state: str, **values: object) -> int:
    with writing(app) as work:
        job = Job(kind="import", state=state, total_count=9, done_count=3, created_at=work.now, **values)
        work.session.add(job)
        work.session.flush()
        return job.id


def add_mail(app: Flask, **values: object) -> int:
    with writing(app) as work:
        given = {"text": "Geheimer Link: /invitation/abc", "tries": 0, **values}
        mail = Mail(
            recipient="jemand@marburg.example", subject="Ihre Einladung", created_at=work.now,
            next_try_at=work.now + timedelta(hours=1), **given,
        )  # fmt: skip
        work.session.add(mail)
        work.session.flush()
        return mail.id


def events(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Event.kind).order_by(Event.id)))
        db.session.remove()
        return found


def test_jobs_are_listed_with_what_needs_attention_first(app: Flask, system: Client) -> None:
    done, waiting = add_job(app, "done"), add_job(app, "waiting")
    failed = add_job(app, "failed")
    with writing(app) as work:
        work.session.add(JobTry(job_id=failed, tries=3, failure="ValueError", failed_at=work.now))
    rows = [row.text_content() for row in system.page("/admin/jobs").xpath("//tbody/tr")]
    assert [f"Nr. {number}" in row for number, row in zip((waiting, failed, done), rows, strict=True)] == [True] * 3
    assert "3 Fehlversuche, zuletzt: ValueError" in " ".join(rows[1].split())


def test_a_failed_job_can_be_started_again_and_a_waiting_one_stopped(app: Flask, system: Client) -> None:
    failed, waiting = add_job(app, "failed"), add_job(app, "waiting")
    assert system.send(f"/admin/jobs/{failed}/retry").status_code == 302
    assert system.send(f"/admin/jobs/{waiting}/cancel").status_code == 302
    with app.app_context():
        states = {key: db.session.get_one(Job, key).state for key in (failed, waiting)}
        assert states == {failed: "waiting", waiting: "failed"}
        db.session.remove()
    assert "abgebrochen" in words(system.get("/admin/jobs"))
    assert events(app)[-2:] == ["job.retried", "job.cancelled"]


def test_what_has_moved_on_meanwhile_is_refused(app: Flask, system: Client) -> None:
    done = add_job(app, "done")
    assert system.send(f"/admin/jobs/{done}/cancel").status_code == 409
    assert system.send(f"/admin/jobs/{done}/retry").status_code == 409
    assert system.send("/admin/jobs/999/retry").status_code == 404


def test_letters_wait_visibly_but_their_text_stays_unseen(app: Flask, system: Client) -> None:
    add_mail(app)
    add_mail(app, tries=MOST_TRIES, failure="550 unknown user")
    unsure = add_mail(app, failure=mails.HANDED, text="", tries=1)
    text = words(system.get("/admin/mails"))
    assert "jemand@marburg.example" in text
    assert "128 Versuche: 550 unknown user" in text
    assert "übergeben, Ausgang unbekannt" in text
    assert "Geheimer Link" not in text
    assert system.send(f"/admin/mails/{unsure}/retry").status_code == 409


def test_a_letter_can_be_tried_again_or_thrown_away(app: Flask, system: Client) -> None:
    given_up, other = add_mail(app, tries=MOST_TRIES, failure="550"), add_mail(app)
    assert system.send(f"/admin/mails/{given_up}/retry").status_code == 302
    assert system.send(f"/admin/mails/{other}/delete").status_code == 302
    with app.app_context():
        mail = db.session.get_one(Mail, given_up)
        assert (mail.tries, mail.failure) == (0, "")
        assert db.session.get(Mail, other) is None
        db.session.remove()
    assert events(app)[-2:] == ["mail.retried", "mail.deleted"]
    assert "jemand" not in str(events(app))


def test_the_index_is_made_anew_on_request_while_everything_is_found(app: Flask, system: Client) -> None:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
    assert "Der Index ist aktuell" in words(system.get("/admin/index")) or _settle(app)
    assert system.send("/admin/index").status_code == 302
    assert "Der Neuaufbau wartet" in words(system.get("/admin/index"))
    assert "Hundesteuer" in words(system.get("/search?q=Hundesteuer"))
    with app.app_context():
        generation = search.facts(db.session()).generation
        assert worker.renew_index()
        assert search.facts(db.session()).generation == generation + 1
        assert not search.stale(db.session())
        db.session.remove()
    assert "Der Index ist aktuell" in words(system.get("/admin/index"))
    assert "Hundesteuer" in words(system.get("/search?q=Hundesteuer"))


def _settle(app: Flask) -> bool:
    """Make an index that was never made whole before, as on a fresh database."""
    with app.app_context():
        return worker.renew_index()


def test_the_state_names_versions_workers_and_what_takes_longest(
    app: Flask, system: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(app) as work:
        operations.beat(work, "hier:1", VERSION, work.now)
    monkeypatch.setattr("hub.web.admin.system.SLOWEST", 500)  # other tests of this process were slower
    system.get("/library")
    text = words(system.get("/admin/system"))
    assert f"Programm {VERSION}" in text
    assert "SQLite 3." in text
    assert "hier:1" in text
    assert "GET library.browse" in text
    assert "nicht eingerichtet (HUB_BACKUP_FOLDER)" in text


def test_the_newest_finished_file_is_the_backup(tmp_path: Path) -> None:
    assert operations.newest_backup(tmp_path) is None
    assert operations.newest_backup(tmp_path / "fehlt") is None
    (tmp_path / ".unfertig").touch()
    assert operations.newest_backup(tmp_path) is None
    (tmp_path / "hub.zip").touch()
    assert operations.newest_backup(tmp_path) is not None


def test_nobody_else_may_do_any_of_it(app: Flask, client_for: ClientFor) -> None:
    job, mail = add_job(app, "failed"), add_mail(app)
    with writing(app) as work:
        person = makers.as_person(work, MODELLER)
        deeds = (
            lambda: jobs.listing(person), lambda: jobs.retry(person, job), lambda: jobs.cancel(person, job),
            lambda: mails.listing(person), lambda: mails.retry(person, mail), lambda: mails.delete(person, mail),
            lambda: mails.notices(person), lambda: mails.retry_notices(person), lambda: operations.state(person),
            lambda: operations.rebuild_index(person), lambda: operations.index_facts(person),
        )  # fmt: skip
        for deed in deeds:
            with pytest.raises(Forbidden):
                deed()
