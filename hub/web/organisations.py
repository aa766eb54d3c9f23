"""Organisations: contact data, and for the system administration adding, renaming and closing one."""

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import policy
from hub.actions import organisations
from hub.errors import Conflict, Invalid
from hub.http import current_work, is_page, transaction
from hub.inputs import EditContact, Input, NewOrganisation, RenameOrganisation
from hub.store.organisations import Organisation
from hub.web.forms import Form
from hub.web.messages import sentence
from hub.work import Work

bp = Blueprint("organisations", __name__)
Reply = str | Response | tuple[str, int]
T = TypeVar("T", bound=Input)


def _organisation(work: Work, slug: str) -> Organisation:
    organisation = organisations.find(work, slug)
    work.require(policy.edit_organisation, organisation)
    return organisation


def _page(city: str, contact: Form[EditContact] | None = None, names: Form[RenameOrganisation] | None = None) -> str:
    work = current_work()
    organisation = _organisation(work, city)
    facts = {
        field: str(getattr(organisation, field))
        for field in ("revision", "contact_email", "contact_phone", "website", "name", "short_name", "ags")
    }
    return render_template(
        "organisations/settings.html",
        city=organisation,
        contact=contact or Form(EditContact, facts),
        names=names or Form(RenameOrganisation, facts),
        may_rename=policy.create_organisation(work.actor),
        moved_on=any("revision" in form.errors for form in (contact, names) if form),
    )


def _caught_up(form: Form[T], city: str, error: Conflict) -> Form[T]:
    """Return the form as it was typed, ready to be saved over what somebody else wrote meanwhile."""
    form.sent["revision"] = str(_organisation(current_work(), city).revision)
    return form.refused(Invalid(revision=error.code))


@bp.get("/<city>/settings")
def settings(city: str) -> Reply:
    """Show the settings of an organisation."""
    return _page(city)


@bp.post("/<city>/settings/contact")
def save_contact(city: str) -> Reply:
    """Change how the organisation is reached."""
    _organisation(current_work(), city)
    form = Form(EditContact, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            organisations.edit_contact(work, _organisation(work, city), sent)
    except Invalid as error:
        return _page(city, contact=form.refused(error)), 422
    except Conflict as error:
        return _page(city, contact=_caught_up(form, city, error)), 409
    flash(_("Die Kontaktdaten sind gespeichert."), "success")
    return redirect(url_for(".settings", city=city))


@bp.post("/<city>/settings/names")
def rename(city: str) -> Reply:
    """Change what the organisation is called."""
    _organisation(current_work(), city)
    form = Form(RenameOrganisation, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            organisations.rename(work, _organisation(work, city), sent)
    except Invalid as error:
        return _page(city, names=form.refused(error)), 422
    except Conflict as error:
        return _page(city, names=_caught_up(form, city, error)), 409
    flash(_("Die Bezeichnung ist gespeichert."), "success")
    return redirect(url_for(".settings", city=city))


@bp.post("/<city>/settings/close")
def close(city: str) -> Reply:
    """Close an organisation."""
    try:
        with transaction() as work:
            organisations.close(work, organisations.find(work, city))
    except Conflict as error:
        flash(sentence(error.code), "danger")
    else:
        flash(_("Die Organisation ist stillgelegt. Ihre Rollen gelten nicht mehr."), "success")
    return redirect(url_for(".settings", city=city))


@bp.post("/<city>/settings/reopen")
def reopen(city: str) -> Reply:
    """Open a closed organisation again."""
    with transaction() as work:
        organisations.reopen(work, organisations.find(work, city))
    flash(_("Die Organisation ist wieder aktiv."), "success")
    return redirect(url_for(".settings", city=city))


@bp.get("/cities/administration")
def index() -> Reply:
    """List all organisations, closed ones too, with ways to their settings and people."""
    return render_template("organisations/index.html", cities=organisations.everything(current_work()))


@bp.get("/cities/new")
def new() -> Reply:
    """Ask for a new organisation's names."""
    current_work().require(policy.create_organisation)
    return render_template("organisations/new.html", form=Form(NewOrganisation, {"kind": "city"}))


@bp.post("/cities/new")
def create() -> Reply:
    """Add an organisation; its first person is invited next."""
    current_work().require(policy.create_organisation)
    form = Form(NewOrganisation, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            slug = organisations.create(work, sent, is_page=is_page).slug
    except Invalid as error:
        return render_template("organisations/new.html", form=form.refused(error)), 422
    flash(_("Die Organisation ist angelegt. Laden Sie jetzt ihre Administration ein."), "success")
    return redirect(url_for("members.new", city=slug))
