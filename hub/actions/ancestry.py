"""The graph of versions across entries: where two versions part, and how far each has gone since.

A version stands on its parent, on what was merged into it, and in a fork on a version of the origin. One that
restores an older state stands on that state alone: what came between is undone and may be offered again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from hub.store.entries import Version
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Node:
    """A version as far as its descent goes."""

    id: int
    entry_id: int
    sequence: int
    above: tuple[int, ...]
    """Ids of the versions it stands on; always smaller than its own."""


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
        self._above: dict[int, frozenset[int]] = {}

    def ancestors(self, version_id: int) -> frozenset[int]:
        """Return a version and everything it stands on."""
        kept = self._above.get(version_id)
        if kept is None:
            found, waiting = set[int](), [version_id]
            while waiting:
                at = waiting.pop()
                if at not in found and at in self.nodes:
                    found.add(at)
                    waiting += self.nodes[at].above
            kept = self._above[version_id] = frozenset(found)
        return kept

    def base(self, one: int, other: int) -> int | None:
        """Return the nearest version both stand on; None for strangers.

        Ids grow along the graph, so the greatest common one has no common descendant.
        """
        return max(self.ancestors(one) & self.ancestors(other), default=None)

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
        ).where(Version.id.in_(select(found.c.id)))
    )
    nodes = {}
    for id_, entry_id, sequence, parent, merged, restored in rows:
        ways = (restored,) if restored is not None else (parent, merged)
        nodes[id_] = Node(id_, entry_id, sequence, tuple(way for way in ways if way is not None))
    return Graph(nodes)


def merge_base(work: Work, ours: Version, theirs: Version) -> int | None:
    """Return the id of the nearest version both stand on; None for strangers."""
    return graph(work, (ours.id, theirs.id)).base(ours.id, theirs.id)
