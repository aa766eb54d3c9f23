"""A read replica of PostgreSQL: whether it may be read from, and whether it has what somebody has just written.

A thread of each process looks once a second where both servers are in the write-ahead log; requests only look at what
it found, so that a server that hangs delays nobody.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

EVERY = 1.0
"""Seconds between two looks."""
BLIND_AFTER = 5.0
"""Seconds without a look after which the replica is not used: the thread hangs at it."""

COMMITTED = (
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()"
    " ELSE pg_current_wal_flush_lsn() END"
)
"""Where the log of a primary ends for those who committed: what is flushed.

What lies behind that (pruned pages, say) is sent to no replica until somebody commits, so waiting for it could take
long. Without synchronous commits what was acknowledged may lie there too."""


def position(lsn: str) -> int:
    """Return a log sequence number as a number: `16/B374D848` counts bytes since the beginning (PostgreSQL, pg_lsn)."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def written_up_to(session: Session) -> int:
    """Return where the primary's log ends: all that was committed before stands before it."""
    return position(str(session.scalar(text(f"SELECT ({COMMITTED})::text"))))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look found."""

    replayed: int
    """How far the replica has come; -1 if it may not be read from."""
    at: float


class Replica:
    """The replica `engine` of `primary`; at most `lag` seconds behind, or it is not read from."""

    def __init__(self, primary: Engine, engine: Engine, lag: int) -> None:
        self.engine = engine
        self._primary, self._lag = primary, lag
        self._seen = Seen(-1, 0.0)
        self._past: deque[tuple[float, int]] = deque(maxlen=4 * max(lag, 1) + 10)
        """When the primary's log had come how far."""
        self._lock = threading.Lock()
        self._watching = False

    def has(self, written: int | None) -> bool:
        """Whether the replica may be read from by somebody whose last writing ended at `written`."""
        self._begin()
        seen = self._seen
        return seen.replayed >= (written or 0) and time.monotonic() - seen.at < BLIND_AFTER

    def give_up(self) -> None:
        """Do not use the replica until the next look finds it well."""
        self._seen = Seen(-1, time.monotonic())

    def _begin(self) -> None:
        """Start looking, with the first request: a thread would not survive the fork of a web process."""
        if self._watching:
            return
        with self._lock:
            if not self._watching:
                self._watching = True
                self.look()
                threading.Thread(target=self._watch, name="replica", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(EVERY)
            self.look()

    def look(self) -> None:
        """See where both servers are."""
        try:
            with self._primary.connect() as connection:
                lsn = connection.scalar(text("SELECT pg_current_wal_flush_lsn()::text"))
            self._past.append((time.monotonic(), position(str(lsn))))
        except SQLAlchemyError:
            # Without the primary nothing is written; the replica is as new as it can be.
            pass
        try:
            with self.engine.connect() as connection:
                lsn = connection.scalar(text("SELECT pg_last_wal_replay_lsn()::text WHERE pg_is_in_recovery()"))
        except SQLAlchemyError:
            lsn = None
        at = time.monotonic()
        replayed = -1 if lsn is None else position(str(lsn))
        # What the primary had written that long ago must have arrived.
        due = max((done for when, done in self._past if when <= at - self._lag), default=0)
        self._seen = Seen(replayed if replayed >= due else -1, at)
