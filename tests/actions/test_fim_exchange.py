"""Processes through the hub as XProzess: in, out, in again; with reports instead of failures."""

import pytest

from hub import xprozess
from hub.actions import entries, fim, fim_exchange, fim_records, finding, indexing
from hub.errors import Forbidden, Invalid, NotFound
from hub.store.entries import Entry
from hub.work import Work
from tests import makers
from tests import xprozess as made
from tests.actions.test_fim import FULL

BASE = "https://hub.example/marburg/hundesteuer"


def brought_in(work: Work, data: bytes) -> tuple[Entry, list[str]]:
    """Import the one process of a message for Marburg."""
    [found] = fim_exchange.read(data).processes
    return fim_exchange.create(work, makers.organisation(work, "marburg"), found, "ikz")


def brought_out(work: Work, entry: Entry) -> bytes:
    """Export the newest version."""
    return fim_exchange.export(work, entry, entries.current(work, entry), address=BASE)


def found(work: Work, text: str) -> list[int]:
    """Return the entries that typing `text` leads to."""
    answer = finding.find(work, text, filters={}, sort="relevance", page=1)
    return [row.entry.id for row in answer.rows]


def only(data: bytes) -> xprozess.Process:
    """Return the one process of a message."""
    [found] = xprozess.read(data).processes
    return found.process


def test_the_released_process_goes_through_the_hub_unharmed(work: Work):
    data = made.released()
    entry, notes = brought_in(work, data)
    out = brought_out(work, entry)
    assert only(out) == only(data)
    again, _notes = brought_in(work, out)
    assert brought_out(work, again) == out
    assert sum("dieses Element gibt es im Modell nicht" in text for text in notes) == 4


def test_the_released_process_carries_all_its_groups_and_lacks_only_a_result(work: Work):
    entry, _notes = brought_in(work, made.released())
    report = fim.report(work, entry, entries.current(work, entry))
    assert (report.untyped, report.incomplete, report.fields) == ((), (), ("fim_results",))
    assert len(fim.badges(work, entry, entries.current(work, entry))) == 12


def test_an_own_process_survives_leaving_and_coming_back(work: Work):
    entry = makers.entry(
        work,
        service="Hundesteuer Festsetzung",
        service_key="99102013002000",
        legal_bases="§ 1 HStS\n§ 2 HStS",
        tags="Hund, Steuer",
        level="102",
    )
    fim.set_profile(work, entry, FULL, revision=entry.revision)
    fim.set_types(work, entry, {"step1": 1, "step2": 3, "step4": 2}, revision=entry.revision)
    out = brought_out(work, entry)
    again, _notes = brought_in(work, out)
    assert only(brought_out(work, again)) == only(out)
    assert entries.source(work, entries.current(work, again)) == entries.source(work, entries.current(work, entry))


def test_an_older_version_leaves_with_the_profile_of_its_time(work: Work):
    entry = makers.entry(work)
    first = entries.current(work, entry)
    fim.set_profile(work, entry, FULL, revision=entry.revision)
    makers.version(work, entry, makers.bpmn("Neu prüfen"))
    assert only(fim_exchange.export(work, entry, first, address=BASE)).definition == ""
    assert only(brought_out(work, entry)).definition == FULL.definition


def test_a_group_finds_its_step_by_name_when_the_id_is_gone(work: Work):
    entry, notes = brought_in(work, made.message(made.process(groups=made.group(element="weg"))))
    assert fim.badges(work, entry, entries.current(work, entry)) == {"step1": "RAG 1 – Information empfangen"}
    assert any("über ihren Namen" in text for text in notes)


def test_a_group_without_a_step_is_reported(work: Work):
    entry, notes = brought_in(
        work, made.message(made.process(groups=made.group(element="weg", name="Unbekanntes tun")))
    )
    assert fim_records.activities(work, entry) == {}
    assert any("das Modell nicht enthält" in text for text in notes)


