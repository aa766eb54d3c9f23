"""Laws of decisions: whatever versions come, and whoever forks, a decision holds exactly as long as its words do."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.actions import entries, findings, media
from hub.actions.findings import Choice
from hub.store.entries import Entry
from hub.store.findings import Decision, Standing
from hub.work import Work
from tests import makers

WORDS = ("ausdrucken", "kuvertieren", "prüfen", "faxen")
"""What the steps do: three media breaks under two rules, and one word that is none."""
BASIS = "§\u00a05 HundeStS"
steps = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3)
quiet = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def model(words: list[str]) -> bytes:
    return makers.bpmn(*(f"Vorgang {'ABC'[at]} {word}" for at, word in enumerate(words)))


def decide_all(work: Work, entry: Entry, decision: str) -> dict[tuple[str, str, str], str]:
    """Decide about every finding of the newest version; return what was decided about which words."""
    assert entry.head is not None
    found = findings.of(work, entry, entry.head)
    if found:
        chosen = [Choice(one.found.element_key, one.found.rule, one.seen) for one in found]
        findings.decide(work, entry, entry.head, chosen, decision, reason="Geprüft", legal_basis=BASIS)
    return {(one.found.element_key, one.found.rule, one.found.text_digest): decision for one in found}


@quiet
@given(st.lists(st.tuples(steps, st.sampled_from(["", *Decision])), min_size=1, max_size=4))
def test_a_decision_holds_in_every_version_for_exactly_the_words_it_was_made_about(
    hub_work: Work, course: list[tuple[list[str], str]]
) -> None:
    with hub_work.session.begin_nested() as nested:
        entry = makers.entry(hub_work, model(course[0][0]))
        known: dict[tuple[str, str, str], str] = {}
        for at, (words, decision) in enumerate(course):
            if at and model(words) != entries.source(hub_work, entry.head):  # type: ignore[arg-type]  # there is a head
                makers.version(hub_work, entry, model(words))
            if decision:
                known |= decide_all(hub_work, entry, decision)
            assert entry.head is not None
            for one in findings.of(hub_work, entry, entry.head):
                key = (one.found.element_key, one.found.rule, one.found.text_digest)
                assert one.word == known.get(key, "open")
        nested.rollback()


@quiet
@given(steps, st.sampled_from(list(Decision)), st.sampled_from(list(Decision)))
def test_a_fork_inherits_what_was_settled_and_goes_its_own_way_from_there(
    hub_work: Work, words: list[str], before: str, after: str
) -> None:
    with hub_work.session.begin_nested() as nested:
        origin = makers.entry(hub_work, model(words))
        assert origin.head is not None
        decide_all(hub_work, origin, before)
        there = makers.organisation(hub_work, "fulda")
        fork = entries.fork(hub_work, origin, origin.head, there, title="Ableitung", reason="Eigene Satzung")
        assert fork.head is not None
        inherited = findings.of(hub_work, fork, fork.head)
        assert [one.word for one in inherited] == [one.word for one in findings.of(hub_work, origin, origin.head)]
        assert all(one.inherited == (before != Decision.OPEN) for one in inherited)
        decide_all(hub_work, origin, after)
        assert findings.of(hub_work, fork, fork.head) == inherited
        decide_all(hub_work, fork, after)
        assert not any(one.inherited for one in findings.of(hub_work, fork, fork.head))
        nested.rollback()


@quiet
@given(steps, st.sampled_from(list(Decision)))
def test_the_stored_figures_count_what_the_list_shows(hub_work: Work, words: list[str], decision: str) -> None:
    with hub_work.session.begin_nested() as nested:
        entry = makers.entry(hub_work, model(words))
        assert entry.head is not None
        decide_all(hub_work, entry, decision)
        figures = media.refresh(hub_work, entry.head)
        shown = [(one.found.severity, one.word) for one in findings.of(hub_work, entry, entry.head)]
        assert figures.open_high == shown.count(("H", Decision.OPEN))
        assert figures.open_medium == shown.count(("M", Decision.OPEN))
        assert figures.open_note == shown.count(("N", Decision.OPEN))
        assert figures.justified_high == shown.count(("H", Decision.JUSTIFIED))
        assert (figures.status == Standing.OPEN) == (figures.open_high + figures.open_medium > 0)
        assert figures.status != Standing.FREE
        nested.rollback()
