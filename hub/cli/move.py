"""`hub move SOURCE TARGET`: take a hub from SQLite to PostgreSQL or back, and prove that nothing differs."""

import argparse
import logging
import sys

from flask_migrate import upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from hub.app import create_app
from hub.config import Settings
from hub.extensions import db
from hub.keeping import backups, moving
from hub.keeping.manifest import Refused

KEY = "no key: this application signs nothing and serves nobody"


def _tell(table: str, rows: int) -> None:
    if rows:
        print(f"  {table:28} {rows:>10} rows", file=sys.stderr, flush=True)


def run(arguments: list[str]) -> int:
    """Move everything between two databases named by their addresses; exit code 1 if it was refused."""
    parser = argparse.ArgumentParser(prog="hub move", description="Move a hub to another database. Stop the hub first.")
    parser.add_argument("source", help="where it is, such as sqlite:////var/lib/hub/hub.sqlite3")
    parser.add_argument("target", help="an empty database, such as postgresql+psycopg://hub@db.example.org/hub")
    given = parser.parse_args(arguments)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        moved = _move(given.source, given.target)
    except (Refused, OperationalError) as error:
        said = error.orig if isinstance(error, OperationalError) else error
        print(f"hub move: {said}", file=sys.stderr)
        return 1
    told = moved.contents
    rows = sum(one.rows for one in told.tables.values())
    print(f"{len(told.tables)} tables with {rows} rows have the same digest on both sides.")
    print(f"The sealed log holds on both sides: head {told.log_position} {told.log_digest}")
    print(f"{moved.searches} sample searches find the same on both sides.")
    print("Now set HUB_DATABASE_URL to the target and start the hub. The source was only read.")
    return 0


def _move(source: str, target: str) -> moving.Moved:
    try:
        origin, _ = make_url(source), make_url(target)
    except ArgumentError as error:
        raise Refused(f"That is no address of a database: {error}") from error
    if not backups.filled(origin):
        raise Refused(f"There is no hub at {origin.render_as_string()}.")
    app = create_app(Settings(target, KEY))
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                moving.expect_empty(connection)
            upgrade()
            with backups.snapshot(origin) as connection:
                return moving.move(connection, db.engine, _tell)
        finally:
            db.engine.dispose()
