"""Decide on a proposal change by change, and bring what was taken over into the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from hub import documents
from hub.actions import entries, proposals
from hub.actions.merging import Decided, Item, Review, Side, adopted, review
from hub.documents import Content
from hub.errors import Conflict, Invalid
from hub.policy import proposals as rights
from hub.store.entries import Blob, Entry, Version
from hub.store.proposals import Deviation, Proposal, ProposalDecision, ProposalState, Verdict, Way
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants done about one change."""

    change: str
    verdict: Verdict
    value: str = ""
    reason: str = ""


@dataclass(frozen=True)
class State:
    """A proposal with everything that can be decided about it, and what was decided."""

    proposal: Proposal
    review: Review
    decisions: Mapping[str, ProposalDecision]
    blockers: Sequence[str]
    """Codes of every reason not to merge now."""

    @property
    def open_count(self) -> int:
        """Number of changes nobody has decided about."""
        return sum(item.change not in self.decisions for item in self.review.items)


def sides(work: Work, proposal: Proposal) -> tuple[Side, Side, Side]:
    """Return base, ours and theirs of a proposal with the keys of their parts."""
    kind = proposal.target.kind
    base = Side(_content(work, kind, proposal.base.blob_sha256), entries.element_keys(work, proposal.base))
    ours = Side(_content(work, kind, proposal.ours.blob_sha256), {})
    content = _content(work, kind, proposal.theirs_sha256)
    if proposal.theirs is not None:
        return base, ours, Side(content, entries.element_keys(work, proposal.theirs))
    return base, ours, Side(content, content.keys(base.content, base.keys))


def _content(work: Work, kind: str, sha256: str) -> Content:
    return documents.read(kind, work.session.scalars(select(Blob.content).where(Blob.sha256 == sha256)).one())


def state(work: Work, proposal: Proposal) -> State:
    """Return where a proposal stands, the decisions so far carried out."""
    query = select(ProposalDecision).where(ProposalDecision.proposal_id == proposal.id)
    rows = {row.change: row for row in work.session.scalars(query.options(joinedload(ProposalDecision.decided_by)))}
    before = remembered(work, proposal.target_id, proposal.source_id) if proposal.way == Way.TAKE else frozenset()
    found = review(
        *sides(work, proposal),
        {row.change: Decided(Verdict(row.verdict), row.value) for row in rows.values() if not row.done},
        settled=frozenset(row.change for row in rows.values() if row.done),
        # What was declined here stays in the list, with its reason, for whoever reads the proposal later.
        silent=before.difference(rows),
    )
    live = {change: row for change, row in rows.items() if not row.done}
    return State(proposal, found, live, _blockers(proposal, found, live))


def remembered(work: Work, entry_id: int, source_id: int | None) -> frozenset[str]:
    """Return the digests of changes of `source` that an entry has declined."""
    query = select(Deviation.change).where(
        Deviation.entry_id == entry_id, Deviation.source_id == source_id, Deviation.kind == "declined"
    )
    return frozenset(work.session.scalars(query))


def _blockers(proposal: Proposal, found: Review, decisions: Mapping[str, ProposalDecision]) -> list[str]:
    """Return every reason not to merge; pages show them, `merge` asks here."""
    reasons = []
    if not proposal.active:
        reasons.append("proposal_closed")
    if proposal.target.archived_at is not None:
        reasons.append("target_archived")
    if found.unrelated:
        reasons.append("unrelated")
    if proposal.active and any(proposals.moved_on(proposal)):
        reasons.append("proposal_behind")
    if any(item.clash and item.change not in decisions for item in found.items):
        reasons.append("open_clashes")
    if any(not item.clash and item.change not in decisions for item in found.items):
        reasons.append("open_changes")
    if any(_needs_editing(decisions.get(item.change)) for item in found.items):
        reasons.append("to_adapt")
    return reasons


def _needs_editing(decided: ProposalDecision | None) -> bool:
    return decided is not None and decided.verdict == Verdict.ADAPT and not decided.value


