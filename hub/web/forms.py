"""A form on a page: what was sent stays in it, whatever was wrong with it."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from hub.errors import Invalid
from hub.inputs import Input

T = TypeVar("T", bound=Input)

_CODES = {
    "missing": "required",
    "string_too_short": "required",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "not_valid",
    "int_parsing": "not_a_number",
    "int_from_float": "not_a_number",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "extra_forbidden": "unknown_field",
}
_SILENT = {"csrf_token"}


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
            raise Invalid(
                **{str(row["loc"][0]): self._code(dict(row)) for row in error.errors() if row["loc"]}
            ) from error

    def _texts(self) -> set[str]:
        """Return the fields whose empty string is a value; for others it means „not given“."""
        return {name for name, info in self.shape.model_fields.items() if info.annotation is str}

    @staticmethod
    def _code(row: Mapping[str, object]) -> str:
        context = row.get("ctx")
        if isinstance(context, dict) and isinstance(context.get("error"), ValueError):
            return str(context["error"])
        if row["loc"] and row["loc"][0] == "email":  # type: ignore[index]  # pydantic's own tuple
            return "required" if row["type"] == "missing" else "not_an_email"
        return _CODES.get(str(row["type"]), "not_valid")

    def refused(self, error: Invalid) -> "Form[T]":
        """Return this form with the reasons beside its fields."""
        self.errors = dict(error.fields)
        return self
