"""Deadlines: what is due goes, what is cited or still in use stays, and every run says what it did."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.actions import grants, log, programmes, retention, settings
from hub.cli import following
from hub.cli import retention as command
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import db
from hub.inputs.funding import EditGrant, EditProgramme
from hub.policy import SYSTEM
from hub.store.accounts import FailedSignIn, PasswordReset, SignIn, User
from hub.store.activity import Event, Mail
from hub.store.entries import Blob, Entry, Version
from hub.store.fim import FimUpload
from hub.store.lifecycle import Lifecycle
from hub.store.personal import REGISTER
from hub.store.searches import RecentSearch
from hub.store.settings import RetentionRun, Setting
from hub.store.statements import Statement, SubmittedVersion
from hub.work import Work
from tests import makers
from tests.clients import writing

SYSTEM_ADMIN = "admin@ikz.example"


def later(work: Work, **by: float) -> Work:
    return Work(work.session, work.actor, work.now + timedelta(**by))


@pytest.fixture
def used(hub_work: Work) -> Work:
    """Give the hub one row of several kinds that become due one after the other."""
    session, at = hub_work.session, hub_work.now
    me = session.scalars(select(User.id).where(User.email == "modellierung@marburg.example")).one()
    session.add_all(
        [
            SignIn(user_id=me, token_digest="1" * 64, created_at=at, seen_at=at, expires_at=at),
            FailedSignIn(subject="2" * 64, at=at),
            PasswordReset(user_id=me, token_digest="3" * 64, created_at=at, expires_at=at),
            RecentSearch(user_id=me, query="hund", searched_at=at),
            Mail(recipient="a@b.example", subject="x", text="x", created_at=at, next_try_at=at, sent_at=at),
        ]
    )
    session.flush()
    return hub_work


def _due(work: Work) -> set[str]:
    return {name for name, count in retention.amounts(work).items() if count}


def test_each_kind_is_due_after_its_own_time(used: Work) -> None:
    assert _due(used) == set()
    assert _due(later(used, hours=1)) == {"sign_ins"}
    assert _due(later(used, days=2)) == {"sign_ins", "failed_sign_ins"}
    assert _due(later(used, days=8)) == {"sign_ins", "failed_sign_ins", "password_resets"}
    assert "mails" in _due(later(used, days=31))
    assert "recent_searches" in _due(later(used, days=91))


def test_keeping_a_rule_deletes_what_is_due_and_nothing_else(used: Work) -> None:
    at = later(used, days=8)
    before = retention.amounts(at)
    rule = next(rule for rule in retention.RULES if rule.name == "password_resets")
    assert retention.keep(at, rule) == 1
    assert retention.amounts(at) == before | {"password_resets": 0}
    assert retention.keep(at, rule) == 0


def test_a_changed_setting_moves_the_deadline_and_stands_in_the_log(used: Work) -> None:
    admin = makers.as_person(used, SYSTEM_ADMIN)
    settings.change(admin, "retention.recent_searches", 1, revision=0)
    assert "recent_searches" in _due(later(used, days=2))
    data = used.session.scalars(select(Event.data).where(Event.kind == "setting.changed")).one()
    assert data == {"name": "retention.recent_searches", "before": 90, "after": 1}
    with pytest.raises(Conflict, match="settings_moved_on"):
        settings.change(admin, "retention.recent_searches", 5, revision=0)


@pytest.mark.parametrize("value", [-1, 0, 366, 10**12])
def test_a_setting_outside_its_bounds_is_refused(hub_work: Work, value: int) -> None:
    with pytest.raises(Invalid, match="out_of_bounds"):
        settings.change(hub_work, "retention.recent_searches", value, revision=0)


def test_unknown_settings_and_strangers_are_refused(hub_work: Work, work: Work) -> None:
    with pytest.raises(NotFound):
        settings.change(hub_work, "secret_key", 1, revision=0)
    with pytest.raises(Forbidden):
        settings.change(work, "retention.mails", 5, revision=0)
    with pytest.raises(Forbidden):
        retention.amounts(work)


def test_a_stored_value_beyond_its_bounds_deletes_nothing_early(used: Work) -> None:
    row = Setting(name="retention.recent_searches", value=-5000, revision=1, changed_at=used.now)
    used.session.add(row)
    used.session.flush()
    assert "recent_searches" not in _due(later(used, hours=1))


def test_every_rule_of_the_register_is_kept_and_every_rule_has_its_setting() -> None:
    kept = {rule.name for rule in retention.RULES} | {retention.LOG}
    wanted = {held.rule for held in REGISTER if held.rule}
    assert wanted - kept == {"closed_accounts"}
    assert {name for name in settings.KNOWN if name.startswith("retention.")} == {f"retention.{name}" for name in kept}
    assert "closed_accounts" in {name for name, _find, _deed in command._ACCOUNTS}


@pytest.fixture
def cited(hub_work: Work) -> tuple[Entry, Statement]:
    """Return an entry whose version a submitted statement cites."""
    programmes.create(hub_work, EditProgramme(name="IKZ", funder="Land"))
    facts = {"programme": "ikz", "organisation": "marburg", "title": "Prozesse", "amount": "1,00",
             "notice_date": "2026-01-15", "period_start": "2026-02-01", "period_end": "2026-08-31"}  # fmt: skip
    grant = grants.create(hub_work, EditGrant.model_validate(facts))
    entry = makers.entry(hub_work, title="Hundesteuer")
    version = makers.version(hub_work, entry, makers.bpmn("Neu"))
    statement = Statement(grant_id=grant.id, number=1, kind="final", created_at=hub_work.now)
    hub_work.session.add(statement)
    hub_work.session.flush()
    hub_work.session.add(SubmittedVersion(statement_id=statement.id, version_id=version.id, sha256=version.blob_sha256))
    hub_work.session.flush()
    return entry, statement


def test_what_a_statement_cites_is_never_touched(hub_work: Work, cited: tuple[Entry, Statement]) -> None:
    session = hub_work.session
    before = session.execute(select(Version.id, Version.blob_sha256, Version.message).order_by(Version.id)).all()
    contents = session.execute(select(Blob.sha256, Blob.content).order_by(Blob.sha256)).all()
    far = later(hub_work, days=365 * 40)
    for rule in retention.RULES:
        while retention.keep(far, rule):
            pass
    session.expire_all()
    assert (
        session.execute(select(Version.id, Version.blob_sha256, Version.message).order_by(Version.id)).all() == before
    )
    assert session.execute(select(Blob.sha256, Blob.content).order_by(Blob.sha256)).all() == contents
    assert session.scalar(select(func.count()).select_from(SubmittedVersion)) == 1


def test_a_file_that_a_version_uses_stays_when_its_upload_goes(hub_work: Work, cited: tuple[Entry, Statement]) -> None:
    entry, _ = cited
    assert entry.head is not None
    me = hub_work.session.scalars(select(User.id)).first()
    alone = b"<nie benutzt/>"
    digest = hashlib.sha256(alone).hexdigest()
    hub_work.session.add(Blob(sha256=digest, size=len(alone), content=alone))
    hub_work.session.flush()
    for sha256 in (digest, entry.head.blob_sha256):
        hub_work.session.add(FimUpload(user_id=me, blob_sha256=sha256, name="x.xml", created_at=hub_work.now))
    hub_work.session.flush()
    rule = next(rule for rule in retention.RULES if rule.name == "fim_uploads")
    assert retention.keep(later(hub_work, days=31), rule) == 2
    left = set(hub_work.session.scalars(select(Blob.sha256)))
    assert entry.head.blob_sha256 in left
    assert digest not in left


def test_old_lines_of_the_log_lose_their_content_and_the_chain_holds(
    hub_work: Work, cited: tuple[Entry, Statement]
) -> None:
    cited[1].grant.programme.retention_years = 30
    other = makers.entry(hub_work, title="Gewerbe")
    for entry in (cited[0], other):
        hub_work.record("entry.edited", entry, title=entry.title)
    hub_work.session.flush()
    events = hub_work.session.scalars(select(Event)).all()
    for event in events:
        event.done_at = hub_work.now
    log.seal(hub_work, events)
    far = later(hub_work, days=3700)
    retention.empty_log(far)
    hub_work.session.flush()
    assert {found.code for found in log.verify(hub_work).breaks} <= {"unsealed"}
    kept = {e.entry_id for e in hub_work.session.scalars(select(Event)) if e.data not in (log.ERASED, {})}
    assert cited[0].id in kept
    assert other.id not in kept


def test_the_citation_ends_a_year_after_the_retention(hub_work: Work, cited: tuple[Entry, Statement]) -> None:
    entry, statement = cited
    for event in hub_work.session.scalars(select(Event)):
        event.done_at = hub_work.now
    statement.grant.report_due = date(2027, 2, 28)
    hub_work.session.flush()
    assert entry.id in retention._cited(later(hub_work, days=365 * 6))
    assert entry.id not in retention._cited(later(hub_work, days=365 * 8))


@pytest.fixture
def hub(app: Flask) -> Iterator[Flask]:
    """Return a hub with something due: old searches, and accounts that nobody has used for long."""
    with writing(app) as work:
        long_ago = work.now - timedelta(days=340)
        for user in work.session.scalars(select(User).where(User.email.not_like("admin@%"))):
            user.created_at = long_ago
            work.session.add(RecentSearch(user_id=user.id, query="hund", searched_at=long_ago))
    with app.app_context():
        yield app
        db.session.remove()


def test_a_run_reports_what_it_did_and_the_next_finds_nothing(hub: Flask) -> None:
    assert command.keep_deadlines()
    session = db.session()
    run = session.scalars(select(RetentionRun)).one()
    assert run.counts == {"recent_searches": 7, "accounts_reminded": 7}
    assert (run.failure, run.finished_at is not None) == ("", True)
    assert session.scalars(select(Event.data).where(Event.kind == "retention.kept")).one() == {"counts": run.counts}
    letters = session.scalars(select(Mail.text)).all()
    assert len(letters) == 7
    assert all("einigen Wochen" in mail for mail in letters)
    session.rollback()
    assert not command.keep_deadlines()
    assert command.keep_all() == {}


def test_a_dry_run_changes_nothing(
    hub: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "create_app", lambda: hub)
    assert command.run(["--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "recent_searches                  7" in said
    assert "nichts gelöscht" in said
    session = db.session()
    assert session.scalar(select(func.count()).select_from(RecentSearch)) == 7
    assert session.scalars(select(RetentionRun)).all() == []


def test_unused_accounts_end_as_pseudonyms_by_the_worker_alone(hub: Flask) -> None:
    command.keep_all()
    with writing(hub) as work:
        for user in work.session.scalars(select(User).where(User.email.not_like("admin@%"))):
            user.created_at = work.now - timedelta(days=400)
        for life in work.session.scalars(select(Lifecycle)):
            life.reminded_at = work.now - timedelta(days=40)
    assert command.keep_all()["accounts_closed"] == 7
    with writing(hub) as work:
        for life in work.session.scalars(select(Lifecycle)):
            if life.closed_at is not None:
                life.closed_at = work.now - timedelta(days=400)
    assert command.keep_all()["closed_accounts"] == 7
    while following.follow_events():
        pass
    session = db.session()
    session.rollback()
    assert log.verify(Work(session, SYSTEM, datetime.now(UTC))).breaks == []
    names = session.scalars(select(User.name).where(User.active.is_(False))).all()
    assert all(name.startswith("Gelöschtes Konto") for name in names)
