"""Two machines behind a proxy, one database: what people see when a machine dies and the database is cut off."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub.actions import accounts
from hub.extensions import db
from hub.store.accounts import User
from tests import postgres, reviewing
from tests.clients import writing
from tests.crash import storm
from tests.crash.hosts import Network, network, proxy
from tests.crash.journal import Journal
from tests.crash.people import Person
from tests.crash.running import Running
from tests.crash.shaking import broken, finish, new_hub
from tests.crash.storm import Storm

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
PASSWORD = "ein langes Passwort für den Versuch"
CUT = 10.0
"""Seconds without a database."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A small data centre."""

    app: Flask
    net: Network
    one: Running
    two: Running
    at: tuple[str, int]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Two machines with web processes and workers, a proxy before them, a database server behind them."""
    folder = tmp_path_factory.mktemp("centre")
    with network() as net:
        home = net.add("d")
        with postgres.cluster(listen=home, prefix=net.enter("d")) as server:
            url = server.url.render_as_string(hide_password=False)
            app = new_hub(url)
            hosts = [
                Running(url, folder / f"log-{name}", port=8000, host=net.add(name), prefix=net.enter(name))
                for name in ("a", "b")
            ]
            try:
                for host in hosts:
                    host.start()
                for host in hosts:
                    host.wait_until_up()
                servers = {f"host{at}": f"{host.host}:{host.port}" for at, host in enumerate(hosts)}
                with proxy(servers, folder) as at:
                    yield Centre(app, net, hosts[0], hosts[1], at)
            finally:
                for host in hosts:
                    host.close()
                with app.app_context():
                    db.engine.dispose()


def person(centre: Centre, host: Running, email: str = reviewing.MODELLER) -> Person:
    return Person(centre.app, email, (host.host, host.port), Journal())


def goes_on(seen: Journal, deeds: int = 10) -> None:
    """Wait until so many more deeds were acknowledged."""
    before, end = seen.done, time.monotonic() + 180
    while seen.done < before + deeds:
        assert time.monotonic() < end, "nothing is acknowledged any more"
        time.sleep(0.1)


@contextmanager
def moved(who: Person, host: Running) -> Iterator[Person]:
    """Let somebody's next requests go to another machine, as a proxy may."""
    before, who.at = who.at, (host.host, host.port)
    yield who
    who.at = before


def test_whoever_signs_in_on_one_machine_is_signed_in_on_the_other(centre: Centre) -> None:
    with writing(centre.app) as work:
        user = work.session.scalars(select(User).where(User.email == reviewing.MODELLER)).one()
        user.password_hash = accounts.hash_password(PASSWORD)
    guest = Person(centre.app, "", (centre.one.host, centre.one.port), Journal())
    form = {"email": reviewing.MODELLER, "password": PASSWORD}
    status, _goal, _page = guest.ask("/login", form)
    assert status == 302
    with moved(guest, centre.two):
        assert "Modellierung Marburg" in guest.ask("/")[2]


def test_refused_sign_ins_on_both_machines_count_together(centre: Centre) -> None:
    guest = Person(centre.app, "", (centre.one.host, centre.one.port), Journal())
    form = {"email": "freigabe@marburg.example", "password": "falsch geraten"}
    tries = 0
    while "Zu viele Versuche" not in guest.ask("/login", form)[2]:
        tries += 1
        assert tries < 50, "somebody who guesses is stopped"
    with moved(guest, centre.two):
        assert "Zu viele Versuche" in guest.ask("/login", form)[2]


def test_what_is_published_on_one_machine_is_found_on_the_other_at_once(centre: Centre) -> None:
    word = "Zwillingsverzeichnis"
    here, there = person(centre, centre.one), person(centre, centre.two)
    here.ask(f"/search?q={word}")
    assert "eigen-0" not in there.ask(f"/search?q={word}")[2]
    form = {"text": f"Bitte im {word} nachsehen", "audience": "ikz"}
    assert here.ask("/marburg/eigen-0/discussion", form)[0] == 302
    assert re.search(r"/marburg/eigen-0", there.ask(f"/search?q={word}")[2])


def test_nothing_acknowledged_is_lost_when_a_machine_dies_and_the_database_is_cut_off(
    centre: Centre, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    with Storm(centre.app, centre.at) as people:
        seen = people.journal
        goes_on(seen)
        centre.one.kill_everything()
        goes_on(seen)  # on the other machine alone
        started = threading.Thread(target=centre.one.start)
        started.start()
        goes_on(seen, 2)
        centre.net.cut("d")
        time.sleep(CUT)
        centre.net.join("d")
        goes_on(seen)
        started.join()
    report = "\n".join(
        [
            *(f"{answer:>24} {count:6}" for answer, count in sorted(seen.answers.items())),
            f"{'longest wait, seconds':>24} {seen.longest:6.1f}",
            *(f"{outcome:>24} {seen.count(outcome):6}" for outcome in ("done", "refused", "unknown")),
        ]
    )
    (tmp_path / "what-people-saw.txt").write_text(report)
    record_property("what people saw", report)
    print(report)
    finish(centre.app)
    assert storm.lost_or_doubled(centre.app, seen) == []
    assert broken(centre.app) == []
    after = person(centre, centre.one)
    centre.one.wait_until_up()
    assert after.ask("/marburg/gemeinsam")[0] == 200, "both machines serve again without being started anew"
