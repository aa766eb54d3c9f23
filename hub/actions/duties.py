"""Reviews as work: who is asked, until when, reminders, how much each person has, and what waits for whom."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from hub import policy as reading
from hub.actions import cases, deputies, entries, releasing, votes
from hub.actions.cases import Case, Move
from hub.actions.deputies import Voice
from hub.actions.reviews import reviewers
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Invalid
from hub.policy import reviews as policy
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Entry, Version, VersionState
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.reviews import (
    CANDIDATE,
    Answer,
    Duty,
    ReferenceProposal,
    Release,
    Reminder,
    Review,
    Stage,
    Verdict,
    Vote,
)
from hub.work import Work

MOST = 500
"""Entries under review that are looked through at once."""


def open_cases(work: Work, *, city: str = "", stage: str = "") -> list[Case]:
    """Return what is on its way to publication and readable, the soonest due first."""
    query = (
        select(Entry)
        .join(Version, Version.entry_id == Entry.id)
        .where(reading.read_visible(work.actor), Entry.archived_at.is_(None), Version.state.in_(CANDIDATE))
        .options(joinedload(Entry.head))
        .order_by(Entry.id)
        .limit(MOST)
    )
    if city:
        query = query.where(Entry.organisation.has(Organisation.slug == city))
    if stage:
        query = query.where(Version.state == stage)
    found = cases.load(work, list(work.session.scalars(query)))
    return sorted(found, key=lambda case: (due(case) or date.max, case.entry.id))


def due(case: Case) -> date | None:
    """Return until when the open review should be done."""
    duty = case.duties.get(case.stage)
    return duty.due_on if duty is not None else None


def names(work: Work, ids: Iterable[int]) -> dict[int, str]:
    """Return user id → name."""
    query = select(User.id, User.name).where(User.id.in_(sorted(set(ids))))
    return {row.id: row.name for row in work.session.execute(query)}


def candidates(work: Work, case: Case) -> list[User]:
    """Return the people who could be asked to do the open review, by name."""
    if case.stage == Stage.METHOD:
        ids = case.free(case.staff.methodists, Stage.METHOD) or case.free(case.staff.coordinators, Stage.METHOD)
    else:
        places = case.staff.approvers
        home = case.free(places.get(case.entry.organisation_id, frozenset()), Stage.EXPERT)
        wide = case.entry.level in policy.REFERENCE or not home
        ids = case.free({person for people in places.values() for person in people}, Stage.EXPERT) if wide else home
    return list(work.session.scalars(select(User).where(User.id.in_(sorted(ids))).order_by(User.name)))


def staff(work: Work) -> list[User]:
    """Return everybody who gives verdicts, by name."""
    query = select(User).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.role.in_([Role.APPROVER, Role.METHOD_REVIEWER]), User.active)
    return list(work.session.scalars(query.distinct().order_by(User.name)))


def chosen(work: Work, ids: Sequence[int]) -> list[Entry]:
    """Return the readable ones of these entries, in the order of their ids."""
    query = select(Entry).where(Entry.id.in_(ids), reading.read_visible(work.actor)).order_by(Entry.id)
    return list(work.session.scalars(query))


def expiring(work: Work, before: date) -> list[Release]:
    """Return the current releases that are due for another look before a day and readable, soonest first."""
    query = (
        select(Release)
        .join(Entry, Entry.published_id == Release.version_id)
        .where(reading.read_visible(work.actor), Entry.archived_at.is_(None), Release.review_on < before)
        .options(joinedload(Release.entry), joinedload(Release.version))
        .order_by(Release.review_on, Release.version_id)
    )
    return list(work.session.scalars(query.limit(MOST)))


def assign(work: Work, entry: Entry, *, assignee_id: int | None = None, due_on: date | None = None) -> None:
    """Ask somebody to do the open review, set until when, or both.

    Raises `Invalid` for somebody who may not judge it and for a day that has passed.
    """
    work.require(policy.assign_review, entry)
    entries.lock(work, entry)
    case = cases.of(work, entry)
    duty = case.duties.get(case.stage)
    if duty is None:
        raise Conflict("not_in_review")
    if due_on is not None:
        if due_on < releasing.today(work):
            raise Invalid(due_on="in_the_past")
        duty.due_on = due_on
    if assignee_id is not None:
        if assignee_id not in {person.id for person in candidates(work, case)}:
            raise Invalid(assignee="may_not_review")
        duty.assignee_id = assignee_id
    work.session.flush()
    told = [duty.assignee_id] if duty.assignee_id is not None else []
    work.record("review.assigned", entry, stage=duty.stage, due=duty.due_on.isoformat(), tell=told)


def remind(work: Work, entry: Entry) -> bool:
    """Remind whoever has to review, at most once a day; return whether a reminder went out."""
    work.require(policy.assign_review, entry)
    entries.lock(work, entry)
    case = cases.of(work, entry)
    duty = case.duties.get(case.stage)
    if duty is None:
        raise Conflict("not_in_review")
    if not _first_time(work, "asked", duty.id, releasing.today(work)):
        return False
    work.record("review.reminded", entry, stage=duty.stage, due=duty.due_on.isoformat(), tell=reviewers(case))
    return True


def _first_time(work: Work, kind: str, subject_id: int, due_on: date) -> bool:
    """Note a reminder; False if there was one for this due date already."""
    if work.session.get(Reminder, (kind, subject_id, due_on)) is not None:
        return False
    work.session.add(Reminder(kind=kind, subject_id=subject_id, due_on=due_on, created_at=work.now))
    work.session.flush()
    return True


def _late_duty(day: date) -> Select[Duty]:
    noted = select(Reminder.subject_id).where(
        Reminder.kind == "review", Reminder.subject_id == Duty.id, Reminder.due_on == Duty.due_on
    )
    query = select(Duty).join(Entry, Entry.id == Duty.entry_id)
    query = query.where(Entry.archived_at.is_(None), Duty.closed_at.is_(None), Duty.due_on <= day, ~noted.exists())
    return query.order_by(Duty.due_on, Duty.id).limit(1)


def _due_release(day: date) -> Select[Release]:
    noted = select(Reminder.subject_id).where(
        Reminder.kind == "validity", Reminder.subject_id == Release.version_id, Reminder.due_on == Release.review_on
    )
    query = select(Release).join(Entry, Entry.published_id == Release.version_id)
    query = query.where(Entry.archived_at.is_(None), Release.review_on <= day, ~noted.exists())
    return query.order_by(Release.review_on, Release.version_id).limit(1)


def reminders_due(work: Work) -> bool:
    """Tell whether there is anything to remind of; reads only."""
    day = releasing.today(work)
    return any(work.session.scalar(query(day)) is not None for query in (_late_duty, _due_release))


def remind_next(work: Work) -> bool:
    """Write the next reminder that is due, of a review or of a validity; return whether there was one.

    Once for each due date: the note and the event stand in one transaction, and the note's key refuses a second one.
    """
    day = releasing.today(work)
    duty = work.session.scalar(_late_duty(day).with_for_update(skip_locked=True, of=Duty))
    if duty is not None:
        if _first_time(work, "review", duty.id, duty.due_on):
            told = reviewers(cases.of(work, duty.entry))
            work.record("review.due", duty.entry, stage=duty.stage, due=duty.due_on.isoformat(), tell=told)
        return True
    release = work.session.scalar(_due_release(day).with_for_update(skip_locked=True, of=Release))
    if release is None:
        return False
    if _first_time(work, "validity", release.version_id, release.review_on):
        owners = select(Membership.user_id).where(
            Membership.organisation_id == release.entry.organisation_id, Membership.role == Role.OWNER
        )
        told = sorted(set(work.session.scalars(owners)))
        work.record("validity.due", release.entry, until=release.valid_until.isoformat(), tell=told)
    return True


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person has to review."""

    person: User
    asked: int
    """Reviews this person was asked for by name."""
    could: int
    """Open reviews this person may do, asked or not."""
    overdue: int
    done: int
    """Verdicts in the last 90 days."""


