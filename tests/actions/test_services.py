"""The catalogue of services: finding, changing, merging, counting with the reader's rights."""

import pytest
from sqlalchemy import select

from hub.actions import catalogue, services
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.services import EditService, NewService
from hub.store.activity import Job
from hub.store.services import Service
from hub.work import Work
from tests import makers

COORDINATOR = "koordination@ikz.example"
DOG = "99102013002000"


@pytest.fixture
def coordinator(hub_work: Work) -> Work:
    return makers.as_person(hub_work, COORDINATOR)


def service(work: Work, **values: str) -> Service:
    given = {"name": "Hundesteuer Festsetzung", "key": DOG, "synonyms": "Hundemarke\nSteuer für Hunde", **values}
    return services.add(makers.as_hub(work), NewService.model_validate(given))


def edited(found: Service, **values: str) -> EditService:
    return EditService.model_validate(found.values() | {"revision": found.revision, "active": "1"} | values)


@pytest.mark.parametrize(
    "typed",
    ["Hundesteuer Festsetzung", "hundesteuer festsetzung", "Hundemarke", "steuer fuer hunde", "99 102 013 002 000"],
)
def test_a_name_a_synonym_or_a_key_means_the_service_of_the_catalogue(work: Work, typed: str):
    known = service(work)
    assert services.find_or_add(work, typed, "") is known


def test_a_synonym_of_two_services_means_neither(work: Work):
    service(work)
    service(work, key="99110009104000", name="Hundehaltung Anmeldung")
    assert services.named(work, "Hundemarke") is None


def test_a_key_wins_over_a_name(work: Work):
    known = service(work)
    assert services.find_or_add(work, "Etwas anderes", DOG) is known
    assert known.name == "Hundesteuer Festsetzung"


@pytest.mark.parametrize("typed", ["99 102", "99.102.013", "hundest", "HUNDEMARKE", "steuer hunde", "Festsetzung Hund"])
def test_typing_finds_by_the_beginning_of_a_key_and_by_words(work: Work, typed: str):
    known = service(work)
    assert known in services.starting_with(work, typed)


def test_a_name_that_begins_so_comes_first(work: Work):
    service(work, key="", name="Befreiung von der Hundesteuer")
    first = service(work)
    assert services.starting_with(work, "hundesteuer")[0] is first


def test_percent_signs_are_letters_like_others(work: Work):
    service(work)
    assert services.starting_with(work, "%") == []


def test_modellers_read_the_catalogue_and_do_not_change_it(work: Work):
    known = service(work)
    with pytest.raises(Forbidden):
        services.add(work, NewService(name="Neu"))
    with pytest.raises(Forbidden):
        services.edit(work, known, edited(known))
    with pytest.raises(Forbidden):
        services.merge(work, known, "x")


def test_two_coordinators_cannot_write_over_each_other(coordinator: Work):
    known = service(coordinator)
    sent = edited(known, citizen_name="Hund versteuern")
    services.edit(coordinator, known, sent)
    with pytest.raises(Conflict, match="service_moved_on"):
        services.edit(coordinator, known, sent)
    assert known.citizen_name == "Hund versteuern"


def test_a_key_belongs_to_one_service(coordinator: Work):
    service(coordinator)
    with pytest.raises(Invalid) as refused:
        services.add(coordinator, NewService(name="Noch eine", key=DOG))
    assert refused.value.fields == {"key": "key_taken"}


def test_a_changed_service_lets_the_worker_index_its_entries_again(coordinator: Work):
    known = service(coordinator)
    makers.entry(coordinator, service_key=DOG)
    services.edit(coordinator, known, edited(known, synonyms="Hundeabgabe"))
    job = coordinator.session.scalars(select(Job).where(Job.kind == "service_index")).one()
    assert job.options == {"services": [known.id]}


