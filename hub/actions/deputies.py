"""Acting in somebody else's place (Vertretung): who may, from when to when, and with whose rights."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from hub.errors import Conflict, Invalid, NotFound
from hub.policy import Actor
from hub.policy.reviews import appoint_deputies
from hub.store.accounts import Membership, Role, User
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.reviews import Deputy
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Voice:
    """A right somebody can act with: their own, or another person's whom they stand in for."""

    actor: Actor
    deputy_for: int | None = None
    """Id of the person in whose place; None for one's own voice."""

    @property
    def people(self) -> frozenset[int]:
        """The ids whose eyes this voice uses up: whoever acts, and in whose place."""
        return frozenset({key for key in (self.actor.user_id, self.deputy_for) if key is not None})


def voices(work: Work) -> list[Voice]:
    """Return the voices of the actor: the own one first, then those of the people they stand in for today.

    A deputy holds the other person's roles in the organisation the deputyship is for, and nothing else of theirs.
    """
    found = [Voice(work.actor)]
    if work.actor.user_id is None or not work.actor.roles:
        return found
    query = (
        select(Deputy.user_id, User.name, Organisation.id, Organisation.kind, Membership.role)
        .join(User, User.id == Deputy.user_id)
        .join(
            Membership,
            (Membership.user_id == Deputy.user_id) & (Membership.organisation_id == Deputy.organisation_id),
        )
        .join(Organisation, Organisation.id == Deputy.organisation_id)
        .where(
            Deputy.deputy_id == work.actor.user_id,
            *_in_force(work),
            Organisation.id.in_(sorted(work.actor.roles)),
            Organisation.active,
            User.active,
        )
        .order_by(Deputy.id)
    )
    held: dict[tuple[int, str, int, str], set[Role]] = {}
    for user_id, name, organisation_id, kind, role in work.session.execute(query):
        held.setdefault((user_id, name, organisation_id, kind), set()).add(Role(role))
    for (user_id, name, organisation_id, kind), roles in held.items():
        actor = Actor(
            work.actor.user_id, name, {organisation_id: frozenset(roles)}, {organisation_id: OrganisationKind(kind)}
        )
        found.append(Voice(actor, user_id))
    return found


def _in_force(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a deputyship hold today."""
    today = work.now.date()
    return Deputy.ended_at.is_(None), Deputy.starts_on <= today, Deputy.ends_on >= today


def standing_in(work: Work, people: Collection[int]) -> set[int]:
    """Return who stands in today for any of these people."""
    if not people:
        return set()
    query = select(Deputy.deputy_id).where(Deputy.user_id.in_(sorted(people)), *_in_force(work))
    return set(work.session.scalars(query))


def listing(work: Work, organisation: Organisation) -> list[Deputy]:
    """Return the deputyships of an organisation that are not over, soonest first; one's own for most people."""
    query = (
        select(Deputy)
        .where(
            Deputy.organisation_id == organisation.id,
            Deputy.ended_at.is_(None),
            Deputy.ends_on >= work.now.date(),
        )
        .options(joinedload(Deputy.user), joinedload(Deputy.deputy))
        .order_by(Deputy.starts_on, Deputy.id)
    )
    if not appoint_deputies(work.actor, organisation):
        query = query.where((Deputy.user_id == work.actor.user_id) | (Deputy.deputy_id == work.actor.user_id))
    return list(work.session.scalars(query))


def colleagues(work: Work, organisation: Organisation) -> Sequence[User]:
    """Return the active members of an organisation by name, for whoever belongs to it or appoints there."""
    if organisation.id not in work.actor.organisation_ids and not appoint_deputies(work.actor, organisation):
        raise NotFound
    query = select(User).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.organisation_id == organisation.id, User.active).distinct().order_by(User.name)
    return list(work.session.scalars(query))


def appoint(
    work: Work, organisation: Organisation, *, user_id: int, deputy_id: int, starts_on: date, ends_on: date
) -> Deputy:
    """Let `deputy_id` act in the place of `user_id` from the first to the last day.

    Everybody appoints their own deputy, an administrator anybody's. Raises `Invalid` for people who are not members
    and for dates that make no sense.
    """
    if user_id != work.actor.user_id or organisation.id not in work.actor.organisation_ids:
        work.require(appoint_deputies, organisation)
    members = {person.id for person in colleagues(work, organisation)}
    if user_id not in members:
        raise Invalid(user="not_a_member")
    if deputy_id not in members:
        raise Invalid(deputy="not_a_member")
    if user_id == deputy_id:
        raise Invalid(deputy="own_deputy")
    if ends_on < starts_on:
        raise Invalid(ends_on="ends_before_start")
    if ends_on < work.now.date():
        raise Invalid(ends_on="in_the_past")
    made = Deputy(
        organisation_id=organisation.id,
        user_id=user_id,
        deputy_id=deputy_id,
        starts_on=starts_on,
        ends_on=ends_on,
        set_by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    work.record("deputy.appointed", organisation_id=organisation.id, deputy_id=made.id, tell=[user_id, deputy_id])
    return made


def end(work: Work, organisation: Organisation, deputy_id: int) -> None:
    """End a deputyship now; whoever is in it may, and whoever appoints in the organisation."""
    row = work.session.get(Deputy, deputy_id)
    mine = row is not None and work.actor.signed_in and work.actor.user_id in (row.user_id, row.deputy_id)
    if row is None or row.organisation_id != organisation.id:
        raise NotFound
    if not mine and not appoint_deputies(work.actor, organisation):
        raise NotFound  # not `Forbidden`: colleagues are not told whose place somebody takes, nor that there is one
    if row.ended_at is not None:
        raise Conflict("deputy_ended")
    row.ended_at = work.now
    work.record("deputy.ended", organisation_id=organisation.id, deputy_id=row.id, tell=[row.user_id, row.deputy_id])
