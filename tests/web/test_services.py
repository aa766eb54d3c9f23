"""The pages of the catalogue: reading, editing, importing a file, choosing a service in a form."""

import io
from typing import Any

import pytest
from flask import Flask

from hub.actions import services
from hub.cli import jobs, worker
from hub.config import Settings
from hub.inputs.services import NewService
from hub.store.accounts import Membership
from hub.store.entries import Entry
from tests import makers
from tests.clients import Client, ClientFor, words, writing

DOG = "99102013002000"
CATALOGUE = (
    "leika_schluessel;leistung;typisierung;ozg_id;rechtsgrundlage\r\n"
    '99102013002000;Hundesteuer Festsetzung;4;10160;"§ 1 Satzung; § 2 Satzung"\r\n'
    "123;Kaputt;4;10160;\r\n"
)


@pytest.fixture
def coordinator(client_for: ClientFor) -> Client:
    return client_for("koordination@ikz.example")


def plant(app: Flask) -> None:
    with writing(app) as work:
        services.add(
            work,
            NewService(
                name="Hundesteuer Festsetzung", citizen_name="Hund versteuern", key=DOG, synonyms="Hundemarke",
                field="Engagement & Hobby", situation="Tierhaltung", ozg_id="10160", ozg_name="Hundehaltung",
            ),
        )  # fmt: skip
        makers.entry(work, service_key=DOG, title="Steuer in Marburg", visibility="city")


def test_a_service_explains_its_key_and_says_who_has_something(app: Flask, client: Client, guest: Client):
    plant(app)
    told = words(client.get(f"/services/{DOG}"))
    assert "99 102 013 002 000" in told
    assert "Steuern" in told
    assert "Festsetzung" in told
    assert "Steuer in Marburg" in told
    assert "Steuer in Marburg" not in words(guest.get(f"/services/{DOG}"))
    assert f"https://fimportal.de/detail/L/{DOG}" in client.get(f"/services/{DOG}").get_data(as_text=True)


def test_the_number_of_a_service_with_a_key_leads_to_its_key(app: Flask, client: Client):
    plant(app)
    answer = client.get("/services/1")
    assert (answer.status_code, answer.location) == (301, f"/services/{DOG}")


@pytest.mark.parametrize("path", ["/services/77", "/services/abc", "/services/99999999999999", "/services/import/5"])
def test_what_is_not_there_is_not_found(coordinator: Client, path: str):
    assert coordinator.get(path).status_code == 404


@pytest.mark.parametrize("typed", ["hundem", "99 102", "Hund versteuern"])
def test_the_list_and_the_suggestions_find_what_is_typed(app: Flask, guest: Client, typed: str):
    plant(app)
    assert "Hund versteuern" in words(guest.get("/services", query_string={"q": typed}))
    (row,) = guest.get("/services/suggest", query_string={"q": typed}).get_json()
    assert (row["name"], row["key"], row["url"]) == ("Hundesteuer Festsetzung", DOG, f"/services/{DOG}")


def test_topics_lead_from_the_field_to_the_services(app: Flask, guest: Client):
    plant(app)
    path = "/services/topics"
    for name in ("Engagement & Hobby", "Tierhaltung", "Hundehaltung", "Hund versteuern"):
        page = guest.page(path)
        (link,) = page.xpath(f"//main//a[normalize-space()='{name}']")
        path = link.get("href")
    assert path == f"/services/{DOG}"


def test_a_service_typed_by_its_synonym_is_understood_without_a_script(app: Flask, client: Client):
    plant(app)
    answer = client.send("/new/blank", title="Neu", organisation="marburg", service="Hundemarke")
    assert answer.status_code == 302
    with writing(app) as work:
        found = services.by_key(work, DOG)
        assert found is not None
        assert {"Neu", "Steuer in Marburg"} == {row.title for row in work.session.query(Entry)}
        assert {row.service_id for row in work.session.query(Entry)} == {found.id}


def test_a_key_with_13_digits_is_refused_and_nothing_typed_is_lost(client: Client):
    answer = client.send("/new/blank", title="Mein Titel", organisation="marburg", service_key="9910201300200")
    assert answer.status_code == 422
    assert "hier sind es 13" in words(answer)
    assert "Mein Titel" in answer.get_data(as_text=True)


