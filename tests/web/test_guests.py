"""Guest access: one entry, one page, until a day; nothing else, and every use is in the log."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.actions import discussions, entries, guests
from hub.store.activity import Event
from hub.store.discussions import Comment, Mention
from hub.store.entries import Entry
from hub.store.guests import GuestLink
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

PATH = "/marburg/hundesteuer-anmelden"
NAME = "Ordnungsamt Marburg, Fachprüfung"


@pytest.fixture
def entry(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, visibility="city")


def soon(days: int = 14) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def link(client: Client, **given: str) -> str:
    """Make a link the way a modeller does and return its path."""
    answer = client.send(f"{PATH}/guests", **{"name": NAME, "until": soon(), "audience": "city", **given})
    assert answer.status_code == 200, words(answer)
    return str(re.findall(r"/guest/[\w-]{43}", answer.get_data(as_text=True))[0])


def test_a_guest_reads_and_comments_without_an_account(app: Flask, entry: None, client: Client, guest: Client):
    path = link(client)
    page = guest.page(path)
    assert "Angaben prüfen" in page.text_content()
    assert page.xpath("//bpmn-viewer/@src") == [f"{path}/view.bpmn"]
    assert guest.get(f"{path}/view.bpmn").status_code == 200
    assert guest.get(f"{path}/diagram.svg").status_code == 200
    answer = guest.post(path, data={"text": "Frist fehlt", "element": "step2"})
    assert answer.status_code == 302
    assert "Vielen Dank" in words(guest.get(answer.location))
    seen = client.page(f"{PATH}/discussion").text_content()
    assert f"Gast: {NAME}" in seen
    assert "Frist fehlt" in seen
    with writing(app) as work:
        remark = work.session.scalars(select(Comment)).one()
        assert (remark.author_id, remark.audience, remark.element_key is not None) == (None, "city", True)


def test_a_guest_reads_the_answers_to_their_own_comment_and_nothing_else(
    app: Flask, entry: None, client: Client, guest: Client
):
    path = link(client, audience="ikz")
    guest.post(path, data={"text": "Frist fehlt"})
    with writing(app) as work:
        asked = work.session.scalars(select(Comment)).one()
        marburg, here = makers.as_person(work, "modellierung@marburg.example"), asked.entry
        discussions.write(marburg, here, asked.version, "Ergänzt in 0.02", audience="ikz", reply_to=asked)
        discussions.write(marburg, here, asked.version, "Nur unter uns", audience="city", reply_to=asked)
        discussions.write(marburg, here, asked.version, "Etwas anderes", audience="ikz")
    seen = words(guest.get(path))
    assert "Antwort: " in seen
    assert "Ergänzt in 0.02" in seen
    assert "Nur unter uns" not in seen
    assert "Etwas anderes" not in seen
    assert "liest Ihre Antwort mit" in client.page(f"{PATH}/discussion").text_content()


def test_the_page_tells_no_other_site_no_cache_and_no_search_engine_about_itself(
    entry: None, client: Client, guest: Client
):
    path = link(client)
    for address in (path, f"{path}/view.bpmn", f"{path}/diagram.svg"):
        headers = guest.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cache-Control"] == "no-store"


def test_nothing_else_of_the_hub_shows(app: Flask, entry: None, client: Client, guest: Client):
    with writing(app) as work:
        author = makers.as_person(work, "modellierung@marburg.example")
        found = entries.find(author, "marburg", "hundesteuer-anmelden")
        discussions.write(author, found, entries.current(author, found), "Vertrauliche Rückfrage", audience="city")
        makers.entry(work, title="Anderer Vorgang", visibility="city")
    path = link(client)
    page = guest.page(path)
    text = page.text_content()
    assert not [word for word in ("Vertrauliche", "Modellierung Marburg", "Anderer Vorgang") if word in text]
    assert page.xpath("//form/@action") == [path]
    links = {row for row in page.xpath("//a/@href") if not row.startswith("#")}
    assert links == {"/barrierefreiheit", "/datenschutz", "/impressum"}
    assert guest.get(PATH).status_code == 404
    assert guest.get(f"{path}/discussion").status_code == 404


def test_two_links_do_not_see_each_others_comments(entry: None, client: Client, guest: Client):
    first, second = link(client), link(client, name="Kämmerei")
    guest.post(first, data={"text": "Vom Ordnungsamt"})
    assert "Vom Ordnungsamt" in guest.page(first).text_content()
    assert "Vom Ordnungsamt" not in guest.page(second).text_content()


def test_a_link_shows_its_version_or_the_newest(app: Flask, entry: None, client: Client, guest: Client):
    fixed, newest = link(client, version="0.01"), link(client)
    with writing(app) as work:
        found = work.session.scalars(select(Entry)).one()
        makers.version(work, found, makers.bpmn("Ganz neuer Schritt"))
    assert "Ganz neuer Schritt" not in guest.page(fixed).text_content()
    assert "Ganz neuer Schritt" in guest.page(newest).text_content()


@pytest.mark.parametrize("how", ["revoked", "expired", "archived"])
def test_an_ended_link_shows_nothing_and_gives_back_what_was_being_written(
    app: Flask, entry: None, client: Client, guest: Client, how: str
):
    path = link(client)
    if how == "revoked":
        with writing(app) as work:
            number = work.session.scalars(select(GuestLink.id)).one()
        client.send(f"{PATH}/guests/{number}/revoke")
    with writing(app) as work:
        if how == "expired":
            work.session.execute(update(GuestLink).values(expires_at=work.now - timedelta(seconds=1)))
        if how == "archived":
            work.session.execute(update(Entry).values(archived_at=work.now))
    assert guest.get(path).status_code == 410
    assert "Angaben prüfen" not in words(guest.get(path))
    assert guest.get(f"{path}/view.bpmn").status_code == 409
    late = guest.post(path, data={"text": "Lange geschrieben"})
    assert late.status_code == 409
    assert "Lange geschrieben" in words(late)
    with writing(app) as work:
        assert work.session.scalars(select(Comment)).all() == []


def test_many_comments_in_a_short_time_are_refused_and_the_text_stays(entry: None, client: Client, guest: Client):
    path = link(client)
    for number in range(guests.AT_MOST):
        assert guest.post(path, data={"text": f"Anmerkung {number}"}).status_code == 302
    answer = guest.post(path, data={"text": "Eine zu viel"})
    assert answer.status_code == 422
    assert parsed(answer).xpath("//textarea/text()")[0].strip() == "Eine zu viel"


def test_every_use_is_in_the_log(app: Flask, entry: None, client: Client, guest: Client):
    path = link(client)
    guest.get(path)
    guest.get(path)
    guest.post(path, data={"text": "Frist fehlt"})
    with writing(app) as work:
        query = select(Event).where(Event.kind.in_(["guest.invited", "guest.opened", "comment.written"]))
        rows = [(row.kind, row.data.get("guest")) for row in work.session.scalars(query.order_by(Event.id))]
    assert rows == [("guest.invited", NAME), ("guest.opened", NAME), ("comment.written", NAME)]


def test_a_guest_calls_nobody_by_name(app: Flask, entry: None, client: Client, guest: Client):
    guest.post(link(client), data={"text": "@[Freigabe Marburg] bitte ansehen"})
    with writing(app) as work:
        assert work.session.scalars(select(Mention)).all() == []


def test_the_secret_stands_nowhere_in_the_database(app: Flask, entry: None, client: Client):
    secret = link(client).rpartition("/")[2]
    with writing(app) as work:
        row = work.session.scalars(select(GuestLink)).one()
        assert secret not in (row.token_digest, row.name)
        assert all(secret not in str(event.data) for event in work.session.scalars(select(Event)))


@pytest.mark.parametrize(
    ("until", "sentence"), [(soon(-1), "in der Zukunft"), (soon(500), "höchstens ein Jahr"), ("morgen", "nicht gültig")]
)
def test_a_day_that_makes_no_sense_is_refused_with_what_was_typed(
    entry: None, client: Client, until: str, sentence: str
):
    answer = client.send(f"{PATH}/guests", name=NAME, until=until, audience="city")
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert parsed(answer).xpath("//input[@id='name']/@value") == [NAME]


@pytest.mark.parametrize("email", ["lesen@limburg.example", "modellierung@fulda.example", "admin@marburg.example", ""])
def test_only_writers_of_the_owner_make_links(app: Flask, client_for: ClientFor, email: str):
    with writing(app) as work:
        makers.entry(work, visibility="ikz")
    person = client_for(email)
    assert person.get(f"{PATH}/guests").status_code in (302, 403, 404)
    answer = person.send(f"{PATH}/guests", name=NAME, until=soon(), audience="city")
    assert answer.status_code in (401, 403, 404)
    with writing(app) as work:
        assert work.session.scalars(select(GuestLink)).all() == []
