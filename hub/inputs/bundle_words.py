"""What the parts of a bundle are made of: names, digests, people, versions."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Meaning = Annotated[str, StringConstraints(max_length=64)]
"""A digest of what something means, as the hub it comes from computes it."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Short = Annotated[str, StringConstraints(max_length=300)]
Long = Annotated[str, StringConstraints(max_length=200_000)]
Path = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$", max_length=300)
]
"""A place in the archive: plain names, no way up."""


class Told(BaseModel):
    """Base: later versions of the format may say more, which this one leaves aside."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ToldPerson(Told):
    """Somebody who wrote something."""

    name: Short
    email: Short = ""


class ToldRef(Told):
    """A version, here or in another entry."""

    uid: Digest
    sequence: Annotated[int, Field(ge=1)]
