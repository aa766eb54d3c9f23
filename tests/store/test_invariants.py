"""What must always hold: a hub people worked in holds together, and every damage is found and named."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.actions import discussions, entries, proposals
from hub.cli import worker
from hub.config import Settings
from hub.extensions import db
from hub.keeping import invariants
from tests import makers, reviewing
from tests.clients import writing

PERSON = "modellierung@marburg.example"


def live(app: Flask) -> None:
    """Let people work in a hub: equal contents in two entries, a fork, comments, a proposal; then the worker."""
    with writing(app) as work:
        person = makers.as_person(work, PERSON)
        entry = makers.entry(work)
        makers.entry(work, owner="fulda", title="Dasselbe in Fulda")
        shown = makers.version(work, entry, makers.bpmn("Antrag annehmen", "Antrag prüfen"))
        discussions.write(person, entry, shown, "Wer prüft das?", element="step1")
        owner = makers.organisation(work, "marburg")
        entries.fork(person, entry, shown, owner, title="Ableitung", reason="Eigene Satzung")
        given = makers.content(makers.bpmn("Antrag annehmen", "Antrag entscheiden"))
        proposals.send(person, proposals.suggest(person, entry, shown, given, title="Besser"))
        reviewing.staff(work)
        reviewing.passed(work, reviewing.draft(work, title="In Prüfung"))
        reviewing.approved(work, reviewing.draft(work, title="Freigegeben"))
        reviewing.published(work, reviewing.draft(work, title="Veröffentlicht"))
    settings: Settings = app.config["HUB"]
    while worker.once(app, settings):
        pass


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Return a session on a hub that was lived in, free to break what it likes."""
    live(app)
    with app.app_context():
        held = db.session()
        held.connection(execution_options={"write": True})
        held.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield held
        held.rollback()
        db.session.remove()


def test_a_hub_that_was_lived_in_holds_together(both: Flask) -> None:
    live(both)
    with both.app_context():
        assert invariants.check(db.session()) == []
        db.session.remove()


DAMAGE = {
    "references: comments.author_id": "UPDATE comments SET author_id = 999",
    "numbers: entry 1": "UPDATE versions SET sequence = 7 WHERE id = 3",
    "parents: version 3": "UPDATE versions SET parent_id = 2 WHERE id = 3",
    "published: entry 1": "UPDATE entries SET published_id = 1 WHERE id = 1",
    "contents: blob": "UPDATE blobs SET content = x'00'",
    "elements: version 1": "DELETE FROM elements WHERE version_id = 1 AND bpmn_id = 'step1'",
    "index: entry 1": "UPDATE search_texts SET title = 'anders'",
    "index: entry 2": "UPDATE search_documents SET weight = weight + 1",
    "index: entry 3": "UPDATE entries SET archived_at = created_at WHERE id = 3",
    "events: entry 1": "DELETE FROM events WHERE kind = 'version.published' AND entry_id = 1",
    "events: comment 1": "DELETE FROM events WHERE kind = 'comment.written'",
    "addresses: alias": (
        "INSERT INTO aliases (organisation_id, slug, entry_id) "
        "SELECT organisation_id, slug, 2 FROM entries WHERE id = 1"
    ),
    "sealed: line": "UPDATE events SET data = '{}' WHERE id = 1",
}


@pytest.mark.parametrize("where", DAMAGE)
def test_damage_is_found_and_named(session: Session, where: str) -> None:
    session.execute(text(DAMAGE[where]))
    session.expire_all()
    found = [str(one) for one in invariants.check(session)]
    assert [one for one in found if one.startswith(where)], found


def test_comments_written_at_once_are_all_found_afterwards(both: Flask) -> None:
    with writing(both) as work:
        makers.entry(work)
    barrier = threading.Barrier(6)

    def comment(number: int) -> None:
        barrier.wait()
        with writing(both) as work:
            person = makers.as_person(work, PERSON)
            entry = entries.find(person, "marburg", "hundesteuer-anmelden")
            discussions.write(person, entry, entries.current(person, entry), f"Stichwort{number} fehlt")

    threads = [threading.Thread(target=comment, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    with both.app_context():
        assert [str(one) for one in invariants.index(db.session())] == []
        db.session.remove()
