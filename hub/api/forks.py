"""Forks: derive an entry for one's own organisation, and see the family."""

from __future__ import annotations

from hub.actions import entries, library, organisations
from hub.api.contract import Made, Output, Routes
from hub.api.entries import EntryOut, shown
from hub.api.shapes import EntryRef, VersionRef, address_of, entry_ref, version_ref
from hub.inputs.contents import SendFork
from hub.store.entries import Version
from hub.work import Work

routes = Routes("Ableitungen")


class Relative(Output):
    """One entry of the family, the version of its origin it was made from, and what was derived from it."""

    entry: EntryRef
    version: VersionRef | None
    forked_from: VersionRef | None
    forks: list[Relative]


class Family(Output):
    """The tree of forks from the oldest readable entry down."""

    root: Relative


def _node(work: Work, found: library.Relative, made_from: Version | None) -> Relative:
    return Relative(
        entry=entry_ref(found.entry),
        version=version_ref(_current(work, found)),
        forked_from=version_ref(made_from),
        forks=[_node(work, child, child.origin) for child in found.children],
    )


def _current(work: Work, found: library.Relative) -> Version:
    return entries.current(work, found.entry)


@routes.get("/entries/<city>/<slug>/family", summary="Den Stammbaum eines Eintrags lesen", returns=Family)
def read_family(work: Work, city: str, slug: str) -> Family:
    """Return all readable entries of the family; a fork of something unreadable hangs on the nearest readable one."""
    tree = library.family(work, entries.find(work, city, slug))
    return Family(root=_node(work, tree, None))


@routes.post(
    "/entries/<city>/<slug>/forks", summary="Für die eigene Organisation ableiten", body=SendFork, returns=EntryOut
)
def fork_entry(work: Work, city: str, slug: str, body: SendFork) -> Made:
    """Make an entry of one's own that starts as a version of this one; the reason for deviating is kept."""
    entry = entries.find(work, city, slug)
    origin = entries.version(work, entry, body.version) if body.version else entries.current(work, entry)
    owner = organisations.find(work, body.organisation)
    made = entries.fork(work, entry, origin, owner, title=body.title, reason=body.reason)
    return Made(shown(work, made), "read_entry", address_of(made))
