"""Pages by cursor: an answer names the next one in `next` and in its `Link` header (RFC 8288)."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints

from hub.errors import Invalid
from hub.inputs import Input

Item = TypeVar("Item")
MOST = 100
"""Most items of one answer."""


class Paged(Input):
    """Query of a list: how many items, and from where on."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 20
    cursor: Annotated[str, StringConstraints(max_length=500, pattern="^[A-Za-z0-9_-]*$")] = ""
    """`next` of the page before; empty for the first page."""


def after(query: Paged) -> dict[str, Any]:
    """Return what the cursor says, nothing on the first page; raises `Invalid(cursor=…)` for a foreign one."""
    if not query.cursor:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(query.cursor.encode() + b"=" * (-len(query.cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Invalid(cursor="not_valid") from error
    if not isinstance(found, dict):
        raise Invalid(cursor="not_valid")
    return found


def number(query: Paged, name: str, otherwise: int, most: int = 2**31 - 1) -> int:
    """Return a whole number from the cursor, `otherwise` on the first page; raises `Invalid(cursor=…)`."""
    found = after(query).get(name, otherwise) if query.cursor else otherwise
    if type(found) is not int or not 0 <= found <= most:
        raise Invalid(cursor="not_valid")
    return found


def cut(query: Paged, rows: Sequence[Item]) -> tuple[Sequence[Item], str | None]:
    """Return the wanted page of a list that is there as a whole, and the cursor of the next one."""
    start = number(query, "at", 0)
    end = start + query.limit
    return rows[start:end], cursor(at=end) if len(rows) > end else None


def cursor(**says: int | str) -> str:
    """Return a cursor that says where the next page begins."""
    return base64.urlsafe_b64encode(json.dumps(says, separators=(",", ":")).encode()).rstrip(b"=").decode()
