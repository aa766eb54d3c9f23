"""Mixed load on the whole server: `python -m bench.load` (80 % reading, 15 % searching, 5 % writing).

Runs gunicorn as `hub serve` does (two processes of four threads) on SQLite and on PostgreSQL with generated entries,
and beside it the bare Flask page of `bench.hub` in the same gunicorn. Reported are answers a second, waiting times, and
CPU time of the server's processes for each answer, which is what can be compared on a machine that does other things.
`--soak 20` goes on for twenty minutes and watches the memory of the processes.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from bench import hub
from bench.search import Language
from hub.actions import discussions, entries
from hub.config import ROOT
from hub.extensions import db
from tests import makers, postgres
from tests.clients import Client, ClientFor, writing
from tests.conftest import KEY

CLIENTS = 8
PEOPLE = ["modellierung@marburg.example", "modellierung@fulda.example"]
POPULAR = 40
"""Half of all reading is of so many entries, the other half of any."""
QUERIES = Language().queries(400)
"""What is searched for: words, compounds, phrases, filters, citations, typing mistakes, in the words of the entries."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Told:
    """What the clients saw."""

    waited: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float, status: int) -> None:
        """Note one answer."""
        with self.lock:
            self.waited.setdefault(kind, []).append(seconds * 1000)
            if status >= 400:
                self.failed.append(f"{kind} {status}")


