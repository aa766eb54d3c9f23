"""Something that waits for a person; every noun offers `waiting(work) -> list[Waiting]` for the work's actor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from hub.store.entries import Entry


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do, as „My work“ lists it; the page makes words and address from `kind` and `where`."""

    kind: str
    """Such as `review.method`, `proposal.open` or `upstream.newer`; a label in the table `waiting`."""
    entry: Entry | None
    since: datetime
    where: tuple[str, dict[str, object]]
    """Endpoint and its values; the city and slug of `entry` are added by the page."""
    due: date | None = None
    detail: str = ""
    """One line in the words of the content, such as a proposal's title."""
    count: int = 0
    """How many things of that kind it is about, where they wait together."""
    urgent: bool = False
    """Overdue, or blocks somebody else."""


class Ranked(Protocol):
    """What decides how early something is to be done."""

    @property
    def since(self) -> datetime:
        """Since when it waits."""

    @property
    def due(self) -> date | None:
        """Until when it should be done."""

    @property
    def urgent(self) -> bool:
        """Whether it is overdue, or blocks somebody else."""
