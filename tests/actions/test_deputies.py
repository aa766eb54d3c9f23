"""Who reviews in somebody else’s place, and what stays forbidden then."""

from datetime import timedelta

import pytest

from hub.actions import (
    deputies,
    releasing,
    reviews,
    verdicts,
)
from hub.errors import Forbidden, Invalid
from hub.store.accounts import Role
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import APPROVER, FULDA, METHOD, MODELLER, OWNER, head


@pytest.fixture
def hub(hub_work: Work) -> Work:
    """Return work of the hub itself where everybody is there who reviews."""
    reviewing.staff(hub_work)
    return hub_work


def test_a_deputy_acts_in_anothers_place_and_the_history_says_so(hub: Work) -> None:
    reviewing.give(hub, MODELLER, "marburg", Role.READER)
    entry = reviewing.draft(hub, email=OWNER)
    owner, marburg = makers.as_person(hub, APPROVER), makers.organisation(hub, "marburg")
    reviewing.submit(hub, entry, OWNER)
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    today = releasing.today(hub)
    me, absent = reviewing.person(hub, MODELLER), reviewing.person(hub, APPROVER)
    deputies.appoint(owner, marburg, user_id=absent, deputy_id=me, starts_on=today, ends_on=today)
    reviews.approve(makers.as_person(hub, MODELLER), entry, head(entry))
    row = verdicts.rows(hub, [entry.id])[entry.id][-1]
    assert (row.user_id, row.deputy_for_id) == (me, absent)


def test_a_deputy_of_the_author_does_not_judge_in_the_authors_place(hub: Work) -> None:
    reviewing.give(hub, "admin@marburg.example", "marburg", Role.READER)
    entry = reviewing.draft(hub, email=OWNER)
    reviewing.submit(hub, entry, OWNER)
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    today, marburg = releasing.today(hub), makers.organisation(hub, "marburg")
    deputy = reviewing.person(hub, "admin@marburg.example")
    owner = makers.as_person(hub, OWNER)
    deputies.appoint(
        owner, marburg, user_id=reviewing.person(hub, OWNER), deputy_id=deputy, starts_on=today, ends_on=today
    )
    assert reviewing.refused(hub, "admin@marburg.example", "approve", entry) == "own_work"


def test_a_deputyship_counts_on_its_days_only_and_can_be_ended(hub: Work) -> None:
    marburg, today = makers.organisation(hub, "marburg"), releasing.today(hub)
    approver = makers.as_person(hub, APPROVER)
    who = {"user_id": reviewing.person(hub, APPROVER), "deputy_id": reviewing.person(hub, MODELLER)}
    tomorrow = today + timedelta(days=1)
    row = deputies.appoint(approver, marburg, **who, starts_on=tomorrow, ends_on=tomorrow)
    modeller = makers.as_person(hub, MODELLER)
    assert len(deputies.voices(modeller)) == 1
    later = Work(hub.session, modeller.actor, hub.now + timedelta(days=1))
    assert len(deputies.voices(later)) == 2
    deputies.end(approver, marburg, row.id)
    assert len(deputies.voices(later)) == 1


def test_deputies_are_members_and_appointed_by_oneself_or_the_administration(hub: Work) -> None:
    marburg, today = makers.organisation(hub, "marburg"), releasing.today(hub)
    me, other = reviewing.person(hub, APPROVER), reviewing.person(hub, FULDA)
    days = {"starts_on": today, "ends_on": today}
    with pytest.raises(Invalid, match="not_a_member"):
        deputies.appoint(makers.as_person(hub, APPROVER), marburg, user_id=me, deputy_id=other, **days)
    with pytest.raises(Forbidden):
        deputies.appoint(makers.as_person(hub, MODELLER), marburg, user_id=me, deputy_id=other, **days)
    boss = makers.as_person(hub, "admin@marburg.example")
    deputies.appoint(boss, marburg, user_id=me, deputy_id=reviewing.person(hub, MODELLER), **days)


def test_whoever_was_represented_when_it_was_submitted_gives_no_verdict(hub: Work) -> None:
    reviewing.give(hub, "admin@marburg.example", "marburg", Role.READER)
    entry = reviewing.draft(hub)
    today, marburg = releasing.today(hub), makers.organisation(hub, "marburg")
    deputy, absent = reviewing.person(hub, "admin@marburg.example"), reviewing.person(hub, OWNER)
    owner = makers.as_person(hub, OWNER)
    deputies.appoint(owner, marburg, user_id=absent, deputy_id=deputy, starts_on=today, ends_on=today)
    reviewing.submit(hub, entry, "admin@marburg.example")
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert reviewing.refused(hub, OWNER, "approve", entry) == "own_work"
