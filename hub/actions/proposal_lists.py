"""Lists of proposals: of an entry, of one's own organisations, and what waits for a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub.actions import ancestry
from hub.actions.waiting import Waiting
from hub.policy import WRITERS
from hub.policy import proposals as rights
from hub.store.entries import Entry, Version
from hub.store.proposals import ACTIVE, Proposal, ProposalState
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_SIDES = aliased(Entry), aliased(Entry)

PAGE = 30


@dataclass(frozen=True, slots=True)
class Apart:
    """How far the newest versions of both sides of a proposal have gone since they parted."""

    ahead: int
    """Versions of the offered side that the target does not have; a suggestion has none of its own."""
    behind: int
    """Versions of the target that the offered side does not have."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of proposals."""

    rows: Sequence[Proposal]
    total: int
    page: int
    page_count: int
    apart: Mapping[int, Apart]
    """Id of a proposal → how far its sides are apart; only those that can still change."""


def listing(
    work: Work, *, entry: Entry | None = None, scope: str = "", state: str = "", page: int = 1, size: int = PAGE
) -> Listing:
    """Return readable proposals, newest first: of an entry; `scope`: „in“, „out“ (own organisations), „mine“."""
    target, source = _SIDES
    query = select(Proposal.id).where(rights.read_proposal_visible(work.actor))
    query = query.join(target, target.id == Proposal.target_id).outerjoin(source, source.id == Proposal.source_id)
    own = sorted(work.actor.organisation_ids)
    if entry is not None:
        query = query.where(or_(Proposal.target_id == entry.id, Proposal.source_id == entry.id))
    if scope == "in":
        query = query.where(target.organisation_id.in_(own))
    elif scope == "out":
        query = query.where(Proposal.organisation_id.in_(own), target.organisation_id.not_in(own))
    elif scope == "mine":
        query = query.where(Proposal.opened_by_id == (work.actor.user_id or 0))
    if state == "active":
        query = query.where(Proposal.state.in_(ACTIVE))
    elif state:
        query = query.where(Proposal.state == state)
    total = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_count = max(1, -(-total // size))
    page = min(max(1, page), page_count)
    wanted = query.order_by(Proposal.updated_at.desc(), Proposal.id.desc()).limit(size).offset((page - 1) * size)
    rows = _rows(work, list(work.session.scalars(wanted)))
    return Listing(rows, total, page, page_count, apart(work, rows))


def apart(work: Work, rows: Iterable[Proposal]) -> dict[int, Apart]:
    """Return how far the sides of each active proposal are apart, by its id; one query, whatever their number."""
    sides = {
        row.id: (row.target.head_id, row.source.head_id if row.source is not None else row.base_id)
        for row in rows
        if row.active
    }
    if not sides:
        return {}
    descent = ancestry.graph(work, {id_ for pair in sides.values() for id_ in pair if id_ is not None})
    found = {id_: descent.distance(ours or 0, theirs or 0) for id_, (ours, theirs) in sides.items()}
    return {id_: Apart(distance.behind, distance.ahead) for id_, distance in found.items() if distance is not None}


def _rows(work: Work, ids: Sequence[int]) -> list[Proposal]:
    if not ids:
        return []
    query = select(Proposal).where(Proposal.id.in_(ids)).options(
        joinedload(Proposal.organisation),
        joinedload(Proposal.opened_by),
        *(
            option
            for side in (Proposal.target, Proposal.source)
            for option in (
                joinedload(side).lazyload(Entry.tags),
                joinedload(side).lazyload(Entry.legal_bases),
                joinedload(side).joinedload(Entry.head).options(lazyload(Version.author)),
            )
        ),
    )  # fmt: skip
    found = {row.id: row for row in work.session.scalars(query)}
    return [found[id_] for id_ in ids]


def waiting(work: Work) -> list[Waiting]:
    """Return the proposals this actor is to decide, and those that came back."""
    actor = work.actor
    deciding = sorted(key for key in actor.organisation_ids if actor.has(WRITERS, key))
    if actor.user_id is None or not actor.roles:
        return []
    query = (
        select(Proposal.id)
        .join(Entry, Entry.id == Proposal.target_id)
        .where(
            rights.read_proposal_visible(actor),
            Entry.archived_at.is_(None),
            or_(
                (Proposal.state == ProposalState.OPEN) & Entry.organisation_id.in_(deciding),
                (Proposal.state == ProposalState.DRAFT) & (Proposal.opened_by_id == actor.user_id),
            ),
        )
        .order_by(Proposal.updated_at)
        .limit(200)
    )
    return [
        Waiting(
            _waits_as(row),
            row.target,
            row.updated_at,
            ("proposals.show", {"proposal": row.id}),
            detail=row.title,
        )
        for row in _rows(work, list(work.session.scalars(query)))
    ]


def _waits_as(proposal: Proposal) -> str:
    if proposal.state == ProposalState.OPEN:
        return "proposal.open"
    return "proposal.returned" if proposal.returned else "proposal.draft"
