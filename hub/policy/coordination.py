"""Who may plan what the cooperation drafts next."""

from hub.policy import Actor
from hub.store.accounts import Role
from hub.store.organisations import Organisation


def plan_services(actor: Actor) -> bool:
    """Plan services, assign them to cities and drop them: the coordination."""
    return actor.has_anywhere(Role.COORDINATOR)


def take_plan(actor: Actor, organisation: Organisation) -> bool:
    """Take a planned service for a city or give it back: its process owners, the coordination."""
    return organisation.cooperates and (plan_services(actor) or actor.has({Role.OWNER}, organisation.id))
