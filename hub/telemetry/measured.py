"""What is measured while one request (or one step of the worker) runs; each thread has its own."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter

ACCEPTED_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""Request ids of a proxy: nothing that could break a log line, a header or a page."""


@dataclass(slots=True)
class Measured:
    """One request: its id, and what it has asked of the database so far."""

    id: str
    started: float = field(default_factory=perf_counter)
    database_seconds: float = 0.0
    queries: int = 0

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return perf_counter() - self.started


_CURRENT: ContextVar[Measured | None] = ContextVar("measured", default=None)


def request_id(given: str | None) -> str:
    """Return `given` if it is an id as the hub accepts them, else a new one."""
    return given if given and ACCEPTED_ID.fullmatch(given) else secrets.token_hex(6)


def begin(id_: str) -> Measured:
    """Begin to measure in this thread, until `end`."""
    measured = Measured(id_)
    _CURRENT.set(measured)
    return measured


def end() -> None:
    """Stop measuring in this thread."""
    _CURRENT.set(None)


def current() -> Measured | None:
    """Return what is being measured in this thread."""
    return _CURRENT.get()
