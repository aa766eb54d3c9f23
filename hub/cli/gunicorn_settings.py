"""How `hub web` runs gunicorn: a configuration file of gunicorn, whose names are gunicorn's own."""

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.http import message
from prometheus_client import multiprocess

from hub.config import from_environment
from hub.telemetry.logs import JsonLines, Readable

_settings = from_environment()

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
threads = _settings.threads
worker_class = "hub.cli.patience.PatientWorker"
# Read once, then forked: a process that died is replaced at once instead of after seconds of importing, and what none
# of them changes lies in memory once. Making the application opens no connection, no file and no thread.
preload_app = True
graceful_timeout = _settings.stop_for
timeout = max(60, _settings.stop_for + 10)
# A search of 10,000 letters gets the hub's answer, not the server's in English; gunicorn takes no limit above its own.
limit_request_line = message.MAX_REQUEST_LINE = 65_536
# Nobody tells the server itself that it stands elsewhere or behind HTTPS, as it would believe of its own machine:
# `SCRIPT_NAME` would make every address of an answer one of another host. What proxies say HUB_PROXIES believes.
forwarded_allow_ips = ""
# A socket in the home folder through which anybody of the same account could command the server.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heart-beat files belong into memory
    worker_tmp_dir = "/dev/shm"  # noqa: S108
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": JsonLines if _settings.logs_json else Readable}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "root": {"level": "INFO", "handlers": ["lines"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": ["lines"], "propagate": False}},
}


def when_ready(_server: Any) -> None:
    """Leave what was read to the end: a collection would touch, and so copy, every page of memory in each process."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    """Let go of the figures that only a living process has; a failure here would end the whole server."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        with suppress(OSError):
            multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
