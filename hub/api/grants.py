"""Grants (Fördervorhaben), for those who carry them: frame, moves, plan of finance, conditions, documents, deadlines.

The authority that gives a grant reads what was submitted in the review room (`hub.api.review_room`).
"""

from datetime import date, datetime

from hub.actions import deadlines, grant_files, grants
from hub.actions.grants import Wanted
from hub.api import paging
from hub.api.contract import File, Made, Output, Routes
from hub.api.shapes import Decimal, PersonOut, decimal, person
from hub.errors import Invalid
from hub.inputs import Line
from hub.inputs.money import MeetCondition, SendCondition, SendDocument, SendFinancePlan, SendGrant, SendMove
from hub.store.funding import Grant, GrantCondition, GrantDocument, GrantMove, GrantState
from hub.work import Work

routes = Routes("Fördervorhaben")
ALL = "/grants"
ONE = f"{ALL}/<grant>"
DOCUMENT_LIMIT = 20_000_000


class WhichGrants(paging.Paged):
    """Filters of the list; `text` is part of the title or a whole reference."""

    text: Line = ""
    programme: Line = ""
    state: Line = ""


class PartnerOut(Output):
    """A partner; `organisation` is null for a municipality outside of the hub."""

    organisation: str | None
    name: str
    share: Decimal


class GrantMoveOut(Output):
    """A move from state to state."""

    before: str
    after: str
    reason: str
    by: PersonOut | None
    at: datetime


class GrantRow(Output):
    """A grant in a list."""

    slug: str
    title: str
    programme: str
    organisation: str
    authority: str | None
    reference: str
    amount: Decimal
    state: GrantState
    report_due: date | None


class GrantOut(GrantRow):
    """A grant with its frame; `moves` are the states the caller may bring it to."""

    about: str
    distinction: str
    benefit: str
    transfer: str
    transfer_from: date | None
    contact: str
    authority_contact: str
    own_share: Decimal
    notice_date: date | None
    period_start: date | None
    period_end: date | None
    purpose_end: date | None
    interim_due: date | None
    partners: list[PartnerOut]
    sample: bool
    revision: int
    moves: list[GrantState]
    blockers: list[str]
    """Codes of what is missing before it can be approved."""
    history: list[GrantMoveOut]


class GrantList(Output):
    """A page of grants, those that end soonest first."""

    items: list[GrantRow]
    next: str | None


class FinanceLineOut(Output):
    """A line of the plan of finance."""

    title: str
    planned: Decimal


class FinancePlanOut(Output):
    """The plan of finance."""

    expenditure: list[FinanceLineOut]
    income: list[FinanceLineOut]


class ConditionOut(Output):
    """A condition (Auflage) of the grant notice."""

    id: int
    text: str
    due: date | None
    met_on: date | None
    note: str
    revision: int


class ConditionList(Output):
    """The conditions, those due soonest first."""

    items: list[ConditionOut]


class DocumentOut(Output):
    """A document of a grant."""

    id: int
    title: str
    kind: str
    filename: str
    sha256: str
    added_at: datetime


class DocumentList(Output):
    """The documents, newest first."""

    items: list[DocumentOut]


class DeadlineOut(Output):
    """A day that matters."""

    key: str
    kind: str
    day: date
    text: str
    met: bool


class DeadlineList(Output):
    """The deadlines by day: of the notice, its conditions and its results."""

    items: list[DeadlineOut]


def row(grant: Grant) -> GrantRow:
    """Return how a grant stands in a list."""
    return GrantRow(
        slug=grant.slug,
        title=grant.title,
        programme=grant.programme.slug,
        organisation=grant.organisation.slug,
        authority=grant.authority.slug if grant.authority else None,
        reference=grant.reference,
        amount=decimal(grant.amount),
        state=GrantState(grant.state),
        report_due=grant.report_due,
    )


def _move(found: GrantMove) -> GrantMoveOut:
    return GrantMoveOut(
        before=found.before, after=found.after, reason=found.reason, by=person(found.user), at=found.at
    )  # fmt: skip


