"""What people send about the maturity of a service."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hub.inputs import Input, Line, Number, Text

Level = Annotated[int, Field(ge=0, le=7)]


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


class RateMaturity(Input):
    """A rating of an entry on one scale; `number` is that of the rating the form started from, 0 for none."""

    scale: Literal["1.1", "2.0"]
    number: Number
    rated_on: date | None = None
    actual: Level | None = None
    """As stated elsewhere; only where no criterion is rated."""
    target: Level | None = None
    note: Text = ""


class NameCriterion(Input):
    """What a criterion is called; `revision` is that of the name the form started from, 0 for none."""

    name: Line = ""
    help: Text = ""
    source: Line = ""
    revision: Number = 0
