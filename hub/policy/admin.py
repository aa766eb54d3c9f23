"""Who may run the hub itself: its accounts, log, settings and maintenance."""

from hub.policy import Actor
from hub.store.accounts import Role


def administer(actor: Actor) -> bool:
    """Run the hub under „Verwaltung“: accounts, log, settings, deletion, maintenance: the system administration."""
    return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)
