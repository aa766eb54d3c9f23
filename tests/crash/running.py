"""A whole hub as an administrator runs it: web processes and worker, to be killed and started again."""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """The processes of one machine of a hub; `prefix` is put before every command, such as `ip netns exec one`."""

    def __init__(
        self, url: str, log: Path, *, port: int, host: str = "127.0.0.1", prefix: Sequence[str] = (), web: int = 2
    ) -> None:
        self.host, self.port, self._prefix = host, port, list(prefix)
        self._log = log.open("ab")
        figures = log.parent / f"{log.name}-figures"
        figures.mkdir(exist_ok=True)
        self._environment = {
            **os.environ,
            "HUB_DATABASE_URL": url,
            "HUB_SECRET_KEY": KEY,
            "HUB_BASE_URL": f"http://{host}:{port}",
            "HUB_PROXIES": "1",
            "HUB_API_LIMIT": "0",
            "PROMETHEUS_MULTIPROC_DIR": str(figures),
            "HUB_WORKERS": str(web),
        }
        self._environment.pop("HUB_DEMO", None)
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start what does not run."""
        if self.web is None or self.web.poll() is not None:
            self.web = self._run(
                "gunicorn", "wsgi:app", "-c", "python:hub.cli.gunicorn_settings", "--bind", f"{self.host}:{self.port}"
            )  # fmt: skip
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self._run("hub", "work")

    def _run(self, *module: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*self._prefix, sys.executable, "-m", *module],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def wait_until_up(self, seconds: float = 180) -> None:
        """Wait until a page is answered; on a slow machine that takes a while after the port is open."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=seconds)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
            finally:
                connection.close()
        raise TimeoutError("the web server did not start")

    def kill_a_web_process(self, chance: random.Random) -> bool:
        """Kill one of the processes that answer requests; the server starts another one."""
        found = children(self.web.pid) if self.web is not None else []
        if found:
            os.kill(chance.choice(found), signal.SIGKILL)
        return bool(found)

    def kill_worker(self) -> None:
        """Kill the background worker, and start a new one."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait(120)
        self.start()

    def kill_everything(self) -> None:
        """Kill all processes at once, as a power failure of this machine would."""
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(120)

    def close(self) -> None:
        """End whatever still runs."""
        self.kill_everything()
        self._log.close()


def children(pid: int) -> list[int]:
    """Return the processes a process has started."""
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(one) for one in file.read_text().split()]
    return found
