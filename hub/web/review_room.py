"""Review room (Prüfraum): what was submitted, frozen, for both sides; the authority checks and decides here."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as WerkzeugResponse

from hub import design
from hub.actions import (
    bundles,
    checking,
    comparing,
    entries,
    evidence,
    grants,
    renderings,
    review_room,
    statement_changes,
    statements,
)
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, now, streamed, transaction
from hub.inputs.funding import AnswerQuestion, DrawSample, WriteNote
from hub.policy import SYSTEM
from hub.policy import funding as may
from hub.store.entries import EntryKind, Version
from hub.store.funding import Grant
from hub.store.statements import Statement
from hub.web.forms import Form
from hub.web.funding import frame
from hub.web.messages import flash_text, sentence
from hub.work import Work

bp = Blueprint("review_room", __name__)
Reply = str | WerkzeugResponse | tuple[str, int]


def _find(work: Work, grant: str, number: int) -> tuple[Grant, Statement]:
    found = grants.find(work, grant)
    return found, review_room.find(work, found, number)


def _seen(grant: str, what: str, number: int | None = None) -> None:
    """Log the access, in a transaction of its own: what was read is read, whatever follows."""
    if not current_work().actor.reviews_for_land:
        return
    with transaction() as work:
        found = grants.find(work, grant)
        review_room.opened(work, found, what, statements.find(work, found, number) if number is not None else None)


@bp.get("/funding/review")
def index() -> Reply:
    """List what waits for this authority's reviewers."""
    work = current_work()
    if not work.actor.reviews_for_land:
        raise NotFound
    found = [grant for grant in grants.listing(work) if may.review_grant(work.actor, grant)]
    return render_template(
        "review_room/index.html", rows=[(grant, statements.submitted(work, grant)) for grant in found]
    )


@bp.get("/funding/review/<grant>")
def show(grant: str) -> Reply:
    """Show a grant's frame and what was submitted of it."""
    work = current_work()
    found = grants.find(work, grant)
    if not may.review_grant(work.actor, found):
        raise NotFound
    _seen(grant, "grant")
    return render_template("review_room/show.html", statements=statements.submitted(work, found), **frame(work, found))


def _page(grant: str, number: int, **forms: Any) -> str:
    work = current_work()
    found, row = _find(work, grant, number)
    land = may.review_statement(work.actor, row)
    listed = review_room.notes(work, row)
    return render_template(
        "review_room/statement.html",
        statement=row,
        content=statements.frozen(work, row),
        changes=statement_changes.of(work, row),
        notes=listed,
        land=land,
        city=may.answer_review(work.actor, row),
        open_for_land=row.state in review_room.OPEN,
        proposals=[note for note in listed if note.kind == "proposal"],
        may_decide=lambda note: may.decide_statement(work.actor, row, note),
        checklist=review_room.checklist(work, row) if land else [],
        samples=review_room.samples(work, row) if land else [],
        note=forms.get("note") or Form(WriteNote, {"kind": "note"}),
        today=now().date(),
        version_url=lambda key: url_for(".version", grant=grant, statement=number, version=key),
        **frame(work, found),
    )


@bp.get("/funding/review/<grant>/<int:statement>")
def statement(grant: str, statement: int) -> Reply:
    """Show a submitted statement as it was frozen, with its review."""
    page = _page(grant, statement)
    _seen(grant, "statement", statement)
    return page


@bp.get("/funding/review/<grant>/<int:statement>/frozen.json")
def frozen(grant: str, statement: int) -> WerkzeugResponse:
    """Return the frozen bytes themselves, whose digest the page names."""
    work = current_work()
    _found, row = _find(work, grant, statement)
    data = statements.frozen_bytes(work, row)
    _seen(grant, "frozen", statement)
    response = Response(data, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"nachweis-{grant}-{statement}.json")
    return response


def _deed(grant: str, number: int, deed: Any, done: str) -> WerkzeugResponse:
    """Do something with a statement and go back to it; what is refused is said there."""
    try:
        with transaction() as work:
            _found, row = _find(work, grant, number)
            deed(work, row)
    except (Invalid, Conflict) as error:
        codes = error.fields.values() if isinstance(error, Invalid) else [error.code]
        flash(" ".join(sentence(code) for code in codes), "warning")
    else:
        flash(flash_text(done), "success")
    return redirect(url_for(".statement", grant=grant, statement=number))


@bp.post("/funding/review/<grant>/<int:statement>/begin")
def begin(grant: str, statement: int) -> Reply:
    """Take a statement into review."""
    return _deed(grant, statement, review_room.begin, "review_begun")


