"""People, roles and invitations for tests of accounts."""

from datetime import timedelta

from sqlalchemy import select

from hub.actions import accounts, invitations
from hub.actions.accounts import Letter
from hub.store.accounts import Membership, Role, User
from hub.work import Work
from tests import makers

LETTER = Letter("Betreff", "Guten Tag {name}, hier: {link}", "https://hub.example/x/{token}")
ADMIN = "admin@marburg.example"
SYSTEM_ADMIN = "admin@ikz.example"


def person(work: Work, email: str) -> User:
    return work.session.scalars(select(User).where(User.email == email)).one()


def join(work: Work, email: str, slug: str, role: Role) -> User:
    """Give somebody a role as the hub itself; a new account if there is none."""
    user = accounts.find_by_email(work, email) or User(email=email, name=email, created_at=work.now)
    row = Membership(organisation=makers.organisation(work, slug), role=role, created_at=work.now)
    user.memberships.append(row)
    work.session.add(user)
    work.session.flush()
    return user


def roles(user: User, slug: str) -> set[str]:
    return {row.role for row in user.memberships if row.organisation.slug == slug}


def later(work: Work, by: timedelta) -> Work:
    return Work(work.session, work.actor, work.now + by)


def invite(work: Work, slug: str = "marburg", email: str = "neu@marburg.example", role: Role = Role.READER) -> str:
    """Invite somebody and return the token."""
    return invitations.create(work, makers.organisation(work, slug), email=email, name="Neu", role=role)[1]
