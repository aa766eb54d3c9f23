"""Review room (Prüfraum): what was submitted, frozen, for both sides; the authority checks and decides here.

Whatever somebody of the authority reads is logged, as on the pages.
"""

from datetime import date, datetime
from typing import Any, Literal

from hub import documents
from hub.actions import checking, comparing, entries, grants, renderings, review_room, statements
from hub.api.contract import File, Output, Routes
from hub.api.grants import GrantRow, row
from hub.api.shapes import Decimal, EntryRef, PersonOut, VersionRef, decimal, entry_ref, person, version_ref
from hub.api.statements import StatementOut, shown
from hub.api.versions import CheckOut, DifferenceOut
from hub.errors import NotFound
from hub.http import transaction
from hub.inputs.funding import AnswerQuestion, DrawSample, WriteNote
from hub.inputs.money import DecideStatement, SendNote, SendReply
from hub.policy import SYSTEM
from hub.policy import funding as may
from hub.store.entries import EntryKind, Version
from hub.store.funding import Grant
from hub.store.statements import Note, Statement
from hub.store.tokens import Scope
from hub.text.slug import slug as slug_of
from hub.work import Work

routes = Routes("Prüfraum")
ALL = "/review-room"
GRANT = f"{ALL}/<grant>"
ONE = f"{GRANT}/<int:statement>"
VERSION = f"{ONE}/versions/<int:version>"
Kind = Literal["note", "question", "objection", "reply", "proposal", "decision"]


class SubmittedOut(Output):
    """A grant and what was submitted of it, newest first."""

    grant: GrantRow
    statements: list[StatementOut]


class RoomOut(Output):
    """All grants of the caller's authority."""

    items: list[SubmittedOut]


class FrameOut(SubmittedOut):
    """A grant's frame as its authority sees it."""

    organisation: str
    contact: str
    notice_date: date | None
    period_start: date | None
    period_end: date | None


class NoteOut(Output):
    """What one side wrote; `internal` notes are the authority's alone."""

    id: int
    kind: Kind
    internal: bool
    about: str
    text: str
    verdict: str
    deadline: date | None
    reply_to: int | None
    settled_at: datetime | None
    organisation: str
    author: PersonOut | None
    written_at: datetime
    may_decide: bool
    """Whether the caller may decide as this proposal says."""


class CitedOut(Output):
    """A version the statement cites."""

    id: int
    entry: str
    title: str
    number: str
    sha256: str


class ReviewOut(Output):
    """A submitted statement under review, as far as the caller's side sees it."""

    statement: StatementOut
    open: bool
    """Whether the authority is still at work on it."""
    notes: list[NoteOut]
    versions: list[CitedOut]


class CheckQuestionOut(Output):
    """A question of the checklist with its newest answer."""

    key: str
    text: str
    answer: str
    note: str
    answered_at: datetime | None


class ChecklistOut(Output):
    """The programme's checklist for one statement."""

    items: list[CheckQuestionOut]


class SampleOut(Output):
    """What was drawn; the seed lets anybody draw it again."""

    id: int
    seed: str
    percent: int
    receipts: list[str]
    sum: Decimal
    drawn_at: datetime


class SampleList(Output):
    """All draws, oldest first."""

    items: list[SampleOut]


class CitedVersionOut(Output):
    """A cited version as it was approved: what was true of it, what the rules find, what changed since last time."""

    entry: EntryRef
    version: VersionRef | None
    sha256: str
    facts: dict[str, Any]
    reuse: list[dict[str, Any]]
    """Who used the entry when the statement was submitted."""
    checks: list[CheckOut]
    earlier: str | None
    """The number an earlier statement cited; null if the entry is presented for the first time."""
    changes: list[DifferenceOut]


def _find(work: Work, grant: str, statement: int) -> Statement:
    return review_room.find(work, grants.find(work, grant), statement)


