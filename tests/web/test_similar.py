"""„Is there one already?“ on the forms of new entries and on an entry's own page."""

import io

from flask import Flask

from tests import makers
from tests.clients import Client, ClientFor, words, writing

FILE = makers.bpmn(*makers.STEPS[:3], "Zahlung überwachen")


def plant(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, owner="fulda", title="Hunde in Fulda", service="Hundesteuer Festsetzung")
        makers.entry(work, owner="fulda", title="Geheim in Fulda", visibility="city")


def test_typing_a_title_or_choosing_a_service_tells_of_what_there_is(app: Flask, client: Client):
    plant(app)
    told = words(client.send("/new/blank/similar", title="Hunde Fulda"))
    assert "Hunde in Fulda" in told
    assert "ähnlicher Titel" in told
    told = words(client.send("/new/blank/similar", service="Hundesteuer Festsetzung"))
    assert "gleiche Leistung" in told
    assert "Geheim" not in told


def test_a_chosen_file_tells_of_models_with_the_same_steps_and_offers_to_fork_them(app: Flask, client: Client):
    plant(app)
    answer = client.send("/new/upload/similar", title="Neu", file=(io.BytesIO(FILE), "hund.bpmn"))
    assert "3 von 4 Schritten gleich" in words(answer)
    assert "/fulda/hunde-in-fulda/fork?version=0.01" in answer.get_data(as_text=True)


def test_a_file_that_cannot_be_read_is_no_error_here(client: Client):
    answer = client.send("/new/upload/similar", title="Unbekanntes", file=(io.BytesIO(b"<x"), "x.bpmn"))
    assert answer.status_code == 200
    assert "kein ähnliches Modell" in words(answer)


def test_without_a_script_the_form_answers_itself_and_keeps_what_was_typed(app: Flask, client: Client):
    plant(app)
    answer = client.send(
        "/new/paste", title="Mein Titel", organisation="marburg", source=FILE.decode(), similar="1", summary="Kurz"
    )
    assert answer.status_code == 200
    assert "3 von 4 Schritten gleich" in words(answer)
    page = answer.get_data(as_text=True)
    assert "Mein Titel" in page
    assert "Zahlung überwachen" in page
    assert "Kurz" in page


def test_after_an_upload_the_author_hears_of_a_very_similar_model(app: Flask, client: Client):
    plant(app)
    answer = client.send(
        "/new/upload", title="Hund", organisation="marburg", file=(io.BytesIO(makers.bpmn()), "h.bpmn")
    )
    assert answer.status_code == 302
    assert "sehr ähnliche Modelle" in words(client.get(answer.location))
    told = words(client.get(f"{answer.location}/similar"))
    assert "Hunde in Fulda" in told
    assert "derselbe Inhalt" in told


def test_the_page_of_similar_models_shows_nobody_more_than_they_may_read(app: Flask, client_for: ClientFor):
    plant(app)
    with writing(app) as work:
        makers.published(work, makers.entry(work, title="Offen", visibility="public"))
    assert "Hunde in Fulda" in words(client_for("modellierung@marburg.example").get("/marburg/offen/similar"))
    assert "Hunde in Fulda" not in words(client_for("").get("/marburg/offen/similar"))
