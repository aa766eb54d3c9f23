"""Ending a worker in order: asked to stop, it finishes the step it is at; too slow, that step is undone."""

import signal
from types import FrameType


class Stopped(BaseException):
    """The worker was asked to stop; what is open is rolled back and taken up by another one."""


_asked = False


def asked() -> bool:
    """Whether somebody asked this process to stop."""
    return _asked


def check() -> None:
    """Raise `Stopped` if this process was asked to stop: long work calls this wherever it can be taken up again."""
    if _asked:
        raise Stopped


def listen(seconds: int) -> None:
    """Stop on SIGTERM and SIGINT; what is not at an end after `seconds` is broken off."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        global _asked  # noqa: PLW0603 - a signal has no other way to reach the work
        if not _asked:
            _asked = True
            signal.alarm(seconds)

    def break_off(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGALRM, break_off)