def seen(work: Work, grant: str, what: str, statement: int | None = None) -> None:
    """Log the access, in a transaction of its own: what was read is read, whatever follows."""
    if not work.actor.reviews_for_land:
        return
    with transaction() as logged:
        found = grants.find(logged, grant)
        about = statements.find(logged, found, statement) if statement is not None else None
        review_room.opened(logged, found, what, about)


def _reviewed(work: Work, grant: str) -> Grant:
    found = grants.find(work, grant)
    if not may.review_grant(work.actor, found):
        raise NotFound
    return found


def _submitted(work: Work, grant: Grant) -> list[StatementOut]:
    return [shown(one) for one in statements.submitted(work, grant)]


@routes.get(ALL, summary="Was der eigenen Behörde eingereicht wurde", returns=RoomOut, signed_in=True)
def list_submitted(work: Work) -> RoomOut:
    """List the grants of the caller's authority with their submitted statements."""
    if not work.actor.reviews_for_land:
        raise NotFound
    found = [grant for grant in grants.listing(work) if may.review_grant(work.actor, grant)]
    return RoomOut(items=[SubmittedOut(grant=row(grant), statements=_submitted(work, grant)) for grant in found])


@routes.get(GRANT, summary="Eckdaten eines Vorhabens für die Behörde", returns=FrameOut, signed_in=True)
def read_frame(work: Work, grant: str) -> FrameOut:
    """Return a grant's frame and what was submitted of it, for the authority that gives it."""
    found = _reviewed(work, grant)
    seen(work, grant, "grant")
    return FrameOut(
        grant=row(found),
        statements=_submitted(work, found),
        organisation=found.organisation.name,
        contact=found.contact,
        notice_date=found.notice_date,
        period_start=found.period_start,
        period_end=found.period_end,
    )


def _note(work: Work, statement: Statement, one: Note) -> NoteOut:
    return NoteOut(
        id=one.id,
        kind=one.kind,
        internal=one.internal,
        about=one.about,
        text=one.text,
        verdict=one.verdict,
        deadline=one.deadline,
        reply_to=one.reply_to_id,
        settled_at=one.settled_at,
        organisation=one.organisation.slug,
        author=person(one.author),
        written_at=one.written_at,
        may_decide=one.kind == "proposal"
        and statement.state in review_room.OPEN
        and may.decide_statement(work.actor, statement, one),
    )


def _shown(work: Work, statement: Statement) -> ReviewOut:
    cited = {
        fact["version"]: fact
        for result in statements.frozen(work, statement)["results"]
        for fact in result["evidence"]
    }  # fmt: skip
    return ReviewOut(
        statement=shown(statement),
        open=statement.state in review_room.OPEN,
        notes=[_note(work, statement, one) for one in review_room.notes(work, statement)],
        versions=[
            CitedOut(id=key, **{name: fact[name] for name in ("entry", "title", "number", "sha256")})
            for key, fact in cited.items()
        ],
    )


@routes.get(ONE, summary="Einen eingereichten Nachweis mit seiner Prüfung lesen", returns=ReviewOut, signed_in=True)
def read_review(work: Work, grant: str, statement: int) -> ReviewOut:
    """Return a submitted statement with the letters both sides may read; drafts are not there."""
    found = _shown(work, _find(work, grant, statement))
    seen(work, grant, "statement", statement)
    return found


@routes.get(
    f"{ONE}/frozen", summary="Was eingereicht wurde, Byte für Byte", media=("application/json",), signed_in=True
)
def read_frozen(work: Work, grant: str, statement: int) -> File:
    """Return the frozen bytes, whose SHA-256 is `frozen_sha256`."""
    data = statements.frozen_bytes(work, _find(work, grant, statement))
    seen(work, grant, "frozen", statement)
    return File(data, "application/json", f"nachweis-{grant}-{statement}.json")


