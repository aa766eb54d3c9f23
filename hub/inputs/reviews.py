"""What people send on the way from a draft to a release."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hub.inputs import Flag, Input, Line, NeededLine, NeededText, Number, Text


class MoveVersion(Input):
    """One move of a version; `version` is its id on the screen, `profile` the digest of the judged profile there."""

    version: Number
    profile: Line = ""
    move: Literal[
        "submit", "withdraw", "pass", "approve", "send_back", "revoke", "publish", "supersede", "reinstate", "archive"
    ]
    reason: Text = ""
    editorial: Flag = False
    """The release keeps its number, such as 1.01."""
    valid_from: date | None = None


class ConfirmValidity(Input):
    """New dates of a release."""

    version: Number
    valid_until: date
    review_on: date
    note: Text = ""


class AssignReview(Input):
    """Whom to ask for the open review, and until when."""

    assignee: Number | None = None
    due_on: date | None = None


class CastVote(Input):
    """What a city says to a release."""

    version: Number
    city: NeededLine
    adoption: Literal["as_is", "adapted", "not_here"]
    vote_reason: Text = ""


class ProposeReference(Input):
    """A proposal to make the entry a reference model, for a city by its slug."""

    city: NeededLine
    reference_reason: NeededText


class AnswerReference(Input):
    """The answer to such a proposal."""

    city: NeededLine
    answer: Literal["accept", "decline"]
    reference_reason: Text = ""


class ExplainFork(Input):
    """Why a fork deviates from its origin; `revision` is the profile's on the screen."""

    fork_reason: NeededText
    revision: Number


class BlockApproval(Input):
    """A discussion that is to block the approval or no longer to, by its first comment."""

    comment: Number
    deed: Literal["block", "lift"] = "block"


class ClaimOzgPlus(Input):
    """Whether the entry claims to be an OZGplus service."""

    claim: Flag = False


class AppointDeputy(Input):
    """Who acts in whose place, from the first to the last day."""

    user: Number
    deputy: Number
    starts_on: date
    ends_on: date


class ChangeReviewRules(Input):
    """What the cooperation agreed on; `If-Match` says what a change started from."""

    quorum: Annotated[int, Field(ge=1, le=5)]
    valid_months: Annotated[int, Field(ge=1, le=60)]
    lead_months: Annotated[int, Field(ge=0, le=12)]
    review_days: Annotated[int, Field(ge=1, le=120)]


class EditReviewRules(ChangeReviewRules):
    """The same from a form; `revision` is the one it started from."""

    revision: Number


class ManyReviews(Input):
    """One deed for several reviews; the entries come as `entry`, as often as there are."""

    deed: Literal["assign", "due", "remind"]
    assignee: Number | None = None
    due_on: date | None = None
    back: Line = ""
