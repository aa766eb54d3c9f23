"""The end of a sign-in by a provider, begun here or there."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from hub.store.identities import ProvidedSignIn
from tests.clients import Client, ClientFor, writing
from tests.providers import GROUPS, Running, describe, far, walk
from tests.web.steps import (
    MODELLER,
    signed_in,
)


def test_signing_out_leads_on_to_the_provider(app: Flask, guest: Client, provider: Running) -> None:
    walk(guest)
    answer = guest.send("/logout")
    assert answer.status_code == 200
    address = answer.get_data(as_text=True).partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == ["http://localhost/login"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert not signed_in(guest)


def test_signing_out_here_does_not_wait_for_a_provider_that_is_gone(
    app: Flask, guest: Client, provider: Running
) -> None:
    walk(guest)
    describe(app)
    assert guest.send("/logout").status_code == 302
    assert not signed_in(guest)


def test_the_id_token_is_encrypted_in_the_database(app: Flask, guest: Client, provider: Running) -> None:
    walk(guest)
    with writing(app) as work:
        sealed = work.session.scalars(select(ProvidedSignIn.sealed_token)).one()
    assert b"eyJ" not in sealed


@pytest.mark.parametrize(
    "named",
    [{"sid": None}, {"sub": None}, {}, {"exp": None}],
    ids=["person", "session", "both", "without an expiry, as older providers"],
)
def test_a_session_that_ends_at_the_provider_ends_here(
    client_for: ClientFor, provider: Running, named: dict[str, Any]
) -> None:
    guest, local = client_for(), client_for(MODELLER)
    walk(guest)
    answer = client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token(**named)})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (signed_in(guest), signed_in(local)) == (False, True)


def test_the_end_of_one_session_leaves_the_persons_others(client_for: ClientFor, provider: Running) -> None:
    one, two = client_for(), client_for()
    walk(one)
    provider.says(claims={**GROUPS, "sid": "session-2"})
    walk(two)
    client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token()})
    assert (signed_in(one), signed_in(two)) == (False, True)


FALSE_NOTICES: dict[str, dict[str, Any]] = {
    "other issuer": {"iss": "https://evil.example"},
    "other audience": {"aud": "somebody else"},
    "expired": {"exp": far(-3600)},
    "old": {"iat": far(-7200)},
    "from the future": {"iat": far(3600)},
    "no name of its own": {"jti": None},
    "no event": {"events": None},
    "another event": {"events": {"https://evil.example": {}}},
    "event is no object": {"events": {"http://schemas.openid.net/event/backchannel-logout": "now"}},
    "an ID token": {"nonce": "of a sign-in"},
    "nobody": {"sub": None, "sid": None},
    "no signature": {"sign": "none"},
    "signed with the public key": {"sign": "hs256"},
    "signed with another key": {"sign": "other_key"},
    "old, and without an expiry": {"exp": None, "iat": far(-7200)},
    "another kind": {"typ": "at+jwt"},
}


@pytest.mark.parametrize("false", FALSE_NOTICES.values(), ids=FALSE_NOTICES.keys())
def test_a_false_notice_ends_nothing(client_for: ClientFor, provider: Running, false: dict[str, Any]) -> None:
    guest = client_for()
    walk(guest)
    answer = client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token(**false)})
    assert answer.status_code == 400
    assert signed_in(guest)


def test_a_notice_counts_once(client_for: ClientFor, provider: Running) -> None:
    token = provider.logout_token()
    codes = [client_for().post("/login/with/stadt/logout", data={"logout_token": token}).status_code for _ in range(2)]
    assert codes == [200, 400]


@pytest.mark.parametrize("sent", [{}, {"logout_token": "nonsense nonsense"}, {"logout_token": "a.b.c" * 5}])
def test_nonsense_instead_of_a_notice_is_refused(guest: Client, provider: Running, sent: dict[str, str]) -> None:
    assert guest.post("/login/with/stadt/logout", data=sent).status_code == 400
