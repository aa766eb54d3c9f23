"""What people send about funding; amounts become whole cents, days become dates, whatever way they were typed."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from babel.numbers import NumberFormatError, parse_decimal
from pydantic import AfterValidator, BeforeValidator, Field

from hub.inputs import Flag, Input, Line, NeededLine, NeededText, Number, Text

MOST = 10**13
"""A hundred thousand million euros in cents: more is a slip of the keyboard."""


def cents(text: Any) -> Any:
    """Return an amount as typed („100.000,00 €“, „1234,5“, „1234.50“) in whole cents.

    Raises `ValueError` with a code: `money` for what is no amount, `money_cents` for fractions of a cent.
    """
    if not isinstance(text, str):
        return text
    plain = re.sub(r"(€|EUR|Euro|\s|\u00a0|\u202f|')", "", text, flags=re.IGNORECASE).replace("\u2212", "-")
    if not plain:
        return 0
    if not re.fullmatch(r"-?[\d.,]{1,25}", plain):  # decimal arithmetic gives up at 28 digits
        raise ValueError("money")
    try:
        if re.fullmatch(r"-?\d+\.\d{1,2}", plain):
            amount = Decimal(plain)  # as programs write it
        else:
            amount = parse_decimal(plain, locale="de", strict=True)
    except NumberFormatError as error:
        raise ValueError("money") from error
    if not amount.is_finite() or abs(amount) * 100 > MOST:
        raise ValueError("money")
    if amount * 100 != int(amount * 100):
        raise ValueError("money_cents")
    return int(amount * 100)


def _day(text: Any) -> Any:
    """Return a day as typed, ISO or German; None for nothing."""
    if not isinstance(text, str):
        return text
    plain = text.strip()
    if not plain:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 1990 <= found.year <= 2150:
            return found
        raise ValueError("day_far")
    raise ValueError("day")


def _not_negative(value: int) -> int:
    if value < 0:
        raise ValueError("money_negative")
    return value


Amount = Annotated[int, BeforeValidator(cents)]
"""Whole cents; may be negative."""
PositiveAmount = Annotated[Amount, AfterValidator(_not_negative)]
Day = Annotated[date | None, BeforeValidator(_day)]
NeededDay = Annotated[date, BeforeValidator(_day)]


def minutes(text: Any) -> Any:
    """Return a time as typed („12,5“ minutes) in whole hundredths of a minute; raises `ValueError("minutes")`."""
    try:
        value = cents(text)
    except ValueError as error:
        raise ValueError("minutes") from error
    if isinstance(value, int) and value < 0:
        raise ValueError("minutes")
    return value


Minutes = Annotated[int, BeforeValidator(minutes)]
"""Hundredths of a minute."""


class EditProgramme(Input):
    """A funding programme; `checklist` has one question a line."""

    revision: Number = 0
    name: NeededLine
    funder: NeededLine
    about: Text = ""
    legal_basis: Line = ""
    least_partners: Annotated[int, Field(ge=0, le=500)] = 0
    least_years: Annotated[int, Field(ge=0, le=50)] = 0
    least_saving: Annotated[int, Field(ge=0, le=100)] = 0
    retention_years: Annotated[int, Field(ge=0, le=50)] = 5
    report_months: Annotated[int, Field(ge=0, le=60)] = 6
    receipts_needed: Literal["yes", "no"] = "yes"
    checklist: Text = ""


class EditGrant(Input):
    """A grant; `revision` is the one the form started from, 0 for a new one."""

    revision: Number = 0
    programme: NeededLine
    organisation: NeededLine
    authority: Line = ""
    title: NeededLine
    about: Text = ""
    reference: Line = ""
    distinction: Text = ""
    benefit: Text = ""
    transfer: Text = ""
    transfer_from: Day = None
    contact: Line = ""
    authority_contact: Line = ""
    amount: PositiveAmount = 0
    own_share: PositiveAmount = 0
    notice_date: Day = None
    period_start: Day = None
    period_end: Day = None
    purpose_end: Day = None
    interim_due: Day = None
    report_due: Day = None
    partners: Text = ""
    """One a line: an organisation's address or a name, then `;` and the share."""


class MoveGrant(Input):
    """A grant's next state; `revision` is what the person saw."""

    revision: Number
    after: NeededLine
    reason: Text = ""
    period_end: Day = None


