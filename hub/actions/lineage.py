"""The relatives of an entry, with how far each has gone its own way."""

from dataclasses import dataclass

from hub import policy
from hub.actions import ancestry, library
from hub.actions.ancestry import Distance
from hub.store.entries import Entry, Version
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative a proposal can go to."""

    entry: Entry
    version: Version
    behind: int
    """Versions of one's own it does not have."""
    ahead: int
    """Versions of its own."""

    @property
    def path(self) -> str:
        """City and address, such as `marburg/hundesteuer`."""
        return f"{self.entry.organisation.slug}/{self.entry.slug}"


def relatives(work: Work, entry: Entry) -> list[Relative]:
    """Return the readable relatives of an entry that are not archived, the origin first."""
    tree = library.family(work, entry)
    found = [row for row in _flat(tree) if row.id != entry.id and row.head is not None and row.archived_at is None]
    own = entry.head
    if own is None:
        return []
    descent = ancestry.graph(work, [own.id, *(row.head.id for row in found if row.head is not None)])
    known = [(row, row.head, descent.distance(own.id, row.head.id)) for row in found if row.head is not None]
    origin_id = entry.forked_from.entry_id if entry.forked_from is not None else 0
    listed = [Relative(row, head, apart.ahead, apart.behind) for row, head, apart in known if apart is not None]
    return sorted(listed, key=lambda row: (row.entry.id != origin_id, row.entry.organisation.short_name, row.entry.id))


def _flat(node: library.Relative) -> list[Entry]:
    return [node.entry, *(entry for child in node.children for entry in _flat(child))]


def from_origin(work: Work, entry: Entry, origin: library.Origin | None) -> Distance | None:
    """Return how far a fork and its origin have gone since they last had the same; None without a readable origin."""
    if origin is None or origin.newest is None or entry.head_id is None:
        return None
    return ancestry.graph(work, (entry.head_id, origin.newest.id)).distance(entry.head_id, origin.newest.id)


def distances(work: Work, tree: library.Relative) -> dict[int, Distance]:
    """Return how far each fork of a tree and what stands above it have gone, by the fork's id; one query.

    Only where the actor reads the drafts of both.
    """
    pairs = {
        child.entry.id: (child.entry.head_id, above.entry.head_id)
        for above, child in _pairs(tree)
        if policy.read_drafts(work.actor, above.entry) and policy.read_drafts(work.actor, child.entry)
    }
    descent = ancestry.graph(work, {id_ for pair in pairs.values() for id_ in pair if id_ is not None})
    found = {key: descent.distance(ours or 0, theirs or 0) for key, (ours, theirs) in pairs.items()}
    return {key: apart for key, apart in found.items() if apart is not None}


def _pairs(node: library.Relative) -> list[tuple[library.Relative, library.Relative]]:
    return [pair for child in node.children for pair in ((node, child), *_pairs(child))]
