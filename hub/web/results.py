"""Promised results of a grant and the versions that prove them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import evidence_facts, grants, results
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.funding import EditResult, TieEvidence
from hub.policy import funding as may
from hub.store.funding import ResultState
from hub.web import funding
from hub.web.forms import Form, revision_of
from hub.web.messages import label, sentence
from hub.web.shared import money

bp = Blueprint("results", __name__)
Reply = str | Response | tuple[str, int]


def _partners(slug: str) -> list[tuple[str, str]]:
    grant = grants.own(current_work(), slug)
    rows = [grant.organisation, *(row.organisation for row in grant.partners if row.organisation)]
    return [(row.slug, row.name) for row in rows]


def _edit_page(slug: str, form: Form[EditResult], position: int | None) -> str:
    work = current_work()
    grant = grants.own(work, slug)
    work.require(may.manage_grant, grant)
    return render_template(
        "funding/result_edit.html", form=form, position=position, cities=_partners(slug), **funding.frame(work, grant)
    )


@bp.get("/funding/<grant>/results/new")
def new(grant: str) -> Reply:
    """Ask for a new result."""
    return _edit_page(grant, Form(EditResult), None)


@bp.post("/funding/<grant>/results/new")
def create(grant: str) -> Reply:
    """Add a result."""
    form = Form(EditResult, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            position = results.add(work, grants.own(work, grant), sent).position
    except Invalid as error:
        return _edit_page(grant, form.refused(error), None), 422
    flash(_("Das Ergebnis ist angelegt."), "success")
    return redirect(url_for(".show", grant=grant, position=position))


def _page(slug: str, position: int, evidence: Form[TieEvidence] | None = None) -> str:
    work = current_work()
    grant = grants.own(work, slug)
    result = results.find(work, grant, position)
    may_tie = may.contribute(work.actor, grant, result.organisation)
    return render_template(
        "funding/result.html",
        result=result,
        moves=results.moves(work, result),
        evidence=evidence or Form(TieEvidence),
        may_tie=may_tie,
        citable=results.citable(work, grant.organisation_ids) if may_tie else [],
        **funding.frame(work, grant),
    )


@bp.get("/funding/<grant>/results/<int:position>")
def show(grant: str, position: int) -> Reply:
    """Show one result with its evidence."""
    return _page(grant, position)


@bp.get("/funding/<grant>/results/<int:position>/edit")
def edit(grant: str, position: int) -> Reply:
    """Ask for changes of a result."""
    row = results.find(current_work(), grants.own(current_work(), grant), position)
    facts = {
        "revision": str(row.revision),
        "title": row.title,
        "target": row.target,
        "criterion": row.criterion,
        "organisation": row.organisation.slug,
        "due": row.due.isoformat() if row.due else "",
        "share": money(row.share, sign=False),
    }
    return _edit_page(grant, Form(EditResult, facts), position)


@bp.post("/funding/<grant>/results/<int:position>/edit")
def save(grant: str, position: int) -> Reply:
    """Change a result."""
    form = Form(EditResult, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            found = grants.own(work, grant)
            results.edit(work, found, results.find(work, found, position), sent)
    except (Invalid, Conflict) as error:
        row = results.find(current_work(), grants.own(current_work(), grant), position)
        return _edit_page(grant, funding.refused(form, error, row.revision), position), (
            422 if isinstance(error, Invalid) else 409
        )
    flash(_("Das Ergebnis ist gespeichert."), "success")
    return redirect(url_for(".show", grant=grant, position=position))


@bp.post("/funding/<grant>/results/<int:position>/move")
def move(grant: str, position: int) -> Reply:
    """Bring a result to its next state."""
    wanted = request.form.get("after", "")
    try:
        if wanted not in list(ResultState):
            raise Invalid(after="not_a_choice")
        with transaction() as work:
            found = grants.find(work, grant)
            row = results.find(work, found, position)
            results.move(
                work,
                row,
                ResultState(wanted),
                revision=revision_of(request.form),
                reason=request.form.get("reason", ""),
            )
    except (Invalid, Conflict) as error:
        codes = error.fields.values() if isinstance(error, Invalid) else [error.code]
        flash(" ".join(sentence(code) for code in codes), "warning")
    else:
        flash(_("Der Stand ist jetzt: %(state)s.", state=label(wanted, "result_state")), "success")
    return redirect(url_for(".show", grant=grant, position=position))


@bp.post("/funding/<grant>/results/<int:position>/evidence")
def tie(grant: str, position: int) -> Reply:
    """Tie the result to an approved version."""
    form = Form(TieEvidence, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            found = grants.own(work, grant)
            row = results.find(work, found, position)
            entry, version = results.cited(work, sent.version)
            facts = evidence_facts.of(work, entry, version)
            results.tie(work, row, sent.version, sent.note, facts)
    except Invalid as error:
        return _page(grant, position, evidence=form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "warning")
    return redirect(url_for(".show", grant=grant, position=position, _anchor="evidence"))


@bp.post("/funding/<grant>/results/<int:position>/evidence/<int:key>/remove")
def untie(grant: str, position: int, key: int) -> Reply:
    """Take a version away again."""
    try:
        with transaction() as work:
            found = grants.own(work, grant)
            results.untie(work, results.find(work, found, position), key)
    except Conflict as error:
        flash(sentence(error.code), "warning")
    return redirect(url_for(".show", grant=grant, position=position, _anchor="evidence"))
