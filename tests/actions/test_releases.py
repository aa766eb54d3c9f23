"""What comes out of a review: numbers, dates until when it is valid, its end, and the votes of the cities."""

from datetime import timedelta

import pytest

from hub import policy
from hub.actions import (
    duties,
    entries,
    releasing,
    reviews,
    schedule,
    votes,
)
from hub.errors import Conflict, Forbidden, Invalid
from hub.store.entries import VersionState
from hub.store.reviews import Adoption
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import APPROVER, COORDINATOR, FULDA, MODELLER, OWNER, head


@pytest.fixture
def hub(hub_work: Work) -> Work:
    """Return work of the hub itself where everybody is there who reviews."""
    reviewing.staff(hub_work)
    return hub_work


def test_a_withdrawn_version_is_a_draft_and_can_be_submitted_again(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    reviews.withdraw(makers.as_person(hub, MODELLER), entry, head(entry))
    assert head(entry).state == VersionState.DRAFT
    reviewing.submit(hub, entry)
    assert head(entry).state == VersionState.REVIEW_METHOD


def test_numbers_go_from_drafts_to_whole_ones_and_old_numbers_keep_leading_there(hub: Work) -> None:
    entry = reviewing.draft(hub)
    first = reviewing.published(hub, entry)
    assert first.number == "1.00"
    assert entries.version(hub, entry, "0.02") is first
    reviewing.change(hub, entry, "Mahnen")
    assert head(entry).number == "1.01"
    second = reviewing.published(hub, entry)
    assert (second.number, first.state) == ("2.00", VersionState.SUPERSEDED)
    reviewing.change(hub, entry, "Erinnern")
    third = reviewing.approved(hub, entry)
    reviews.publish(makers.as_person(hub, COORDINATOR), entry, third, editorial=True)
    assert (third.number, second.state) == ("2.01", VersionState.SUPERSEDED)
    assert releasing.former_numbers(hub, entry) == {first.id: "0.02", second.id: "1.01"}


def test_a_release_is_valid_for_a_year_and_due_a_month_before(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    release = releasing.release_of(hub, version.id)
    assert release is not None
    day = releasing.today(hub)
    assert release.valid_from == day
    assert release.valid_until == schedule.months_after(day, 12)
    assert release.review_on == schedule.months_after(release.valid_until, -1)


def test_confirming_moves_the_dates_and_leaves_a_row(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    until = schedule.months_after(releasing.today(hub), 24)
    owner = makers.as_person(hub, OWNER)
    with pytest.raises(Invalid, match="review_after_end"):
        reviews.confirm(owner, entry, version, valid_until=until, review_on=until + timedelta(days=1))
    reviews.confirm(owner, entry, version, valid_until=until, review_on=until, note="Weiter gültig")
    assert reviewing.history(hub, entry)[-1] == ("confirmed", "")
    assert not releasing.is_due(releasing.release_of(hub, version.id), releasing.today(hub))  # type: ignore[arg-type]


def test_the_owner_is_told_when_a_release_is_due_and_reminded_once(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    later = Work(hub.session, hub.actor, hub.now + timedelta(days=350))
    assert duties.remind_next(later)
    assert "Prozessverantwortung Marburg" in reviewing.tells(hub, "validity.due")
    assert not duties.remind_next(later)
    kinds = [row.kind for row in duties.waiting(makers.as_person(later, OWNER))]
    assert kinds == ["validity.due"]
    assert version.state == VersionState.PUBLISHED


def test_ending_a_publication_can_be_undone(hub: Work) -> None:
    entry = reviewing.draft(hub, visibility="public")
    version = reviewing.published(hub, entry)
    boss = makers.as_person(hub, COORDINATOR)
    reviews.supersede(boss, entry, version, "Die Satzung gilt nicht mehr")
    assert not policy.read(policy.GUEST, entry)
    reviews.reinstate(boss, entry, version)
    assert entry.published_id == version.id
    assert (version.number, str(version.state)) == ("1.00", "published")
    reviews.supersede(boss, entry, version, "Nun wirklich")
    reviews.archive(boss, entry, version, "Nicht mehr gebraucht")
    assert not version.public


def test_cities_vote_and_a_model_that_two_use_becomes_a_reference_model(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    fulda, marburg = makers.organisation(hub, "fulda"), makers.organisation(hub, "marburg")
    owner, other = makers.as_person(hub, OWNER), makers.as_person(hub, FULDA)
    with pytest.raises(Conflict, match="not_in_use"):
        votes.propose(owner, entry, marburg, "Zwei Städte nutzen das Modell")
    with pytest.raises(Invalid, match="vote_reason_needed"):
        votes.cast(other, entry, version, fulda, Adoption.ADAPTED)
    votes.cast(other, entry, version, fulda, Adoption.ADAPTED, "Andere Gebühr")
    votes.cast(other, entry, version, fulda, Adoption.AS_IS)
    assert votes.current(hub, version)[fulda.id].adoption == Adoption.AS_IS
    votes.propose(owner, entry, marburg, "Zwei Städte nutzen das Modell")
    with pytest.raises(Forbidden):
        votes.answer(makers.as_person(hub, APPROVER), entry, marburg, accept=True)
    assert [row.kind for row in duties.waiting(other)] == ["reference.proposed"]
    votes.answer(other, entry, fulda, accept=True)
    assert entry.level == "102"
    assert version.state == VersionState.PUBLISHED


def test_a_city_votes_for_itself_only_and_never_on_its_own_model(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    for email, city in ((FULDA, "wetzlar"), (OWNER, "marburg"), (MODELLER, "marburg"), (COORDINATOR, "fulda")):
        with pytest.raises(Forbidden):
            votes.cast(makers.as_person(hub, email), entry, version, makers.organisation(hub, city), Adoption.AS_IS)
