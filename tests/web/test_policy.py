"""Every permission and its twin for lists agree, whoever asks and whatever is asked about."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub import policy
from hub.policy import GUEST, SYSTEM, Actor
from hub.policy import proposals as rights
from hub.store.accounts import Role, User
from hub.store.discussions import Audience, Comment
from hub.store.entries import Entry, Version, VersionState, Visibility
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.proposals import Proposal
from hub.work import Work
from tests import makers

EVERY_WAY = [
    (visibility, stage, archived)
    for visibility, stage, archived in product(Visibility, ("draft", "published", "moved on"), (False, True))
]


def _entries(work: Work) -> None:
    """Add an entry of two cities and the office for every visibility, stage and shelf."""
    for owner in ("marburg", "fulda", "ikz"):
        for visibility, stage, archived in EVERY_WAY:
            entry = makers.entry(work, owner=owner, visibility=visibility, title=f"{visibility} {stage} {archived}")
            if stage != "draft":
                makers.published(work, entry)
            if stage == "moved on":
                makers.version(work, entry, makers.bpmn("Weiter"))
            if archived:
                entry.archived_at = work.now
    work.session.flush()


def actors(organisations: list[Organisation]) -> st.SearchStrategy[Actor]:
    """Build people with up to three memberships of any kind."""
    kinds = {row.id: OrganisationKind(row.kind) for row in organisations}
    roles = st.dictionaries(
        st.sampled_from(sorted(kinds)), st.frozensets(st.sampled_from(Role), min_size=1, max_size=3), max_size=3
    )
    people = roles.map(lambda held: Actor(1, "Jemand", held, {key: kinds[key] for key in held}))
    return st.one_of(st.just(GUEST), st.just(SYSTEM), people)


@pytest.fixture(scope="module")
def shelf(blank_database: object, tmp_path_factory: pytest.TempPathFactory) -> object:
    from hub.extensions import db
    from tests.conftest import open_copy

    with open_copy(blank_database, tmp_path_factory.mktemp("policy"), demo=False) as app, app.app_context():  # type: ignore[arg-type]
        session = db.session()
        session.connection(execution_options={"write": True})
        work = Work(session, SYSTEM, datetime.now(UTC))
        _entries(work)
        _comments(work)
        _proposals(work)
        yield work
        session.rollback()
        session.close()


def _comments(work: Work) -> None:
    entry = work.session.scalars(select(Entry).limit(1)).one()
    for organisation, audience in product(work.session.scalars(select(Organisation)).all(), Audience):
        work.session.add(
            Comment(
                entry_id=entry.id, version_id=entry.head_id, organisation_id=organisation.id, audience=audience,
                text="x", html="x", rendered_by="1", created_at=work.now,
            )
        )  # fmt: skip
    work.session.flush()


def _proposals(work: Work) -> None:
    """Add a suggestion and an offer, sent and not, for entries of every visibility on either side."""
    found = work.session.scalars(select(Entry).where(Entry.archived_at.is_(None))).all()
    some = {(entry.organisation_id, entry.visibility): entry for entry in found}.values()
    opener = work.session.scalars(select(User.id).order_by(User.id).limit(1)).one()
    for target, source, sent in product(some, [None, *some], (True, False)):
        assert target.head is not None
        work.session.add(
            Proposal(
                target=target, source=source, way="offer" if source else "suggest", base_id=target.head_id,
                ours_id=target.head_id, theirs_id=source.head_id if source else None, state="open" if sent else "draft",
                theirs_sha256=target.head.blob_sha256, title="x", opened_by_id=opener, created_at=work.now,
                organisation_id=target.organisation_id, updated_at=work.now, opened_at=work.now if sent else None,
            )
        )  # fmt: skip
    work.session.flush()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_reading_one_proposal_and_listing_proposals_agree(shelf: Work, data: st.DataObject) -> None:
    actor = data.draw(actors(list(shelf.session.scalars(select(Organisation)))))
    listed = set(shelf.session.scalars(select(Proposal.id).where(rights.read_proposal_visible(actor))))
    every = shelf.session.scalars(select(Proposal)).all()
    assert listed == {row.id for row in every if rights.read_proposal(actor, row)}
    for row in every:
        allowed = [rights.edit_proposal, rights.decide_proposal, rights.comment_proposal]
        assert row.id in listed or not any(right(actor, row) for right in allowed)
        assert row.id not in listed or policy.read(actor, row.target)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_reading_one_entry_and_listing_entries_agree(shelf: Work, data: st.DataObject) -> None:
    actor = data.draw(actors(list(shelf.session.scalars(select(Organisation)))))
    listed = set(shelf.session.scalars(select(Entry.id).where(policy.read_visible(actor))))
    every = shelf.session.scalars(select(Entry)).all()
    assert listed == {entry.id for entry in every if policy.read(actor, entry)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_reading_one_comment_and_listing_comments_agree(shelf: Work, data: st.DataObject) -> None:
    actor = data.draw(actors(list(shelf.session.scalars(select(Organisation)))))
    listed = set(shelf.session.scalars(select(Comment.id).where(policy.read_comment_visible(actor))))
    every = shelf.session.scalars(select(Comment)).all()
    assert listed == {remark.id for remark in every if policy.read_comment(actor, remark)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_right_reaches_further_than_reading(shelf: Work, data: st.DataObject) -> None:
    actor = data.draw(actors(list(shelf.session.scalars(select(Organisation)))))
    for entry in shelf.session.scalars(select(Entry)):
        allowed = [policy.publish, policy.edit, policy.archive, policy.comment, policy.read_drafts]
        assert not any(right(actor, entry) for right in allowed) or policy.read(actor, entry)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whoever_reads_an_entry_reads_a_version_of_it(shelf: Work, data: st.DataObject) -> None:
    actor = data.draw(actors(list(shelf.session.scalars(select(Organisation)))))
    for entry in shelf.session.scalars(select(Entry).where(policy.read_visible(actor))):
        shown = entry.head if policy.read_drafts(actor, entry) else entry.published
        assert isinstance(shown, Version)
        assert policy.read_version(actor, entry, shown)


def test_outside_the_cooperation_only_published_states_are_public() -> None:
    public = {state for state in VersionState if Version(state=state).public}
    assert public == {VersionState.PUBLISHED, VersionState.SUPERSEDED}
