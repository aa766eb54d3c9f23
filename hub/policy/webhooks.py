"""Who may have other systems told of what happens."""

from hub.policy import Actor
from hub.store.accounts import Role
from hub.store.organisations import Organisation


def manage_webhooks(actor: Actor, organisation: Organisation) -> bool:
    """Set up webhooks of an organisation and see their messages: its coordinators and administrators."""
    return actor.signed_in and actor.has({Role.COORDINATOR, Role.ADMIN}, organisation.id)
