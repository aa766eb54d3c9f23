"""What pages and API share of a request: who asks, in which transaction, with which settings."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g, session
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hub.config import Settings
from hub.extensions import db
from hub.policy import GUEST, Actor
from hub.store.accounts import Membership, Role, SignIn, User
from hub.store.organisations import Organisation, OrganisationKind
from hub.work import Work

COOKIE_TOKEN = "sign_in"  # noqa: S105 - the name of a field, not a secret


def settings() -> Settings:
    """Return the settings of this application."""
    return cast(Settings, current_app.config["HUB"])


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


def digest(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def database() -> Session:
    """Return this request's database session."""
    return cast(Session, db.session())


def load_actor(database_session: Session, token: str, at: datetime) -> tuple[Actor, SignIn] | None:
    """Return who holds `token` and the sign-in, or None if it ended; one query.

    Roles in a closed organisation do not count, here and in `actor_of`.
    """
    rows = database_session.execute(
        select(SignIn, User, Membership.role, Organisation.id, Organisation.kind)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, and_(Organisation.id == Membership.organisation_id, Organisation.active))
        .where(SignIn.token_digest == digest(token), SignIn.expires_at > at, User.active)
    ).all()
    if not rows:
        return None
    sign_in, user = rows[0][0], rows[0][1]
    roles: dict[int, set[Role]] = {}
    kinds: dict[int, OrganisationKind] = {}
    for _, _, role, organisation_id, kind in rows:
        if organisation_id is not None:
            roles.setdefault(organisation_id, set()).add(Role(role))
            kinds[organisation_id] = OrganisationKind(kind)
    actor = Actor(user.id, user.name, {key: frozenset(value) for key, value in roles.items()}, kinds)
    return actor, sign_in


def current_actor() -> Actor:
    """Return who makes this request; a guest without a valid sign-in."""
    if "actor" not in g:
        g.actor, g.sign_in = GUEST, None
        token = session.get(COOKIE_TOKEN)
        if isinstance(token, str) and (found := load_actor(database(), token, now())) is not None:
            g.actor, g.sign_in = found
    return cast(Actor, g.actor)


def current_sign_in() -> SignIn | None:
    """Return this browser's sign-in, None for a guest."""
    current_actor()
    return cast("SignIn | None", g.sign_in)


def current_work() -> Work:
    """Return the work of a request that only reads."""
    return Work(database(), current_actor(), now())


@contextmanager
def transaction() -> Iterator[Work]:
    """Open the one writing transaction of a request: all of it is committed, or nothing.

    What was read before is forgotten first, so that the deed decides on what is true while it holds the lock.
    """
    actor = current_actor()
    work_session = database()
    work_session.rollback()
    work_session.connection(execution_options={"write": True})
    try:
        yield Work(work_session, actor, now())
        work_session.commit()
    except BaseException:
        work_session.rollback()
        raise


def actor_of(database_session: Session, user_id: int | None) -> Actor:
    """Return a person as an actor outside a request, with today's roles; a guest for nobody."""
    user = database_session.get(User, user_id) if user_id is not None else None
    if user is None or not user.active:
        return GUEST
    roles: dict[int, set[Role]] = {}
    kinds: dict[int, OrganisationKind] = {}
    query = select(Membership.role, Organisation.id, Organisation.kind).join(Organisation)
    for role, organisation_id, kind in database_session.execute(
        query.where(Membership.user_id == user.id, Organisation.active)
    ):
        roles.setdefault(organisation_id, set()).add(Role(role))
        kinds[organisation_id] = OrganisationKind(kind)
    return Actor(user.id, user.name, {key: frozenset(value) for key, value in roles.items()}, kinds)
