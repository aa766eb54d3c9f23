"""Findings, decisions, figures, rules and maturity on SQLite and on PostgreSQL."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from hub.actions import findings, maturity, media, media_designs, media_rules
from hub.actions.findings import Choice
from hub.bpmn import Additions
from hub.cli.media import find_media_breaks
from hub.errors import Conflict
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import EntryKind
from hub.store.findings import MediaDecision, MediaNumbers, MediaRuleSet
from hub.store.maturity import MaturityLevel, Scale
from hub.work import Work
from tests import makers
from tests.clients import writing


def test_a_finding_is_found_decided_counted_and_confirmed(both: Flask) -> None:
    with writing(both) as work:
        entry = makers.entry(work, makers.bpmn("Bescheid ausdrucken"), nature="soll")
        assert entry.head is not None
        entry_id, version_id = entry.id, entry.head.id
        assert media.refresh(work, entry.head).open_high == 1
        (one,) = findings.open_heavy(work, entry, entry.head)
        choice = Choice(one.found.element_key, one.found.rule, one.seen)
        findings.decide(work, entry, entry.head, [choice], "no-break", reason="Nur ein Muster")
        findings.confirm(work, entry, entry.head)
    with both.app_context():
        row = db.session.get_one(MediaNumbers, version_id)
        assert (row.status, row.open_high, row.settled) == ("free", 0, 1)
        assert row.quota is None
        person = makers.as_person(Work(db.session(), SYSTEM, datetime.now(UTC)), "freigabe@marburg.example")
        assert findings.waiting(person) == []
        assert db.session.query(MediaDecision).filter_by(entry_id=entry_id).count() == 1
        db.session.remove()


def test_a_justified_decision_without_a_legal_basis_never_gets_in(both: Flask) -> None:
    with both.app_context():
        session = db.session()
        session.connection(execution_options={"write": True})
        work = Work(session, SYSTEM, datetime.now(UTC))
        entry = makers.entry(work)
        assert entry.head is not None
        session.add(
            MediaDecision(
                entry_id=entry.id,
                version_id=entry.head.id,
                element_key="k",
                rule="MB-03",
                text="x",
                text_digest="0" * 64,
                decision="justified",
                reason="weil",
                decided_at=work.now,
            )
        )
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        db.session.remove()


def test_the_worker_finds_everything_and_then_asks_nothing_until_somebody_writes(both: Flask) -> None:
    with writing(both) as work:
        process = makers.entry(work, makers.bpmn("Bescheid ausdrucken"), service="Hundesteuer")
        assert process.head is not None
        text = f"# Design\n\nSOLL-Prozess: marburg/{process.slug}/0.01\n\n## Zielbild\n\nOhne Papier.\n"
        named = makers.entry(work, text.encode(), kind=EntryKind.DESIGN)
        makers.entry(work, kind=EntryKind.DESIGN, title="Ohne Prozess")
        process_id, design_id = process.head.id, named.head_id
    with both.app_context():
        rounds = 0
        while find_media_breaks():
            rounds += 1
            assert rounds < 20
        db.session.remove()
        assert db.session.get_one(MediaNumbers, process_id).open_high == 1
        assert db.session.get_one(MediaNumbers, design_id).of_version_id == process_id
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        assert media.behind(work, limit=5) == []
        assert media_designs.behind(work, limit=5, without=()) != [design_id]
        db.session.remove()


def test_rules_are_numbered_once_each(both: Flask) -> None:
    with writing(both) as work:
        media_rules.change(work, Additions(("postmappe*",)), number=0, message="Ordner")
        with pytest.raises(Conflict):
            media_rules.change(work, Additions(("laufmappe*",)), number=0, message="Anderer")
        work.session.add(MediaRuleSet(number=1, text="", message="", created_at=work.now))
        with pytest.raises(IntegrityError):
            work.session.flush()
        work.session.rollback()


def test_levels_are_kept_for_joins_and_checked_by_the_database(both: Flask) -> None:
    with writing(both) as work:
        entry = makers.entry(work, kind=EntryKind.DESIGN)
        assert entry.head is not None
        maturity.rate(work, entry, entry.head, Scale.NEW, number=0, actual=7, target=7)
        entry_id = entry.id
    with both.app_context():
        assert db.session.get_one(MaturityLevel, (entry_id, "2.0")).actual == 7
        db.session.remove()
