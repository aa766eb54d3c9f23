"""FIM beside an entry: types and attributes of steps, profile, report; what moves with versions and forks."""

import json
from dataclasses import replace

import pytest

from hub.actions import entries, fim, fim_forms, fim_records
from hub.errors import Conflict, Forbidden, Invalid
from hub.inputs.fim import ActivityForm, FimProfileForm, Person
from hub.store.entries import Entry
from hub.work import Work
from hub.xprozess import Activity, Code, LegalBasis, Participant, Process, Reference, State, code
from tests import makers

FULL = Process(
    definition="Die Stadt setzt die Hundesteuer fest.",
    triggers=(Reference("Anmeldung eines Hundes"),),
    results=(Reference("Steuerbescheid"),),
    participants=(
        Participant("Halterin oder Halter", (code("role", "1"),)),
        Participant("Steueramt", (code("role", "2"),)),
    ),
    legal_bases=(LegalBasis("§\u00a01 HStS", code("basis", "104"), "https://recht.example/1"),),
    procedure=code("procedure", "501"),
    form=code("form", "310"),
    state=State(status=code("status", "3"), valid_from="2026-01-01"),
)


@pytest.fixture
def entry(work: Work) -> Entry:
    return makers.entry(
        work, service="Hundesteuer Festsetzung", service_key="99102013002000", legal_bases="§ 1 HStS", level="101"
    )


def test_a_type_is_kept_under_the_key_of_its_step_and_survives_a_new_version(work: Work, entry: Entry):
    fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
    drawn = makers.bpmn().replace(b'"step1"', b'"andere_id"')
    shown = makers.version(work, entry, drawn)
    assert fim.badges(work, entry, shown) == {"andere_id": "RAG 1 – Information empfangen"}


def test_the_bytes_of_the_model_stay_as_they_are(work: Work, entry: Entry):
    before = entry.head_id
    fim.set_types(work, entry, {"step1": 1, "step2": 3}, revision=entry.revision)
    assert entry.head_id == before


def test_two_people_do_not_overwrite_each_other(work: Work, entry: Entry):
    seen = entry.revision
    fim.set_types(work, entry, {"step1": 1}, revision=seen)
    with pytest.raises(Conflict):
        fim.set_profile(work, entry, FULL, revision=seen)


def test_readers_of_other_cities_change_nothing(work: Work, entry: Entry):
    stranger = makers.as_person(work, "modellierung@fulda.example")
    with pytest.raises(Forbidden):
        fim.set_types(stranger, entry, {"step1": 1}, revision=entry.revision)
    with pytest.raises(Forbidden):
        fim.set_profile(stranger, entry, FULL, revision=entry.revision)


def test_an_unknown_step_or_type_is_refused(work: Work, entry: Entry):
    with pytest.raises(Invalid):
        fim.set_types(work, entry, {"nirgends": 1}, revision=entry.revision)
    with pytest.raises(Invalid):
        fim.set_types(work, entry, {"step1": 9}, revision=entry.revision)


def test_what_the_file_names_is_not_changed_beside_it(work: Work):
    data = makers.bpmn(note="x").replace(
        b"<documentation>x</documentation>",
        b'<extensionElements><hub:rag xmlns:hub="urn:ikz-prozesshub:bpmn:1" code="1"/></extensionElements>',
    )
    entry = makers.entry(work, data)
    with pytest.raises(Invalid):
        fim.set_types(work, entry, {"step1": 3}, revision=entry.revision)
    row = fim.group(work, entry, entries.current(work, entry), "step1")
    assert (row.in_file, row.badge) == (True, "RAG 1 – Information empfangen")


def test_taking_a_type_back_forgets_it(work: Work, entry: Entry):
    fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
    fim.set_types(work, entry, {"step1": 0}, revision=entry.revision)
    assert fim_records.activities(work, entry) == {}


def test_each_type_says_which_attributes_it_lacks(work: Work, entry: Entry):
    shown = entries.current(work, entry)
    fim.set_types(work, entry, {"step1": 1, "step2": 5, "step3": 7, "step4": 8}, revision=entry.revision)
    missing = {row.element_id: row.missing for row in fim.groups(work, entry, shown)}
    assert missing == {
        "step1": ("received",),
        "step2": ("tools", "decision"),
        "step3": ("provided", "received", "duty"),
        "step4": ("special",),
    }


