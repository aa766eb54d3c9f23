"""Changing the address of an account: by its owner, who proves the new one, or by the administration with a reason.

The address is the name people sign in with: whoever had the old one is told, and what was sent there is void.
"""

import secrets
from datetime import timedelta

from sqlalchemy import select

from hub.actions import accounts
from hub.actions.accounts import Letter
from hub.errors import Conflict, Invalid, NotFound
from hub.policy.admin import administer
from hub.store.accounts import User
from hub.store.lifecycle import EmailChange
from hub.work import Work

LASTS = timedelta(hours=24)


def ask(work: Work, email: str, *, confirm: Letter, taken: Letter) -> str:
    """Send a link to the new address and return it; an address that has an account already gets `taken` instead.

    The caller has asked for the password, and shows the same page in both cases: nobody learns who has an account.
    Returns an empty string for an address that is taken. Raises `NotFound` for guests, `Invalid(email="same_email")`.
    """
    person = work.session.get(User, work.actor.user_id) if work.actor.user_id is not None else None
    if person is None:
        raise NotFound
    if email == person.email:
        raise Invalid(email="same_email")
    accounts.void_addresses(work, person.id)
    if accounts.find_by_email(work, email) is not None:
        accounts.post(work, taken, recipient=email, name="", token="")
        return ""
    token = secrets.token_urlsafe(32)
    work.session.add(
        EmailChange(
            user_id=person.id,
            email=email,
            token_digest=accounts.digest(token),
            asked_at=work.now,
            expires_at=work.now + LASTS,
        )
    )
    return accounts.post(work, confirm, recipient=email, name=person.name, token=token)


def pending(work: Work) -> EmailChange | None:
    """Return the actor's open wish for a new address, None without one."""
    query = select(EmailChange).where(
        EmailChange.user_id == work.actor.user_id,
        EmailChange.confirmed_at.is_(None),
        EmailChange.expires_at > work.now,
    )
    return work.session.scalar(query.order_by(EmailChange.id.desc()).limit(1))


def find(work: Work, token: str) -> EmailChange:
    """Return the open wish behind `token`; raises `Conflict("link_expired")`."""
    query = select(EmailChange).where(EmailChange.token_digest == accounts.digest(token))
    found = work.session.scalar(query)
    if found is None or found.confirmed_at is not None or found.expires_at < work.now or not found.user.active:
        raise Conflict("link_expired")
    return found


def confirm(work: Work, token: str, notice: Letter) -> User:
    """Let the new address hold and tell the old one; raises `Conflict` (`link_expired`, `email_taken`)."""
    found = find(work, token)
    # Locked and read again, so that of two who use one link at once the second is refused.
    work.session.refresh(found, with_for_update={"of": EmailChange})
    if found.confirmed_at is not None:
        raise Conflict("link_expired")
    if accounts.find_by_email(work, found.email) is not None:
        raise Conflict("email_taken")
    found.confirmed_at = work.now
    _set(work, found.user, found.email, notice)
    work.record("account.email_changed", user_id=found.user_id)
    return found.user


def give(work: Work, person: User, email: str, reason: str, notice: Letter) -> None:
    """Set somebody's address as the administration; both addresses are told.

    Raises `Invalid` (`email_taken`, `same_email`, `required` for no reason), `Conflict("account_shut")`.
    """
    work.require(administer)
    if not reason.strip():
        raise Invalid(reason="required")
    if not person.active:
        raise Conflict("account_shut")
    if email == person.email:
        raise Invalid(email="same_email")
    if accounts.find_by_email(work, email) is not None:
        raise Invalid(email="email_taken")
    _set(work, person, email, notice)
    accounts.post(work, notice, recipient=email, name=person.name, token="")
    work.record("account.email_given", user_id=person.id, reason=reason)


def _set(work: Work, person: User, email: str, notice: Letter) -> None:
    accounts.post(work, notice, recipient=person.email, name=person.name, token="")
    person.email = email
    accounts.void_links(work, person.id)
