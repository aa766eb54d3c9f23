"""A form on a page: what was sent stays in it, whatever was wrong with it."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from hub.errors import Invalid
from hub.inputs import Input
from hub.inputs.refusals import code

T = TypeVar("T", bound=Input)

_SILENT = {"csrf_token"}


def revision_of(sent: Mapping[str, str]) -> int:
    """Return the revision that a page showed, -1, which no row has, for anything but a number."""
    text = sent.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class Form(Generic[T]):
    """One form: `sent` is what was typed, `errors` maps a field to a code or sentence."""

    def __init__(self, shape: type[T], sent: Mapping[str, str] | MultiDict[str, str] | None = None) -> None:
        self.shape = shape
        self.sent: dict[str, str] = {k: v for k, v in (sent or {}).items() if k not in _SILENT}
        self.errors: dict[str, str] = {}

    def read(self) -> T:
        """Return the input; raises `Invalid` with a code for each field that has the wrong shape."""
        try:
            return self.shape.model_validate({k: v for k, v in self.sent.items() if v != "" or k in self._texts()})
        except ValidationError as error:
            raise Invalid(**{str(row["loc"][0]): code(dict(row)) for row in error.errors() if row["loc"]}) from error

    def _texts(self) -> set[str]:
        """Return the fields whose empty string is a value; for others it means „not given“."""
        return {name for name, info in self.shape.model_fields.items() if info.annotation is str}

    def refused(self, error: Invalid) -> "Form[T]":
        """Return this form with the reasons beside its fields."""
        self.errors = dict(error.fields)
        return self
