"""A sign-in that ends while a form is being filled in: what was typed is still there and can be sent again."""

import pytest
from flask import Flask
from lxml import html

from tests.clients import Client, ClientFor, parsed, words

PATH = "/marburg/sepa-mandat-soll/discussion"
OWN = {"Origin": "http://localhost"}


def kept(page: html.HtmlElement) -> dict[str, str]:
    """Return the fields of the form that offers to send once more."""
    return {row.get("name"): row.get("value") for row in page.xpath("//main//form//input")}


@pytest.mark.parametrize("path", [PATH, "/marburg/gibt-es-nicht/discussion"])
def test_a_guest_who_sends_a_form_gets_it_back_with_a_way_to_sign_in(sample_app: Flask, path: str):
    guest = ClientFor(sample_app)()
    answer = guest.post(path, data={"text": "Lange\ngeschrieben", "audience": "ikz"}, headers=OWN)
    page = parsed(answer)
    assert answer.status_code == 401
    assert kept(page) | {"csrf_token": ""} == {"csrf_token": "", "text": "Lange\ngeschrieben", "audience": "ikz"}
    assert page.xpath("//main//form/@action") == [path]
    assert page.xpath("//main//a[@href='/login'][@target='_blank']")


def test_what_another_site_filled_in_is_not_offered_for_sending(sample_app: Flask):
    guest = ClientFor(sample_app)()
    answer = guest.post(PATH, data={"text": "Fremdes"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 401
    assert not parsed(answer).xpath("//main//form")


def test_a_password_never_comes_back_in_a_page(sample_app: Flask):
    guest = ClientFor(sample_app)()
    answer = guest.post("/account/password", data={"password": "streng geheim", "current": "alt"}, headers=OWN)
    assert "geheim" not in words(answer)
    assert "geheim" not in answer.get_data(as_text=True)


def test_a_form_whose_token_ended_can_be_sent_again(sample_app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sample_app.config, "WTF_CSRF_ENABLED", True)
    client: Client = ClientFor(sample_app)("modellierung@marburg.example")
    first = client.post(PATH, data={"text": "Noch da?"}, headers=OWN)
    assert first.status_code == 400
    fields = kept(parsed(first))
    assert fields["text"] == "Noch da?"
    assert client.post(PATH, data=fields, headers=OWN).status_code == 302
