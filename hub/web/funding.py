"""Grants: list, one grant with results, conditions, documents and deadlines, forms, and moves from state to state."""

from typing import TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from hub.actions import deadlines, grant_files, grants, programmes, results
from hub.actions.grants import Wanted
from hub.errors import Conflict, Invalid
from hub.http import current_work, now, transaction
from hub.inputs import Input
from hub.inputs.funding import AddDocument, EditCondition, EditGrant, EditPlan, MoveGrant
from hub.policy import funding as may
from hub.store.accounts import Role
from hub.store.funding import Grant, GrantState
from hub.store.organisations import Organisation, OrganisationKind
from hub.web.forms import Form
from hub.web.messages import LABELS, label, sentence
from hub.web.shared import money
from hub.web.uploads import file_bytes
from hub.work import Work

bp = Blueprint("funding", __name__)
Reply = str | WerkzeugResponse | tuple[str, int]
T = TypeVar("T", bound=Input)
DOCUMENT_LIMIT = 20_000_000


def choices(work: Work) -> dict[str, object]:
    """Return what the forms about grants offer to choose from."""
    rows = list(work.session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.name)))
    return {
        "programmes": [(row.slug, row.name) for row in programmes.listing(work)],
        "cities": [(row.slug, row.name) for row in rows if row.cooperates],
        "authorities": [(row.slug, row.name) for row in rows if row.kind == OrganisationKind.LAND],
    }


@bp.get("/funding")
def index() -> Reply:
    """List the grants this person may read."""
    work = current_work()
    wanted = Wanted(*(request.args.get(name, "").strip()[:100] for name in ("text", "programme", "state")))
    found = grants.listing(work, wanted)
    may_create = any(may.create_grant(work.actor, row) for row in _own(work)) or work.actor.has_anywhere(
        Role.COORDINATOR
    )
    return render_template(
        "funding/index.html", grants=found, wanted=wanted, may_create_grant=may_create, **choices(work)
    )


def _own(work: Work) -> list[Organisation]:
    ids = sorted(work.actor.organisation_ids)
    return list(work.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))) if ids else []


def frame(work: Work, grant: Grant) -> dict[str, object]:
    """Return what every page about one grant shows."""
    return {
        "grant": grant,
        "may_manage_grant": may.manage_grant(work.actor, grant),
        "may_read_grant": may.read_grant(work.actor, grant),
        "may_review_grant": may.review_grant(work.actor, grant),
    }


def _page(slug: str, move: Form[MoveGrant] | None = None, **forms: object) -> str:
    work = current_work()
    grant = grants.own(work, slug)
    rows = results.listing(work, grant)
    return render_template(
        "funding/show.html",
        results=rows,
        shares=results.shares(grant, rows),
        result_moves={row.id: results.moves(work, row) for row in rows},
        conditions=grant_files.conditions(work, grant),
        documents=grant_files.documents(work, grant),
        deadlines=deadlines.of(work, grant),
        plan=grants.plan(work, grant),
        history=grants.history(work, grant),
        moves=grants.moves(work, grant),
        blockers=grants.blockers(grant, GrantState.APPROVED) if grant.state == GrantState.APPLIED else [],
        move=move or Form(MoveGrant, {"revision": str(grant.revision)}),
        condition=forms.get("condition") or Form(EditCondition),
        document=forms.get("document") or Form(AddDocument),
        today=now().date(),
        **frame(work, grant),
    )


@bp.get("/funding/<grant>")
def show(grant: str) -> Reply:
    """Show one grant to those who carry it; the authority is led to its review room."""
    work = current_work()
    found = grants.find(work, grant)
    if not may.read_grant(work.actor, found):
        return redirect(url_for("review_room.show", grant=grant))
    return _page(grant)


@bp.get("/funding/new")
def new() -> Reply:
    """Ask for a new grant's facts."""
    work = current_work()
    own = next((row for row in _own(work) if may.create_grant(work.actor, row)), None)
    if own is None and not work.actor.has_anywhere(Role.COORDINATOR):
        work.require(may.create_grant, Organisation(id=0, kind="city"))
    form = Form(EditGrant, {"organisation": own.slug if own else ""})
    return render_template("funding/edit.html", form=form, grant=None, **choices(work))