def test_a_process_without_a_model_becomes_an_entry_to_draw(work: Work):
    entry, notes = brought_in(work, made.message(made.process(model="!!!")))
    assert entry.title == "Hundesteuer bearbeiten"
    assert any("leerer Prozess" in text for text in notes)


def test_a_process_is_found_at_once_by_its_id_of_fim_and_by_the_ozg_id_of_its_service(work: Work):
    message = made.message(made.process()).replace(b">99102013002000<", b">DE-06-534-0815<")
    entry, _notes = brought_in(work, message)
    assert found(work, "de-06-534-0815") == [entry.id]
    other = makers.entry(work, service="Hundesteuer Festsetzung", service_key="99102013002000")
    assert other.service is not None
    other.service.take({"ozg_id": "10294"})
    work.session.flush()
    indexing.index(work, other)
    assert found(work, "OZG 10294") == found(work, "10294") == [other.id]


def test_a_drawing_is_made_for_a_model_without_one(work: Work):
    entry, notes = brought_in(work, made.message(made.process(model=made.packed(makers.bpmn(drawn=False)))))
    assert entry.head is not None
    assert entry.head.layout_generated
    assert any("Zeichnung wurde erzeugt" in text for text in notes)


def test_a_key_of_the_catalogue_wins_over_the_name_in_the_file(work: Work):
    makers.entry(work, service="Hundesteuer Festsetzung", service_key="99102013002000")
    process = made.process().replace(
        "<x:prozesssteckbrief>", "<x:bezeichnung>Anders</x:bezeichnung><x:prozesssteckbrief>"
    )
    entry, notes = brought_in(work, made.message(process))
    assert entry.service is not None
    assert entry.service.name == "Hundesteuer Festsetzung"
    assert any("Anders" in text for text in notes)


def test_keywords_that_do_not_fit_are_reported(work: Work):
    words = "|".join(f"Schlagwort Nummer {at}" for at in range(40))
    process = made.process().replace(
        "<x:prozesssteckbrief>", f"<x:schlagwort>{words}</x:schlagwort><x:prozesssteckbrief>"
    )
    entry, notes = brought_in(work, made.message(process))
    assert len(entry.tags) < 40
    assert sum("Schlagwort" in text for text in notes) == 40 - len(entry.tags)


def test_only_what_is_published_leaves_with_a_city(work: Work):
    city = makers.organisation(work, "marburg")
    makers.entry(work, title="Entwurf")
    shown = makers.published(work, makers.entry(work, title="Veröffentlicht", visibility="public"))
    hidden = makers.published(work, makers.entry(work, title="Nur für uns", visibility="city"))
    guest = makers.as_person(work, "")
    out = b"".join(fim_exchange.export_all(guest, city, address=BASE))
    assert [row.process.name for row in xprozess.read(out).processes] == [shown.title]
    own = b"".join(fim_exchange.export_all(work, city, address=BASE))
    assert [row.process.name for row in xprozess.read(own).processes] == [shown.title, hidden.title]


def test_a_city_without_published_processes_has_no_message(work: Work):
    with pytest.raises(NotFound):
        fim_exchange.export_all(work, makers.organisation(work, "marburg"), address=BASE)


def test_an_upload_belongs_to_its_sender(work: Work):
    kept = fim_exchange.keep_upload(work, made.message(), "x.xml")
    assert fim_exchange.upload(work, kept.id) is kept
    with pytest.raises(NotFound):
        fim_exchange.upload(makers.as_person(work, "modellierung@fulda.example"), kept.id)


def test_readers_and_guests_cannot_leave_an_upload(work: Work):
    for email in ("", "lesen@limburg.example"):
        with pytest.raises(Forbidden):
            fim_exchange.keep_upload(makers.as_person(work, email), made.message(), "x.xml")


def test_nothing_chosen_is_refused(work: Work):
    kept = fim_exchange.keep_upload(work, made.message(), "x.xml")
    with pytest.raises(Invalid):
        fim_exchange.start(work, kept, makers.organisation(work, "marburg"), [7], "ikz")
