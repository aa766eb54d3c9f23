"""Reporting a barrier works for everybody, and the statement tells what the last audit found."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from hub.store.activity import Event, Mail
from hub.text import accessibility, markdown
from tests.clients import ClientFor, words, writing


def test_a_guest_reports_a_barrier_and_it_reaches_whoever_runs_the_hub(app: Flask, client_for: ClientFor) -> None:
    guest = client_for()
    answer = guest.send(
        "/barriere-melden", what="Der Knopf ist nicht erreichbar", page="/library", reply_to="a@b.example"
    )
    assert answer.status_code == 302
    assert "Ihre Meldung ist unterwegs" in words(guest.get("/barriere-melden"))
    with writing(app) as work:
        recipient, text = work.session.execute(select(Mail.recipient, Mail.text)).one()
        data = work.session.scalars(select(Event.data).where(Event.kind == "barrier.reported")).one()
    assert recipient == "admin@ikz.example"
    assert "Der Knopf ist nicht erreichbar" in text
    assert "a@b.example" in text
    assert data == {}


def test_a_report_without_words_keeps_the_rest(client_for: ClientFor) -> None:
    answer = client_for().send("/barriere-melden", what=" ", page="/library")
    assert answer.status_code == 422
    assert "/library" in answer.get_data(as_text=True)


def test_nobody_floods_the_mailbox(client_for: ClientFor) -> None:
    guest = client_for()
    answers = [guest.send("/barriere-melden", what="Knopf").status_code for _ in range(12)]
    assert answers[:10] == [302] * 10
    assert answers[-1] == 429


def test_the_page_one_came_from_is_filled_in(client_for: ClientFor) -> None:
    here = client_for().get("/barriere-melden", headers={"Referer": "http://localhost/library"})
    elsewhere = client_for().get("/barriere-melden", headers={"Referer": "https://other.example/geheim"})
    assert 'value="/library"' in here.get_data(as_text=True)
    assert "geheim" not in elsewhere.get_data(as_text=True)


def test_the_statement_tells_the_last_audit(client_for: ClientFor) -> None:
    page = words(client_for().get("/barrierefreiheit"))
    told = markdown.to_text(markdown.to_html(accessibility.in_words("de")))
    assert told in page
    assert "{audit}" not in page


def test_every_finding_of_an_audit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = accessibility.Finding("/library", "Elements must have sufficient color contrast", 3)
    audit = accessibility.Audit(date(2026, 11, 21), "axe-core 4.10", ("/", "/library"), ("light", "dark"), (found,))
    monkeypatch.setattr(accessibility, "last", lambda: audit)
    for language in ("de", "en"):
        told = accessibility.in_words(language)
        assert "2 Seiten" in told or "2 pages" in told
        assert "| `/library` | Elements must have sufficient color contrast | 3 |" in told
    monkeypatch.setattr(accessibility, "last", lambda: replace(audit, findings=()))
    assert "keine Verstöße" in accessibility.in_words("de")