def processes(parent: int) -> list[int]:
    """Return a process and its children."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, found)]


def spent(pids: Sequence[int]) -> float:
    """Return the CPU seconds of some processes."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident(pid: int) -> float:
    """Return how many MB of a process are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serving(target: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Run gunicorn and yield its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "gunicorn", target, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
        "--worker-class", "gthread", "--no-control-socket", "--graceful-timeout", "2", "--log-level", "error",
    ]  # fmt: skip
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0 and len(processes(server.pid)) > 2:
                    break
            time.sleep(0.1)
        time.sleep(3)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


class Person:
    """One browser: keeps its connection, its cookie and the token of its forms."""

    def __init__(self, port: int, cookie: str = "", token: str = "") -> None:
        self._at = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers, self._token = ({"Cookie": cookie} if cookie else {}), token

    def get(self, path: str) -> int:
        """Ask for a page and read it."""
        return self._ask("GET", path, None, self._headers)

    def post(self, path: str, **fields: str) -> int:
        """Send a form."""
        body = urllib.parse.urlencode({"csrf_token": self._token, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, {**self._headers, **kind})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> int:
        for last in (False, True):
            try:
                self._at.request(method, path, body, headers)
                answer = self._at.getresponse()
                answer.read()
                return answer.status
            except (http.client.RemoteDisconnected, ConnectionError):
                # The server closes connections that lay idle between two parts of the measurement.
                self._at.close()
                if last:
                    raise
        raise AssertionError("unreachable")


def entry_path(number: int) -> str:
    """Return the address of a generated entry."""
    return f"/{hub.CITIES[number % 5]}/vorgang-{number}"


def mixed(count: int) -> Callable[[Person, random.Random], tuple[str, int]]:
    """Return a step of the mixed load over `count` entries: what it was, and the status."""

    def step(person: Person, chance: random.Random) -> tuple[str, int]:
        number = chance.randint(1, POPULAR) if chance.random() < 0.5 else chance.randint(1, count)
        dice = chance.random()
        if dice < 0.05:
            return "write", person.post(f"{entry_path(number)}/discussion", text="Wer prüft das?", audience="ikz")
        if dice < 0.20:
            return "search", person.get("/search?" + urllib.parse.urlencode({"q": chance.choice(QUERIES)}))
        if dice < 0.80:
            return "entry", person.get(entry_path(number))
        path = chance.choice(["/library", "/", f"{entry_path(number)}/versions", f"/{chance.choice(hub.CITIES)}"])
        return "other page", person.get(path)

    return step


def run(
    people: Sequence[Person], step: Callable[[Person, random.Random], tuple[str, int]], seconds: float
) -> tuple[Told, float]:
    """Let everybody act for some seconds; return what they saw, and how long it really took."""
    told, end = Told(), time.monotonic() + seconds

    def act(person: Person, seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            start = time.perf_counter()
            kind, status = step(person, chance)
            told.note(kind, time.perf_counter() - start, status)

    threads = [threading.Thread(target=act, args=(person, seed)) for seed, person in enumerate(people)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, time.monotonic() - start


def measured(
    name: str,
    pids: Sequence[int],
    people: Sequence[Person],
    step: Callable[[Person, random.Random], tuple[str, int]],
    seconds: float,
) -> float:
    """Run a load, print its figures, and return the CPU milliseconds for each answer."""
    before = spent(pids)
    told, took = run(people, step, seconds)
    waited = sorted(one for several in told.waited.values() for one in several)
    each = (spent(pids) - before) * 1000 / len(waited)
    print(
        f"{name:40} {len(waited) / took:7.0f} answers/s {each:7.2f} ms CPU each,"
        f" p50 {quantile(waited, 0.5):.0f} p95 {quantile(waited, 0.95):.0f} p99 {quantile(waited, 0.99):.0f} ms,"
        f" {len(told.failed)} failed {sorted(set(told.failed))[:3] or ''}",
        flush=True,
    )
    if len(told.waited) > 1:
        for kind, several in sorted(told.waited.items()):
            several.sort()
            print(
                f"  {kind:38} {len(several):7} answers, p50 {quantile(several, 0.5):.0f}"
                f" p99 {quantile(several, 0.99):.0f} ms"
            )
    return each


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that `share` of an ordered row stay below."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def signed_in(app: Flask, port: int) -> list[Person]:
    """Return the clients, modellers of two cities in turn."""
    found = []
    for number in range(CLIENTS):
        client = ClientFor(app)(PEOPLE[number % len(PEOPLE)])
        assert isinstance(client, Client)
        token = client.token()
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        found.append(Person(port, f"{cookie.key}={cookie.value}", token))
    return found


def talk(app: Flask) -> None:
    """Give the entry that is measured alone its twenty comments."""
    with writing(app) as work:
        author = makers.as_person(work, PEOPLE[0])
        entry = entries.find(author, "marburg", "vorgang-10")
        assert entry.head is not None
        steps = list(entries.element_keys(author, entry.head))
        for number in range(20):
            discussions.write(author, entry, entry.head, f"Frage {number}", element=steps[number % len(steps)])


def soak(people: Sequence[Person], pid: int, count: int, minutes: float) -> None:
    """Go on for some minutes and print the memory of the workers as it goes."""
    workers = processes(pid)[1:]
    parts = max(4, int(minutes / 2))
    for part in range(parts + 1):
        sizes = ", ".join(f"{resident(worker):.0f}" for worker in workers)
        print(f"  after {part * minutes / parts:4.1f} min: {sizes} MB", flush=True)
        if part < parts:
            run(people, mixed(count), minutes * 60 / parts)


def on(app: Flask, url: str, options: argparse.Namespace, bare: float) -> None:
    """Measure one kind of database."""
    talk(app)
    environment = {"HUB_DATABASE_URL": url, "HUB_SECRET_KEY": KEY}
    with serving("wsgi:app", environment) as (port, pid):
        people = signed_in(app, port)
        pids = processes(pid)
        run(people, mixed(options.entries), min(10.0, options.seconds))  # warm: classes, templates, compiled queries
        alone = measured(
            "entry page with 20 comments", pids, people, lambda person, _: ("read", person.get(entry_path(10))),
            options.seconds,
        )  # fmt: skip
        print(f"  CPU for each answer: {alone / bare:.1f} times the bare page, {bare / alone:.0%} of its throughput")
        all_of_it = measured("mixed load", pids, people, mixed(options.entries), options.seconds)
        print(f"  CPU for each answer: {all_of_it / bare:.1f} times the bare page, {bare / all_of_it:.0%}")

        def comment(person: Person, chance: random.Random) -> tuple[str, int]:
            path = f"{entry_path(chance.randint(1, options.entries))}/discussion"
            return "write", person.post(path, text="Ja", audience="ikz")

        measured("comments alone, two at a time", pids, people[:2], comment, options.seconds)
        measured(f"comments alone, {CLIENTS} at a time", pids, people, comment, options.seconds)
        if options.soak:
            soak(people, pid, options.entries, options.soak)


def main() -> int:
    """Measure the bare page, then the hub on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--soak", type=float, default=0, help="minutes")
    parser.add_argument("--file", help="SQLite file to keep the filled database in for the next run")
    parser.add_argument("--postgresql", help="URL of a PostgreSQL database to keep for the next run in the same way")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    with serving("bench.hub:bare_app()", {}) as (port, pid):
        people = [Person(port) for _ in range(CLIENTS)]
        pids = processes(pid)
        run(people, lambda person, _: ("read", person.get("/")), 3)
        bare = measured(
            "bare Flask page", pids, people, lambda person, _: ("read", person.get("/")), min(10.0, options.seconds)
        )
    with ExitStack() as stack:
        if options.database != "postgresql":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-load-"))
            url = f"sqlite:///{options.file or folder + '/hub.sqlite3'}"
            print("\n-- SQLite", flush=True)
            with hub.filled(options.entries, url) as app:
                on(app, url, options, bare)
        if options.database != "sqlite":
            url = options.postgresql
            if not url:
                at = stack.enter_context(postgres.cluster()).url
                url = stack.enter_context(postgres.database(at, "hub_load")).render_as_string(hide_password=False)
            print("\n-- PostgreSQL (CPU of the hub's processes; the database's own comes on top)", flush=True)
            with hub.filled(options.entries, url) as app:
                with app.app_context(), db.engine.begin() as connection:
                    connection.execute(text("ANALYZE"))
                on(app, url, options, bare)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
