"""The catalogue, its imports and its pictures ask the same of SQLite and of PostgreSQL."""

from flask import Flask

from hub import catalogue as table
from hub.actions import catalogue, landscape, portfolio, renderings, service_imports, services, similar
from hub.actions.portfolio import Wanted
from hub.store.services import Service, ServiceImport
from hub.work import Work
from tests import makers
from tests.clients import writing

FILE = (
    "leika_schluessel;leistung;typisierung;ozg_id;ozg_leistung;lage;themenfeld;synonyme\n"
    "99102013002000;Hundesteuer Festsetzung;1, 2/3;10160;Hundehaltung;Tierhaltung;Engagement & Hobby;Hundemarke\n"
    "nicht im LeiKa;SEPA-Mandat;5;;;;Querschnitt;\n"
)
DOG = "99102013002000"


def brought(work: Work, text: str) -> ServiceImport:
    found = service_imports.receive(work, text.encode(), "katalog.csv")
    sheet = service_imports.sheet_of(work, found)
    service_imports.order(work, found, found.mapping)
    service_imports.apply(work, found, table.read_rows(sheet, found.mapping))
    return found


def test_a_catalogue_is_imported_changed_found_and_undone(both: Flask):
    with writing(both) as work:
        first = brought(work, FILE)
        second = brought(work, FILE.replace("Hundemarke", "Hundeplakette"))
        assert (first.report["new"], second.report["changed"]) == (2, 1)
        made = (second.id, first.id)
    with writing(both) as work:
        assert [row.key for row in services.starting_with(work, "hundeplak")] == [DOG]
        assert [row.key for row in services.starting_with(work, "99 102")] == [DOG]
        found = services.named(work, "HUNDEPLAKETTE")
        assert found is not None
        assert [topic.name for topic in catalogue.topics(work)] == ["Engagement & Hobby", "Querschnitt"]
        assert catalogue.browse(work, catalogue.Wanted(type="2/3")).total == 1
        assert catalogue.browse(work, catalogue.Wanted(text="mandat")).total == 1
    with writing(both) as work:
        for key in made:
            service_imports.undo(work, service_imports.find(work, key))
        assert catalogue.browse(work, catalogue.Wanted()).total == 0


def test_the_pictures_and_similar_models_ask_what_both_understand(both: Flask):
    with writing(both) as work:
        brought(work, FILE)
        entry = makers.published(work, makers.entry(work, service_key=DOG, visibility="public"))
        assert entry.head is not None
        renderings.keep(work, entry.head.blob_sha256, renderings.missing(work, entry.head.blob_sha256))
    with writing(both) as hub:
        for person in ("modellierung@fulda.example", "foerderung@rp-giessen.example", ""):
            work = makers.as_person(hub, person)
            assert [line.service.key for line in portfolio.show(work, Wanted(state="published")).lines] == [DOG]
            assert portfolio.show(work, Wanted(media="free")).lines == []
            assert [number for _city, _state, number in portfolio.by_state(work)] == [1]
            assert portfolio.by_rule(work) == []
            assert portfolio.months(work)[-1].versions == 1
            assert [share.published for share in portfolio.shares(work)] == [1.0]
            assert [area.name for area in landscape.areas(work)] == ["Engagement & Hobby"]
            assert landscape.calls(work) == []
            wanted = similar.Wanted("Hundesteuer", services.by_key(work, DOG), makers.content(makers.bpmn()))
            assert [found.same_content for found in similar.find(work, wanted)] == [True]


def test_two_services_are_merged_and_the_old_address_leads_on(both: Flask):
    with writing(both) as work:
        brought(work, FILE)
        twin = services.named(work, "SEPA-Mandat")
        assert twin is not None
        makers.entry(work, service="SEPA-Mandat")
        services.merge(work, twin, DOG)
        old = twin.id
    with writing(both) as work:
        (row,) = catalogue.browse(work, catalogue.Wanted(used=True)).rows
        assert (row.service.key, row.entry_count) == (DOG, 1)
        assert services.named(work, "SEPA-Mandat") is row.service
        assert work.session.get_one(Service, old).active is False
