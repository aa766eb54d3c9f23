"""Slots and the values cities fill them with."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from hub.inputs import Flag, Input, Line, NeededLine, Number, Text


def _slot_name(value: str) -> str:
    plain = value.strip("{} ").lower()
    if not plain or not plain[0].isascii() or not plain[0].isalpha():
        raise ValueError("slot_name")
    if not all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in plain) or len(plain) > 40:
        raise ValueError("slot_name")
    return plain


class ChangeSlot(Input):
    """What a slot is about; `If-Match` says what a change started from."""

    kind: Literal["fee", "by_law", "system", "unit", "deadline", "contact", "text"]
    label: NeededLine
    description: Text = ""
    standard: Line = ""
    unit: Annotated[Line, StringConstraints(max_length=40)] = ""
    required: Flag = False


class DefineSlot(ChangeSlot):
    """A slot and what it is about; `revision` is the one the form saw, 0 for a new slot."""

    name: Annotated[NeededLine, AfterValidator(_slot_name)]
    revision: Number = 0


class ChangeValue(Input):
    """A city's value, from which day on, and by what law."""

    value: Line = ""
    valid_from: date | None = None
    legal_basis: Line = ""


class FillSlot(ChangeValue):
    """A city's value; `seen` is the sequence of the value the form showed, 0 for none."""

    organisation: NeededLine
    slot: NeededLine
    seen: Number = 0
