"""People and programs at work while machines fail: every deed is noted, and looked for afterwards."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import Select, select

from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.proposals import Proposal
from hub.store.reviews import Review
from hub.work import Work
from tests import makers, reviewing
from tests.clients import writing
from tests.crash.journal import Journal
from tests.crash.people import Person, Program

MOST = 12
"""How many people there may be."""
FULDA = "modellierung@fulda.example"
WAY = (
    (reviewing.MODELLER, "submit"),
    (reviewing.METHOD, "pass"),
    (reviewing.APPROVER, "approve"),
    (reviewing.COORDINATOR, "publish"),
)
"""Who moves a version on its way to publication, and how."""
VERDICTS = {"submit": "submitted", "pass": "passed", "approve": "approved", "publish": "published"}


def prepare(app: Flask, people: int) -> None:
    """Give a hub one entry all comment on, and for each person one to publish to, one for a program, one to release."""
    with writing(app) as work:
        reviewing.staff(work)
        makers.entry(work, title="Gemeinsam")
        for number in range(people):
            makers.entry(work, title=f"Eigen {number}")
            makers.entry(work, title=f"Programm {number}")
            reviewing.draft(work, title=f"Freigabe {number}")


class Desk:
    """What one of them works with: signed-in people, a program, and what is in hand."""

    def __init__(self, app: Flask, number: int, at: tuple[str, int], journal: Journal) -> None:
        self.number, self.journal = number, journal
        names = (reviewing.MODELLER, FULDA, reviewing.OWNER, *(name for name, _ in WAY[1:]))
        self.people = {name: Person(app, name, at, journal) for name in names}
        self.program = Program(app, reviewing.MODELLER, at, journal)
        self.stands_on = self._head(app, f"programm-{number}")
        """The id of the version the program publishes from."""
        self.built_on: set[str] = set()
        self.under_way = (0, 0)
        """The version on its way to publication, and how far it is."""

    @staticmethod
    def _head(app: Flask, slug: str) -> int:
        with app.app_context():
            found = db.session.scalars(select(Entry.head_id).where(Entry.slug == slug)).one()
            db.session.remove()
        return found or 0

    def look(self, _token: str) -> None:
        """Read a page and search."""
        self.people[reviewing.MODELLER].ask(f"/marburg/eigen-{self.number}")
        self.people[reviewing.MODELLER].ask("/search?q=Schritt")

    def comment(self, token: str) -> None:
        """Comment where everybody does."""
        form = {"text": f"Bitte prüfen: {token}", "audience": "ikz"}
        self.people[reviewing.MODELLER].do("comment", token, "/marburg/gemeinsam/discussion", form)

    def send_comment(self, token: str) -> None:
        """Comment by program, exactly once."""
        body = {"text": f"Bitte prüfen: {token}", "audience": "ikz"}
        self.program.begin("comment by key", token, "/entries/marburg/gemeinsam/comments", body)

    def publish(self, token: str) -> None:
        """Publish what was typed into the page."""
        person, path = self.people[reviewing.MODELLER], f"/marburg/eigen-{self.number}/versions"
        if parent := person.hidden(f"{path}/new", "parent"):
            if parent in self.built_on:
                self.journal.wonder(f"{path} still shows {parent} as the newest version")
            source = makers.bpmn(f"Schritt {token}").decode()
            if person.do("version", token, path, {"parent": parent, "message": token, "source": source}):
                self.built_on.add(parent)

    def send_version(self, token: str) -> None:
        """Publish by program, exactly once, each version from the one before."""
        if any(errand.kind == "version by key" for errand in self.program.open):
            return
        body = {"parent": self.stands_on, "message": token, "source": makers.bpmn(f"Schritt {token}").decode()}
        made = self.program.begin("version by key", token, f"/entries/marburg/programm-{self.number}/versions", body)
        self.stands_on = made.get("id", self.stands_on)

    def fork(self, token: str) -> None:
        """Derive an entry for another city."""
        form = {"organisation": "fulda", "title": token, "reason": "Eigene Satzung"}
        self.people[FULDA].do("fork", token, "/marburg/gemeinsam/fork", form)

    def propose(self, token: str) -> None:
        """Suggest a change, and take it over."""
        person, owner = self.people[FULDA], self.people[reviewing.OWNER]
        entry = f"/marburg/eigen-{self.number}"
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

    def release(self, token: str) -> None:
        """Bring a version one step further, or write the next one."""
        version, done = self.under_way
        entry = f"freigabe-{self.number}"
        if version and done < len(WAY):
            email, move = WAY[done]
            form = {"version": str(version), "move": move}
            if self.people[email].do(move, str(version), f"/marburg/{entry}/release", form):
                self.under_way = version, done + 1
            else:  # unknown or refused: nobody knows how far it is, the next version begins anew
                self.under_way = 0, 0
            return
        person, path = self.people[reviewing.MODELLER], f"/marburg/{entry}/versions"
        parent = person.hidden(f"{path}/new", "parent")
        source = makers.bpmn(*reviewing.FOUND, f"Schritt {token}").decode()
        if parent and person.do("version", token, path, {"parent": parent, "message": token, "source": source}):
            made = self.program.get(f"/entries/marburg/{entry}/versions")
            if made is not None and made["items"][0]["message"] == token:
                self.under_way = made["items"][0]["id"], 0

    def go_on(self) -> None:
        """Send again what was not answered, if it is time."""
        if (errand := self.program.due()) is not None:
            made = self.program.carry_on(errand)
            if errand.kind == "version by key":
                self.stands_on = made.get("id", self.stands_on)


class Storm:
    """Some people who work until told to stop."""

    def __init__(self, app: Flask, at: tuple[str, int], people: int = 4, seed: int = 0) -> None:
        self.journal, self._over = Journal(), threading.Event()
        self._threads = [
            threading.Thread(
                target=self._work, args=(Desk(app, number, at, self.journal), random.Random(seed * MOST + number))
            )
            for number in range(people)
        ]

    def __enter__(self) -> "Storm":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, desk: Desk, chance: random.Random) -> None:
        deeds: list[Callable[[str], None]] = [
            desk.comment, desk.comment, desk.send_comment, desk.send_comment, desk.publish, desk.send_version,
            desk.fork, desk.propose, desk.release, desk.release, desk.release, desk.look,
        ]  # fmt: skip
        at = 0
        while not self._over.is_set():
            at += 1
            desk.go_on()
            chance.choice(deeds)(f"T{desk.number}x{at}x{chance.randrange(10**6)}")
        desk.program.give_up()


def _all(work: Work, column: Select[tuple[str]]) -> Counter[str]:
    return Counter(work.session.scalars(column))


def _stored(work: Work) -> Callable[[str, str], int]:
    """Return a function that says how often a deed of a kind is there."""
    comments, titles = _all(work, select(Comment.text)), _all(work, select(Entry.title))
    messages, proposals = _all(work, select(Version.message)), _all(work, select(Proposal.title))
    verdicts = Counter((str(version), verdict) for version, verdict in work.session.execute(_GIVEN))

    def count(kind: str, token: str) -> int:
        if kind in VERDICTS:
            return verdicts[(token, VERDICTS[kind])]
        if kind.startswith("comment"):
            return comments[f"Bitte prüfen: {token}"]
        found = {"fork": titles[token], "proposal": proposals[token], "merge": messages[f"Vereint {token}"]}
        return found.get(kind, messages[token])

    return count


_GIVEN = select(Review.version_id, Review.verdict).where(Review.carried_from_id.is_(None))


def lost_or_doubled(app: Flask, journal: Journal) -> list[str]:
    """Return every deed that is not there as often as its author was told, and what nobody should have seen."""
    wrong = list(journal.strange)
    with app.app_context():
        count = _stored(Work(db.session(), SYSTEM, datetime.now(UTC)))
        for deed in journal.deeds:
            found = count(deed.kind, deed.token)
            if found not in {"done": (1,), "refused": (0,), "unknown": (0, 1)}[deed.outcome]:
                wrong.append(f"{deed.kind} {deed.token} was {deed.outcome}, and is there {found} times")
        db.session.remove()
    return wrong
