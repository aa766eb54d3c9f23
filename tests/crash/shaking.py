"""Kill parts of a hub at random moments while people work, then say what was lost, doubled or broken."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from hub.cli import worker
from hub.config import Settings
from hub.extensions import db
from hub.keeping import invariants
from tests import postgres
from tests.conftest import app_on, fill_with_people
from tests.crash import storm
from tests.crash.running import Running
from tests.crash.storm import Journal, Storm


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; `wrong` is empty if nothing was lost, doubled or broken."""

    journal: Journal
    kills: int
    wrong: list[str]

    def __str__(self) -> str:
        told = self.journal
        return (
            f"{self.kills} kills; {told.count('done')} deeds acknowledged, {told.count('refused')} refused, "
            f"{told.count('unknown')} without an answer; longest wait {told.longest:.1f} s; "
            f"answers {dict(sorted(told.answers.items()))}; wrong: {len(self.wrong)}"
        )


def new_hub(url: str) -> Flask:
    """Return the application of a new hub at `url`, with people and entries to work on."""
    app = app_on(url)
    with app.app_context():
        upgrade()
        session = db.session()
        session.connection(execution_options={"write": True})
        fill_with_people(session)
        session.commit()
        db.session.remove()
    storm.prepare(app, 4)
    return app


def finish(app: Flask) -> None:
    """Let the worker do everything that is left."""
    settings: Settings = app.config["HUB"]
    while worker.once(app, settings):
        pass


def broken(app: Flask) -> list[str]:
    """Return what does not hold together."""
    with app.app_context():
        with Session(db.engine) as session:
            found = [str(one) for one in invariants.check(session)]
        db.session.remove()
    return found


def shake(
    url: str, log: Path, *, seconds: float, seed: int, server: postgres.Cluster | None = None, enough: int = 1_000_000
) -> Outcome:
    """Let people work on a new hub at `url` while its processes, and `server`, are killed at random.

    Ends after `seconds`, or once `enough` were killed.
    """
    chance, kills = random.Random(seed), 0
    app = new_hub(url)
    running = Running(url, log, port=postgres.free_port())
    try:
        running.start()
        running.wait_until_up()
        with Storm(app, (running.host, running.port)) as people:
            end, done = time.monotonic() + seconds, -1
            while time.monotonic() < end and kills < enough:
                time.sleep(chance.uniform(0.2, 1.5))
                # Only what is at work is worth killing: on a slow machine, starting again takes its time.
                if people.journal.count("done") >= done + 4:
                    kills += _kill(chance, running, server)
                    done = people.journal.count("done")
        running.kill_everything()
        finish(app)
        wrong = storm.lost_or_doubled(app, people.journal) + broken(app)
    finally:
        running.close()
        with app.app_context():
            db.engine.dispose()
    return Outcome(people.journal, kills, wrong)


def _kill(chance: random.Random, running: Running, server: postgres.Cluster | None) -> int:
    what = chance.choice(("web", "web", "worker", "machine", *(("database", "database") if server else ())))
    if what == "web":
        return int(running.kill_a_web_process(chance))
    if what == "worker":
        running.kill_worker()
    elif what == "machine":
        running.kill_everything()
        running.start()
        running.wait_until_up()
    elif server is not None:
        server.stop("immediate")
        time.sleep(chance.uniform(0, 1))
        server.start()
    return 1
