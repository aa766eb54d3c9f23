"""Every address, every role, every kind of organisation, every state: what may not be read does not exist.

Who may is asked of the policy, whose words the manual shows: `planting` says which permission opens an object, `doors`
which one guards a deed. Nothing is recorded from what the hub does.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from werkzeug.routing import Map, Rule

from tests.conftest import open_copy
from tests.rights import doors
from tests.rights.asking import Hub, Question, Unknown, open_hub, place
from tests.rights.browsing import OPERATIONS, PLANTED, TABLES, Browser, Seen, cells, shared
from tests.rights.people import Person, everybody

OPENED = (200, 301, 302, 303, 304)
NOT_FOR_YOU = frozenset({401, 403, 404})
REFUSALS = frozenset({302, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422, 428, 429})
READING_WRITES = {"guest_links", "events", "renderings", "recent_searches"}
"""What opening a page may write: that a guest was there, that the authority looked, a finished picture."""

FINISHED = "needs a job that made its file, or a file of the right kind"
FIGURES = "needs figures, deviations or values of several cities, of which a plain hub has none"
NAMED = "needs the name of a page, a picture, a setting or a provider; programs and links ask for them by name"
PROGRAM = "needs a switch, a token of a program or a letter"
NEVER_OPENED = {
    **dict.fromkeys(
        ["api.download_bundle", "api.download_pack", "api.read_message", "api.read_pack", "bundles.download",
         "fim_import.choose", "review_room.pack", "review_room.pack_file", "service_imports.show"],
        FINISHED,
    ),
    **dict.fromkeys(
        ["api.read_deviations", "api.read_inbox", "api.read_slot", "api.read_value", "deviations.show", "guests.svg",
         "guests.view", "matrix.of_service", "portfolio.image", "portfolio.table", "portfolio.view"],
        FIGURES,
    ),
    **dict.fromkeys(
        ["api.nothing", "api.read_setting", "manual.picture", "manual.show", "providers.begin", "providers.callback"],
        NAMED,
    ),
    **dict.fromkeys(["git.own_references", "git.references", "own_data.confirm_page"], PROGRAM),
}  # fmt: skip
"""Endpoints of pages that the sample objects open to nobody, with the reason; who may not is asked all the same."""

PEOPLE = list(everybody())
NOBODY = {person for person in PEOPLE if person.role is None}


ROLES = [[person for person in PEOPLE if person.role == role] for role in dict.fromkeys(row.role for row in PEOPLE)]
"""The people of each role, wherever they work; guests and accounts without a membership have none."""
CIRCLES = [[person for person in PEOPLE if person.circle == one] for one in dict.fromkeys(row.circle for row in PEOPLE)]
"""People who read the same."""


class Walk:
    """Everybody goes everywhere once; what went wrong is kept for each person."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.seen = hub, Seen()
        self.wrong: dict[Person, list[str]] = {}
        self.in_vain: Counter[str] = Counter()
        self.asked: Counter[str | None] = Counter()
        routes: dict[tuple[str, str], list[Question]] = {}
        for question in hub.questions:
            routes.setdefault((question.rule.rule, question.method), []).append(question)
        self.routes = list(routes.values())

        self.turns = [self._turn(questions[0]) for questions in self.routes]
        self.asking = [self._who(*pair) for pair in zip(self.turns, self.routes, strict=True)]

    @staticmethod
    def _turn(question: Question) -> int:
        """Return a number that is a route's own: a new route elsewhere must not change who asks this one."""
        return crc32(f"{question.method} {place(question.rule)}".encode())

    def _who(self, turn: int, questions: list[Question]) -> tuple[set[Person], set[Person]]:
        """Return who asks a route for what they may read, and who for what they may not.

        Every role of which somebody may read something there asks for every page and does every other deed, each time
        from the next organisation; and every organisation asks every other route for what is hidden from it, each time
        by its next role. Somebody whom the policy lets open a page is always among those who ask for it.
        """
        opening = questions[0].method == "GET"
        readers = [person for person in PEOPLE if any(row.thing.reads(self.hub.actors[person]) for row in questions)]
        by_role = [[person for person in readers if person in people] for people in ROLES]
        asked = by_role if opening else by_role[turn % 2 :: 2]
        chosen = {people[turn // 2 % len(people)] for people in asked if people} | NOBODY & set(readers)
        if opening and questions[0].endpoint in doors.PAGES:
            chosen |= set([person for person in readers if any(self.lets(person, row) for row in questions)][-1:])
        return chosen, {people[turn // 2 % len(people)] for people in CIRCLES[turn % 2 :: 2]}

    def lets(self, person: Person, question: Question) -> bool:
        """Return whether a person may read what a page is about and open the page."""
        actor = self.hub.actors[person]
        return question.thing.reads(actor) and doors.opens(
            actor, question.endpoint, question.thing.about, self.hub.organisations
        )

    def go(self, person: Person) -> None:
        """Ask as `person`: each route about another of the objects it may be about than whoever asked before."""
        actor, own = self.hub.actors[person], PEOPLE.index(person)
        browser = Browser(self.hub, person)
        wrong = self.wrong.setdefault(person, [])
        for questions, route, (open_to, hidden_from) in zip(self.routes, self.turns, self.asking, strict=True):
            turn = own + route
            hidden = [question for question in questions if not question.thing.reads(actor)]
            shown = [question for question in questions if question.thing.reads(actor)]
            if hidden and person in hidden_from:
                wrong += self.asked_in_vain(browser, hidden[turn % len(hidden)])
                self.in_vain[person.circle] += 1
            if shown and person in open_to:
                ask = self.opened if shown[0].method == "GET" else self.done
                wrong += ask(browser, self.chosen(shown, person, turn), turn)
                self.asked[person.role] += 1

    def chosen(self, shown: list[Question], person: Person, turn: int) -> Question:
        """Return the next question; as long as nobody opened the page, one that the policy lets this person open."""
        after = turn % len(shown)
        if shown[0].method == "GET" and not self.seen.opened[shown[0].endpoint]:
            return next((row for row in shown[after:] + shown[:after] if self.lets(person, row)), shown[after])
        return shown[after]

    def asked_in_vain(self, browser: Browser, question: Question) -> list[str]:
        """Ask for what may not be read, and for what is not there: both must answer alike and change nothing."""
        body = self.seen.body(question)
        answer = browser.ask(question, body)
        twin = question.twin()
        nothing = browser.ask(twin, body)
        wrong = []
        if browser.seen(answer, question) != browser.seen(nothing, twin):
            wrong.append(
                f"{question} answers {answer.status_code}, what is not there {nothing.status_code}, or otherwise"
            )
        if answer.status_code not in REFUSALS or shared(answer):
            wrong.append(f"{question} answers {answer.status_code}, or a shared cache may keep it")
        if tables := self.hub.changed():
            wrong.append(f"{question} changes {tables}")
        return wrong

    def opened(self, browser: Browser, question: Question, turn: int) -> list[str]:
        """Open a page about what may be read: whom the policy lets open it sees it, others do not; nothing is written.

        A page that is for everybody who reads what it is about is opened by every eighth person after the first.
        """
        hub, seen, endpoint = self.hub, self.seen, question.endpoint
        if endpoint not in doors.PAGES and seen.opened[endpoint] and turn % 8:
            return []
        answer = browser.ask(question)
        seen.opened[endpoint] += answer.status_code in OPENED
        seen.notice_forms(hub, answer)
        wrong = [f"{question} may be kept by a shared cache"] if shared(answer) and endpoint not in doors.SHARED else []
        if answer.mimetype in TABLES and answer.status_code == 200:
            found = cells(answer)
            wrong += [f"{question} computes {cell}" for cell, computed in found if computed]
            seen.tables |= {endpoint} if any(PLANTED in cell for cell, _computed in found) else set()
        changed = set(hub.changed()) - READING_WRITES
        wrong += [f"{question} changes {sorted(changed)}"] if changed else []
        allowed = doors.opens(hub.actors[browser.person], endpoint, question.thing.about, hub.organisations)
        if not allowed and not browser.person.email and answer.status_code == 302:
            return wrong if "/login" in answer.location else [*wrong, f"{question} sends a guest to {answer.location}"]
        refused = answer.status_code in (401, 403) and doors.OTHERWISE.get(endpoint) != answer.status_code
        if answer.status_code >= 500 or (refused if allowed else answer.status_code in OPENED):
            wrong.append(f"{question} answers {answer.status_code}, though the policy says {allowed}")
        return wrong

    def done(self, browser: Browser, question: Question, _turn: int) -> list[str]:
        """Do something to what may be read: only with the permission may it change anything."""
        hub, seen = self.hub, self.seen
        allowed = doors.may(hub.actors[browser.person], question.endpoint, question.thing.about, hub.organisations)
        if allowed:
            seen.tried[question.endpoint] += 1
            if question.endpoint in seen.done or seen.tried[question.endpoint] > 1:
                return []
        answer = browser.ask(question, seen.body(question))
        tables = hub.changed()
        wrong = [f"{question} answers {answer.status_code}"] if answer.status_code >= 500 else []
        if allowed:
            seen.done |= {question.endpoint} if tables else set()
        elif tables:
            wrong.append(f"{question} changes {tables}")
        elif answer.status_code not in (NOT_FOR_YOU if question.endpoint in OPERATIONS else REFUSALS):
            wrong.append(f"{question} answers {answer.status_code}")
        return wrong


@pytest.fixture(scope="module")
def walk(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("rights")
    with open_copy(blank_database, folder, demo=False) as app:
        app.config["HUB"] = replace(app.config["HUB"], api_limit=0)  # one person asks more than a program may
        app.testing = False  # an error is a page with status 500, as for people
        hub = open_hub(app, str(folder / "hub.sqlite3"))
        walk = Walk(hub)
        for person in PEOPLE:
            walk.go(person)
        yield walk
        hub.close()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_nobody_reads_or_does_what_the_policy_does_not_let_them(walk: Walk, person: Person) -> None:
    assert walk.wrong[person] == []


def test_every_role_and_every_organisation_asks_so_much_that_these_tests_could_fail(walk: Walk) -> None:
    assert len(walk.routes) > 700
    assert walk.asked.keys() == {person.role for person in PEOPLE}
    assert min(walk.asked.values()) > 100
    assert walk.in_vain.keys() == {person.circle for person in PEOPLE}
    assert min(walk.in_vain.values()) > 50


def test_every_route_was_opened_by_somebody_so_that_these_tests_could_fail(walk: Walk) -> None:
    pages = {question.endpoint for question in walk.hub.questions if question.method == "GET"}
    assert sorted(pages - {name for name, times in walk.seen.opened.items() if times} - NEVER_OPENED.keys()) == []


def test_many_deeds_were_done_by_somebody_who_may_so_that_these_tests_could_fail(walk: Walk) -> None:
    deeds = {question.endpoint for question in walk.hub.questions if question.method != "GET"}
    assert len(walk.seen.done) > len(deeds) / 5


def test_a_planted_formula_is_in_a_table_so_that_the_test_of_cells_could_fail(walk: Walk) -> None:
    """Whether a cell of any table computes is asked of every table above."""
    assert walk.seen.tables


def test_every_deed_says_which_permission_guards_it(walk: Walk) -> None:
    deeds = {question.endpoint for question in walk.hub.questions if question.method != "GET"}
    said = doors.DOORS.keys() | doors.OWN | doors.OWN_OF_PROGRAMS
    assert sorted(deeds - said) == [], "say in tests/rights/doors.py who may"
    assert sorted(said - deeds) == [], "tests/rights/doors.py names what there is no more"


def test_a_route_with_an_unknown_argument_fails_with_its_name(walk: Walk) -> None:
    rule = Rule("/secrets/<int:unheard_of>", endpoint="secrets.show", methods=["GET"])
    Map([rule])
    with pytest.raises(Unknown, match=r"/secrets/<int:unheard_of> \(secrets\.show\)"):
        list(walk.hub.about(rule))
