"""Who names slots of an entry, and who fills them for a city."""

from hub.policy import WRITERS, Actor, publish, read
from hub.store.entries import Entry
from hub.store.organisations import Organisation


def define_slots(actor: Actor, entry: Entry) -> bool:
    """Name and describe the slots of an entry: the writers of the organisation that owns it."""
    return publish(actor, entry)


def fill_slots(actor: Actor, entry: Entry, organisation: Organisation) -> bool:
    """Fill in a city's values of a readable entry: the writers of that city."""
    return actor.system or (read(actor, entry) and organisation.cooperates and actor.has(WRITERS, organisation.id))