class EditResult(Input):
    """A promised result."""

    revision: Number = 0
    title: NeededLine
    target: Text = ""
    criterion: Text = ""
    organisation: NeededLine
    due: Day = None
    share: PositiveAmount = 0


class TieEvidence(Input):
    """A version to cite for a result, named by its address `city/entry/1.00`."""

    version: NeededLine
    note: Text = ""


class EditCondition(Input):
    """A condition of the grant notice."""

    revision: Number = 0
    text: NeededText
    due: Day = None
    met_on: Day = None
    note: Text = ""


class AddDocument(Input):
    """A file's title and kind."""

    title: NeededLine
    kind: Literal["application", "notice", "decision", "contract", "report", "other"] = "other"


class EditPlan(Input):
    """The plan of finance: one line each, `title; amount`."""

    revision: Number
    expenditure: Text = ""
    income: Text = ""


class RecordReuse(Input):
    """That a municipality uses a version."""

    revision: Number = 0
    organisation: Line = ""
    """Address of an organisation in the hub; empty for one outside."""
    name: Line = ""
    ags: Annotated[Line, Field(pattern=r"^(\d{8})?$")] = ""
    version: Line = ""
    """Number of the version; the published one without it."""
    state: Literal["planned", "adapting", "live", "ended"] = "planned"
    since: Day = None
    until: Day = None
    deviation: Text = ""
    contact: Line = ""
    fork: Line = ""
    """Address `city/entry` of the using city's own entry."""


class EditLedgerRow(Input):
    """The yearly figures of one service in one city; `revision` is the one the form started from, 0 for a new row."""

    revision: Number = 0
    organisation: NeededLine
    service: NeededLine
    """Key or name of a service of the catalogue."""
    year: Annotated[int, Field(ge=2000, le=2100)]
    grant: Line = ""
    version_before: Line = ""
    version_after: Line = ""
    cases: Annotated[int, Field(ge=0, le=100_000_000)]
    minutes_before: Minutes
    minutes_after: Minutes
    hourly_rate: PositiveAmount
    material_before: PositiveAmount = 0
    material_after: PositiveAmount = 0
    running_after: PositiveAmount = 0
    once_saved: PositiveAmount = 0
    low: Annotated[int, Field(ge=0, le=100)] = 100
    high: Annotated[int, Field(ge=100, le=1000)] = 100
    method: Literal["measured", "counted", "estimated", "taken_over"] = "estimated"
    source_cases: NeededLine
    source_minutes: NeededLine
    source_rate: NeededLine
    source_material: Line = ""
    note: Text = ""


class WhatIf(Input):
    """Assumptions to try: per cent of the cases and of the time after, and another hourly rate."""

    cases: Annotated[int, Field(ge=0, le=1000)] = 100
    time: Annotated[int, Field(ge=0, le=1000)] = 100
    rate: PositiveAmount = 0


class EditReceipt(Input):
    """One line of the list of receipts."""

    revision: Number = 0
    number: Annotated[NeededLine, Field(max_length=40)]
    day: NeededDay
    side: Literal["expenditure", "income"] = "expenditure"
    party: NeededLine
    reason: NeededLine
    amount: Amount
    plan_item: Line = ""
    organisation: Line = ""


class EditStatement(Input):
    """A statement of use being drafted."""

    revision: Number = 0
    kind: Literal["interim", "final"] = "interim"
    period_start: Day = None
    period_end: Day = None
    report: Text = ""


class WriteNote(Input):
    """What a reviewer or a city writes in a review."""

    kind: Literal["note", "question", "objection", "reply", "proposal", "decision"]
    text: NeededText
    internal: Flag = False
    about: Annotated[Line, Field(max_length=60)] = ""
    verdict: Literal["", "accepted", "accepted_with_conditions", "objection"] = ""
    deadline: Day = None
    reply_to: Number | None = None


class AnswerQuestion(Input):
    """An answer in the programme's checklist."""

    key: Annotated[NeededLine, Field(max_length=60)]
    answer: Literal["yes", "no", "open", "not_applicable"]
    note: Text = ""


class DrawSample(Input):
    """How much to draw for the deep check."""

    percent: Annotated[int, Field(ge=1, le=100)] = 10
