"""The upstream inbox: what is new arrives as single changes, and is taken over or declined for good reasons."""

import pytest
from sqlalchemy import event

from hub.actions import entries, inbox, library
from hub.actions.mywork import waiting
from hub.errors import Forbidden, Invalid, NotFound
from hub.store.entries import Entry
from hub.store.proposals import ProposalState
from hub.work import Work
from tests import makers
from tests.proposing import BASE, FULDA, changed, forked

NEWS = (("Antrag prüfen", "Antrag genau prüfen"), ("Bescheid erlassen", "Bescheid senden"))


@pytest.fixture
def fulda(work: Work) -> Work:
    """Return work of a modeller of Fulda."""
    return makers.as_person(work, FULDA)


@pytest.fixture
def origin(work: Work) -> Entry:
    """Return an entry of Marburg."""
    return makers.entry(work, BASE, title="Hundesteuer")


def test_every_newer_version_of_an_origin_arrives_as_single_changes(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    assert inbox.show(fulda).rows == []
    makers.version(work, origin, changed(BASE, *NEWS))
    (row,) = inbox.show(fulda).rows
    assert row.newer.fork is fork
    assert sorted(item.after for item in row.review.items) == ["Antrag genau prüfen", "Bescheid senden"]
    assert [item.kind for item in waiting(fulda) if item.kind == "upstream.newer"] == ["upstream.newer"]
    assert inbox.show(work).rows == []


def test_one_click_takes_over_what_touches_nothing_local_and_leaves_the_rest_open(
    work: Work, fulda: Work, origin: Entry
):
    fork = forked(work, origin, "fulda")
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    makers.version(work, origin, changed(BASE, *NEWS))
    before = fork.head
    made = inbox.adopt(fulda, fork)
    assert made is not None
    assert before is not None
    text = entries.source(work, made).decode()
    assert ["Antrag genau prüfen" in text, "Bescheid in Fulda erlassen" in text] == [True, True]
    (row,) = inbox.show(fulda).rows
    assert row.proposal is not None
    assert [item.clash for item in row.review.items] == [True]
    entries.restore(fulda, fork, before, "Zurück", parent_id=made.id)
    assert len(inbox.one(fulda, fork).review.items) == 2


def test_without_local_deviations_the_takeover_is_complete(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    newest = makers.version(work, origin, changed(BASE, *NEWS))
    made = inbox.adopt(fulda, fork)
    assert made is not None
    assert made.merged_from_id == newest.id
    assert inbox.show(fulda).rows == []


def test_a_declined_change_is_not_offered_again_and_others_read_why(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    other = forked(work, origin, "marburg")
    first = changed(BASE, NEWS[0])
    makers.version(work, origin, first)
    (row,) = inbox.show(fulda).rows
    (item,) = row.review.items
    inbox.decline(fulda, fork, item.change, "Satzung Fulda")
    assert inbox.show(fulda).rows == []
    found = inbox.one(work, other)
    assert [told.reason for told in found.elsewhere[item.change]] == ["Satzung Fulda"]
    assert [told.reason for told in inbox.declined_from(work, origin)] == ["Satzung Fulda"]
    makers.version(work, origin, changed(first, NEWS[1]))
    assert [item.after for item in inbox.one(fulda, fork).review.items] == ["Bescheid senden"]
    again = changed(first, ("Antrag genau prüfen", "Antrag doppelt prüfen"))
    makers.version(work, origin, again)
    assert [item.after for item in inbox.one(fulda, fork).review.items] == ["Antrag doppelt prüfen"]


def test_what_was_declined_stays_out_of_a_takeover_in_bulk(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, *NEWS))
    item = next(item for item in inbox.one(fulda, fork).review.items if item.after == "Bescheid senden")
    inbox.decline(fulda, fork, item.change, "Satzung")
    made = inbox.adopt(fulda, fork)
    assert made is not None
    assert "Bescheid erlassen" in entries.source(work, made).decode()
    assert inbox.show(fulda).rows == []


def test_reasons_of_a_city_are_not_shown_where_its_entry_is_hidden(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, NEWS[0]))
    (item,) = inbox.one(fulda, fork).review.items
    inbox.decline(fulda, fork, item.change, "Geheimer Grund")
    fork.visibility = "city"
    work.session.flush()
    assert inbox.declined_from(work, origin) == []


def test_a_hidden_origin_is_no_news(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, NEWS[0]))
    origin.visibility = "city"
    work.session.flush()
    assert inbox.show(fulda).rows == []
    assert library.origin(fulda, fork) is None


def test_only_writers_of_the_city_take_over_or_decline(work: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, NEWS[0]))
    with pytest.raises(Forbidden):
        inbox.adopt(work, fork)
    with pytest.raises(Forbidden):
        inbox.decline(work, fork, "0" * 64, "Grund")


def test_declining_needs_a_reason_and_a_change_that_is_there(work: Work, fulda: Work, origin: Entry):
    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, NEWS[0]))
    with pytest.raises(Invalid):
        inbox.decline(fulda, fork, "0" * 64, " ")
    with pytest.raises(NotFound):
        inbox.decline(fulda, fork, "0" * 64, "Grund")


def test_the_inbox_asks_the_same_number_of_questions_for_many_forks(work: Work, fulda: Work, origin: Entry):
    def questions() -> int:
        found: list[str] = []
        bind = work.session.get_bind()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found.append(statement)

        event.listen(bind, "before_cursor_execute", note)
        try:
            work.session.expire_all()
            inbox.show(fulda)
        finally:
            event.remove(bind, "before_cursor_execute", note)
        return len(found)

    for number in range(3):
        forked(work, origin, "fulda").title = f"Ableitung {number}"
    makers.version(work, origin, changed(BASE, NEWS[0]))
    few = questions()
    start = origin.head
    origin.head = work.session.get_one(type(start), start.parent_id)  # type: ignore[union-attr]
    for number in range(40):
        forked(work, origin, "fulda").title = f"Weitere Ableitung {number}"
    origin.head = start
    work.session.flush()
    assert inbox.show(fulda).total == 43
    assert questions() <= few


def test_a_takeover_closed_without_taking_anything_is_no_news_any_more(work: Work, fulda: Work, origin: Entry):
    from hub.actions import deciding, proposals
    from hub.actions.deciding import Choice
    from hub.store.proposals import Verdict

    fork = forked(work, origin, "fulda")
    makers.version(work, origin, changed(BASE, NEWS[0]))
    made = proposals.between(fulda, origin, fork, title="Neues")
    proposals.send(fulda, made)
    (item,) = deciding.state(fulda, made).review.items
    deciding.decide(fulda, made, [Choice(item.change, Verdict.DECLINE, reason="Nein")], revision=made.revision)
    deciding.merge(fulda, made, "x", revision=made.revision)
    assert made.state == ProposalState.DECLINED
    assert inbox.newer(fulda) == []
