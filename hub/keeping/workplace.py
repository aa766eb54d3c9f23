"""Folders for unfinished work beside what is being made: gone afterwards, and if the process was killed, next time."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

YOUNG = 60.0
"""Seconds during which a folder may not have been locked yet by the process that made it."""


@contextmanager
def workplace(prefix: str, parent: Path) -> Iterator[Path]:
    """Yield a new folder in `parent`, for this account's eyes only; removes what killed processes left there."""
    _sweep(prefix, parent)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as name:
        held = os.open(name, os.O_RDONLY)
        try:
            with suppress(OSError):  # a file system without locks: then nobody can tell, and nothing is swept there
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
            yield Path(name)
        finally:
            os.close(held)


def _sweep(prefix: str, parent: Path) -> None:
    """Remove the folders of killed processes: a lock ends with its process, however that ends."""
    for folder in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(held).st_mtime < time.time() - YOUNG:
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)
