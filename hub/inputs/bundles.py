"""What a bundle from another hub may say, described once; everything else in it is ignored."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from hub.inputs.bundle_records import ToldRecords
from hub.inputs.bundle_words import Digest, Long, Meaning, Path, Short, Slug, Told, ToldPerson, ToldRef
from hub.store.entries import VersionState
from hub.store.reviews import Adoption, Stage, Verdict

FORMAT = "ikz-prozesshub/bundle"
VERSION = 1


class ToldFile(Told):
    """One file of the archive."""

    path: Path
    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class ToldEntryPlace(Told):
    """Where an entry is in the archive."""

    uid: Digest
    path: Path
    title: Short = ""


class Manifest(Told):
    """The table of contents."""

    format: Literal["ikz-prozesshub/bundle"]
    version: Annotated[int, Field(ge=1)]
    organisations: Path
    entries: list[ToldEntryPlace]
    files: list[ToldFile]


class ToldOrganisation(Told):
    """An organisation that occurs in the bundle."""

    slug: Slug
    kind: Literal["city", "ikz", "land", "provider"]
    name: Short
    short_name: Annotated[str, StringConstraints(max_length=60)]
    ags: Annotated[str, StringConstraints(pattern=r"^([0-9]{8})?$")] = ""
    contact_email: Short = ""
    contact_phone: Short = ""
    website: Annotated[Short, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""


class ToldVersion(Told):
    """One version without its content."""

    sequence: Annotated[int, Field(ge=1, le=1_000_000)]
    major: Annotated[int, Field(ge=0, le=99_999)]
    minor: Annotated[int, Field(ge=0, le=99_999)]
    state: Literal["draft", "review_method", "review_expert", "released", "published", "superseded", "archived"]
    message: Long
    author: ToldPerson | None = None
    created_at: AwareDatetime
    parent: ToldRef | None = None
    merged_from: ToldRef | None = None
    restored_from: ToldRef | None = None
    layout_generated: bool = False
    content: Path
    sha256: Digest
    profile: Path
    elements: Path


class ToldService(Told):
    """The service an entry belongs to."""

    name: Short
    key: Annotated[str, StringConstraints(pattern=r"^([0-9]{14})?$")] = ""


class ToldProfile(Told):
    """An entry's profile as it is today."""

    title: Annotated[Short, StringConstraints(min_length=1)]
    summary: Long = ""
    about: Annotated[str, StringConstraints(max_length=50_000)] = ""
    service: ToldService | None = None
    service_note: Short = ""
    level: Literal["101", "102", "103", "104", "105"]
    nature: Literal["", "ist", "soll"] = ""
    contact: Short = ""
    responsible: Short = ""
    licence: Literal["CC-BY-4.0", "CC0-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0"]
    visibility: Literal["city", "ikz", "land", "public"]
    sample: bool = False
    fork_reason: Long = ""
    tags: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(default_factory=list)
    legal_bases: list[Annotated[Short, StringConstraints(min_length=1)]] = Field(default_factory=list)


class ToldRevision(Told):
    """What a comment said before."""

    html: Long
    replaced_at: AwareDatetime


class ToldComment(Told):
    """One contribution; `thread` is the place of the first one in the same list, from 0."""

    thread: int | None = None
    author: ToldPerson | None = None
    organisation: Slug
    audience: Literal["city", "ikz", "land"]
    version: Annotated[int, Field(ge=1)]
    about_version: bool = False
    element_key: Annotated[str, StringConstraints(max_length=40)] | None = None
    text: Annotated[str, StringConstraints(max_length=50_000)]
    created_at: AwareDatetime
    edited_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None
    resolved_at: AwareDatetime | None = None
    resolved_by: ToldPerson | None = None
    revisions: list[ToldRevision] = Field(default_factory=list)


class ToldReview(Told):
    """One row of the history of reviews; `carried_from` is the place of another one in the same list, from 0."""

    version: Annotated[int, Field(ge=1)]
    stage: Stage
    verdict: Verdict
    state: VersionState
    number: Annotated[str, StringConstraints(max_length=12)]
    organisation: Slug | None = None
    user: ToldPerson | None = None
    deputy_for: ToldPerson | None = None
    reason: Long = ""
    sha256: Digest
    fingerprint: Meaning
    profile: Meaning
    carried_from: int | None = None
    created_at: AwareDatetime


class ToldRelease(Told):
    """How long a published version is valid."""

    version: Annotated[int, Field(ge=1)]
    valid_from: date
    valid_until: date
    review_on: date
    profile: Meaning
    published_at: AwareDatetime


class ToldVote(Told):
    """What a city says to a release."""

    version: Annotated[int, Field(ge=1)]
    organisation: Slug
    adoption: Adoption
    reason: Long = ""
    user: ToldPerson | None = None
    created_at: AwareDatetime


class ToldNumber(Told):
    """A number a version had before its release."""

    version: Annotated[int, Field(ge=1)]
    major: Annotated[int, Field(ge=0, le=99_999)]
    minor: Annotated[int, Field(ge=0, le=99_999)]


class ToldApprovals(Told):
    """Everything about reviews and releases of an entry."""

    reviews: list[ToldReview] = Field(default_factory=list)
    releases: list[ToldRelease] = Field(default_factory=list)
    votes: list[ToldVote] = Field(default_factory=list)
    former_numbers: list[ToldNumber] = Field(default_factory=list)


class ToldEntry(Told):
    """An entry with all its readable versions and comments."""

    uid: Digest
    kind: Literal["process", "design"]
    organisation: Slug
    slug: Slug
    aliases: list[Slug] = Field(default_factory=list)
    profile: ToldProfile
    fim: dict[str, Any] = Field(default_factory=dict)
    created_by: ToldPerson | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    archived_at: datetime | None = None
    forked_from: ToldRef | None = None
    head: Annotated[int, Field(ge=1)]
    published: Annotated[int, Field(ge=1)] | None = None
    versions: Annotated[list[ToldVersion], Field(min_length=1)]
    comments: list[ToldComment] = Field(default_factory=list)
    approvals: ToldApprovals = ToldApprovals()
    records: ToldRecords = ToldRecords()
