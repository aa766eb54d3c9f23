"""Who is editing is shown to others, costs hardly a write, and is forgotten when the editor is gone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.actions.editing import LOST_AFTER, WRITTEN_EVERY
from hub.cli import worker
from hub.extensions import db
from hub.store.marks import commit_mark
from hub.store.notifications import Editing
from tests import makers
from tests.clients import Client, ClientFor, words, writing

PATH = "/marburg/hundesteuer-anmelden"
OWNER = "freigabe@marburg.example"
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def entry(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, visibility="ikz")


def pass_time(app: Flask, by: timedelta) -> None:
    with writing(app) as work:
        row = work.session.scalars(select(Editing)).one()
        work.session.execute(update(Editing).values(seen_at=row.seen_at - by))


def mark(app: Flask) -> object:
    with app.app_context():
        found = commit_mark(db.session())
        db.session.remove()
        return found


def test_others_see_who_is_editing_and_one_does_not_see_oneself(entry: None, client_for: ClientFor, client: Client):
    assert client.post(f"{PATH}/editing").json == {"others": []}
    told = client_for(OWNER).post(f"{PATH}/editing").json
    assert told is not None
    assert told["others"][0].startswith("Modellierung Marburg bearbeitet seit ")
    assert "Modellierung Marburg bearbeitet seit" in words(client_for("modellierung@fulda.example").get(PATH))
    assert "Modellierung Marburg bearbeitet seit" not in words(client.get(PATH))


def test_who_leaves_is_gone_at_once(entry: None, client_for: ClientFor, client: Client):
    client.post(f"{PATH}/editing")
    client.post(f"{PATH}/editing", data={"leave": "1"})
    assert client_for(OWNER).post(f"{PATH}/editing").json == {"others": []}


def test_a_sign_of_life_is_written_at_first_and_then_every_few_minutes_only(app: Flask, entry: None, client: Client):
    before = mark(app)
    client.post(f"{PATH}/editing")
    first = mark(app)
    assert first != before
    for _ in range(5):
        client.post(f"{PATH}/editing")
    assert mark(app) == first
    pass_time(app, WRITTEN_EVERY)
    later = mark(app)
    client.post(f"{PATH}/editing")
    assert mark(app) != later


def test_an_editor_that_died_is_forgotten_also_on_kept_pages(
    app: Flask, entry: None, client_for: ClientFor, client: Client
):
    client.post(f"{PATH}/editing")
    fulda = client_for("modellierung@fulda.example")
    assert "bearbeitet seit" in words(fulda.get(PATH))
    pass_time(app, LOST_AFTER)
    with app.app_context():
        assert worker.forget_lost_editors()
        assert not worker.forget_lost_editors()
    assert "bearbeitet seit" not in words(fulda.get(PATH))


@pytest.mark.parametrize(
    ("email", "status"), [("modellierung@fulda.example", 403), ("lesen@limburg.example", 403), ("", 401)]
)
def test_only_who_may_publish_counts_as_editing(
    app: Flask, entry: None, client_for: ClientFor, email: str, status: int
):
    assert client_for(email).post(f"{PATH}/editing", headers=OWN).status_code == status
    with writing(app) as work:
        assert work.session.scalars(select(Editing)).all() == []


def test_readers_of_what_is_published_do_not_see_who_is_editing(app: Flask, client_for: ClientFor, client: Client):
    with writing(app) as work:
        makers.published(work, makers.entry(work, visibility="public"))
    client.post(f"{PATH}/editing")
    for email in ("", "foerderung@rp-giessen.example"):
        assert "bearbeitet seit" not in words(client_for(email).get(PATH))
