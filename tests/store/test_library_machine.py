"""The library, walked at random by people of several cities, beside a model of it that fits on one page.

`Expected` keeps an entry as a list of contents and a content as four words; it shares no code with the hub. After every
step both must say the same: who may do what, which versions there are, what merging brings, what is found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from hub import search
from hub.actions import deciding, discussions, entries, proposals
from hub.documents import Content
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import db
from hub.keeping import invariants
from hub.policy import SYSTEM
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.proposals import Proposal
from hub.work import Work
from tests import makers

WORDS = ("Antrag", "Bescheid", "Frist", "Gebühr", "Zustellung")
Words = tuple[str, str, str, str]
START: Words = ("Antrag annehmen", "Antrag prüfen", "Antrag entscheiden", "Antrag ablegen")
PEOPLE = {
    "modellierung@marburg.example": ("marburg", "writer"),
    "modellierung@fulda.example": ("fulda", "writer"),
    "admin@marburg.example": ("marburg", "admin"),
    "lesen@limburg.example": ("limburg", "reader"),
    "foerderung@rp-giessen.example": ("rp-giessen", "land"),
}
CITIES = ("marburg", "fulda")


@dataclass(slots=True)
class Expected:
    """What an entry should be: contents in order, and what has happened to it."""

    city: str
    contents: list[Words]
    archived: bool = False
    comments: int = 0
    origin: tuple[int, int] | None = None
    """Number of the entry and position of the version it was forked from."""


@dataclass(slots=True)
class Offer:
    """A proposal that waits: made on which version of which entry, changing which word to what."""

    target: int
    base: int
    place: int
    word: str
    opened: bool = True


@dataclass(slots=True)
class Shelf:
    """The whole model."""

    entries: dict[int, Expected] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)


def cooperates(email: str) -> bool:
    return PEOPLE[email][1] in ("writer", "admin", "reader")


def writes(email: str, entry: Expected) -> bool:
    return PEOPLE[email] == (entry.city, "writer") and not entry.archived


person = st.sampled_from(sorted(PEOPLE))
place = st.integers(0, 3)
word = st.sampled_from(WORDS)
which = st.integers(0, 50)


class Library(RuleBasedStateMachine):
    """One walk; everything it does is undone in the end."""

    app: ClassVar[Flask]

    def __init__(self) -> None:
        super().__init__()
        self._context = self.app.app_context()
        self._context.push()
        self.session = db.session()
        self.session.connection(execution_options={"write": True})
        self.shelf = Shelf()
        self.hub = Work(self.session, SYSTEM, datetime.now(UTC))

    def teardown(self) -> None:
        self.session.rollback()
        db.session.remove()
        self._context.pop()

    def _as(self, email: str) -> Work:
        return makers.as_person(self.hub, email)

    def _try(self, deed: Callable[[], int], refusal: type[Exception] | tuple[type[Exception], ...] | None) -> int:
        """Do a deed that must succeed, or be refused with `refusal` and leave nothing behind; return its number."""
        held = self.session.begin_nested()
        if refusal is not None:
            with pytest.raises(refusal):
                deed()
            held.rollback()
            self.session.expire_all()
            return 0
        made = deed()
        self.session.flush()
        held.commit()
        return made

    def _entry(self, number: int) -> Entry:
        return self.session.get_one(Entry, number)

    def _pick(self, at: int) -> tuple[int, Expected]:
        number = sorted(self.shelf.entries)[at % len(self.shelf.entries)]
        return number, self.shelf.entries[number]

    def _forbidden(self, email: str) -> type[Exception] | tuple[type[Exception], ...]:
        return Forbidden if cooperates(email) else (Forbidden, NotFound)

    @rule(email=person, city=st.sampled_from(CITIES))
    def create(self, email: str, city: str) -> None:
        def deed() -> int:
            owner = makers.organisation(self.hub, city)
            profile = makers.profile(title=f"Vorgang {len(self.shelf.entries)}")
            return entries.create(self._as(email), owner, makers.content(makers.bpmn(*START)), profile).id

        number = self._try(deed, None if PEOPLE[email] == (city, "writer") else Forbidden)
        if number:
            self.shelf.entries[number] = Expected(city, [START])

    @precondition(lambda self: self.shelf.entries)
    @rule(email=person, at=which, place=place, word=word, stale=st.booleans())
    def publish(self, email: str, at: int, place: int, word: str, stale: bool) -> None:
        number, expected = self._pick(at)
        given = changed(expected.contents[-1], place, word)
        entry = self._entry(number)
        parent = self._version(number, 0 if stale else len(expected.contents) - 1).id
        late = stale and len(expected.contents) > 1
        refusal = (
            self._forbidden(email)
            if not writes(email, expected)
            else Conflict
            if late
            else Invalid
            if given == expected.contents[-1]
            else None
        )
        content = makers.content(makers.bpmn(*given))
        if self._try(lambda: entries.publish(self._as(email), entry, content, "Neu", parent_id=parent).id, refusal):
            expected.contents.append(given)

    @precondition(lambda self: self.shelf.entries)
    @rule(email=person, at=which, back=which, city=st.sampled_from(CITIES))
    def fork(self, email: str, at: int, back: int, city: str) -> None:
        number, expected = self._pick(at)
        position = back % len(expected.contents)

        def deed() -> int:
            owner, origin = makers.organisation(self.hub, city), self._version(number, position)
            title = f"Ableitung {len(self.shelf.entries)}"
            return entries.fork(
                self._as(email), self._entry(number), origin, owner, title=title, reason="Eigene Satzung"
            ).id

        made = self._try(deed, None if PEOPLE[email] == (city, "writer") else (Forbidden, NotFound))
        if made:
            self.shelf.entries[made] = Expected(city, [expected.contents[position]], origin=(number, position))

    @precondition(lambda self: self.shelf.entries)
    @rule(email=person, at=which)
    def archive_or_bring_back(self, email: str, at: int) -> None:
        number, expected = self._pick(at)

        def deed() -> int:
            (entries.unarchive if expected.archived else entries.archive)(self._as(email), self._entry(number))
            return 1

        if self._try(deed, None if PEOPLE[email] == (expected.city, "admin") else self._forbidden(email)):
            expected.archived = not expected.archived

    @precondition(lambda self: self.shelf.entries)
    @rule(email=person, at=which)
    def comment(self, email: str, at: int) -> None:
        number, expected = self._pick(at)

        def deed() -> int:
            entry = self._entry(number)
            return discussions.write(self._as(email), entry, self._version(number, -1), "Warum ist das so?").id

        if self._try(deed, None if cooperates(email) else (Forbidden, NotFound)):
            expected.comments += 1

    @precondition(lambda self: self.shelf.entries)
    @rule(email=person, at=which, place=place, word=word)
    def propose(self, email: str, at: int, place: int, word: str) -> None:
        number, expected = self._pick(at)
        given = changed(expected.contents[-1], place, word)
        allowed = cooperates(email) and not expected.archived
        refusal = (Forbidden, NotFound) if not allowed else Invalid if given == expected.contents[-1] else None

        def deed() -> int:
            work, entry = self._as(email), self._entry(number)
            content = makers.content(makers.bpmn(*given))
            made = proposals.suggest(work, entry, self._version(number, -1), content, title="Besser")
            if made.opened_at is None:
                proposals.send(work, made)
            return made.id

        made = self._try(deed, refusal)
        if made and made not in self.shelf.offers:
            self.shelf.offers[made] = Offer(number, len(expected.contents) - 1, place, given[place])

    @precondition(lambda self: any(offer.opened for offer in self.shelf.offers.values()))
    @rule(email=person, at=which)
    def merge(self, email: str, at: int) -> None:
        waiting = sorted(key for key, offer in self.shelf.offers.items() if offer.opened)
        key = waiting[at % len(waiting)]
        offer = self.shelf.offers[key]
        expected = self.shelf.entries[offer.target]
        base, ours = expected.contents[offer.base][offer.place], expected.contents[-1][offer.place]
        clash = ours not in (base, offer.word)
        refusal = self._forbidden(email) if not writes(email, expected) else Conflict if clash else None
        if refusal is None and ours == offer.word:
            return  # what is proposed is there already; how that ends is for the proposals' own tests

        def deed() -> int:
            work, found = self._as(email), self.session.get_one(Proposal, key)
            proposals.update(work, found)
            deciding.adopt_rest(work, found, revision=found.revision)
            made = deciding.merge(work, found, "Vereint", revision=found.revision)
            assert made is not None
            return made.id

        if self._try(deed, refusal):
            expected.contents.append(changed(expected.contents[-1], offer.place, offer.word, whole=True))
            offer.opened = False

    def _version(self, number: int, position: int) -> Version:
        sequence = position + 1 if position >= 0 else len(self.shelf.entries[number].contents)
        query = select(Version).where(Version.entry_id == number, Version.sequence == sequence)
        return self.session.scalars(query).one()

    @invariant()
    def the_hub_says_what_the_model_says(self) -> None:
        assert set(self.session.scalars(select(Entry.id))) == set(self.shelf.entries)
        for number, expected in self.shelf.entries.items():
            entry = self._entry(number)
            query = select(Version).where(Version.entry_id == number).order_by(Version.sequence)
            there = list(self.session.scalars(query))
            assert [row.sequence for row in there] == list(range(1, len(expected.contents) + 1))
            assert entry.head_id == there[-1].id
            assert (entry.archived_at is not None) == expected.archived
            assert entry.organisation.slug == expected.city
            comments = select(func.count()).select_from(Comment).where(Comment.entry_id == number)
            assert self.session.scalar(comments) == expected.comments
            if expected.origin is not None:
                assert entry.forked_from_id == self._version(*expected.origin).id

    @invariant()
    def contents_are_what_people_made_of_them(self) -> None:
        for number, expected in self.shelf.entries.items():
            names = {part.name for part in self._content(number).parts() if part.kind == "task"}
            assert names == set(expected.contents[-1])

    def _content(self, number: int) -> Content:
        return entries.content(self.hub, self._entry(number), self._version(number, -1))

    @invariant()
    def what_is_found_is_what_is_there(self) -> None:
        for one in WORDS:
            wanted = {
                number
                for number, expected in self.shelf.entries.items()
                if not expected.archived and any(name.startswith(one) for name in expected.contents[-1])
            }
            found = search.newest(self.session, one, reader=search.Reader.of(SYSTEM))
            assert set(found) == wanted

    @invariant()
    def the_hub_holds_together(self) -> None:
        for check in (invariants.numbers, invariants.parents, invariants.merges, invariants.events):
            assert list(check(self.session)) == []


def changed(content: Words, place: int, word: str, *, whole: bool = False) -> Words:
    """Return a content with another word in one place; `whole` gives the step's whole name."""
    names = list(content)
    names[place] = word if whole else f"{word} {('annehmen', 'prüfen', 'entscheiden', 'ablegen')[place]}"
    return (names[0], names[1], names[2], names[3])


def test_the_library_does_what_a_simple_model_of_it_does(both: Flask) -> None:
    sqlite = str(both.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")
    machine = type("Walk", (Library,), {"app": both})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15 if sqlite else 5,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
