"""What people enter about FIM: the process profile and the attributes of activity groups."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hub.inputs import Input, Line, NeededLine, Number, Plain, Text


def _code(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", value):
        raise ValueError("not_a_code")
    return value


def _day(value: str) -> str:
    if value:
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("not_a_day") from error
    return value


def _web(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise ValueError("not_a_web_address")
    return value


CodeText = Annotated[Line, AfterValidator(_code)]
Day = Annotated[Line, AfterValidator(_day)]
RoleCode = Literal["1", "2", "3", "4"]


class Person(Input):
    """Somebody who takes part, with a role."""

    name: NeededLine
    role: RoleCode


class BasisDetail(Input):
    """Kind and address of one legal basis of the entry; its name comes back exactly as the profile has it."""

    name: Annotated[Plain, Field(min_length=1, max_length=300)]
    kind: CodeText = ""
    uri: Annotated[Line, AfterValidator(_web)] = ""


class SendFimProfile(Input):
    """The FIM part of an entry's profile; `If-Match` says what a change started from."""

    definition: Text = ""
    triggers: Text = ""
    """One a line; „Formular: D00000094“ names a form."""
    results: Text = ""
    targets: Text = ""
    procedure: CodeText = ""
    form: CodeText = ""
    approving_body: Line = ""
    valid_from: Day = ""
    valid_until: Day = ""
    status: Annotated[Line, Field(max_length=10)] = ""
    """1–8 of the known list, empty, or `keep` for a pair the hub does not know."""
    people: Annotated[tuple[Person, ...], Field(max_length=200)] = ()
    bases: Annotated[tuple[BasisDetail, ...], Field(max_length=200)] = ()


class FimProfileForm(SendFimProfile):
    """The same from a form; `revision` is the one it started from."""

    revision: Number


class SendActivity(Input):
    """Type and attributes of one activity group; `If-Match` says what a change started from."""

    type: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8"] = "0"
    number: CodeText = ""
    description: Text = ""
    legal_bases: Text = ""
    systems: Text = ""
    received: Text = ""
    """One a line: „Was | von wem“; „Formular: …“ names a form."""
    provided: Text = ""
    checks: Text = ""
    """Codes of the formal checks, separated by commas."""
    tools: Line = ""
    decision: CodeText = ""
    processing: CodeText = ""
    duty: Literal["", "yes", "no"] = ""
    participation: CodeText = ""
    special: Text = ""


class ActivityForm(SendActivity):
    """The same from a form; `revision` is the one it started from."""

    revision: Number


class SendTypes(Input):
    """Element → RAG type 1–8, or 0 for none; elements that are not named stay as they are."""

    types: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=300)], Annotated[int, Field(ge=0, le=8)]],
        Field(min_length=1, max_length=2000),
    ]
