"""How long a durable comment takes while two processes write, with and without the queue: `python -m bench.comments`.

SQLite's own waiting polls with growing sleeps and knows no order, so two processes starve each other; the queue (a lock
between threads, `flock` between processes) lets everybody in by turn. Both are measured in the same run, on the same
disk, each with two processes of four threads writing as fast as they can, fully synchronous.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from flask_migrate import upgrade

from hub.extensions import db
from tests import makers
from tests.clients import writing
from tests.conftest import app_on, fill_with_people

ROOT = Path(__file__).resolve().parent.parent
WRITER = """
import sys, threading, time
from hub.store import sqlite
if sys.argv[2] == "without":
    sqlite.WriteQueue.enter = sqlite.WriteQueue.leave = lambda self: None
from hub.actions import discussions, entries
from tests import makers
from tests.clients import writing
from tests.conftest import app_on
app, times, end = app_on(sys.argv[1]), [], None
ready = threading.Barrier(5)
def run(number):
    ready.wait()
    while time.perf_counter() < end:
        start = time.perf_counter()
        try:
            with writing(app) as work:
                person = makers.as_person(work, "modellierung@marburg.example")
                entry = entries.find(person, "marburg", f"eintrag-{number}-{sys.argv[3]}")
                discussions.write(person, entry, entries.current(person, entry), "Wer prüft das?")
            times.append(time.perf_counter() - start)
        except Exception as error:
            print("failed", type(error).__name__, file=sys.stderr)
threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
sys.stdin.readline()
end = time.perf_counter() + float(sys.argv[4])
ready.wait()
for thread in threads:
    thread.join()
print(*times)
"""


def measure(queue: str, seconds: float) -> tuple[list[float], int]:
    """Return the times of all comments in milliseconds, and how many failed."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        url = f"sqlite:///{folder}/hub.sqlite3"
        app = app_on(url)
        with app.app_context():
            upgrade()
            fill_with_people(db.session())
            db.session.commit()
            db.session.remove()
        with writing(app) as work:
            for number in range(4):
                for process in range(2):
                    makers.entry(work, title=f"Eintrag {number} {process}")
        running = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, url, queue, str(process), str(seconds)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            )
            for process in range(2)
        ]  # fmt: skip
        answers = [one.communicate("\n") for one in running]
    times = [float(word) * 1000 for out, _ in answers for word in out.split()]
    return sorted(times), sum(said.count("failed") for _, said in answers)


def main() -> int:
    """Measure both and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    given = parser.parse_args()
    for queue in ("with", "without"):
        times, failed = measure(queue, given.seconds)
        p99 = times[int(len(times) * 0.99)]
        print(
            f"{queue:8} queue: {len(times) / given.seconds:6.0f} comments/s, p50 {statistics.median(times):7.1f} ms, "
            f"p99 {p99:7.1f} ms, longest {times[-1]:7.1f} ms, failed {failed}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
