"""People at work while machines fail: every deed is noted with what the server answered, and looked for afterwards."""

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import ColumnElement, func, select

from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.proposals import Proposal
from hub.store.reviews import Review
from hub.work import Work
from tests import makers, reviewing
from tests.clients import Client, ClientFor, writing

APPROVALS = 12
LONGEST = 40.0
"""Seconds after which a person gives up waiting."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did: the text it can be found by, and whether the server said it was done."""

    kind: str
    token: str
    outcome: str
    """`done`: acknowledged. `refused`: it was not done, and the page said so. `unknown`: there was no answer."""


@dataclass(slots=True)
class Journal:
    """What everybody did and saw; lives outside everything that is killed."""

    deeds: list[Deed] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, deed: Deed) -> None:
        """Note a deed."""
        with self._lock:
            self.deeds.append(deed)

    def saw(self, answer: str, seconds: float) -> None:
        """Note an answer and how long it took."""
        with self._lock:
            self.answers[answer] += 1
            self.longest = max(self.longest, seconds)

    def count(self, outcome: str) -> int:
        """Return how many deeds ended so."""
        return sum(1 for deed in self.deeds if deed.outcome == outcome)


class Person:
    """A signed-in browser that keeps its cookie and reads forms."""

    def __init__(self, app: Flask, email: str, at: tuple[str, int], journal: Journal) -> None:
        client = ClientFor(app)(email)
        assert isinstance(client, Client)
        self.token, self.at, self._journal = client.token(), at, journal
        self._name: str = app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(self._name)
        assert cookie is not None
        self._cookie = f"{cookie.key}={cookie.value}"

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status (0 without an answer), where it leads, and the page."""
        start = time.monotonic()
        connection = http.client.HTTPConnection(*self.at, timeout=LONGEST)
        try:
            body = urllib.parse.urlencode({"csrf_token": self.token, **form}) if form is not None else None
            headers = {"Cookie": self._cookie, "Host": "127.0.0.1"}
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if form is None else "POST", path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            found = answer.status, answer.headers.get("Location", ""), page
            if given := re.match(rf"{self._name}=[^;]+", answer.headers.get("Set-Cookie", "")):
                self._cookie = given[0]
            self._journal.saw(str(answer.status), time.monotonic() - start)
        except (OSError, http.client.HTTPException) as error:
            self._journal.saw(type(error).__name__, time.monotonic() - start)
            time.sleep(0.3)  # a person does not click again at once
            return 0, "", ""
        finally:
            connection.close()
        return found

    def do(self, kind: str, token: str, path: str, form: dict[str, str]) -> str:
        """Do something and note it; return where it led, empty if it was not done."""
        status, goal, _page = self.ask(path, form)
        # Behind a broken connection or an outage the deed may have been committed all the same.
        outcome = "done" if status in (301, 302, 303) and "/login" not in goal else "refused"
        self._journal.note(Deed(kind, token, "unknown" if status in (0, 500, 502, 503, 504) else outcome))
        return goal if outcome == "done" else ""

    def hidden(self, path: str, name: str) -> str:
        """Return the value of a hidden field of a page, empty if there is none."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.ask(path)[2])
        return found[1] if found else ""


def prepare(app: Flask, people: int) -> None:
    """Give a hub an entry per person, one all comment on, and versions that wait for an approval."""
    with writing(app) as work:
        reviewing.staff(work)
        makers.entry(work, title="Gemeinsam")
        for number in range(people):
            makers.entry(work, title=f"Eigen {number}")
        for number in range(APPROVALS):
            entry = reviewing.draft(work, title=f"Freigabe {number}")
            reviewing.passed(work, entry)