@routes.post(
    f"{ONE}/begin", summary="Die Prüfung beginnen", returns=ReviewOut, status=200, scope=Scope.REVIEW
)  # fmt: skip
def begin_review(work: Work, grant: str, statement: int) -> ReviewOut:
    """Take a submitted statement into review."""
    found = _find(work, grant, statement)
    review_room.begin(work, found)
    return _shown(work, found)


@routes.post(f"{ONE}/notes", summary="Vermerk, Rückfrage, Beanstandung oder Entscheidungsvorschlag schreiben",
             body=SendNote, returns=ReviewOut, status=200, scope=Scope.REVIEW)  # fmt: skip
def write_note(work: Work, grant: str, statement: int, body: SendNote) -> ReviewOut:
    """Write as a reviewer: to the city, or for one's own authority alone."""
    found = _find(work, grant, statement)
    review_room.write(work, found, body)
    return _shown(work, found)


@routes.post(
    f"{ONE}/notes/<int:note>/replies", summary="Auf eine Rückfrage oder Beanstandung antworten", body=SendReply,
    returns=ReviewOut, status=200,
)  # fmt: skip
def reply_to_note(work: Work, grant: str, statement: int, note: int, body: SendReply) -> ReviewOut:
    """Reply as the city, or as the authority."""
    found = _find(work, grant, statement)
    review_room.write(work, found, WriteNote(kind="reply", text=body.text, reply_to=note))
    return _shown(work, found)


@routes.post(
    f"{ONE}/notes/<int:note>/settle", summary="Eine Rückfrage oder Beanstandung erledigen", returns=ReviewOut,
    status=200, scope=Scope.REVIEW,
)  # fmt: skip
def settle_note(work: Work, grant: str, statement: int, note: int) -> ReviewOut:
    """Mark a question or objection as settled."""
    found = _find(work, grant, statement)
    review_room.settle(work, found, note)
    return _shown(work, found)


@routes.post(
    f"{ONE}/notes/<int:note>/decide", summary="Entscheiden, wie eine zweite Person vorschlug", body=DecideStatement,
    returns=ReviewOut, status=200, scope=Scope.REVIEW,
)  # fmt: skip
def decide_review(work: Work, grant: str, statement: int, note: int, body: DecideStatement) -> ReviewOut:
    """Decide as a colleague proposed; nobody decides on a proposal of their own."""
    found = _find(work, grant, statement)
    review_room.decide(work, found, note, body.reason)
    return _shown(work, found)


def _checklist(work: Work, statement: Statement) -> ChecklistOut:
    work.session.flush()
    return ChecklistOut(
        items=[
            CheckQuestionOut(
                key=key,
                text=text,
                answer=answer.answer if answer else "",
                note=answer.note if answer else "",
                answered_at=answer.at if answer else None,
            )
            for key, text, answer in review_room.checklist(work, statement)
        ]
    )


@routes.get(f"{ONE}/checklist", summary="Die Prüfliste lesen", returns=ChecklistOut, signed_in=True)
def read_checklist(work: Work, grant: str, statement: int) -> ChecklistOut:
    """Return the programme's checklist with the authority's answers."""
    return _checklist(work, _find(work, grant, statement))


@routes.post(
    f"{ONE}/checklist", summary="Eine Frage der Prüfliste beantworten", body=AnswerQuestion, returns=ChecklistOut,
    status=200, scope=Scope.REVIEW,
)  # fmt: skip
def answer_question(work: Work, grant: str, statement: int, body: AnswerQuestion) -> ChecklistOut:
    """Answer a question; earlier answers stay."""
    found = _find(work, grant, statement)
    review_room.answer(work, found, body)
    return _checklist(work, found)


def _samples(work: Work, statement: Statement) -> SampleList:
    return SampleList(
        items=[
            SampleOut(
                id=one.id,
                seed=one.seed,
                percent=one.percent,
                receipts=one.receipt_ids.splitlines(),
                sum=decimal(one.sum_drawn),
                drawn_at=one.drawn_at,
            )
            for one in review_room.samples(work, statement)
        ]
    )


