"""Requests for deletion: what people asked, and the decision they are told."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import letters
from hub.actions import lifecycle
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.accounts import DecideDeletion
from hub.web.forms import Form
from hub.web.messages import sentence

bp = Blueprint("requests", __name__, url_prefix="/requests")
Reply = str | Response | tuple[str, int]


@bp.get("")
def index() -> str:
    """List all requests, open ones first."""
    return render_template("admin/requests/index.html", requests=lifecycle.requests(current_work()))


def _page(number: int, form: Form[DecideDeletion]) -> str:
    work = current_work()
    found = lifecycle.find_request(work, number)
    remains = lifecycle.remains(work, found.user) if found.state == "open" else []
    return render_template("admin/requests/show.html", found=found, form=form, remains=remains)


@bp.get("/<int:number>")
def show(number: int) -> str:
    """Show one request and ask for the decision."""
    return _page(number, Form(DecideDeletion))


@bp.post("/<int:number>")
def decide(number: int) -> Reply:
    """Grant or refuse a request."""
    form = Form(DecideDeletion, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            found = lifecycle.find_request(work, number)
            if sent.decision == "granted":
                lifecycle.grant(work, found, sent.reply, letters.deletion_granted())
            else:
                lifecycle.refuse(work, found, sent.reply, letters.deletion_refused())
    except Invalid as error:
        return _page(number, form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "danger")
        return redirect(url_for(".show", number=number))
    flash(_("Die Entscheidung ist getroffen, die Person ist benachrichtigt."), "success")
    return redirect(url_for(".index"))
