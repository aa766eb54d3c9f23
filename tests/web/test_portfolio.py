"""The pages of the overview and the landscape, their tables and downloads."""

import pytest
from flask import Flask

from hub.actions import services
from hub.inputs.services import NewService
from hub.web import pictures
from tests import makers
from tests.clients import Client, words, writing

DOG = "99102013002000"


def plant(app: Flask) -> None:
    with writing(app) as work:
        services.add(work, NewService(key=DOG, name="=Hundesteuer", field="Engagement & Hobby", situation="Tiere"))
        makers.entry(work, service_key=DOG, title="Steuer in Marburg", visibility="city")


def test_the_overview_shows_services_and_cities_as_picture_and_table(app: Flask, client: Client):
    plant(app)
    page = client.page("/services/portfolio")
    assert page.xpath("//svg[@role='graphics-document'][contains(@aria-label, 'Stand der Einträge')]")
    rows = page.xpath("//table[caption[contains(., 'Leistungen und Städte')]]//tbody/tr")
    assert ["".join(cell.itertext()).strip() for cell in rows[0]][:2] == ["=Hundesteuer", "–"]
    assert "Entwurf" in "".join(rows[0].itertext())


def test_what_nobody_may_read_is_on_no_picture(app: Flask, guest: Client):
    plant(app)
    assert "Hundesteuer" not in words(guest.get("/services/portfolio"))
    assert "Noch ist nichts auf der Karte" in words(guest.get("/services/landscape"))
    assert "Hundesteuer" not in guest.get("/services/portfolio.csv").get_data(as_text=True)
    assert "Marburg;0;0;0;0" in guest.get("/services/pictures/states.csv").get_data(as_text=True)


@pytest.mark.parametrize("path", ["progress", "breaks", "cities"])
@pytest.mark.parametrize("full", [True, False])
def test_every_picture_has_a_page_with_and_without_numbers(app: Flask, client: Client, path: str, full: bool):
    if full:
        plant(app)
    assert client.get(f"/services/portfolio/{path}").status_code == 200


@pytest.mark.parametrize("name", pictures.PICTURES)
@pytest.mark.parametrize("full", [True, False])
def test_every_picture_can_be_taken_along_as_table_and_png(app: Flask, client: Client, name: str, full: bool):
    if full:
        plant(app)
    table = client.get(f"/services/pictures/{name}.csv")
    assert table.mimetype == "text/csv"
    assert table.get_data().startswith(b"\xef\xbb\xbf")
    image = client.get(f"/services/pictures/{name}.png")
    assert image.mimetype == "image/png"
    assert image.get_data().startswith(b"\x89PNG")


def test_no_cell_of_a_table_is_taken_for_a_formula(app: Flask, client: Client):
    plant(app)
    assert f"{DOG};'=Hundesteuer;" in client.get("/services/portfolio.csv").get_data(as_text=True)


def test_an_unknown_picture_is_not_found(client: Client):
    assert client.get("/services/pictures/geheim.png").status_code == 404


def test_unknown_filters_are_as_none(app: Flask, client: Client):
    plant(app)
    assert "1 Leistung" in words(client.get("/services/portfolio?state=x&media=y&page=abc"))


def test_the_landscape_shows_where_a_service_belongs(app: Flask, client: Client):
    plant(app)
    told = words(client.get("/services/landscape"))
    assert "Engagement & Hobby" in told
    assert "=Hundesteuer" in told
