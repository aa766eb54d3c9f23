"""Is there one already? Alike models of all cities, as far as somebody may read them."""

import pytest

from hub.actions import entries, services, similar
from hub.actions.similar import Wanted
from hub.documents import Content
from hub.inputs.services import NewService
from hub.store.entries import EntryKind
from hub.work import Work
from tests import makers

OTHER = ("Gewerbe aufnehmen", "Gewerbeschein ausstellen", "Finanzamt unterrichten")
NEAR = (*makers.STEPS[:3], "Zahlung überwachen")


def content() -> Content:
    return makers.content(makers.bpmn())


def test_the_same_model_comes_first_and_says_that_it_is_the_same(work: Work):
    same = makers.entry(work, title="Hunde")
    makers.entry(work, makers.bpmn(*NEAR), title="Ganz anders benannt")
    makers.entry(work, makers.bpmn(*OTHER, name="Gewerbe"), title="Gewerbe")
    found = similar.find(work, Wanted(content=content()))
    assert [row.entry.title for row in found] == ["Hunde", "Ganz anders benannt"]
    assert found[0].entry is same
    assert (found[0].same_content, found[0].percent) == (True, 100)


def test_equal_steps_are_counted(work: Work):
    makers.entry(work, makers.bpmn(*NEAR))
    (found,) = similar.find(work, Wanted(content=content()))
    assert (found.equal_steps, found.step_count) == (3, 4)
    assert not found.same_content


def test_a_title_alone_finds_what_is_called_alike(work: Work):
    makers.entry(work, title="Hund anmelden und Hundesteuer festsetzen")
    makers.entry(work, title="Gewerbe abmelden")
    found = similar.find(work, Wanted("Hundesteuer: Hund anmelden"))
    assert [row.entry.title for row in found] == ["Hund anmelden und Hundesteuer festsetzen"]
    assert found[0].similar_title


def test_a_service_alone_finds_what_there_is_for_it(work: Work):
    makers.entry(work, title="Irgendetwas", service="Hundesteuer Festsetzung")
    service = services.named(work, "Hundesteuer Festsetzung")
    (found,) = similar.find(work, Wanted(service=service))
    assert found.same_service


def test_the_same_service_makes_a_model_more_alike(work: Work):
    makers.entry(work, makers.bpmn(*NEAR), service="Hundesteuer Festsetzung")
    service = services.named(work, "Hundesteuer Festsetzung")
    (without,) = similar.find(work, Wanted(content=content()))
    (together,) = similar.find(work, Wanted(content=content(), service=service))
    assert together.score > without.score


def test_an_entry_is_not_alike_itself(work: Work):
    one = makers.entry(work)
    assert one.head is not None
    assert similar.of_entry(work, one, one.head, content()) == []


def test_archived_entries_are_not_offered(work: Work):
    one = makers.entry(work)
    one.archived_at = work.now
    work.session.flush()
    assert similar.find(work, Wanted(content=content())) == []


@pytest.mark.parametrize(
    ("person", "visible"),
    [
        ("modellierung@marburg.example", {"Intern", "Geteilt", "Offen"}),
        ("modellierung@fulda.example", {"Geteilt", "Offen"}),
        ("foerderung@rp-giessen.example", {"Offen"}),
        ("technik@rechenzentrum.example", {"Offen"}),
        ("", {"Offen"}),
    ],
)
def test_nobody_is_told_of_what_they_may_not_read(hub_work: Work, person: str, visible: set[str]):
    makers.entry(hub_work, title="Intern", visibility="city")
    makers.entry(hub_work, title="Geteilt", visibility="ikz")
    makers.published(hub_work, makers.entry(hub_work, title="Offen", visibility="public"))
    reader = makers.as_person(hub_work, person)
    assert {row.entry.title for row in similar.find(reader, Wanted(content=content()))} == visible


def test_outsiders_are_told_of_the_published_version_and_not_of_the_draft(hub_work: Work):
    one = makers.published(hub_work, makers.entry(hub_work, makers.bpmn(*OTHER), title="Offen", visibility="public"))
    makers.version(hub_work, one, makers.bpmn())
    guest = makers.as_person(hub_work, "")
    assert [row for row in similar.find(guest, Wanted(content=content())) if row.score > 0.9] == []
    insider = makers.as_person(hub_work, "modellierung@fulda.example")
    assert similar.find(insider, Wanted(content=content()))[0].same_content


def test_signatures_of_older_models_are_made_afterwards(hub_work: Work):
    makers.entry(hub_work)
    assert similar.make_missing(hub_work) == 1
    assert similar.make_missing(hub_work) == 0


def test_a_design_is_found_by_title_and_service(work: Work):
    made = entries.create(
        makers.as_hub(work), makers.organisation(work, "fulda"), makers.content(makers.design(), EntryKind.DESIGN),
        makers.profile(title="Hundesteuer online anmelden"),
    )  # fmt: skip
    found = similar.find(work, Wanted("Hundesteuer online anmelden"))
    assert [row.entry for row in found] == [made]


def test_a_service_by_key_that_nobody_uses_finds_nothing(hub_work: Work):
    made = services.add(hub_work, NewService(name="Umzug", key="99115005104000"))
    assert similar.find(hub_work, Wanted(service=made)) == []


def test_a_process_is_compared_with_processes_and_not_with_designs(work: Work):
    makers.entry(work, title="Hundesteuer anmelden", kind=EntryKind.DESIGN)
    assert similar.find(work, Wanted("Hundesteuer anmelden", content=content())) == []
    assert similar.find(work, Wanted("Hundesteuer anmelden", kind=EntryKind.PROCESS)) == []
    assert len(similar.find(work, Wanted("Hundesteuer anmelden"))) == 1


def test_a_service_without_a_title_yet_finds_models_that_are_called_alike(work: Work):
    makers.entry(work, title="Hund anmelden und Hundesteuer festsetzen")
    made = services.add(makers.as_hub(work), NewService(name="Hundehaltung Anmeldung", citizen_name="Hund anmelden"))
    (found,) = similar.find(work, Wanted(service=made))
    assert (found.similar_title, found.same_service) == (True, False)
