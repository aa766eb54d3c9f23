"""Child processes of a command: started together, stopped together, without dropping what they are doing."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hub.config import ROOT, Settings
from hub.web.probes import draining_mark
from hub.web.static_files import pack, packed_folder

GRACE = 5.0
"""Seconds a process gets beyond its own limit before it is killed."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal a process gets when the one that started it ends."""
_PROGRAM = ctypes.CDLL(None)
WEB = (sys.executable, "-m", "gunicorn", "wsgi:app", "-c", "python:hub.cli.gunicorn_settings")
WORKER = (sys.executable, "-m", "hub", "work")


@contextmanager
def run_folder(settings: Settings) -> Iterator[dict[str, str]]:
    """Make the folder for files of this run, empty; yield what its processes need in their environment."""
    if settings.run_folder:
        folder = Path(settings.run_folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        folder = Path(tempfile.mkdtemp(prefix="hub-run-"))
    figures = folder / "metrics"
    try:
        shutil.rmtree(figures, ignore_errors=True)
        figures.mkdir(mode=0o700)
        if copies := packed_folder(str(folder)):
            pack(copies)
        draining_mark(str(folder)).unlink(missing_ok=True)
        yield {"HUB_RUN_FOLDER": str(folder), "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    finally:
        if not settings.run_folder:
            shutil.rmtree(folder, ignore_errors=True)


def start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process of its own group, so that Ctrl-C in a terminal reaches only the parent.

    Where the system is Linux, it is asked to stop when this process is gone, even by SIGKILL.
    """
    parent = os.getpid()

    def end_with_parent() -> None:
        _PROGRAM.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was gone before the system knew
            os._exit(1)

    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - there are no threads here
    )


def supervise(
    children: Sequence[subprocess.Popen[bytes]], settings: Settings, environment: dict[str, str], up: Callable[[], None]
) -> int:
    """Wait until told to stop or until a child ends, then stop all; return 0 if that was wanted.

    Told to stop (SIGTERM or SIGINT), the hub first calls itself not ready for `drain_for` seconds while it still
    answers, so that a load balancer sends nobody any more; then every child may finish within `stop_for` seconds.
    """
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    up()
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.1)
    failed = next((child.returncode for child in children if child.returncode), 1)
    if stopping:
        draining_mark(environment["HUB_RUN_FOLDER"]).touch()
        time.sleep(settings.drain_for)
    for child in children:
        child.terminate()
    until = time.monotonic() + settings.stop_for + GRACE
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return 0 if stopping else failed
