"""What people send about plans."""

from datetime import date

from hub.inputs import Input, Line, NeededLine, NeededText, Number, ServiceKey, Text


class ProposeForLaw(Input):
    """What changes about a cited place, said once for every origin that cites it."""

    law: NeededLine
    note: NeededText


class AddPlan(Input):
    """A service that somebody is going to draft; without a city nobody has taken it yet."""

    service: NeededLine
    service_key: ServiceKey = ""
    place: Line = ""
    """Slug of the city."""
    due_on: date | None = None
    note: Text = ""


class SendPlan(Input):
    """The same from a program; `organisation` is the slug of the city."""

    service: NeededLine
    service_key: ServiceKey = ""
    organisation: Line = ""
    due_on: date | None = None
    note: Text = ""


class ChangePlan(Input):
    """Who drafts a planned service until when; `If-Match` says what it started from."""

    organisation: Line = ""
    due_on: date | None = None


class AssignPlan(Input):
    """Who drafts a planned service until when; `revision` is the one on the screen."""

    revision: Number
    city: Line = ""
    due_on: date | None = None