def load(work: Work) -> list[Load]:
    """Return the load of everybody who reviews, the heaviest first; for the coordination."""
    work.require(policy.see_review_load)
    day = releasing.today(work)
    asked: dict[int, int] = {}
    could: dict[int, int] = {}
    overdue: dict[int, int] = {}
    for case in open_cases(work):
        duty = case.duties.get(case.stage)
        if duty is None:
            continue
        for person in reviewers(case):
            could[person] = could.get(person, 0) + 1
            asked[person] = asked.get(person, 0) + (duty.assignee_id == person)
            overdue[person] = overdue.get(person, 0) + (duty.due_on < day)
    since = work.now - timedelta(days=90)
    verdict = (Verdict.PASSED, Verdict.APPROVED, Verdict.SENT_BACK)
    query = select(Review.user_id, func.count()).join(Entry, Entry.id == Review.entry_id)
    query = query.where(Review.verdict.in_(verdict), Review.created_at >= since, reading.read_visible(work.actor))
    done = {row[0]: row[1] for row in work.session.execute(query.group_by(Review.user_id)) if row[0] is not None}
    staff = select(Membership.user_id).where(Membership.role.in_([Role.APPROVER, Role.METHOD_REVIEWER]))
    ids = {*could, *done, *work.session.scalars(staff)}
    people = work.session.scalars(select(User).where(User.id.in_(sorted(ids)), User.active).order_by(User.name))
    found = [
        Load(
            person, asked.get(person.id, 0), could.get(person.id, 0), overdue.get(person.id, 0), done.get(person.id, 0)
        )
        for person in people
    ]
    return sorted(found, key=lambda row: (-row.overdue, -row.could, row.person.name))


