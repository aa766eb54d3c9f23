"""Statements of use (Verwendungsnachweise) of a grant: draft, preview, submission; for those who carry the grant.

What was submitted is read in the review room (`hub.api.review_room`), by both sides.
"""

from datetime import date, datetime
from typing import Literal

from hub.actions import freezing, grants, statements
from hub.actions.bundle_files import plain
from hub.api.contract import File, Made, Output, Routes
from hub.api.shapes import PersonOut, person
from hub.errors import NotFound
from hub.inputs.money import BeginStatement, SendStatement
from hub.store.statements import Statement, StatementState
from hub.work import Work

routes = Routes("Verwendungsnachweise")
ALL = "/grants/<grant>/statements"
ONE = f"{ALL}/<int:statement>"


class StatementOut(Output):
    """A statement of use; `frozen_sha256` is the digest of everything that was submitted."""

    number: int
    kind: Literal["interim", "final"]
    corrects: int | None
    state: StatementState
    period_start: date | None
    period_end: date | None
    frozen_sha256: str | None
    submitted_at: datetime | None
    submitted_by: PersonOut | None
    closed_at: datetime | None


class DraftOut(StatementOut):
    """A statement for those who write it."""

    report: str
    """The factual report, Markdown."""
    revision: int
    blockers: list[str]
    """Codes of what is missing before it can be submitted."""


class StatementList(Output):
    """The statements of a grant, newest first."""

    items: list[StatementOut]


def shown(row: Statement) -> StatementOut:
    """Return a statement without its content."""
    return StatementOut(
        number=row.number,
        kind="final" if row.kind == "final" else "interim",
        corrects=row.corrects.number if row.corrects else None,
        state=StatementState(row.state),
        period_start=row.period_start,
        period_end=row.period_end,
        frozen_sha256=row.frozen_sha256,
        submitted_at=row.submitted_at,
        submitted_by=person(row.submitted_by),
        closed_at=row.closed_at,
    )


def _draft(work: Work, row: Statement) -> DraftOut:
    return DraftOut(
        **shown(row).model_dump(),
        report=row.report,
        revision=row.revision,
        blockers=statements.blockers(work, row) if row.state == StatementState.DRAFT else [],
    )


def _find(work: Work, grant: str, statement: int) -> Statement:
    return statements.find(work, grants.own(work, grant), statement)


@routes.get(ALL, summary="Verwendungsnachweise auflisten", returns=StatementList, signed_in=True)
def list_statements(work: Work, grant: str) -> StatementList:
    """List the statements of a grant, drafts included."""
    return StatementList(items=[shown(row) for row in statements.of_grant(work, grants.own(work, grant))])


@routes.get(ONE, summary="Einen Verwendungsnachweis lesen", returns=DraftOut, signed_in=True)
def read_statement(work: Work, grant: str, statement: int) -> DraftOut:
    """Return a statement with its factual report and what is missing."""
    return _draft(work, _find(work, grant, statement))


@routes.get(
    f"{ONE}/preview", summary="Was eingereicht würde", media=("application/json",), signed_in=True
)  # fmt: skip
def preview_statement(work: Work, grant: str, statement: int) -> File:
    """Return what would be frozen if the draft were submitted now, in the form of a frozen statement."""
    row = _find(work, grant, statement)
    if row.state != StatementState.DRAFT:
        raise NotFound
    return File(plain(freezing.freeze(work, row)[0]), "application/json")


@routes.post(ALL, summary="Einen Verwendungsnachweis beginnen", body=BeginStatement, returns=DraftOut)
def begin_statement(work: Work, grant: str, body: BeginStatement) -> Made:
    """Begin a statement, or with `corrects` a new one in place of a submitted one; there is one draft at a time."""
    found = grants.own(work, grant)
    old = statements.find(work, found, body.corrects) if body.corrects is not None else None
    made = statements.create(work, found, body, corrects=old)
    return Made(_draft(work, made), "read_statement", {"grant": found.slug, "statement": made.number})


@routes.put(ONE, summary="Einen Entwurf ändern", body=SendStatement, returns=DraftOut)
def edit_statement(work: Work, grant: str, statement: int, body: SendStatement) -> DraftOut:
    """Replace kind, period and report of a draft; 409 `statement_moved_on` once it was submitted."""
    row = _find(work, grant, statement)
    statements.edit(work, row, body.model_copy(update={"revision": body.revision or row.revision}))
    return _draft(work, row)


@routes.post(f"{ONE}/submit", summary="Einen Entwurf einreichen", returns=DraftOut, status=200, match=ONE)
def submit_statement(work: Work, grant: str, statement: int) -> DraftOut:
    """Freeze a draft with everything it says and hand it in; nothing changes it any more."""
    row = _find(work, grant, statement)
    statements.submit(work, row, revision=row.revision)
    return _draft(work, row)


@routes.delete(ONE, summary="Einen Entwurf verwerfen")
def discard_statement(work: Work, grant: str, statement: int) -> None:
    """Throw a draft away; what was submitted stays."""
    statements.discard(work, _find(work, grant, statement))