def _shown(work: Work, grant: Grant) -> GrantOut:
    same = (
        "about", "distinction", "benefit", "transfer", "transfer_from", "contact", "authority_contact", "notice_date",
        "period_start", "period_end", "purpose_end", "interim_due", "sample", "revision",
    )  # fmt: skip
    return GrantOut(
        **row(grant).model_dump(),
        **{name: getattr(grant, name) for name in same},
        own_share=decimal(grant.own_share),
        partners=[
            PartnerOut(
                organisation=found.organisation.slug if found.organisation else None,
                name=found.organisation.name if found.organisation else found.name,
                share=decimal(found.share),
            )
            for found in grant.partners
        ],
        moves=list(grants.moves(work, grant)),
        blockers=grants.blockers(grant, GrantState.APPROVED) if grant.state == GrantState.APPLIED else [],
        history=[_move(found) for found in grants.history(work, grant)],
    )


@routes.get(ALL, summary="Fördervorhaben auflisten", query=WhichGrants, returns=GrantList, signed_in=True)
def list_grants(work: Work, query: WhichGrants) -> GrantList:
    """List the grants the caller carries or, once they are granted, reviews."""
    found, following = paging.cut(query, grants.listing(work, Wanted(query.text, query.programme, query.state)))
    return GrantList(items=[row(grant) for grant in found], next=following)


@routes.get(ONE, summary="Ein Fördervorhaben lesen", returns=GrantOut, signed_in=True)
def read_grant(work: Work, grant: str) -> GrantOut:
    """Return a grant with its frame, for those who carry it."""
    return _shown(work, grants.own(work, grant))


@routes.post(ALL, summary="Ein Fördervorhaben anlegen", body=SendGrant, returns=GrantOut)
def create_grant(work: Work, body: SendGrant) -> Made:
    """Add a grant as applied for."""
    made = grants.create(work, body.typed())
    return Made(_shown(work, made), "read_grant", {"grant": made.slug})


@routes.put(ONE, summary="Ein Fördervorhaben ändern", body=SendGrant, returns=GrantOut)
def edit_grant(work: Work, grant: str, body: SendGrant) -> GrantOut:
    """Replace the frame of a grant; 409 `grant_closed` once it has ended."""
    found = grants.own(work, grant)
    grants.edit(work, found, body.typed(found.revision))
    return _shown(work, found)


@routes.post(
    f"{ONE}/moves", summary="Ein Fördervorhaben in den nächsten Stand bringen", body=SendMove, returns=GrantOut,
    status=200, match=ONE,
)  # fmt: skip
def move_grant(work: Work, grant: str, body: SendMove) -> GrantOut:
    """Bring a grant to one of its `moves`; all others follow from statements of use and their review."""
    found = grants.own(work, grant)
    grants.move(
        work, found, body.after, revision=found.revision, reason=body.reason, period_end=body.period_end
    )  # fmt: skip
    return _shown(work, found)


def _plan(work: Work, grant: Grant) -> FinancePlanOut:
    work.session.flush()
    rows = grants.plan(work, grant)
    sides = {
        side: [FinanceLineOut(title=one.title, planned=decimal(one.planned)) for one in rows if one.side == side]
        for side in ("expenditure", "income")
    }
    return FinancePlanOut(expenditure=sides["expenditure"], income=sides["income"])


@routes.get(f"{ONE}/plan", summary="Den Finanzierungsplan lesen", returns=FinancePlanOut, signed_in=True)
def read_finance_plan(work: Work, grant: str) -> FinancePlanOut:
    """Return the plan of finance."""
    return _plan(work, grants.own(work, grant))


@routes.put(f"{ONE}/plan", summary="Den Finanzierungsplan schreiben", body=SendFinancePlan, returns=FinancePlanOut)
def edit_finance_plan(work: Work, grant: str, body: SendFinancePlan) -> FinancePlanOut:
    """Write the plan anew; both sides add up to the same, and lines that keep their title keep their receipts."""
    found = grants.own(work, grant)
    grants.set_plan(work, found, body.typed(found.revision))
    return _plan(work, found)