def decide(work: Work, proposal: Proposal, choices: Sequence[Choice], *, revision: int) -> State:
    """Write down decisions; raises `Invalid` by digest for one that lacks its reason or is not offered."""
    work.require(rights.decide_proposal, proposal)
    proposals.hold(work, proposal, revision)
    if not proposal.active:
        raise Conflict("proposal_closed")
    now = state(work, proposal)
    _check(now, choices)
    for choice in choices:
        _note(work, proposal, choice)
    _forget(work, proposal, choices)
    proposals.touch(work, proposal)
    work.session.flush()
    if proposal.opened_at is not None:
        proposals.record(work, proposal, "proposal.decided")
    return state(work, proposal)


def _check(now: State, choices: Sequence[Choice]) -> None:
    wrong: dict[str, str] = {}
    for choice in choices:
        item = now.review.item(choice.change)
        if item is None:
            wrong[choice.change] = "change_gone"
        elif choice.verdict not in item.verdicts:
            wrong[choice.change] = "not_a_choice"
        elif choice.verdict == Verdict.DECLINE and not choice.reason.strip() and now.proposal.opened_at is not None:
            wrong[choice.change] = "decline_reason"
    if wrong:
        raise Invalid(**wrong)


def _note(work: Work, proposal: Proposal, choice: Choice) -> None:
    row = work.session.get(ProposalDecision, (proposal.id, choice.change))
    if row is None:
        row = ProposalDecision(proposal_id=proposal.id, change=choice.change)
        work.session.add(row)
    row.verdict, row.value, row.reason = choice.verdict, choice.value.strip(), choice.reason.strip()
    row.done, row.decided_by_id, row.decided_at = False, work.actor.user_id, work.now


def _forget(work: Work, proposal: Proposal, choices: Sequence[Choice]) -> None:
    """Let go of what was declined once and is decided otherwise now."""
    other = [choice.change for choice in choices if choice.verdict != Verdict.DECLINE]
    if other and proposal.way == Way.TAKE:
        work.session.execute(
            delete(Deviation).where(
                Deviation.entry_id == proposal.target_id,
                Deviation.source_id == proposal.source_id,
                Deviation.change.in_(other),
            )
        )


def adopt_rest(work: Work, proposal: Proposal, *, revision: int, place: str | None = None) -> State:
    """Take over everything nobody has decided about and that does not clash; only in one lane or pool if `place`."""
    now = state(work, proposal)
    rest = [
        Choice(item.change, Verdict.ADOPT)
        for item in now.review.items
        if not item.clash and item.change not in now.decisions and place in (None, item.place)
    ]
    return decide(work, proposal, rest, revision=revision)


def merge(work: Work, proposal: Proposal, message: str, *, revision: int) -> Version | None:
    """Bring what was decided into the target and return the new version; None if everything was declined.

    With changes left for later the version holds the others, and the proposal stays open. Raises `Conflict` with the
    first of `State.blockers`; sending the same twice returns the version that came of it.
    """
    work.require(rights.decide_proposal, proposal)
    if (made := _done_already(work, proposal)) is not None:
        return made
    proposals.hold(work, proposal, revision)
    now = state(work, proposal)
    if now.blockers:
        raise Conflict(now.blockers[0])
    result = documents.read(proposal.target.kind, now.review.result.data)
    return _bring_in(work, now, result, message)


def merge_edited(work: Work, proposal: Proposal, given: Content, message: str, *, revision: int) -> Version | None:
    """Like `merge`, with what somebody made of the result by hand."""
    work.require(rights.decide_proposal, proposal)
    if (made := _done_already(work, proposal)) is not None:
        return made
    proposals.hold(work, proposal, revision)
    now = state(work, proposal)
    if reasons := [reason for reason in now.blockers if reason != "to_adapt"]:
        raise Conflict(reasons[0])
    return _bring_in(work, now, given, message)


