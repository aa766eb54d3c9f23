"""Pseudonyms, deadlines and the log's pages on both databases."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from hub.actions import directory, lifecycle, log, log_pages, members, own_data, retention
from hub.cli import following
from hub.extensions import db
from hub.http import actor_of
from hub.policy import SYSTEM
from hub.store.accounts import User
from hub.store.activity import Event
from hub.work import Work, writing
from tests import makers

NAME = "Fachstelle Örtlichkeit_Süd"


def test_an_account_with_an_umlaut_is_forgotten_and_everything_around_it_still_answers(both: Flask) -> None:
    with both.app_context():
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, datetime.now(UTC))
            person = session.scalars(select(User).where(User.email == "modellierung@marburg.example")).one()
            person.name = NAME
            makers.entry(work, title="Hundesteuer", contact=NAME)
            work.record("account.imported", who=NAME)
            work.record("account.imported", who=NAME.replace("_", "x"))
        while following.follow_events():
            pass
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, datetime.now(UTC))
            person = session.scalars(select(User).where(User.name == NAME)).one()
            me = Work(session, actor_of(session, person.id), work.now)
            assert NAME.encode() in own_data.document(me, own_data.collect(me))
            found = {held.table: count for held, count in lifecycle.remains(work, person)}
            assert (found["entries"], found["events"]) == (1, 1)
            members.close(work, person)
            assert lifecycle.pseudonymise(work, person).pseudonym == 1
        while following.follow_events():
            pass
        session = db.session()
        session.rollback()
        far = Work(session, SYSTEM, datetime.now(UTC) + timedelta(days=4000))
        assert log.verify(far).breaks == []
        assert [row.person.name for row in directory.listing(far, directory.Wanted(stage="pseudonymised")).lines] == [
            "Gelöschtes Konto 1"
        ]
        rows, more = log_pages.listing(far, log_pages.Wanted(kind="account."))
        assert (len(rows) >= 3, more) == (True, None)
        assert sum(row.erased for row in rows) == 1
        assert retention.amounts(far)["log"] > 0
        assert lifecycle.unused(far) != []
        session.rollback()
        with writing(db.session()) as session:
            later = Work(session, SYSTEM, far.now)
            assert [retention.keep(later, rule) >= 0 for rule in retention.RULES] == [True] * len(retention.RULES)
            assert retention.empty_log(later) > 0
        session = db.session()
        session.rollback()
        assert session.scalars(select(Event.id).where(Event.kind == "log.erased")).all() != []
        db.session.remove()
