"""What people say about a token they make."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.inputs import Input, NeededLine
from hub.store.tokens import Scope


class NewToken(Input):
    """A token to make; `expires_on` is its last day, at most a year ahead."""

    name: Annotated[NeededLine, StringConstraints(max_length=80)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_on: date
