"""What proposals, the inbox and the matrix cost: `python -m bench.proposals`.

CPU time of this process per request, as a multiple of the bare Flask page of `bench.hub`. „anew“ is after any write to
the hub: no finished page is kept, but what was worked out about the same contents is. „first“ has nothing kept at all.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from bench.hub import Caller, bare_app, cost, line, signed_in
from hub.actions import entries, proposals
from hub.extensions import db
from hub.shelf import Shelf
from hub.store.entries import Entry
from hub.work import Work
from tests import makers
from tests.clients import writing
from tests.conftest import app_on, fill_with_people

FORKS = 200
STEPS = [f"Schritt {number} bearbeiten" for number in range(47)]
"""With start, end and flows about 100 elements."""
CHANGES = 40
OTHERS = ("fulda", "giessen", "wetzlar", "limburg")


@contextmanager
def filled() -> Iterator[tuple[Flask, str]]:
    """Yield a hub with 40 changes proposed, 200 forks with news and five cities; and the proposal's path."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        app = app_on(f"sqlite:///{folder}/hub.sqlite3")
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            fill_with_people(session)
            session.commit()
            session.close()
        with writing(app) as work:
            path = _proposal(work)
        with writing(app) as work:
            _forks(work)
            _cities(work)
        yield app, path
        with app.app_context():
            db.engine.dispose()


def _forked(work: Work, origin: Entry, city: str, title: str) -> Entry:
    assert origin.head is not None
    return entries.fork(
        makers.as_hub(work), origin, origin.head, makers.organisation(work, city), title=title, reason="Eigene Satzung"
    )


def _proposal(work: Work) -> str:
    origin = makers.entry(work, makers.bpmn(*STEPS), title="Vorschlag")
    fork = _forked(work, origin, "fulda", "Vorschlag")
    changed = [f"{step} und prüfen" if at < CHANGES else step for at, step in enumerate(STEPS)]
    makers.version(work, fork, makers.bpmn(*changed))
    fulda = makers.as_person(work, "modellierung@fulda.example")
    made = proposals.between(fulda, fork, origin, title="Bitte ansehen")
    proposals.send(fulda, made)
    return f"/marburg/vorschlag/proposals/{made.id}"


def _forks(work: Work) -> None:
    origin = makers.entry(work, makers.bpmn(*STEPS[:12]), owner="fulda", title="Ursprung")
    for number in range(FORKS):
        _forked(work, origin, "marburg", f"Ableitung {number}")
    makers.version(work, origin, makers.bpmn("Antrag annehmen", *STEPS[1:12]))


def _cities(work: Work) -> None:
    steps = [f"Arbeitsschritt {number}" for number in range(60)]
    origin = makers.entry(work, makers.bpmn(*steps), title="Vergleich")
    for at, city in enumerate(OTHERS):
        own = [f"{step} anders" if number % (at + 3) == 0 else step for number, step in enumerate(steps)]
        makers.version(work, _forked(work, origin, city, "Vergleich"), makers.bpmn(*own))


SHELVES = (
    ("hub.actions.merging", "_REVIEWS"),
    ("hub.actions.plain_merge", "_KEPT"),
    ("hub.actions.previewing", "_KEPT"),
    ("hub.actions.matrix", "_COMPARED"),
    ("hub.actions.matrix", "_STEPS"),
)


def _first(app: Flask, caller: Caller, path: str) -> None:
    """Ask for a page as the first reader of a new process."""
    for module, name in SHELVES:
        setattr(importlib.import_module(module), name, Shelf(300))
    _anew(app, caller, path)


def _anew(app: Flask, caller: Caller, path: str) -> None:
    app.extensions["kept"] = Shelf(300)
    caller(path)


def _questions(app: Flask, caller: Caller, path: str) -> int:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        _anew(app, caller, path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(found)


def main() -> int:
    """Measure everything and print one line per figure."""
    call = Caller(bare_app())
    for _ in range(50):
        call("/")
    bare = cost(lambda: call("/"), 200)
    print(f"{'bare Flask page':34} {bare:8.2f} ms CPU    1.0 ×")
    with filled() as (app, proposal):
        person, _token = signed_in(app)
        for name, path in (
            (f"proposal, 100 elements, {CHANGES} changes", proposal),
            (f"inbox over {FORKS} forks", "/collaboration/inbox"),
            ("matrix, 5 cities, 60 steps", "/collaboration/matrix/marburg/vergleich"),
        ):
            status, data = person(path)
            assert status == 200, f"{path} answers {status}"
            first = cost(lambda p=path: _first(app, person, p), 5)  # type: ignore[misc]
            anew = cost(lambda p=path: _anew(app, person, p), 15)  # type: ignore[misc]
            kept = cost(lambda p=path: person(p), 30)  # type: ignore[misc]
            note = f"{len(data) / 1000:.0f} kB, {_questions(app, person, path)} queries"
            line(name, kept, bare, f"unchanged since; {note}")
            line("  anew", anew, bare, "")
            line("  first", first, bare, "")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
