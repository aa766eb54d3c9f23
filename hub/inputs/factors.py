"""What people send about their second factor and passkeys."""

from typing import Annotated

from pydantic import Field

from hub.inputs import Input, Line, NeededLine


class OneCode(Input):
    """A one-time or recovery code."""

    code: NeededLine
    next: Line = ""


class PasskeyAnswer(Input):
    """What the browser returned when it was asked for a passkey, as JSON."""

    answer: Annotated[str, Field(min_length=2, max_length=100_000)]
    next: Line = ""


class NewPasskey(Input):
    """A passkey that was just made, and what to call it."""

    answer: Annotated[str, Field(min_length=2, max_length=100_000)]
    name: NeededLine


class NamePasskey(Input):
    """What to call a passkey."""

    name: NeededLine


class Confirm(Input):
    """The password, or a code, once more."""

    password: Annotated[str, Field(max_length=1000)] = ""
    code: Line = ""
    next: Line = ""
