"""Proposals between cities: what changed reaches the other side as single things to decide, and nothing is lost."""

import pytest
from sqlalchemy import select

from hub.actions import (
    activity,
    ancestry,
    deciding,
    deviations,
    entries,
    inbox,
    library,
    proposal_lists,
    proposals,
    telling,
)
from hub.actions.deciding import Choice
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.activity import Event
from hub.store.entries import Entry
from hub.store.proposals import ProposalState, Verdict, Way
from hub.work import Work
from tests import makers
from tests.proposing import BASE, FULDA, LIMBURG, all_adopted, changed, forked, opened


@pytest.fixture
def origin(work: Work) -> Entry:
    """Return an entry of Marburg."""
    return makers.entry(work, BASE, title="Hundesteuer")


@pytest.fixture
def fulda(work: Work) -> Work:
    """Return work of a modeller of Fulda."""
    return makers.as_person(work, FULDA)


@pytest.fixture
def fork(work: Work, origin: Entry) -> Entry:
    """Return Fulda's fork of the origin, as it was then."""
    return forked(work, origin, "fulda")


def test_a_forks_change_goes_back_to_its_origin_as_a_version_with_two_parents(work: Work, fulda: Work, origin, fork):
    theirs = makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    head = origin.head
    proposal = opened(fulda, fork, origin)
    assert (proposal.way, proposal.base_id) == (Way.OFFER, head.id)
    made = all_adopted(work, proposal)
    assert (made.parent_id, made.merged_from_id) == (head.id, theirs.id)
    assert "Antrag genau prüfen".encode() in entries.source(work, made)
    assert (proposal.state, proposal.result_id) == (ProposalState.MERGED, made.id)


def test_the_origins_newer_version_is_taken_over_and_the_own_deviation_stays(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, origin, fork)
    assert proposal.way == Way.TAKE
    made = all_adopted(fulda, proposal)
    text = entries.source(work, made).decode()
    assert "Antrag genau prüfen" in text
    assert "Bescheid in Fulda erlassen" in text


def test_a_new_step_and_the_flows_that_hold_it_are_one_thing_to_decide(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, makers.bpmn("Antrag prüfen", "Bescheid erlassen", "Archivieren", note="Alt"))
    found = deciding.state(work, opened(fulda, fork, origin)).review
    assert len(found.items) == 1
    assert "Archivieren" in found.items[0].german
    assert len(found.items[0].details) == 3


def test_a_step_between_two_others_takes_the_direct_way_along(work: Work, fulda: Work):
    text = BASE.decode()
    between = text.replace(
        '<sequenceFlow id="flow_step1" sourceRef="step1" targetRef="step2"/>',
        '<task id="mid" name="Akte anlegen"/><sequenceFlow id="f1" sourceRef="step1" targetRef="mid"/>'
        '<sequenceFlow id="f2" sourceRef="mid" targetRef="step2"/>',
    )
    with_step, without = makers.content(between.encode()), makers.content(BASE)
    for base, offered, word in ((without, with_step, "Neue"), (with_step, without, "entfällt")):
        entry = makers.entry(work, base.source, title=word)
        assert entry.head is not None
        made = proposals.suggest(fulda, entry, entry.head, offered, title=word)
        (item,) = deciding.state(fulda, made).review.items
        assert word in item.german
        assert len(item.details) == 4


def test_a_new_lane_and_the_steps_that_move_into_it_are_one_thing_to_decide(work: Work, fulda: Work, origin, fork):
    ref = "<flowNodeRef>step2</flowNodeRef>"
    laned = BASE.decode().replace(ref, "").replace("</lane>", f'</lane><lane id="till" name="Stadtkasse">{ref}</lane>')
    other_space = laned.replace("https://hub.example/test", "https://hub.example/fulda")
    makers.version(work, fork, other_space.encode())
    proposal = opened(fulda, fork, origin)
    (item,) = deciding.state(work, proposal).review.items
    assert item.german.startswith("Neue Bahn „Stadtkasse“")
    assert "Zuständigkeit: Steueramt → Stadtkasse" in item.german
    # Which file it is stays as it was: nobody is asked about the name space of somebody else's ids.
    made = entries.source(work, all_adopted(work, proposal)).decode()
    assert "Stadtkasse" in made
    assert "https://hub.example/test" in made