@bp.post("/funding/new")
def create() -> Reply:
    """Add a grant."""
    form = Form(EditGrant, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            slug = grants.create(work, sent).slug
    except Invalid as error:
        return render_template(
            "funding/edit.html", form=form.refused(error), grant=None, **choices(current_work())
        ), 422
    flash(_("Das Fördervorhaben ist angelegt."), "success")
    return redirect(url_for(".show", grant=slug))


def _facts(grant: Grant) -> dict[str, str]:
    days = ("transfer_from", "notice_date", "period_start", "period_end", "purpose_end", "interim_due", "report_due")
    texts = (
        "revision", "title", "about", "reference", "distinction", "benefit", "transfer", "contact", "authority_contact",
    )  # fmt: skip
    facts = {name: str(getattr(grant, name)) for name in texts}
    facts |= {name: value.isoformat() for name in days if (value := getattr(grant, name)) is not None}
    facts |= {name: money(getattr(grant, name), sign=False) for name in ("amount", "own_share")}
    lines = [
        f"{row.organisation.slug if row.organisation else row.name}; {money(row.share, sign=False)}"
        for row in grant.partners
    ]
    return facts | {
        "programme": grant.programme.slug,
        "organisation": grant.organisation.slug,
        "authority": grant.authority.slug if grant.authority else "",
        "partners": "\n".join(lines),
    }


@bp.get("/funding/<grant>/edit")
def edit(grant: str) -> Reply:
    """Ask for changes of a grant's facts."""
    work = current_work()
    found = grants.own(work, grant)
    work.require(may.manage_grant, found)
    return render_template(
        "funding/edit.html", form=Form(EditGrant, _facts(found)), **frame(work, found), **choices(work)
    )


@bp.post("/funding/<grant>/edit")
def save(grant: str) -> Reply:
    """Change a grant's facts."""
    form = Form(EditGrant, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            grants.edit(work, grants.own(work, grant), sent)
    except (Invalid, Conflict) as error:
        work = current_work()
        found = grants.own(work, grant)
        return render_template(
            "funding/edit.html", form=refused(form, error, found.revision), **frame(work, found), **choices(work)
        ), (422 if isinstance(error, Invalid) else 409)
    flash(_("Das Fördervorhaben ist gespeichert."), "success")
    return redirect(url_for(".show", grant=grant))


def refused(form: Form[T], error: Invalid | Conflict, revision: int) -> Form[T]:
    """Return the form as it was typed; after a conflict it can be saved over what somebody else wrote."""
    if isinstance(error, Conflict):
        form.sent["revision"] = str(revision)
        return form.refused(Invalid(revision=error.code))
    return form.refused(error)


@bp.post("/funding/<grant>/move")
def move(grant: str) -> Reply:
    """Bring a grant to its next state."""
    form = Form(MoveGrant, request.form)
    try:
        sent = form.read()
        after = GrantState(sent.after) if sent.after in list(GrantState) else None
        if after is None:
            raise Invalid(after="not_a_choice")
        with transaction() as work:
            found = grants.find(work, grant)
            grants.move(work, found, after, revision=sent.revision, reason=sent.reason, period_end=sent.period_end)
    except Invalid as error:
        return _page(grant, move=form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "warning")
        return redirect(url_for(".show", grant=grant))
    flash(_("Der Stand ist jetzt: %(state)s.", state=label(after, "grant_state")), "success")
    return redirect(url_for(".show", grant=grant))


@bp.get("/funding/<grant>/plan")
def plan(grant: str) -> Reply:
    """Ask for the plan of finance."""
    work = current_work()
    found = grants.own(work, grant)
    work.require(may.manage_grant, found)
    rows = grants.plan(work, found)
    texts = {
        side: "\n".join(f"{row.title}; {money(row.planned, sign=False)}" for row in rows if row.side == side)
        for side in ("expenditure", "income")
    }
    form = Form(EditPlan, {"revision": str(found.revision), **texts})
    return render_template("funding/plan.html", form=form, **frame(work, found))


@bp.post("/funding/<grant>/plan")
def save_plan(grant: str) -> Reply:
    """Write the plan of finance anew."""
    form = Form(EditPlan, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            grants.set_plan(work, grants.own(work, grant), sent)
    except (Invalid, Conflict) as error:
        work = current_work()
        found = grants.own(work, grant)
        return render_template("funding/plan.html", form=refused(form, error, found.revision), **frame(work, found)), (
            422 if isinstance(error, Invalid) else 409
        )
    flash(_("Der Finanzierungsplan ist gespeichert."), "success")
    return redirect(url_for(".show", grant=grant, _anchor="plan"))


@bp.post("/funding/<grant>/conditions")
def add_condition(grant: str) -> Reply:
    """Add a condition of the notice."""
    form = Form(EditCondition, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            grant_files.add_condition(work, grants.own(work, grant), sent)
    except Invalid as error:
        return _page(grant, condition=form.refused(error)), 422
    return redirect(url_for(".show", grant=grant, _anchor="conditions"))


@bp.post("/funding/<grant>/conditions/<int:key>/met")
def meet_condition(grant: str, key: int) -> Reply:
    """Mark a condition as met, or open again."""
    with transaction() as work:
        found = grants.own(work, grant)
        grant_files.meet_condition(work, found, key, met=request.form.get("met") == "1")
    return redirect(url_for(".show", grant=grant, _anchor="conditions"))


@bp.post("/funding/<grant>/documents")
def add_document(grant: str) -> Reply:
    """Add a file to a grant."""
    form = Form(AddDocument, request.form)
    upload = request.files.get("file")
    try:
        sent = form.read()
        data = file_bytes(upload, DOCUMENT_LIMIT)
        if not data or upload is None:
            raise Invalid(file="file_missing")
        with transaction() as work:
            found = grants.own(work, grant)
            grant_files.add_document(work, found, sent, upload.filename or "", data)
    except Invalid as error:
        return _page(grant, document=form.refused(error)), 422
    return redirect(url_for(".show", grant=grant, _anchor="documents"))


@bp.get("/funding/<grant>/documents/<int:key>")
def document(grant: str, key: int) -> WerkzeugResponse:
    """Return a document of a grant as a download, whatever it is."""
    work = current_work()
    row, data = grant_files.document(work, grants.own(work, grant), key)
    response = Response(data, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=row.filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/funding/<grant>/deadlines.ics")
def calendar(grant: str) -> WerkzeugResponse:
    """Return the deadlines as a calendar file."""
    work = current_work()
    found = grants.own(work, grant)
    words = {kind: str(word) for kind, word in LABELS["deadline"].items()}
    url = url_for(".show", grant=grant, _external=True)
    data = deadlines.calendar(found, deadlines.of(work, found), words, url, now())
    response = Response(data, mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"fristen-{found.slug}.ics")
    return response
