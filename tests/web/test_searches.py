"""The search page's own things: saving a search, the latest searches, the coordination's words."""

import pytest
from flask import Flask

from hub.cli import worker
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

COORDINATION = "koordination@ikz.example"


@pytest.fixture
def library(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer anmelden")


def work_off(app: Flask) -> None:
    while worker.once(app, app.config["HUB"]):
        pass


@pytest.mark.usefixtures("library")
def test_a_search_is_saved_with_its_filters_and_shows_what_is_new(client: Client, app: Flask) -> None:
    page = client.page("/search?q=Hund&kind=process")
    assert page.xpath("string(//form[@action='/searches']//input[@name='filters']/@value)") == "kind=process"
    [explained] = page.xpath("//a[.='Reihenfolge erklären']/@href")
    assert explained == "/search?q=Hund&kind=process&explain=1"
    assert "Warum dieser Treffer?" in words(client.get(explained))
    answer = client.send("/searches", query="Hund", filters="kind=process&evil=1", name="Alles zum Hund", alert="1")
    assert answer.location == "/searches"
    work_off(app)
    assert "1 neu" not in words(client.get("/searches"))
    with writing(app) as work:
        makers.entry(work, title="Hundehaltung anzeigen")
    work_off(app)
    listed = words(client.get("/searches"))
    assert "Alles zum Hund 1 neu" in listed
    look = parsed(client.get("/searches")).xpath("string(//form[contains(@action, '/look')]/@action)")
    assert client.send(look).location == "/search?q=Hund&kind=process"
    assert "1 neu" not in words(client.get("/searches"))


def test_a_search_for_nothing_is_refused_kindly(client: Client) -> None:
    answer = client.send("/searches", query="", filters="", alert="1")
    assert "bevor Sie die Suche speichern" in words(client.get(answer.location))


def test_strangers_change_nothing_in_a_saved_search(client: Client, client_for: ClientFor) -> None:
    client.send("/searches", query="Hund", filters="")
    stranger = client_for("lesen@limburg.example")
    for verb in ("look", "alert", "delete"):
        assert stranger.send(f"/searches/1/{verb}").status_code == 404
    assert client.send("/searches/1/alert", on="1").status_code == 302
    assert client.send("/searches/1/delete").status_code == 302
    assert "noch keine Suche gespeichert" in words(client.get("/searches"))


def test_guests_are_asked_to_sign_in_for_saved_searches(client_for: ClientFor) -> None:
    assert client_for().get("/searches").location.startswith("/login")
    assert "Suche speichern" not in words(client_for().get("/search?q=Hund"))


@pytest.mark.usefixtures("library")
def test_a_search_is_remembered_by_the_form_that_its_page_carries(client: Client) -> None:
    page = client.page("/search?q=Hund")
    form = page.xpath("//form[@data-remember]")[0]
    assert (
        client.send(form.get("action"), query=form.xpath("string(.//input[@name='query']/@value)")).status_code == 204
    )
    assert "Ihre letzten Suchen: Hund" in words(client.get("/search"))
    client.send("/searches/recent/clear")
    assert "Ihre letzten Suchen:" not in words(client.get("/search"))


def test_remembering_is_switched_off_for_good(client: Client) -> None:
    client.send("/searches/recent/keep", on="0")
    assert "data-remember" not in client.get("/search?q=Hund").get_data(as_text=True)
    assert "Das Merken ist ausgeschaltet" in words(client.get("/searches"))
    client.send("/searches/recent/keep", on="1")
    assert "data-remember" in client.get("/search?q=Hund").get_data(as_text=True)


@pytest.mark.usefixtures("library")
def test_the_coordination_teaches_a_synonym_that_everybody_finds_at_once(client_for: ClientFor) -> None:
    coordination, reader = client_for(COORDINATION), client_for("lesen@limburg.example")
    assert "Hundesteuer anmelden" not in words(reader.get("/search?q=Wauwau"))
    answer = coordination.send("/search/words", kind="same", words="Wauwau\r\nHund", note="Anruf aus Fulda")
    assert answer.status_code == 302
    assert coordination.page(answer.location).xpath("//tbody//td[2]/text()") == ["hund"]
    assert "Hundesteuer anmelden" in words(reader.get("/search?q=Wauwau"))


def test_a_rule_for_splitting_rebuilds_the_index_by_itself(client_for: ClientFor, app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, title="Xylorat einberufen", visibility="ikz")
    work_off(app)
    coordination = client_for(COORDINATION)
    coordination.send("/search/words", kind="split", words="Xylorat\nXylo\nRat")
    assert "neu aufgebaut" in words(coordination.get("/search/words"))
    work_off(app)
    assert "neu aufgebaut" not in words(coordination.get("/search/words"))
    assert "Xylorat einberufen" in words(coordination.get("/search?q=Xylo"))


def test_a_wrong_rule_stays_in_the_form(client_for: ClientFor) -> None:
    answer = client_for(COORDINATION).send("/search/words", kind="same", words="Wauwau", note="Anruf")
    assert answer.status_code == 422
    assert "mindestens zwei Wörter" in words(answer)
    assert parsed(answer).xpath("string(//textarea[@id='words'])").strip() == "Wauwau"


def test_only_the_coordination_sees_the_word_list(client: Client) -> None:
    assert client.get("/search/words").status_code == 403
    assert "Wörter der Suche" not in words(client.get("/search?q=Hund"))
