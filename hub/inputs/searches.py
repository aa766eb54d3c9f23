"""What people send about searches: one to keep, one to remember, a word to teach."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.inputs import Flag, Input, Line, NeededText

Query = Annotated[Line, StringConstraints(max_length=300)]


class SaveSearch(Input):
    """A search to keep; `filters` is the rest of its address, such as `city=marburg&kind=process`."""

    name: Line = ""
    query: Query = ""
    filters: Annotated[str, StringConstraints(max_length=2_000)] = ""
    alert: Flag = False


class KeepSearch(Input):
    """A search a program keeps: facet → chosen values, as the search takes them."""

    name: Line = ""
    query: Query = ""
    filters: Annotated[
        dict[
            str, Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=50)]
        ],
        Field(default_factory=dict, max_length=12),
    ]
    alert: bool = True


class SwitchOn(Input):
    """Whether something is on."""

    on: bool


class KeepRecent(Input):
    """A search that was just made."""

    query: Query


class TeachWords(Input):
    """A rule for words: one word or expression a line."""

    kind: Literal["same", "related", "apart", "whole", "split", "part"]
    words: NeededText
    note: Line = ""