def test_editing_names_what_is_wrong_and_keeps_what_was_typed(app: Flask, coordinator: Client):
    plant(app)
    fields: dict[str, Any] = {"name": "Neuer Name", "key": "12", "revision": "1", "active": "1"}
    answer = coordinator.send(f"/services/{DOG}/edit", **fields)
    assert answer.status_code == 422
    assert "Neuer Name" in answer.get_data(as_text=True)
    answer = coordinator.send(f"/services/{DOG}/edit", **fields | {"key": DOG})
    assert answer.status_code == 302
    stale = coordinator.send(f"/services/{DOG}/edit", **fields | {"key": DOG, "name": "Spät"})
    assert stale.status_code == 409
    assert "Neuer Name" in words(stale)
    assert "Spät" in stale.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/services/new", "/services/import", f"/services/{DOG}/edit", f"/services/{DOG}/merge"]
)
def test_only_the_coordination_reaches_the_forms(app: Flask, client: Client, coordinator: Client, path: str):
    plant(app)
    assert client.get(path).status_code == 403
    assert coordinator.get(path).status_code == 200


def imported(app: Flask, coordinator: Client, data: bytes) -> str:
    answer = coordinator.send("/services/import", file=(io.BytesIO(data), "katalog.csv"))
    assert answer.status_code == 302, words(answer)
    path = str(answer.location)
    assert "1 neu" in words(coordinator.get(path))
    assert coordinator.send(path).status_code == 302
    assert "wartet auf seinen Beginn" in words(coordinator.get(path))
    with app.app_context():
        while worker.do_jobs():
            pass
    return path


def test_a_catalogue_is_looked_at_imported_reported_and_undone(app: Flask, coordinator: Client):
    path = imported(app, coordinator, CATALOGUE.encode("cp1252"))
    told = words(coordinator.get(path))
    assert "2 Zeilen: 1 neu, 0 geändert, 0 unverändert, 1 fehlerhaft" in told
    assert "hier sind es 3" in told
    assert "§ 2 Satzung" in words(coordinator.get(f"/services/{DOG}"))
    assert coordinator.send(f"{path}/undo").status_code == 302
    assert "rückgängig gemacht" in words(coordinator.get(path))
    assert coordinator.get(f"/services/{DOG}").status_code == 404


def test_the_preview_is_renewed_with_other_columns(app: Flask, coordinator: Client):
    answer = coordinator.send("/services/import", file=(io.BytesIO(CATALOGUE.encode()), "katalog.csv"))
    other = coordinator.send(answer.location, again="1", column_name="4", column_key="0")
    assert "§ 1 Satzung; § 2 Satzung" in words(other)
    missing = coordinator.send(answer.location, column_key="0")
    assert missing.status_code == 422
    assert "Die Spalte mit dem Namen der Leistung fehlt" in words(missing)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b'a;b\n"offen;1\n'])
def test_a_file_that_is_no_catalogue_is_refused_on_its_page(coordinator: Client, data: bytes):
    answer = coordinator.send("/services/import", file=(io.BytesIO(data), "katalog.csv"))
    assert answer.status_code == 422
    assert "Bitte" in words(answer)


def test_an_import_by_somebody_who_lost_the_right_changes_nothing(app: Flask, coordinator: Client):
    answer = coordinator.send("/services/import", file=(io.BytesIO(CATALOGUE.encode()), "katalog.csv"))
    coordinator.send(answer.location)
    with writing(app) as work:
        for held in work.session.query(Membership):
            work.session.delete(held)
    with app.app_context():
        while worker.do_jobs():
            pass
    assert "services" in jobs.JOBS
    with writing(app) as work:
        assert services.by_key(work, DOG) is None


def test_a_new_synonym_of_a_service_finds_its_entries(app: Flask, client: Client, coordinator: Client):
    plant(app)
    assert "Steuer in Marburg" not in words(client.get("/search?q=Vierbeinerabgabe"))
    fields = {"name": "Hundesteuer Festsetzung", "key": DOG, "revision": "1", "active": "1"}
    coordinator.send(f"/services/{DOG}/edit", **fields, synonyms="Vierbeinerabgabe")
    settings: Settings = app.config["HUB"]
    while worker.once(app, settings):
        pass
    assert "Steuer in Marburg" in words(client.get("/search?q=Vierbeinerabgabe"))