@routes.get(f"{ONE}/samples", summary="Gezogene Stichproben auflisten", returns=SampleList, signed_in=True)
def list_samples(work: Work, grant: str, statement: int) -> SampleList:
    """List what was drawn for the deep check."""
    return _samples(work, _find(work, grant, statement))


@routes.post(
    f"{ONE}/samples", summary="Eine Stichprobe der Belege ziehen", body=DrawSample, returns=SampleList, status=200,
    scope=Scope.REVIEW,
)  # fmt: skip
def draw_sample(work: Work, grant: str, statement: int, body: DrawSample) -> SampleList:
    """Draw receipts: the dearer the likelier, the dearest always."""
    found = _find(work, grant, statement)
    review_room.draw(work, found, body.percent)
    return _samples(work, found)


def _cited(work: Work, grant: str, statement: int, version: int) -> tuple[Statement, Version]:
    """Return a cited version; whoever guesses another address gets „not found“, and that is logged too."""
    found = _find(work, grant, statement)
    try:
        return found, review_room.version(work, found, version)
    except NotFound:
        seen(work, grant, f"refused:version-{version}", statement)
        raise


@routes.get(VERSION, summary="Eine zitierte Version mit dem, was von ihr feststand", returns=CitedVersionOut,
            signed_in=True)  # fmt: skip
def read_cited_version(work: Work, grant: str, statement: int, version: int) -> CitedVersionOut:
    """Return a cited version: approvals, media breaks and maturity when it was submitted, checks, and changes."""
    found, cited = _cited(work, grant, statement, version)
    entry = cited.entry
    # The authority reads exactly this version, whatever became of the entry's visibility since.
    reader = Work(work.session, SYSTEM, work.now)
    earlier = review_room.before(work, found, cited)
    rows = checking.findings(reader, entry, cited) if entry.kind == EntryKind.PROCESS else ()
    changes = comparing.compare(reader, entry, earlier, entry, cited).differences if earlier else ()
    answer = CitedVersionOut(
        entry=entry_ref(entry),
        version=version_ref(cited),
        sha256=cited.blob_sha256,
        facts=review_room.facts(work, found, cited),
        reuse=review_room.reuses(work, found, cited),
        checks=[
            CheckOut(rule=one.rule, severity=str(one.severity), element=one.element_id, sentence=one.sentence("de"))
            for one in rows
        ],
        earlier=earlier.number if earlier else None,
        changes=[
            DifferenceOut(
                kind=one.kind, sentence=one.sentence, old_id=one.old_id, new_id=one.new_id, before=one.before,
                after=one.after,
            )
            for one in changes
        ],
    )  # fmt: skip
    seen(work, grant, f"version-{version}", statement)
    return answer


@routes.get(
    f"{VERSION}/source", summary="Die Datei einer zitierten Version, Byte für Byte",
    media=("application/xml", "text/markdown"), signed_in=True,
)  # fmt: skip
def read_cited_source(work: Work, grant: str, statement: int, version: int) -> File:
    """Return the content of a cited version, whose SHA-256 the statement names."""
    _found, cited = _cited(work, grant, statement, version)
    media_type, ending = documents.MEDIA[EntryKind(cited.entry.kind)]
    data = entries.source(work, cited)
    seen(work, grant, f"source-{version}", statement)
    return File(data, media_type, f"{slug_of(cited.entry.slug)}-{cited.number}.{ending}")


@routes.get(f"{VERSION}/svg", summary="Das Diagramm einer zitierten Version", media=("image/svg+xml",), signed_in=True)
def read_cited_svg(work: Work, grant: str, statement: int, version: int) -> File:
    """Return the drawing of a cited process model."""
    _found, cited = _cited(work, grant, statement, version)
    if cited.entry.kind != EntryKind.PROCESS:
        raise NotFound
    data = renderings.of(work, cited.blob_sha256, "svg").encode()
    return File(data, "image/svg+xml", f"{slug_of(cited.entry.slug)}-{cited.number}.svg")
