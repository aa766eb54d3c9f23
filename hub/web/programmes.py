"""Funding programmes: their rules, readable for the cooperation, changed by the coordination."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import programmes
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.funding import EditProgramme
from hub.policy import funding as may
from hub.web.forms import Form
from hub.web.funding import refused
from hub.work import Work

bp = Blueprint("programmes", __name__)
Reply = str | Response | tuple[str, int]


def _reader() -> Work:
    work = current_work()
    work.require(may.read_programmes)
    return work


@bp.get("/funding/programmes")
def index() -> Reply:
    """List the programmes with their rules."""
    work = _reader()
    return render_template(
        "programmes/index.html", programmes=programmes.listing(work), may_edit=may.edit_programme(work.actor)
    )


@bp.get("/funding/programmes/new")
def new() -> Reply:
    """Ask for a new programme."""
    _reader().require(may.edit_programme)
    facts = {"retention_years": "5", "report_months": "6", "receipts_needed": "yes"}
    return render_template("programmes/edit.html", form=Form(EditProgramme, facts), programme=None)


@bp.post("/funding/programmes/new")
def create() -> Reply:
    """Add a programme."""
    _reader().require(may.edit_programme)
    form = Form(EditProgramme, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            programmes.create(work, sent)
    except Invalid as error:
        return render_template("programmes/edit.html", form=form.refused(error), programme=None), 422
    flash(_("Das Förderprogramm ist angelegt."), "success")
    return redirect(url_for(".index"))


@bp.get("/funding/programmes/<programme>")
def edit(programme: str) -> Reply:
    """Ask for changes of a programme."""
    work = _reader()
    work.require(may.edit_programme)
    row = programmes.find(work, programme)
    facts = {name: str(getattr(row, name)) for name in EditProgramme.model_fields if name not in ("checklist",)}
    facts["receipts_needed"] = "yes" if row.receipts_needed else "no"
    facts["checklist"] = "\n".join(question["text"] for question in row.checklist)
    return render_template("programmes/edit.html", form=Form(EditProgramme, facts), programme=row)


@bp.post("/funding/programmes/<programme>")
def save(programme: str) -> Reply:
    """Change a programme."""
    _reader().require(may.edit_programme)
    form = Form(EditProgramme, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            programmes.edit(work, programmes.find(work, programme), sent)
    except (Invalid, Conflict) as error:
        row = programmes.find(current_work(), programme)
        return render_template("programmes/edit.html", form=refused(form, error, row.revision), programme=row), (
            422 if isinstance(error, Invalid) else 409
        )
    flash(_("Das Förderprogramm ist gespeichert."), "success")
    return redirect(url_for(".index"))
