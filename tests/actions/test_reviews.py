"""From draft to release: who may, what blocks, what a change voids, and which number comes out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub import policy
from hub.actions import (
    blocking,
    cases,
    deputies,
    discussions,
    duties,
    entries,
    releasing,
    reviews,
    schedule,
    verdicts,
    votes,
)
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.accounts import Role, User
from hub.store.activity import Event
from hub.store.entries import Blob, Entry, VersionState
from hub.store.reviews import Adoption, ReviewRules
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import APPROVER, COORDINATOR, FULDA, METHOD, MODELLER, OWNER, WETZLAR, head


@pytest.fixture
def hub(hub_work: Work) -> Work:
    """Return work of the hub itself where everybody is there who reviews."""
    reviewing.staff(hub_work)
    return hub_work


def tells(work: Work, kind: str) -> set[str]:
    """Return the names of whom the newest event of a kind tells."""
    event = work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).one()
    return set(work.session.scalars(select(User.name).where(User.id.in_(event.data["tell"]))))


def refused(work: Work, email: str, deed: str, entry: Entry, *rest: str) -> str:
    """Return why somebody may not do something to the newest version."""
    with pytest.raises((Forbidden, Conflict)) as error:
        getattr(reviews, deed)(makers.as_person(work, email), entry, head(entry), *rest)
    return str(error.value)


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
    assert tells(hub, "review.submitted") == {"Methodenprüfung IKZ", "Zweite Methodenprüfung"}
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert {"Freigabe Marburg zwei", "Modellierung Marburg"} <= tells(hub, "review.passed")
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    assert tells(hub, "review.approved") == {"Modellierung Marburg", "IKZ-Koordination"}


def test_whoever_wrote_or_submitted_gives_no_verdict(hub: Work) -> None:
    reviewing.give(hub, MODELLER, "marburg", Role.APPROVER)
    reviewing.give(hub, MODELLER, "ikz", Role.METHOD_REVIEWER)
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry, OWNER)
    assert refused(hub, MODELLER, "pass_method", entry) == "own_work"
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert refused(hub, MODELLER, "approve", entry) == "own_work"
    assert refused(hub, OWNER, "approve", entry) == "own_work"
    assert refused(hub, MODELLER, "send_back", entry, "Bitte ändern") == "own_work"


def test_whoever_last_changed_the_legal_basis_gives_no_verdict(hub: Work) -> None:
    entry = reviewing.draft(hub)
    changed = makers.profile(**{**reviewing.COMPLETE, "legal_bases": "§ 2 HStS"})
    entries.edit(makers.as_person(hub, OWNER), entry, changed, revision=1)
    reviewing.passed(hub, entry)
    assert refused(hub, OWNER, "approve", entry) == "own_work"


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
    assert refused(hub, METHOD, "approve", entry) == "own_method_review"


def test_roles_decide_who_may_do_what(hub: Work) -> None:
    entry = reviewing.draft(hub)
    for email in (FULDA, METHOD, "lesen@limburg.example", "foerderung@rp-giessen.example", ""):
        assert refused(hub, email, "submit", entry) == "submit"
    reviewing.submit(hub, entry)
    for email in (MODELLER, OWNER, APPROVER, FULDA, "admin@ikz.example", ""):
        assert refused(hub, email, "pass_method", entry) == "pass"
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    for email in ("modellierung@fulda.example", "admin@ikz.example", "admin@marburg.example", COORDINATOR, ""):
        assert refused(hub, email, "approve", entry) == "approve"
    reviews.approve(makers.as_person(hub, APPROVER), entry, head(entry))
    for email in (MODELLER, APPROVER, METHOD, FULDA):
        assert refused(hub, email, "publish", entry) == "publish"
    reviews.publish(makers.as_person(hub, OWNER), entry, head(entry))


def test_another_city_approves_a_local_model_only_where_its_own_has_nobody_free(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.passed(hub, entry)
    assert refused(hub, FULDA, "approve", entry) == "own_city_first"
    for email in (OWNER, APPROVER):
        hub.session.scalars(select(User).where(User.email == email)).one().active = False
    hub.session.flush()
    reviews.approve(makers.as_person(hub, FULDA), entry, head(entry))
    assert head(entry).state == VersionState.RELEASED


def test_the_coordination_reviews_the_method_only_where_no_method_reviewer_is_free(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    assert refused(hub, COORDINATOR, "pass_method", entry) == "method_reviewer_first"
    for email in (METHOD, "methode2@ikz.example"):
        hub.session.scalars(select(User).where(User.email == email)).one().active = False
    hub.session.flush()
    reviews.pass_method(makers.as_person(hub, COORDINATOR), entry, head(entry))
    assert head(entry).state == VersionState.REVIEW_EXPERT


def test_a_reference_model_needs_two_cities_one_of_them_another(hub: Work) -> None:
    entry = reviewing.draft(hub, level="102")
    reviewing.approved(hub, entry, APPROVER)
    assert head(entry).state == VersionState.REVIEW_EXPERT
    assert refused(hub, OWNER, "approve", entry) == "city_approved"
    reviews.approve(makers.as_person(hub, FULDA), entry, head(entry))
    assert head(entry).state == VersionState.RELEASED
    assert refused(hub, OWNER, "publish", entry) == "publish", "a reference model is published by the coordination"


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
    assert refused(hub, APPROVER, "approve", entry) == "blocked"
    discussions.resolve(makers.as_person(hub, MODELLER), entry, remark)
    assert refused(hub, APPROVER, "approve", entry) == "blocked", "the author cannot argue a block away"
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


def test_a_cosmetic_change_keeps_all_verdicts_and_says_so(hub: Work) -> None:
    entry = reviewing.draft(hub)
    old = reviewing.approved(hub, entry)
    moved = hub.session.scalars(select(Blob.content).where(Blob.sha256 == old.blob_sha256)).one()
    new = reviewing.change(hub, entry, data=moved.replace(b'x="40"', b'x="44"'))
    assert (old.state, new.state) == (VersionState.DRAFT, VersionState.RELEASED)
    assert reviewing.history(hub, entry)[-2:] == [("carried", "method"), ("carried", "expert")]
    reviews.publish(makers.as_person(hub, COORDINATOR), entry, new)


def test_a_cosmetic_change_by_the_approver_costs_exactly_that_approval(hub: Work) -> None:
    reviewing.give(hub, APPROVER, "marburg", Role.MODELLER)
    entry = reviewing.draft(hub)
    old = reviewing.approved(hub, entry)
    data = hub.session.scalars(select(Blob.content).where(Blob.sha256 == old.blob_sha256)).one()
    new = reviewing.change(hub, entry, data=data.replace(b'x="40"', b'x="44"'), email=APPROVER)
    assert new.state == VersionState.REVIEW_EXPERT
    assert refused(hub, APPROVER, "approve", entry) == "own_work"
    assert refused(hub, METHOD, "approve", entry) == "approve"
    reviews.approve(makers.as_person(hub, OWNER), entry, new)


def test_a_changed_step_voids_both_verdicts_and_the_review_begins_anew(hub: Work) -> None:
    entry = reviewing.draft(hub)
    old = reviewing.approved(hub, entry)
    new = reviewing.change(hub, entry, "Steuer neu berechnen")
    assert (old.state, new.state) == (VersionState.DRAFT, VersionState.REVIEW_METHOD)
    rows = verdicts.rows(hub, [entry.id])[entry.id]
    assert [(row.verdict, row.stage) for row in rows[-2:]] == [("voided", "method"), ("voided", "expert")]
    assert "Steuer neu berechnen" in rows[-1].reason
    assert {"Methodenprüfung IKZ", "Modellierung Marburg"} >= tells(hub, "review.voided") - {"Freigabe Marburg zwei"}


def test_a_changed_description_voids_only_the_approval_in_substance(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.approved(hub, entry)
    new = reviewing.change(hub, entry, "Steuer berechnen", note="Frist: zwei Wochen")
    assert new.state == VersionState.REVIEW_EXPERT
    assert reviewing.history(hub, entry)[-2:] == [("carried", "method"), ("voided", "expert")]


@pytest.mark.parametrize(
    ("field", "value", "state"),
    [
        ("legal_bases", "§ 2 HStS", VersionState.REVIEW_EXPERT),
        ("title", "Hundesteuer ummelden", VersionState.REVIEW_METHOD),
        ("level", "102", VersionState.REVIEW_METHOD),
        ("summary", "Ein Satz", VersionState.RELEASED),
    ],
)
def test_a_change_of_the_profile_voids_what_it_concerns(hub: Work, field: str, value: str, state: VersionState) -> None:
    entry = reviewing.draft(hub)
    reviewing.approved(hub, entry)
    changed = makers.profile(**{**reviewing.COMPLETE, field: value})
    entries.edit(makers.as_person(hub, MODELLER), entry, changed, revision=entry.revision)
    assert head(entry).state == state


def test_what_was_sent_back_for_substance_need_not_be_reviewed_for_method_again(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.passed(hub, entry)
    reviews.send_back(makers.as_person(hub, APPROVER), entry, head(entry), "Bitte die Satzung nennen.")
    assert head(entry).state == VersionState.DRAFT
    assert [row.kind for row in duties.waiting(makers.as_person(hub, MODELLER))] == ["review.returned"]
    reviewing.submit(hub, entry)
    assert head(entry).state == VersionState.REVIEW_EXPERT


def test_sending_back_and_taking_back_want_a_reason(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    with pytest.raises(Invalid, match="review_reason_needed"):
        reviews.send_back(makers.as_person(hub, METHOD), entry, head(entry), "  ")
    reviews.send_back(makers.as_person(hub, METHOD), entry, head(entry), "Gateway ohne Frage")
    reviewing.approved(hub, entry)
    reviews.revoke(makers.as_person(hub, OWNER), entry, head(entry), "Frist ist falsch")
    assert head(entry).state == VersionState.DRAFT
    assert refused(hub, COORDINATOR, "publish", entry) == "review_moved_on"


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
    assert "Prozessverantwortung Marburg" in tells(hub, "validity.due")
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
    assert refused(hub, "admin@marburg.example", "approve", entry) == "own_work"


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
    assert tells(hub, "review.due") == {"Methodenprüfung IKZ", "Zweite Methodenprüfung"}
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
    assert refused(hub, METHOD, "pass_method", entry) == "pass"


def test_what_its_reviewers_cannot_read_is_not_submitted_and_shows_in_no_list(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    entry.visibility = "city"
    hub.session.flush()
    for email in (FULDA, METHOD, COORDINATOR):
        assert duties.open_cases(makers.as_person(hub, email)) == []
        assert duties.waiting(makers.as_person(hub, email)) == []
    assert refused(hub, METHOD, "pass_method", entry) == "pass"
    reviews.withdraw(makers.as_person(hub, MODELLER), entry, head(entry))
    with pytest.raises(reviews.Blocked) as error:
        reviewing.submit(hub, entry)
    assert [row.code for row in error.value.reasons] == ["hidden_from_reviewers"]


def test_what_was_published_keeps_its_verdicts_whatever_comes_after_it(hub: Work) -> None:
    entry = reviewing.draft(hub)
    version = reviewing.published(hub, entry)
    before = reviewing.history(hub, entry)
    reviewing.change(hub, entry, "Mahnen")
    assert reviewing.history(hub, entry) == before
    assert verdicts.missing_approvals(entry, cases.of(hub, entry, version).standing, verdicts.rules(hub)) == 0


def test_a_cosmetic_change_of_a_release_takes_its_verdicts_along(hub: Work) -> None:
    entry = reviewing.draft(hub)
    old = reviewing.published(hub, entry)
    data = hub.session.scalars(select(Blob.content).where(Blob.sha256 == old.blob_sha256)).one()
    new = reviewing.change(hub, entry, data=data.replace(b'x="40"', b'x="44"'))
    assert (old.state, new.state) == (VersionState.PUBLISHED, VersionState.DRAFT)
    reviewing.submit(hub, entry)
    assert new.state == VersionState.RELEASED


def test_whoever_was_represented_when_it_was_submitted_gives_no_verdict(hub: Work) -> None:
    reviewing.give(hub, "admin@marburg.example", "marburg", Role.READER)
    entry = reviewing.draft(hub)
    today, marburg = releasing.today(hub), makers.organisation(hub, "marburg")
    deputy, absent = reviewing.person(hub, "admin@marburg.example"), reviewing.person(hub, OWNER)
    owner = makers.as_person(hub, OWNER)
    deputies.appoint(owner, marburg, user_id=absent, deputy_id=deputy, starts_on=today, ends_on=today)
    reviewing.submit(hub, entry, "admin@marburg.example")
    reviews.pass_method(makers.as_person(hub, METHOD), entry, head(entry))
    assert refused(hub, OWNER, "approve", entry) == "own_work"


def test_nobody_is_reminded_of_what_was_archived(hub: Work) -> None:
    entry = reviewing.draft(hub)
    reviewing.submit(hub, entry)
    entries.archive(makers.as_person(hub, OWNER), entry)
    later = Work(hub.session, hub.actor, hub.now + timedelta(days=20))
    assert not duties.reminders_due(later)
    assert not duties.remind_next(later)
