"""Signing in by a provider that others wrote and many run: Debian's Glewlwyd, started for these tests."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from hub.store.accounts import Membership, User
from tests import needs
from tests.clients import Client, ClientFor, writing
from tests.glewlwyd import NAME, Glewlwyd, glewlwyd, sign_in, sign_out, there
from tests.providers import free_port
from tests.web.steps import signed_in

EMAIL = "ordnung@marburg.example"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Glewlwyd, int]]:
    """Run Glewlwyd once for all tests of this file; it knows the hub at a port that is free."""
    needs.need(there(), "glewlwyd (Debian package glewlwyd)", package="glewlwyd")
    port = free_port()
    with glewlwyd(tmp_path_factory.mktemp("glewlwyd"), f"http://127.0.0.1:{port}") as found:
        yield found, port


@pytest.fixture
def provider(app: Flask, running: tuple[Glewlwyd, int]) -> Glewlwyd:
    """Make the provider known to the hub, with a person of one group."""
    found, port = running
    app.config["HUB"] = replace(app.config["HUB"], providers=(found.described(),), base_url=f"http://127.0.0.1:{port}")
    found.person("ordnung", "modellierung", "kantine", email=EMAIL)
    return found


def walk(client: Client, provider: Glewlwyd, browser: requests.Session) -> None:
    """Go to the provider, sign in there, and come back."""
    back = urlsplit(sign_in(browser, provider, "ordnung", client.get(f"/login/with/{NAME}").location))
    client.get(f"{back.path}?{back.query}")


def roles(app: Flask) -> set[tuple[str, str]]:
    with writing(app) as work:
        query = select(Membership).join(User, User.id == Membership.user_id).where(User.email == EMAIL)
        return {(row.organisation.slug, row.role) for row in work.session.scalars(query)}


def test_its_people_get_an_account_with_the_roles_of_todays_groups(
    app: Flask, client_for: ClientFor, provider: Glewlwyd
) -> None:
    for groups, expected in (
        (["modellierung", "kantine"], {("marburg", "modeller")}),
        (["lesen"], {("fulda", "reader")}),
        (["kantine"], set()),
    ):
        provider.person("ordnung", *groups, email=EMAIL)
        client = client_for()
        walk(client, provider, requests.Session())
        assert signed_in(client)
        assert roles(app) == expected


def test_whoever_signs_out_there_is_signed_out_here_because_the_provider_says_so(
    app: Flask, client_for: ClientFor, provider: Glewlwyd, running: tuple[Glewlwyd, int]
) -> None:
    here, elsewhere, browser = client_for(), client_for(), requests.Session()
    walk(elsewhere, provider, requests.Session())
    walk(here, provider, browser)
    other = client_for()
    walk(other, provider, browser)
    server = make_server("127.0.0.1", running[1], app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        page = here.send("/logout").get_data(as_text=True)
        farewell = unescape(page.partition('content="0; url=')[2].partition('"')[0])
        assert sign_out(browser, provider, farewell) == f"http://127.0.0.1:{running[1]}/login"
        patience = time.monotonic() + 120
        while signed_in(other):
            assert time.monotonic() < patience, "no notice has come"
            time.sleep(0.1)
        # This provider names the person, not one session: then all sign-ins by it are over.
        assert not signed_in(elsewhere)
    finally:
        server.shutdown()
        serving.join(60)
        server.server_close()
