"""The manual inside the hub."""

import pytest
from flask import Flask

from hub.web import manual
from tests.clients import Client, ClientFor, words

CHAPTERS = sorted(path.stem for path in manual.FOLDER.glob("*.md"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_is_a_page_whose_links_and_pictures_lead_somewhere(name: str, guest: Client) -> None:
    page = guest.page(f"/hilfe/{name}")
    assert page.xpath("string(//h1)") == manual.chapter(name).title
    for target in {*page.xpath("//article//a/@href"), *page.xpath("//article//img/@src")}:
        assert target.startswith("http") or guest.get(target).status_code == 200, target


def test_the_manual_lists_all_its_chapters(guest: Client) -> None:
    listed = {
        href.rsplit("/", 1)[1] for href in guest.page("/hilfe/index").xpath("//nav//a/@href") if "/hilfe/" in href
    }
    assert set(CHAPTERS) - {"index"} <= listed


@pytest.mark.parametrize("name", ["nirgends", "..%2Fbetrieb%2Findex", "Index", "index.md"])
def test_what_is_no_chapter_is_not_found(name: str, guest: Client) -> None:
    assert guest.get(f"/hilfe/{name}").status_code == 404
    assert guest.get(f"/hilfe/bilder/{name}").status_code == 404


@pytest.mark.parametrize(
    ("path", "chapter"),
    [("/library", "suchen-und-lesen"), ("/services", "leistungen"), ("/account", "konten-und-rollen"),
     ("/collaboration/inbox", "vorschlaege"), ("/new", "modellieren"), ("/impressum", None)],
)  # fmt: skip
def test_help_leads_to_the_chapter_about_the_page_on_screen(client: Client, path: str, chapter: str | None) -> None:
    [address] = client.page(path).xpath("//nav[@aria-label='Hauptnavigation']//a[text()='Hilfe']/@href")
    assert address == (f"/hilfe/{chapter}" if chapter else "/hilfe")


def test_english_readers_get_the_short_help_in_their_language(app: Flask, client_for: ClientFor) -> None:
    guest = client_for()
    answer = guest.get("/library", headers={"Accept-Language": "en"})
    assert 'href="/hilfe"' in answer.get_data(as_text=True)
    assert "Help" in words(answer)


def test_every_noun_with_pages_is_explained_or_explains_itself(app: Flask) -> None:
    nouns = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules() if "." in rule.endpoint}
    without = {"api", "barriers", "manual", "pages", "wellknown"}
    assert nouns - without == {noun for group in manual.EXPLAINED.values() for noun in group.split()}
    assert set(manual.EXPLAINED) <= set(CHAPTERS)
