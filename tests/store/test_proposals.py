"""Proposals under pressure: real threads on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g
from sqlalchemy import func, select

from hub.actions import deciding, entries, proposals
from hub.extensions import db
from hub.http import actor_of, transaction
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Version
from hub.store.proposals import Proposal, ProposalState
from hub.work import Work
from tests import makers
from tests.clients import writing
from tests.store.test_concurrency import together

BASE = makers.bpmn("Antrag prüfen", "Bescheid erlassen")
PEOPLE = ("modellierung@marburg.example", "freigabe@marburg.example")


@contextmanager
def deed(app: Flask, person: str) -> Iterator[Work]:
    """Do one deed as somebody, the way a request does it."""
    with app.test_request_context():
        user_id = db.session.scalar(select(User.id).where(User.email == person))
        g.actor, g.sign_in = actor_of(db.session(), user_id), None
        with transaction() as work:
            yield work


def offered(app: Flask, *, decided: bool) -> tuple[int, int]:
    """Give Fulda's fork something to offer; return the proposal's id and revision."""
    with writing(app) as work:
        origin = makers.entry(work, BASE)
        assert origin.head is not None
        city = makers.organisation(work, "fulda")
        fork = entries.fork(work, origin, origin.head, city, title=origin.title, reason="Satzung")
        makers.version(work, fork, BASE.replace(b'"Bescheid erlassen"', b'"Bescheid senden"'))
        fulda = makers.as_person(work, "modellierung@fulda.example")
        made = proposals.between(fulda, fork, origin, title="Bitte")
        proposals.send(fulda, made)
        if decided:
            deciding.adopt_rest(makers.as_person(work, PEOPLE[0]), made, revision=made.revision)
        work.session.flush()
        return made.id, made.revision


def test_of_two_who_merge_at_once_one_wins_and_the_other_hears_of_it(both: Flask) -> None:
    number, revision = offered(both, decided=True)

    def merge(at: int) -> str:
        with deed(both, PEOPLE[at]) as work:
            deciding.merge(work, work.session.get_one(Proposal, number), "Übernommen", revision=revision)
        return "merged"

    assert together(2, merge) == {"merged": 1, "Conflict": 1}
    with writing(both) as work:
        assert work.session.get_one(Proposal, number).state == ProposalState.MERGED
        merged = select(func.count()).select_from(Version).where(Version.merged_from_id.is_not(None))
        assert work.session.scalar(merged) == 1


def test_a_publication_during_a_merge_is_never_lost(both: Flask) -> None:
    number, revision = offered(both, decided=True)
    with writing(both) as work:
        head = entries.find(work, "marburg", "hundesteuer-anmelden").head_id or 0

    def act(at: int) -> str:
        with deed(both, PEOPLE[at]) as work:
            entry = entries.find(work, "marburg", "hundesteuer-anmelden")
            if at:
                given = makers.content(BASE.replace(b'"Antrag pr', b'"Vollen Antrag pr'))
                entries.publish(work, entry, given, "Nebenbei", parent_id=head)
            else:
                deciding.merge(work, work.session.get_one(Proposal, number), "Übernommen", revision=revision)
        return "done"

    assert together(2, act) == {"done": 1, "Conflict": 1}
    with writing(both) as work:
        assert entries.find(work, "marburg", "hundesteuer-anmelden").head.sequence == 2  # type: ignore[union-attr]


def test_opening_the_same_takeover_at_once_makes_one_proposal(both: Flask) -> None:
    with writing(both) as work:
        origin = makers.entry(work, BASE)
        assert origin.head is not None
        city = makers.organisation(work, "fulda")
        entries.fork(work, origin, origin.head, city, title=origin.title, reason="Satzung")
        makers.version(work, origin, BASE.replace(b'"Bescheid erlassen"', b'"Bescheid senden"'))
        user = work.session.scalars(select(User).where(User.email == PEOPLE[1])).one()
        work.session.add(Membership(user=user, organisation=city, role=Role.MODELLER, created_at=work.now))
    people = ("modellierung@fulda.example", PEOPLE[1])

    def take(at: int) -> str:
        with deed(both, people[at]) as work:
            source = entries.find(work, "marburg", "hundesteuer-anmelden")
            target = entries.find(work, "fulda", "hundesteuer-anmelden")
            made = proposals.between(work, source, target, title="Neues")
            if made.opened_at is None:
                proposals.send(work, made)
        return "opened"

    assert together(2, take) == {"opened": 2}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(Proposal)) == 1
