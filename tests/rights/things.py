"""An object at one kind of address, and the permission of the policy that opens it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from hub.policy import Actor
from hub.store.base import Base
from hub.work import Work

M = TypeVar("M", bound=Base)


def everybody(_: Actor) -> bool:
    """What it is asked of may be read by everybody."""
    return True


def reading(permission: Callable[..., bool], *about: object) -> Callable[[Actor], bool]:
    """Return `permission` about some objects, to be asked for an actor."""
    return lambda actor: permission(actor, *about)


@dataclass(frozen=True)
class Thing:
    """One object at one kind of address."""

    place: str
    """How addresses of its kind begin, such as `/<city>/<slug>`."""
    values: dict[str, str | int]
    """Its arguments in an address."""
    reads: Callable[[Actor], bool] = everybody
    """Who may read it; asks the policy."""
    about: dict[type, object] = field(default_factory=dict)
    """What a permission about it is asked with, by type."""

    @property
    def name(self) -> str:
        """Its address for people who read a failed test."""
        return f"{self.place} {self.values}"

    @property
    def path(self) -> str:
        """Its own address, with which those of its parts begin."""
        return re.sub(r"<(\w+)>", lambda found: str(self.values[found[1]]), self.place) or "/"

    def absent(self) -> "Thing":
        """Return the same address with a last argument that nothing has; itself if it has none."""
        if not self.values:
            return self
        last = list(self.values)[-1]
        nothing: str | int = 999_999 if isinstance(self.values[last], int) else "9.99" if last == "number" else "nichts"
        return Thing(self.place, {**self.values, last: nothing})


def row(work: Work, model: type[M], **given: Any) -> M:
    """Add a row; columns that must have a value and were not given one get any of their type."""
    anything: dict[type, object] = {date: work.now.date(), int: 1, str: "x"}
    for column in model.__table__.columns:
        if column.name in given or column.nullable or column.primary_key or column.default is not None:
            continue
        given[column.name] = work.now if column.name.endswith("_at") else anything[column.type.python_type]
    made = model(**given)
    work.session.add(made)
    work.session.flush()
    return made
