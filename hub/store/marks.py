"""A mark that every commit changes, read so cheaply that each request can afford it."""

import os
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

_POSTGRESQL_MARK = """SELECT CASE WHEN pg_is_in_recovery() THEN 'replayed ' || pg_last_wal_replay_lsn()::text
    ELSE pg_current_snapshot()::text END"""


@lru_cache(maxsize=8)
def _wal_index(path: str) -> int:
    """Open SQLite's wal-index once per process; it stays the same file while any process uses the database."""
    return os.open(f"{path}-shm", os.O_RDONLY | os.O_CLOEXEC)


def commit_mark(session: Session) -> bytes | str | None:
    """Return a value that differs after every commit of any process; None where there is no such mark.

    SQLite: the header of the wal-index, whose frame count, salts and checksum change with each commit
    (sqlite.org/walformat.html, section 2.1). PostgreSQL: the snapshot, which moves with every transaction that writes;
    on a replica, whose snapshots do not list what is in progress, how far it has replayed.
    Must be read before what it vouches for.
    """
    bind = session.get_bind()
    if bind.dialect.name == "postgresql":
        return str(session.scalar(text(_POSTGRESQL_MARK)))
    path = bind.engine.url.database
    if not path or path == ":memory:":
        return None
    try:
        found = os.pread(_wal_index(path), 48, 0)
        if os.fstat(_wal_index(path)).st_nlink == 0:
            # The last connection closed and SQLite made a new file.
            os.close(_wal_index(path))
            _wal_index.cache_clear()
            found = os.pread(_wal_index(path), 48, 0)
    except OSError:
        _wal_index.cache_clear()
        return None
    return found if any(found) else None
