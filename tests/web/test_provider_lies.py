"""Answers of a provider that lies, or that somebody has stolen, changed or repeated: nobody gets in by them."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from hub.http import COOKIE_TOKEN
from tests.clients import Client, ClientFor, words
from tests.openid_provider import CLIENT
from tests.providers import GROUPS, Running, come_back, describe, far, free_port, people, walk
from tests.web.steps import (
    signed_in,
)

LIES: dict[str, dict[str, Any]] = {
    "other issuer": {"claims": {"iss": "https://evil.example"}},
    "other audience": {"claims": {"aud": "somebody else"}},
    "several audiences without azp": {"claims": {"aud": [CLIENT, "somebody else"]}},
    "made for another party": {"claims": {"aud": [CLIENT, "somebody else"], "azp": "somebody else"}},
    "other nonce": {"claims": {"nonce": "of an older answer"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": far(-3600)}},
    "no expiry": {"claims": {"exp": None}},
    "from the future": {"claims": {"iat": far(3600), "nbf": far(3600)}},
    "no subject": {"claims": {"sub": None}},
    "subject is no text": {"claims": {"sub": {"$ne": ""}}},
    "other access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no signature": {"sign": "none"},
    "signed with the public key": {"sign": "hs256"},
    "signed with another key": {"sign": "other_key"},
    "another issuer in the answer": {"iss_answer": "https://evil.example"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_signs_nobody_in(app: Flask, guest: Client, provider: Running, lie: dict[str, Any]) -> None:
    provider.says(**{**lie, "claims": {**GROUPS, **lie.get("claims", {})}})
    before = people(app)
    assert walk(guest).location == "/login"
    assert "abgebrochen oder ist nicht gültig" in words(guest.get("/login"))
    assert (people(app), signed_in(guest)) == (before, False)


def test_an_answer_counts_once(client_for: ClientFor, provider: Running) -> None:
    guest = client_for()
    back = come_back(guest)
    guest.get(back)
    assert signed_in(guest)
    guest.send("/logout")
    assert guest.get(back).location == "/login"
    assert not signed_in(guest)


def test_a_used_code_is_worth_nothing_in_a_new_answer(client_for: ClientFor, provider: Running) -> None:
    first, second = client_for(), client_for()
    code = parse_qs(urlsplit(come_back(first)).query)["code"][0]
    with first.session_transaction() as kept:
        first.get(f"/login/with/stadt/callback?code={code}&state={kept['provider']['state']}&iss={provider.issuer}")
    assert signed_in(first)
    come_back(second)
    with second.session_transaction() as kept:
        state = kept["provider"]["state"]
    second.get(f"/login/with/stadt/callback?code={code}&state={state}&iss={provider.issuer}")
    assert not signed_in(second)


def test_the_answer_to_one_browser_is_worth_nothing_in_another(client_for: ClientFor, provider: Running) -> None:
    attacker, victim, waiting = client_for(), client_for(), client_for()
    back = come_back(attacker)
    come_back(waiting)
    for browser in (victim, waiting):
        assert browser.get(back).location == "/login"
        assert not signed_in(browser)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(client_for: ClientFor, provider: Running) -> None:
    victim, thief = client_for(), client_for()
    stolen = parse_qs(urlsplit(come_back(victim)).query)["code"][0]
    come_back(thief)
    with thief.session_transaction() as kept:
        state = kept["provider"]["state"]
    thief.get(f"/login/with/stadt/callback?code={stolen}&state={state}&iss={provider.issuer}")
    assert not signed_in(thief)


def test_the_answer_of_one_provider_is_not_taken_for_anothers(app: Flask, guest: Client, provider: Running) -> None:
    other = replace(provider.described(), name="andere", label="Andere Stadt", issuer="http://127.0.0.1:1")
    describe(app, provider.described(), other)
    back = come_back(guest)
    assert guest.get(back.replace("/with/stadt/", "/with/andere/")).location == "/login"
    assert guest.get(back).location == "/login"
    assert not signed_in(guest)


def test_an_answer_without_its_issuer_is_refused_where_the_provider_promised_one(
    guest: Client, provider: Running
) -> None:
    back = come_back(guest)
    guest.get(back.partition("&iss=")[0])
    assert not signed_in(guest)


def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    app: Flask, guest: Client, provider: Running, caplog: pytest.LogCaptureFixture
) -> None:
    describe(app, provider.described(issuer=f"{provider.issuer}/"))
    assert guest.get("/login/with/stadt").location == "/login"
    assert "passen nicht zusammen" in words(guest.get("/login"))
    assert f"calls itself {provider.issuer!r}" in caplog.text


def test_a_provider_that_is_down_is_said_to_be_down(app: Flask, guest: Client, running: Running) -> None:
    describe(app, running.described(issuer=f"http://127.0.0.1:{free_port()}"))
    assert guest.get("/login/with/stadt").location == "/login"
    assert "nicht erreichbar" in words(guest.get("/login"))


def test_an_error_of_the_provider_is_told_without_its_words(guest: Client, provider: Running) -> None:
    back = come_back(guest)
    state = parse_qs(urlsplit(back).query)["state"][0]
    path = f"/login/with/stadt/callback?error=access_denied&error_description=<b>Ruf+an</b>&state={state}"
    guest.get(f"{path}&iss={provider.issuer}")
    page = words(guest.get("/login"))
    assert "abgebrochen" in page
    assert "Ruf an" not in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_after_the_provider_nobody_is_sent_to_another_site(guest: Client, provider: Running, target: str) -> None:
    assert walk(guest, f"/login/with/stadt?next={target}").location == "/"


def test_the_way_by_a_provider_gives_a_new_token_too(guest: Client, provider: Running) -> None:
    with guest.session_transaction() as kept:
        kept[COOKIE_TOKEN], kept["planted"] = "known to an attacker", "x"
    walk(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != "known to an attacker"
        assert "planted" not in kept
