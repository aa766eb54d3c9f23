"""What a change does to the verdicts that were given on a draft or a release."""

import pytest
from sqlalchemy import select

from hub.actions import (
    cases,
    duties,
    entries,
    reviews,
    verdicts,
)
from hub.store.accounts import Role
from hub.store.entries import Blob, VersionState
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import APPROVER, COORDINATOR, METHOD, MODELLER, OWNER, head


@pytest.fixture
def hub(hub_work: Work) -> Work:
    """Return work of the hub itself where everybody is there who reviews."""
    reviewing.staff(hub_work)
    return hub_work


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
    assert reviewing.refused(hub, APPROVER, "approve", entry) == "own_work"
    assert reviewing.refused(hub, METHOD, "approve", entry) == "approve"
    reviews.approve(makers.as_person(hub, OWNER), entry, new)


def test_a_changed_step_voids_both_verdicts_and_the_review_begins_anew(hub: Work) -> None:
    entry = reviewing.draft(hub)
    old = reviewing.approved(hub, entry)
    new = reviewing.change(hub, entry, "Steuer neu berechnen")
    assert (old.state, new.state) == (VersionState.DRAFT, VersionState.REVIEW_METHOD)
    rows = verdicts.rows(hub, [entry.id])[entry.id]
    assert [(row.verdict, row.stage) for row in rows[-2:]] == [("voided", "method"), ("voided", "expert")]
    assert "Steuer neu berechnen" in rows[-1].reason
    assert {"Methodenprüfung IKZ", "Modellierung Marburg"} >= reviewing.tells(hub, "review.voided") - {
        "Freigabe Marburg zwei"
    }


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
