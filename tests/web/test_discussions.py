"""Discussions on pages: nothing typed is lost, whatever happened to the discussion or the entry meanwhile."""

from flask import Flask

from hub.actions import discussions, entries
from hub.inputs import EditEntry
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing


def test_an_answer_that_comes_too_late_stays_in_its_form_with_the_reason(app: Flask, client: Client):
    with writing(app) as work:
        author = makers.as_person(work, "modellierung@marburg.example")
        entry = makers.entry(work, title="Vorgang", visibility="ikz")
        first = discussions.write(author, entry, entries.current(author, entry), "Wie lange dauert das?")
        discussions.resolve(author, entry, first)
        first_id, path = first.id, f"/{entry.organisation.slug}/{entry.slug}/discussion"
    answer = client.send(path, text="Etwa zwei Tage.", reply_to=str(first_id), audience="ikz")
    assert answer.status_code == 422
    assert "Diese Diskussion ist erledigt." in words(answer)
    assert (
        parsed(answer).xpath("//textarea[@id=$name]/text()", name=f"reply-{first_id}")[0].strip() == "Etwa zwei Tage."
    )


def test_a_comment_sent_to_an_old_address_arrives(app: Flask, client: Client):
    with writing(app) as work:
        entry = makers.entry(work, title="Vorgang", visibility="ikz")
        old = f"/{entry.organisation.slug}/{entry.slug}/discussion"
        sent = EditEntry(title=entry.title, revision=entry.revision)
        entries.edit(work, entry, sent, revision=entry.revision, slug="anderer-name")
    answer = client.send(old, text="Kommt das an?", audience="ikz")
    assert answer.status_code == 308
    arrived = client.send(answer.headers["Location"], text="Kommt das an?", audience="ikz")
    assert arrived.status_code == 302
    assert client.get(old).status_code == 301


def test_an_administrator_is_offered_to_remove_a_comment_and_others_are_not(app: Flask, client_for: ClientFor):
    with writing(app) as work:
        entry = makers.entry(work, title="Vorgang", visibility="ikz")
        author = makers.as_person(work, "modellierung@marburg.example")
        discussions.write(author, entry, entries.current(author, entry), "Unpassend")
        path = f"/{entry.organisation.slug}/{entry.slug}/discussion"
    people = ("admin@marburg.example", "modellierung@marburg.example", "modellierung@fulda.example")
    offered = [len(client_for(person).page(path).xpath("//form[contains(@action, '/delete')]")) for person in people]
    assert offered == [1, 1, 0]
