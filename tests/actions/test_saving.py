"""Two people draw in the same process: nothing is lost, and what cannot go together is said."""

import pytest

from hub.actions import deciding, entries, saving
from hub.actions.deciding import Choice
from hub.store.entries import EntryKind
from hub.store.proposals import Verdict
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
    made, merged = saving.publish(work, entry, makers.content(SECOND), "Bekanntgabe", started=started)
    assert merged
    assert entries.source(work, made) == FIRST.replace(b'"Bescheid erlassen"', b'"Bescheid bekannt geben"')


def test_a_drawing_on_the_newest_version_is_published_as_it_is(work: Work):
    entry = makers.entry(work, BASE)
    assert entry.head is not None
    made, merged = saving.publish(work, entry, makers.content(SECOND), "Bekanntgabe", started=entry.head)
    assert (merged, entries.source(work, made)) == (False, SECOND)


def test_two_names_for_the_same_step_clash_and_nothing_is_written(work: Work):
    entry = makers.entry(work, BASE)
    started = entry.head
    assert started is not None
    newest = makers.version(work, entry, FIRST)
    other = makers.content(BASE.replace(b'name="Antrag', b'name="Halben Antrag'))
    with pytest.raises(saving.Clash) as caught:
        saving.publish(work, entry, other, "Halb", started=started)
    assert "Halben Antrag" in " ".join(caught.value.sentences)
    assert entry.head_id == newest.id


def test_what_clashes_is_kept_as_a_draft_of_its_author_once(work: Work):
    entry = makers.entry(work, BASE)
    started = entry.head
    assert started is not None
    makers.version(work, entry, FIRST)
    other = makers.content(BASE.replace(b'name="Antrag', b'name="Halben Antrag'))
    made = saving.keep(work, entry, other, "Halb", started=started)
    assert saving.keep(work, entry, other, "Halb", started=started) is made
    assert made.opened_at is None
    (item,) = deciding.state(work, made).review.items
    assert item.clash
    deciding.decide(work, made, [Choice(item.change, Verdict.ADOPT)], revision=made.revision)
    merged = deciding.merge(work, made, "Halb", revision=made.revision)
    assert merged is not None
    assert entries.source(work, merged) == other.source


def test_another_process_is_never_merged_into_what_was_published_meanwhile(work: Work):
    entry = makers.entry(work, BASE)
    started = entry.head
    assert started is not None
    makers.version(work, entry, FIRST)
    steps = [f"Ganz anderer Vorgang {number}" for number in range(9)]
    text = makers.bpmn(*steps, name="Wohngeld", lane="Wohngeldstelle").replace(b'"step', b'"other')
    with pytest.raises(saving.Clash):
        saving.publish(work, entry, makers.content(text), "Falsche Datei", started=started)


def test_designs_are_brought_together_like_models(work: Work):
    entry = makers.entry(work, kind=EntryKind.DESIGN)
    started = entry.head
    assert started is not None
    text = makers.design().decode()
    makers.version(work, entry, text.replace("Hundesteuer Anmeldung", "Hundesteuer").encode())
    given = makers.content(makers.design("Die Anmeldung gelingt in fünf Minuten."), EntryKind.DESIGN)
    made, merged = saving.publish(work, entry, given, "Schneller", started=started)
    found = entries.source(work, made).decode()
    assert merged
    assert "fünf Minuten" in found
    assert "Leistung: Hundesteuer\n" in found


def test_designs_that_clash_are_refused(work: Work):
    entry = makers.entry(work, kind=EntryKind.DESIGN)
    started = entry.head
    assert started is not None
    makers.version(work, entry, makers.design("Anders."))
    given = makers.content(makers.design("Noch anders."), EntryKind.DESIGN)
    with pytest.raises(saving.Clash):
        saving.publish(work, entry, given, "Noch anders", started=started)
