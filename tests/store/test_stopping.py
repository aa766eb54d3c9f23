"""Processes end in order: what runs is finished, what cannot be is given back, the load balancer hears of it first."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub.config import ROOT
from hub.extensions import db
from hub.store.activity import Job
from hub.store.operations import WorkerBeat
from tests.clients import writing
from tests.crash.running import children

pytestmark = pytest.mark.slow
DRAIN = 15


def free_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def started(app: Flask, folder: Path, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of the hub on the database of `app`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment = {
        **kept, "HUB_DATABASE_URL": app.config["HUB"].database_url, "HUB_SECRET_KEY": "k" * 48, "HUB_WORKERS": "1",
        **settings,
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stderr=log, stdout=log, start_new_session=True
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def wait_for(condition: object, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.1)


def ask(port: int, path: str) -> int:
    """Return the status of a probe, 0 if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_a_web_server_says_that_it_will_stop_and_answers_what_it_has_begun(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    with started(app, tmp_path, "hub", "web", PORT=str(port), HUB_DRAIN_SECONDS=str(DRAIN)) as web:
        wait_for(lambda: ask(port, "/readyz") == 200)
        # A request whose second half comes only after the hub was told to stop.
        slow = socket.create_connection(("127.0.0.1", port), timeout=30)
        slow.sendall(b"POST /theme HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n")
        web.send_signal(signal.SIGTERM)
        wait_for(lambda: ask(port, "/readyz") == 503, DRAIN)
        assert ask(port, "/healthz") == 200
        assert ask(port, "/library") == 200
        slow.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntheme=dark")
        assert slow.recv(100).startswith(b"HTTP/1.1 401")  # nobody is signed in; but it was answered
        slow.close()
        assert web.wait(120) == 0
    assert ask(port, "/healthz") == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_question_of_ten_thousand_letters_is_answered_by_the_hub(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    with started(app, tmp_path, "hub", "web", PORT=str(port)):
        wait_for(lambda: ask(port, "/healthz") == 200)
        assert ask(port, "/search?q=" + "%C3%BC" * 10_000) == 200
        assert ask(port, "/search?q=" + "a" * 70_000) == 414


def test_whoever_starts_a_web_server_leaves_none_behind_even_when_killed(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    with started(app, tmp_path, "hub", "web", PORT=str(port)) as web:
        wait_for(lambda: ask(port, "/healthz") == 200)
        web.kill()
        web.wait(120)
        wait_for(lambda: ask(port, "/healthz") == 0)


def test_a_web_process_that_is_killed_is_replaced(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    with started(app, tmp_path, "hub", "web", PORT=str(port)) as web:
        wait_for(lambda: ask(port, "/healthz") == 200)
        (server,) = children(web.pid)
        (before,) = children(server)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: children(server) not in ([], [before]))
        wait_for(lambda: ask(port, "/library") == 200)
        web.terminate()
        assert web.wait(120) == 0


def test_figures_of_all_web_processes_add_up(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    settings = {"PORT": str(port), "HUB_WORKERS": "2", "HUB_RUN_FOLDER": str(tmp_path / "run")}
    with started(app, tmp_path, "hub", "web", **settings) as web:
        wait_for(lambda: ask(port, "/readyz") == 200)
        threads = [threading.Thread(target=lambda: [ask(port, "/library") for _ in range(10)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _ in range(5):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            connection.close()
            assert 'hub_requests_total{endpoint="library.browse",method="GET",status="200"} 40.0' in text
        web.terminate()
        assert web.wait(120) == 0


def test_a_worker_that_is_to_stop_gives_back_what_it_holds(app: Flask, tmp_path: Path) -> None:
    with started(app, tmp_path, "hub", "work") as worker:
        wait_for(lambda: _beats(app) == 1)
        worker.terminate()
        assert worker.wait(120) == 0
    assert _beats(app) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_job_that_takes_too_long_to_finish_goes_back_to_the_queue(app: Flask, tmp_path: Path) -> None:
    with writing(app) as work:
        work.session.add(Job(kind="endless", created_at=work.now))
    program = (
        "import time; from hub.cli import worker; worker.JOBS = {'endless': lambda key: time.sleep(600)}; "
        "raise SystemExit(worker.run([]))"
    )
    file = tmp_path / "endless.py"
    file.write_text(program)
    with started(app, tmp_path, "endless", PYTHONPATH=f"{tmp_path}:{ROOT}", HUB_STOP_SECONDS="1") as worker:
        wait_for(lambda: _states(app) == ["running"])
        worker.terminate()
        assert worker.wait(120) == 0
    assert _states(app) == ["waiting"]


def _beats(app: Flask) -> int:
    with app.app_context():
        count = len(db.session.scalars(select(WorkerBeat)).all())
        db.session.remove()
        return count


def _states(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Job.state)))
        db.session.remove()
        return found
