"""A version under review with everything that decides who may do what next: roles, four eyes, quorum.

Cases are loaded for many entries at once with a fixed number of queries, so that lists ask the same function as pages.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub.actions import deputies, verdicts
from hub.actions.deputies import Voice
from hub.actions.verdicts import Standing
from hub.policy import Actor
from hub.policy import reviews as policy
from hub.store.accounts import Membership, Role, User
from hub.store.activity import Event
from hub.store.entries import Entry, Version, VersionState
from hub.store.organisations import Organisation
from hub.store.reviews import CANDIDATE, IN_REVIEW, Duty, Review, ReviewRules, Stage, Verdict
from hub.work import Work


class Move(StrEnum):
    """What a person can do with a version on its way."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REVOKE = "revoke"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    SUPERSEDE = "supersede"
    REINSTATE = "reinstate"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of allowed moves."""

    sources: tuple[VersionState, ...]
    """States it starts from."""
    permission: Callable[[Actor, Entry], bool]
    judges: bool = False
    """It is a verdict on somebody's work: four eyes."""
    needs_reason: bool = False


_S = VersionState
MOVES: Mapping[Move, Rule] = {
    Move.SUBMIT: Rule((_S.DRAFT,), policy.submit_review),
    Move.WITHDRAW: Rule(IN_REVIEW, policy.submit_review),
    Move.PASS: Rule((_S.REVIEW_METHOD,), policy.review_method, judges=True),
    Move.APPROVE: Rule((_S.REVIEW_EXPERT, _S.RELEASED), policy.approve, judges=True),
    Move.SEND_BACK: Rule(IN_REVIEW, policy.approve, judges=True, needs_reason=True),
    Move.REVOKE: Rule((_S.RELEASED,), policy.revoke_approval, needs_reason=True),
    Move.PUBLISH: Rule((_S.RELEASED,), policy.release),
    Move.CONFIRM: Rule((_S.PUBLISHED,), policy.set_validity),
    Move.SUPERSEDE: Rule((_S.PUBLISHED,), policy.release, needs_reason=True),
    Move.REINSTATE: Rule((_S.SUPERSEDED,), policy.release),
    Move.ARCHIVE: Rule((_S.SUPERSEDED,), policy.release, needs_reason=True),
}
"""Every move a person can make, the states it starts from, and who may. Nothing else changes a state, but for
`verdicts.follow_version` and `follow_edit` (content or profile changed) and a release that supersedes the one before.
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who holds the roles that give verdicts."""

    approvers: Mapping[int, frozenset[int]]
    """Organisation → ids of its active approvers."""
    methodists: frozenset[int]
    """Ids of the active method reviewers."""
    coordinators: frozenset[int]


@dataclass(frozen=True, slots=True)
class Case:
    """One version with its history; `version` is the candidate, else the newest one."""

    entry: Entry
    version: Version
    history: Sequence[Review]
    editors: frozenset[int]
    """Who wrote this content, and who last changed a judged part of the profile."""
    staff: Staff
    agreed: ReviewRules
    duties: Mapping[str, Duty]
    """Stage → what is open."""

    @property
    def standing(self) -> Standing:
        """The verdicts that hold."""
        return verdicts.standing(self.history, self.version)

    @property
    def submitter_id(self) -> int | None:
        """Who submitted last."""
        rows = [row for row in self.history if row.verdict == Verdict.SUBMITTED]
        return rows[-1].user_id if rows else None

    @property
    def stage(self) -> Stage:
        """The stage it is in; none outside of reviews."""
        return {_S.REVIEW_METHOD: Stage.METHOD, _S.REVIEW_EXPERT: Stage.EXPERT, _S.RELEASED: Stage.EXPERT}.get(
            VersionState(self.version.state), Stage.NONE
        )

    @property
    def missing(self) -> int:
        """How many approvals in substance are missing."""
        return verdicts.missing_approvals(self.entry, self.standing, self.agreed)

    def involved(self) -> frozenset[int]:
        """Return whose own work this is, also who was represented when it was submitted: none of them judges it."""
        submitted = [row for row in self.history if row.verdict == Verdict.SUBMITTED]
        return self.editors | frozenset(verdicts.people(submitted[-1:]))

    def spent(self, stage: Stage) -> frozenset[int]:
        """Return whose eyes are used up: the other stage is for other people, and each approval for another one."""
        others = self.standing.all() if stage == Stage.EXPERT else self.standing.of(Stage.EXPERT)
        return frozenset(verdicts.people(others))

    def free(self, people: Iterable[int], stage: Stage) -> frozenset[int]:
        """Return those of `people` who may judge in a stage."""
        return frozenset(people) - self.involved() - self.spent(stage)


