"""A cookie that was checked once is known again, and is worth no more than the first time."""

from datetime import timedelta

from flask import Flask

from tests.clients import Client, ClientFor
from tests.conftest import MODELLER


def _signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_a_known_cookie_ends_when_its_time_is_over(app: Flask) -> None:
    client = ClientFor(app)(MODELLER)
    first = _signed_in(client)
    app.permanent_session_lifetime = timedelta(seconds=-1)
    assert (first, _signed_in(client)) == (True, False)


def test_one_changed_letter_of_a_known_cookie_makes_it_worthless(app: Flask) -> None:
    client = ClientFor(app)(MODELLER)
    assert _signed_in(client)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    for at in (3, len(cookie.value) - 3):
        other = "A" if cookie.value[at] != "A" else "B"
        client.set_cookie(cookie.key, cookie.value[:at] + other + cookie.value[at + 1 :])
        assert not _signed_in(client)


def test_what_one_request_puts_into_its_session_is_not_in_that_of_an_older_cookie(app: Flask) -> None:
    client = ClientFor(app)(MODELLER)
    client.get("/account")
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    client.post("/language", data={"language": "en", "csrf_token": client.token()})
    english = client.get("/library").text
    client.set_cookie(cookie.key, cookie.value)
    assert ('<html lang="en"' in english, '<html lang="de"' in client.get("/library").text) == (True, True)


def test_the_token_of_one_browser_opens_no_form_of_another(app: Flask) -> None:
    mine, other = ClientFor(app)(MODELLER), ClientFor(app)("modellierung@fulda.example")
    tokens = {mine.token(), other.token()}
    assert len(tokens) == 2
    assert other.post("/theme", data={"theme": "dark", "csrf_token": mine.token()}).status_code == 400