def test_each_change_is_decided_by_itself(work: Work, fulda: Work, origin, fork):
    pairs = (("Antrag prüfen", "Antrag genau prüfen"), ("Bescheid erlassen", "Bescheid senden"))
    makers.version(work, fork, changed(BASE, *pairs).replace(b">Alt<", b">Neu<"))
    proposal = opened(fulda, fork, origin)
    items = {item.after: item for item in deciding.state(work, proposal).review.items}
    choices = [
        Choice(items["Antrag genau prüfen"].change, Verdict.ADOPT),
        Choice(items["Bescheid senden"].change, Verdict.ADAPT, value="Bescheid bekannt geben"),
        Choice(items["Neu"].change, Verdict.DECLINE, reason="Gilt nur in Fulda"),
    ]
    deciding.decide(work, proposal, choices, revision=proposal.revision)
    made = deciding.merge(work, proposal, "Teils", revision=proposal.revision)
    assert made is not None
    text = entries.source(work, made).decode()
    assert [word in text for word in ("Antrag genau prüfen", "Bescheid bekannt geben", ">Alt<")] == [True] * 3


def test_a_clash_must_be_decided_before_merging(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag in Fulda prüfen")))
    makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag in Marburg prüfen")))
    proposal = opened(fulda, origin, fork)
    now = deciding.state(fulda, proposal)
    assert [item.clash for item in now.review.items] == [True]
    with pytest.raises(Conflict, match="open_clashes"):
        deciding.merge(fulda, proposal, "Übernommen", revision=proposal.revision)
    (item,) = now.review.items
    choice = Choice(item.change, Verdict.ADAPT, value="Antrag gemeinsam prüfen")
    deciding.decide(fulda, proposal, [choice], revision=proposal.revision)
    made = deciding.merge(fulda, proposal, "Übernommen", revision=proposal.revision)
    assert made is not None
    assert "Antrag gemeinsam prüfen" in entries.source(work, made).decode()


def test_what_the_origin_declined_does_not_come_back_to_the_fork_as_something_to_remove(
    work: Work, fulda: Work, origin, fork
):
    own = makers.bpmn("Antrag genau prüfen", "Bescheid erlassen", "Archivieren", note="Alt")
    makers.version(work, fork, own)
    proposal = opened(fulda, fork, origin)
    items = {item.kind: item for item in deciding.state(work, proposal).review.items}
    assert set(items) == {"added", "renamed"}
    choices = [
        Choice(items["renamed"].change, Verdict.ADOPT),
        Choice(items["added"].change, Verdict.DECLINE, reason="-"),
    ]
    deciding.decide(work, proposal, choices, revision=proposal.revision)
    deciding.merge(work, proposal, "Zum Teil", revision=proposal.revision)

    # Its own step stays the fork's, and is known as its deviation; what was taken over is not.
    assert inbox.show(fulda).rows == []
    (line,) = deviations.of(fulda, fork).lines
    assert "Archivieren" in line.german
    makers.version(work, origin, makers.bpmn("Antrag genau prüfen", "Bescheid senden", note="Alt"))
    (row,) = inbox.show(fulda).rows
    assert ["Bescheid senden" in item.german for item in row.review.items] == [True]

    # The side that declined is not asked again.
    makers.version(work, fork, own.replace(b"Bescheid erlassen", b"Bescheid zustellen"))
    again = deciding.state(work, opened(fulda, fork, origin)).review.items
    assert not any("Archivieren" in item.german for item in again)


def test_declining_needs_a_reason(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    (item,) = deciding.state(work, proposal).review.items
    with pytest.raises(Invalid) as caught:
        deciding.decide(work, proposal, [Choice(item.change, Verdict.DECLINE)], revision=proposal.revision)
    assert caught.value.fields == {item.change: "decline_reason"}


def test_what_a_city_declined_of_its_origin_stays_readable_in_the_proposal_with_the_reason(
    work: Work, fulda: Work, origin, fork
):
    makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, origin, fork)
    (item,) = deciding.state(fulda, proposal).review.items
    choice = Choice(item.change, Verdict.DECLINE, reason="Satzung Fulda")
    deciding.decide(fulda, proposal, [choice], revision=proposal.revision)
    deciding.merge(fulda, proposal, "Nichts davon", revision=proposal.revision)
    after = deciding.state(work, proposal)
    assert [row.change for row in after.review.items] == [item.change]
    assert after.decisions[item.change].reason == "Satzung Fulda"


def test_what_is_left_for_later_stays_in_the_proposal_and_is_not_lost(work: Work, fulda: Work, origin, fork):
    pairs = (("Antrag prüfen", "Antrag genau prüfen"), ("Bescheid erlassen", "Bescheid senden"))
    theirs = makers.version(work, fork, changed(BASE, *pairs))
    proposal = opened(fulda, fork, origin)
    items = {item.after: item for item in deciding.state(work, proposal).review.items}
    later = items["Bescheid senden"].change
    choices = [
        Choice(items["Antrag genau prüfen"].change, Verdict.ADAPT, value="Antrag sorgfältig prüfen"),
        Choice(later, Verdict.LATER),
    ]
    deciding.decide(work, proposal, choices, revision=proposal.revision)
    first = deciding.merge(work, proposal, "Erster Teil", revision=proposal.revision)
    assert first is not None
    assert (proposal.state, first.merged_from_id) == (ProposalState.OPEN, None)
    now = deciding.state(work, proposal)
    assert [item.change for item in now.review.items] == [later]
    deciding.decide(work, proposal, [Choice(later, Verdict.ADOPT)], revision=proposal.revision)
    second = deciding.merge(work, proposal, "Zweiter Teil", revision=proposal.revision)
    assert second is not None
    assert (proposal.state, second.merged_from_id) == (ProposalState.MERGED, theirs.id)
    assert "Antrag sorgfältig prüfen" in entries.source(work, second).decode()


def test_a_change_declined_once_is_not_asked_about_again_until_it_changes(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, origin, fork)
    (item,) = deciding.state(fulda, proposal).review.items
    choice = Choice(item.change, Verdict.DECLINE, reason="Satzung")
    deciding.decide(fulda, proposal, [choice], revision=proposal.revision)
    assert deciding.merge(fulda, proposal, "Nichts", revision=proposal.revision) is None
    assert proposal.state == ProposalState.DECLINED
    newer = changed(
        BASE, ("Antrag prüfen", "Antrag genau prüfen"), ("Steuer festgesetzt", "Steuer festgesetzt und fällig")
    )
    makers.version(work, origin, newer)
    again = deciding.state(fulda, opened(fulda, origin, fork)).review
    assert [item.after for item in again.items] == ["Steuer festgesetzt und fällig"]
    assert [item.after for item in again.silent] == ["Antrag genau prüfen"]
    makers.version(work, origin, changed(newer, ("Antrag genau prüfen", "Antrag doppelt prüfen")))
    third = proposals.between(fulda, origin, fork, title="x")
    proposals.update(fulda, third)
    assert "Antrag doppelt prüfen" in [item.after for item in deciding.state(fulda, third).review.items]


def test_decisions_stay_when_a_side_moves_on_and_only_changed_changes_are_asked_again(
    work: Work, fulda: Work, origin, fork
):
    pairs = (("Antrag prüfen", "Antrag genau prüfen"), ("Bescheid erlassen", "Bescheid senden"))
    makers.version(work, fork, changed(BASE, *pairs))
    proposal = opened(fulda, fork, origin)
    now = deciding.adopt_rest(work, proposal, revision=proposal.revision)
    assert now.open_count == 0
    makers.version(work, fork, changed(BASE, pairs[0], ("Bescheid erlassen", "Bescheid anders senden")))
    with pytest.raises(Conflict, match="proposal_behind"):
        deciding.merge(work, proposal, "Übernommen", revision=proposal.revision)
    assert proposals.update(work, proposal)
    now = deciding.state(work, proposal)
    assert {item.after: item.change in now.decisions for item in now.review.items} == {
        "Antrag genau prüfen": True, "Bescheid anders senden": False,
    }  # fmt: skip


def test_a_change_can_be_suggested_without_a_fork(work: Work, fulda: Work, origin):
    given = makers.content(changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    before = origin.head_id
    proposal = proposals.suggest(fulda, origin, origin.head, given, title="Genauer")
    assert proposals.suggest(fulda, origin, origin.head, given, title="Doppelt gesendet").id == proposal.id
    proposals.send(fulda, proposal)
    assert origin.head_id == before
    made = all_adopted(work, proposal)
    assert entries.source(work, made) == given.source
    assert made.merged_from_id is None


def test_a_draft_is_seen_by_nobody_but_its_proposer(work: Work, fulda: Work, origin):
    given = makers.content(changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = proposals.suggest(fulda, origin, origin.head, given, title="Genauer")
    assert proposals.find(fulda, origin, proposal.id) is proposal
    with pytest.raises(NotFound):
        proposals.find(work, origin, proposal.id)


def test_a_fork_of_a_fork_is_proposed_to_the_root(work: Work, fulda: Work, origin, fork):
    start = origin.head_id
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    grandchild = forked(work, fork, "fulda")
    makers.version(
        work,
        grandchild,
        changed(BASE, ("Antrag prüfen", "Antrag genau prüfen"), ("Bescheid erlassen", "Bescheid senden")),
    )
    proposal = opened(fulda, grandchild, origin)
    assert proposal.base_id == start
    assert len(deciding.state(work, proposal).review.items) == 2


@pytest.mark.parametrize("case", ["same_entry", "not_related", "nothing_new", "same_content", "source_hidden"])
def test_what_cannot_be_proposed_is_refused_with_a_reason(work: Work, fulda: Work, origin, fork, case: str):
    source, target = fork, origin
    if case == "same_entry":
        source = origin
    elif case == "not_related":
        source = makers.entry(work, BASE, owner="fulda", title="Fremd")
    elif case == "nothing_new":
        makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Anders")))
    elif case == "same_content":
        for entry in (fork, origin):
            makers.version(work, entry, changed(BASE, ("Antrag prüfen", "Anders")))
    else:
        fork.visibility = "city"
    with pytest.raises(Invalid) as caught:
        proposals.between(fulda, source, target, title="Bitte")
    assert caught.value.fields == {"source": case}


def test_only_the_targets_city_decides(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    for deed in (
        lambda by: deciding.adopt_rest(by, proposal, revision=proposal.revision),
        lambda by: deciding.merge(by, proposal, "x", revision=proposal.revision),
        lambda by: proposals.decline(by, proposal, "Nein", revision=proposal.revision),
        lambda by: proposals.give_back(by, proposal, "Frage", revision=proposal.revision),
    ):
        with pytest.raises(Forbidden):
            deed(fulda)


def test_merging_twice_makes_one_version(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    deciding.adopt_rest(work, proposal, revision=proposal.revision)
    revision = proposal.revision
    made = deciding.merge(work, proposal, "x", revision=revision)
    assert deciding.merge(work, proposal, "x", revision=revision) is made
    assert origin.head is made


def test_a_stale_form_is_refused(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    stale = proposal.revision
    deciding.adopt_rest(work, proposal, revision=stale)
    with pytest.raises(Conflict, match="proposal_moved_on"):
        deciding.merge(work, proposal, "x", revision=stale)


def test_undoing_a_takeover_offers_the_change_again(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Bescheid erlassen", "Bescheid in Fulda erlassen")))
    before = fork.head
    newest = makers.version(work, origin, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    taken = all_adopted(fulda, opened(fulda, origin, fork))
    assert ancestry.merge_base(work, taken, newest) == newest.id
    undone = entries.restore(fulda, fork, before, "Zurück", parent_id=taken.id)
    assert ancestry.merge_base(work, undone, newest) == newest.parent_id
    assert len(deciding.state(fulda, opened(fulda, origin, fork)).review.items) == 1


def test_how_far_each_side_has_gone_is_counted_without_the_copy_a_fork_makes(work: Work, origin, fork):
    for word in ("A", "B"):
        makers.version(work, fork, changed(BASE, ("Antrag prüfen", word)))
    makers.version(work, origin, changed(BASE, ("Bescheid erlassen", "C")))
    found = ancestry.graph(work, (fork.head_id, origin.head_id)).distance(fork.head_id, origin.head_id)
    assert found is not None
    assert (found.ahead, found.behind) == (2, 1)
    proposal = opened(work, fork, origin)
    apart = proposal_lists.listing(work).apart[proposal.id]
    assert (apart.ahead, apart.behind) == (2, 1)


def test_a_proposal_stays_readable_when_an_entry_is_archived(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    for entry in (origin, fork):
        entries.archive(makers.as_hub(work), entry)
    found = proposals.find(fulda, origin, proposal.id)
    assert len(deciding.state(fulda, found).review.items) == 1
    assert "target_archived" in deciding.state(fulda, found).blockers


def test_what_happens_to_a_proposal_is_told_only_to_those_who_may_read_both_sides(
    work: Work, fulda: Work, origin, fork
):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    opened(fulda, fork, origin)
    limburg = makers.as_person(work, LIMBURG)
    kinds = [row.event.kind for row in activity.of(limburg, activity.of_entry(origin)).rows]
    assert "proposal.opened" in kinds
    told = work.session.scalars(select(Event).where(Event.kind == "proposal.opened")).one()
    assert telling.hears(limburg.actor, telling.about(work, told))
    fork.visibility = "city"
    work.session.flush()
    kinds = [row.event.kind for row in activity.of(limburg, activity.of_entry(origin)).rows]
    assert "proposal.opened" not in kinds
    assert "proposal.opened" not in [row.kind for row, _entry in library.activity(limburg, entry=origin)]
    assert not telling.hears(limburg.actor, telling.about(work, told))


def test_whoever_is_to_decide_is_told_and_waited_for(work: Work, fulda: Work, origin, fork):
    makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
    proposal = opened(fulda, fork, origin)
    told = work.session.scalars(select(Event).where(Event.kind == "proposal.opened")).one()
    assert work.actor.user_id in told.data["tell"]
    assert fulda.actor.user_id not in told.data["tell"]
    assert [row.kind for row in proposal_lists.waiting(work)] == ["proposal.open"]
    assert proposal_lists.waiting(fulda) == []
    proposals.give_back(work, proposal, "Bitte ergänzen", revision=proposal.revision)
    assert proposal_lists.waiting(work) == []
    assert [row.kind for row in proposal_lists.waiting(fulda)] == ["proposal.returned"]
