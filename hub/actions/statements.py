"""Statements of use (Nachweise): draft, freeze on submission, correct by a new one that names the old."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, select

from hub.actions import entries, freezing, grants, receipts, report_draft, results
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.funding import EditStatement
from hub.policy import funding as may
from hub.store.entries import Blob
from hub.store.funding import Grant, GrantState
from hub.store.statements import Statement, StatementState, SubmittedVersion
from hub.work import Work

S = StatementState


def of_grant(work: Work, grant: Grant) -> list[Statement]:
    """Return all statements of a grant for those who carry it, newest first."""
    query = select(Statement).where(Statement.grant_id == grant.id)
    return list(work.session.scalars(query.order_by(Statement.number.desc())))


def submitted(work: Work, grant: Grant) -> list[Statement]:
    """Return what was submitted of a grant, newest first; drafts are nobody's business but the cities'."""
    query = select(Statement).where(Statement.grant_id == grant.id, Statement.state != S.DRAFT)
    return list(work.session.scalars(query.order_by(Statement.number.desc())))


def find(work: Work, grant: Grant, number: int) -> Statement:
    """Return a statement this actor may read; raises `NotFound`."""
    found = work.session.scalar(select(Statement).where(Statement.grant_id == grant.id, Statement.number == number))
    if found is None or not may.read_statement(work.actor, found):
        raise NotFound
    return found


def create(work: Work, grant: Grant, sent: EditStatement, *, corrects: Statement | None = None) -> Statement:
    """Begin a statement; without a report one is drafted from the data.

    Raises `Conflict` while another draft is open or the grant is not running.
    """
    work.require(may.manage_grant, grant)
    grants.lock(work, grant)
    if any(row.state == S.DRAFT for row in of_grant(work, grant)):
        raise Conflict("statement_open")
    if grant.state not in (GrantState.RUNNING, GrantState.EXTENDED, GrantState.OBJECTED):
        raise Conflict("statement_not_now")
    last = work.session.scalar(select(func.max(Statement.number)).where(Statement.grant_id == grant.id)) or 0
    made = Statement(
        grant=grant,
        grant_id=grant.id,
        number=last + 1,
        kind=corrects.kind if corrects else sent.kind,
        corrects_id=corrects.id if corrects else None,
        period_start=sent.period_start or grant.period_start,
        period_end=sent.period_end or min(filter(None, (grant.period_end, work.now.date()))),
        report=sent.report or (corrects.report if corrects else report_draft.of(work, grant)),
        state=S.DRAFT,
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    grants.record(work, "grant.statement_begun", grant, statement=made.number)
    return made


def edit(work: Work, statement: Statement, sent: EditStatement) -> None:
    """Change a draft; raises `Conflict("statement_moved_on")` if it was submitted or changed meanwhile."""
    work.require(may.manage_grant, statement.grant)
    lock(work, statement)
    if statement.state != S.DRAFT or statement.revision != sent.revision:
        raise Conflict("statement_moved_on")
    if sent.period_start and sent.period_end and sent.period_end < sent.period_start:
        raise Invalid(period_end="period_backwards")
    statement.kind = statement.corrects.kind if statement.corrects else sent.kind
    statement.period_start, statement.period_end, statement.report = sent.period_start, sent.period_end, sent.report
    statement.revision += 1
    work.session.flush()
    grants.record(work, "grant.statement_edited", statement.grant, statement=statement.number)


def discard(work: Work, statement: Statement) -> None:
    """Throw a draft away; what was submitted stays for ever."""
    work.require(may.manage_grant, statement.grant)
    if statement.state != S.DRAFT:
        raise Conflict("statement_moved_on")
    grants.record(work, "grant.statement_discarded", statement.grant, statement=statement.number)
    work.session.delete(statement)


def blockers(work: Work, statement: Statement) -> list[str]:
    """Return codes of what is missing before the statement can be submitted; empty if nothing is."""
    grant = statement.grant
    found = []
    if not statement.report.strip():
        found.append("statement_needs_report")
    if statement.period_start is None or statement.period_end is None:
        found.append("statement_needs_period")
    if not results.listing(work, grant):
        found.append("statement_needs_results")
    if statement.kind == "final":
        if any(not row.evidence for row in results.listing(work, grant)):
            found.append("statement_needs_evidence")
        if grant.programme.receipts_needed and not receipts.listing(work, grant, limit=1):
            found.append("statement_needs_receipts")
        figures = receipts.sums(receipts.balance(grants.plan(work, grant), receipts.listing(work, grant)))
        if grant.programme.receipts_needed and figures["expenditure"][1] != figures["income"][1]:
            found.append("statement_out_of_balance")
    return found


def submit(work: Work, statement: Statement, *, revision: int) -> None:
    """Freeze the statement with everything it says and hand it in.

    Raises `Conflict` for a stale page, `Invalid` for what is missing.
    """
    grant = statement.grant
    work.require(may.manage_grant, grant)
    lock(work, statement)
    grants.lock(work, grant)
    if statement.state != S.DRAFT or statement.revision != revision:
        raise Conflict("statement_moved_on")
    if missing := blockers(work, statement):
        raise Invalid(statement=missing[0])
    content, cited = freezing.freeze(work, statement)
    data = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
    digest = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, digest)
    statement.frozen_sha256 = digest
    statement.state = S.RESUBMITTED if statement.corrects_id else S.SUBMITTED
    statement.submitted_by_id, statement.submitted_at = work.actor.user_id, work.now
    statement.revision += 1
    work.session.flush()
    for version in cited:
        work.session.add(SubmittedVersion(statement_id=statement.id, version_id=version.id, sha256=version.blob_sha256))
    if statement.kind == "final":
        grants.follow(work, grant, GrantState.REPORTED, f"Nachweis {statement.number}")
    grants.record(
        work,
        "grant.statement_submitted",
        grant,
        statement=statement.number,
        sha256=digest,
        tell=grants.reviewers(work, grant),
    )


def frozen_bytes(work: Work, statement: Statement) -> bytes:
    """Return the bytes that were frozen, whose SHA-256 is `frozen_sha256`; raises `NotFound` for a draft."""
    if statement.frozen_sha256 is None:
        raise NotFound
    return work.session.scalars(select(Blob.content).where(Blob.sha256 == statement.frozen_sha256)).one()


def frozen(work: Work, statement: Statement) -> dict[str, Any]:
    """Return what was submitted, as it was frozen; raises `NotFound` for a draft."""
    content: dict[str, Any] = json.loads(frozen_bytes(work, statement))
    return content


def lock(work: Work, statement: Statement) -> None:
    """Hold the statement until the transaction ends."""
    work.session.refresh(statement, ["revision", "state"], with_for_update=True)
