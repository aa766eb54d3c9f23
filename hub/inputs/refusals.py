"""From what pydantic says about an input to the codes that pages and the API share."""

from collections.abc import Mapping

from pydantic import ValidationError

_CODES = {
    "missing": "required",
    "string_too_short": "required",
    "too_short": "required",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "not_valid",
    "int_parsing": "not_a_number",
    "int_from_float": "not_a_number",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "extra_forbidden": "unknown_field",
}


def code(row: Mapping[str, object]) -> str:
    """Return the stable code for one row of `ValidationError.errors()`; own validators raise `ValueError(code)`."""
    context, place = row.get("ctx"), row["loc"]
    if isinstance(context, dict) and isinstance(context.get("error"), ValueError):
        return str(context["error"])
    if isinstance(place, tuple) and place and place[0] == "email":
        return "required" if row["type"] == "missing" else "not_an_email"
    return _CODES.get(str(row["type"]), "not_valid")


def codes(error: ValidationError) -> dict[str, str]:
    """Return field → code; a field inside a list is named by its path, such as `changes.0.decision`."""
    return {".".join(map(str, row["loc"])) or "body": code(dict(row)) for row in error.errors()}
