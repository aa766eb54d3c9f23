"""Processes that write to a hub until they are told to stop: comments and versions, as people would."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from hub.actions import discussions, entries
from tests import makers
from tests.clients import writing
from tests.conftest import app_on
app, number = app_on(sys.argv[1]), sys.argv[2]
with writing(app) as work:
    makers.entry(work, title=f"Eintrag {number}")
print("ready", flush=True)
for at in range(100_000):
    with writing(app) as work:
        entry = entries.find(work, "marburg", f"eintrag-{number}")
        if at % 5:
            person = makers.as_person(work, "modellierung@marburg.example")
            discussions.write(person, entry, entries.current(person, entry), f"Frage {number}-{at}")
        else:
            makers.version(work, entry, makers.bpmn(f"Schritt {number}-{at}"))
    print(at, flush=True)
"""


@contextmanager
def writers(url: str, count: int = 2) -> Iterator[list["subprocess.Popen[str]"]]:
    """Let `count` processes write to the hub at `url`; they are at work when this yields."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, str(number)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for number in range(count)
    ]
    try:
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == "ready"
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait(60)
            if one.stdout is not None:
                one.stdout.close()
