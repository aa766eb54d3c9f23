"""Who may take entries along, and who may bring them in."""

from hub.policy import Actor
from hub.store.accounts import Role
from hub.store.organisations import Organisation


def export_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Take all of an organisation's entries along as a bundle: its own people; in it is what they may read."""
    return actor.system or organisation.id in actor.organisation_ids or actor.has_anywhere(Role.SYSTEM_ADMIN)


def export_hub(actor: Actor) -> bool:
    """Take the entries of the whole hub along as a bundle: the system administration, as far as it may read."""
    return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)


def import_bundle(actor: Actor) -> bool:
    """Bring a bundle in: the system administration, since history and approvals come in other people's names."""
    return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)
