"""Who searches: the few facts about a person that decide what they may find."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from hub.policy import Actor
from hub.search.documents import Scope
from hub.search.tables import sets


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

    def condition(self) -> ColumnElement[bool]:
        """Return what a row of `search_sets` must be for this reader to find its documents; the twin of `policy.read`.

        Whoever reads an entry's internal document does not find the external one besides.
        """
        internal: ColumnElement[bool] = false()
        if self.everything:
            internal = true()
        else:
            if self.organisation_ids:
                internal = or_(internal, sets.c.organisation_id.in_(sorted(self.organisation_ids)))
            if self.cooperates:
                internal = or_(internal, sets.c.visibility != "city")
        wide = ["public", "land"] if self.land else ["public"]
        external = and_(sets.c.visibility.in_(wide), not_(internal))
        return or_(
            and_(internal, sets.c.scope != Scope.EXTERNAL.value),
            and_(external, sets.c.scope != Scope.INTERNAL.value),
        )
