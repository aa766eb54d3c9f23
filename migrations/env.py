"""Run migrations on the application's own database, SQLite (batch mode) and PostgreSQL alike."""

import logging
import time
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from hub.store import Base, table_marks

log = logging.getLogger("hub.migrations")
YIELD_AFTER = (0.7, 5.0)
"""Seconds a migration waits for a table of PostgreSQL that people are using: at first, and at most. Behind it everybody
else waits too, and after one second (`deadlock_timeout`) the server would break off whoever it likes; so it gives way
before, and insists only if that never helps."""
INSISTS = 1.05
"""How much longer it waits with each try."""
PAUSE = 0.5
PATIENCE = 600.0
"""Seconds after which a migration that never found its tables free gives up."""
IN_USE = ("55P03", "40P01")
"""SQLSTATE of a lock that was not to be had in time, and of a deadlock (PostgreSQL 15, appendix A)."""

# Tables that a virtual table brings along, or that are no tables to Alembic; they are made by hand.
HAND_MADE = ("search_", table_marks.TABLE)


def include_object(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave out what migrations make by hand, so that comparing finds no difference there."""
    return not (kind == "table" and reflected and (name or "").startswith(HAND_MADE))


def run() -> None:
    """Run all wanted migrations, giving way to people at work until there is a gap."""
    engine = current_app.extensions["migrate"].db.engine
    until, patience = time.monotonic() + PATIENCE, YIELD_AFTER[0]
    while True:
        try:
            run_once(engine, patience)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_USE or time.monotonic() > until:
                raise
            log.info("tables are in use, trying again")
            time.sleep(PAUSE)
            patience = min(patience * INSISTS, YIELD_AFTER[1])
        else:
            return


def run_once(engine: Engine, patience: float) -> None:
    """Run all wanted migrations in one transaction, waiting `patience` seconds for a table: all of them, or none."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(write=True) as connection:
        if sqlite:
            # Batch mode rebuilds tables, so references are checked once at the end instead; the pragma
            # only works outside a transaction.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Machines that start together migrate one after another; the later ones find nothing left to do.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4802018)")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=include_object,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                table_marks.install(connection)
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"the migration left dangling references: {broken[:5]}")
        connection.commit()
    # The next connection gets its pragmas back.
    engine.dispose()


run()
