"""Who rates the maturity of a service and names the criteria."""

from hub.policy import WRITERS, Actor
from hub.store.accounts import Role
from hub.store.entries import Entry


def rate_maturity(actor: Actor, entry: Entry) -> bool:
    """Rate the maturity of an entry's service: writers and experts of the organisation that owns it."""
    return actor.system or (entry.archived_at is None and actor.has(WRITERS | {Role.EXPERT}, entry.organisation_id))


def name_criteria(actor: Actor) -> bool:
    """Name the criteria of the maturity models, for all cities: coordinators and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)
