"""What programs send as the content of an entry, beside what forms say about it."""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import Field

from hub.errors import Invalid
from hub.inputs import ForkEntry, Input, Line, NeededLine, NeededText, NewEntry, Number, PublishVersion, Text


class Sent(Input):
    """A content as text, or byte for byte as base64 where its encoding is not UTF-8."""

    source: str
    encoding: Literal["text", "base64"] = "text"

    def data(self) -> bytes:
        """Return the bytes; raises `Invalid(source="not_base64")`."""
        if self.encoding == "text":
            return self.source.encode()
        try:
            return base64.b64decode(self.source, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid(source="not_base64") from error


class SendEntry(NewEntry, Sent):
    """A new entry with its content."""


class SendVersion(PublishVersion, Sent):
    """A new version with its content."""

    source: str


class SendFork(ForkEntry):
    """A fork; without a version of the one shown by default."""

    version: Line = ""


class SendDesign(Input):
    """A design as its form says it: named fields and sections; what is not named stays."""

    message: NeededText
    parent: Number
    title: NeededLine
    intro: Text = ""
    fields: Annotated[dict[NeededLine, Text], Field(default_factory=dict)]
    sections: Annotated[dict[NeededLine, Text], Field(default_factory=dict)]
