"""Kill parts of a hub at random moments while people work, then say what was lost, doubled or broken.

In the middle of it the database is brought to a newer form, as when machines are upgraded one after another.
"""

import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from hub.cli import worker
from hub.config import ROOT, Settings
from hub.extensions import db
from hub.keeping import invariants
from hub.store import schema
from tests import postgres
from tests.conftest import app_on, fill_with_people
from tests.crash import storm
from tests.crash.journal import Journal
from tests.crash.running import Running
from tests.crash.storm import Storm


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; `wrong` is empty if nothing was lost, doubled or broken."""

    journal: Journal
    kills: Counter[str]
    wrong: list[str]
    seconds: float

    def __str__(self) -> str:
        told = self.journal
        return (
            f"{self.kills.total()} kills {dict(sorted(self.kills.items()))} in {self.seconds:.0f} s\n"
            f"{told.done} deeds acknowledged {told.kinds()}, {told.count('refused')} refused, "
            f"{told.count('unknown')} without an answer\n"
            f"waits: median {told.wait(0.5):.2f} s, 99 % {told.wait(0.99):.1f} s, longest {told.longest:.1f} s; "
            f"answers {dict(sorted(told.answers.items()))}\n"
            f"wrong: {len(self.wrong)}"
        )


@dataclass(frozen=True, slots=True)
class Weather:
    """How hard a hub is shaken, and by how many."""

    seconds: float
    seed: int
    people: int = 4
    web: int = 2
    """Web processes."""
    pace: int = 4
    """Deeds acknowledged between two kills: only what is at work is worth killing."""
    kills: int = 1_000_000
    """It is over after so many."""


def new_hub(url: str, people: int = 4) -> Flask:
    """Return the application of a new hub at `url`, with people and entries to work on."""
    app = app_on(url)
    with app.app_context():
        upgrade()
        session = db.session()
        session.connection(execution_options={"write": True})
        fill_with_people(session)
        session.commit()
        db.session.remove()
    storm.prepare(app, people)
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


TOMORROW = '''"""What a newer program might add."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = depends_on = None


def upgrade():
    for table in ("entries", "versions", "comments", "events", "proposals", "reviews", "sign_ins"):
        op.add_column(table, sa.Column("of_tomorrow", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "things_of_tomorrow",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entry_id", sa.Integer(), sa.ForeignKey("entries.id"), nullable=False),
    )
    op.execute("INSERT INTO things_of_tomorrow (entry_id) SELECT id FROM entries")
    op.create_index("ix_comments_of_tomorrow", "comments", ["of_tomorrow"])
'''


def upgrade_to_tomorrow(app: Flask, folder: Path) -> None:
    """Apply a migration that this program does not know, the way `hub migrate` of a newer program would."""
    migrations = folder / "migrations"
    shutil.copytree(ROOT / "migrations", migrations)
    (migrations / "versions" / "9999_tomorrow.py").write_text(TOMORROW.format(newest=schema.known()[0]))
    with app.app_context():
        upgrade(directory=str(migrations))
        with db.engine.connect() as connection:
            assert schema.fit(connection) is schema.Fit.NEWER
        db.session.remove()


def shake(url: str, log: Path, given: Weather, *, server: postgres.Cluster | None = None) -> Outcome:
    """Let people work on a new hub at `url` while its processes, and `server`, are killed at random."""
    chance, kills = random.Random(given.seed), Counter[str]()
    app = new_hub(url, given.people)
    running = Running(url, log, port=postgres.free_port(), web=given.web)
    try:
        running.start()
        running.wait_until_up()
        start = time.monotonic()
        with Storm(app, (running.host, running.port), given.people, given.seed) as people:
            end, done, upgraded = start + given.seconds, -1, False
            while time.monotonic() < end and kills.total() < given.kills:
                if not upgraded and (kills.total() >= given.kills // 2 or time.monotonic() > start + given.seconds / 2):
                    if server is not None:
                        server.wait_until_quiet()
                    upgrade_to_tomorrow(app, log.parent)
                    upgraded = True
                time.sleep(chance.uniform(0, 1))
                if people.journal.done >= done + given.pace:
                    kills[_kill(chance, running, server)] += 1
                    done = people.journal.done
        seconds = time.monotonic() - start
        running.kill_everything()
        if server is not None:
            server.wait_until_quiet()
        finish(app)
        wrong = storm.lost_or_doubled(app, people.journal) + broken(app)
    finally:
        running.close()
        with app.app_context():
            db.engine.dispose()
    return Outcome(people.journal, kills, wrong, seconds)


WHAT = ("web process", "worker", "machine", "server", "server process")


def _kill(chance: random.Random, running: Running, server: postgres.Cluster | None) -> str:
    """Kill something; return what it was."""
    what = chance.choices(WHAT, (6, 1, 1, 2, 2) if server else (6, 1, 1, 0, 0))[0]
    if what == "web process":
        running.kill_a_web_process(chance)
    elif what == "worker":
        running.kill_worker()
    elif what == "machine":
        running.kill_everything()
        running.start()
        running.wait_until_up()
    elif server is not None and what == "server process":
        server.kill_a_process(chance)
    elif server is not None:
        server.kill()
        time.sleep(chance.uniform(0, 1))
        server.restart()
    return what
