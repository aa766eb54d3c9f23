"""All accounts of the hub, as its administration sees and looks after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hub.actions import accounts, lifecycle
from hub.actions.accounts import Letter
from hub.errors import Conflict, NotFound
from hub.policy.admin import administer
from hub.store.accounts import Invitation, Membership, SignIn, User
from hub.store.factors import OneTimeCodes, Passkey, RecoveryCode
from hub.store.lifecycle import Lifecycle, Stage
from hub.work import Work

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts to list; empty words do not restrict."""

    words: str = ""
    stage: str = ""
    organisation: int | None = None
    role: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One account of the list."""

    person: User
    stage: Stage


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of accounts."""

    lines: Sequence[Line]
    total: int
    page: int
    page_count: int


def listing(work: Work, wanted: Wanted, *, size: int = PAGE) -> Shelf:
    """Return accounts by name; raises `Forbidden` for all but the administration of the hub."""
    work.require(administer)
    where = _where(wanted)
    joined = select(User, Lifecycle).outerjoin(Lifecycle, Lifecycle.user_id == User.id).where(*where)
    total = work.session.scalar(select(func.count()).select_from(joined.subquery("found").alias())) or 0
    count = max(1, -(-total // size))
    page = min(max(1, wanted.page), count)
    roles = selectinload(User.memberships).joinedload(Membership.organisation)
    query = joined.options(roles).order_by(func.lower(User.name), User.id).limit(size).offset((page - 1) * size)
    lines = [Line(person, lifecycle.stage(person, life)) for person, life in work.session.execute(query)]
    return Shelf(lines, total, page, count)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    for word in wanted.words.split()[:8]:
        safe = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where.append(or_(*(column.ilike(f"%{safe}%", escape="\\") for column in (User.name, User.email))))
    held = select(Membership.user_id)
    if wanted.organisation is not None:
        where.append(User.id.in_(held.where(Membership.organisation_id == wanted.organisation)))
    if wanted.role:
        where.append(User.id.in_(held.where(Membership.role == wanted.role)))
    stages: dict[str, tuple[ColumnElement[bool], ...]] = {
        Stage.ACTIVE: (User.active.is_(True), Lifecycle.reminded_at.is_(None)),
        Stage.INACTIVE: (User.active.is_(True), Lifecycle.reminded_at.is_not(None)),
        Stage.CLOSED: (User.active.is_(False), Lifecycle.pseudonymised_at.is_(None)),
        Stage.PSEUDONYMISED: (Lifecycle.pseudonymised_at.is_not(None),),
    }
    return [*where, *stages.get(wanted.stage, ())]


def invited(work: Work) -> list[Invitation]:
    """Return the open invitations of all organisations, newest first."""
    work.require(administer)
    unused = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > work.now)
    query = select(Invitation).where(*unused).options(joinedload(Invitation.organisation))
    return list(work.session.scalars(query.order_by(Invitation.id.desc()).limit(200)))


@dataclass(frozen=True, slots=True)
class Account:
    """One account with what its administration decides on."""

    person: User
    stage: Stage
    life: Lifecycle | None
    sign_ins: int
    factors: int
    """Ways of proving oneself beside the password: one-time codes and passkeys."""
    seen_at: datetime | None


def find(work: Work, user_id: int) -> User:
    """Return an account; raises `NotFound`."""
    work.require(administer)
    person = work.session.get(User, user_id)
    if person is None:
        raise NotFound
    return person


def account(work: Work, user_id: int) -> Account:
    """Return one account with its state; raises `NotFound`."""
    person = find(work, user_id)
    life = work.session.get(Lifecycle, user_id)
    open_ones = select(func.count()).where(SignIn.user_id == user_id, SignIn.expires_at > work.now)
    codes = select(func.count()).where(OneTimeCodes.user_id == user_id)
    keys = select(func.count()).where(Passkey.user_id == user_id)
    counts = [work.session.scalar(query) or 0 for query in (open_ones, codes, keys)]
    return Account(
        person, lifecycle.stage(person, life), life, counts[0], counts[1] + counts[2], seen_at=person.last_seen_at
    )


def end_sign_ins(work: Work, person: User) -> int:
    """End all sign-ins of somebody; return how many."""
    work.require(administer)
    ended = accounts.sign_out_everywhere(work, user_id=person.id)
    work.record("account.signed_out", user_id=person.id, count=ended)
    return ended


def reset_factors(work: Work, person: User, notice: Letter) -> None:
    """Take every second factor and passkey away, end all sign-ins, and tell the person.

    For somebody who lost their device: who they are was checked outside the hub. Raises `Conflict("own_account")`.
    """
    work.require(administer)
    if person.id == work.actor.user_id:
        raise Conflict("own_account")
    for table in (OneTimeCodes, RecoveryCode, Passkey):
        work.session.execute(delete(table).where(table.user_id == person.id))
    accounts.sign_out_everywhere(work, user_id=person.id)
    accounts.post(work, notice, recipient=person.email, name=person.name, token="")
    work.record("account.factors_reset", user_id=person.id)


def send_password_link(work: Work, person: User, letter: Letter) -> None:
    """Send somebody the link to choose a new password; raises `Conflict("account_shut")` for a closed account."""
    work.require(administer)
    if not person.active:
        raise Conflict("account_shut")
    accounts.send_reset(work, person, letter)
    work.record("account.password_link_sent", user_id=person.id)
