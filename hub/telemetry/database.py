"""Time and number of statements, and those that take too long."""

import logging
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, event

from hub.telemetry.measured import current

log = logging.getLogger("hub.slow")
SHOWN = 2000
"""Characters of a slow statement that are written down."""


def watch(engine: Engine, slow_ms: int) -> None:
    """Measure each statement of `engine`; log those slower than `slow_ms` milliseconds (0: none), without values."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Connection, *_rest: Any) -> None:
        connection.info["asked_at"] = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seconds = perf_counter() - connection.info["asked_at"]
        if (measured := current()) is not None:
            measured.database_seconds += seconds
            measured.queries += 1
        if slow_ms and seconds * 1000 >= slow_ms:
            log.warning(
                "slow statement",
                extra={"facts": {"ms": round(seconds * 1000), "statement": " ".join(statement.split())[:SHOWN]}},
            )
