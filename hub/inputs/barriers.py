"""A report of a barrier."""

from hub.inputs import Input, Line, NeededText, Text


class ReportBarrier(Input):
    """What somebody could not use, and how to answer; only the description is needed."""

    page: Line = ""
    what: NeededText
    tools: Text = ""
    reply_to: Line = ""
    """An e-mail or postal address, or a telephone number; empty for no answer."""