@bp.post("/funding/review/<grant>/<int:statement>/notes")
def write(grant: str, statement: int) -> Reply:
    """Write a note, question, objection, reply or proposed decision."""
    form = Form(WriteNote, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            review_room.write(work, _find(work, grant, statement)[1], sent)
    except Invalid as error:
        return _page(grant, statement, note=form.refused(error)), 422
    except Conflict as error:
        return _page(grant, statement, note=form.refused(Invalid(text=error.code))), 409
    return redirect(url_for(".statement", grant=grant, statement=statement, _anchor="notes"))


@bp.post("/funding/review/<grant>/<int:statement>/notes/<int:key>/settle")
def settle(grant: str, statement: int, key: int) -> Reply:
    """Mark a question or objection as settled."""
    return _deed(grant, statement, lambda work, row: review_room.settle(work, row, key), "review_settled")


@bp.post("/funding/review/<grant>/<int:statement>/notes/<int:key>/decide")
def decide(grant: str, statement: int, key: int) -> Reply:
    """Decide as a colleague proposed."""
    reason = request.form.get("reason", "")
    return _deed(grant, statement, lambda work, row: review_room.decide(work, row, key, reason), "review_decided")


@bp.post("/funding/review/<grant>/<int:statement>/checklist")
def answer(grant: str, statement: int) -> Reply:
    """Answer a question of the checklist."""
    form = Form(AnswerQuestion, request.form)

    def deed(work: Work, row: Statement) -> None:
        review_room.answer(work, row, form.read())

    return _deed(grant, statement, deed, "review_answered")


@bp.post("/funding/review/<grant>/<int:statement>/sample")
def draw(grant: str, statement: int) -> Reply:
    """Draw receipts for the deep check."""
    form = Form(DrawSample, request.form)

    def deed(work: Work, row: Statement) -> None:
        review_room.draw(work, row, form.read().percent)

    return _deed(grant, statement, deed, "review_drawn")


def _cited(work: Work, grant: str, number: int, version: int) -> tuple[Grant, Statement, Version]:
    """Return a cited version; whoever guesses another address gets „not found“, and that is logged too."""
    found, row = _find(work, grant, number)
    try:
        return found, row, review_room.version(work, row, version)
    except NotFound:
        _seen(grant, f"refused:version-{version}", number)
        raise


@bp.get("/funding/review/<grant>/<int:statement>/versions/<int:version>")
def version(grant: str, statement: int, version: int) -> Reply:
    """Show a cited version as it was approved: diagram, text, checks, media breaks, what changed since last time."""
    work = current_work()
    found, row, shown = _cited(work, grant, statement, version)
    entry = shown.entry
    # The authority reads exactly this version, whatever became of the entry's visibility since.
    reader = Work(work.session, SYSTEM, work.now)
    earlier = review_room.before(work, row, shown)
    process = entry.kind == EntryKind.PROCESS
    page = render_template(
        "review_room/version.html",
        statement=row,
        entry=entry,
        shown=shown,
        facts=review_room.facts(work, row, shown),
        reuses=review_room.reuses(work, row, shown),
        checks=checking.findings(reader, entry, shown) if process else [],
        earlier=earlier,
        comparison=comparing.compare(reader, entry, earlier, entry, shown, _language()) if earlier else None,
        language=_language(),
        text=renderings.of(work, shown.blob_sha256, f"text-{_language()}") if process else "",
        design=None if process else design.read(entries.source(work, shown)),
        **frame(work, found),
    )
    _seen(grant, f"version-{version}", statement)
    return page


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "de"


@bp.get("/funding/review/<grant>/<int:statement>/versions/<int:version>/<any(source,diagram):what>")
def file(grant: str, statement: int, version: int, what: str) -> WerkzeugResponse:
    """Return a cited version's bytes, or its drawing."""
    work = current_work()
    _found, _row, shown = _cited(work, grant, statement, version)
    process = shown.entry.kind == EntryKind.PROCESS
    if what == "diagram":
        if not process:
            raise NotFound
        response = Response(renderings.of(work, shown.blob_sha256, "svg"), mimetype="image/svg+xml")
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
    data = entries.source(work, shown)
    _seen(grant, f"source-{version}", statement)
    response = Response(data, mimetype="application/octet-stream")
    name = f"{shown.entry.slug}-{shown.number}.{'bpmn' if process else 'md'}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Content-SHA256"] = shown.blob_sha256
    return response


@bp.post("/funding/review/<grant>/<int:statement>/pack")
def start_pack(grant: str, statement: int) -> Reply:
    """Have the worker make the evidence pack."""
    with transaction() as work:
        job = evidence.start(work, _find(work, grant, statement)[1]).id
    return redirect(url_for(".pack", grant=grant, statement=statement, job=job))


@bp.get("/funding/review/<grant>/<int:statement>/pack/<int:job>")
def pack(grant: str, statement: int, job: int) -> Reply:
    """Show how far a pack is, and its file and digest."""
    work = current_work()
    found, row = _find(work, grant, statement)
    made = evidence.find_job(work, row, job)
    return render_template("review_room/pack.html", statement=row, job=made, **frame(work, found))


@bp.get("/funding/review/<grant>/<int:statement>/pack/<int:job>/file.zip")
def pack_file(grant: str, statement: int, job: int) -> WerkzeugResponse:
    """Return a finished pack."""
    work = current_work()
    _found, row = _find(work, grant, statement)
    parts = bundles.pieces(work, evidence.find_job(work, row, job))
    _seen(grant, "pack", statement)
    response = Response(streamed(parts), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"nachweispaket-{grant}-{statement}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response
