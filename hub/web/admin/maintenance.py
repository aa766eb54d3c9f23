"""Switching the read-only mode on and off."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import maintenance
from hub.errors import Invalid
from hub.http import current_work, transaction
from hub.inputs.accounts import SwitchMaintenance
from hub.web.forms import Form
from hub.web.shared import BERLIN

bp = Blueprint("maintenance", __name__, url_prefix="/maintenance")
Reply = str | Response | tuple[str, int]


def _page(form: Form[SwitchMaintenance]) -> str:
    return render_template("admin/maintenance.html", form=form, held=maintenance.current(current_work().session))


@bp.get("")
def show() -> str:
    """Show whether the hub is read only."""
    held = maintenance.current(current_work().session)
    until = f"{held.until.astimezone(BERLIN):%Y-%m-%dT%H:%M}" if held and held.until else ""
    return _page(Form(SwitchMaintenance, {"until": until, "note": held.note if held else ""}))


def _moment(text: str) -> datetime | None:
    """Return what a browser's field for date and time sent, as people in Hesse mean it."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)
    except ValueError as error:
        raise Invalid(until="not_valid") from error


@bp.post("")
def begin() -> Reply:
    """Make the hub read only, or change what readers are told."""
    form = Form(SwitchMaintenance, request.form)
    try:
        sent = form.read()
        until = _moment(sent.until)
        with transaction() as work:
            maintenance.begin(work, until=until, note=sent.note)
    except Invalid as error:
        return _page(form.refused(error)), 422
    flash(_("Der Wartungsmodus ist eingeschaltet: Ab jetzt wird nichts mehr gespeichert."), "warning")
    return redirect(url_for(".show"))


@bp.post("/end")
def end() -> Reply:
    """Let the hub write again."""
    with transaction() as work:
        maintenance.end(work)
    flash(_("Der Wartungsmodus ist beendet."), "success")
    return redirect(url_for(".show"))