class Storm:
    """Some people who work until told to stop."""

    def __init__(self, app: Flask, at: tuple[str, int], people: int = 4) -> None:
        self.app, self.journal, self._over = app, Journal(), threading.Event()
        # Read once: an approval names the version on the screen.
        self._versions = {number: self._version_of(f"freigabe-{number}") for number in range(APPROVALS)}
        self._threads = [
            threading.Thread(target=self._work, args=(number, self._people(at), random.Random(number)), daemon=True)
            for number in range(people)
        ]
        self._count = people

    def _version_of(self, slug: str) -> int:
        with self.app.app_context():
            found = db.session.scalars(select(Entry.head_id).where(Entry.slug == slug)).one()
            db.session.remove()
        return found or 0

    def _people(self, at: tuple[str, int]) -> dict[str, Person]:
        names = (reviewing.MODELLER, "modellierung@fulda.example", reviewing.OWNER, reviewing.APPROVER)
        return {name: Person(self.app, name, at, self.journal) for name in names}

    def __enter__(self) -> "Storm":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _work(self, number: int, people: dict[str, Person], chance: random.Random) -> None:
        deeds: list[Callable[[int, str, dict[str, Person]], None]] = [
            self._comment, self._comment, self._publish, self._fork, self._propose, self._look,
        ]  # fmt: skip
        at = 0
        approvals = [key for key in self._versions if key % self._count == number]
        while not self._over.is_set():
            at += 1
            if approvals and at % 5 == 0:
                self._approve(approvals.pop(), people)
                continue
            chance.choice(deeds)(number, f"T{number}x{at}x{chance.randrange(10**6)}", people)

    def _comment(self, _number: int, token: str, people: dict[str, Person]) -> None:
        form = {"text": f"Bitte prüfen: {token}", "audience": "ikz"}
        people[reviewing.MODELLER].do("comment", token, "/marburg/gemeinsam/discussion", form)

    def _publish(self, number: int, token: str, people: dict[str, Person]) -> None:
        person, path = people[reviewing.MODELLER], f"/marburg/eigen-{number}/versions"
        if parent := person.hidden(f"{path}/new", "parent"):
            source = makers.bpmn(f"Schritt {token}").decode()
            person.do("version", token, path, {"parent": parent, "message": token, "source": source})

    def _fork(self, _number: int, token: str, people: dict[str, Person]) -> None:
        form = {"organisation": "fulda", "title": token, "reason": "Eigene Satzung"}
        people["modellierung@fulda.example"].do("fork", token, "/marburg/gemeinsam/fork", form)

    def _propose(self, number: int, token: str, people: dict[str, Person]) -> None:
        person, owner, entry = people["modellierung@fulda.example"], people[reviewing.OWNER], f"/marburg/eigen-{number}"
        parent = owner.hidden(f"{entry}/versions/new", "parent")
        if not parent:
            return
        source = makers.bpmn("Anmeldung entgegennehmen", f"Vorschlag {token}").decode()
        goal = person.do("proposal", token, f"{entry}/suggest", {"parent": parent, "title": token, "source": source})
        if goal:
            revision = owner.hidden(goal, "revision")
            owner.ask(f"{goal}/decide", {"revision": revision, "deed": "rest"})
            revision = owner.hidden(goal, "revision")
            if 'value="adopt" checked' not in owner.ask(goal)[2]:
                return  # the decision did not arrive: merging would say so, and make no version
            owner.do("merge", token, f"{goal}/merge", {"revision": revision, "message": f"Vereint {token}"})

    def _approve(self, number: int, people: dict[str, Person]) -> None:
        form = {"version": str(self._versions[number]), "move": "approve"}
        people[reviewing.APPROVER].do("approve", f"freigabe-{number}", f"/marburg/freigabe-{number}/release", form)

    def _look(self, number: int, _token: str, people: dict[str, Person]) -> None:
        people[reviewing.MODELLER].ask(f"/marburg/eigen-{number}")
        people[reviewing.MODELLER].ask("/search?q=Schritt")


def _stored(work: Work, deed: Deed) -> int:
    """Return how often a deed is there."""
    found: dict[str, tuple[type, ColumnElement[bool]]] = {
        "comment": (Comment, Comment.text == f"Bitte prüfen: {deed.token}"),
        "version": (Version, Version.message == deed.token),
        "fork": (Entry, Entry.title == deed.token),
        "proposal": (Proposal, Proposal.title == deed.token),
        "merge": (Version, Version.message == f"Vereint {deed.token}"),
    }
    if deed.kind == "approve":
        rows = select(func.count()).select_from(Review).join(Entry, Entry.id == Review.entry_id)
        return work.session.scalar(rows.where(Entry.slug == deed.token, Review.verdict == "approved")) or 0
    table, condition = found[deed.kind]
    return work.session.scalar(select(func.count()).select_from(table).where(condition)) or 0


def lost_or_doubled(app: Flask, journal: Journal) -> list[str]:
    """Return every deed that is not there as often as its author was told."""
    wrong = []
    with app.app_context():
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        for deed in journal.deeds:
            count = _stored(work, deed)
            allowed = {"done": (1,), "refused": (0,), "unknown": (0, 1)}[deed.outcome]
            if count not in allowed:
                wrong.append(f"{deed.kind} {deed.token} was {deed.outcome}, and is there {count} times")
        db.session.remove()
    return wrong
