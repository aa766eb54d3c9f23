"""What people send about media breaks and the rules that find them."""

from typing import Literal

from hub.inputs import Input, Line, NeededLine, Text


class DecideFindings(Input):
    """A decision about one or several findings of the version on the screen; the findings come as a list beside it."""

    decision: Literal["open", "fixed", "justified", "no-break"]
    reason: Text = ""
    legal_basis: Line = ""
    version: Line = ""


class ConfirmFree(Input):
    """The word that a version has no media breaks, or that it no longer holds."""

    note: Text = ""
    version: NeededLine


class MediaRulesText(Input):
    """Additions to the rules, as TOML; `number` is that of the additions the form started from."""

    text: Text = ""
    message: Line = ""
    number: int
