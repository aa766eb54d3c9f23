"""`hub audit`: verify the sealed log, show where it ends, write an excerpt, and check the whole hub."""

import argparse
import sys
from datetime import UTC, datetime

from hub.actions import log
from hub.app import create_app
from hub.extensions import db
from hub.keeping import invariants
from hub.policy import SYSTEM
from hub.work import Work

WORDS = {
    "changed": "the content of the event was changed",
    "erased_unsaid": "the content of the event was erased, but the log does not say by whom",
    "unchained": "the line does not follow from the one before: it was changed, moved or inserted",
    "gap": "the seal is missing",
    "missing_event": "the event is missing",
    "head": "the chain does not end where the head says: lines are missing or were added at the end",
    "unsealed": "the event was never sealed",
}

DEEDS = {
    "verify": "verify: hold every line of the log against its seal",
    "head": "head: show where the log ends",
    "excerpt": "excerpt: write its lines",
    "check": "check: read the whole hub and say what does not hold together",
}


def run(arguments: list[str]) -> int:
    """`hub audit verify | head | excerpt | check`: exit code 1 if something does not hold, with each place."""
    parser = argparse.ArgumentParser(prog="hub audit", description="The sealed log of everything that was done.")
    parser.add_argument("what", choices=tuple(DEEDS), help="; ".join(DEEDS.values()))
    given = parser.parse_args(arguments)
    app = create_app()
    with app.app_context():
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        try:
            return {"verify": _verify, "head": _head, "excerpt": _excerpt, "check": _check}[given.what](work)
        finally:
            db.session.remove()
            db.engine.dispose()


def _verify(work: Work) -> int:
    found = log.verify(work, lambda done: print(f"\r{done} lines", end="", file=sys.stderr, flush=True))
    for broken in found.breaks:
        event = f", event {broken.event_id}" if broken.event_id else ""
        print(f"line {broken.position}{event}: {WORDS[broken.code]}")
    state = "does NOT hold" if found.breaks else "holds"
    print(f"The log {state}: {found.lines} lines, {found.erased} erased, head {found.position} {found.digest}")
    return 1 if found.breaks else 0


def _head(work: Work) -> int:
    print(*log.head(work))
    return 0


def _excerpt(work: Work) -> int:
    for line in log.lines(work):
        sys.stdout.buffer.write(line.text + b"\n")
    return 0


def _check(work: Work) -> int:
    found = invariants.check(work.session, lambda rule: print(f"{rule} …", file=sys.stderr, flush=True))
    for one in found:
        print(one)
    print(f"{len(found)} contradictions" if found else "Everything holds together.")
    return 1 if found else 0
