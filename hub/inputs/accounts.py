"""What people send about their account: a new address, a wish for deletion, and what the administration answers."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from hub.inputs import Email, Flag, Input, Line, NeededLine, Text


class NewEmail(Input):
    """The address one wants to be reached at from now on, and one's password."""

    email: Email
    current: Annotated[str, Field(min_length=1, max_length=1000)]


class AskForDeletion(Input):
    """Why one wants the account deleted, if one likes to say."""

    reason: Text = ""


class DecideDeletion(Input):
    """The decision about a request, and what the person is told."""

    decision: Literal["granted", "refused"]
    reply: Text = ""


class GiveEmail(Input):
    """An address the administration sets for somebody, and why."""

    email: Email
    reason: NeededLine


class PseudonymiseAccount(Input):
    """The confirmation that a closed account loses name and address for good."""

    sure: Flag = False


class ExportOwnData(Input):
    """In which form one wants one's data."""

    form: Literal["json", "zip"] = "zip"


class ChangeSetting(Input):
    """A setting's new value; `revision` is the one the page showed."""

    name: NeededLine
    value: int
    revision: int


class SetSetting(Input):
    """A setting's new value; `If-Match` says what the change started from."""

    value: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class BeginMaintenance(Input):
    """When the read-only time is expected to end, with its zone, and what readers are told."""

    until: AwareDatetime | None = None
    note: Line = ""


class SwitchMaintenance(Input):
    """When the read-only time is expected to end, and what readers are told."""

    until: Line = ""
    """Local date and time as a browser sends them, or empty."""
    note: Line = ""


class EraseEvent(Input):
    """Why the content of a line of the log is erased."""

    reason: NeededLine
