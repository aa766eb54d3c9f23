"""Links for guests, and what guests write."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from hub.inputs import Input, Line, NeededLine, NeededText, Plain


class NewGuestLink(Input):
    """A link for a department without accounts; `version` is a number, empty for the newest."""

    name: Annotated[NeededLine, StringConstraints(max_length=120)]
    version: Line = ""
    until: date
    audience: Literal["city", "ikz", "land"] = "city"


class GuestRemark(Input):
    """What a guest writes, on the whole or on an element."""

    text: NeededText
    element: Annotated[Plain, StringConstraints(max_length=300)] = ""
