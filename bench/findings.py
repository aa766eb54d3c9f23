"""What media breaks cost the hub: `python -m bench.findings`, on a fresh hub with the sample library, CPU time.

Storing a version's figures happens in the worker, a decision and the pages in a request.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select

from hub.actions import findings, media, media_effect, media_views, renderings
from hub.actions.findings import Choice
from hub.app import create_app
from hub.bpmn import Addition, Additions
from hub.cli import seed
from hub.config import Settings
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import Entry, EntryKind
from hub.work import Work

TIMES = 7


def _median(deed: Callable[[], object]) -> float:
    """Return the median CPU time of a deed in milliseconds."""
    took = []
    for _ in range(TIMES):
        start = time.process_time()
        deed()
        took.append((time.process_time() - start) * 1000)
    return statistics.median(took)


def main() -> None:
    """Print one line a deed."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            Settings(f"sqlite:///{Path(folder) / 'hub.sqlite3'}", "a key for measuring only, long enough", testing=True)
        )
        with app.app_context():
            upgrade()
            session = db.session()
            session.connection(execution_options={"write": True})
            seed.load(session, progress=lambda _: None, demo=True)
            _measure(Work(session, SYSTEM, datetime.now(UTC)))
            session.rollback()
            db.engine.dispose()


def _measure(work: Work) -> None:
    query = select(Entry).where(Entry.slug == "wohngeld-ist", Entry.kind == EntryKind.PROCESS)
    entry = work.session.scalars(query).one()
    version = entry.head
    if version is None:
        return
    count = len(renderings.model(work, version.blob_sha256).elements)
    found = findings.of(work, entry, version)
    print(f"model: {count} elements, {len(found)} findings")

    def decide() -> None:
        one = findings.of(work, entry, version)[0]
        choice = Choice(one.found.element_key, one.found.rule, one.seen)
        findings.decide(work, entry, version, [choice], "no-break", reason="Messung")

    wanted = Additions().with_rule("MB-05", Addition(lexemes=("rohrpost*",)))
    for name, deed in (
        ("worker: find and keep the figures of a version", lambda: media.refresh(work, version)),
        ("list of findings, stored", lambda: findings.of(work, entry, version)),
        ("rows of the page", lambda: media_views.rows(work, entry, version)),
        ("ways", lambda: media_views.ways(work, entry, version)),
        ("decide about one finding, figures included", decide),
        ("effect of a changed rule on the sample library", lambda: media_effect.effect(work, wanted)),
        ("versions the worker has to look at: none", lambda: media.behind(work, limit=5)),
    ):
        print(f"{name}: {_median(deed):.1f} ms")


if __name__ == "__main__":
    main()
