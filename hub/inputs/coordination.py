"""What people send about plans."""

from datetime import date

from hub.inputs import Input, Line, NeededLine, Number, ServiceKey, Text


class AddPlan(Input):
    """A service that somebody is going to draft; without a city nobody has taken it yet."""

    service: NeededLine
    service_key: ServiceKey = ""
    place: Line = ""
    """Slug of the city."""
    due_on: date | None = None
    note: Text = ""


class AssignPlan(Input):
    """Who drafts a planned service until when; `revision` is the one on the screen."""

    revision: Number
    city: Line = ""
    due_on: date | None = None
