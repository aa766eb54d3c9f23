"""What people send about proposals, the inbox and deviations."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.inputs import Input, Line, NeededLine, NeededText, Number, Text


class OfferProposal(Input):
    """A proposal from one entry to a relative."""

    target: NeededLine
    """City and address of the target, such as `marburg/hundesteuer`."""
    title: NeededLine
    description: Text = ""


class SuggestChange(Input):
    """A change to somebody else's entry, uploaded or as text."""

    parent: Number
    title: NeededLine
    description: Text = ""
    source: str = ""


class SuggestDrawing(Input):
    """A change to somebody else's entry, drawn in the browser."""

    parent: Number
    title: NeededLine
    description: Text = ""
    before: Annotated[str, Field(min_length=1)]
    after: Annotated[str, Field(min_length=1)]


class DescribeProposal(Input):
    """A proposal's new title and description."""

    revision: Number
    title: NeededLine
    description: Text = ""


class Revision(Input):
    """A deed on a proposal as it was shown."""

    revision: Number


class AnswerProposal(Revision):
    """Why a proposal is declined or returned."""

    reason: Text = ""


class MergeProposal(Revision):
    """Merge what was decided."""

    message: NeededText


class ReviseProposal(Revision):
    """New content of a suggestion, uploaded or as text."""

    source: str = ""


class MergeDrawing(MergeProposal):
    """The result of a merge as somebody changed it in the browser."""

    before: Annotated[str, Field(min_length=1)]
    after: Annotated[str, Field(min_length=1)]


class CommentProposal(Input):
    """A remark on a proposal or one of its changes."""

    text: NeededText
    change: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""


class DeclineNews(Input):
    """Decline one change of the origin."""

    change: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: NeededText


class DeclineChange(DeclineNews):
    """The same from the inbox; `entry` says beside which fork the form stands."""

    entry: Number


class RecordDeviation(Input):
    """Reason, owner and expiry of a deviation."""

    change: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: NeededText
    owner: Line = ""
    expires_on: date | None = None
