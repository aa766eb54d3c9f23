"""The way of a version, walked at random by everybody: what is allowed happens, everything else is refused.

`Expected` says in its own words what the rules are (domain: roles, four eyes, version states); it shares no code with
the hub. The machine does one deed after another as a random person and compares.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from hub.actions import blocking, cases, entries, reviews, verdicts
from hub.errors import Conflict, Forbidden
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Blob, Entry, Version, VersionState
from hub.store.reviews import Review
from hub.work import Work
from tests import makers, reviewing
from tests.reviewing import head

BOTH = "beides@marburg.example"
PEOPLE: dict[str, frozenset[tuple[str, str]]] = {
    "modellierung@marburg.example": frozenset({("marburg", "modeller")}),
    "prozesse@marburg.example": frozenset({("marburg", "owner"), ("marburg", "approver")}),
    "amt@marburg.example": frozenset({("marburg", "approver")}),
    BOTH: frozenset({("marburg", "modeller"), ("marburg", "approver"), ("ikz", "method_reviewer")}),
    "freigabe@fulda.example": frozenset({("fulda", "approver"), ("fulda", "owner")}),
    "freigabe@wetzlar.example": frozenset({("wetzlar", "approver"), ("wetzlar", "owner")}),
    "methode@ikz.example": frozenset({("ikz", "method_reviewer")}),
    "methode2@ikz.example": frozenset({("ikz", "method_reviewer")}),
    "koordination@ikz.example": frozenset({("ikz", "coordinator")}),
    "lesen@limburg.example": frozenset({("limburg", "reader")}),
    "foerderung@rp-giessen.example": frozenset({("rp-giessen", "land_reviewer")}),
    "": frozenset(),
}
OVER = {"published", "superseded", "archived"}
CANDIDATE = {"review_method", "review_expert", "released"}
SOURCES = {
    "submit": {"draft"},
    "withdraw": {"review_method", "review_expert"},
    "pass_method": {"review_method"},
    "approve": {"review_expert", "released"},
    "send_back": {"review_method", "review_expert"},
    "revoke": {"released"},
    "publish": {"released"},
    "supersede": {"published"},
    "reinstate": {"superseded"},
    "archive": {"superseded"},
}


walked: Counter[str] = Counter()
"""How often each move was made, so that the test notices if its walks stay near the door."""


def roles(person: str, city: str = "") -> set[str]:
    """Return somebody's roles, in one city or anywhere."""
    return {role for place, role in PEOPLE[person] if not city or place == city}


@dataclass
class Expected:
    """What should be the case."""

    state: str = "draft"
    editors: set[str] = field(default_factory=set)
    profile_editor: str = ""
    submitter: str = ""
    method: str = ""
    expert: dict[str, str] = field(default_factory=dict)
    """City → who approved for it."""
    reference: bool = False

    def involved(self) -> set[str]:
        return self.editors | {self.profile_editor, self.submitter} - {""}

    def missing(self) -> bool:
        if not self.reference:
            return not self.expert
        return len(self.expert) < 2 or set(self.expert) == {"marburg"}

    def settle(self) -> None:
        self.state = "review_method" if not self.method else "review_expert" if self.missing() else "released"

    def place(self, person: str, *, sending_back: bool = False) -> str:
        """Return the city somebody may speak for in substance; empty if none."""
        taken = set() if sending_back else set(self.expert)
        if "approver" in roles(person, "marburg") and "marburg" not in taken:
            return "marburg"
        others = [city for city in ("fulda", "wetzlar") if "approver" in roles(person, city) and city not in taken]
        if not others:
            return ""
        free = [p for p in PEOPLE if "approver" in roles(p, "marburg") and self.may_still(p)]
        return others[0] if self.reference or not free else ""

    def may_still(self, person: str) -> bool:
        return person not in self.involved() and person != self.method and person not in self.expert.values()

    def may_pass(self, person: str, *, sending_back: bool = False) -> bool:
        if person in self.involved() or (not sending_back and person in self.expert.values()):
            return False
        if "method_reviewer" in roles(person):
            return True
        free = [
            p
            for p in PEOPLE
            if "method_reviewer" in roles(p) and p not in self.involved() and p not in self.expert.values()
        ]
        return "coordinator" in roles(person) and not free

    def may(self, person: str, move: str) -> bool:
        if self.state not in SOURCES[move]:
            return False
        owner = "owner" in roles(person, "marburg")
        leads = "coordinator" in roles(person)
        if move in ("submit", "withdraw"):
            return bool(roles(person, "marburg") & {"modeller", "owner"})
        if move == "pass_method":
            return self.may_pass(person)
        if move == "approve":
            return self.missing() and self.may_still(person) and self.place(person) != ""
        if move == "send_back" and self.state == "review_method":
            return self.may_pass(person, sending_back=True)
        if move == "send_back":
            return person not in self.involved() and self.place(person, sending_back=True) != ""
        if move == "revoke":
            return leads or owner or "approver" in roles(person, "marburg")
        return leads or (owner and not self.reference)

    def do(self, person: str, move: str) -> None:
        if move == "submit":
            if self.method == person:
                self.method = ""
            if person in self.expert.values():
                self.expert = {}
            self.submitter = person
            self.settle()
        elif move == "pass_method":
            self.method = person
            self.settle()
        elif move == "approve":
            self.expert[self.place(person)] = person
            self.settle()
        elif move == "send_back":
            if self.state == "review_expert":
                self.expert = {}
            else:
                self.method = ""
            self.state = "draft"
        elif move == "revoke":
            self.expert, self.state = {}, "draft"
        else:
            ends = {"withdraw": "draft", "publish": "published", "supersede": "superseded", "archive": "archived"}
            self.state = ends.get(move, "published")

    def void(self, person: str, stages: set[str]) -> None:
        if "method" in stages or self.method == person:
            self.method = ""
        if "expert" in stages or person in self.expert.values():
            self.expert = {}

    def change(self, person: str, stages: set[str], *, same_meaning: bool) -> None:
        over = self.state in OVER
        self.void(person, stages)
        self.editors = (self.editors if same_meaning else set()) | {person}
        if self.state in CANDIDATE:
            self.settle()
        elif over:
            self.state = "draft"

    def edit(self, person: str, stages: set[str]) -> None:
        self.profile_editor = person
        if self.state not in OVER:
            self.void(person, stages)
        if self.state in CANDIDATE:
            self.settle()


