"""From draft to release: who may, what blocks, what a change voids, and which number comes out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.actions import (
    blocking,
    cases,
    discussions,
    duties,
    entries,
    releasing,
    reviews,
)
from hub.errors import Forbidden, Invalid, NotFound
from hub.store.accounts import Role, User
from hub.store.entries import VersionState
from hub.store.reviews import ReviewRules
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import APPROVER, COORDINATOR, FULDA, METHOD, MODELLER, OWNER, WETZLAR, head


@pytest.fixture
def hub(hub_work: Work) -> Work:
    """Return work of the hub itself where everybody is there who reviews."""
    reviewing.staff(hub_work)
    return hub_work


def test_four_people_bring_a_draft_to_publication(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.published(hub, entry)
    assert (head(entry).number, head(entry).state) == ("1.00", "published")
    assert entry.published_id == entry.head_id
    assert reviewing.history(hub, entry) == [
        ("submitted", ""), ("passed", "method"), ("approved", "expert"), ("published", ""),
    ]  # fmt: skip


def test_each_step_tells_the_people_whose_turn_it_is(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    assert reviewing.tells(hub, "review.submitted") == {"Methodenprüfung IKZ", "Zweite Methodenprüfung"}
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert {"Freigabe Marburg zwei", "Modellierung Marburg"} <= reviewing.tells(hub, "review.passed")
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    assert reviewing.tells(hub, "review.approved") == {"Modellierung Marburg", "IKZ-Koordination"}


def test_whoever_wrote_or_submitted_gives_no_verdict(hub: Work) -> None:
    reviewing.give(hub, MODELLER, "marburg", Role.APPROVER)
    reviewing.give(hub, MODELLER, "ikz", Role.METHOD_REVIEWER)
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry, OWNER)
    assert reviewing.refused(hub, MODELLER, "pass_method", entry) == "own_work"
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert reviewing.refused(hub, MODELLER, "approve", entry) == "own_work"
    assert reviewing.refused(hub, OWNER, "approve", entry) == "own_work"
    assert reviewing.refused(hub, MODELLER, "send_back", entry, "Bitte ändern") == "own_work"


def test_whoever_last_changed_the_legal_basis_gives_no_verdict(hub: Work) -> None:
    entry = reviewing.draft(hub)
    changed = makers.profile(**{**reviewing.COMPLETE, "legal_bases": "§ 2 HStS"})
    entries.edit(makers.as_person(hub, OWNER), entry, changed, revision=1)
    reviewing.passed(hub, entry)
    assert reviewing.refused(hub, OWNER, "approve", entry) == "own_work"


def test_whoever_corrects_the_summary_may_still_approve(hub: Work) -> None:
    entry = reviewing.draft(hub)
    changed = makers.profile(**{**reviewing.COMPLETE, "summary": "Ein Satz."})
    entries.edit(makers.as_person(hub, OWNER), entry, changed, revision=1)
    reviewing.approved(hub, entry, OWNER)
    assert head(entry).state == VersionState.RELEASED


def test_method_and_substance_are_judged_by_two_people(hub: Work) -> None:
    reviewing.give(hub, METHOD, "marburg", Role.APPROVER)
    entry = reviewing.draft(hub)
    reviewing.passed(hub, entry)
    assert reviewing.refused(hub, METHOD, "approve", entry) == "own_method_review"


def test_roles_decide_who_may_do_what(hub: Work) -> None:
    entry = reviewing.draft(hub)
    for email in (FULDA, METHOD, "lesen@limburg.example", "foerderung@rp-giessen.example", ""):
        assert reviewing.refused(hub, email, "submit", entry) == "submit"
    reviewing.submit(hub, entry)
    for email in (MODELLER, OWNER, APPROVER, FULDA, "admin@ikz.example", ""):
        assert reviewing.refused(hub, email, "pass_method", entry) == "pass"
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    for email in ("modellierung@fulda.example", "admin@ikz.example", "admin@marburg.example", COORDINATOR, ""):
        assert reviewing.refused(hub, email, "approve", entry) == "approve"
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    for email in (MODELLER, APPROVER, METHOD, FULDA):
        assert reviewing.refused(hub, email, "publish", entry) == "publish"
    reviews.publish(makers.as_person(hub, OWNER), entry, head(entry))


def test_another_city_approves_a_local_model_only_where_its_own_has_nobody_free(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.passed(hub, entry)
    assert reviewing.refused(hub, FULDA, "approve", entry) == "own_city_first"
    for email in (OWNER, APPROVER):
        hub.session.scalars(select(User).where(User.email == email)).one().active = False
    hub.session.flush()
    reviews.approve(makers.as_person(hub, FULDA), entry, head(entry))
    assert head(entry).state == VersionState.RELEASED


def test_the_coordination_reviews_the_method_only_where_no_method_reviewer_is_free(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    assert reviewing.refused(hub, COORDINATOR, "pass_method", entry) == "method_reviewer_first"
    for email in (METHOD, "methode2@ikz.example"):
        hub.session.scalars(select(User).where(User.email == email)).one().active = False
    hub.session.flush()
    reviews.pass_method(makers.as_person(hub, COORDINATOR), entry, head(entry))
    assert head(entry).state == VersionState.REVIEW_EXPERT


def test_a_reference_model_needs_two_cities_one_of_them_another(hub: Work) -> None:
    entry = reviewing.draft(hub, level="102")
    reviewing.approved(hub, entry, APPROVER)
    assert head(entry).state == VersionState.REVIEW_EXPERT
    assert reviewing.refused(hub, OWNER, "approve", entry) == "city_approved"
    reviews.approve(makers.as_person(hub, FULDA), entry, head(entry))
    assert head(entry).state == VersionState.RELEASED
    assert reviewing.refused(hub, OWNER, "publish", entry) == "publish", (
        "a reference model is published by the coordination"
    )


def test_the_quorum_is_a_setting_and_counts_at_publication_too(hub: Work) -> None:
    entry = reviewing.draft(hub, level="102")
    reviewing.approved(hub, entry, APPROVER, FULDA)
    hub.session.add(ReviewRules(id=1, quorum=3))
    hub.session.flush()
    with pytest.raises(reviews.Blocked, match="blocked") as error:
        reviews.publish(makers.as_person(hub, COORDINATOR), entry, head(entry))
    assert [row.code for row in error.value.reasons] == ["approvals_missing"]
    reviews.approve(makers.as_person(hub, WETZLAR), entry, head(entry))
    reviews.publish(makers.as_person(hub, COORDINATOR), entry, head(entry))
    assert head(entry).number == "1.00"


def test_what_is_missing_is_one_list_for_page_and_move(hub: Work) -> None:
    entry = makers.entry(hub, title="Ohne alles")
    codes = {row.code for row in blocking.blockers(hub, entry, head(entry))}
    assert {"service_missing", "legal_basis_missing", "responsible_missing"} <= codes
    with pytest.raises(reviews.Blocked) as error:
        reviews.submit(makers.as_person(hub, MODELLER), entry, head(entry))
    assert {row.code for row in error.value.reasons} == codes - {"method_missing", "approvals_missing"}
    assert head(entry).state == VersionState.DRAFT


def test_a_model_with_errors_of_the_engine_is_not_submitted(hub: Work) -> None:
    entry = reviewing.draft(hub)
    broken = makers.bpmn(*reviewing.FOUND).replace(b'<endEvent id="end" name="Steuer festgesetzt"/>', b"")
    reviewing.change(hub, entry, data=broken)
    with pytest.raises(reviews.Blocked) as error:
        reviewing.submit(hub, entry)
    assert [row.code for row in error.value.reasons] == ["engine_errors"]
    assert error.value.reasons[0].details


def test_a_fork_says_why_it_deviates_before_it_is_submitted(hub: Work) -> None:
    origin = reviewing.draft(hub)
    owner = makers.organisation(hub, "fulda")
    modeller = makers.as_person(hub, "modellierung@fulda.example")
    fork = entries.fork(modeller, origin, head(origin), owner, title="Hundesteuer Fulda", reason="Satzung")
    fork.responsible, fork.fork_reason = "Steueramt Fulda", ""
    with pytest.raises(reviews.Blocked) as error:
        reviews.submit(modeller, fork, head(fork))
    assert [row.code for row in error.value.reasons] == ["fork_reason_missing"]
    reviews.explain_fork(modeller, fork, "Eigene Hundesteuersatzung", revision=fork.revision)
    reviews.submit(modeller, fork, head(fork))
    assert head(fork).state == VersionState.REVIEW_METHOD


def test_heavy_media_breaks_block_the_approval_only_of_what_claims_to_be_ozgplus(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.change(hub, entry, "Bescheid ausdrucken und per Post versenden")
    reviewing.passed(hub, entry)
    blocking.claim(makers.as_person(hub, OWNER), entry)
    with pytest.raises(reviews.Blocked) as error:
        reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    assert [row.code for row in error.value.reasons] == ["media_breaks"]
    blocking.drop_claim(makers.as_person(hub, OWNER), entry)
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))


def test_a_blocking_discussion_is_lifted_by_whoever_set_it_or_the_coordination(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.passed(hub, entry)
    expert = makers.as_person(hub, FULDA)
    remark = discussions.write(expert, entry, head(entry), "Stimmt die Frist?")
    blocking.block(expert, entry, remark.id)
    assert reviewing.refused(hub, APPROVER, "approve", entry) == "blocked"
    discussions.resolve(makers.as_person(hub, MODELLER), entry, remark)
    assert reviewing.refused(hub, APPROVER, "approve", entry) == "blocked", "the author cannot argue a block away"
    with pytest.raises(Forbidden):
        blocking.lift(makers.as_person(hub, OWNER), entry, remark.id)
    blocking.lift(expert, entry, remark.id)
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))


def test_a_discussion_settled_by_whoever_blocked_with_it_no_longer_blocks(hub: Work) -> None:
    entry = reviewing.draft(hub)
    expert = makers.as_person(hub, FULDA)
    remark = discussions.write(expert, entry, head(entry), "Stimmt die Frist?")
    blocking.block(expert, entry, remark.id)
    discussions.resolve(expert, entry, remark)
    assert blocking.blocking_threads(hub, entry) == []


def test_an_internal_discussion_cannot_block_what_others_approve(hub: Work) -> None:
    entry = reviewing.draft(hub)
    owner = makers.as_person(hub, OWNER)
    remark = discussions.write(owner, entry, head(entry), "Nur für uns", audience="city")
    with pytest.raises(Invalid, match="block_internal"):
        blocking.block(owner, entry, remark.id)
    with pytest.raises(NotFound):
        blocking.block(makers.as_person(hub, FULDA), entry, remark.id)


def test_sending_back_and_taking_back_want_a_reason(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    with pytest.raises(Invalid, match="review_reason_needed"):
        reviews.send_back(makers.as_person(hub, METHOD), entry, head(entry), "  ")
    reviews.send_back(makers.as_person(hub, METHOD), entry, head(entry), "Gateway ohne Frage")
    reviewing.approved(hub, entry)
    reviews.revoke(makers.as_person(hub, OWNER), entry, head(entry), "Frist ist falsch")
    assert head(entry).state == VersionState.DRAFT
    assert reviewing.refused(hub, COORDINATOR, "publish", entry) == "review_moved_on"


def test_what_waits_is_for_those_who_may_do_it_and_for_the_one_who_was_asked(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    kinds = {email: [row.kind for row in duties.waiting(makers.as_person(hub, email))] for email in (
        METHOD, "methode2@ikz.example", MODELLER, APPROVER, COORDINATOR)}  # fmt: skip
    assert kinds == {
        METHOD: ["review.method"], "methode2@ikz.example": ["review.method"],
        MODELLER: [], APPROVER: [], COORDINATOR: [],
    }  # fmt: skip
    boss = makers.as_person(hub, COORDINATOR)
    duties.assign(boss, entry, assignee_id=reviewing.person(hub, METHOD), due_on=releasing.today(hub))
    assert duties.waiting(makers.as_person(hub, "methode2@ikz.example")) == []
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert [row.kind for row in duties.waiting(makers.as_person(hub, APPROVER))] == ["review.expert"]
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    assert [row.kind for row in duties.waiting(boss)] == ["review.publish"]


def test_only_somebody_who_may_judge_can_be_asked_to(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    boss = makers.as_person(hub, COORDINATOR)
    for email in (MODELLER, APPROVER):
        with pytest.raises(Invalid, match="may_not_review"):
            duties.assign(boss, entry, assignee_id=reviewing.person(hub, email))
    with pytest.raises(Invalid, match="in_the_past"):
        duties.assign(boss, entry, due_on=releasing.today(hub) - timedelta(days=1))
    with pytest.raises(Forbidden):
        duties.assign(makers.as_person(hub, MODELLER), entry, due_on=releasing.today(hub))


def test_a_late_review_is_reminded_of_once_for_each_due_date(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    later = Work(hub.session, hub.actor, hub.now + timedelta(days=20))
    assert duties.remind_next(later)
    assert not duties.remind_next(later)
    assert reviewing.tells(hub, "review.due") == {"Methodenprüfung IKZ", "Zweite Methodenprüfung"}
    boss = makers.as_person(later, COORDINATOR)
    duties.assign(boss, entry, due_on=releasing.today(later) + timedelta(days=7))
    assert not duties.remind_next(later)
    assert duties.remind_next(Work(hub.session, hub.actor, later.now + timedelta(days=8)))


def test_reminding_by_hand_happens_once_a_day(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    boss = makers.as_person(hub, COORDINATOR)
    assert [duties.remind(boss, entry), duties.remind(boss, entry)] == [True, False]


def test_a_case_offers_only_moves_that_start_from_its_state(hub: Work) -> None:
    entry = reviewing.draft(hub)
    for deed, moves in (
        (reviewing.submit, {"submit"}),
        (None, {"withdraw", "pass", "send_back"}),
    ):
        offered = cases.turns(hub, cases.of(hub, entry))
        assert {str(move) for move in offered} == moves
        if deed is not None:
            deed(hub, entry)


def test_an_archived_entry_is_not_reviewed(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    entries.archive(makers.as_person(hub, OWNER), entry)
    assert reviewing.refused(hub, METHOD, "pass_method", entry) == "pass"


def test_what_its_reviewers_cannot_read_is_not_submitted_and_shows_in_no_list(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    entry.visibility = "city"
    hub.session.flush()
    for email in (FULDA, METHOD, COORDINATOR):
        assert duties.open_cases(makers.as_person(hub, email)) == []
        assert duties.waiting(makers.as_person(hub, email)) == []
    assert reviewing.refused(hub, METHOD, "pass_method", entry) == "pass"
    reviews.withdraw(makers.as_person(hub, MODELLER), entry, head(entry))
    with pytest.raises(reviews.Blocked) as error:
        reviewing.submit(hub, entry)
    assert [row.code for row in error.value.reasons] == ["hidden_from_reviewers"]


def test_nobody_is_reminded_of_what_was_archived(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    entries.archive(makers.as_person(hub, OWNER), entry)
    later = Work(hub.session, hub.actor, hub.now + timedelta(days=20))
    assert not duties.reminders_due(later)
    assert not duties.remind_next(later)
