"""What people send about searches: one to keep, one to remember, a word to teach."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from hub.inputs import Flag, Input, Line, NeededText

Query = Annotated[Line, StringConstraints(max_length=300)]


class SaveSearch(Input):
    """A search to keep; `filters` is the rest of its address, such as `city=marburg&kind=process`."""

    name: Line = ""
    query: Query = ""
    filters: Annotated[str, StringConstraints(max_length=2_000)] = ""
    alert: Flag = False


class KeepRecent(Input):
    """A search that was just made."""

    query: Query


class TeachWords(Input):
    """A rule for words: one word or expression a line."""

    kind: Literal["same", "related", "apart", "whole", "split", "part"]
    words: NeededText
    note: Line = ""