class Way(RuleBasedStateMachine):
    """One entry of Marburg on its way; every deed is a savepoint, as it is a transaction in a request."""

    work: ClassVar[Work]
    people: ClassVar[dict[str, Work]]
    numbers = count(1)

    @initialize(level=st.sampled_from(["104", "102"]))
    def begin(self, level: str) -> None:
        wanted = {**reviewing.COMPLETE, "title": f"Vorgang {next(self.numbers)}", "level": level}
        self.profile = wanted
        author = "modellierung@marburg.example"
        self.entry: Entry = makers.entry(self.work, None, **wanted)  # type: ignore[arg-type]  # fields of a profile
        self.expected = Expected(reference=level == "102")
        self.shift = 0
        self.write(author, "step")

    def write(self, person: str, kind: str) -> None:
        """Write the next version of a kind; only what the rules for contents allow is tried here."""
        self.shift += 1
        newest = head(self.entry)
        data = self.work.session.scalars(select(Blob.content).where(Blob.sha256 == newest.blob_sha256)).one()
        if kind == "step":
            data = makers.bpmn(*reviewing.FOUND, f"Steuer berechnen {self.shift}", note=f"n{self.shift}")
        elif kind == "text":
            old = data.split(b"<documentation>")[1].split(b"<")[0]
            data = data.replace(old, f"n{self.shift}".encode(), 1)
        else:
            data = data.replace(b'<dc:Bounds x="', f'<dc:Bounds x="{self.shift}'.encode(), 1)
        who = self.people[person]
        entries.publish(who, self.entry, makers.content(data), "Weiter", parent_id=self.entry.head_id or 0)
        stages = {"step": {"method", "expert"}, "text": {"expert"}, "layout": set[str]()}[kind]
        self.expected.change(person, stages, same_meaning=kind == "layout")

    @rule(
        person=st.sampled_from(["modellierung@marburg.example", "prozesse@marburg.example", BOTH]),
        kind=st.sampled_from(["step", "text", "layout", "layout"]),
    )
    def change(self, person: str, kind: str) -> None:
        self.write(person, kind)

    @rule(
        person=st.sampled_from(["modellierung@marburg.example", "prozesse@marburg.example", BOTH]),
        name=st.sampled_from(["title", "legal_bases", "summary"]),
    )
    def edit(self, person: str, name: str) -> None:
        self.shift += 1
        self.profile = {**self.profile, name: f"Wert {next(self.numbers)}"}
        who = self.people[person]
        entries.edit(who, self.entry, makers.profile(**self.profile), revision=self.entry.revision)
        if name != "summary":
            self.expected.edit(person, {"title": {"method"}, "legal_bases": {"expert"}}[name])

    @rule(person=st.sampled_from(sorted(PEOPLE)), move=st.sampled_from(sorted(SOURCES)))
    def move(self, person: str, move: str) -> None:
        self.attempt(person, move)

    @rule(move=st.sampled_from(["submit", "pass_method", "approve", "publish"]), data=st.data())
    def go_on(self, move: str, data: st.DataObject) -> None:
        """Let somebody who may do it, so that the walk gets far."""
        able = sorted(person for person in PEOPLE if self.expected.may(person, move))
        if able:
            self.attempt(data.draw(st.sampled_from(able)), move)

    def attempt(self, person: str, move: str) -> None:
        wanted = self.expected.may(person, move)
        who, before = self.people[person], head(self.entry).state
        deeds: dict[str, Callable[..., object]] = {name: getattr(reviews, name) for name in SOURCES}
        more = (
            {}
            if move == "publish"
            else {"reason": "Grund"}
            if move in ("send_back", "revoke", "supersede", "archive")
            else {}
        )
        try:
            with self.work.session.begin_nested():
                deeds[move](who, self.entry, head(self.entry), **more)
            done = True
        except (Forbidden, Conflict):
            done = False
        assert done == wanted, f"{person} {move} from {before}"
        if done:
            walked[move] += 1
            self.expected.do(person, move)

    @invariant()
    def the_state_is_the_expected_one(self) -> None:
        if hasattr(self, "entry"):
            self.work.session.refresh(head(self.entry), ["state"])
            assert head(self.entry).state == self.expected.state

    @invariant()
    def the_page_offers_exactly_what_the_action_allows(self) -> None:
        if not hasattr(self, "entry"):
            return
        names = {"pass_method": "pass"}
        case = cases.of(self.work, self.entry)
        found = blocking.blockers(self.work, self.entry, case.version)
        for person in PEOPLE:
            who = self.people[person]
            offered = {
                str(move)
                for move, turn in cases.turns(who, case).items()
                if turn.open and move != cases.Move.CONFIRM and not blocking.against(found, move)
            }
            assert offered == {names.get(move, move) for move in SOURCES if self.expected.may(person, move)}, person

    @invariant()
    def nothing_is_published_without_its_verdicts_by_other_people(self) -> None:
        if not hasattr(self, "entry"):
            return
        query = select(Version).where(Version.entry_id == self.entry.id, Version.state == VersionState.PUBLISHED)
        published = list(self.work.session.scalars(query))
        assert [row.id for row in published] == ([self.entry.published_id] if self.entry.published_id else [])
        for version in published:
            held = verdicts.standing(verdicts.rows(self.work, [self.entry.id])[self.entry.id], version)
            assert held.method is not None
            givers = [held.method.user_id, *(row.user_id for row in held.expert.values())]
            assert len(givers) == len(set(givers)) >= (3 if self.expected.reference else 2)
            assert version.author_id not in givers
            assert {row.sha256 for row in held.all()} == {version.blob_sha256}

    @invariant()
    def at_most_one_version_is_on_its_way_and_rows_only_grow(self) -> None:
        if not hasattr(self, "entry"):
            return
        waiting = select(func.count()).select_from(Version).where(
            Version.entry_id == self.entry.id, Version.state.in_(sorted(CANDIDATE))
        )  # fmt: skip
        assert (self.work.session.scalar(waiting) or 0) <= 1
        count_now = self.work.session.scalar(
            select(func.count()).select_from(Review).where(Review.entry_id == self.entry.id)
        )
        assert (count_now or 0) >= getattr(self, "row_count", 0)
        self.row_count = count_now or 0


def test_the_way_to_a_release_is_the_same_for_everybody_however_it_is_walked(hub_work: Work) -> None:
    reviewing.staff(hub_work)
    user = User(email=BOTH, name="Beides Marburg", created_at=hub_work.now)
    user.memberships = [
        Membership(organisation=makers.organisation(hub_work, place), role=Role(role), created_at=hub_work.now)
        for place, role in sorted(PEOPLE[BOTH])
    ]
    hub_work.session.add(user)
    hub_work.session.flush()
    Way.work = hub_work
    Way.people = {person: makers.as_person(hub_work, person) for person in PEOPLE}
    walked.clear()
    run_state_machine_as_test(
        Way,
        settings=settings(
            max_examples=15, stateful_step_count=24, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {"submit", "pass_method", "approve", "publish"} <= set(walked)


@pytest.mark.parametrize("move", sorted(SOURCES))
def test_every_move_of_the_table_is_walked_here(move: str) -> None:
    names = {"pass_method": "pass"}
    table = cases.MOVES[cases.Move(names.get(move, move))]
    assert {str(state) for state in table.sources} == SOURCES[move]
