"""What people send about services of the catalogue."""

from typing import Annotated

from pydantic import AfterValidator

from hub import catalogue
from hub.inputs import Flag, Input, Line, NeededLine, Number, ServiceKey, Text


def _type(value: str) -> str:
    plain = value.lower().removeprefix("typ").replace(" ", "")
    if plain and any(one not in catalogue.TYPES for one in plain.split(",")):
        raise ValueError("service_type")
    return ", ".join(plain.split(",")) if plain else ""


def _ozg_id(value: str) -> str:
    if value and not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise ValueError("ozg_id")
    return value


def _lines(value: str) -> str:
    rows = (" ".join(row.split()) for row in value.splitlines())
    return "\n".join(dict.fromkeys(row for row in rows if row))


class NewService(Input):
    """What the catalogue says about a service."""

    key: ServiceKey = ""
    name: NeededLine
    citizen_name: Line = ""
    type: Annotated[Line, AfterValidator(_type)] = ""
    ozg_id: Annotated[Line, AfterValidator(_ozg_id)] = ""
    ozg_name: Line = ""
    field: Line = ""
    situation: Line = ""
    legal_bases: Annotated[Text, AfterValidator(_lines)] = ""
    """One a line, as are synonyms."""
    synonyms: Annotated[Text, AfterValidator(_lines)] = ""

    def values(self) -> dict[str, str]:
        """Return the values by field of the catalogue."""
        return {name: getattr(self, name) for name in catalogue.FIELDS}


class EditService(NewService):
    """Changed values; `revision` is the one the form started from."""

    revision: Number
    active: Flag = False


class MergeService(Input):
    """The service that remains: its key, number or exact name."""

    into: NeededLine