def load(work: Work, entries: Sequence[Entry], versions: Mapping[int, Version] | None = None) -> list[Case]:
    """Return the case of each entry; `versions` maps entries to the version meant, else it is the candidate or head."""
    found = dict(versions or {})
    open_ids = [entry.id for entry in entries if entry.id not in found]
    query = select(Version).where(Version.entry_id.in_(open_ids), Version.state.in_(CANDIDATE))
    found |= {version.entry_id: version for version in work.session.scalars(query)} if open_ids else {}
    found |= {entry.id: entry.head for entry in entries if entry.id not in found and entry.head is not None}
    ids = [entry.id for entry in entries if entry.id in found]
    history, editors = verdicts.rows(work, ids), _editors(work, list(found.values()))
    staff, agreed = _staff(work), verdicts.rules(work)
    duties: dict[int, dict[str, Duty]] = {key: {} for key in ids}
    wanted = select(Duty).where(Duty.entry_id.in_(ids), Duty.closed_at.is_(None)).options(joinedload(Duty.assignee))
    for duty in work.session.scalars(wanted):
        duties[duty.entry_id][duty.stage] = duty
    return [
        Case(entry, found[entry.id], history[entry.id], editors[entry.id], staff, agreed, duties[entry.id])
        for entry in entries
        if entry.id in found
    ]


def of(work: Work, entry: Entry, version: Version | None = None) -> Case:
    """Return the case of one entry."""
    return load(work, [entry], {entry.id: version} if version is not None else None)[0]


def _editors(work: Work, versions: Sequence[Version]) -> dict[int, frozenset[int]]:
    """Return entry id → who wrote the content of its version (any version of equal meaning) or edited its profile."""
    by_meaning = {(version.entry_id, version.fingerprint) for version in versions}
    found: dict[int, set[int]] = {version.entry_id: set() for version in versions}
    query = select(Version.entry_id, Version.fingerprint, Version.author_id).where(Version.entry_id.in_(list(found)))
    for entry_id, fingerprint, author_id in work.session.execute(query.distinct()):
        if author_id is not None and (entry_id, fingerprint) in by_meaning:
            found[entry_id].add(author_id)
    edits = select(Event.entry_id, Event.actor_id, Event.data).where(
        Event.entry_id.in_(list(found)), Event.kind == "entry.edited"
    )
    last: dict[int, int | None] = {}
    for entry_id, actor_id, data in work.session.execute(edits.order_by(Event.id)):
        if entry_id is not None and data.get("judged"):
            last[entry_id] = actor_id
    for entry_id, actor_id in last.items():
        if actor_id is not None:
            found[entry_id].add(actor_id)
    return {key: frozenset(people) for key, people in found.items()}


