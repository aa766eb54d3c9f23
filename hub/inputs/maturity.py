"""What people send about the maturity of a service."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hub.inputs import Input, Line, Number, Text

Level = Annotated[int, Field(ge=0, le=7)]
Position = Annotated[int, Field(ge=1, le=13)]


def _address_or_nothing(value: str) -> str:
    """Accept a web address or an address within the hub, and nothing a browser would run."""
    if value and not re.fullmatch(r"(https?://[^\s/]+|/[^\s/\\]?)(\S*)", value):
        raise ValueError("not_an_address")
    return value


class RatedCriterion(Input):
    """How one criterion is rated, and on what evidence."""

    actual: Level | None = None
    target: Level | None = None
    evidence: Text = ""
    link: Annotated[Line, AfterValidator(_address_or_nothing)] = ""


class SendCriterion(RatedCriterion):
    """The same from a program; `position` counts from 1."""

    position: Position


class StatedMaturity(Input):
    """A rating as a whole."""

    rated_on: date | None = None
    actual: Level | None = None
    """As stated elsewhere; only where no criterion is rated."""
    target: Level | None = None
    note: Text = ""


class RateMaturity(StatedMaturity):
    """A rating of an entry on one scale; `number` is that of the rating the form started from, 0 for none."""

    scale: Literal["1.1", "2.0"]
    number: Number


class SendRating(StatedMaturity):
    """A rating from a program; `If-Match` says what it started from."""

    marks: Annotated[list[SendCriterion], Field(default_factory=list, max_length=13)]


class NamedCriterion(Input):
    """What a criterion is called."""

    name: Line = ""
    help: Text = ""
    source: Line = ""


class NameCriterion(NamedCriterion):
    """The same from a form; `revision` is that of the name it started from, 0 for none."""

    revision: Number = 0


class SendName(NamedCriterion):
    """The same from a program; `position` counts from 1."""

    position: Position


class NameCriteria(Input):
    """Names of criteria of one scale."""

    items: Annotated[list[SendName], Field(min_length=1, max_length=13)]
