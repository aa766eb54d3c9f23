"""The graph of versions across entries: where two versions part, and how far each has gone since.

A version stands on its parent, on what was merged into it, and in a fork on a version of the origin. One that
restores an older state stands on that state alone: what came between is undone and may be offered again.

Where a merge left something out, it stands on what was offered only for the side that decided: that side is not asked
again. For the other side it is no common ground, or its own steps would come back to it as things to remove.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select

from hub.store.entries import Version
from hub.store.proposals import Proposal, ProposalDecision, Verdict
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Node:
    """A version as far as its descent goes."""

    id: int
    entry_id: int
    sequence: int
    above: tuple[int, ...]
    """Ids of the versions it stands on; always smaller than its own."""
    chosen: int | None = None
    """The one of these of which not everything was taken over as it was."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How two versions stand to each other."""

    base_id: int
    ahead: int
    """Versions only the first one stands on, without the copies that forking makes."""
    behind: int
    """Versions only the second one stands on."""


class Graph:
    """The part of the version graph that some versions stand on."""

    def __init__(self, nodes: Mapping[int, Node]) -> None:
        self.nodes = nodes
        self._above: dict[tuple[int, int | None], frozenset[int]] = {}

    def ancestors(self, version_id: int, *, into: int | None = None) -> frozenset[int]:
        """Return a version and everything it stands on.

        With the id of an entry `into`, leave out what others than that entry took over only in part.
        """
        kept = self._above.get((version_id, into))
        if kept is None:
            found, waiting = set[int](), [version_id]
            while waiting:
                at = waiting.pop()
                if at not in found and (node := self.nodes.get(at)) is not None:
                    found.add(at)
                    left_out = node.chosen if into not in (None, node.entry_id) else None
                    waiting += [way for way in node.above if way != left_out]
            kept = self._above[version_id, into] = frozenset(found)
        return kept

    def base(self, ours: int, theirs: int) -> int | None:
        """Return the nearest version both stand on when `theirs` is to come into `ours`; None for strangers.

        Ids grow along the graph, so the greatest common one has no common descendant.
        """
        if (target := self.nodes.get(ours)) is None:
            return None
        return max(self.ancestors(ours) & self.ancestors(theirs, into=target.entry_id), default=None)

    def distance(self, ours: int, theirs: int) -> Distance | None:
        """Return how far each has gone since they parted; None for strangers."""
        base = self.base(ours, theirs)
        if base is None:
            return None
        mine, yours = self.ancestors(ours), self.ancestors(theirs)
        return Distance(base, self._count(mine - yours), self._count(yours - mine))

    def _count(self, ids: Iterable[int]) -> int:
        return sum(not self._is_copy(self.nodes[id_]) for id_ in ids)

    def _is_copy(self, node: Node) -> bool:
        """Whether it only repeats a version of the origin under a new entry."""
        return node.sequence == 1 and bool(node.above)


_LEFT_OUT = exists().where(
    Proposal.target_id == Version.entry_id,
    Proposal.result_id == Version.id,
    ProposalDecision.proposal_id == Proposal.id,
    ProposalDecision.verdict.in_((Verdict.DECLINE, Verdict.ADAPT)),
)
"""Whether a merged version declined or adapted something of what was offered."""


def graph(work: Work, version_ids: Iterable[int]) -> Graph:
    """Return the graph above some versions; one query, whatever their number."""
    wanted = sorted(set(version_ids))
    start = select(Version.id, Version.parent_id, Version.merged_from_id, Version.restored_from_id).where(
        Version.id.in_(wanted)
    )
    above = start.cte("above", recursive=True)
    step = select(Version.id, Version.parent_id, Version.merged_from_id, Version.restored_from_id).join(
        above,
        or_(
            Version.id == above.c.parent_id,
            Version.id == above.c.merged_from_id,
            Version.id == above.c.restored_from_id,
        ),
    )
    found = above.union(step)
    rows = work.session.execute(
        select(
            Version.id,
            Version.entry_id,
            Version.sequence,
            Version.parent_id,
            Version.merged_from_id,
            Version.restored_from_id,
            and_(Version.merged_from_id.is_not(None), _LEFT_OUT),
        ).where(Version.id.in_(select(found.c.id)))
    )
    nodes = {}
    for id_, entry_id, sequence, parent, merged, restored, left_out in rows:
        ways = (restored,) if restored is not None else (parent, merged)
        stands_on = tuple(way for way in ways if way is not None)
        nodes[id_] = Node(id_, entry_id, sequence, stands_on, merged if left_out else None)
    return Graph(nodes)


def merge_base(work: Work, ours: Version, theirs: Version) -> int | None:
    """Return the id of the nearest version both stand on; None for strangers."""
    return graph(work, (ours.id, theirs.id)).base(ours.id, theirs.id)
