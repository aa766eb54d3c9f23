"""Settings that may change while the hub runs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import settings
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.accounts import ChangeSetting
from hub.web.forms import Form
from hub.web.messages import sentence

bp = Blueprint("settings", __name__, url_prefix="/settings")
Reply = str | Response | tuple[str, int]


def _page(refused: Form[ChangeSetting] | None = None) -> str:
    return render_template("admin/settings.html", rows=settings.everything(current_work()), refused=refused)


@bp.get("")
def show() -> str:
    """Show all settings with their bounds."""
    return _page()


@bp.post("")
def change() -> Reply:
    """Change one setting."""
    form = Form(ChangeSetting, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            settings.change(work, sent.name, sent.value, revision=sent.revision)
    except Invalid as error:
        return _page(form.refused(error)), 422
    except Conflict as error:
        return _page(form.refused(Invalid(value=sentence(error.code)))), 409
    flash(_("Die Einstellung gilt ab sofort."), "success")
    return redirect(url_for(".show", _anchor=sent.name))