def _staff(work: Work) -> Staff:
    roles = (Role.APPROVER, Role.METHOD_REVIEWER, Role.COORDINATOR)
    query = (
        select(Membership.organisation_id, Membership.user_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role.in_(roles), User.active, Organisation.active)
    )
    approvers: dict[int, set[int]] = {}
    people: dict[str, set[int]] = {Role.METHOD_REVIEWER: set(), Role.COORDINATOR: set()}
    for organisation_id, user_id, role in work.session.execute(query):
        if role == Role.APPROVER:
            approvers.setdefault(organisation_id, set()).add(user_id)
        else:
            people[role].add(user_id)
    return Staff(
        {key: frozenset(found) for key, found in approvers.items()},
        frozenset(people[Role.METHOD_REVIEWER]),
        frozenset(people[Role.COORDINATOR]),
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether somebody may make a move now, and with which voice."""

    move: Move
    voice: Voice | None
    """None where no right of theirs permits it at all."""
    obstacle: str = ""
    """Why not although they hold the role; a code. Empty: they may."""
    organisation_id: int | None = None
    """The organisation they would speak for."""

    @property
    def open(self) -> bool:
        """Whether the move can be made."""
        return self.voice is not None and not self.obstacle


def permission(case: Case, move: Move) -> Callable[[Actor, Entry], bool]:
    """Return who may make a move; sending back is for whoever judges in the stage it is in."""
    if move == Move.SEND_BACK and case.stage == Stage.METHOD:
        return policy.review_method
    return MOVES[move].permission


def turn(case: Case, move: Move, voices: Sequence[Voice]) -> Turn:
    """Return how a person with these voices stands to a move: the first voice that may make it, else why not."""
    refused = Turn(move, None)
    for voice in voices:
        if not permission(case, move)(voice.actor, case.entry):
            continue
        obstacle, organisation_id = "", _home(case, voice)
        if case.version.state not in MOVES[move].sources:
            obstacle = "review_moved_on"
        elif MOVES[move].judges:
            obstacle, organisation_id = _judging(case, move, voice)
        found = Turn(move, voice, obstacle, organisation_id)
        if found.open:
            return found
        if refused.voice is None:
            refused = found
    return refused


def _home(case: Case, voice: Voice) -> int | None:
    """Return the organisation a voice speaks for where no verdict is given: the owner's if it belongs there."""
    places = sorted(voice.actor.roles)
    owner = case.entry.organisation_id
    return owner if owner in places or not places else places[0]


def _judging(case: Case, move: Move, voice: Voice) -> tuple[str, int]:
    """Return (obstacle, organisation spoken for) of somebody who wants to give a verdict."""
    stage, home = case.stage, case.entry.organisation_id
    if voice.people & case.involved():
        return "own_work", home
    if move != Move.SEND_BACK:
        # Whoever approved may still send back; a second voice they have not.
        if voice.people & frozenset(verdicts.people(case.standing.of(Stage.METHOD))):
            return "own_method_review", home
        if voice.people & frozenset(verdicts.people(case.standing.of(Stage.EXPERT))):
            return "already_approved", home
    if stage == Stage.METHOD:
        return _method_place(case, voice, home)
    if move == Move.APPROVE and case.missing == 0:
        return "nothing_missing", home
    return _approval_place(case, move, voice, home)


def _method_place(case: Case, voice: Voice, home: int) -> tuple[str, int]:
    actor = voice.actor
    for role in (Role.METHOD_REVIEWER, Role.COORDINATOR):
        place = next((key for key in actor.roles if actor.has({role}, key)), None)
        if place is not None:
            if role == Role.COORDINATOR and case.free(case.staff.methodists, Stage.METHOD):
                return "method_reviewer_first", place
            return "", place
    return "method_reviewer_first", home


def _approval_place(case: Case, move: Move, voice: Voice, home: int) -> tuple[str, int]:
    actor = voice.actor
    places = sorted((key for key in actor.roles if actor.has({Role.APPROVER}, key)), key=lambda key: (key != home, key))
    left = [key for key in places if key not in case.standing.expert or move == Move.SEND_BACK]
    if not left:
        return "city_approved", places[0]
    stands_in = left[0] != home and case.entry.level not in policy.REFERENCE
    if stands_in and case.free(case.staff.approvers.get(home, frozenset()), Stage.EXPERT):
        return "own_city_first", left[0]
    return "", left[0]


def turns(work: Work, case: Case, voices: Sequence[Voice] | None = None) -> dict[Move, Turn]:
    """Return every move that starts from the version's state, as the actor stands to it."""
    own = voices if voices is not None else deputies.voices(work)
    return {move: turn(case, move, own) for move, rule in MOVES.items() if case.version.state in rule.sources}
