"""A finished page is sent again exactly as long as making it anew would give the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import delete, event, select, update

from hub.actions import discussions, entries
from hub.actions.maintenance import begin
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.accounts import Membership, User
from hub.store.entries import Entry
from hub.store.organisations import Organisation
from hub.work import Work
from tests import makers
from tests.clients import Client, ClientFor, writing
from tests.conftest import MODELLER, app_on, file_of
from tests.web.test_queries import counted

PAGE = "/marburg/hundesteuer"


@contextmanager
def traced(app: Flask) -> Iterator[list[str]]:
    """Collect all that SQLite executes on the connections of `app`, whoever asks for it."""
    found: list[str] = []

    def listen(dbapi: sqlite3.Connection, _record: object, _proxy: object) -> None:
        dbapi.set_trace_callback(found.append)

    def end(dbapi: sqlite3.Connection, _record: object) -> None:
        dbapi.set_trace_callback(None)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", end)
    try:
        yield found
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", end)


def _entries(work: Work) -> None:
    makers.entry(work, title="Hundesteuer")
    makers.entry(work, title="Wohngeld", owner="fulda")


def _comment(work: Work, city: str, slug: str, text: str) -> None:
    author = makers.as_person(work, f"modellierung@{city}.example")
    entry = entries.find(author, city, slug)
    assert entry.head is not None
    discussions.write(author, entry, entry.head, text)


def _filled(app: Flask) -> Client:
    with writing(app) as work:
        _entries(work)
    client = ClientFor(app)(MODELLER)
    client.get(PAGE)
    return client


def test_what_somebody_writes_elsewhere_does_not_make_a_page_anew(app: Flask) -> None:
    client = _filled(app)
    with writing(app) as work:
        _comment(work, "fulda", "wohngeld", "Hier nicht")
    with counted(app) as statements:
        assert "Hundesteuer" in client.get(PAGE).text
    assert [one for one in statements if one != "BEGIN"] == []


def test_a_page_shows_what_another_process_has_written_to_it(app: Flask) -> None:
    client = _filled(app)
    other = app_on(app.config["SQLALCHEMY_DATABASE_URI"])
    with writing(other) as work:
        _comment(work, "marburg", "hundesteuer", "Wer misst den Hund?")
    assert "Wer misst den Hund?" in client.get(PAGE).text


def test_a_page_shows_what_was_written_past_the_hub(app: Flask) -> None:
    client = _filled(app)
    library = client.get("/library").text
    with sqlite3.connect(file_of(app)) as outsider:
        outsider.execute("UPDATE entries SET title = 'Katzensteuer' WHERE title = 'Hundesteuer'")
    outsider.close()
    assert ("Katzensteuer" in library, "Katzensteuer" in client.get("/library").text) == (False, True)
    assert "Katzensteuer" in client.get(PAGE).text


def test_a_count_of_thousands_is_not_counted_again_for_a_comment(app: Flask) -> None:
    client = _filled(app)
    client.get("/library")
    with writing(app) as work:
        _comment(work, "fulda", "wohngeld", "Zählt nicht mit")
    with traced(app) as statements:
        assert "Hundesteuer" in client.get("/library").text
    assert [one for one in statements if "FROM entries" in one and "notifications" not in one] == []


def test_who_loses_a_role_sees_no_page_that_was_made_before(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, title="Geheim", visibility="city")
    client = ClientFor(app)(MODELLER)
    first = client.get("/marburg/geheim").status_code
    with writing(app) as work:
        person = select(User.id).where(User.email == MODELLER).scalar_subquery()
        work.session.execute(delete(Membership).where(Membership.user_id == person))
    assert (first, client.get("/marburg/geheim").status_code) == (200, 404)


def test_what_is_withdrawn_from_the_public_is_gone_for_guests_at_once(app: Flask) -> None:
    with writing(app) as work:
        entry = makers.published(work, makers.entry(work, title="Hundesteuer", visibility="public"))
        key = entry.id
    guest = ClientFor(app)()
    first = guest.get(PAGE).status_code
    with writing(app) as work:
        work.session.execute(update(Entry).where(Entry.id == key).values(archived_at=datetime.now(UTC)))
    assert (first, guest.get(PAGE).status_code) == (200, 404)


def test_a_sign_in_that_is_ended_by_another_process_opens_nothing_any_more(app: Flask) -> None:
    client = _filled(app)
    other = app_on(app.config["SQLALCHEMY_DATABASE_URI"])
    with writing(other) as work:
        work.session.execute(update(User).where(User.email == MODELLER).values(active=False))
    assert client.get(PAGE).status_code in (302, 404)


def test_a_page_made_with_what_was_remembered_shows_when_that_has_changed(app: Flask) -> None:
    client = _filled(app)
    client.get("/library")  # made with the menu that the entry's page asked for
    with writing(app) as work:
        work.session.execute(
            update(Organisation).where(Organisation.slug == "marburg").values(short_name="Marburg an der Lahn")
        )
        begin(replace(work, actor=SYSTEM), until=None, note="Neue Platten")
    page = client.get("/library").text
    assert ("Marburg an der Lahn" in page, "Neue Platten" in page) == (True, True)


def test_each_reader_gets_templates_in_their_own_language(app: Flask) -> None:
    client = _filled(app)
    german = client.get("/library").text
    client.send("/language", language="en", next="/library")
    english = client.get("/library").text
    other = ClientFor(app)(MODELLER).get("/library").text
    assert ["Hauptnavigation" in page for page in (german, english, other)] == [True, False, True]


def test_what_waits_shows_a_city_as_it_is_called_now(app: Flask) -> None:
    with writing(app) as work:
        _entries(work)
        fulda = makers.as_person(work, "modellierung@fulda.example")
        asked = entries.find(fulda, "marburg", "hundesteuer")
        assert asked.head is not None
        discussions.write(fulda, asked, asked.head, "Wer misst den Hund?")
    client = ClientFor(app)(MODELLER)
    first = client.get("/").text
    with writing(app) as work:
        _comment(work, "fulda", "wohngeld", "Ändert nichts an dem, was in Marburg wartet")
    between = client.get("/").text
    with sqlite3.connect(file_of(app)) as outsider:
        outsider.execute("UPDATE organisations SET short_name = 'Marburg an der Lahn' WHERE slug = 'marburg'")
    outsider.close()
    shown = [text.split('id="waiting"')[1].split("</section>")[0] for text in (first, between, client.get("/").text)]
    assert ["Marburg ·" in text for text in shown] == [True, True, False]
    assert "Marburg an der Lahn ·" in shown[2]