def waiting(work: Work) -> list[Waiting]:
    """Return what waits for the actor on the way to releases, also in the place of others.

    A fixed number of queries, and four for each open proposal of a reference model.
    """
    if not work.actor.signed_in or not work.actor.cooperates:
        return []
    voices = deputies.voices(work)
    found = [row for case in open_cases(work) if (row := _turn_of(work, case, voices)) is not None]
    makers: tuple[Callable[[Work, Sequence[Voice]], list[Waiting]], ...] = (_returned, _to_vote, _to_answer, _expiring)
    return [*found, *(row for make in makers for row in make(work, voices))]


_KINDS = {
    VersionState.REVIEW_METHOD: (Move.PASS, "review.method"),
    VersionState.REVIEW_EXPERT: (Move.APPROVE, "review.expert"),
    VersionState.RELEASED: (Move.PUBLISH, "review.publish"),
}


def _turn_of(work: Work, case: Case, voices: Sequence[Voice]) -> Waiting | None:
    move, kind = _KINDS[VersionState(case.version.state)]
    turn = cases.turn(case, move, voices)
    duty = case.duties.get(case.stage)
    if not turn.open or turn.voice is None:
        return None
    if duty is not None and duty.assignee_id is not None and duty.assignee_id not in turn.voice.people:
        return None
    until = duty.due_on if duty is not None else None
    since = case.history[-1].created_at if case.history else case.version.created_at
    late = until is not None and until < releasing.today(work)
    return Waiting(kind, case.entry, since, ("reviews.show", {}), due=until, detail=case.version.number, urgent=late)


def _people(voices: Sequence[Voice]) -> set[int]:
    return {person for voice in voices for person in voice.people}


