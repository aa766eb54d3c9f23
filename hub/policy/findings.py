"""Who decides about media breaks, confirms that there are none, and extends the rules that find them."""

from hub.policy import WRITERS, Actor, read, read_drafts
from hub.store.accounts import Role
from hub.store.entries import Entry


def read_decisions(actor: Actor, entry: Entry) -> bool:
    """Read why media breaks were decided as they were: whoever reads drafts, and the Land for what it may read."""
    return read_drafts(actor, entry) or (actor.reviews_for_land and read(actor, entry))


def decide_findings(actor: Actor, entry: Entry) -> bool:
    """Decide about the media breaks of an entry: writers and experts of the organisation that owns it."""
    return actor.system or (entry.archived_at is None and actor.has(WRITERS | {Role.EXPERT}, entry.organisation_id))


def confirm_media_free(actor: Actor, entry: Entry) -> bool:
    """Confirm that a version has no media breaks: process owners, approvers and coordinators of its organisation."""
    return actor.system or (
        entry.archived_at is None and actor.has({Role.OWNER, Role.APPROVER, Role.COORDINATOR}, entry.organisation_id)
    )


def edit_media_rules(actor: Actor) -> bool:
    """Extend the rules that find media breaks, for all cities: coordinators and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)
