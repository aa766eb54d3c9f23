"""Who searches: the few facts about a person that decide what they may find."""

from __future__ import annotations

from dataclasses import dataclass

from hub.policy import Actor
from hub.search.documents import Document, Scope
from hub.text.tree import All, Node, Some, Token, Without


@dataclass(frozen=True)
class Reader:
    """The rights of whoever searches, as far as the index must know them. The default is a guest."""

    organisation_ids: frozenset[int] = frozenset()
    cooperates: bool = False
    """Belongs to a city or the IKZ office."""
    land: bool = False
    """Belongs to an authority of the Land."""
    everything: bool = False
    """The hub itself."""

    @classmethod
    def of(cls, actor: Actor) -> Reader:
        """Return the reader that `actor` is."""
        return cls(actor.organisation_ids, actor.cooperates, actor.reviews_for_land, actor.system)

    def audiences(self) -> tuple[str, ...]:
        """Return the marks under which comments for this reader are indexed; see `Remark.audiences`."""
        marks = [f"c{number}_" for number in sorted(self.organisation_ids)]
        if self.cooperates or self.everything:
            marks.append("ci_")
        if self.land:
            marks.append("cl_")
        return tuple(marks)

    def condition(self) -> Node | None:
        """Return what a document must carry for this reader to find it (see `marks`); the twin of `policy.read`.

        Whoever reads an entry's internal document does not find the external one besides.
        """
        if self.everything:
            return None
        ways: list[Node] = [_mark(f"v_o{number}") for number in sorted(self.organisation_ids)]
        if self.cooperates:
            # Whatever anybody outside may read is shared in the cooperation, so this covers it.
            ways.append(_mark("v_ikz"))
        else:
            outside: tuple[Node, ...] = (_mark("v_public"), _mark("v_land")) if self.land else (_mark("v_public"),)
            own = tuple(Without(_mark(f"v_x{number}")) for number in sorted(self.organisation_ids))
            ways.append(All((Some(outside), *own)))
        return Some(tuple(ways))


def marks(document: Document) -> list[str]:
    """Return the words under which the index keeps who may find `document`."""
    found = []
    if document.scope != Scope.EXTERNAL:
        found.append(f"v_o{document.organisation_id}")
        if document.visibility != "city":
            found.append("v_ikz")
    if document.scope != Scope.INTERNAL and document.visibility in ("land", "public"):
        found.append(f"v_{document.visibility}")
    if document.scope == Scope.EXTERNAL:
        found.append(f"v_x{document.organisation_id}")
    return found


def _mark(text: str) -> Token:
    return Token(text, "")