def _condition(found: GrantCondition) -> ConditionOut:
    return ConditionOut(
        id=found.id, text=found.text, due=found.due, met_on=found.met_on, note=found.note, revision=found.revision
    )


@routes.get(f"{ONE}/conditions", summary="Auflagen auflisten", returns=ConditionList, signed_in=True)
def list_conditions(work: Work, grant: str) -> ConditionList:
    """List the conditions of the grant notice."""
    return ConditionList(items=[_condition(one) for one in grant_files.conditions(work, grants.own(work, grant))])


@routes.get(f"{ONE}/conditions/<int:condition>", summary="Eine Auflage lesen", returns=ConditionOut, signed_in=True)
def read_condition(work: Work, grant: str, condition: int) -> ConditionOut:
    """Return a condition."""
    return _condition(grant_files.condition(work, grants.own(work, grant), condition))


@routes.post(f"{ONE}/conditions", summary="Eine Auflage eintragen", body=SendCondition, returns=ConditionOut)
def add_condition(work: Work, grant: str, body: SendCondition) -> Made:
    """Add a condition of the notice."""
    found = grants.own(work, grant)
    made = grant_files.add_condition(work, found, body)
    return Made(_condition(made), "read_condition", {"grant": found.slug, "condition": made.id})


@routes.put(
    f"{ONE}/conditions/<int:condition>", summary="Eine Auflage als erfüllt oder offen vermerken", body=MeetCondition,
    returns=ConditionOut,
)  # fmt: skip
def meet_condition(work: Work, grant: str, condition: int, body: MeetCondition) -> ConditionOut:
    """Mark a condition as met today, or open again."""
    found = grants.own(work, grant)
    grant_files.meet_condition(work, found, condition, met=body.met)
    return _condition(grant_files.condition(work, found, condition))


def _document(found: GrantDocument) -> DocumentOut:
    return DocumentOut(
        id=found.id, title=found.title, kind=found.kind, filename=found.filename, sha256=found.blob_sha256,
        added_at=found.added_at,
    )  # fmt: skip


@routes.get(f"{ONE}/documents", summary="Dokumente auflisten", returns=DocumentList, signed_in=True)
def list_documents(work: Work, grant: str) -> DocumentList:
    """List the documents of a grant."""
    return DocumentList(items=[_document(one) for one in grant_files.documents(work, grants.own(work, grant))])


@routes.get(
    f"{ONE}/documents/<int:document>", summary="Ein Dokument holen, Byte für Byte", media=("application/octet-stream",),
    signed_in=True,
)  # fmt: skip
def read_document(work: Work, grant: str, document: int) -> File:
    """Return a document as it was added."""
    found, data = grant_files.document(work, grants.own(work, grant), document)
    return File(data, "application/octet-stream", found.filename)


@routes.post(f"{ONE}/documents", summary="Ein Dokument hinzufügen", body=SendDocument, returns=DocumentOut)
def add_document(work: Work, grant: str, body: SendDocument) -> Made:
    """Add a file to a grant; it is kept byte for byte and never changed."""
    found = grants.own(work, grant)
    if not body.content:
        raise Invalid(content="file_missing")
    if len(body.content) > DOCUMENT_LIMIT:
        raise Invalid(content="too_long")
    made = grant_files.add_document(work, found, body, body.filename, body.content)
    return Made(_document(made), "read_document", {"grant": found.slug, "document": made.id})


@routes.get(f"{ONE}/deadlines", summary="Fristen auflisten", returns=DeadlineList, signed_in=True)
def list_deadlines(work: Work, grant: str) -> DeadlineList:
    """List the deadlines of a grant."""
    return DeadlineList(
        items=[
            DeadlineOut(key=one.key, kind=one.kind, day=one.day, text=one.text, met=one.met)
            for one in deadlines.of(work, grants.own(work, grant))
        ]
    )
