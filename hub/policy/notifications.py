"""Watching, and who hears of what."""

from functools import lru_cache

from sqlalchemy import ColumnElement, or_, select, true

from hub.policy import KEPT_FOR, Actor, publish, read
from hub.policy.proposals import read_proposal_visible
from hub.store.activity import Event
from hub.store.entries import Entry, Visibility
from hub.store.proposals import Proposal


def watch(actor: Actor, entry: Entry) -> bool:
    """Watch a readable entry: everybody with an account."""
    return actor.signed_in and read(actor, entry)


@lru_cache(KEPT_FOR)
def read_drafts_visible(actor: Actor) -> ColumnElement[bool]:
    """`read_drafts`, as a condition for a query over entries."""
    if actor.system:
        return true()
    own = Entry.organisation_id.in_(sorted(actor.roles))
    return or_(own, Entry.visibility != Visibility.CITY) if actor.cooperates else own


@lru_cache(KEPT_FOR)
def proposal_visible(actor: Actor) -> ColumnElement[bool]:
    """Condition over events: not about a proposal, or about one whose both sides the actor may read."""
    proposal_id = Event.data["proposal_id"].as_integer()
    return or_(proposal_id.is_(None), proposal_id.in_(select(Proposal.id).where(read_proposal_visible(actor))))


def read_people(actor: Actor) -> bool:
    """See who works in the cooperation and what they contributed: members of the cities and the IKZ office."""
    return actor.system or actor.cooperates


def invite_guest(actor: Actor, entry: Entry) -> bool:
    """Give a department without accounts a link to read and comment: whoever may publish the entry."""
    return publish(actor, entry)