def _returned(work: Work, voices: Sequence[Voice]) -> list[Waiting]:
    """Return what was sent back to the actor: the newest version, a draft again, with a reason as its last row."""
    last = select(func.max(Review.id)).group_by(Review.entry_id)
    mine = _people(voices)
    sent = select(Review.entry_id).where(Review.verdict == Verdict.SUBMITTED, Review.user_id.in_(mine))
    query = (
        select(Review)
        .join(Entry, Entry.id == Review.entry_id)
        .join(Version, Version.id == Review.version_id)
        .where(
            Review.id.in_(last),
            Review.verdict.in_([Verdict.SENT_BACK, Verdict.REVOKED]),
            Entry.head_id == Review.version_id,
            Entry.archived_at.is_(None),
            Version.author_id.in_(mine) | Review.entry_id.in_(sent),
            reading.read_visible(work.actor),
        )
        .options(joinedload(Review.entry))
        .limit(MOST)
    )
    return [
        Waiting("review.returned", row.entry, row.created_at, ("reviews.show", {}), detail=row.reason[:200])
        for row in work.session.scalars(query)
    ]


def _places(voices: Sequence[Voice], roles: Iterable[Role]) -> list[int]:
    wanted = set(roles)
    return sorted({key for voice in voices for key in voice.actor.roles if voice.actor.has(wanted, key)})


def _to_vote(work: Work, voices: Sequence[Voice]) -> list[Waiting]:
    """Return the reviewed releases of reference models that a city of the actor has not yet said anything about."""
    query = select(Organisation.id).where(
        Organisation.id.in_(_places(voices, policy.SPEAKERS)), Organisation.kind == OrganisationKind.CITY
    )
    places = list(work.session.scalars(query))
    if not places:
        return []
    reviewed = select(Review.version_id).where(Review.verdict == Verdict.PUBLISHED, Review.user_id.is_not(None))
    rows = work.session.execute(
        select(Entry, Release)
        .join(Release, Release.version_id == Entry.published_id)
        .where(
            reading.read_visible(work.actor),
            Entry.archived_at.is_(None),
            Entry.level.in_(sorted(policy.REFERENCE)),
            Entry.published_id.in_(reviewed),
        )
        .limit(MOST)
    ).all()
    votes_on = select(Vote.version_id, Vote.organisation_id)
    votes_on = votes_on.where(Vote.version_id.in_([release.version_id for _entry, release in rows]))
    said = {(version_id, city_id) for version_id, city_id in work.session.execute(votes_on)}
    return [
        Waiting("release.vote", entry, release.published_at, ("reviews.show", {"_anchor": "votes"}))
        for entry, release in rows
        if any(key != entry.organisation_id and (release.version_id, key) not in said for key in places)
    ]


def _to_answer(work: Work, voices: Sequence[Voice]) -> list[Waiting]:
    """Return the proposals for reference models that the actor may answer."""
    places = set(_places(voices, policy.SPEAKERS))
    query = (
        select(ReferenceProposal)
        .join(Entry, Entry.id == ReferenceProposal.entry_id)
        .where(ReferenceProposal.answer == Answer.OPEN, reading.read_visible(work.actor))
        .options(joinedload(ReferenceProposal.entry))
        .limit(50)
    )
    return [
        Waiting("reference.proposed", row.entry, row.created_at, ("reviews.show", {"_anchor": "reference"}))
        for row in work.session.scalars(query)
        if places and votes.may_answer_for(work, row.entry, row)
    ]


def _expiring(work: Work, voices: Sequence[Voice]) -> list[Waiting]:
    """Return the releases of the actor's organisations that are due for another look, for process owners."""
    places = _places(voices, {Role.OWNER})
    if not places:
        return []
    day = releasing.today(work)
    query = (
        select(Entry, Release)
        .join(Release, Release.version_id == Entry.published_id)
        .where(Entry.organisation_id.in_(places), Entry.archived_at.is_(None), Release.review_on <= day)
        .order_by(Release.review_on)
    )
    return [
        Waiting(
            "validity.due",
            entry,
            release.published_at,
            ("reviews.show", {"_anchor": "validity"}),
            due=release.valid_until,
            urgent=releasing.has_expired(release, day),
        )
        for entry, release in work.session.execute(query)
    ]
