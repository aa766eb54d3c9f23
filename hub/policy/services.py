"""Who may change the catalogue of services; reading it is everybody's."""

from hub.policy import Actor
from hub.store.accounts import Role


def edit_services(actor: Actor) -> bool:
    """Change the catalogue of services, import and merge: the coordination and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)
