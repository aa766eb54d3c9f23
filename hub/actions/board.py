"""The plan of the cooperation: who drafts which service, and how much each city contributes.

Only what is planned is a row of its own. Every other column follows from entries and cannot be set: a card moves on
when somebody drafts, submits, approves or publishes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from hub import policy as reading
from hub.actions import releasing, services
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.policy.coordination import plan_services, take_plan
from hub.store.accounts import Membership, Role
from hub.store.coordination import Plan
from hub.store.entries import Entry, Version, VersionState
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.proposals import Proposal, ProposalState
from hub.store.reuse import Reuse, ReuseState
from hub.store.reviews import CANDIDATE, IN_REVIEW, Adoption, Review, Verdict, Vote
from hub.store.services import Service, ServiceAlias
from hub.work import Work


class Column(StrEnum):
    """The columns of the board, from intention to use."""

    PLANNED = "planned"
    DRAFT = "draft"
    REVIEW = "review"
    RELEASED = "released"
    IN_USE = "in_use"


_ORDER = list(Column)


@dataclass(slots=True)
class Card:
    """One service in one city, or planned and not yet taken."""

    service: Service | None
    title: str
    organisation: Organisation | None
    column: Column
    entries: list[tuple[Entry, Column]] = field(default_factory=list)
    """What it is derived from, each with its own column."""
    plan: Plan | None = None
    due_on: date | None = None
    late: bool = False


def cooperating(work: Work) -> list[Organisation]:
    """Return the cities and the office, by name."""
    kinds = [OrganisationKind.CITY, OrganisationKind.IKZ]
    query = select(Organisation).where(Organisation.kind.in_(kinds), Organisation.active)
    return list(work.session.scalars(query.order_by(Organisation.kind, Organisation.short_name)))


def cards(work: Work, *, city: str = "") -> list[Card]:
    """Return the cards that the actor may read, by title; five queries, however many there are."""
    found: dict[tuple[int | str, int | None], Card] = {}
    for entry, column in _columns(work, city):
        key = (entry.service_id or f"entry {entry.id}", entry.organisation_id)
        title = entry.service.name if entry.service is not None else entry.title
        card = found.setdefault(key, Card(entry.service, title, entry.organisation, column))
        card.entries.append((entry, column))
        card.column = max(card.column, column, key=_ORDER.index)
    for service, organisation in _uses(work, city):
        used = found.setdefault((service.id, organisation.id), Card(service, service.name, organisation, Column.IN_USE))
        used.column = Column.IN_USE
    merged = {row[0]: row[1] for row in work.session.execute(select(ServiceAlias.old_id, ServiceAlias.service_id))}
    for plan in _open_plans(work, city):
        at: tuple[int | str, int | None] = (merged.get(plan.service_id, plan.service_id), plan.organisation_id)
        card = found.setdefault(at, Card(plan.service, plan.service.name, plan.organisation, Column.PLANNED))
        card.plan, card.due_on = plan, plan.due_on
    day = releasing.today(work)
    for card in found.values():
        card.late = card.due_on is not None and card.due_on < day and card.column in (Column.PLANNED, Column.DRAFT)
    return sorted(found.values(), key=lambda card: (card.title.casefold(), card.organisation is not None))


def _columns(work: Work, city: str) -> Iterable[tuple[Entry, Column]]:
    query = (
        select(Entry)
        .where(reading.read_visible(work.actor), Entry.archived_at.is_(None))
        .options(joinedload(Entry.head))
        .order_by(Entry.id)
    )
    if city:
        query = query.where(Entry.organisation.has(Organisation.slug == city))
    shown = list(work.session.scalars(query))
    on_their_way = select(Version.entry_id, Version.state).where(Version.state.in_(CANDIDATE))
    states = {row[0]: row[1] for row in work.session.execute(on_their_way)}
    for entry in shown:
        state = states.get(entry.id)
        if entry.published_id is not None:
            yield entry, Column.IN_USE
        elif state == VersionState.RELEASED:
            yield entry, Column.RELEASED
        else:
            yield entry, Column.REVIEW if state in IN_REVIEW else Column.DRAFT


def _uses(work: Work, city: str) -> Iterable[tuple[Service, Organisation]]:
    """Yield what a city has in use of another one's, as it confirmed itself."""
    query = (
        select(Service, Organisation)
        .join(Entry, Entry.service_id == Service.id)
        .join(Reuse, Reuse.entry_id == Entry.id)
        .join(Organisation, Organisation.id == Reuse.organisation_id)
        .where(
            reading.read_visible(work.actor),
            Reuse.state == ReuseState.LIVE,
            Reuse.confirmed_at.is_not(None),
            Organisation.kind == OrganisationKind.CITY,
        )
    )
    if city:
        query = query.where(Organisation.slug == city)
    yield from ((row[0], row[1]) for row in work.session.execute(query))