def test_the_report_names_missing_fields_until_they_are_there(work: Work, entry: Entry):
    shown = entries.current(work, entry)
    assert "fim_definition" in fim.report(work, entry, shown).fields
    fim.set_profile(work, entry, FULL, revision=entry.revision)
    assert fim.report(work, entry, shown).fields == ()


def test_lanes_and_tasks_are_told_as_symbols_outside_fim(work: Work, entry: Entry):
    report = fim.report(work, entry, entries.current(work, entry))
    assert not report.conform
    assert {row.rule for row in report.symbols} == {"fim-element", "fim-lanes"}


def test_a_version_remembers_the_profile_of_its_time(work: Work, entry: Entry):
    fim.set_profile(work, entry, FULL, revision=entry.revision)
    fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
    shown = makers.version(work, entry, makers.bpmn("Neu prüfen"))
    kept = json.loads(shown.profile)["fim"]
    assert kept["profile"]["definition"] == FULL.definition
    assert [row["type"] for row in kept["activities"].values()] == [1]


def test_a_fork_takes_the_profile_along_but_not_the_status(work: Work, entry: Entry):
    fim.set_profile(work, entry, FULL, revision=entry.revision)
    fim.set_types(work, entry, {"step1": 1}, revision=entry.revision)
    other = makers.as_person(work, "modellierung@fulda.example")
    assert entry.head is not None
    made = entries.fork(
        other, entry, entry.head, makers.organisation(work, "fulda"), title="Fuldaer Fassung", reason="Eigene Satzung"
    )
    told = fim_records.profile(other, made)
    assert told is not None
    assert (told.definition, told.state.status) == (FULL.definition, Code())
    assert fim.badges(other, made, entries.current(other, made)) == {"step1": "RAG 1 – Information empfangen"}


def test_what_is_stored_comes_back_whole(work: Work, entry: Entry):
    fim_records.keep_profile(work, entry, FULL)
    assert fim_records.profile(work, entry) == FULL


def test_the_form_shows_and_keeps_everything_the_profile_says(work: Work, entry: Entry):
    fields = fim_forms.profile_fields(entry, FULL)
    assert (fields["triggers"], fields["status"], fields["uri-0"]) == (
        "Anmeldung eines Hundes",
        "3",
        "https://recht.example/1",
    )
    plain = {name: value for name, value in fields.items() if "-" not in name}
    people = tuple(Person(name=fields[f"person-{at}"], role=fields[f"role-{at}"]) for at in range(2))
    sent = FimProfileForm.model_validate(
        {**plain, "people": people, "bases": ({"name": "§\u00a01 HStS", "kind": "104", "uri": fields["uri-0"]},)}
    )
    assert fim_forms.profile(sent, FULL) == FULL


def test_a_status_from_another_list_stays_when_nobody_touches_it(work: Work, entry: Entry):
    foreign = replace(FULL, state=State(status=Code("2", "urn:xoev-de:xprozess:codeliste:status", "2020-03-19")))
    fields = fim_forms.profile_fields(entry, foreign)
    assert fields["status"] == fim_forms.KEEP
    sent = FimProfileForm(revision=1, status="keep")
    assert fim_forms.profile(sent, foreign).state.status == foreign.state.status


def test_a_validity_that_ends_before_it_begins_is_refused():
    with pytest.raises(Invalid):
        fim_forms.profile(FimProfileForm(revision=1, valid_from="2026-02-01", valid_until="2026-01-01"), None)


def test_the_form_of_a_group_keeps_the_lists_codes_came_from():
    now = Activity(3, checks=(Code("4", "urn:alt", "1"),), tools="keine")
    sent = ActivityForm.model_validate(fim_forms.activity_fields(now, 1))
    assert fim_forms.activity(sent, now) == now


def test_a_check_that_is_no_code_is_refused():
    with pytest.raises(Invalid):
        fim_forms.activity(ActivityForm(revision=1, checks="sachliche Zuständigkeit"), Activity(3))
