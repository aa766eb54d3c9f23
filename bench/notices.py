"""What telling 500 watchers costs, and whom: `python -m bench.notices`.

The publisher's time with 500 watchers is compared with the same deed without any; telling itself is the worker's.
Times are CPU of this process, but the longest wait of a writer is the clock on the wall.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from hub.actions import entries
from hub.cli import following
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import Entry
from hub.store.notifications import Notification
from hub.work import Work, writing
from tests import makers
from tests.conftest import app_on, fill_with_people
from tests.store.test_telling import add_watchers

AUTHOR = "modellierung@marburg.example"
WATCHERS = 500
ROUNDS = 15


def _publish(app: Flask, slug: str, number: int) -> float:
    """Publish once as a request would; return the CPU time in milliseconds."""
    content = makers.content(makers.bpmn(*(f"Schritt {at} Stand {number}" for at in range(30))))
    with app.app_context():
        start = time.process_time_ns()
        with writing(db.session()) as session:
            work = makers.as_person(Work(session, SYSTEM, datetime.now(UTC)), AUTHOR)
            entry = entries.find(work, "marburg", slug)
            entries.publish(work, entry, content, f"Stand {number}", parent_id=entry.head_id or 0)
        spent = (time.process_time_ns() - start) / 1e6
        db.session.remove()
    return spent


def _follow(app: Flask) -> float:
    with app.app_context():
        start = time.process_time_ns()
        while following.follow_events():
            pass
        db.session.remove()
        return (time.process_time_ns() - start) / 1e6


def _longest_wait(app: Flask, stop: threading.Event, waits: list[float]) -> None:
    """Write something small again and again while the worker tells, and note how long each took."""
    while not stop.is_set():
        with app.app_context():
            start = time.perf_counter()
            with writing(db.session()) as session:
                session.scalars(select(Entry).where(Entry.slug == "ohne")).one().contact = f"{start}"
            waits.append((time.perf_counter() - start) * 1000)
            db.session.remove()
        time.sleep(0.01)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        app = app_on(f"sqlite:///{folder}/hub.sqlite3")
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            fill_with_people(session)
            work = Work(session, SYSTEM, datetime.now(UTC))
            makers.entry(work, title="Ohne")
            add_watchers(work, makers.entry(work, title="Mit"), makers.organisation(work, "fulda"), WATCHERS)
            session.commit()
            db.session.remove()
        _follow(app)
        without, with_them, telling = [], [], []
        for number in range(ROUNDS):
            without.append(_publish(app, "ohne", number))
            alone = _follow(app)
            with_them.append(_publish(app, "mit", number))
            telling.append(_follow(app) - alone)
        ratio = statistics.median(with_them) / statistics.median(without)
        print(f"publish without watchers           {statistics.median(without):8.1f} ms")
        print(f"publish with {WATCHERS} watchers          {statistics.median(with_them):8.1f} ms, {ratio:.2f} ×")
        print(f"the worker tells {WATCHERS} people        {statistics.median(telling):8.1f} ms more than for nobody")
        _publish(app, "mit", ROUNDS)
        stop, waits = threading.Event(), []
        writer = threading.Thread(target=_longest_wait, args=(app, stop, waits))
        writer.start()
        _follow(app)
        stop.set()
        writer.join()
        print(f"longest wait of a writer meanwhile {max(waits):8.1f} ms on the clock")
        with app.app_context():
            told = db.session.scalar(select(func.count()).select_from(Notification))
            print(f"{'notifications written':34} {told:8,}")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
