"""Taking a planned service, and reminders of validity, at the same moment: real threads, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.actions import board, duties, releasing
from hub.errors import Conflict
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.activity import Event
from hub.store.coordination import Plan
from hub.store.reviews import Release
from hub.work import Work
from hub.work import writing as held_by
from tests import makers, reviewing
from tests.clients import writing
from tests.reviewing import COORDINATOR, FULDA, WETZLAR
from tests.store.test_concurrency import together


@pytest.fixture
def hub(both: Flask) -> Flask:
    """Return a hub with the people who plan on each kind of database."""
    with writing(both) as work:
        reviewing.staff(work)
    return both


def test_of_two_cities_that_take_the_same_service_one_gets_it(hub: Flask) -> None:
    with writing(hub) as work:
        plan = board.add(makers.as_person(work, COORDINATOR), "Fundsache Anzeige").id

    def take(number: int) -> str:
        city, email = (("fulda", FULDA), ("wetzlar", WETZLAR))[number]
        with writing(hub) as work:
            board.assign(makers.as_person(work, email), plan, revision=1, city=city)
        return "taken"

    assert together(2, take) == {"taken": 1, Conflict.__name__: 1}
    with writing(hub) as work:
        assert work.session.get_one(Plan, plan).revision == 2


def test_a_release_that_is_due_is_reminded_of_once_by_however_many_workers(hub: Flask) -> None:
    with writing(hub) as work:
        version = reviewing.published(work, reviewing.draft(work))
        release = work.session.get_one(Release, version.id)
        release.review_on = releasing.today(work) - timedelta(days=1)

    def remind(_number: int) -> str:
        with hub.app_context(), held_by(db.session()) as session:
            return str(duties.remind_next(Work(session, SYSTEM, datetime.now(UTC))))

    together(3, remind)
    with writing(hub) as work:
        assert work.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "validity.due")) == 1
