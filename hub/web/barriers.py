"""The form for reporting a barrier."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import barriers
from hub.errors import Invalid
from hub.http import count_try, network, settings, transaction
from hub.inputs.barriers import ReportBarrier
from hub.text import markdown
from hub.web import pages
from hub.web.forms import Form

bp = Blueprint("barriers", __name__)
Reply = str | Response | tuple[str, int]

TRIES, WITHIN = 10, 3600
"""Reports from one network within so many seconds: enough for a whole house, too few to flood a mailbox."""


def _page(form: Form[ReportBarrier]) -> str:
    first, _nothing, rest = pages.text("barriere-melden").lstrip().partition("\n")
    return render_template(
        "barriers/report.html", heading=first.lstrip("# "), text=markdown.to_html(rest, heading=2), form=form
    )


@bp.get("/barriere-melden")
def show() -> str:
    """Show how to report a barrier, with the page one came from filled in."""
    came = urlsplit(request.referrer or "")
    here = came.netloc == request.host and came.path != request.path
    return _page(Form(ReportBarrier, {"page": came.path if here else ""}))


@bp.post("/barriere-melden")
def report() -> Reply:
    """Send the report to the operator."""
    form = Form(ReportBarrier, request.form)
    try:
        sent = form.read()
        if not sent.what.strip():
            raise Invalid(what="required")
    except Invalid as error:
        return _page(form.refused(error)), 422
    count_try(f"barrier:{network()}", TRIES, WITHIN)
    with transaction() as work:
        barriers.report(
            work,
            operator=settings().operator_email,
            page=sent.page,
            what=sent.what,
            tools=sent.tools,
            answer_to=sent.reply_to,
        )
    flash(_("Danke. Ihre Meldung ist unterwegs. Sie erhalten spätestens in sechs Wochen eine Antwort."), "success")
    return redirect(url_for(".show"))