def test_merging_moves_entries_names_and_the_address(coordinator: Work):
    keep = service(coordinator)
    twin = service(coordinator, key="", name="Hundesteuer", citizen_name="Hund versteuern", field="Engagement & Hobby")
    entry = makers.entry(coordinator, service="Hundesteuer")
    assert entry.service_id == twin.id
    services.merge(coordinator, twin, DOG)
    coordinator.session.refresh(entry)
    assert entry.service_id == keep.id
    assert {"Hundesteuer", "Hund versteuern"} <= {keep.citizen_name, *keep.synonyms.splitlines()}
    assert keep.field == "Engagement & Hobby"
    assert services.named(coordinator, "Hundesteuer") is keep
    with pytest.raises(services.Moved) as moved:
        services.find(coordinator, str(twin.id))
    assert moved.value.service is keep


def test_merging_hands_the_key_over_to_the_one_that_has_none(coordinator: Work):
    keep = service(coordinator, key="", name="Hundesteuer")
    twin = service(coordinator)
    services.merge(coordinator, twin, "Hundesteuer")
    assert (keep.key, twin.key, twin.active) == (DOG, None, False)


@pytest.mark.parametrize(("into", "code"), [("gibt es nicht", "no_such_service"), (DOG, "same_service")])
def test_a_service_is_merged_only_into_another_one_there_is(coordinator: Work, into: str, code: str):
    with pytest.raises(Invalid) as refused:
        services.merge(coordinator, service(coordinator), into)
    assert refused.value.fields == {"into": code}


@pytest.mark.parametrize("address", ["0", "abc", "99999999999999", "123456789012345678", "²"])
def test_an_address_that_leads_nowhere_is_not_found(work: Work, address: str):
    with pytest.raises(NotFound):
        services.find(work, address)


PLACED = {"field": "Engagement & Hobby", "situation": "Tierhaltung", "ozg_id": "10160", "ozg_name": "Hundehaltung"}


@pytest.mark.parametrize(
    ("person", "visible"),
    [
        ("modellierung@marburg.example", 2),
        ("modellierung@fulda.example", 1),
        ("foerderung@rp-giessen.example", 0),
        ("", 0),
    ],
)
def test_lists_topics_and_holders_count_only_what_the_reader_may_read(hub_work: Work, person: str, visible: int):
    known = service(hub_work, **PLACED)
    makers.entry(hub_work, service_key=DOG, visibility="ikz", title="Geteilt")
    makers.entry(hub_work, service_key=DOG, visibility="city", title="Intern")
    reader = makers.as_person(hub_work, person)
    assert [row.entry_count for row in catalogue.browse(reader, catalogue.Wanted(text=DOG)).rows] == [visible]
    assert len(catalogue.holders(reader, known)) == visible
    levels = (
        catalogue.topics(reader),
        catalogue.topics(reader, field=PLACED["field"]),
        catalogue.topics(reader, field=PLACED["field"], situation=PLACED["situation"]),
    )
    assert [[(row.service_count, row.entry_count) for row in rows] for rows in levels] == [[(1, visible)]] * 3
    used = catalogue.browse(reader, catalogue.Wanted(used=True))
    assert used.total == (1 if visible else 0)


def test_archived_entries_do_not_count(hub_work: Work):
    service(hub_work)
    entry = makers.entry(hub_work, service_key=DOG)
    entry.archived_at = hub_work.now
    hub_work.session.flush()
    assert catalogue.browse(hub_work, catalogue.Wanted(used=True)).total == 0


def test_filters_narrow_the_catalogue(work: Work):
    known = service(work, **PLACED, type="1, 2/3")
    service(work, key="", name="Umzug", type="5", field="Bauen & Wohnen")
    for wanted in (
        catalogue.Wanted(field="Engagement & Hobby"),
        catalogue.Wanted(situation="Tierhaltung"),
        catalogue.Wanted(bundle="10160"),
        catalogue.Wanted(type="2/3"),
        catalogue.Wanted(type="1"),
    ):
        assert [row.service.id for row in catalogue.browse(work, wanted).rows] == [known.id]
    assert catalogue.choices(work)["type"] == ["1", "2/3", "5"]