def _open_plans(work: Work, city: str) -> Sequence[Plan]:
    query = select(Plan).where(Plan.closed_at.is_(None)).order_by(Plan.id)
    if city:
        query = query.where(Plan.organisation_id.is_(None) | Plan.organisation.has(Organisation.slug == city))
    return list(work.session.scalars(query))


def _place(work: Work, slug: str) -> Organisation | None:
    if not slug:
        return None
    found = next((row for row in cooperating(work) if row.slug == slug), None)
    if found is None:
        raise Invalid(city="not_a_choice")
    return found


def _keep(work: Work, plan: Plan) -> None:
    """Write a plan; raises `Conflict` if the same service is planned there already."""
    taken = select(Plan.id).where(
        Plan.service_id == plan.service_id, Plan.closed_at.is_(None), Plan.id != (plan.id or 0)
    )
    same = (
        Plan.organisation_id.is_(None) if plan.organisation_id is None else Plan.organisation_id == plan.organisation_id
    )
    with work.session.no_autoflush:
        if work.session.scalar(taken.where(same)) is not None:
            raise Conflict("planned_already")
    try:
        with work.session.begin_nested():
            work.session.add(plan)
    except IntegrityError as error:
        raise Conflict("planned_already") from error


def add(work: Work, service: str, key: str = "", *, city: str = "", due_on: date | None = None, note: str = "") -> Plan:
    """Plan a service, for a city or for nobody yet; raises `Invalid`, or `Conflict` if it is planned there already."""
    work.require(plan_services)
    place = _place(work, city)
    wanted = services.find_or_add(work, service, key)
    if wanted is None:
        raise Invalid(service="required")
    if due_on is not None and due_on < releasing.today(work):
        raise Invalid(due_on="in_the_past")
    made = Plan(
        service_id=wanted.id,
        organisation_id=place.id if place is not None else None,
        due_on=due_on,
        note=note.strip(),
        created_by_id=work.actor.user_id,
        created_at=work.now,
    )
    _keep(work, made)
    work.record("plan.added", organisation_id=made.organisation_id, service=wanted.name, tell=_owners(work, made))
    return made


def find(work: Work, plan_id: int, *, lock: bool = False) -> Plan:
    """Return a planned service that was not dropped; raises `NotFound`, also for whoever is not of the cooperation."""
    work.require_cooperation()
    plan = work.session.get(Plan, plan_id, with_for_update={"of": Plan} if lock else None)
    if plan is None or plan.closed_at is not None:
        raise NotFound
    return plan


def _find(work: Work, plan_id: int, revision: int) -> Plan:
    plan = find(work, plan_id, lock=True)
    if plan.revision != revision:
        raise Conflict("plan_moved_on")
    return plan


def _owners(work: Work, plan: Plan) -> list[int]:
    query = select(Membership.user_id).where(
        Membership.organisation_id == plan.organisation_id, Membership.role == Role.OWNER
    )
    return sorted(set(work.session.scalars(query)))


