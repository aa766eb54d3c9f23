"""What funding costs: `python -m bench.funding`.

Verifying a log of a million lines (`--lines`), and an evidence pack of 40 results with 60 versions: seconds of CPU, and
the most memory Python needed meanwhile.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from hub.actions import evidence, grants, log, results, statements
from hub.cli import following
from hub.extensions import db
from hub.inputs.funding import EditResult
from hub.policy import SYSTEM
from hub.store.activity import Event
from hub.store.seals import LogHead, Seal
from hub.work import Work
from tests import makers
from tests.actions.test_grants import OWNER
from tests.clients import writing
from tests.conftest import app_on, fill_with_people
from tests.web.test_review import prepared, submitted

RESULTS, VERSIONS = 40, 60
BATCH = 20_000


def fill_log(work: Work, count: int) -> None:
    """Insert a chain of `count` sealed lines, as the worker would have sealed them."""
    session = work.session
    head = session.get(LogHead, 1)
    position, digest = (head.position, head.digest) if head else (0, log.START)
    first = (session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0) + 1
    for start in range(0, count, BATCH):
        events, seals = [], []
        for key in range(first + start, first + min(start + BATCH, count)):
            data = {"number": f"0.{key % 100:02}", "title": f"Vorgang {key}"}
            at = work.now + timedelta(seconds=key)
            position += 1
            told = log.data_digest(data)
            line = log.text_of(position, key, "version.published", None, None, None, at, told, digest)
            digest = hashlib.sha256(line).hexdigest()
            events.append({"id": key, "kind": "version.published", "data": data, "happened_at": at, "done_at": at})
            seals.append(
                {"position": position, "event_id": key, "data_sha256": told, "digest": digest, "sealed_at": at}
            )
        session.execute(insert(Event), events)
        session.execute(insert(Seal), seals)
    if head is None:
        head = LogHead(id=1, position=0, digest=log.START)
        session.add(head)
    head.position, head.digest = position, digest


def verifying(app: Flask, count: int) -> None:
    """Print how long the whole log takes."""
    with writing(app) as work:
        fill_log(work, count)
    with app.app_context():
        start = time.process_time()
        found = log.verify(Work(db.session(), SYSTEM, datetime.now(UTC)))
        spent = time.process_time() - start
        db.session.remove()
    assert not found.breaks, found.breaks[:3]
    million = spent / found.lines * 1e6
    print(f"{'verifying the log':34} {spent:8.1f} s CPU for {found.lines:,} lines, {million:.0f} s for a million")


def cite(work: Work) -> None:
    """Give the grant results that cite sixty versions of models of a hundred elements."""
    owner = makers.as_person(work, OWNER)
    grant = grants.find(owner, "prozesse")
    steps = [f"Schritt {number} bearbeiten" for number in range(47)]
    known = []
    for number in range(VERSIONS):
        entry = makers.entry(work, makers.bpmn(*steps, f"Schluss {number}"), title=f"Prozess {number}")
        made = makers.published(work, entry)
        assert made.published is not None
        known.append(f"marburg/{made.slug}/{made.published.number}")
    for number in range(RESULTS):
        result = results.add(owner, grant, EditResult(title=f"Ergebnis {number}", organisation="marburg"))
        for address in known[number::RESULTS]:
            results.tie(owner, result, address, "", {})


def packing(app: Flask) -> None:
    """Print what a pack costs."""
    with writing(app) as work:
        submitted(work, grants.find(makers.as_person(work, OWNER), "prozesse"))
    with app.app_context():
        while following.follow_events():
            pass
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        statement = statements.find(work, grants.find(work, "prozesse"), 1)
        for name in ("pack, first", "pack, pictures known"):
            seen: list[int] = []
            start, size = time.process_time(), 0
            for piece in evidence.stream(work, statement, progress=seen.append):
                size += len(piece)
            spent = time.process_time() - start
            print(f"{name:34} {spent:8.1f} s CPU, {seen[-1]} versions, {size / 1e6:.1f} MB, {len(seen)} steps told")
        tracemalloc.start()
        size = sum(len(piece) for piece in evidence.stream(work, statement))
        print(f"{'  most memory of Python meanwhile':34} {tracemalloc.get_traced_memory()[1] / 1e6:8.1f} MB")
        tracemalloc.stop()
        db.session.remove()


def main() -> int:
    """Measure everything and print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    options = parser.parse_args()
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
            prepared(work)
            cite(work)
        packing(app)
        verifying(app, options.lines)
        with app.app_context():
            db.engine.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
