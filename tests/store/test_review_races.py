"""Verdicts and releases at the same moment: real threads, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g
from sqlalchemy import func, select

from hub.actions import duties, entries, releasing, reviews
from hub.errors import Conflict, Forbidden
from hub.extensions import db
from hub.http import actor_of, transaction
from hub.policy import SYSTEM
from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.entries import Entry, Version
from hub.store.reviews import Duty, Review
from hub.work import Work
from hub.work import writing as held_by
from tests import makers, reviewing
from tests.clients import writing
from tests.reviewing import APPROVER, COORDINATOR, FULDA, METHOD, MODELLER, OWNER, WETZLAR, head
from tests.store.test_concurrency import together


@contextmanager
def deed(app: Flask, email: str) -> Iterator[tuple[Work, Entry, Version]]:
    """Do one deed on the entry as a person, the way a request does it."""
    with app.test_request_context():
        user_id = db.session.scalar(select(User.id).where(User.email == email))
        g.actor, g.sign_in = actor_of(db.session(), user_id), None
        with transaction() as work:
            entry = entries.find(work, "marburg", "hundesteuer-anmelden")
            yield work, entry, head(entry)


@pytest.fixture
def hub(both: Flask) -> Flask:
    """Return a hub with reviewers on each kind of database."""
    with writing(both) as work:
        reviewing.staff(work)
    return both


def prepare(app: Flask, stage: str, **given: str) -> None:
    """Bring an entry to the stage before the race."""
    with writing(app) as work:
        entry = reviewing.draft(work, **given)
        reviewing.submit(work, entry) if stage == "submitted" else getattr(reviewing, stage)(work, entry)


def verdicts_of(app: Flask, verdict: str) -> int:
    """Return how many rows of a kind there are."""
    with writing(app) as work:
        query = select(func.count()).select_from(Review).where(Review.verdict == verdict)
        return work.session.scalar(query) or 0


def states(app: Flask) -> list[str]:
    """Return the states of all versions, in order."""
    with writing(app) as work:
        return list(work.session.scalars(select(Version.state).order_by(Version.sequence)))


def test_of_two_approvals_at_once_a_city_gives_one(hub: Flask) -> None:
    prepare(hub, "passed")
    people = (OWNER, APPROVER)

    def approve(number: int) -> str:
        with deed(hub, people[number]) as (work, entry, version):
            reviews.approve(work, entry, version)
        return "approved"

    assert together(2, approve) == {"approved": 1, Forbidden.__name__: 1}
    assert verdicts_of(hub, "approved") == 1
    assert states(hub)[-1] == "released"


def test_two_cities_that_approve_a_reference_model_at_once_both_count(hub: Flask) -> None:
    prepare(hub, "passed", level="102")
    people = (FULDA, WETZLAR)

    def approve(number: int) -> str:
        with deed(hub, people[number]) as (work, entry, version):
            reviews.approve(work, entry, version)
        return "approved"

    assert together(2, approve) == {"approved": 2}
    assert states(hub)[-1] == "released"


def test_one_person_who_clicks_twice_in_two_windows_passes_once(hub: Flask) -> None:
    prepare(hub, "submitted")

    def push(_number: int) -> str:
        with deed(hub, METHOD) as (work, entry, version):
            reviews.pass_method(work, entry, version)
        return "passed"

    found = together(4, push)
    assert found.pop("passed") == 1
    assert set(found) <= {Conflict.__name__, Forbidden.__name__}
    assert verdicts_of(hub, "passed") == 1


def test_passing_and_sending_back_at_once_leaves_one_verdict(hub: Flask) -> None:
    prepare(hub, "submitted")

    def judge(number: int) -> str:
        with deed(hub, (METHOD, "methode2@ikz.example")[number]) as (work, entry, version):
            if number:
                reviews.send_back(work, entry, version, "Bitte ändern")
            else:
                reviews.pass_method(work, entry, version)
        return "judged"

    assert together(2, judge)["judged"] == 1
    assert verdicts_of(hub, "passed") + verdicts_of(hub, "sent_back") == 1


def test_published_and_revoked_at_once_is_one_of_both(hub: Flask) -> None:
    prepare(hub, "approved")

    def act(number: int) -> str:
        with deed(hub, (COORDINATOR, OWNER)[number]) as (work, entry, version):
            if number:
                reviews.revoke(work, entry, version, "Frist falsch")
            else:
                reviews.publish(work, entry, version)
        return "done"

    assert together(2, act)["done"] == 1
    assert states(hub)[-1] in ("published", "draft")
    assert verdicts_of(hub, "published") + verdicts_of(hub, "revoked") == 1


def test_two_who_publish_at_once_publish_once(hub: Flask) -> None:
    prepare(hub, "approved")

    def publish(number: int) -> str:
        with deed(hub, (COORDINATOR, OWNER)[number % 2]) as (work, entry, version):
            reviews.publish(work, entry, version)
        return "published"

    assert together(4, publish)["published"] == 1
    with writing(hub) as work:
        entry = entries.find(work, "marburg", "hundesteuer-anmelden")
        assert (head(entry).number, entry.published_id) == ("1.00", entry.head_id)
    assert states(hub).count("published") == 1


def test_a_change_while_it_is_published_never_publishes_what_nobody_approved(hub: Flask) -> None:
    prepare(hub, "approved")

    def act(number: int) -> str:
        with deed(hub, (COORDINATOR, MODELLER)[number]) as (work, entry, version):
            if number:
                content = makers.content(makers.bpmn("Ganz anders"))
                entries.publish(work, entry, content, "Anders", parent_id=version.id)
            else:
                reviews.publish(work, entry, version)
        return "done"

    found = together(2, act)
    with writing(hub) as work:
        entry = entries.find(work, "marburg", "hundesteuer-anmelden")
        published = releasing.published_version(work, entry)
        judged = work.session.scalars(select(Review.sha256).where(Review.verdict == "approved")).one()
        assert published is None or published.blob_sha256 == judged
        assert published is not None or found["done"] == 1


def test_a_new_legal_basis_while_it_is_approved_never_leaves_an_approval_of_the_old_one(hub: Flask) -> None:
    prepare(hub, "passed")

    def act(number: int) -> str:
        with deed(hub, (APPROVER, MODELLER)[number]) as (work, entry, version):
            if number:
                changed = makers.profile(**{**reviewing.COMPLETE, "legal_bases": "§ 9 HStS"})
                entries.edit(work, entry, changed, revision=entry.revision)
            else:
                reviews.approve(work, entry, version)
        return "done"

    found = together(2, act)
    assert found["done"] == 2 or found == {"done": 1, Conflict.__name__: 1}
    with writing(hub) as work:
        rows = list(work.session.scalars(select(Review).order_by(Review.id)))
        last = next((row for row in reversed(rows) if row.verdict in ("approved", "voided")), None)
        entry = entries.find(work, "marburg", "hundesteuer-anmelden")
        approved = last is not None and last.verdict == "approved"
        assert head(entry).state == ("released" if approved else "review_expert")
        assert last is None or not approved or last.profile == reviewing.profile_now(entry)


def test_workers_at_once_remind_once_and_one_that_died_half_way_is_made_up_for(hub: Flask) -> None:
    prepare(hub, "submitted")
    with writing(hub) as work:
        duty = work.session.scalars(select(Duty).where(Duty.closed_at.is_(None))).one()
        duty.due_on = work.now.date() - timedelta(days=1)

    def die() -> None:
        with hub.app_context(), held_by(db.session()) as session:
            duties.remind_next(Work(session, SYSTEM, datetime.now(UTC)))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        die()
    with writing(hub) as work:
        assert work.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "review.due")) == 0

    def remind(_number: int) -> str:
        with hub.app_context(), held_by(db.session()) as session:
            return str(duties.remind_next(Work(session, SYSTEM, datetime.now(UTC))))

    together(4, remind)
    with writing(hub) as work:
        assert work.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "review.due")) == 1
