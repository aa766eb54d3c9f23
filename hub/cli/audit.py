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
    "changed": "Der Inhalt des Ereignisses wurde geändert",
    "erased_unsaid": "Der Inhalt des Ereignisses wurde gelöscht, ohne dass das Protokoll sagt, von wem",
    "unchained": "Die Zeile folgt nicht aus der davor: Sie wurde geändert, verschoben oder eingefügt",
    "gap": "Das Siegel fehlt",
    "missing_event": "Das Ereignis fehlt",
    "head": "Die Kette endet nicht dort, wo der Kopf es sagt: Am Ende fehlen Zeilen, oder es kamen welche hinzu",
    "unsealed": "Das Ereignis wurde nie versiegelt",
}

DEEDS = {
    "verify": "verify: hält jede Zeile des Protokolls gegen ihr Siegel",
    "head": "head: zeigt, wo das Protokoll endet",
    "excerpt": "excerpt: schreibt seine Zeilen",
    "check": "check: liest den ganzen Hub und nennt, was nicht zusammenpasst",
}


def run(arguments: list[str]) -> int:
    """`hub audit verify | head | excerpt | check`: exit code 1 if something does not hold, with each place."""
    parser = argparse.ArgumentParser(
        prog="hub audit", description="Das versiegelte Protokoll und der Zusammenhalt des ganzen Hubs."
    )
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
    found = log.verify(work, lambda done: print(f"\r{done} Zeilen", end="", file=sys.stderr, flush=True))
    for broken in found.breaks:
        event = f", Ereignis {broken.event_id}" if broken.event_id else ""
        print(f"Zeile {broken.position}{event}: {WORDS[broken.code]}")
    state = "stimmt NICHT" if found.breaks else "stimmt"
    print(
        f"Das Protokoll {state}: {found.lines} Zeilen, davon {found.erased} gelöscht, "
        f"Kopf {found.position} {found.digest}"
    )
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
    print(f"{len(found)} Widersprüche" if found else "Alles passt zusammen.")
    return 1 if found else 0
