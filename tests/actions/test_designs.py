"""Saving a design while others save, and what a page shows of it."""

import pytest

from hub.actions import deciding, designs, entries, saving
from hub.errors import Forbidden, Invalid
from hub.store.entries import EntryKind
from hub.store.proposals import Verdict
from hub.work import Work
from tests import makers

BASE = b"""# Hund anmelden

Vertrauensniveau: substanziell

## Zielbild

Anmelden in zehn Minuten.

Der Bescheid kommt in das Postfach.
"""


def _content(data: bytes):
    return makers.content(data, EntryKind.DESIGN)


def _entry(work: Work, data: bytes = BASE):
    entry = makers.entry(work, data, kind=EntryKind.DESIGN)
    assert entry.head is not None
    return entry, entry.head


def test_two_people_saving_different_places_publish_both(work: Work):
    entry, started = _entry(work)
    makers.version(work, entry, BASE.replace(b"zehn", b"drei"))
    made, merged = saving.publish(
        work, entry, _content(BASE.replace(b"in das Postfach", b"online")), "Weg", started=started
    )
    assert merged
    assert entries.source(work, made) == BASE.replace(b"zehn", b"drei").replace(b"in das Postfach", b"online")
    assert made.parent is not None
    assert made.parent.number == "0.02"


def test_two_people_saving_the_same_place_are_asked_and_nothing_is_written(work: Work):
    entry, started = _entry(work)
    newest = makers.version(work, entry, BASE.replace(b"zehn", b"drei"))
    mine = _content(BASE.replace(b"zehn", b"acht"))
    with pytest.raises(saving.Clash) as clash:
        saving.publish(work, entry, mine, "Acht", started=started)
    assert "Ihre Fassung: Im Abschnitt „Zielbild“" in clash.value.sentences[0]
    assert entry.head_id == newest.id
    kept = saving.keep(work, entry, mine, "Acht", started=started)
    (item,) = deciding.state(work, kept).review.clashes
    deciding.decide(work, kept, [deciding.Choice(item.change, Verdict.ADOPT)], revision=kept.revision)
    made = deciding.merge(work, kept, "Acht", revision=kept.revision)
    assert made is not None
    assert b"acht Minuten" in entries.source(work, made)


def test_saving_what_somebody_else_published_already_says_so(work: Work):
    entry, started = _entry(work)
    makers.version(work, entry, BASE.replace(b"zehn", b"drei"))
    with pytest.raises(Invalid) as refused:
        saving.publish(work, entry, _content(BASE.replace(b"zehn", b"drei")), "Drei", started=started)
    assert refused.value.fields == {"source": "unchanged"}


def test_who_may_not_publish_may_not_save(work: Work):
    entry, started = _entry(work)
    reader = makers.as_person(work, "lesen@limburg.example")
    with pytest.raises(Forbidden):
        saving.publish(reader, entry, _content(BASE.replace(b"zehn", b"drei")), "Drei", started=started)


def test_a_section_added_by_the_form_takes_its_usual_place_and_own_sections_keep_theirs(work: Work):
    entry, started = _entry(work, BASE + b"\n## Eigenes\n\nText.\n\n## Nachnutzung\n\nFrei.\n")
    current = designs.text(work, entry, started)
    given = designs.answers(current)
    more = designs.Answers(
        given.title, given.intro, {**given.fields, "Leistung": "X"}, {**given.sections, "bescheid": "Vorlage"}
    )
    text = designs.written(current, more).decode()
    assert text.index("Leistung: X") < text.index("Vertrauensniveau")
    assert [line for line in text.split("\n") if line.startswith("## ")] == [
        "## Zielbild",
        "## Bescheid",
        "## Eigenes",
        "## Nachnutzung",
    ]


def test_a_named_model_is_linked_and_says_when_it_has_a_newer_version(work: Work):
    model = makers.entry(work, title="Hundesteuer SOLL")
    first = designs.links(work, _design(b"SOLL-Prozess: marburg/hundesteuer-soll/0.01"))[0]
    assert (first.entry, first.outdated) == (model, False)
    makers.version(work, model, makers.bpmn("Neu"))
    assert designs.links(work, _design(b"SOLL-Prozess: marburg/hundesteuer-soll/0.01"))[0].outdated
    missing = designs.links(work, _design(b"IST-Prozess: marburg/gibt-es-nicht/0.01"))[0]
    assert (missing.text, missing.entry) == ("marburg/gibt-es-nicht/0.01", None)


def test_a_model_its_reader_may_not_see_is_only_the_text_that_names_it(work: Work):
    makers.entry(work, title="Hundesteuer geheim", visibility="city")
    fulda = makers.as_person(work, "modellierung@fulda.example")
    (link,) = designs.links(fulda, _design(b"SOLL-Prozess: marburg/hundesteuer-geheim/0.01"))
    assert (link.entry, link.version, link.newest) == (None, None, None)


def test_the_way_shows_media_breaks_of_the_process_to_be(work: Work):
    makers.entry(work, makers.bpmn("Antrag einscannen"), title="Hundesteuer SOLL")
    entry, started = _entry(
        work, BASE.replace(b"Vertrauens", b"SOLL-Prozess: marburg/hundesteuer-soll/0.01\nVertrauens")
    )
    way = designs.reading(work, entry, started).journey
    assert [(stop.station.key, [row.rule for row in stop.breaks]) for stop in way.stops if stop.breaks] == [
        ("antrag", ["MB-04"])
    ]


def _design(fields: bytes):
    from hub import design

    return design.read(b"# T\n\n" + fields + b"\n")
