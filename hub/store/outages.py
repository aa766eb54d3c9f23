"""Telling a database that cannot work at the moment from a fault in the program."""

import errno
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection


class Outage(StrEnum):
    """Why the database cannot do its work; all of them pass without the program being started again."""

    AWAY = "away"
    """It does not answer, or went away in the middle of the deed."""
    FULL = "full"
    """There is no room left on its disk."""
    READ_ONLY = "read_only"
    """It can be read, but not written to."""
    BUSY = "busy"
    """Others held what was needed for too long."""


_SQLITE = {  # primary result codes, sqlite.org/rescode.html
    5: Outage.BUSY,
    6: Outage.BUSY,
    8: Outage.READ_ONLY,
    10: Outage.FULL,  # IOERR: a write that the disk, a quota or a limit refused; whole pages are never half written
    13: Outage.FULL,
    14: Outage.AWAY,
}
_POSTGRESQL = {  # SQLSTATE, PostgreSQL 15, appendix A; the longest prefix counts
    "08": Outage.AWAY,
    "25006": Outage.READ_ONLY,
    "40001": Outage.BUSY,
    "40P01": Outage.BUSY,
    "53100": Outage.FULL,
    "53": Outage.BUSY,
    "55P03": Outage.BUSY,
    "57014": Outage.BUSY,
    "57P": Outage.AWAY,
    "58030": Outage.FULL,
}
_FILES = {
    errno.ENOSPC: Outage.FULL,
    errno.EDQUOT: Outage.FULL,
    errno.EFBIG: Outage.FULL,
    errno.EROFS: Outage.READ_ONLY,
}


def outage(error: BaseException) -> Outage | None:
    """Return why the database could not do its work, None if `error` is about something else.

    What goes past SQLAlchemy for speed (pages kept by witness, rows of the index) fails with the driver's own errors.
    """
    if isinstance(error, NoConnection):
        return Outage.BUSY
    if isinstance(error, OSError):
        return _FILES.get(error.errno or 0)
    driver = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    state = getattr(driver, "sqlstate", None)
    if state:
        return next((_POSTGRESQL[state[:size]] for size in (5, 3, 2) if state[:size] in _POSTGRESQL), None)
    gone = isinstance(error, DBAPIError) and error.connection_invalidated
    return Outage.AWAY if gone or _named(driver) == "OperationalError" else None


def _named(driver: BaseException | None) -> str:
    """Return the name of the kind of a driver's error (PEP 249), nothing for an error of anybody else."""
    kind = type(driver)
    return kind.__name__ if kind.__module__.partition(".")[0] in ("psycopg", "sqlite3") else ""
