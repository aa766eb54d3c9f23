"""Proposals: open, find, send, bring up to date, return, decline, withdraw, and talk about them."""

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import ancestry, entries
from hub.documents import Content
from hub.errors import Conflict, Invalid, NotFound
from hub.policy import WRITERS
from hub.policy import proposals as rights
from hub.store.accounts import Membership, User
from hub.store.entries import Entry, Version, Visibility
from hub.store.proposals import (
    ACTIVE,
    Proposal,
    ProposalComment,
    ProposalDecision,
    ProposalState,
    Way,
)
from hub.work import Work

_PINS = ("state", "revision", "base_id", "ours_id", "theirs_id", "theirs_sha256", "result_id", "opened_at")


def find(work: Work, entry: Entry, proposal_id: int) -> Proposal:
    """Return a readable proposal to `entry`; raises `NotFound`."""
    found = work.session.get(Proposal, proposal_id)
    if found is None or found.target_id != entry.id or not rights.read_proposal(work.actor, found):
        raise NotFound
    return found


def hold(work: Work, proposal: Proposal, revision: int | None = None) -> None:
    """Hold target and proposal until the transaction ends; raises `Conflict` if it is not as in `revision`."""
    entries.lock(work, proposal.target)
    work.session.refresh(proposal, _PINS, with_for_update=True)
    if revision is not None and revision != proposal.revision:
        raise Conflict("proposal_moved_on")


def move(work: Work, proposal: Proposal, state: ProposalState) -> None:
    """Bring a proposal into another state; raises `Conflict("proposal_closed")` where no move leads there."""
    if not proposal.may_become(state):
        raise Conflict("proposal_closed")
    proposal.state = state
    touch(work, proposal)


def touch(work: Work, proposal: Proposal) -> None:
    """Note that the proposal changed, so that forms shown before are stale."""
    proposal.revision += 1
    proposal.updated_at = work.now


def way(work: Work, source: Entry, target: Entry) -> Way:
    """Return which way a proposal from `source` to `target` goes: down from an origin, or up or across."""
    at, seen = target, {target.id}
    while at.forked_from is not None and (above := at.forked_from.entry_id) not in seen:
        if above == source.id:
            return Way.TAKE
        seen.add(above)
        at = work.session.get_one(Entry, above)
    return Way.OFFER


