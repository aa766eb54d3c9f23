"""The authority's review of a submitted statement: notes, questions, objections, checklist, sample, decision."""

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from hub.actions import grants, statements
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import AnswerQuestion, WriteNote
from hub.policy import Actor
from hub.policy import funding as may
from hub.store.entries import Version
from hub.store.funding import Grant, GrantState
from hub.store.organisations import OrganisationKind
from hub.store.statements import Checked, Note, Sample, Statement, StatementState, SubmittedVersion
from hub.text import markdown
from hub.work import Work

S = StatementState
OPEN = (S.SUBMITTED, S.RESUBMITTED, S.IN_REVIEW, S.QUERY)
"""States in which the authority is at work on a statement."""

FOLLOWS = {
    S.ACCEPTED: GrantState.ACCEPTED,
    S.ACCEPTED_WITH_CONDITIONS: GrantState.ACCEPTED_WITH_CONDITIONS,
    S.OBJECTION: GrantState.OBJECTED,
}
"""Decision on a final statement → state of the grant."""


def find(work: Work, grant: Grant, number: int) -> Statement:
    """Return a submitted statement for either side; drafts are `NotFound` here, even for those who write them."""
    found = statements.find(work, grant, number)
    if found.state == S.DRAFT:
        raise NotFound
    return found


def facts(work: Work, statement: Statement, shown: Version) -> dict[str, Any]:
    """Return what was true of a cited version when the statement was submitted."""
    told: dict[str, Any] = next(
        fact
        for result in statements.frozen(work, statement)["results"]
        for fact in result["evidence"]
        if fact["version"] == shown.id
    )
    return told


def reuses(work: Work, statement: Statement, shown: Version) -> list[dict[str, Any]]:
    """Return who used the entry of a cited version when the statement was submitted."""
    told: list[dict[str, Any]] = statements.frozen(work, statement)["reuse"]
    entry = facts(work, statement, shown)["entry"]
    return [row for row in told if row["entry"] == entry]


def notes(work: Work, statement: Statement) -> list[Note]:
    """Return the notes this actor may read, oldest first."""
    query = select(Note).where(Note.statement_id == statement.id).order_by(Note.id)
    return [row for row in work.session.scalars(query) if may.read_note(work.actor, row, statement)]


def begin(work: Work, statement: Statement) -> None:
    """Take a submitted statement into review; who opens it first does so."""
    work.require(may.review_statement, statement)
    statements.lock(work, statement)
    if statement.state not in (S.SUBMITTED, S.RESUBMITTED):
        raise Conflict("statement_moved_on")
    _move(work, statement, S.IN_REVIEW)
    if statement.kind == "final" and statement.grant.state == GrantState.REPORTED:
        grants.follow(work, statement.grant, GrantState.IN_REVIEW, f"Nachweis {statement.number}")


