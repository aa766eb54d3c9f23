"""Two people draw in the same process: nothing is lost, and what cannot go together is said."""

import pytest

from hub.actions import entries, saving
from hub.errors import Conflict
from hub.store.entries import EntryKind
from hub.work import Work
from tests import makers

BASE = makers.bpmn("Antrag prüfen", "Bescheid erlassen")
FIRST = BASE.replace(b'name="Antrag', b'name="Vollen Antrag')
SECOND = BASE.replace(b'name="Bescheid erlassen"', b'name="Bescheid bekannt geben"')


def test_changes_of_different_steps_are_published_together(work: Work):
    entry = makers.entry(work, BASE)
    started = entry.head
    assert started is not None
    makers.version(work, entry, FIRST)
    made, merged = saving.publish_drawing(work, entry, makers.content(SECOND), "Bekanntgabe", started=started)
    assert merged
    assert entries.source(work, made) == FIRST.replace(b'"Bescheid erlassen"', b'"Bescheid bekannt geben"')


def test_a_drawing_on_the_newest_version_is_published_as_it_is(work: Work):
    entry = makers.entry(work, BASE)
    assert entry.head is not None
    made, merged = saving.publish_drawing(work, entry, makers.content(SECOND), "Bekanntgabe", started=entry.head)
    assert (merged, entries.source(work, made)) == (False, SECOND)


def test_two_names_for_the_same_step_clash_and_nothing_is_written(work: Work):
    entry = makers.entry(work, BASE)
    started = entry.head
    assert started is not None
    newest = makers.version(work, entry, FIRST)
    other = makers.content(BASE.replace(b'name="Antrag', b'name="Halben Antrag'))
    with pytest.raises(saving.Clash) as caught:
        saving.publish_drawing(work, entry, other, "Halb", started=started)
    assert "Halben Antrag" in " ".join(caught.value.sentences)
    assert entry.head_id == newest.id


def test_a_design_that_moved_on_is_refused_as_before(work: Work):
    entry = makers.entry(work, kind=EntryKind.DESIGN)
    started = entry.head
    assert started is not None
    makers.version(work, entry, makers.design("Anders."))
    given = makers.content(makers.design("Noch anders."), EntryKind.DESIGN)
    with pytest.raises(Conflict):
        saving.publish_drawing(work, entry, given, "Noch anders", started=started)