def between(work: Work, source: Entry, target: Entry, *, title: str, description: str = "") -> Proposal:
    """Draft a proposal that brings the newest version of `source` into `target`, a relative of it.

    The same person's draft, or an open proposal between the two, is returned as it is. Raises `Invalid` on `source`:
    „same_entry“, „wrong_kind“, „source_hidden“ where the target's city could not read it, „not_related“,
    „same_content“, „nothing_new“.
    """
    if not policy.read_drafts(work.actor, source):
        raise NotFound
    work.require(rights.propose, target)
    if source.id == target.id:
        raise Invalid(source="same_entry")
    if source.kind != target.kind:
        raise Invalid(source="wrong_kind")
    if source.visibility == Visibility.CITY and source.organisation_id != target.organisation_id:
        raise Invalid(source="source_hidden")
    entries.lock(work, target)
    if (known := _active(work, source, target)) is not None:
        return known
    theirs, ours = source.head, target.head
    if theirs is None or ours is None:
        raise NotFound
    descent = ancestry.graph(work, (ours.id, theirs.id))
    base_id = descent.base(ours.id, theirs.id)
    if base_id is None:
        raise Invalid(source="not_related")
    if theirs.blob_sha256 == ours.blob_sha256:
        raise Invalid(source="same_content")
    apart = descent.distance(ours.id, theirs.id)
    if apart is None or apart.behind == 0:
        raise Invalid(source="nothing_new")
    made = Proposal(
        target=target,
        source=source,
        way=way(work, source, target),
        base_id=base_id,
        ours_id=ours.id,
        theirs_id=theirs.id,
        theirs_sha256=theirs.blob_sha256,
        title=title,
        description=description,
        opened_by_id=work.actor.user_id,
        organisation_id=_speaking_for(work, source, target),
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _active(work: Work, source: Entry, target: Entry) -> Proposal | None:
    query = select(Proposal).where(
        Proposal.target_id == target.id, Proposal.source_id == source.id, Proposal.state.in_(ACTIVE)
    )
    seen = or_(Proposal.opened_at.is_not(None), Proposal.opened_by_id == work.actor.user_id)
    return work.session.scalars(query.where(seen).order_by(Proposal.id.desc()).limit(1)).first()


def suggest(work: Work, target: Entry, base: Version, given: Content, *, title: str, description: str = "") -> Proposal:
    """Draft a proposal with content of its own, made from the version `base` of `target`.

    Sending the same again returns the draft that is there. Raises `Invalid(source="unchanged")` for the content of
    `base` or of the newest version.
    """
    work.require(rights.propose, target)
    if given.kind != target.kind:
        raise Invalid(source="wrong_kind")
    entries.lock(work, target)
    if target.head is None or base.entry_id != target.id:
        raise NotFound
    if given.sha256 in (base.blob_sha256, target.head.blob_sha256):
        raise Invalid(source="unchanged")
    query = select(Proposal).where(
        Proposal.target_id == target.id,
        Proposal.state.in_(ACTIVE),
        Proposal.opened_by_id == work.actor.user_id,
        Proposal.theirs_sha256 == given.sha256,
        Proposal.way == Way.SUGGEST,
    )
    if (known := work.session.scalars(query.limit(1)).first()) is not None:
        return known
    entries.put_blob(work, given.source, given.sha256)
    made = Proposal(
        target=target,
        way=Way.SUGGEST,
        base_id=base.id,
        ours_id=target.head.id,
        theirs_sha256=given.sha256,
        title=title,
        description=description,
        opened_by_id=work.actor.user_id,
        organisation_id=_speaking_for(work, None, target),
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _speaking_for(work: Work, source: Entry | None, target: Entry) -> int:
    """Return the organisation a proposer speaks for: that of the source or the target if a member, else one's own."""
    own = work.actor.organisation_ids
    for entry in (source, target):
        if entry is not None and entry.organisation_id in own:
            return entry.organisation_id
    return min(own, default=target.organisation_id)


def send(work: Work, proposal: Proposal, *, revision: int | None = None) -> None:
    """Open a draft, so that the target's city sees it; also one that was returned, declined or withdrawn."""
    work.require(rights.edit_proposal, proposal)
    work.require(rights.propose, proposal.target)
    hold(work, proposal, revision)
    move(work, proposal, ProposalState.OPEN)
    first = proposal.opened_at is None
    proposal.opened_at = proposal.opened_at or work.now
    proposal.decided_at = proposal.decided_by_id = None
    proposal.answer = ""
    work.session.flush()
    record(work, proposal, "proposal.opened" if first else "proposal.reopened", target_too=True)


def describe(work: Work, proposal: Proposal, *, title: str, description: str, revision: int) -> None:
    """Change title and description."""
    work.require(rights.edit_proposal, proposal)
    hold(work, proposal, revision)
    if not proposal.active:
        raise Conflict("proposal_closed")
    proposal.title, proposal.description = title, description
    touch(work, proposal)
    _tell_update(work, proposal)


def revise(work: Work, proposal: Proposal, given: Content, *, revision: int) -> None:
    """Replace the content of a suggestion; raises `Invalid(source="unchanged")` for the content it has."""
    work.require(rights.edit_proposal, proposal)
    hold(work, proposal, revision)
    if not proposal.active:
        raise Conflict("proposal_closed")
    if proposal.way != Way.SUGGEST or given.kind != proposal.target.kind:
        raise Invalid(source="wrong_kind")
    if given.sha256 in (proposal.theirs_sha256, proposal.base.blob_sha256):
        raise Invalid(source="unchanged")
    entries.put_blob(work, given.source, given.sha256)
    proposal.theirs_sha256 = given.sha256
    touch(work, proposal)
    _tell_update(work, proposal)


def moved_on(proposal: Proposal) -> tuple[bool, bool]:
    """Return whether the target, and whether the source, has a newer version than the proposal speaks of."""
    ours = proposal.active and proposal.target.head_id != proposal.ours_id
    theirs = proposal.active and proposal.source is not None and proposal.source.head_id != proposal.theirs_id
    return ours, theirs


def update(work: Work, proposal: Proposal) -> bool:
    """Pin the newest versions of both sides; return whether anything moved.

    Decisions stay: they are found again by what a change does, and what has become another change is asked anew. The
    base stays too, unless the newer versions have a nearer one and nothing was taken over in part.
    """
    if not rights.decide_proposal(work.actor, proposal):
        work.require(rights.edit_proposal, proposal)
    hold(work, proposal)
    ours, theirs = moved_on(proposal)
    if not (ours or theirs):
        return False
    pin(proposal)
    if proposal.theirs_id is not None and proposal.result_id is None:
        descent = ancestry.graph(work, (proposal.ours_id, proposal.theirs_id))
        proposal.base_id = descent.base(proposal.ours_id, proposal.theirs_id) or proposal.base_id
    touch(work, proposal)
    work.session.flush()
    work.session.expire(proposal, ["base", "ours", "theirs"])
    _tell_update(work, proposal)
    return True


def pin(proposal: Proposal) -> None:
    """Pin the newest versions of both sides."""
    head = proposal.target.head
    if head is not None:
        proposal.ours_id = head.id
    if proposal.source is not None and proposal.source.head is not None:
        proposal.theirs_id = proposal.source.head.id
        proposal.theirs_sha256 = proposal.source.head.blob_sha256


def _tell_update(work: Work, proposal: Proposal) -> None:
    work.session.flush()
    if proposal.opened_at is not None:
        record(work, proposal, "proposal.updated")


def decline(work: Work, proposal: Proposal, reason: str, *, revision: int) -> None:
    """Decline as a whole; raises `Invalid(reason="reason_needed")` without a reason."""
    _answer(work, proposal, reason, revision, ProposalState.DECLINED)
    proposal.decided_at, proposal.decided_by_id = work.now, work.actor.user_id
    work.session.flush()
    record(work, proposal, "proposal.declined")


def give_back(work: Work, proposal: Proposal, reason: str, *, revision: int) -> None:
    """Return to the proposer with a question; raises `Invalid(reason="reason_needed")` without one."""
    _answer(work, proposal, reason, revision, ProposalState.DRAFT)
    work.session.flush()
    record(work, proposal, "proposal.returned")


def _answer(work: Work, proposal: Proposal, reason: str, revision: int, state: ProposalState) -> None:
    work.require(rights.decide_proposal, proposal)
    hold(work, proposal, revision)
    if proposal.state != ProposalState.OPEN:
        raise Conflict("proposal_closed")
    if not reason.strip():
        raise Invalid(reason="answer_needed")
    move(work, proposal, state)
    proposal.answer = reason.strip()


def withdraw(work: Work, proposal: Proposal, *, revision: int) -> None:
    """Withdraw a proposal, or throw a draft away; it stays readable for those who could read it."""
    work.require(rights.edit_proposal, proposal)
    hold(work, proposal, revision)
    move(work, proposal, ProposalState.WITHDRAWN)
    work.session.flush()
    if proposal.opened_at is not None:
        record(work, proposal, "proposal.withdrawn", target_too=True)


def comment(work: Work, proposal: Proposal, text: str, *, change: str = "", subject: str = "") -> ProposalComment:
    """Add a remark on the proposal or on one of its changes; raises `Invalid(text="comment_empty")`."""
    work.require(rights.comment_proposal, proposal)
    if not text.strip():
        raise Invalid(text="comment_empty")
    own = work.actor.organisation_ids
    speaks_for = next(
        (key for key in (proposal.organisation_id, proposal.target.organisation_id) if key in own), min(own)
    )
    made = ProposalComment(
        proposal_id=proposal.id,
        change=change,
        subject=subject,
        author_id=work.actor.user_id,
        organisation_id=speaks_for,
        text=text.strip(),
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    if proposal.opened_at is not None:
        record(work, proposal, "proposal.commented")
    return made


def comments(work: Work, proposal: Proposal) -> list[ProposalComment]:
    """Return all remarks, oldest first."""
    query = select(ProposalComment).where(ProposalComment.proposal_id == proposal.id).order_by(ProposalComment.id)
    return list(
        work.session.scalars(
            query.options(joinedload(ProposalComment.author), joinedload(ProposalComment.organisation))
        )
    )


def record(work: Work, proposal: Proposal, kind: str, *, target_too: bool = False) -> None:
    """Write down what happened and whom it concerns; the whole target's city where it has to act."""
    told = _concerned(work, proposal)
    if target_too:
        told |= _writers(work, [proposal.target.organisation_id])
    work.record(
        kind,
        proposal.target,
        proposal_id=proposal.id,
        source_id=proposal.source_id,
        title=proposal.title,
        tell=sorted(told - {work.actor.user_id or 0}),
    )


def _concerned(work: Work, proposal: Proposal) -> set[int]:
    """Return who opened it, decided something, or said something."""
    said = select(ProposalComment.author_id).where(ProposalComment.proposal_id == proposal.id)
    decided = select(ProposalDecision.decided_by_id).where(ProposalDecision.proposal_id == proposal.id)
    return {key for key in (*work.session.scalars(said.union(decided)), proposal.opened_by_id) if key is not None}


def _writers(work: Work, organisation_ids: Iterable[int]) -> set[int]:
    query = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(User.active, Membership.role.in_(WRITERS))
    )
    return set(work.session.scalars(query.where(Membership.organisation_id.in_(list(organisation_ids)))))