def write(work: Work, statement: Statement, sent: WriteNote) -> Note:
    """Write a note, question, objection, reply or proposed decision.

    Questions and objections need a deadline from tomorrow on, proposals a verdict. Raises `Forbidden` for a kind
    that is not this side's, `Conflict` once the statement was decided on, `Invalid` for what is missing.
    """
    land = may.review_statement(work.actor, statement)
    city = may.answer_review(work.actor, statement)
    if not (land if sent.kind != "reply" else land or city):
        raise Forbidden("write")
    statements.lock(work, statement)
    if statement.state not in (*OPEN, S.OBJECTION):
        raise Conflict("statement_decided")
    if sent.kind in ("question", "objection"):
        if sent.deadline is None:
            raise Invalid(deadline="note_needs_deadline")
        if sent.deadline <= work.now.date():
            raise Invalid(deadline="deadline_past")
    if sent.kind == "proposal" and not sent.verdict:
        raise Invalid(verdict="note_needs_verdict")
    if sent.kind == "decision":
        raise Forbidden("write")
    about = _replied(work, statement, sent)
    made = Note(
        statement_id=statement.id,
        kind=sent.kind,
        internal=land and (sent.kind == "proposal" or bool(sent.internal and sent.kind == "note")),
        about=sent.about,
        text=sent.text,
        html=markdown.to_html(sent.text),
        verdict=sent.verdict if sent.kind == "proposal" else "",
        deadline=sent.deadline,
        reply_to_id=about.id if about else None,
        organisation_id=_side(work.actor, statement, land=land),
        author_id=work.actor.user_id,
        written_at=work.now,
    )
    work.session.add(made)
    if sent.kind in ("question", "objection") and statement.state in (S.SUBMITTED, S.RESUBMITTED, S.IN_REVIEW):
        _move(work, statement, S.QUERY)
    if sent.kind == "reply" and statement.state == S.QUERY and not _unanswered(work, statement, but=about):
        _move(work, statement, S.IN_REVIEW)
    work.session.flush()
    kind = "grant.note_written" if made.internal else f"grant.{sent.kind}_written"
    other = grants.managers if land else grants.reviewers
    tell = [] if made.internal else other(work, statement.grant)
    grants.record(work, kind, statement.grant, statement=statement.number, note=made.id, tell=tell)
    return made


def settle(work: Work, statement: Statement, note_id: int) -> None:
    """Mark a question or objection as settled."""
    work.require(may.review_statement, statement)
    row = _note(work, statement, note_id)
    if row.kind not in ("question", "objection") or row.settled_at is not None:
        raise Conflict("statement_moved_on")
    row.settled_at = work.now
    work.session.flush()
    if statement.state == S.QUERY and not _unanswered(work, statement):
        _move(work, statement, S.IN_REVIEW)
    grants.record(work, "grant.note_settled", statement.grant, statement=statement.number, note=row.id)


def decide(work: Work, statement: Statement, proposal_id: int, reason: str) -> Note:
    """Decide as somebody else proposed (four eyes within the authority); the statement and its grant follow.

    Raises `Forbidden` for the person who proposed, `Conflict` if two decide at once, `Invalid` while questions are
    open.
    """
    proposal = _note(work, statement, proposal_id)
    if proposal.kind != "proposal":
        raise NotFound
    work.require(may.decide_statement, statement, proposal)
    statements.lock(work, statement)
    if statement.state not in OPEN:
        raise Conflict("statement_decided")
    verdict = S(proposal.verdict)
    if verdict != S.OBJECTION and _open_points(work, statement):
        raise Invalid(proposal="review_open_points")
    made = Note(
        statement_id=statement.id,
        kind="decision",
        text=reason.strip() or proposal.text,
        html=markdown.to_html(reason.strip() or proposal.text),
        verdict=verdict,
        reply_to_id=proposal.id,
        organisation_id=_side(work.actor, statement, land=True),
        author_id=work.actor.user_id,
        written_at=work.now,
    )
    work.session.add(made)
    _move(work, statement, verdict)
    statement.closed_at = work.now
    if statement.kind == "final":
        if statement.grant.state == GrantState.REPORTED:
            grants.follow(work, statement.grant, GrantState.IN_REVIEW, f"Nachweis {statement.number}")
        grants.follow(work, statement.grant, FOLLOWS[verdict], f"Nachweis {statement.number}")
    work.session.flush()
    grants.record(
        work,
        "grant.decided",
        statement.grant,
        statement=statement.number,
        verdict=verdict.value,
        tell=grants.managers(work, statement.grant),
    )
    return made


def checklist(work: Work, statement: Statement) -> list[tuple[str, str, Checked | None]]:
    """Return (key, question, newest answer) of the programme's checklist."""
    work.require(may.review_statement, statement)
    newest = select(func.max(Checked.id)).where(Checked.statement_id == statement.id).group_by(Checked.key)
    answers = {row.key: row for row in work.session.scalars(select(Checked).where(Checked.id.in_(newest)))}
    return [(row["key"], row["text"], answers.get(row["key"])) for row in statement.grant.programme.checklist]


