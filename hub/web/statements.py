"""Statements of use of a grant, for the cities: list, draft with preview, submission."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import freezing, grants, statements
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.funding import EditStatement
from hub.policy import funding as may
from hub.web.forms import Form
from hub.web.funding import frame, refused
from hub.web.messages import sentence

bp = Blueprint("statements", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/funding/<grant>/statements")
def index(grant: str) -> Reply:
    """List the statements of a grant."""
    work = current_work()
    found = grants.own(work, grant)
    return render_template(
        "statements/index.html",
        statements=statements.of_grant(work, found),
        form=Form(EditStatement),
        **frame(work, found),
    )


@bp.post("/funding/<grant>/statements")
def create(grant: str) -> Reply:
    """Begin a statement, or a correction of one."""
    corrects = request.form.get("corrects", "")
    kind = request.form.get("kind", "interim")
    try:
        with transaction() as work:
            found = grants.own(work, grant)
            old = statements.find(work, found, int(corrects)) if corrects.isdecimal() else None
            sent = EditStatement(kind="final" if kind == "final" else "interim")
            number = statements.create(work, found, sent, corrects=old).number
    except Conflict as error:
        flash(sentence(error.code), "warning")
        return redirect(url_for(".index", grant=grant))
    return redirect(url_for(".edit", grant=grant, statement=number))


def _page(slug: str, number: int, form: Form[EditStatement] | None = None) -> Reply:
    work = current_work()
    grant = grants.own(work, slug)
    statement = statements.find(work, grant, number)
    if statement.state != "draft":
        return redirect(url_for("review_room.statement", grant=slug, statement=number))
    facts = {"revision": str(statement.revision), "kind": statement.kind, "report": statement.report}
    for name in ("period_start", "period_end"):
        day = getattr(statement, name)
        facts[name] = day.isoformat() if day else ""
    return render_template(
        "statements/edit.html",
        statement=statement,
        form=form or Form(EditStatement, facts),
        content=freezing.freeze(work, statement)[0],
        blockers=statements.blockers(work, statement),
        may_edit=may.manage_grant(work.actor, grant),
        **frame(work, grant),
    )


@bp.get("/funding/<grant>/statements/<int:statement>")
def edit(grant: str, statement: int) -> Reply:
    """Show a draft with all that would be submitted."""
    return _page(grant, statement)


@bp.post("/funding/<grant>/statements/<int:statement>")
def save(grant: str, statement: int) -> Reply:
    """Change a draft."""
    form = Form(EditStatement, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            statements.edit(work, statements.find(work, grants.own(work, grant), statement), sent)
    except (Invalid, Conflict) as error:
        work = current_work()
        row = statements.find(work, grants.own(work, grant), statement)
        page = _page(grant, statement, refused(form, error, row.revision))
        return (page, 422 if isinstance(error, Invalid) else 409) if isinstance(page, str) else page
    flash(_("Der Nachweis ist gespeichert."), "success")
    return redirect(url_for(".edit", grant=grant, statement=statement))


@bp.post("/funding/<grant>/statements/<int:statement>/submit")
def submit(grant: str, statement: int) -> Reply:
    """Freeze a draft as it stands in the form and hand it in; what is refused stays as it was typed."""
    form = Form(EditStatement, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            row = statements.find(work, grants.own(work, grant), statement)
            statements.edit(work, row, sent)
            statements.submit(work, row, revision=row.revision)
    except (Invalid, Conflict) as error:
        work = current_work()
        row = statements.find(work, grants.own(work, grant), statement)
        page = _page(grant, statement, refused(form, error, row.revision))
        return (page, 422 if isinstance(error, Invalid) else 409) if isinstance(page, str) else page
    flash(_("Der Nachweis ist eingereicht und eingefroren."), "success")
    return redirect(url_for("review_room.statement", grant=grant, statement=statement))


@bp.post("/funding/<grant>/statements/<int:statement>/discard")
def discard(grant: str, statement: int) -> Reply:
    """Throw a draft away."""
    try:
        with transaction() as work:
            statements.discard(work, statements.find(work, grants.own(work, grant), statement))
    except Conflict as error:
        flash(sentence(error.code), "warning")
    return redirect(url_for(".index", grant=grant))
