"""The administration of the hub: for the system administration alone, and for everybody else not there."""

import pytest
from flask import Flask

from tests.clients import ClientFor, words
from tests.web.steps import ADMIN, MODELLER, SYSTEM_ADMIN


def _pages(app: Flask) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        for rule in rules
        if "GET" in (rule.methods or ())
    ]


@pytest.mark.parametrize("person", ["", MODELLER, ADMIN, "koordination@ikz.example", "foerderung@rp-giessen.example"])
def test_nobody_else_learns_that_there_is_an_administration(app: Flask, client_for: ClientFor, person: str) -> None:
    client = client_for(person)
    assert {path: client.get(path).status_code for path in _pages(app)} == dict.fromkeys(_pages(app), 404)
    assert "/admin" not in client.get("/").get_data(as_text=True)


def test_forms_of_the_administration_are_refused_to_everybody_else(app: Flask, client_for: ClientFor) -> None:
    client = client_for(ADMIN)
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]
    paths = [
        adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST")
        for rule in rules
        if "POST" in (rule.methods or ())
    ]
    assert {path: client.send(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_the_navigation_leads_to_the_administration_and_its_pages(client_for: ClientFor) -> None:
    client = client_for(SYSTEM_ADMIN)
    assert client.page("/").xpath("//nav[contains(@class, 'nav ')]//a[@href='/admin']/text()") == ["Verwaltung"]
    page = client.page("/admin")
    links = page.xpath("//nav[@class='subtabs']//a/@href")
    assert links[0] == "/admin"
    assert {path: client.get(path).status_code for path in links} == dict.fromkeys(links, 200)


def test_the_overview_counts_what_there_is(client_for: ClientFor) -> None:
    assert "Offene Konten 9 " in words(client_for(SYSTEM_ADMIN).get("/admin"))
