"""What one person has to do, was told, watches and searches for, by program."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.actions import discussions, entries, telling
from hub.store.activity import Event
from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import writing

MARBURG, FULDA, OFFICE = "modellierung@marburg.example", "modellierung@fulda.example", "koordination@ikz.example"
ENTRY = "/entries/marburg/hundesteuer"


def program(app: Flask, email: str = "") -> Program:
    return Program(app, token_of(app, email) if email else "")


@pytest.fixture
def dogs(app: Flask) -> Flask:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Anmelden", "Prüfen"), title="Hundesteuer", visibility="ikz")
    return app


def mention(app: Flask) -> None:
    """Let Fulda name Marburg in a discussion, and tell people as the worker does."""
    with writing(app) as work:
        entry = entries.find(work, "marburg", "hundesteuer")
        assert entry.head is not None
        fulda = makers.as_person(work, FULDA)
        discussions.write(fulda, entry, entry.head, "Wer prüft das, @[Modellierung Marburg]?")
        work.session.flush()
        for event in work.session.scalars(select(Event).order_by(Event.id)):
            subject = telling.about(work, event)
            telling.tell(work, subject, telling.recipients(work, subject, telling.mentioned(work, subject)))


def test_what_was_told_is_read_page_by_page_and_marked(dogs: Flask) -> None:
    marburg = program(dogs, MARBURG)
    assert marburg.send("PUT", f"{ENTRY}/watch", {"on": True}).get_json() == {"on": True}
    mention(dogs)
    found = marburg.get("/me/notifications?limit=1")
    [note] = found["items"]
    assert (note["kind"], note["entry"]["slug"], found["unread"]) == ("comment.written", "hundesteuer", 1)
    path = f"/me/notifications/{note['id']}"
    assert marburg.send("PUT", path, {"read": True}).get_json()["read_at"] is not None
    assert marburg.get("/me/notifications?unread=1")["items"] == []
    assert marburg.send("PUT", path, {"read": False}).get_json()["read_at"] is None
    assert marburg.send("POST", "/me/notifications/read", {"up_to": note["id"]}).get_json() == {"count": 1}
    assert program(dogs, FULDA).send("GET", path).status_code == 404
    assert program(dogs).send("GET", path).status_code == 401


def test_a_mention_waits_until_it_is_settled(dogs: Flask) -> None:
    mention(dogs)
    marburg = program(dogs, MARBURG)
    waiting = [row for row in marburg.get("/me/waiting")["items"] if row["kind"] == "comment.mention"]
    assert [row["entry"]["slug"] for row in waiting] == ["hundesteuer"]
    assert waiting[0]["url"].startswith("/marburg/hundesteuer/discussion")
    settled = marburg.send("POST", f"{ENTRY}/comments/1/seen")
    assert settled.status_code == 204, settled.get_data(as_text=True)
    assert not [row for row in marburg.get("/me/waiting")["items"] if row["kind"] == "comment.mention"]


def test_ways_of_being_told_are_chosen_from_the_state_that_was_read(dogs: Flask) -> None:
    marburg, path = program(dogs, MARBURG), "/me/notification-settings"
    before = marburg.get(path)
    changed = marburg.change("PUT", path, {**before, "comments": "weekly", "hour": 9}).get_json()
    assert (changed["comments"], changed["hour"], changed["versions"]) == ("weekly", 9, before["versions"])
    stale = marburg.send("PUT", path, before, if_match='"old"')
    assert (stale.status_code, stale.get_json()["code"]) == (412, "precondition_failed")
    assert marburg.change("PUT", path, {**before, "watch_own": "on"}).get_json()["errors"] == {"watch_own": "not_valid"}


def test_what_is_watched_is_listed_and_what_may_not_be_read_cannot_be_watched(dogs: Flask) -> None:
    marburg = program(dogs, MARBURG)
    marburg.send("PUT", f"{ENTRY}/watch", {"on": True})
    marburg.send("PUT", "/organisations/fulda/watch", {"on": True})
    found = marburg.get("/me/watches")
    assert [row["slug"] for row in found["entries"]] == ["hundesteuer"]
    assert found["organisations"] == ["fulda"]
    marburg.send("PUT", "/organisations/fulda/watch", {"on": False})
    assert marburg.get("/organisations/fulda/watch") == {"on": False}
    outsider = program(dogs, "technik@rechenzentrum.example")
    assert outsider.send("PUT", f"{ENTRY}/watch", {"on": True}).status_code == 404


def test_searches_are_kept_reported_and_forgotten_by_their_owner_alone(dogs: Flask) -> None:
    marburg = program(dogs, MARBURG)
    made = marburg.send("POST", "/me/searches", {"query": "Hund", "filters": {"city": ["marburg"]}})
    path = f"/me/searches/{made.get_json()['id']}"
    assert made.headers["Location"].endswith(path)
    assert made.get_json()["filters"] == {"city": ["marburg"]}
    wrong = marburg.send("POST", "/me/searches", {"query": "Hund", "filters": {"colour": ["red"]}})
    assert wrong.get_json()["errors"] == {"filters.colour": "unknown_field"}
    assert marburg.send("PUT", f"{path}/alert", {"on": False}).status_code == 204
    assert marburg.send("POST", f"{path}/look").status_code == 204
    assert marburg.get(path)["alert"] is False
    assert program(dogs, FULDA).send("GET", path).status_code == 404
    assert marburg.send("DELETE", path).status_code == 204
    assert marburg.get("/me/searches")["items"] == []


def test_the_latest_searches_are_kept_only_for_those_who_want_it(dogs: Flask) -> None:
    marburg, path = program(dogs, MARBURG), "/me/recent-searches"
    assert [row["query"] for row in marburg.send("POST", path, {"query": "Hund"}).get_json()["items"]] == ["Hund"]
    assert marburg.send("PUT", path, {"on": False}).get_json() == {"on": False, "items": []}
    assert marburg.send("POST", path, {"query": "Katze"}).get_json()["items"] == []
    marburg.send("PUT", path, {"on": True})
    marburg.send("POST", path, {"query": "Katze"})
    assert marburg.send("DELETE", path).status_code == 204
    assert marburg.get(path)["items"] == []


def test_only_the_coordination_teaches_the_search_words(dogs: Flask) -> None:
    office, body = program(dogs, OFFICE), {"kind": "same", "words": "Hund\nKöter"}
    made = office.send("POST", "/search-words", body)
    assert made.get_json()["words"] == ["Hund", "Köter"]
    assert office.send("POST", "/search-words", body).get_json()["code"] == "word_rule_known"
    assert program(dogs, MARBURG).send("POST", "/search-words", body).status_code == 403
    assert office.send("DELETE", f"/search-words/{made.get_json()['id']}").status_code == 204
    assert office.get("/search-words")["items"] == []
