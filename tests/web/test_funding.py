"""Funding on the pages: forms keep what was typed, the authority sees its room, strangers see nothing."""

import pytest
from flask import Flask

from hub.store.funding import GrantState
from tests import makers
from tests.actions.test_grants import EVERYBODY, LAND, OWNER, facts, programme
from tests.clients import ClientFor, parsed, words, writing

FORM = {
    "title": "Gemeinsame Prozesse",
    "programme": "ikz",
    "organisation": "marburg",
    "amount": "100.000,00",
    "period_start": "2026-01-01",
    "period_end": "2026-12-31",
    "partners": "fulda; 5.000,00\nGemeinde Musterhausen; 0",
}


@pytest.fixture
def with_programme(app: Flask) -> Flask:
    with writing(app) as work:
        programme(work)
    return app


def test_a_grant_is_added_changed_and_shown(with_programme: Flask, client_for: ClientFor) -> None:
    client = client_for(OWNER)
    answer = client.send("/funding/new", **FORM)
    assert answer.location == "/funding/gemeinsame-prozesse"
    text = words(client.get(answer.location))
    for said in ("100.000,00 €", "Gemeinde Musterhausen", "30.06.2027", "Zur Bewilligung fehlt das Aktenzeichen"):
        assert said in text
    assert "Gemeinsame Prozesse" in words(client.get("/funding"))
    form = parsed(client.get("/funding/gemeinsame-prozesse/edit"))
    assert form.xpath("//input[@id='amount']/@value") == ["100000,00"]
    again = client.send("/funding/gemeinsame-prozesse/edit", **{**FORM, "revision": "1", "reference": "IV 3"})
    assert again.status_code == 302
    stale = client.send("/funding/gemeinsame-prozesse/edit", **{**FORM, "revision": "1", "title": "Anders"})
    assert stale.status_code == 409
    assert parsed(stale).xpath("//input[@id='title']/@value") == ["Anders"]
    assert "Inzwischen hat jemand anderes das Fördervorhaben geändert" in words(stale)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "zehn Euro", "Betrag wie 100.000,00"),
        ("amount", "10,001", "höchstens zwei Stellen"),
        ("amount", "-5", "nicht negativ"),
        ("period_end", "2025-01-01", "Das Ende liegt vor dem Anfang"),
        ("period_start", "32.01.2026", "Tag wie 30.06.2026"),
        ("programme", "gibt-es-nicht", "einen der angebotenen Werte"),
        ("partners", "fulda; viel", "Zeile 1"),
        ("partners", "fulda; 1\nFulda; 2", "zweiten Mal"),
        ("partners", "marburg; 1", "federführende Stadt"),
    ],
)
def test_bad_input_is_explained_and_stays_in_the_form(
    with_programme: Flask, client_for: ClientFor, field: str, typed: str, sentence: str
) -> None:
    answer = client_for(OWNER).send("/funding/new", **{**FORM, field: typed})
    assert answer.status_code == 422
    assert sentence in words(answer)
    found = parsed(answer).xpath(f"//*[@id='{field}']")[0]
    assert (found.get("value") or (found.text or "").strip() or typed) == typed


def test_who_does_not_carry_a_grant_finds_nothing_of_it(with_programme: Flask, client_for: ClientFor) -> None:
    with writing(with_programme) as work:
        from hub.actions import grants

        made = grants.create(makers.as_person(work, OWNER), facts(title="Geheimes Vorhaben"))
        made.state = GrantState.RUNNING
    pages = (
        "", "/edit", "/plan", "/deadlines.ics", "/results/new", "/results/1", "/documents/1",
    )  # fmt: skip
    readers = {"modellierung@marburg.example", OWNER, "admin@marburg.example", "modellierung@fulda.example",
               "koordination@ikz.example", "admin@ikz.example"}  # fmt: skip
    for who in ("", *EVERYBODY):
        client = client_for(who)
        listed = "Geheimes Vorhaben" in words(client.get("/funding"))
        assert listed == (who in readers or who == LAND), who
        for page in pages:
            answer = client.get(f"/funding/geheimes-vorhaben{page}")
            if who not in readers:
                expected = {302} if who == LAND and page == "" else {404}
                assert answer.status_code in expected, (who, page)
                assert "Geheimes Vorhaben" not in answer.get_data(as_text=True)
    room = client_for(LAND).get("/funding/review/geheimes-vorhaben")
    assert room.status_code == 200
    assert client_for("modellierung@fulda.example").get("/funding/review/geheimes-vorhaben").status_code == 404


def test_documents_come_back_byte_for_byte_and_cannot_run(with_programme: Flask, client_for: ClientFor) -> None:
    import io

    client = client_for(OWNER)
    client.send("/funding/new", **FORM)
    data = b"<script>alert(1)</script>"
    answer = client.send(
        "/funding/gemeinsame-prozesse/documents",
        title="Bescheid",
        kind="notice",
        file=(io.BytesIO(data), "../../b\u00f6se.html"),
    )
    assert answer.status_code == 302
    got = client.get("/funding/gemeinsame-prozesse/documents/1")
    assert got.data == data
    assert got.mimetype == "application/octet-stream"
    assert "attachment" in got.headers["Content-Disposition"]
    assert ".." not in got.headers["Content-Disposition"]
    assert client_for(LAND).get("/funding/gemeinsame-prozesse/documents/1").status_code == 404


def test_reuse_is_recorded_and_exported_without_formulas(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work))
    client = client_for("koordination@ikz.example")
    answer = client.send(
        "/marburg/hundesteuer-anmelden/reuse", organisation="", name="=1+1", state="planned", version="1.00"
    )
    assert answer.status_code == 302
    table = client.get("/funding/reuse.csv").get_data(as_text=True)
    assert "'=1+1;" in table
    assert "noch nicht" in words(client.get("/marburg/hundesteuer-anmelden/reuse"))