def answer(work: Work, statement: Statement, sent: AnswerQuestion) -> None:
    """Answer a question of the checklist; earlier answers stay."""
    work.require(may.review_statement, statement)
    if statement.state not in OPEN:
        raise Conflict("statement_decided")
    if sent.key not in {row["key"] for row in statement.grant.programme.checklist}:
        raise NotFound
    work.session.add(
        Checked(
            statement_id=statement.id,
            key=sent.key,
            answer=sent.answer,
            note=sent.note,
            user_id=work.actor.user_id,
            at=work.now,
        )
    )
    grants.record(work, "grant.checked", statement.grant, statement=statement.number, key=sent.key, answer=sent.answer)


def draw(work: Work, statement: Statement, percent: int) -> Sample:
    """Draw receipts for the deep check: at least `percent` per cent, the dearer the likelier, the dearest always.

    Everything that decides is in the row: the seed is the digest of the frozen statement and the number of the draw,
    so anybody with both can draw the same sample again (weights as in Efraimidis and Spirakis, 2006).
    """
    work.require(may.review_statement, statement)
    content = statements.frozen(work, statement)
    earlier = work.session.scalar(select(func.count(Sample.id)).where(Sample.statement_id == statement.id)) or 0
    seed = hashlib.sha256(f"{statement.frozen_sha256}:{earlier + 1}:{percent}".encode()).hexdigest()
    rows = [(row["number"], abs(int(row["amount"]))) for row in content["receipts"]]
    chosen = drawn(rows, percent, seed)
    amounts = dict(rows)
    made = Sample(
        statement_id=statement.id,
        seed=seed,
        percent=percent,
        receipt_ids="\n".join(chosen),
        sum_drawn=sum(amounts[number] for number in chosen),
        user_id=work.actor.user_id,
        drawn_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    grants.record(work, "grant.sample_drawn", statement.grant, statement=statement.number, seed=seed)
    return made


def drawn(rows: Sequence[tuple[str, int]], percent: int, seed: str) -> list[str]:
    """Return the numbers drawn from (number, amount); the same arguments always draw the same."""
    if not rows:
        return []
    wanted = min(len(rows), max(1, -(-len(rows) * percent // 100)))
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose, nothing secret
    ordered = sorted(rows)
    keys = {number: dice.random() ** (1 / max(amount, 1)) for number, amount in ordered}
    dearest = max(ordered, key=lambda row: row[1])[0]
    others = sorted((number for number, _ in ordered if number != dearest), key=lambda number: -keys[number])
    return sorted([dearest, *others[: wanted - 1]])


def samples(work: Work, statement: Statement) -> list[Sample]:
    """Return what was drawn so far."""
    work.require(may.review_statement, statement)
    return list(work.session.scalars(select(Sample).where(Sample.statement_id == statement.id).order_by(Sample.id)))


def version(work: Work, statement: Statement, version_id: int) -> Version:
    """Return a version the statement cites, for both sides; anything else is `NotFound`, as if it did not exist."""
    if not may.read_statement(work.actor, statement):
        raise NotFound
    query = select(Version).join(SubmittedVersion, SubmittedVersion.version_id == Version.id)
    found = work.session.scalar(query.where(SubmittedVersion.statement_id == statement.id, Version.id == version_id))
    if found is None:
        raise NotFound
    return found


def before(work: Work, statement: Statement, shown: Version) -> Version | None:
    """Return the version of the same entry that an earlier statement of the grant cited last, if it is another."""
    query = (
        select(Version)
        .join(SubmittedVersion, SubmittedVersion.version_id == Version.id)
        .join(Statement, Statement.id == SubmittedVersion.statement_id)
        .where(
            Statement.grant_id == statement.grant_id,
            Statement.number < statement.number,
            Version.entry_id == shown.entry_id,
            Version.id != shown.id,
        )
        .order_by(Statement.number.desc(), Version.id.desc())
    )
    return work.session.scalars(query).first()


def cited(work: Work, version: Version) -> bool:
    """Whether a submitted statement cites the version, so that nothing may delete it before the retention ends."""
    query = select(SubmittedVersion.version_id).where(SubmittedVersion.version_id == version.id)
    return work.session.scalars(query).first() is not None


def opened(work: Work, grant: Grant, what: str, statement: Statement | None = None) -> None:
    """Log that somebody of the authority looked at something; every access is logged."""
    if may.review_grant(work.actor, grant):
        grants.record(work, "grant.viewed", grant, what=what, statement=statement.number if statement else None)


def waiting(work: Work) -> list[Waiting]:
    """Return what waits: for reviewers statements and proposals, for cities questions and objections to answer."""
    found: list[Waiting] = []
    query = select(Statement).join(Grant).where(Statement.state != S.DRAFT)
    for statement in work.session.scalars(query.where(may.review_grant_visible(work.actor))):
        if statement.state in (S.SUBMITTED, S.RESUBMITTED, S.IN_REVIEW):
            found.append(_waits("review.statement", statement))
    mine = query.where(may.read_grant_visible(work.actor), Statement.state.in_((S.QUERY, S.OBJECTION)))
    for statement in work.session.scalars(mine):
        if may.manage_grant(work.actor, statement.grant):
            asked = [row for row in notes(work, statement) if row.kind in ("question", "objection") and row.deadline]
            due = min((row.deadline for row in asked if row.deadline and row.settled_at is None), default=None)
            late = due is not None and due <= work.now.date() + timedelta(days=3)
            found.append(_waits("review.answer", statement, due, urgent=late))
    return found


def _waits(kind: str, statement: Statement, due: date | None = None, *, urgent: bool = False) -> Waiting:
    return Waiting(
        kind,
        None,
        statement.submitted_at or statement.created_at,
        ("review_room.statement", {"grant": statement.grant.slug, "statement": statement.number}),
        due,
        statement.grant.title,
        urgent,
    )


def _move(work: Work, statement: Statement, after: StatementState) -> None:
    statement.state = after
    statement.revision += 1
    work.session.flush()


def _note(work: Work, statement: Statement, note_id: int) -> Note:
    row = work.session.get(Note, note_id)
    if row is None or row.statement_id != statement.id or not may.read_note(work.actor, row, statement):
        raise NotFound
    return row


def _replied(work: Work, statement: Statement, sent: WriteNote) -> Note | None:
    if sent.kind != "reply":
        return None
    if sent.reply_to is None:
        raise Invalid(reply_to="required")
    return _note(work, statement, sent.reply_to)


def _open_points(work: Work, statement: Statement) -> list[Note]:
    query = select(Note).where(
        Note.statement_id == statement.id, Note.kind.in_(("question", "objection")), Note.settled_at.is_(None)
    )
    return list(work.session.scalars(query))


def _unanswered(work: Work, statement: Statement, but: Note | None = None) -> list[Note]:
    """Return the open points nobody replied to yet; `but` is being replied to right now."""
    replied = set(
        work.session.scalars(select(Note.reply_to_id).where(Note.statement_id == statement.id, Note.kind == "reply"))
    )
    skip = {but.id} if but else set()
    return [row for row in _open_points(work, statement) if row.id not in replied | skip]


def _side(actor: Actor, statement: Statement, *, land: bool) -> int:
    """Return for which organisation somebody writes."""
    if land and statement.grant.authority_id is not None:
        return statement.grant.authority_id
    own = actor.organisation_ids & statement.grant.organisation_ids
    office = [key for key, kind in actor.kinds.items() if kind == OrganisationKind.IKZ]
    return min(own or office or {statement.grant.organisation_id})
