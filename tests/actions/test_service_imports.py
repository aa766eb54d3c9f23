"""Catalogue imports: all or nothing, no duplicates, and undone as a whole."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from hub import catalogue as table
from hub.actions import service_imports, services
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.services import EditService
from hub.store.services import Service, ServiceImport
from hub.work import Work
from tests import makers, needs

HEAD = "leika_schluessel;leistung;typisierung;ozg_id;synonyme\n"
FIRST = HEAD + "99102013002000;Hundesteuer Festsetzung;4;10160;Hundemarke\nnicht im LeiKa;SEPA-Mandat;5;;\n"

Bring = Callable[[str], ServiceImport]


@pytest.fixture
def coordinator(hub_work: Work) -> Work:
    return makers.as_person(hub_work, "koordination@ikz.example")


@pytest.fixture
def bring(coordinator: Work) -> Bring:
    """Return a function that imports the text of a file and returns the import."""

    def done(text: str) -> ServiceImport:
        found = service_imports.receive(coordinator, text.encode(), "katalog.csv")
        sheet = service_imports.sheet_of(coordinator, found)
        service_imports.order(coordinator, found, found.mapping)
        service_imports.apply(coordinator, found, table.read_rows(sheet, found.mapping))
        return found

    return done


def counts(found: ServiceImport) -> tuple[int, int, int, int]:
    report = found.report
    return report["new"], report["changed"], report["unchanged"], report["faulty"]


def all_services(work: Work) -> dict[str, str]:
    work.session.expire_all()
    return {row.name: row.synonyms for row in work.session.scalars(select(Service))}


def test_a_first_import_adds_every_row_and_the_same_file_again_changes_nothing(coordinator: Work, bring: Bring):
    assert counts(bring(FIRST)) == (2, 0, 0, 0)
    assert counts(bring(FIRST)) == (0, 0, 2, 0)
    assert len(all_services(coordinator)) == 2


def test_a_known_service_is_updated_and_an_empty_cell_leaves_what_is_there(coordinator: Work, bring: Bring):
    bring(FIRST)
    again = bring(HEAD + "99102013002000;Hundesteuer Festsetzung (neu);;10160;\n")
    assert counts(again) == (0, 1, 0, 0)
    found = services.by_key(coordinator, "99102013002000")
    assert found is not None
    assert (found.name, found.type, found.synonyms) == ("Hundesteuer Festsetzung (neu)", "4", "Hundemarke")


def test_a_service_somebody_typed_without_a_key_gets_its_key(coordinator: Work, bring: Bring):
    entry = makers.entry(coordinator, service="Hundesteuer Festsetzung")
    assert counts(bring(FIRST)) == (1, 1, 0, 0)
    coordinator.session.refresh(entry)
    assert entry.service is not None
    assert entry.service.key == "99102013002000"


def test_a_merged_service_does_not_come_back(coordinator: Work, bring: Bring):
    bring(FIRST)
    keep = services.named(coordinator, "SEPA-Mandat")
    dog = services.by_key(coordinator, "99102013002000")
    assert keep is not None
    assert dog is not None
    keep.key, dog_id = "99000000000000", dog.id
    services.merge(coordinator, dog, str(keep.id))
    assert counts(bring(HEAD + "99102013002000;Hundesteuer Festsetzung;4;10160;Neu\n")) == (0, 0, 1, 0)
    assert services.by_key(coordinator, "99102013002000") is keep
    assert coordinator.session.get_one(Service, dog_id).active is False


def test_faulty_rows_are_left_out_and_named_with_line_and_remedy(bring: Bring):
    found = bring(FIRST + "123;Kaputt;1;1;\n")
    assert counts(found) == (2, 0, 0, 1)
    ((line, text),) = found.report["faults"]
    assert line == 4
    assert "14 Ziffern" in text


def test_undoing_restores_former_values_and_removes_what_was_added(coordinator: Work, bring: Bring):
    bring(HEAD + "99102013002000;Hundesteuer;4;10160;Alt\n")
    before = all_services(coordinator)
    second = bring(FIRST)
    assert all_services(coordinator) != before
    service_imports.undo(coordinator, second)
    assert all_services(coordinator) == before
    assert (second.report["restored"], second.report["removed"], second.report["kept"]) == (1, 1, [])


def test_undoing_keeps_what_somebody_has_edited_since_and_what_entries_use(coordinator: Work, bring: Bring):
    bring(HEAD + "99102013002000;Hundesteuer;4;10160;Alt\n")
    second = bring(FIRST)
    coordinator.session.expire_all()
    dog = services.by_key(coordinator, "99102013002000")
    assert dog is not None
    sent = dog.values() | {"citizen_name": "Hund versteuern", "revision": dog.revision, "active": "1"}
    services.edit(coordinator, dog, EditService.model_validate(sent))
    makers.entry(coordinator, service="SEPA-Mandat")
    service_imports.undo(coordinator, second)
    assert set(all_services(coordinator)) == {"Hundesteuer Festsetzung", "SEPA-Mandat"}
    assert {name for name, _why in second.report["kept"]} == {"Hundesteuer Festsetzung", "SEPA-Mandat"}


def test_an_import_is_undone_once(coordinator: Work, bring: Bring):
    found = bring(FIRST)
    service_imports.undo(coordinator, found)
    with pytest.raises(Conflict, match="nothing_to_undo"):
        service_imports.undo(coordinator, found)


def test_a_preview_says_what_would_happen_and_writes_nothing(coordinator: Work):
    found = service_imports.receive(coordinator, FIRST.encode("cp1252"), "katalog.csv")
    seen = service_imports.preview(coordinator, found)
    assert seen.plan is not None
    assert len(seen.plan.new) == 2
    assert all_services(coordinator) == {}


def test_without_a_column_for_the_names_nothing_is_ordered(coordinator: Work):
    found = service_imports.receive(coordinator, b"ozg_id;ozg_leistung\n10160;Hundehaltung\n", "bundles.csv")
    assert service_imports.preview(coordinator, found).plan is None
    with pytest.raises(Invalid) as refused:
        service_imports.order(coordinator, found, found.mapping)
    assert "ozg_id, ozg_leistung" in refused.value.fields["name"]


def test_a_column_may_be_chosen_by_hand(coordinator: Work):
    found = service_imports.receive(coordinator, b"ozg_id;ozg_leistung\n10160;Hundehaltung\n", "bundles.csv")
    seen = service_imports.preview(coordinator, found, {"name": 1, "ozg_id": 0, "field": 77})
    assert seen.mapping == {"name": 1, "ozg_id": 0}
    assert seen.plan is not None
    assert [row.values["name"] for row in seen.plan.new] == ["Hundehaltung"]


def test_only_the_coordination_imports_and_sees_imports(work: Work, coordinator: Work):
    with pytest.raises(Forbidden):
        service_imports.receive(work, FIRST.encode(), "katalog.csv")
    found = service_imports.receive(coordinator, FIRST.encode(), "katalog.csv")
    with pytest.raises(NotFound):
        service_imports.find(work, found.id)


def test_the_real_catalogue_comes_in_whole_twice_without_duplicates(coordinator: Work, bring: Bring):
    text = (needs.corpus("fim") / "ozg_katalog_services_nrw.csv").read_text("utf-8")
    first = bring(text)
    assert first.report["total"] == 5251
    assert first.report["faulty"] == 2
    count = coordinator.session.scalar(select(func.count()).select_from(Service))
    again = bring(text)
    assert (again.report["new"], again.report["changed"]) == (0, 0)
    assert coordinator.session.scalar(select(func.count()).select_from(Service)) == count
    service_imports.undo(coordinator, first)
    assert coordinator.session.scalar(select(func.count()).select_from(Service)) == 0
