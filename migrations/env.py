"""Run migrations on the application's own database, SQLite (batch mode) and PostgreSQL alike."""

from typing import Any

from alembic import context
from flask import current_app

from hub.store import Base, table_marks

# Tables that a virtual table brings along, or that are no tables to Alembic; they are made by hand.
HAND_MADE = ("search_", table_marks.TABLE)


def include_object(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave out what migrations make by hand, so that comparing finds no difference there."""
    return not (kind == "table" and reflected and (name or "").startswith(HAND_MADE))


def run() -> None:
    """Run all wanted migrations in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
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
