"""A witness tells whether the database would answer as it did."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.organisations import Organisation
from hub.store.outages import Outage, outage
from hub.store.witness import Witness, asked
from hub.work import Work

NAMES = select(Organisation.name).order_by(Organisation.id)


@pytest.fixture
def work(both: Flask) -> Iterator[Work]:
    """Return work in a transaction of each kind of database, rolled back after the test."""
    with both.app_context():
        session = db.session()
        session.connection(execution_options={"write": True})
        yield Work(session, SYSTEM, datetime.now(UTC))
        session.rollback()
        session.close()


def _told(work: Work) -> Witness:
    with asked() as questions:
        work.session.execute(NAMES.where(Organisation.slug.in_(["marburg", "fulda"]))).all()
        work.session.execute(select(Organisation.created_at).order_by(Organisation.id)).all()
    found = questions.witness(work.session, None)
    assert found is not None
    return found


def test_equal_answers_are_recognised(work: Work) -> None:
    assert _told(work).holds(work.session, None)


def test_another_answer_is_noticed(work: Work) -> None:
    told = _told(work)
    work.session.execute(update(Organisation).where(Organisation.slug == "fulda").values(name="Fulda am Fluss"))
    assert not told.holds(work.session, None)


def test_what_was_not_asked_about_does_not_matter(work: Work) -> None:
    told = _told(work)
    work.session.execute(update(Organisation).where(Organisation.slug == "wetzlar").values(name="Wetzlar an der Lahn"))
    assert told.holds(work.session, None)


def test_nobody_bears_witness_to_what_was_written(work: Work) -> None:
    with asked() as questions:
        work.session.execute(NAMES).all()
        work.session.execute(update(Organisation).where(Organisation.slug == "fulda").values(name="Fulda am Fluss"))
    assert questions.witness(work.session, None) is None


@pytest.mark.parametrize("filled_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_connection_that_breaks_while_asking_again_is_told_as_an_outage(both: Flask) -> None:
    """The bare cursor fails with the driver's own error, which is no less an outage."""
    with both.app_context():
        told = Witness([("SELECT pg_terminate_backend(pg_backend_pid())", None, b"")], None)
        with pytest.raises(Exception, match="terminating connection") as error:
            told.holds(db.session(), None)
        assert outage(error.value) == Outage.AWAY
        with pytest.raises(SQLAlchemyError, match="lost"):
            db.session.rollback()
        assert db.session.scalar(NAMES.limit(1)) is not None, "the next one gets a new connection"
        db.session.close()
