"""How a process connects to its database: pool, time limits, and what PostgreSQL is told about the connection."""

import socket
from typing import Any

from sqlalchemy import Connection, Engine, event

from hub.config import Settings

WORKER_TIMEOUT = 600
"""Seconds a statement of the background worker may take: it rebuilds indexes and imports catalogues."""
IDLE_TIMEOUT = 60
"""Seconds a web transaction may lie idle before PostgreSQL ends it: so long can a machine that died hold a lock."""


def engine_options(settings: Settings, url: str = "") -> dict[str, Any]:
    """Return what `create_engine` is given for the database of `settings`, or for another at `url`.

    SQLite keeps SQLAlchemy's pool: its connections are files of the same machine. Values of statements never get into
    error messages, and so never into a log.
    """
    if (url or settings.database_url).startswith("sqlite"):
        return {"hide_parameters": True}
    return {
        "hide_parameters": True,
        "pool_size": settings.database_pool,
        "max_overflow": settings.database_overflow,
        "pool_timeout": settings.database_wait,
        "pool_recycle": settings.database_recycle,
        "pool_pre_ping": True,
        "connect_args": _connect_args(settings),
    }


def timeout(settings: Settings) -> int:
    """Return how many seconds a statement of this process may take; 0 for no limit."""
    return max(settings.statement_timeout, WORKER_TIMEOUT) if settings.part != "web" else settings.statement_timeout


def _connect_args(settings: Settings) -> dict[str, Any]:
    """Return libpq's words: a server that vanished is noticed within about 25 seconds instead of hours.

    Before proxies lose patience (60 seconds by default) people are told and keep what they typed; a cut of ten
    seconds is waited out.
    """
    words: dict[str, Any] = {
        "application_name": f"hub-{settings.part}@{socket.gethostname()}"[:63],
        "client_encoding": "utf8",  # in a database of no encoding the driver would read bytes, see `require_unicode`
        "connect_timeout": 5,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    if settings.pooler:
        # PgBouncer hands each transaction another connection: what was prepared on one is unknown on the next.
        words["prepare_threshold"] = None
    else:
        idle = WORKER_TIMEOUT if settings.part != "web" else IDLE_TIMEOUT
        words["options"] = (
            f"-c statement_timeout={timeout(settings) * 1000} -c idle_in_transaction_session_timeout={idle * 1000}"
        )
    return words


def prepare_pooled(engine: Engine, settings: Settings) -> None:
    """Set the time limit at the start of each transaction, since PgBouncer refuses it as a startup parameter."""
    seconds = timeout(settings)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {seconds * 1000}")
