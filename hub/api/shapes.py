"""What many answers have in common."""

from datetime import datetime
from typing import Annotated

from flask import url_for
from pydantic import Field

from hub.api.contract import Output
from hub.store.accounts import User
from hub.store.entries import Entry, EntryKind, Version, VersionState

Decimal = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", json_schema_extra={"format": "decimal"})]
"""A decimal number with two places, such as `1234.50` for euros or minutes; no program must round it."""


class PersonOut(Output):
    """Somebody, as others see them."""

    id: int
    name: str


class EntryRef(Output):
    """An entry named in passing."""

    organisation: str
    slug: str
    title: str
    kind: EntryKind


class VersionRef(Output):
    """A version named in passing; `id` is what `parent` asks for."""

    id: int
    number: str
    state: VersionState
    created_at: datetime


def decimal(hundredths: int) -> str:
    """Return whole cents, or hundredths of a minute, as a decimal number."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02}"


def person(found: User | None) -> PersonOut | None:
    """Return a person for an answer; nobody where an account was deleted or the hub itself acted."""
    return None if found is None else PersonOut(id=found.id, name=found.name)


def entry_ref(found: Entry) -> EntryRef:
    """Return how an entry is named."""
    return EntryRef(
        organisation=found.organisation.slug, slug=found.slug, title=found.title, kind=EntryKind(found.kind)
    )


def version_ref(found: Version | None) -> VersionRef | None:
    """Return how a version is named; nothing for none."""
    if found is None:
        return None
    return VersionRef(id=found.id, number=found.number, state=VersionState(found.state), created_at=found.created_at)


def page_of(entry: Entry, endpoint: str = "entries.show", **values: str) -> str:
    """Return the address of one of an entry's pages."""
    return url_for(endpoint, city=entry.organisation.slug, slug=entry.slug, **values)  # type: ignore[arg-type]


def address_of(entry: Entry) -> dict[str, str]:
    """Return the parts of an entry's address."""
    return {"city": entry.organisation.slug, "slug": entry.slug}
