"""Who rates the maturity of a service and names the criteria."""

from hub.policy import WRITERS, Actor, read, read_drafts
from hub.store.accounts import Role
from hub.store.entries import Entry


def read_evidence(actor: Actor, entry: Entry) -> bool:
    """Read notes and evidence of maturity ratings: whoever reads drafts, and the Land for what it may read."""
    return read_drafts(actor, entry) or (actor.reviews_for_land and read(actor, entry))


def rate_maturity(actor: Actor, entry: Entry) -> bool:
    """Rate the maturity of an entry's service: writers and experts of the organisation that owns it."""
    return actor.system or (entry.archived_at is None and actor.has(WRITERS | {Role.EXPERT}, entry.organisation_id))


def name_criteria(actor: Actor) -> bool:
    """Name the criteria of the maturity models, for all cities: coordinators and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)
