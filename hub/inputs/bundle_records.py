"""What a bundle may say about the work done on an entry: decisions, ratings, local values, proposals, what happened."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from hub.inputs.bundle_words import Digest, Long, Path, Short, Slug, Told, ToldPerson, ToldRef
from hub.store.findings import Decision
from hub.store.local_values import SlotKind
from hub.store.proposals import ProposalState, Verdict, Way

Key = Annotated[str, StringConstraints(max_length=40)]
Level = Annotated[int, Field(ge=0, le=7)]
Sequence = Annotated[int, Field(ge=1)]


class ToldDecision(Told):
    """What was decided about a media break; `taken_from` is the place of another one in the same list, from 0."""

    version: Sequence
    element_key: Key
    rule: Annotated[str, StringConstraints(max_length=20)]
    text: Short
    text_digest: Digest
    decision: Decision
    reason: Long = ""
    legal_basis: Short = ""
    author: ToldPerson | None = None
    decided_at: AwareDatetime
    taken_from: int | None = None
    taken_over_from: Slug | None = None


class ToldConfirmation(Told):
    """Somebody's word that a content is free of media breaks, or no longer."""

    sha256: Digest
    confirmed: bool
    note: Long = ""
    author: ToldPerson | None = None
    confirmed_at: AwareDatetime


class ToldMark(Told):
    """How one criterion was rated."""

    position: Annotated[int, Field(ge=1, le=13)]
    actual: Level | None = None
    target: Level | None = None
    evidence: Long = ""
    link: Annotated[Short, StringConstraints(pattern=r"^(https?://\S+|/[^/\s]\S*)?$")] = ""


class ToldRating(Told):
    """How mature the service was found to be on a day."""

    scale: Literal["1.1", "2.0"]
    version: Sequence
    rated_on: date
    actual: Level | None = None
    target: Level | None = None
    note: Long = ""
    author: ToldPerson | None = None
    created_at: AwareDatetime
    marks: list[ToldMark] = Field(default_factory=list)


class ToldValue(Told):
    """What one city filled in."""

    organisation: Slug
    sequence: Annotated[int, Field(ge=1, le=1_000_000)]
    value: Long
    valid_from: date | None = None
    legal_basis: Short = ""
    author: ToldPerson | None = None
    created_at: AwareDatetime


class ToldSlot(Told):
    """A place that every city fills for itself, with what they filled in."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    kind: SlotKind
    label: Short
    description: Long = ""
    standard: Short = ""
    unit: Key = ""
    required: bool = True
    author: ToldPerson | None = None
    updated_at: AwareDatetime
    values: list[ToldValue] = Field(default_factory=list)


class ToldVerdict(Told):
    """What was decided about one change of a proposal."""

    change: Digest
    verdict: Verdict
    value: Long = ""
    reason: Long = ""
    done: bool = False
    decided_by: ToldPerson | None = None
    decided_at: AwareDatetime


class ToldRemark(Told):
    """A remark on a proposal."""

    change: Annotated[str, StringConstraints(max_length=64)] = ""
    subject: Long = ""
    author: ToldPerson | None = None
    organisation: Slug
    text: Annotated[str, StringConstraints(max_length=50_000)]
    created_at: AwareDatetime


class ToldProposal(Told):
    """A proposal this entry is the target or the source of; it is told with both."""

    target: Digest
    source: Digest | None = None
    way: Way
    state: ProposalState
    base: ToldRef
    ours: ToldRef
    theirs: ToldRef | None = None
    sha256: Digest
    """Of the content that is offered."""
    content: Path | None = None
    """The content, where no version has it."""
    title: Short
    description: Long = ""
    answer: Long = ""
    opened_by: ToldPerson | None = None
    organisation: Slug
    created_at: AwareDatetime
    updated_at: AwareDatetime
    opened_at: AwareDatetime | None = None
    decided_at: AwareDatetime | None = None
    decided_by: ToldPerson | None = None
    result: ToldRef | None = None
    verdicts: list[ToldVerdict] = Field(default_factory=list)
    remarks: list[ToldRemark] = Field(default_factory=list)


class ToldDeviation(Told):
    """Why the entry differs from its origin in one place."""

    source: Digest | None = None
    kind: Literal["declined", "own"]
    change: Digest
    element_key: Key = ""
    sentence: Long
    reason: Long
    owner: Short = ""
    expires_on: date | None = None
    decided_by: ToldPerson | None = None
    decided_at: AwareDatetime


class ToldHappening(Told):
    """A line of the log."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=40)]
    actor: ToldPerson | None = None
    happened_at: AwareDatetime
    data: dict[Key, Short | int | bool | None] = Field(default_factory=dict)


class ToldRecords(Told):
    """Everything about the work on an entry beside its versions; bundles of before have none of it."""

    decisions: list[ToldDecision] = Field(default_factory=list)
    confirmations: list[ToldConfirmation] = Field(default_factory=list)
    ratings: list[ToldRating] = Field(default_factory=list)
    slots: list[ToldSlot] = Field(default_factory=list)
    proposals: list[ToldProposal] = Field(default_factory=list)
    deviations: list[ToldDeviation] = Field(default_factory=list)
    log: Annotated[list[ToldHappening], Field(max_length=100_000)] = Field(default_factory=list)
