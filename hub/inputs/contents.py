"""What programs send as the content of an entry, beside what forms say about it."""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from hub.errors import Invalid
from hub.inputs import ForkEntry, Input, Line, NeededLine, NeededText, NewEntry, Number, PublishVersion, Text


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("not_base64")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not_base64") from error


Base64 = Annotated[bytes, BeforeValidator(_bytes), WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
"""The bytes of a file, sent as base64."""


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
