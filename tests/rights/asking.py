"""Every address of the hub with objects that are there; what a request to it changed."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from hub.policy import Actor
from hub.store.organisations import Organisation
from hub.web import unsubscribing
from tests import makers
from tests.clients import writing
from tests.rights import people, planting
from tests.rights.people import Person
from tests.rights.things import Thing

ARGUMENT = re.compile(r"<(?:any\([^)]*\):|[a-z]+:)?(\w+)>")
PLAIN: dict[str, tuple[str, ...]] = {
    "picture": ("services-by-level",),
    "filename": ("css/base.css",),
    "rest": ("nichts",),
    "name": ("nichts",),
    "organisation": ("marburg",),
    "scale": ("2.0",),
    "slot": ("gebuehr",),
}
"""Arguments that name neither an object nor one of the words in the rule, with a value to ask for."""

BODY = {
    "message": "Fremd", "text": "Fremd", "title": "Fremd", "reason": "Fremd", "note": "Fremd", "name": "Fremd",
    "parent": "1", "revision": "1", "organisation": "fulda", "city": "fulda", "role": "owner", "version": "1",
    "source": makers.bpmn("Fremd").decode(), "email": "fremd@fulda.example", "move": "approve", "state": "read",
}  # fmt: skip
"""Fields that many forms have."""

API = "/api/v1/"
COUNTERS = frozenset({"limits", "failed_sign_ins", "table_marks"})
"""Tables that count: tries, which being refused may do, and changes of every table, counted there as well."""


def place(rule: Rule) -> str:
    """Return a rule with plain arguments: `/<city>/<slug>`."""
    return ARGUMENT.sub(r"<\1>", rule.rule)


@dataclass(frozen=True)
class Question:
    """One request: a method, a rule, and the object it is about."""

    method: str
    rule: Rule
    thing: Thing
    values: dict[str, str | int]

    @property
    def endpoint(self) -> str:
        """The view's name."""
        return str(self.rule.endpoint)

    def twin(self) -> "Question":
        """Return the same request about what does not exist."""
        absent = self.thing.absent()
        return Question(self.method, self.rule, absent, {**self.values, **absent.values})

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.values}"


class Unknown(Exception):
    """A route has an argument nobody told these tests how to fill; the message names it."""


