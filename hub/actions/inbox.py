"""What is new upstream for the forks of one's own organisations, as single changes; taken over in bulk or declined."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub import documents, policy
from hub.actions import ancestry, deciding, proposals
from hub.actions.ancestry import Distance
from hub.actions.batches import contents_of, keys_of, versions_of
from hub.actions.deciding import Choice
from hub.actions.merging import Item, Review, Side, review
from hub.actions.waiting import Waiting
from hub.errors import Invalid, NotFound
from hub.policy import WRITERS
from hub.policy import proposals as rights
from hub.store.entries import Entry, Version
from hub.store.proposals import ACTIVE, Deviation, Proposal, Verdict, Way
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_NEWER = aliased(Entry), aliased(Version), aliased(Version), aliased(Version)

PAGE = 10
"""Entries on one page; their changes are worked out for this page only."""


@dataclass(frozen=True, slots=True)
class Newer:
    """A fork whose origin has moved on."""

    fork: Entry
    origin: Entry
    ours: Version
    theirs: Version
    apart: Distance


@dataclass(frozen=True)
class Pending:
    """A fork with what is new for it, change by change."""

    newer: Newer
    review: Review
    proposal: Proposal | None
    """The takeover that is being decided."""
    elsewhere: Mapping[str, Sequence[Deviation]]
    """Digest of a change → who else declined it, with the reason."""

    @property
    def harmless(self) -> list[Item]:
        """The changes that touch nothing the fork does its own way."""
        return [item for item in self.review.items if not item.clash and not item.local]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox."""

    rows: Sequence[Pending]
    total: int
    page: int
    page_count: int


def newer(work: Work, *, fork_id: int | None = None) -> list[Newer]:
    """Return the forks of one's own organisations whose readable origin has what they lack; two queries.

    What was taken over or declined as a whole is no news. The origin that moved last comes first.
    """
    fork, ours, theirs, pinned = _NEWER
    closed = exists().where(
        Proposal.target_id == fork.id,
        Proposal.theirs_id == theirs.id,
        Proposal.way == Way.TAKE,
        Proposal.state == "declined",
    )
    query = (
        select(fork, Entry, ours, theirs)
        .select_from(fork)
        .join(pinned, pinned.id == fork.forked_from_id)
        .join(Entry, Entry.id == pinned.entry_id)
        .join(ours, ours.id == fork.head_id)
        .join(theirs, theirs.id == Entry.head_id)
        .where(
            fork.organisation_id.in_(sorted(work.actor.organisation_ids)),
            fork.archived_at.is_(None),
            policy.read_visible(work.actor),
            theirs.blob_sha256 != ours.blob_sha256,
            ~closed,
        )
        .options(
            *(
                option
                for row in (fork, Entry)
                for option in (lazyload(row.tags), lazyload(row.legal_bases), joinedload(row.organisation))
            ),
            lazyload(ours.author),
            lazyload(theirs.author),
        )
    )
    if fork_id is not None:
        query = query.where(fork.id == fork_id)
    rows = [row for row in work.session.execute(query).all() if policy.read_drafts(work.actor, row[1])]
    if not rows:
        return []
    descent = ancestry.graph(work, {version.id for row in rows for version in (row[2], row[3])})
    found = []
    for child, origin, mine, yours in rows:
        apart = descent.distance(mine.id, yours.id)
        if apart is not None and apart.behind:
            found.append(Newer(child, origin, mine, yours, apart))
    return sorted(found, key=lambda row: (row.theirs.created_at, row.fork.id), reverse=True)


