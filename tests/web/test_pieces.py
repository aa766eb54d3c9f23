"""Pieces of pages that are kept as text show each reader, entry and language their own."""

import re
from html import unescape
from urllib.parse import unquote

from flask import Flask

from tests import makers
from tests.clients import Client, ClientFor, writing
from tests.conftest import MODELLER


def _frame(text: str) -> str:
    """Return the buttons, the menu and the tabs of an entry's page."""
    found = re.findall(r'page-head__actions">(.*?)</header>|class="tabs"(.*?)</nav>', text, re.DOTALL)
    return "".join(actions + tabs for actions, tabs in found)


def _client(app: Flask) -> Client:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
        makers.entry(work, title="Wohngeld")
        makers.entry(work, title="Bauantrag", owner="fulda")
    return ClientFor(app)(MODELLER)


def test_every_entry_has_its_own_addresses_in_what_they_share(app: Flask) -> None:
    client = _client(app)
    for path in ("/marburg/hundesteuer", "/marburg/wohngeld", "/fulda/bauantrag"):
        linked = re.findall(r'(?:href|action)="(/(?:marburg|fulda)/[a-z]+)', _frame(client.get(path).text))
        assert (len(linked) > 8, set(linked)) == (True, {path})


def test_only_who_may_publish_is_offered_to(app: Flask) -> None:
    client = _client(app)
    own, other = _frame(client.get("/marburg/hundesteuer").text), _frame(client.get("/fulda/bauantrag").text)
    assert ("Bearbeiten" in own, "Bearbeiten" in other) == (True, False)


def test_what_stands_in_an_address_is_escaped_where_it_is_put_in(app: Flask) -> None:
    client = _client(app)
    frame = _frame(client.get('/marburg/hundesteuer?a="><b>%(slug)s&zqcityqz').text)
    (put_in,) = re.findall(r'name="next" value="([^"]*)"', frame)
    assert unquote(unescape(put_in)) == '/marburg/hundesteuer?a="><b>%(slug)s&zqcityqz'


def test_a_piece_is_kept_for_each_language(app: Flask) -> None:
    client = _client(app)
    german = client.get("/library").text
    with client.session_transaction() as session:
        session["language"] = "en"
    english = client.get("/library").text
    shown = [text.split('<div class="grid">')[1] for text in (german, english)]
    assert ["Entwurf" in text for text in shown] == [True, False]
    assert "Draft" in shown[1]