@dataclass
class Hub:
    """A hub full of things, which is as it was again after every request that changed something."""

    app: Flask
    things: list[Thing]
    file: str
    actors: dict[Person, Actor]
    """Everybody as the policy knows them."""
    organisations: list[Organisation]

    def __post_init__(self) -> None:
        self.saved = sqlite3.connect(":memory:")
        self.live = sqlite3.connect(self.file, isolation_level=None)
        self.live.backup(self.saved)
        self.version = self._version()
        self.adapter = self.app.url_map.bind("localhost")

    def _version(self) -> int:
        return int(self.live.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> list[str]:
        """Return the tables that a request changed, and put everything back; an empty list in no time if none."""
        if self._version() == self.version:
            return []
        found = self._different()
        self._put_back()
        return found

    def restore(self) -> None:
        """Put everything back as it was, whatever a request changed."""
        if self._version() != self.version:
            self._put_back()

    def _different(self) -> list[str]:
        found = []
        for (name,) in self.saved.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            query = f'SELECT * FROM "{name}"'  # noqa: S608 - names of the schema
            if name not in COUNTERS and self.saved.execute(query).fetchall() != self.live.execute(query).fetchall():
                found.append(str(name))
        return found

    def _put_back(self) -> None:
        with closing(sqlite3.connect(self.file)) as again:
            self.saved.backup(again)
        self.version = self._version()

    @cached_property
    def questions(self) -> list[Question]:
        """Every method of every rule with every sample object; raises `Unknown`."""
        rules = sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        return [question for rule in rules for question in self.about(rule)]

    def about(self, rule: Rule) -> Iterator[Question]:
        """Yield every method of a rule with every sample object it can be about; raises `Unknown`."""
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for thing in self.subjects(rule):
                for values in self._filled(rule, thing):
                    yield Question(method, rule, thing, values)

    def subjects(self, rule: Rule) -> list[Thing]:
        """Return the sample objects a rule is about: those whose address is the longest beginning of it.

        Programs find the same objects under other addresses: there the names of the arguments decide.
        """
        path = place(rule)
        fit = [thing for thing in self.things if re.match(re.escape(thing.place) + r"(?![\w>])", path)]
        fit = [thing for thing in fit if thing.values.keys() <= rule.arguments]
        longest = max(len(thing.place) for thing in fit)
        found = [thing for thing in fit if len(thing.place) == longest]
        if path.startswith(API) and found[0].values.keys() != self._objects(rule):
            named = [thing for thing in self.things if self._could_be(rule, thing)]
            if len({thing.place for thing in named}) == 1:
                return named
        return found

    def _could_be(self, rule: Rule, thing: Thing) -> bool:
        """Return whether the arguments that name objects are those of a thing, numbers where numbers are."""
        return thing.values.keys() == self._objects(rule) and all(
            isinstance(rule._converters[name], IntegerConverter) == isinstance(value, int)
            for name, value in thing.values.items()
        )

    @staticmethod
    def _objects(rule: Rule) -> set[str]:
        """Return the arguments that name objects."""
        return {name for name in rule.arguments if not isinstance(rule._converters.get(name), AnyConverter)}

    def _filled(self, rule: Rule, thing: Thing) -> Iterator[dict[str, str | int]]:
        open_ones = [{**thing.values}]
        for name in sorted(rule.arguments - thing.values.keys() - (rule.defaults or {}).keys()):
            converter = rule._converters[name]
            if isinstance(converter, AnyConverter):
                choices: tuple[str, ...] = tuple(sorted(converter.items))
            elif name == "signed":
                with self.app.app_context():
                    undo = unsubscribing.undo_token(unsubscribing.Undo(1, {}))
                    choices = (undo if "undo" in rule.rule else unsubscribing.token(1, unsubscribing.ALL),)
            elif name in PLAIN:
                choices = PLAIN[name]
            else:
                raise Unknown(
                    f"{rule.rule} ({rule.endpoint}): what is <{name}>? Plant a Thing in tests/rights/planting.py"
                )
            open_ones = [{**values, name: choice} for values in open_ones for choice in choices]
        yield from open_ones

    def path(self, question: Question) -> str:
        """Return the address of a question."""
        return str(self.adapter.build(question.endpoint, question.values, method=question.method))

    def keep(self) -> None:
        """Take things as they are now for how they are to stay."""
        with closing(sqlite3.connect(self.file)) as now:
            now.backup(self.saved)
        self.version = self._version()

    def close(self) -> None:
        """Let go of the database."""
        self.live.close()
        self.saved.close()


def open_hub(app: Flask, file: str) -> Hub:
    """Fill `app`, whose database is `file`, with people and things."""
    with writing(app) as work:
        people.settle(work)
        planted = planting.plant(work)
        actors = {person: people.actor(work, person) for person in people.everybody()}
        organisations = list(work.session.scalars(select(Organisation)))
        _keep_in_memory(work.session, planted, actors)
    return Hub(app, planted, file, actors, organisations)


def _keep_in_memory(session: Session, planted: list[Thing], actors: dict[Person, Actor]) -> None:
    """Read all that the policy will look at, since it is asked about these rows when the database is elsewhere."""
    session.expire_on_commit = False
    for thing in planted:
        for actor in actors.values():
            thing.reads(actor)
        for about in thing.about.values():
            _load(about, deep=2)
    session.commit()
    session.expunge_all()


def _load(row: object, deep: int) -> None:
    for tie in inspect(row).mapper.relationships if deep else ():
        found = getattr(row, tie.key)
        for other in found if isinstance(found, list) else [found] if found is not None else []:
            _load(other, deep - 1)
