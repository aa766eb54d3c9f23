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
        print(f"  {table:28} {rows:>10} Zeilen", file=sys.stderr, flush=True)


def run(arguments: list[str]) -> int:
    """Move everything between two databases named by their addresses; exit code 1 if it was refused."""
    parser = argparse.ArgumentParser(
        prog="hub move", description="Zieht in eine andere Datenbank um. Halten Sie den Hub vorher an."
    )
    parser.add_argument("source", metavar="QUELLE", help="wo er ist, etwa sqlite:////var/lib/hub/hub.sqlite3")
    parser.add_argument(
        "target", metavar="ZIEL", help="eine leere Datenbank, etwa postgresql+psycopg://hub@db.example.org/hub"
    )
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
    print(f"{len(told.tables)} Tabellen mit {rows} Zeilen haben auf beiden Seiten dieselbe Prüfsumme.")
    print(f"Das versiegelte Protokoll stimmt auf beiden Seiten: Kopf {told.log_position} {told.log_digest}")
    print(f"{moved.searches} Suchen finden auf beiden Seiten dasselbe.")
    print("Tragen Sie das Ziel nun als HUB_DATABASE_URL ein und starten Sie den Hub. Die Quelle wurde nur gelesen.")
    return 0


def _move(source: str, target: str) -> moving.Moved:
    try:
        origin, _ = make_url(source), make_url(target)
    except ArgumentError as error:
        raise Refused(f"Das ist keine Adresse einer Datenbank: {error}") from error
    if not backups.filled(origin):
        raise Refused(f"Unter {origin.render_as_string()} ist kein Hub.")
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
