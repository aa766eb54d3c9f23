"""Tests in a browser beside tests that make networks: Chromium drops its connections when an address changes."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = Path(tempfile.gettempdir()) / f"hub-tests-interfaces-{os.getuid()}.lock"
"""One for each account: another's could not be opened."""
SETTLING = 1.0
"""Seconds until browsers have heard of it."""


@contextmanager
def steady() -> Iterator[None]:
    """While this lasts, no other test process of this machine changes an address."""
    with LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def changing() -> Iterator[None]:
    """Wait for the browsers of other test processes to be between two tests, and keep them there."""
    with LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
        time.sleep(SETTLING)
