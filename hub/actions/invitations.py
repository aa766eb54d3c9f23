"""Invitations: the only way into the hub."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import accounts
from hub.actions.accounts import Letter
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.accounts import Invitation, Membership, Role, User
from hub.store.organisations import Organisation
from hub.work import Work

LASTS = timedelta(days=14)


def create(work: Work, organisation: Organisation, *, email: str, name: str, role: Role) -> tuple[Invitation, str]:
    """Open the door for one person; return the invitation and its token, which exists nowhere else.

    Raises `Invalid` (`already_member`, `already_invited`, for this organisation only: whether an address has an
    account elsewhere is not told), `Conflict("organisation_closed")`.
    """
    work.require(policy.grant, organisation, role)
    if not organisation.active:
        raise Conflict("organisation_closed")
    belongs = select(Membership.id).join(User, User.id == Membership.user_id)
    here = (Membership.organisation_id == organisation.id, Membership.role == role)
    if work.session.scalar(belongs.where(User.email == email, *here).limit(1)) is not None:
        raise Invalid(email="already_member")
    if any(row.email == email and row.role == role for row in pending(work, organisation)):
        raise Invalid(email="already_invited")
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_digest=accounts.digest(token),
        email=email,
        name=name,
        organisation_id=organisation.id,
        role=role,
        invited_by_id=work.actor.user_id,
        created_at=work.now,
        expires_at=work.now + LASTS,
    )
    work.session.add(invitation)
    work.session.flush()
    work.record("account.invited", organisation_id=organisation.id, invitation_id=invitation.id, role=role.value)
    return invitation, token


def invite(work: Work, organisation: Organisation, letter: Letter, *, email: str, name: str, role: Role) -> str:
    """Invite a person by e-mail and return the link; raises what `create` raises."""
    _, token = create(work, organisation, email=email, name=name, role=role)
    return accounts.post(work, letter, recipient=email, name=name, token=token)


def pending(work: Work, organisation: Organisation) -> list[Invitation]:
    """Return the invitations nobody has used or withdrawn, newest first; some may have expired."""
    work.require(policy.manage_accounts, organisation)
    unused = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    query = select(Invitation).where(Invitation.organisation_id == organisation.id, *unused)
    return list(work.session.scalars(query.order_by(Invitation.id.desc())))


def find_pending(work: Work, organisation: Organisation, invitation_id: int) -> Invitation:
    """Return a pending invitation of `organisation`; raises `NotFound`."""
    found = next((row for row in pending(work, organisation) if row.id == invitation_id), None)
    if found is None:
        raise NotFound
    return found


def renew(work: Work, organisation: Organisation, invitation: Invitation) -> str:
    """Return a new token, valid for 14 days from now; the old one ends, since only its digest was kept."""
    work.require(policy.grant, organisation, Role(invitation.role))
    token = secrets.token_urlsafe(32)
    invitation.token_digest = accounts.digest(token)
    invitation.expires_at = work.now + LASTS
    return token


def send_again(work: Work, organisation: Organisation, invitation: Invitation, letter: Letter) -> str:
    """Send and return a new link; the old one ends."""
    token = renew(work, organisation, invitation)
    return accounts.post(work, letter, recipient=invitation.email, name=invitation.name, token=token)


def withdraw(work: Work, organisation: Organisation, invitation: Invitation) -> None:
    """End an invitation that was not used yet."""
    work.require(policy.revoke, organisation, Role(invitation.role))
    invitation.withdrawn_at = work.now
    work.record("account.uninvited", organisation_id=organisation.id, invitation_id=invitation.id)


def find(work: Work, token: str) -> Invitation:
    """Return the open invitation behind `token`; raises `Conflict("invitation_expired")`."""
    query = select(Invitation).where(Invitation.token_digest == accounts.digest(token))
    found = work.session.scalar(query.options(joinedload(Invitation.organisation)))
    used = found is None or found.accepted_at is not None or found.withdrawn_at is not None
    if found is None or used or found.expires_at < work.now or not found.organisation.active:
        raise Conflict("invitation_expired")
    return found


def account_of(work: Work, invitation: Invitation) -> User | None:
    """Return the account the invited address has already; raises `Conflict("account_closed")` for a closed one.

    Only whoever may close an account may reopen it: an invitation must not bring back roles in other organisations.
    """
    user = accounts.find_by_email(work, invitation.email)
    if user is not None and not user.active:
        raise Conflict("account_closed")
    return user


def accept_as_new(work: Work, token: str, *, name: str, password_hash: str) -> User:
    """Make the invited person's account; raises `Conflict` (`invitation_expired`, `email_taken`, `account_closed`)."""
    invitation = _take(work, token)
    if account_of(work, invitation) is not None:
        raise Conflict("email_taken")
    user = User(email=invitation.email, name=name, password_hash=password_hash, created_at=work.now)
    work.session.add(user)
    _join(work, invitation, user)
    return user


def accept(work: Work, token: str) -> Organisation:
    """Take the invitation over into the actor's own account; raises `Forbidden` for anybody but the invited."""
    invitation = _take(work, token)
    user = account_of(work, invitation)
    if user is None or user.id != work.actor.user_id:
        raise Forbidden("accept")
    _join(work, invitation, user)
    return invitation.organisation


def _take(work: Work, token: str) -> Invitation:
    """Return the open invitation, locked where the database locks rows, so that it is used once."""
    invitation = find(work, token)
    work.session.refresh(invitation, with_for_update={"of": Invitation})
    if invitation.accepted_at is not None:
        raise Conflict("invitation_expired")
    return invitation


def _join(work: Work, invitation: Invitation, user: User) -> None:
    invitation.accepted_at = work.now
    there = any(
        row.organisation_id == invitation.organisation_id and row.role == invitation.role for row in user.memberships
    )
    if not there:
        row = Membership(
            organisation_id=invitation.organisation_id,
            role=invitation.role,
            granted_by_id=invitation.invited_by_id,
            created_at=work.now,
        )
        user.memberships.append(row)
    work.session.flush()
    work.record("account.joined", organisation_id=invitation.organisation_id, user_id=user.id, role=invitation.role)
