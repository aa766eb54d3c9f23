"""Who may keep searches and who teaches the search its words."""

from hub.policy import Actor
from hub.store.accounts import Role


def save_search(actor: Actor) -> bool:
    """Save searches and be told of new hits: everybody with an account, each for themselves."""
    return actor.signed_in


def teach_words(actor: Actor) -> bool:
    """Maintain the search's synonyms and compounds: the coordination and the system administration."""
    return actor.system or actor.has_anywhere(Role.COORDINATOR, Role.SYSTEM_ADMIN)
