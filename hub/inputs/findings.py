"""What people send about media breaks and the rules that find them."""

from typing import Literal

from hub import bpmn
from hub.inputs import Flag, Input, Line, NeededLine, Number, Text


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


class _Words(Input):
    """Words one a line, and the number of the rules the form started from."""

    number: Number
    message: Line = ""

    def words(self, field: str) -> tuple[str, ...]:
        """Return the words of a field, each once."""
        lines = (" ".join(line.split()) for line in str(getattr(self, field)).splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class SendMediaRule(_Words):
    """What is added to a rule; words one a line."""

    lexemes: Text = ""
    weak: Text = ""
    not_with: Text = ""
    severity: Literal["", "H", "M", "N"] = ""
    de: Line = ""
    remedy_de: Line = ""
    off: Flag = False

    def addition(self) -> bpmn.Addition:
        """Return it as the rules take it."""
        return bpmn.Addition(
            self.words("lexemes"),
            self.words("weak"),
            self.words("not_with"),
            self.severity,
            self.de,
            self.remedy_de,
            on=not self.off,
        )


class ChangeMediaRule(SendMediaRule):
    """The same from the form, for one rule or a new one."""

    rule: NeededLine


class SendMediaWords(_Words):
    """False friends and names of digital ways, for all rules."""

    friends: Text = ""
    digital: Text = ""


class ChangeMediaWords(SendMediaWords):
    """The same from the form."""
