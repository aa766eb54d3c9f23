"""Discussions travel: they stay on their element, say where it was last seen, and are found from related entries."""

import pytest

from hub.actions import discussions, entries, travelling
from hub.store.entries import Entry
from hub.work import Work
from tests import makers
from tests.makers import STEPS

FULDA = "modellierung@fulda.example"


@pytest.fixture
def origin(work: Work) -> Entry:
    return makers.entry(work, visibility="ikz")


def fork(work: Work, origin: Entry, **given: str) -> Entry:
    assert origin.head is not None
    hub = makers.as_hub(work)
    made = entries.fork(
        hub, origin, origin.head, makers.organisation(work, "fulda"), title="In Fulda", reason="Satzung"
    )
    for name, value in given.items():
        setattr(made, name, value)
    work.session.flush()
    return made


def seen(work: Work, entry: Entry) -> list[tuple[str, str, bool]]:
    person = makers.as_person(work, FULDA)
    rows = travelling.elsewhere(person, entry, entries.current(person, entry))
    return [(row.entry.organisation.slug, row.element_name, row.answered) for row in rows]


def test_a_question_answered_at_the_origin_is_shown_on_the_same_step_of_the_fork(work: Work, origin: Entry) -> None:
    made = fork(work, origin)
    first = discussions.write(work, origin, entries.current(work, origin), "Wer prüft das?", element="step2")
    assert seen(work, made) == [("marburg", STEPS[1], False)]
    discussions.write(work, origin, entries.current(work, origin), "Das Steueramt.", reply_to=first)
    assert seen(work, made) == [("marburg", STEPS[1], True)]


def test_a_step_that_was_renamed_and_moved_in_the_fork_is_still_the_same(work: Work, origin: Entry) -> None:
    made = fork(work, origin)
    discussions.write(work, origin, entries.current(work, origin), "Wer prüft das?", element="step2")
    makers.version(work, made, makers.bpmn(STEPS[0], "Angaben in Fulda prüfen", *STEPS[2:]))
    assert seen(work, made) == [("marburg", "Angaben in Fulda prüfen", False)]


def test_what_one_may_not_read_is_not_shown(work: Work, origin: Entry) -> None:
    made = fork(work, origin)
    discussions.write(work, origin, entries.current(work, origin), "Intern", element="step2", audience="city")
    assert seen(work, made) == []
    discussions.write(work, origin, entries.current(work, origin), "Für alle", element="step2")
    origin.visibility = "city"
    work.session.flush()
    assert seen(work, made) == []


def test_equal_steps_of_an_unrelated_entry_are_not_related(work: Work, origin: Entry) -> None:
    other = makers.entry(work, owner="fulda", title="Unabhängig")
    discussions.write(work, origin, entries.current(work, origin), "Wer prüft das?", element="step2")
    assert seen(work, other) == []


def test_a_discussion_whose_step_is_gone_names_the_version_that_had_it_last(work: Work, origin: Entry) -> None:
    discussions.write(work, origin, entries.current(work, origin), "Wozu?", element="step4")
    makers.version(work, origin, makers.bpmn(*STEPS, "Ablegen"))
    newest = makers.version(work, origin, makers.bpmn(*STEPS[:3]))
    [thread] = discussions.threads(work, origin, newest)
    assert thread.outdated
    found = travelling.last_seen(work, origin, [thread.first.element_key])
    assert [row.number for row in found.values()] == ["0.02"]


def test_a_step_that_comes_back_ends_being_outdated(work: Work, origin: Entry) -> None:
    old = entries.current(work, origin)
    discussions.write(work, origin, old, "Wozu?", element="step4")
    makers.version(work, origin, makers.bpmn(*STEPS[:3]))
    back = entries.restore(makers.as_hub(work), origin, old, "Zurück", parent_id=origin.head_id or 0)
    [thread] = discussions.threads(work, origin, back)
    assert not thread.outdated
