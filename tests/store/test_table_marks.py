"""On SQLite a mark tells that a table has changed, whoever changed it and however."""

import sqlite3

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from hub.extensions import db
from hub.store import table_marks
from hub.store.entries import Entry, EntryTag
from hub.store.marks import commit_mark
from hub.store.table_marks import State
from tests import makers
from tests.clients import writing
from tests.conftest import file_of

ENTRIES = str(select(Entry.title))
TAGS = str(select(EntryTag.tag))


@pytest.fixture
def filled(app: Flask) -> Flask:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer", tags="Hund")
    return app


def _state(app: Flask) -> State:
    with app.app_context():
        session = db.session()
        session.rollback()
        found = table_marks.state(session, commit_mark(session))
        db.session.remove()
    assert found is not None
    return found


def _raw(app: Flask, *statements: str) -> None:
    with sqlite3.connect(file_of(app)) as outsider:
        outsider.execute("PRAGMA foreign_keys=ON")
        for statement in statements:
            outsider.execute(statement)
    outsider.close()


def test_every_table_is_marked_but_those_of_the_word_index(filled: Flask) -> None:
    state = _state(filled)
    assert {name for name in state.there - state.covered if not name.startswith(("search_fts", "sqlite_"))} == {
        table_marks.TABLE
    }
    assert set(state.marks) == state.covered


def test_a_write_past_the_hub_is_noticed_and_only_for_its_table(filled: Flask) -> None:
    before = _state(filled)
    _raw(filled, "UPDATE entries SET title = 'Katzensteuer'")
    now = _state(filled)
    assert (now.unchanged(ENTRIES, before), now.unchanged(TAGS, before)) == (False, True)


def test_what_a_reference_takes_along_is_noticed(filled: Flask) -> None:
    before = _state(filled)
    with writing(filled) as work:
        work.session.execute(text("UPDATE entries SET head_id = NULL"))
        for table in ("elements", "versions", "events", "search_documents"):
            work.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of the test
        work.session.execute(delete(Entry))
    assert not _state(filled).unchanged(TAGS, before)


def test_a_table_that_lost_a_trigger_counts_as_changed_always(filled: Flask) -> None:
    _raw(filled, "DROP TRIGGER marked_entries_update")
    before = _state(filled)
    assert not before.unchanged(ENTRIES, before)
    assert before.unchanged(TAGS, before)


@pytest.mark.parametrize(
    "statement",
    ["SELECT rowid FROM search_fts WHERE search_fts MATCH 'hund'", "SELECT title, random() FROM entries",
     "SELECT date(updated_at, 'now') FROM entries", "SELECT name FROM sqlite_master", "SELECT 1"],
)  # fmt: skip
def test_what_marks_cannot_vouch_for_is_asked_again(filled: Flask, statement: str) -> None:
    state = _state(filled)
    assert not state.unchanged(statement, state)
