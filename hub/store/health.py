"""Whether the database can do its work right now, asked so that nobody else has to wait."""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from hub.store import schema

LEAST_FREE = 0.05
"""Share of a disk that must be free: below it SQLite's log and uploads run into the wall soon."""


def database_problem(engine: Engine) -> str | None:
    """Return `database`, `read_only` or `migration` if the database is away, cannot be written to, or does not fit."""
    try:
        with engine.connect() as connection:
            fits = schema.fit(connection)
            if fits not in (schema.Fit.CURRENT, schema.Fit.NEWER):
                return "migration"
            if connection.dialect.name == "postgresql":
                query = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"
                return "read_only" if connection.scalar(text(query)) else None
    except SQLAlchemyError:
        return "database"
    path = sqlite_file(engine)
    return "read_only" if path is not None and not _writable(path) else None


def sqlite_file(engine: Engine) -> Path | None:
    """Return the file of a SQLite database; None for one in memory and for PostgreSQL."""
    path = engine.url.database
    return Path(path) if engine.dialect.name == "sqlite" and path and path != ":memory:" else None


def _writable(path: Path) -> bool:
    """Ask for the write lock on a connection of its own; one that somebody holds shows that writing works."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0, isolation_level=None)) as own:
            own.execute("BEGIN IMMEDIATE")
            own.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED")
    return True


def free_share(folder: Path) -> float:
    """Return which share of the disk under `folder` is free, 0 to 1."""
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


def disks(engine: Engine, more: Iterable[str] = ()) -> dict[str, float]:
    """Return the free share of each disk this machine writes to; the database server looks after its own."""
    file = sqlite_file(engine)
    folders = [*([file.parent] if file is not None else []), Path(gettempdir()), *(Path(name) for name in more if name)]
    return {str(folder): free_share(folder) for folder in folders if folder.is_dir()}
