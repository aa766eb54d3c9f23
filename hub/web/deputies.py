"""Who acts in whose place in an organisation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import deputies, releasing
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs.reviews import AppointDeputy
from hub.policy import reviews as policy
from hub.store.organisations import Organisation
from hub.web.forms import Form
from hub.web.library import organisation
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("deputies", __name__)
Reply = str | Response | tuple[str, int]


def _own(work: Work, city: str) -> Organisation:
    """Return an organisation the reader belongs to or appoints in."""
    found = organisation(work, city)
    if found.id not in work.actor.organisation_ids and not policy.appoint_deputies(work.actor, found):
        raise Forbidden("appoint_deputies") if not work.actor.signed_in else NotFound
    return found


def _page(work: Work, city: str, form: Form[AppointDeputy]) -> str:
    found = _own(work, city)
    return render_template(
        "deputies/index.html",
        city=found,
        form=form,
        rows=deputies.listing(work, found),
        people=[(person.id, person.name) for person in deputies.colleagues(work, found)],
        may_appoint=policy.appoint_deputies(work.actor, found),
        day=releasing.today(work),
    )


@bp.get("/<city>/deputies")
def index(city: str) -> Reply:
    """Show the deputyships that are not over: all for administrators, one's own for others."""
    return _page(current_work(), city, Form(AppointDeputy))


@bp.post("/<city>/deputies")
def appoint(city: str) -> Reply:
    """Let somebody act in another person's place for a time."""
    form = Form(AppointDeputy, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            found = _own(work, city)
            deputies.appoint(
                work,
                found,
                user_id=sent.user,
                deputy_id=sent.deputy,
                starts_on=sent.starts_on,
                ends_on=sent.ends_on,
            )
    except Invalid as error:
        return _page(current_work(), city, form.refused(error)), 422
    flash(flash_text("deputy_appointed"), "success")
    return redirect(url_for(".index", city=city))


@bp.post("/<city>/deputies/<int:deputy>/end")
def end(city: str, deputy: int) -> Reply:
    """End a deputyship now."""
    try:
        with transaction() as work:
            deputies.end(work, _own(work, city), deputy)
    except Conflict:
        pass  # ended already, by a second click or by somebody else: what was wanted is the case
    flash(flash_text("deputy_gone"), "success")
    return redirect(url_for(".index", city=city))
