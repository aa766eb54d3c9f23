"""Who sends slowly gets no thread: half a request, or one byte at a time, keeps nobody else waiting."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from hub.config import ROOT

CONFIGURATION = """
import runpy
from hub.cli import patience
names = runpy.run_module("hub.cli.gunicorn_settings")
globals().update({name: value for name, value in names.items() if not name.startswith("_")})
patience.BODY_FOR = 1.0
bind, workers, threads = "127.0.0.1:{port}", 1, 2
"""
PROGRAM = """
def app(environ, start):
    said = b"%d" % len(environ["wsgi.input"].read())
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]
"""
SECONDS = 60
"""What a busy machine is given; without patience the answer would never come."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A server as the hub starts it, with two threads and a program that counts what it was sent."""
    folder = tmp_path_factory.mktemp("slow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "settings.py").write_text(CONFIGURATION.replace("{port}", str(port)), encoding="utf-8")
    (folder / "counting.py").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-m", "gunicorn", "counting:app", "-c", str(folder / "settings.py")]
    told = {"HUB_SECRET_KEY": "a key for tests only, long enough for production"}
    told["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(folder)])
    server = subprocess.Popen(command, cwd=folder, env=os.environ | told, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.wait(SECONDS)


def asked(address: tuple[str, int], body: bytes = b"") -> str:
    """Return what the server answers to a request that comes whole."""
    return requests.post(f"http://{address[0]}:{address[1]}/", data=body, timeout=SECONDS).text


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\na=",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\na=",
    ],
    ids=["nothing", "half a head", "half a form", "a trickle of an upload"],
)
def test_half_a_request_keeps_nobody_waiting(address: tuple[str, int], beginning: bytes) -> None:
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(address, SECONDS)) for _ in range(6)]
        for part in (beginning, b"b"):
            for line in lines:
                line.send(part)
            assert asked(address, b"whole") == "5"


def test_whoever_is_slow_but_comes_is_answered(address: tuple[str, int]) -> None:
    with socket.create_connection(address, SECONDS) as line:
        for part in (b"POST / HT", b"TP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n", b"\r\nabc", b"def"):
            line.sendall(part)
            time.sleep(0.2)
        assert line.recv(4096).endswith(b"6")
        line.sendall(b"GET / HTTP/1.1\r\nHo")  # the same connection once more
        time.sleep(0.2)
        line.sendall(b"st: localhost\r\n\r\n")
        assert line.recv(4096).endswith(b"0")


def test_long_bodies_arrive_whole(address: tuple[str, int]) -> None:
    assert asked(address, b"x" * 3_000_000) == "3000000"
    assert asked(address, b"x" * 40_000) == "40000"
