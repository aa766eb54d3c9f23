"""Organisations: adding a sixth city, contact data, closing."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.http import is_page
from hub.store.organisations import Organisation
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing
from tests.web.steps import (
    ADMIN,
    MODELLER,
    SYSTEM_ADMIN,
)


def test_a_sixth_city_is_added_in_the_browser(app: Flask, system: Client) -> None:
    answer = system.send(
        "/cities/new", kind="city", name="Stadt Hanau", short_name="Hanau", slug="", ags="06435014", contact_email=""
    )
    assert answer.location == "/hanau/members/new"
    assert system.get("/hanau/members/new").status_code == 200
    assert "Stadt Hanau" in words(system.get("/cities"))
    assert system.get("/hanau").status_code == 200
    assert "Hier arbeitet noch niemand mit" in words(system.get("/hanau/members"))


@pytest.mark.parametrize(
    ("slug", "ags", "sentence"),
    [
        ("login", "", "für eine eigene Seite"),
        ("impressum", "", "für eine eigene Seite"),
        ("static", "", "für eine eigene Seite"),
        ("marburg", "", "schon eine Organisation"),
        ("Bad Ort", "", "nur Kleinbuchstaben"),
        ("hanau", "0643501", "acht Ziffern"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_and_keeps_what_was_typed(
    system: Client, slug: str, ags: str, sentence: str
) -> None:
    answer = system.send("/cities/new", kind="city", name="Stadt Hanau", short_name="Hanau", slug=slug, ags=ags)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert parsed(answer).xpath("//input[@id='name']/@value") == ["Stadt Hanau"]


def test_every_page_of_the_hub_has_an_address_no_city_can_take(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    with app.app_context():
        free = [part for part in first if part and "<" not in part and not is_page(part)]
        assert free == []
        assert not is_page("hanau")
        assert is_page("api")


@pytest.mark.parametrize("path", ["/cities/new", "/cities/administration"])
def test_organisations_are_added_by_the_system_administration_only(client_for: ClientFor, path: str) -> None:
    answers = [client_for(email).get(path).status_code for email in ("", MODELLER, ADMIN, SYSTEM_ADMIN)]
    assert answers == [302, 403, 403, 200]
    sent = client_for(ADMIN).send("/cities/new", kind="city", name="X", short_name="X")
    assert sent.status_code == 403


def test_contact_data_are_changed_by_the_citys_administration(admin: Client) -> None:
    admin.send(
        "/marburg/settings/contact",
        revision="1", contact_email="prozesse@marburg.de", contact_phone="06421 201-0", website="https://www.marburg.de/",
    )  # fmt: skip
    page = words(admin.get("/marburg"))
    assert "prozesse@marburg.de" in page
    assert "06421 201-0" in page


def test_contact_data_changed_meanwhile_are_shown_and_what_was_typed_stays(admin: Client) -> None:
    admin.send("/marburg/settings/contact", revision="1", contact_email="", contact_phone="06421 1", website="")
    answer = admin.send(
        "/marburg/settings/contact", revision="1", contact_email="", contact_phone="06421 2", website=""
    )
    assert answer.status_code == 409
    assert "06421 1" in words(answer)
    assert parsed(answer).xpath("//input[@id='contact_phone']/@value") == ["06421 2"]
    assert parsed(answer).xpath("//form[contains(@action, 'contact')]//input[@name='revision']/@value") == ["2"]


@pytest.mark.parametrize("website", ["javascript:alert(1)", "www.marburg.de", "ftp://marburg.de"])
def test_a_website_that_is_none_is_refused(admin: Client, website: str) -> None:
    answer = admin.send("/marburg/settings/contact", revision="1", website=website)
    assert answer.status_code == 422
    assert "https://" in words(answer)


def test_a_citys_administration_cannot_rename_or_close_it(app: Flask, admin: Client) -> None:
    assert admin.send("/marburg/settings/names", revision="1", name="X", short_name="X").status_code == 403
    assert admin.send("/marburg/settings/close").status_code == 403
    with writing(app) as work:
        row = work.session.scalars(select(Organisation).where(Organisation.slug == "marburg")).one()
        assert (row.name, row.active) == ("Universitätsstadt Marburg", True)


def test_a_closed_organisation_leaves_the_lists_and_can_be_opened_again(system: Client, client_for: ClientFor) -> None:
    system.send("/fulda/settings/close")
    assert "Stadt Fulda" not in words(system.get("/cities"))
    assert client_for("modellierung@fulda.example").get("/fulda").status_code == 404
    assert "stillgelegt" in words(system.get("/cities/administration"))
    system.send("/fulda/settings/reopen")
    assert "Stadt Fulda" in words(system.get("/cities"))


def test_what_a_closed_organisation_published_stays_readable(app: Flask, system: Client, guest: Client) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, owner="fulda", visibility="public"))
    system.send("/fulda/settings/close")
    assert "Hundesteuer anmelden" in words(guest.get("/fulda/hundesteuer-anmelden"))
