"""Feeds, activity and people: each reader gets what they may read, with a secret that can be taken back."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from hub.actions import discussions, entries, watching
from hub.store.accounts import User
from hub.store.entries import Entry
from hub.store.notifications import FeedToken, Subject
from hub.store.services import Service
from tests import makers
from tests.clients import Client, ClientFor, words, writing

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PATH = "/marburg/geheimer-vorgang"
FULDA, MARBURG = "modellierung@fulda.example", "modellierung@marburg.example"


@pytest.fixture
def library(app: Flask) -> None:
    """Fill a hub: a public entry that has moved on, and one for the cooperation with a comment of each audience."""
    with writing(app) as work:
        author = makers.as_person(work, MARBURG)
        public = makers.published(work, makers.entry(work, title="Offener Vorgang", visibility="public"))
        makers.version(work, public, makers.bpmn("Noch ein Entwurf"))
        secret = makers.entry(work, title="Geheimer Vorgang", visibility="ikz", service="Hundesteuer")
        for audience in ("city", "ikz"):
            discussions.write(author, secret, entries.current(author, secret), f"Wort {audience}", audience=audience)
        watching.begin(makers.as_person(work, FULDA), Subject.ENTRY, secret.id)


def titles(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    root = etree.fromstring(answer.data)
    ids = root.xpath("//a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids))
    assert all(
        datetime.fromisoformat(at).tzinfo is not None for at in root.xpath("//a:updated/text()", namespaces=ATOM)
    )
    return [str(row) for row in root.xpath("//a:entry/a:title/text()", namespaces=ATOM)]


def secret_of(client: Client) -> str:
    answer = client.send("/account/feeds", name="Büro")
    return str(re.findall(r"token=([\w-]{43})", answer.get_data(as_text=True))[0])


def test_a_guest_reads_in_feeds_what_is_published_and_nothing_else(library: None, guest: Client):
    assert titles(guest, "/feed.atom") == ["Offener Vorgang (1.00)"]
    assert titles(guest, "/marburg/feed.atom") == ["Offener Vorgang (1.00)"]
    assert titles(guest, "/marburg/offener-vorgang/feed.atom") == ["Offener Vorgang (1.00)"]
    assert guest.get(f"{PATH}/feed.atom").status_code == 404
    assert guest.get("/watched.atom").status_code == 302


def test_a_feed_reader_with_the_secret_reads_as_its_person(
    app: Flask, library: None, client_for: ClientFor, guest: Client
):
    token = secret_of(client_for(FULDA))
    found = titles(guest, f"{PATH}/feed.atom?token={token}")
    assert found == ["Geheimer Vorgang: Modellierung Marburg hat kommentiert"]
    assert titles(guest, f"/watched.atom?token={token}") == found
    text = guest.get(f"{PATH}/feed.atom?token={token}").get_data(as_text=True)
    assert "Wort ikz" in text
    assert "Wort city" not in text
    assert token not in text


def test_a_service_has_a_feed_of_the_entries_of_all_cities(
    app: Flask, library: None, client_for: ClientFor, guest: Client
):
    with writing(app) as work:
        service = work.session.scalars(select(Service.id).where(Service.name == "Hundesteuer")).one()
    assert titles(client_for(FULDA), f"/services/{service}/feed.atom") == ["Geheimer Vorgang (0.01)"]
    assert titles(guest, f"/services/{service}/feed.atom") == []
    assert guest.get("/services/999/feed.atom").status_code == 404


def test_a_revoked_secret_a_wrong_one_and_that_of_a_closed_account_open_nothing(
    app: Flask, library: None, client_for: ClientFor, guest: Client
):
    fulda = client_for(FULDA)
    first, second = secret_of(fulda), secret_of(fulda)
    with writing(app) as work:
        ids = list(work.session.scalars(select(FeedToken.id).order_by(FeedToken.id)))
    assert client_for(MARBURG).send(f"/account/feeds/{ids[0]}/revoke").status_code == 404
    fulda.send(f"/account/feeds/{ids[0]}/revoke")
    assert guest.get(f"/feed.atom?token={first}").status_code == 404
    assert guest.get("/feed.atom?token=falsch").status_code == 404
    assert guest.get(f"/feed.atom?token={second}").status_code == 200
    with writing(app) as work:
        work.session.scalars(select(User).where(User.email == FULDA)).one().active = False
    assert guest.get(f"/feed.atom?token={second}").status_code == 404


def test_the_secret_is_shown_once_and_kept_as_a_digest(app: Flask, library: None, client_for: ClientFor):
    fulda = client_for(FULDA)
    token = secret_of(fulda)
    assert token not in fulda.get("/account/notifications").get_data(as_text=True)
    with writing(app) as work:
        assert token not in work.session.scalars(select(FeedToken.token_digest)).all()


def test_activity_shows_comments_to_their_audience(library: None, client_for: ClientFor, guest: Client):
    seen = {}
    for email in (MARBURG, FULDA, "foerderung@rp-giessen.example"):
        text = words(client_for(email).get("/marburg/activity"))
        seen[email] = ("Wort city" in text, "Wort ikz" in text)
    assert seen == {MARBURG: (True, True), FULDA: (False, True), "foerderung@rp-giessen.example": (False, False)}
    assert "Wort" not in words(guest.get("/marburg/activity"))
    assert client_for(FULDA).get(f"{PATH}/activity").status_code == 200
    assert guest.get(f"{PATH}/activity").status_code == 404


def test_people_are_seen_inside_the_cooperation_only(app: Flask, library: None, client_for: ClientFor, guest: Client):
    with writing(app) as work:
        ids = {row.email: row.id for row in work.session.scalars(select(User))}
    page = words(client_for(FULDA).get(f"/people/{ids[MARBURG]}"))
    assert "Modellierung Marburg" in page
    assert "Wort ikz" in page
    assert "Wort city" not in page
    assert "modellierung@marburg.example" not in page
    for person in (guest, client_for("foerderung@rp-giessen.example"), client_for("technik@rechenzentrum.example")):
        assert person.get(f"/people/{ids[MARBURG]}").status_code == 404
    assert client_for(FULDA).get(f"/people/{ids['technik@rechenzentrum.example']}").status_code == 404
    assert client_for(FULDA).get("/people/9999").status_code == 404
    own = client_for("technik@rechenzentrum.example").get(f"/people/{ids['technik@rechenzentrum.example']}")
    assert own.status_code == 200


def test_the_watch_button_watches_and_stops(app: Flask, library: None, client_for: ClientFor):
    limburg = client_for("lesen@limburg.example")
    with writing(app) as work:
        entry_id = work.session.scalars(select(Entry.id).where(Entry.title == "Geheimer Vorgang")).one()
        city_id = makers.organisation(work, "marburg").id
    for subject, number, path in (("entry", entry_id, PATH), ("organisation", city_id, "/marburg")):
        assert "Nicht mehr beobachten" not in words(limburg.get(path))
        answer = limburg.send("/watch", subject=subject, id=str(number), next=path)
        assert answer.location == path
        assert "Nicht mehr beobachten" in words(limburg.get(path))
        limburg.send("/watch", subject=subject, id=str(number), next=path, stop="1")
        assert "Nicht mehr beobachten" not in words(limburg.get(path))


@pytest.mark.parametrize("subject", ["entry", "nonsense"])
def test_what_is_not_there_or_not_readable_cannot_be_watched(app: Flask, client_for: ClientFor, subject: str):
    with writing(app) as work:
        secret = makers.entry(work, title="Nur Marburg", visibility="city").id
    person = client_for(FULDA)
    for number in (secret, 999):
        assert person.send("/watch", subject=subject, id=str(number)).status_code in (403, 404, 422)


def test_settings_that_make_no_sense_are_refused(client: Client):
    assert client.send("/account/notifications", direct="brieftaube").status_code == 422
    assert client.send("/account/notifications", hour="24").status_code == 422
    assert client.send("/account/notifications", weekday="7").status_code == 422
    assert client.send("/account/notifications", direct="weekly", hour="9", weekday="4").status_code == 302
    page = client.page("/account/notifications")
    assert page.xpath("//select[@id='direct']/option[@selected]/@value") == ["weekly"]
    assert page.xpath("//select[@id='hour']/option[@selected]/@value") == ["9"]
    assert page.xpath("//input[@id='watch_own']/@checked") == []


def test_the_clock_of_a_feed_without_entries_is_now(guest: Client):
    root = etree.fromstring(guest.get("/feed.atom").data)
    at = datetime.fromisoformat(root.xpath("string(/a:feed/a:updated)", namespaces=ATOM))
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