def show(work: Work, *, page: int = 1, size: int = PAGE) -> Inbox:
    """Return one page of the inbox; a fixed number of queries, however many forks there are."""
    known = newer(work)
    page_count = max(1, -(-len(known) // size))
    page = min(max(1, page), page_count)
    rows = pending(work, known[(page - 1) * size : page * size])
    shown = [row for row in rows if row.review.items or row.proposal is not None]
    return Inbox(shown, len(known), page, page_count)


def pending(work: Work, rows: Sequence[Newer]) -> list[Pending]:
    """Work out the changes of some forks."""
    bases = versions_of(work, {row.apart.base_id for row in rows})
    contents = contents_of(
        work, {version.blob_sha256 for row in rows for version in (bases[row.apart.base_id], row.ours, row.theirs)}
    )
    keys = keys_of(work, {id_ for row in rows for id_ in (row.apart.base_id, row.theirs.id)})
    declined = _declined(work, [row.fork.id for row in rows])
    running = _running(work, [row.fork.id for row in rows])
    found: list[Pending] = []
    for row in rows:
        base = bases[row.apart.base_id]
        reviewed = review(
            Side(documents.read(row.fork.kind, contents[base.blob_sha256]), keys.get(base.id, {})),
            Side(documents.read(row.fork.kind, contents[row.ours.blob_sha256]), {}),
            Side(documents.read(row.fork.kind, contents[row.theirs.blob_sha256]), keys.get(row.theirs.id, {})),
            {},
            silent=frozenset(declined.get((row.fork.id, row.origin.id), ())),
        )
        found.append(Pending(row, reviewed, running.get((row.fork.id, row.origin.id)), {}))
    others = elsewhere(work, {item.change for row in found for item in row.review.items}, {row.fork.id for row in rows})
    return [Pending(row.newer, row.review, row.proposal, others) for row in found]


def _declined(work: Work, fork_ids: Sequence[int]) -> dict[tuple[int, int], set[str]]:
    found: dict[tuple[int, int], set[str]] = {}
    query = select(Deviation.entry_id, Deviation.source_id, Deviation.change)
    query = query.where(Deviation.entry_id.in_(fork_ids), Deviation.kind == "declined")
    for entry_id, source_id, change in work.session.execute(query):
        if source_id is not None:
            found.setdefault((entry_id, source_id), set()).add(change)
    return found


def _running(work: Work, fork_ids: Sequence[int]) -> dict[tuple[int, int], Proposal]:
    query = select(Proposal).where(
        Proposal.target_id.in_(fork_ids),
        Proposal.way == Way.TAKE,
        Proposal.state.in_(ACTIVE),
        rights.read_proposal_visible(work.actor),
    )
    query = query.options(
        *(
            option
            for side in (Proposal.target, Proposal.source)
            for option in (joinedload(side).lazyload(Entry.tags), joinedload(side).lazyload(Entry.legal_bases))
        )
    )
    return {(row.target_id, row.source_id or 0): row for row in work.session.scalars(query)}


def elsewhere(work: Work, changes: Iterable[str], own: Iterable[int]) -> dict[str, list[Deviation]]:
    """Return who else declined these changes, as far as the actor may read their entries."""
    query = (
        select(Deviation)
        .join(Entry, Entry.id == Deviation.entry_id)
        .where(
            Deviation.change.in_(sorted(changes)), Deviation.entry_id.not_in(sorted(own)), Deviation.kind == "declined"
        )
        .where(policy.read_visible(work.actor))
        .options(joinedload(Deviation.entry).options(lazyload(Entry.tags), lazyload(Entry.legal_bases)))
        .order_by(Deviation.id)
    )
    found: dict[str, list[Deviation]] = {}
    for row in work.session.scalars(query):
        found.setdefault(row.change, []).append(row)
    return found


def declined_from(work: Work, origin: Entry, *, limit: int = 200) -> list[Deviation]:
    """Return what other cities declined of an entry, as far as the actor may read their forks."""
    query = (
        select(Deviation)
        .join(Entry, and_(Entry.id == Deviation.entry_id, policy.read_visible(work.actor)))
        .where(Deviation.source_id == origin.id, Deviation.kind == "declined")
        .options(joinedload(Deviation.entry).options(lazyload(Entry.tags), lazyload(Entry.legal_bases)))
        .order_by(Deviation.id.desc())
        .limit(limit)
    )
    return list(work.session.scalars(query))


def one(work: Work, fork: Entry) -> Pending:
    """Return what is new for one fork; raises `NotFound` if nothing is."""
    found = newer(work, fork_id=fork.id)
    if not found:
        raise NotFound
    return pending(work, found)[0]


def adopt(work: Work, fork: Entry) -> Version | None:
    """Take over what touches no deviation of a fork, as one version; None if there is nothing of the kind.

    The rest stays in an open proposal. Undoing it is restoring the version before.
    """
    work.require(rights.record_deviation, fork)
    found = one(work, fork)
    if not found.harmless:
        return None
    title = f"Neuerungen aus {found.newer.origin.organisation.short_name}"
    made = proposals.between(work, found.newer.origin, fork, title=title)
    if made.opened_at is None:
        proposals.send(work, made)
    proposals.update(work, made)
    now = deciding.state(work, made)
    choices = [
        Choice(item.change, Verdict.LATER if item.clash or item.local else Verdict.ADOPT)
        for item in now.review.items
        if item.change not in now.decisions
    ]
    deciding.decide(work, made, choices, revision=made.revision)
    number = found.newer.theirs.number
    message = f"Übernommen von {found.newer.origin.organisation.short_name}, Version {number}"
    return deciding.merge(work, made, message, revision=made.revision)


def decline(work: Work, fork: Entry, change: str, reason: str) -> Deviation:
    """Decline one change of the origin; it is not offered again until it changes. Raises `NotFound`, `Invalid`."""
    work.require(rights.record_deviation, fork)
    if not reason.strip():
        raise Invalid(reason="decline_reason")
    found = one(work, fork)
    item = found.review.item(change)
    if item is None:
        raise NotFound
    row = deciding.note_declined(work, fork, found.newer.origin, item, reason.strip())
    work.record("deviation.recorded", fork, deviation_id=row.id)
    return row


def waiting(work: Work) -> list[Waiting]:
    """Return one line for all that is new upstream, for those who may take it over."""
    actor = work.actor
    if not any(actor.has(WRITERS, key) for key in actor.organisation_ids):
        return []
    known = [row for row in newer(work) if actor.has(WRITERS, row.fork.organisation_id)]
    if not known:
        return []
    since: datetime = min(row.theirs.created_at for row in known)
    names = ", ".join(row.fork.title for row in known[:3]) + (" …" if len(known) > 3 else "")
    return [Waiting("upstream.newer", None, since, ("inbox.show", {}), detail=f"{len(known)}: {names}")]
