"""A page asks the database a fixed number of questions, however much there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from hub.actions import discussions, entries
from hub.extensions import db
from hub.shelf import Shelf
from tests import makers
from tests.clients import ClientFor, writing

PAGES = (
    "/", "/library", "/library?sort=title", "/cities", "/marburg", "/feed.atom", "/search?q=Hundesteuer",
    "/search/suggest?q=hund", "/marburg/vorgang-1", "/marburg/vorgang-1/versions", "/marburg/vorgang-1/discussion",
    "/marburg/vorgang-1/family", "/services", "/services?used=1", "/services/topics", "/services/1",
    "/services/portfolio", "/services/portfolio/progress", "/services/portfolio/breaks", "/services/portfolio/cities",
    "/services/landscape",
    "/marburg/vorgang-1/files", "/marburg/vorgang-1/compare", "/account",
    "/marburg/vorgang-1/proposals", "/collaboration/proposals", "/collaboration/inbox", "/collaboration/matrix",
    "/collaboration/deviations",
    "/marburg/vorgang-1/media-breaks", "/marburg/vorgang-1/media-breaks/analysis", "/marburg/vorgang-1/maturity",
    "/media-rules",
)  # fmt: skip
FEW, MANY = 5, 50
MOST = 30
"""No page asks more than this."""


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database of `app`."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _fill(app: Flask, numbers: range) -> None:
    """Add an entry for each number, and to the first one as many versions, comments and half as many forks."""
    with writing(app) as work:
        author = makers.as_person(work, "modellierung@marburg.example")
        for number in numbers:
            makers.entry(
                work, makers.bpmn(f"Hundesteuer {number}"), title=f"Vorgang {number}", tags="Hund, Steuer",
                legal_bases="§ 1 HStS\n§ 2 HStS", service=f"Leistung {number}",
            )  # fmt: skip
        first = entries.find(author, "marburg", "vorgang-1")
        for number in numbers:
            shown = makers.version(work, first, makers.bpmn(f"Hundesteuer Stand {number}"))
            discussions.write(author, first, shown, f"Frage {number}", element="step1")
            if number % 2:
                owner = makers.organisation(work, ("fulda", "wetzlar", "giessen")[number % 3])
                entries.fork(work, first, shown, owner, title=f"Ableitung {number}", reason="Eigene Satzung")


def _questions(app: Flask, person: str) -> dict[str, int]:
    client = ClientFor(app)(person)
    found = {}
    for path in PAGES:
        client.get(path)
        app.extensions["kept"] = Shelf(300)  # as after any write: no finished page is at hand
        with counted(app) as statements:
            assert client.get(path).status_code == 200, path
        found[path] = len(statements)
    return found


@pytest.mark.parametrize("person", ["modellierung@marburg.example", "lesen@limburg.example"])
def test_ten_times_as_much_asks_not_one_question_more(app: Flask, person: str) -> None:
    _fill(app, range(1, FEW + 1))
    before = _questions(app, person)
    _fill(app, range(FEW + 1, MANY + 1))
    after = _questions(app, person)
    assert {path: (before[path], count) for path, count in after.items() if count > before[path]} == {}
    assert {path: count for path, count in after.items() if count > MOST} == {}