def _done_already(work: Work, proposal: Proposal) -> Version | None:
    """Return what came of it if this very person has merged it a moment ago, as by a double click."""
    own = proposal.decided_by_id == work.actor.user_id
    return proposal.result if proposal.state == ProposalState.MERGED and own else None


def _bring_in(work: Work, now: State, result: Content, message: str) -> Version | None:
    proposal, target = now.proposal, now.proposal.target
    verdicts = {item.change: Verdict(now.decisions[item.change].verdict) for item in now.review.items}
    later = Verdict.LATER in verdicts.values()
    made = None
    if result.sha256 != proposal.ours.blob_sha256:
        made = entries.publish(
            work,
            target,
            result,
            message,
            parent_id=proposal.ours_id,
            merged_from=None if later else proposal.theirs,
        )
    elif later:
        raise Conflict("nothing_to_merge")
    _remember(work, now)
    proposal.result_id = made.id if made is not None else proposal.result_id
    proposal.decided_by_id, proposal.decided_at = work.actor.user_id, work.now
    if later and made is not None:
        _mark_done(work, now)
        proposal.ours_id = made.id
        proposals.touch(work, proposal)
        work.session.flush()
        work.session.expire(proposal, ["ours", "result"])
        proposals.record(work, proposal, "proposal.merged_in_part")
        return made
    merged = proposal.result_id is not None
    if merged:
        proposals.move(work, proposal, ProposalState.MERGED)
    else:
        _decline_whole(work, now)
    work.session.flush()
    work.session.expire(proposal, ["result"])
    proposals.record(work, proposal, "proposal.merged" if merged else "proposal.declined")
    return made


def _decline_whole(work: Work, now: State) -> None:
    """Close a proposal of which nothing was taken over."""
    proposal = now.proposal
    reasons = dict.fromkeys(row.reason for row in now.decisions.values() if row.reason)
    if proposal.state == ProposalState.DRAFT:
        proposals.move(work, proposal, ProposalState.WITHDRAWN)
        return
    proposals.move(work, proposal, ProposalState.DECLINED)
    proposal.answer = "\n\n".join(reasons)


def _mark_done(work: Work, now: State) -> None:
    """Note what a partial merge has carried out, down to the single changes, so that it is not asked about again."""
    taken = adopted(now.review.items, {key: Decided(Verdict(row.verdict)) for key, row in now.decisions.items()})
    for item in taken:
        for change in {item.change, *item.parts}:
            row = work.session.get(ProposalDecision, (now.proposal.id, change))
            if row is None:
                row = ProposalDecision(
                    proposal_id=now.proposal.id,
                    change=change,
                    verdict=now.decisions[item.change].verdict,
                    decided_by_id=work.actor.user_id,
                    decided_at=work.now,
                )
                work.session.add(row)
            row.done = True


def _remember(work: Work, now: State) -> None:
    """Keep what a fork declined of its origin, with the reason, as a deviation."""
    proposal = now.proposal
    if proposal.way != Way.TAKE:
        return
    for item in now.review.items:
        row = now.decisions[item.change]
        if row.verdict == Verdict.DECLINE:
            note_declined(work, proposal.target, proposal.source, item, row.reason)


def note_declined(
    work: Work,
    entry: Entry,
    source: Entry | None,
    item: Item,
    reason: str,
    *,
    owner: str = "",
    expires_on: date | None = None,
) -> Deviation:
    """Remember that `entry` declined a change of `source`; once per change, the newest reason counts."""
    query = select(Deviation).where(Deviation.entry_id == entry.id, Deviation.change == item.change)
    row = work.session.scalar(query)
    if row is None:
        row = Deviation(entry_id=entry.id, change=item.change)
        work.session.add(row)
    row.source_id = source.id if source is not None else None
    row.kind, row.element_key, row.sentence, row.reason = "declined", item.element_key[:40], item.german, reason
    row.owner, row.expires_on = owner or row.owner or entry.responsible, expires_on or row.expires_on
    row.decided_by_id, row.decided_at = work.actor.user_id, work.now
    work.session.flush()
    return row
