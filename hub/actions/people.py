"""People as actors outside a request, with today's roles."""

from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hub.policy import Actor
from hub.store.accounts import Membership, Role, User
from hub.store.organisations import Organisation, OrganisationKind

CHUNK = 500
"""Ids in one query; SQLite takes no unlimited number."""


def roles_of(
    rows: Iterable[tuple[str | None, int | None, str | None]],
) -> tuple[dict[int, frozenset[Role]], dict[int, OrganisationKind]]:
    """Return (roles, kinds) by organisation from rows of role, organisation and its kind."""
    roles: dict[int, set[Role]] = {}
    kinds: dict[int, OrganisationKind] = {}
    for role, organisation_id, kind in rows:
        if organisation_id is not None and role is not None and kind is not None:
            roles.setdefault(organisation_id, set()).add(Role(role))
            kinds[organisation_id] = OrganisationKind(kind)
    return {key: frozenset(value) for key, value in roles.items()}, kinds


def actors(session: Session, user_ids: Iterable[int]) -> dict[int, Actor]:
    """Return the open accounts among `user_ids` as actors; roles in a closed organisation do not count."""
    wanted = sorted(set(user_ids))
    found: dict[int, Actor] = {}
    for at in range(0, len(wanted), CHUNK):
        query = (
            select(User.id, User.name, Membership.role, Organisation.id, Organisation.kind)
            .outerjoin(Membership, Membership.user_id == User.id)
            .outerjoin(Organisation, and_(Organisation.id == Membership.organisation_id, Organisation.active))
            .where(User.id.in_(wanted[at : at + CHUNK]), User.active)
        )
        names: dict[int, str] = {}
        held: dict[int, list[tuple[str | None, int | None, str | None]]] = {}
        for user_id, name, role, organisation_id, kind in session.execute(query):
            names[user_id] = name
            held.setdefault(user_id, []).append((role, organisation_id, kind))
        found |= {key: Actor(key, name, *roles_of(held[key])) for key, name in names.items()}
    return found