def assign(work: Work, plan_id: int, *, revision: int, city: str = "", due_on: date | None = None) -> Plan:
    """Say who drafts a planned service until when; without a city nobody does.

    A process owner takes what nobody has for their own city, and gives their own back; the coordination assigns
    anything. Raises `Conflict` if somebody else was quicker.
    """
    plan = _find(work, plan_id, revision)
    place, before = _place(work, city), plan.organisation
    for concerned in (before, place):
        if concerned is not None and not take_plan(work.actor, concerned):
            raise Forbidden("take_plan")
    if before is None and place is None and not plan_services(work.actor):
        raise Forbidden("plan_services")
    if due_on is not None and due_on != plan.due_on and due_on < releasing.today(work):
        raise Invalid(due_on="in_the_past")
    with work.session.no_autoflush:
        plan.organisation_id = place.id if place is not None else None
        plan.due_on = due_on
        plan.revision += 1
        _keep(work, plan)
    work.session.refresh(plan, ["organisation"])
    told = _owners(work, plan)
    work.record("plan.assigned", organisation_id=plan.organisation_id, service=plan.service.name, tell=told)
    return plan


def drop(work: Work, plan_id: int, *, revision: int) -> None:
    """No longer plan a service."""
    work.require(plan_services)
    plan = _find(work, plan_id, revision)
    plan.closed_at = work.now
    plan.revision += 1
    work.session.flush()
    work.record("plan.dropped", organisation_id=plan.organisation_id, service=plan.service.name)


@dataclass(frozen=True, slots=True)
class Balance:
    """What one city contributes; counts only what the actor may read."""

    city: Organisation
    drafted: int
    """Entries of its own that are no forks."""
    revised: int
    """Versions after the first one."""
    reviewed: int
    """Verdicts given for the city."""
    adopted: int
    """Forks, and releases it says it takes over."""
    proposed: int
    """Proposals its people made."""


def balances(work: Work) -> list[Balance]:
    """Return the contribution of each city, by name; a fixed number of queries."""
    may_read: ColumnElement[bool] = reading.read_visible(work.actor)
    own, fork = Entry.organisation_id, Entry.forked_from_id.is_not(None)
    entry_count = select(own, func.count()).where(may_read).group_by(own)
    drafted = _counts(work, entry_count.where(~fork))
    forked = _counts(work, entry_count.where(fork))
    versions = select(own, func.count()).join(Version, Version.entry_id == Entry.id).where(may_read)
    revised = _counts(work, versions.where(Version.sequence > 1).group_by(own))
    given = (Verdict.PASSED, Verdict.APPROVED, Verdict.SENT_BACK)
    verdicts = select(Review.organisation_id, func.count()).join(Entry, Entry.id == Review.entry_id).where(may_read)
    reviewed = _counts(work, verdicts.where(Review.verdict.in_(given)).group_by(Review.organisation_id))
    newest = select(func.max(Vote.id)).group_by(Vote.version_id, Vote.organisation_id)
    said = select(Vote.organisation_id, func.count()).join(Entry, Entry.id == Vote.entry_id).where(may_read)
    said = said.where(Vote.id.in_(newest), Vote.adoption != Adoption.NOT_HERE)
    voted = _counts(work, said.group_by(Vote.organisation_id))
    by = select(Proposal.organisation_id, func.count()).join(Entry, Entry.id == Proposal.target_id).where(may_read)
    proposed = _counts(work, by.where(Proposal.state != ProposalState.DRAFT).group_by(Proposal.organisation_id))
    return [
        Balance(
            city,
            drafted.get(city.id, 0),
            revised.get(city.id, 0),
            reviewed.get(city.id, 0),
            forked.get(city.id, 0) + voted.get(city.id, 0),
            proposed.get(city.id, 0),
        )
        for city in cooperating(work)
    ]


def _counts(work: Work, query: Select[int | None, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in work.session.execute(query) if row[0] is not None}
