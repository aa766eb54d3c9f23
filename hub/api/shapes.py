"""What many answers have in common."""

from hub.api.contract import Output
from hub.store.accounts import User


class PersonOut(Output):
    """Somebody, as others see them."""

    id: int
    name: str


def person(found: User | None) -> PersonOut | None:
    """Return a person for an answer; nobody where an account was deleted or the hub itself acted."""
    return None if found is None else PersonOut(id=found.id, name=found.name)
