"""What programs send about funding: amounts as decimal numbers in quotes, days as ISO 8601, lists as lists.

Forms read what people type (`hub.inputs.funding`); a program that means a thousand must not write `1.000`.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from hub.inputs import Input, Line, NeededLine, NeededText, Number, Text
from hub.inputs.contents import Base64
from hub.inputs.funding import (
    AddDocument,
    EditCondition,
    EditGrant,
    EditLedgerRow,
    EditPlan,
    EditReceipt,
    EditResult,
    EditStatement,
    RecordReuse,
    WhatIf,
    WriteNote,
)
from hub.store.funding import GrantState, ResultState

_SIGNED, _UNSIGNED = r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$", r"^[0-9]{1,11}(\.[0-9]{1,2})?$"


def _hundredths(pattern: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError("decimal")
        return int(Decimal(value) * 100)

    return BeforeValidator(read)


def _described(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "format": "decimal", "pattern": pattern})


def _sensible(value: date) -> date:
    if not 1990 <= value.year <= 2150:
        raise ValueError("day_far")
    return value


SignedMoney = Annotated[int, _hundredths(_SIGNED), _described(_SIGNED)]
"""`-1234.50` euros as whole cents."""
Money = Annotated[int, _hundredths(_UNSIGNED), _described(_UNSIGNED)]
"""`1234.50` euros as whole cents, or minutes as whole hundredths."""
MoneyOrNone = Annotated[Money, Field(default_factory=int)]
"""The same where leaving it out means nothing."""
IsoDay = Annotated[date, AfterValidator(_sensible)]


class PartnerSent(Input):
    """A partner: an organisation's address in the hub, or the name of one outside."""

    organisation: Annotated[NeededLine, StringConstraints(pattern=r"^[^;]+$")]
    share: MoneyOrNone


class SendGrant(Input):
    """A grant's frame; `If-Match` says what a change started from."""

    programme: NeededLine
    organisation: NeededLine
    authority: Line = ""
    title: NeededLine
    about: Text = ""
    reference: Line = ""
    distinction: Text = ""
    benefit: Text = ""
    transfer: Text = ""
    transfer_from: IsoDay | None = None
    contact: Line = ""
    authority_contact: Line = ""
    amount: MoneyOrNone
    own_share: MoneyOrNone
    notice_date: IsoDay | None = None
    period_start: IsoDay | None = None
    period_end: IsoDay | None = None
    purpose_end: IsoDay | None = None
    interim_due: IsoDay | None = None
    report_due: IsoDay | None = None
    partners: Annotated[list[PartnerSent], Field(max_length=500, default_factory=list)]

    def typed(self, revision: int = 0) -> EditGrant:
        """Return it as the form sends it, started from `revision`."""
        lines = [f"{row.organisation}; {Decimal(row.share) / 100:.2f}" for row in self.partners]
        given = {name: getattr(self, name) for name in SendGrant.model_fields if name != "partners"}
        return EditGrant.model_construct(**given, partners="\n".join(lines), revision=revision)


class SendMove(Input):
    """A grant's next state; an extension names the new end of the period."""

    after: GrantState
    reason: Text = ""
    period_end: IsoDay | None = None


class SendResultMove(Input):
    """A result's next state."""

    after: ResultState
    reason: Text = ""


class PlanLineSent(Input):
    """A line of the plan of finance."""

    title: NeededLine
    planned: Money


class SendFinancePlan(Input):
    """The whole plan of finance; both sides add up to the same."""

    expenditure: Annotated[list[PlanLineSent], Field(max_length=200, default_factory=list)]
    income: Annotated[list[PlanLineSent], Field(max_length=200, default_factory=list)]

    def typed(self, revision: int) -> EditPlan:
        """Return it as the form sends it, started from `revision`."""
        expenditure, income = (
            "\n".join(f"{row.title}; {Decimal(row.planned) / 100:.2f}" for row in side)
            for side in (self.expenditure, self.income)
        )
        return EditPlan.model_construct(expenditure=expenditure, income=income, revision=revision)


class SendCondition(EditCondition):
    """A condition of the grant notice."""

    due: IsoDay | None = None
    met_on: IsoDay | None = None


class MeetCondition(Input):
    """Whether a condition is met, from today on."""

    met: bool


class SendFile(Input):
    """A file, base64."""

    filename: NeededLine
    content: Base64


class SendDocument(AddDocument, SendFile):
    """A document of a grant."""


class SendResult(EditResult):
    """A promised result."""

    due: IsoDay | None = None
    share: MoneyOrNone


class SendReceipt(EditReceipt):
    """One line of the list of receipts; negative for a reversal."""

    day: IsoDay
    amount: SignedMoney


class SendStatement(EditStatement):
    """A statement of use being drafted; without a report one is written from the data when it is begun."""

    period_start: IsoDay | None = None
    period_end: IsoDay | None = None


class BeginStatement(SendStatement):
    """A new statement; `corrects` is the number of the one it takes the place of."""

    corrects: Number | None = None


class SendNote(WriteNote):
    """What a reviewer writes in a review."""

    deadline: IsoDay | None = None


class SendReply(Input):
    """An answer to a question or an objection."""

    text: NeededText


class DecideStatement(Input):
    """Why it is decided so; empty takes over the words of the proposal."""

    reason: Text = ""


class SendReuse(RecordReuse):
    """That a municipality uses a version."""

    since: IsoDay | None = None
    until: IsoDay | None = None


class SendLedgerRow(EditLedgerRow):
    """The yearly figures of one service in one city; times in minutes, money in euros."""

    minutes_before: Money
    minutes_after: Money
    hourly_rate: Money
    material_before: MoneyOrNone
    material_after: MoneyOrNone
    running_after: MoneyOrNone
    once_saved: MoneyOrNone


class TryOut(WhatIf):
    """Assumptions to try: per cent of the cases and of the time after, and another hourly rate in euros."""

    rate: MoneyOrNone
