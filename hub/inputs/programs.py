"""What programs send where a page has a form of many parts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.inputs import Input, Line, NeededLine, Number, Plain, Text
from hub.inputs.contents import Sent
from hub.inputs.proposals import OfferProposal, ReviseProposal, Revision, SuggestChange
from hub.store.proposals import Verdict

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SendOffer(OfferProposal):
    """A proposal from one entry to a relative; as a draft nobody else sees it yet."""

    draft: bool = False


class SendSuggestion(SuggestChange, Sent):
    """A change to somebody else's entry, with its content."""

    source: str
    draft: bool = False


class SendRevision(ReviseProposal, Sent):
    """New content of a suggestion."""

    source: str


class DecideChange(Input):
    """What is to become of one change; `value` is one's own wording where that is offered."""

    change: Digest
    verdict: Verdict
    value: Text = ""
    reason: Text = ""


class DecideProposal(Revision):
    """Decisions about changes; `rest` takes over everything else that nobody decided about and that does not clash."""

    decisions: Annotated[list[DecideChange], Field(max_length=1000, default_factory=list)]
    rest: bool = False


class ChooseFinding(Input):
    """A finding, and the newest decision on it that was seen (0 for none)."""

    element_key: Annotated[Plain, StringConstraints(min_length=1, max_length=40)]
    rule: NeededLine
    seen: Number = 0


class DecideChosen(Input):
    """One decision about findings of a version."""

    version: Line = ""
    findings: Annotated[list[ChooseFinding], Field(min_length=1, max_length=500)]
    decision: Literal["open", "fixed", "justified", "no-break"]
    reason: Text = ""
    legal_basis: Line = ""


class TakeAlong(Input):
    """Whose entries to take along; without an organisation those of the whole hub."""

    organisation: Line = ""


class ChooseProcesses(Input):
    """Which processes of a message to take, by their places, and for whom."""

    organisation: NeededLine
    places: Annotated[list[Number], Field(min_length=1, max_length=2000)]
    visibility: Literal["city", "ikz", "land", "public"] = "city"
