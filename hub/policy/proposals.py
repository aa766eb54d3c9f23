"""Who reads, opens, decides and withdraws proposals; and who records deviations."""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from hub.policy import KEPT_FOR, WRITERS, Actor, read_drafts
from hub.store.entries import Entry, Visibility
from hub.store.proposals import Proposal


def propose(actor: Actor, entry: Entry) -> bool:
    """Propose a change to a readable entry: everybody in the cooperation who reads its drafts."""
    return actor.signed_in and actor.cooperates and entry.archived_at is None and read_drafts(actor, entry)


def read_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Read a proposal: the cooperation, as far as both of its sides may be read; a draft only its proposer."""
    if actor.system:
        return True
    if not actor.cooperates or not read_drafts(actor, proposal.target):
        return False
    if proposal.source is not None and not read_drafts(actor, proposal.source):
        return False
    return proposal.opened_at is not None or (actor.signed_in and proposal.opened_by_id == actor.user_id)


@lru_cache(KEPT_FOR)
def read_proposal_visible(actor: Actor) -> ColumnElement[bool]:
    """`read_proposal`, as a condition for a query over proposals."""
    if actor.system:
        return true()
    if not actor.cooperates:
        return false()
    drafts = or_(Entry.organisation_id.in_(sorted(actor.roles)), Entry.visibility != Visibility.CITY)
    readable = select(Entry.id).where(drafts)
    return and_(
        Proposal.target_id.in_(readable),
        or_(Proposal.source_id.is_(None), Proposal.source_id.in_(readable)),
        or_(Proposal.opened_at.is_not(None), Proposal.opened_by_id == (actor.user_id or 0)),
    )


def edit_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Change, send or withdraw a proposal: its proposer; once sent, the writers of the proposer's organisation too."""
    if not read_proposal(actor, proposal):
        return False
    own = actor.signed_in and proposal.opened_by_id == actor.user_id
    return actor.system or own or actor.has(WRITERS, proposal.organisation_id)


def decide_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Decide on a proposal, change by change: the writers of the organisation that owns its target."""
    if actor.system:
        return True
    target = proposal.target
    return read_proposal(actor, proposal) and target.archived_at is None and actor.has(WRITERS, target.organisation_id)


def comment_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Comment on a proposal: everybody who may read it."""
    return actor.signed_in and read_proposal(actor, proposal)


def record_deviation(actor: Actor, entry: Entry) -> bool:
    """Give reason, owner and expiry of a deviation: the writers of the organisation that owns the entry."""
    return actor.system or (entry.archived_at is None and actor.has(WRITERS, entry.organisation_id))
