"""FIM pages: report, forms that lose nothing, XProzess in and out."""

import io

import pytest
from flask import Flask
from lxml import etree

from hub import xprozess
from hub.cli import jobs
from hub.store.activity import Job
from tests import makers
from tests import xprozess as made
from tests.clients import Client, ClientFor, words, writing

PATH = "/marburg/hundesteuer-anmelden"


@pytest.fixture(autouse=True)
def entry(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, legal_bases="§ 1 HStS")


def test_the_report_says_what_is_missing(client: Client):
    page = client.get(f"{PATH}/fim")
    assert "Noch nicht FIM-konform" in words(page)
    assert "Beteiligte Stelle mit der Rolle Hauptakteur" in words(page)
    assert "Vorschlag: RAG 1" in words(page)


def test_types_set_in_the_list_show_in_the_text_and_on_the_diagram(client: Client):
    answer = client.send(f"{PATH}/fim/activities", revision="1", **{"type-step1": "1", "type-step2": "3"})
    assert answer.status_code == 302
    page = client.get(PATH)
    assert "RAG 3 – Sachverhalt formell prüfen" in words(page)
    assert '"badge": "RAG 1 \\u2013 Information empfangen"' in page.text


def test_suggestions_fill_the_list_but_are_not_saved(client: Client):
    page = client.page(f"{PATH}/fim/activities?suggest=1")
    chosen = page.xpath("//select[@name='type-step1']/option[@selected]/@value")
    assert chosen == ["1"]
    assert client.page(f"{PATH}/fim/activities").xpath("//select[@name='type-step1']/option[@selected]/@value") == ["0"]


def test_a_stale_list_is_refused_and_keeps_what_was_chosen(client: Client):
    client.send(f"{PATH}/fim/activities", revision="1", **{"type-step1": "1"})
    answer = client.send(f"{PATH}/fim/activities", revision="1", **{"type-step2": "8"})
    assert answer.status_code == 422
    page = etree.HTML(answer.text)
    assert page.xpath("//select[@name='type-step2']/option[@selected]/@value") == ["8"]


def test_a_profile_is_saved_and_shown_again(client: Client):
    sent = {"person-0": "Halterin oder Halter", "role-0": "1", "person-1": "Steueramt", "role-1": "2"}
    answer = client.send(
        f"{PATH}/fim/profile",
        revision="1",
        definition="Die Stadt setzt die Steuer fest.",
        triggers="Anmeldung\nFormular: D00000094",
        status="3",
        valid_from="2026-01-01",
        **sent,
        **{"basis-0": "§\u00a01 HStS", "kind-0": "104", "uri-0": "https://recht.example/1"},
    )
    assert answer.status_code == 302
    page = client.page(f"{PATH}/fim/profile")
    assert page.xpath("//input[@name='person-1']/@value") == ["Steueramt"]
    assert page.xpath("//input[@name='uri-0']/@value") == ["https://recht.example/1"]
    assert "Entwurf" in words(client.get(f"{PATH}/fim"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person-0": "Amt ohne Rolle"}, "Bitte wählen Sie für jede beteiligte Stelle eine Rolle"),
        ({"valid_from": "31.12.2026"}, "Bitte geben Sie ein Datum ein"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "Ende der Gültigkeit liegt vor"),
        ({"procedure": "nicht förmlich"}, "Code aus der Codeliste"),
        ({"status": "77"}, "Bitte wählen Sie einen der angebotenen Werte"),
        ({"basis-0": "§\u00a01 HStS", "uri-0": "javascript:alert(1)"}, "https:// am Anfang"),
    ],
)
def test_a_wrong_profile_is_refused_with_the_reason_and_nothing_typed_is_lost(
    client: Client, wrong: dict[str, str], said: str
):
    answer = client.send(f"{PATH}/fim/profile", **{"revision": "1", "definition": "Bleibt stehen", **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Bleibt stehen" in answer.text


def test_a_group_is_saved_with_its_attributes(client: Client):
    answer = client.send(f"{PATH}/fim/activities/step1", revision="1", type="1", received="Anmeldung | Halterin")
    assert answer.status_code == 302
    page = client.page(f"{PATH}/fim/activities/step1")
    assert page.xpath("//textarea[@name='received']/text()")[0].strip() == "Anmeldung | Halterin"


def test_other_cities_read_the_report_but_see_no_forms(client_for: ClientFor):
    stranger = client_for("modellierung@fulda.example")
    assert stranger.get(f"{PATH}/fim").status_code == 200
    for way in ("fim/profile", "fim/activities", "fim/activities/step1"):
        assert stranger.get(f"{PATH}/{way}").status_code == 403
        assert stranger.send(f"{PATH}/{way}", revision="1").status_code in (403, 422)


def test_guests_learn_nothing_of_drafts(client_for: ClientFor):
    guest = client_for()
    for way in ("fim", "fim/profile", "fim/activities", "fim/activities/step1", "versions/0.01/xprozess.xml"):
        assert guest.get(f"{PATH}/{way}").status_code == 404


def test_an_entry_leaves_as_a_message(client: Client):
    answer = client.get(f"{PATH}/versions/0.01/xprozess.xml")
    [found] = xprozess.read(answer.data).processes
    assert found.process.name == "Hundesteuer anmelden"
    assert answer.data == client.get(f"{PATH}/versions/0.01/xprozess.xml").data


def _upload(client: Client, data: bytes) -> str:
    answer = client.send("/new/xprozess", file=(io.BytesIO(data), "prozesse.xml"))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_chosen_processes_of_a_file_become_entries_with_a_report(app: Flask, client: Client):
    names = ("Hund anmelden", "Katze anmelden", "Pferd anmelden")
    data = made.message(*(made.process(f"990000000000{at:02}", name) for at, name in enumerate(names)))
    place = _upload(client, data)
    assert "3 Prozesse in der Datei" in words(client.get(place))
    answer = client.send(place, chosen=["0", "2"], organisation="marburg", visibility="ikz")
    assert answer.status_code == 302
    with writing(app) as work:
        job_id = work.session.query(Job.id).scalar()
    with app.app_context():
        jobs.JOBS["xprozess"](job_id)
    report = words(client.get(answer.headers["Location"]))
    assert "Hund anmelden" in report
    assert "Pferd anmelden" in report
    assert "Katze anmelden" not in report
    assert client.get("/marburg/hund-anmelden/fim").status_code == 200
    assert client.get("/marburg/katze-anmelden").status_code == 404


def test_a_file_that_is_no_message_is_refused_with_the_reason(client: Client):
    answer = client.send("/new/xprozess", file=(io.BytesIO(b"<a/>"), "x.xml"))
    assert answer.status_code == 422
    assert "keine XProzess-Nachricht" in words(answer)


def test_nothing_chosen_keeps_the_page(client: Client):
    place = _upload(client, made.message())
    answer = client.send(place, organisation="marburg", visibility="ikz")
    assert answer.status_code == 422
    assert "mindestens einen Prozess" in words(answer)


def test_nobody_imports_for_another_city(client: Client):
    place = _upload(client, made.message())
    assert client.send(place, chosen="0", organisation="fulda", visibility="ikz").status_code == 422


def test_an_upload_of_somebody_else_is_not_found(client: Client, client_for: ClientFor):
    place = _upload(client, made.message())
    assert client_for("modellierung@fulda.example").get(place).status_code == 404
    assert client_for().get(place).status_code in (403, 404)
