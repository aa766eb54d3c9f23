"""The people of an organisation: their roles, and closing an account."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from hub import policy
from hub.actions import accounts, tokens
from hub.actions.accounts import Letter
from hub.errors import Conflict, NotFound
from hub.store.accounts import Invitation, Membership, Role, User
from hub.store.activity import Event
from hub.store.lifecycle import Closing, Lifecycle
from hub.store.organisations import Organisation, OrganisationKind
from hub.work import Work

_WITH_ROLES = selectinload(User.memberships).joinedload(Membership.organisation)


def people(work: Work, organisation: Organisation) -> list[User]:
    """Return everybody with a role in `organisation` by name, closed accounts last."""
    work.require(policy.manage_accounts, organisation)
    belongs = select(Membership.user_id).where(Membership.organisation_id == organisation.id)
    query = select(User).where(User.id.in_(belongs)).options(_WITH_ROLES)
    return list(work.session.scalars(query.order_by(User.active.desc(), User.name, User.id)))


def find(work: Work, organisation: Organisation, user_id: int) -> User:
    """Return a person who has a role in `organisation`; raises `NotFound` for anybody else."""
    work.require(policy.manage_accounts, organisation)
    person = work.session.scalar(select(User).where(User.id == user_id).options(_WITH_ROLES))
    if person is None or not held(person, organisation):
        raise NotFound
    return person


def held(person: User, organisation: Organisation) -> list[Membership]:
    """Return the roles a person has in `organisation`, in the order in which roles are listed everywhere."""
    order = list(Role)
    rows = (row for row in person.memberships if row.organisation_id == organisation.id)
    return sorted(rows, key=lambda row: order.index(Role(row.role)))


def grantable(work: Work, organisation: Organisation) -> list[Role]:
    """Return the roles the actor may give in `organisation`."""
    roles = policy.ROLES[OrganisationKind(organisation.kind)]
    return [role for role in roles if policy.grant(work.actor, organisation, role)]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to the people or the data of an organisation."""

    event: Event
    person: User | None
    """Whom it was done to; None where it was nobody's account."""
    role: str


def history(work: Work, organisation: Organisation, *, limit: int = 20) -> list[Deed]:
    """Return who last changed what about an organisation's people and data, newest first."""
    work.require(policy.manage_accounts, organisation)
    about = or_(*(Event.kind.like(f"{noun}.%") for noun in ("account", "role", "organisation")))
    query = select(Event).where(Event.organisation_id == organisation.id, about).options(joinedload(Event.actor))
    events = list(work.session.scalars(query.order_by(Event.id.desc()).limit(limit)))
    wanted = {event.data["user_id"] for event in events if "user_id" in event.data}
    found = {user.id: user for user in work.session.scalars(select(User).where(User.id.in_(wanted)))}
    return [Deed(event, found.get(event.data.get("user_id", 0)), event.data.get("role", "")) for event in events]


def add_role(work: Work, organisation: Organisation, person: User, role: Role) -> None:
    """Give a member one more role; does nothing if it is there already. Who is no member must be invited."""
    work.require(policy.grant, organisation, role)
    if not held(person, organisation):
        raise NotFound
    if all(row.role != role for row in held(person, organisation)):
        row = Membership(
            organisation_id=organisation.id, role=role, granted_by_id=work.actor.user_id, created_at=work.now
        )
        person.memberships.append(row)
        work.record("role.granted", organisation_id=organisation.id, user_id=person.id, role=role.value)


def remove_role(work: Work, organisation: Organisation, person: User, role: Role) -> None:
    """Take a role away; raises `Conflict("last_admin")` if nobody would be left to administer."""
    work.require(policy.revoke, organisation, role)
    rows = [row for row in held(person, organisation) if row.role == role]
    if not rows:
        raise NotFound
    if person.active:
        _keep_an_administration(work, person, rows)
    for row in rows:
        person.memberships.remove(row)
    work.record("role.revoked", organisation_id=organisation.id, user_id=person.id, role=role.value)


def lifecycle(work: Work, person: User) -> Lifecycle:
    """Return what happened to an account so far; to be changed only by deeds of its lifecycle."""
    found = work.session.get(Lifecycle, person.id)
    if found is None:
        found = Lifecycle(user_id=person.id)
        work.session.add(found)
        work.session.flush()
    return found


def close(work: Work, person: User) -> None:
    """Close an account: its sign-ins, password and open links end; name and contributions stay.

    Invitations the person sent and nobody has used yet end too. Nobody closes their own account, and the last
    administration of an organisation is closed by the system administration only, which goes on managing it:
    an account in the wrong hands must be closable at once. Raises `Conflict` (`own_account` or `last_admin`).
    """
    work.require(policy.close_account, person)
    if person.id == work.actor.user_id:
        raise Conflict("own_account")
    if not person.active:
        return
    for_all = policy.create_organisation(work.actor)
    _keep_an_administration(
        work, person, (row for row in person.memberships if not for_all or row.role == Role.SYSTEM_ADMIN)
    )
    person.active, person.password_hash = False, None
    life = lifecycle(work, person)
    life.closed_at, life.closed_for, life.reminded_at = work.now, Closing.ADMINISTRATION, None
    accounts.sign_out_everywhere(work, user_id=person.id)
    accounts.void_links(work, person.id)
    tokens.revoke_all(work, person.id)
    unused = (
        Invitation.invited_by_id == person.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    work.session.execute(update(Invitation).where(*unused).values(withdrawn_at=work.now))
    _record_everywhere(work, "account.closed", person)


def reopen(work: Work, person: User, letter: Letter) -> None:
    """Open a closed account again with the roles it had; the person gets a link to choose a password.

    Raises `Conflict("pseudonymised")` for one whose owner nobody knows any more.
    """
    work.require(policy.close_account, person)
    if person.active:
        return
    life = lifecycle(work, person)
    if life.pseudonymised_at is not None:
        raise Conflict("pseudonymised")
    life.closed_at = life.closed_for = life.reminded_at = None
    # A demonstration account had a published password; from here on it has one of its own.
    person.active, person.demo = True, False
    accounts.send_reset(work, person, letter)
    _record_everywhere(work, "account.reopened", person)


def require_other_administration(work: Work, person: User) -> None:
    """Raise `Conflict("last_admin")` if without a person an organisation, or the hub, had no administration."""
    _keep_an_administration(work, person, person.memberships)


def _record_everywhere(work: Work, kind: str, person: User) -> None:
    for organisation_id in sorted({row.organisation_id for row in person.memberships}):
        work.record(kind, organisation_id=organisation_id, user_id=person.id)


def _keep_an_administration(work: Work, person: User, rows: Iterable[Membership]) -> None:
    """Raise `Conflict("last_admin")` if without `rows` an organisation, or the hub, had no administration."""
    for row in rows:
        if row.role not in (Role.ADMIN, Role.SYSTEM_ADMIN) or not row.organisation.active:
            continue
        query = select(User.id).join(Membership, Membership.user_id == User.id).join(Organisation)
        query = query.where(Membership.role == row.role, User.active, Organisation.active)
        if row.role == Role.ADMIN:
            query = query.where(Membership.organisation_id == row.organisation_id)
        # Locked where the database locks rows: two administrators must not remove each other at the same time.
        if all(user_id == person.id for user_id in work.session.scalars(query.with_for_update())):
            raise Conflict("last_admin")
