"""Who may do what with a proposal in each of its states."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.actions import (
    proposals,
)
from hub.errors import Conflict, Forbidden, NotFound
from hub.store.proposals import MOVES, Proposal, ProposalState
from hub.work import Work
from tests import makers
from tests.proposing import BASE, FULDA, LIMBURG, all_adopted, changed, forked

DEEDS: dict[str, Callable[[Work, Proposal], object]] = {
    "send": lambda work, found: proposals.send(work, found, revision=found.revision),
    "withdraw": lambda work, found: proposals.withdraw(work, found, revision=found.revision),
    "decline": lambda work, found: proposals.decline(work, found, "Grund", revision=found.revision),
    "return": lambda work, found: proposals.give_back(work, found, "Frage", revision=found.revision),
    "merge": all_adopted,
    "update": proposals.update,
}
ALLOWED = {
    ("draft", "opener"): {"send", "withdraw", "update"},
    ("draft", "both"): {"send", "withdraw", "merge", "update"},
    ("open", "opener"): {"withdraw", "update"},
    ("open", "decider"): {"decline", "return", "merge", "update"},
    ("open", "both"): {"withdraw", "decline", "return", "merge", "update"},
    ("returned", "opener"): {"send", "withdraw", "update"},
    ("returned", "decider"): {"merge", "update"},
    ("returned", "both"): {"send", "withdraw", "merge", "update"},
    ("declined", "opener"): {"send", "update"},
    ("declined", "decider"): {"update"},
    ("declined", "both"): {"send", "update"},
    ("withdrawn", "opener"): {"send", "update"},
    ("withdrawn", "decider"): {"update"},
    ("withdrawn", "both"): {"send", "update"},
    ("merged", "opener"): {"update"},
    ("merged", "decider"): {"update"},
    ("merged", "both"): {"update"},
}
"""(state, who) → what goes; everything else is refused. Bringing a closed proposal up to date changes nothing."""
ROLES = {"opener": FULDA, "decider": "modellierung@marburg.example", "reader": LIMBURG, "guest": "", "both": "both"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    state=st.sampled_from(["draft", "open", "returned", "declined", "withdrawn", "merged"]),
    role=st.sampled_from(sorted(ROLES)),
    deed=st.sampled_from(sorted(DEEDS)),
)
def test_in_every_state_everybody_can_do_just_what_the_table_says(hub_work: Work, state: str, role: str, deed: str):
    nested = hub_work.session.begin_nested()
    try:
        work = makers.as_person(hub_work, "modellierung@marburg.example")
        origin = makers.entry(work, BASE, title="Hundesteuer")
        fork = forked(work, origin, "fulda")
        makers.version(work, fork, changed(BASE, ("Antrag prüfen", "Antrag genau prüfen")))
        opener = work if role == "both" else makers.as_person(work, FULDA)
        proposal = proposals.between(opener, fork, origin, title="Bitte")
        _bring(opener, work, proposal, state)
        actor = opener if role == "both" else makers.as_person(work, ROLES[role])
        allowed = ALLOWED.get((state, role), set())
        before = (proposal.state, origin.head_id)
        try:
            DEEDS[deed](actor, proposal)
        except (Forbidden, Conflict, NotFound):
            hub_work.session.refresh(proposal)
            assert deed not in allowed
            assert (proposal.state, origin.head_id) == before
        else:
            assert deed in allowed
            assert proposal.state == before[0] or ProposalState(proposal.state) in MOVES[ProposalState(before[0])]
    finally:
        nested.rollback()
        hub_work.session.expire_all()


def _bring(opener: Work, decider: Work, proposal: Proposal, state: str) -> None:
    """Bring a draft into a state by the deeds that lead there."""
    if state == "draft":
        return
    proposals.send(opener, proposal)
    if state == "returned":
        proposals.give_back(decider, proposal, "Frage", revision=proposal.revision)
    elif state == "declined":
        proposals.decline(decider, proposal, "Grund", revision=proposal.revision)
    elif state == "withdrawn":
        proposals.withdraw(opener, proposal, revision=proposal.revision)
    elif state == "merged":
        all_adopted(decider, proposal)
