"""Many at once: real threads and processes, on both databases."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from hub.actions import discussions, entries, local_values
from hub.errors import Conflict
from hub.extensions import db
from hub.inputs.local_values import DefineSlot, FillSlot
from hub.store.activity import Event
from hub.store.discussions import Comment
from hub.store.entries import Blob, Entry, Version
from hub.store.local_values import LocalValue
from hub.store.services import Service
from hub.work import Work
from tests import makers
from tests.clients import writing

PERSON = "modellierung@marburg.example"


@contextmanager
def deed(app: Flask) -> Iterator[Work]:
    """Do one deed as a modeller of Marburg, the way a request does it."""
    from hub.http import actor_of, transaction
    from hub.policy import Actor
    from hub.store.accounts import User

    with app.test_request_context():
        from flask import g

        user_id = db.session.scalar(select(User.id).where(User.email == PERSON))
        actor: Actor = actor_of(db.session(), user_id)
        g.actor, g.sign_in = actor, None
        with transaction() as work:
            yield work


def together(count: int, work: Callable[[int], str]) -> Counter[str]:
    """Run `work` in `count` threads that begin at once; return how often each outcome came."""
    barrier, found, lock = threading.Barrier(count), Counter[str](), threading.Lock()

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcome = work(number)
        except Exception as error:  # whatever happened is the outcome
            outcome = type(error).__name__
        with lock:
            found[outcome] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def test_of_many_publishers_from_the_same_version_exactly_one_wins(both: Flask) -> None:
    with writing(both) as work:
        parent = makers.entry(work).head_id
    contents = [makers.content(makers.bpmn(f"Fassung {number}")) for number in range(8)]

    def publish(number: int) -> str:
        with deed(both) as work:
            entry = entries.find(work, "marburg", "hundesteuer-anmelden")
            entries.publish(work, entry, contents[number], f"Fassung {number}", parent_id=parent or 0)
        return "published"

    assert together(8, publish) == {"published": 1, Conflict.__name__: 7}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(Version)) == 2


def test_the_one_who_lost_can_publish_on_the_new_state(both: Flask) -> None:
    with writing(both) as work:
        makers.entry(work)

    def publish(number: int) -> str:
        while True:
            try:
                with deed(both) as work:
                    entry = entries.find(work, "marburg", "hundesteuer-anmelden")
                    head = entry.head_id or 0
                    entries.publish(work, entry, makers.content(makers.bpmn(f"F{number}")), "Neu", parent_id=head)
                return "published"
            except Conflict:
                continue

    assert together(6, publish) == {"published": 6}
    with writing(both) as work:
        numbers = list(work.session.scalars(select(Version.sequence).order_by(Version.sequence)))
        assert numbers == [1, 2, 3, 4, 5, 6, 7]


def test_comments_written_at_once_are_all_stored(both: Flask) -> None:
    with writing(both) as work:
        makers.entry(work)

    def comment(number: int) -> str:
        with deed(both) as work:
            entry = entries.find(work, "marburg", "hundesteuer-anmelden")
            discussions.write(work, entry, entries.current(work, entry), f"Frage {number}", element="step1")
        return "written"

    assert together(12, comment) == {"written": 12}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(Comment)) == 12
        written = select(func.count()).select_from(Event).where(Event.kind == "comment.written")
        assert work.session.scalar(written) == 12


def test_two_entries_made_at_once_under_one_title_get_two_addresses(both: Flask) -> None:
    def create(number: int) -> str:
        with deed(both) as work:
            owner = makers.organisation(work, "marburg")
            given = makers.content(makers.bpmn(f"Schritt {number}"))
            return entries.create(work, owner, given, makers.profile(title="Gleich")).slug

    found = together(4, create)
    assert sorted(found) == ["gleich", "gleich-2", "gleich-3", "gleich-4"]


def test_cities_that_share_bytes_and_a_service_at_once_all_get_their_entry(both: Flask) -> None:
    cities = ("marburg", "fulda", "wetzlar", "giessen")

    def create(number: int) -> str:
        with writing(both) as work:
            makers.entry(work, owner=cities[number], service="Hundesteuer", service_key="99102003000000")
        return "made"

    assert together(4, create) == {"made": 4}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(Blob)) == 1
        assert work.session.scalar(select(func.count()).select_from(Service)) == 1


HOLDER = """
import sys, time
from datetime import UTC, datetime
from tests.conftest import app_on
from tests.clients import writing
from tests import makers
app = app_on(sys.argv[1])
with writing(app) as work:
    makers.entry(work, title="Nie fertig")
    work.session.flush()
    print("holding", flush=True)
    time.sleep(120)
"""


def test_a_writer_that_is_killed_blocks_nobody_and_leaves_nothing_half_done(both: Flask) -> None:
    url = str(both.config["SQLALCHEMY_DATABASE_URI"])
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "holding"
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(60)
    holder.stdout.close()
    start = time.monotonic()
    with writing(both) as work:
        makers.entry(work, title="Danach")
    assert time.monotonic() - start < 60, "the holder would have slept for 120 seconds"
    with writing(both) as work:
        assert list(work.session.scalars(select(Entry.title))) == ["Danach"]


def test_a_reader_is_not_kept_waiting_by_a_writer(both: Flask) -> None:
    with writing(both) as work:
        makers.entry(work)
    url = str(both.config["SQLALCHEMY_DATABASE_URI"])
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "holding"
        start = time.monotonic()
        with both.app_context():
            assert db.session.scalar(select(func.count()).select_from(Entry)) == 1
            db.session.remove()
        assert time.monotonic() - start < 60
    finally:
        holder.kill()
        holder.wait(60)
        if holder.stdout is not None:
            holder.stdout.close()


def test_one_deed_that_fails_leaves_nothing_behind(both: Flask) -> None:
    def fail(_number: int) -> str:
        with deed(both) as work:
            makers.entry(work)
            raise RuntimeError(datetime.now(UTC))

    assert together(1, fail) == {"RuntimeError": 1}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(Entry)) == 0
        assert work.session.scalar(select(func.count()).select_from(Event)) == 0


def test_of_colleagues_who_fill_in_the_same_local_value_exactly_one_wins(both: Flask) -> None:
    with writing(both) as work:
        entry = makers.entry(work, makers.bpmn("Gebühr {{gebuehr}} einziehen"))
        local_values.define(work, entry, DefineSlot(name="gebuehr", kind="text", label="Gebühr"))

    def fill(number: int) -> str:
        with deed(both) as work:
            entry = entries.find(work, "marburg", "hundesteuer-anmelden")
            given = FillSlot(organisation="marburg", slot="gebuehr", value=f"{number} EUR")
            local_values.fill(work, entry, given)
        return "filled"

    assert together(6, fill) == {"filled": 1, Conflict.__name__: 5}
    with writing(both) as work:
        assert work.session.scalar(select(func.count()).select_from(LocalValue)) == 1
