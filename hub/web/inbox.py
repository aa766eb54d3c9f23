"""The upstream inbox: every newer version of every fork's origin, as single changes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import entries, inbox
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs.proposals import DeclineChange
from hub.policy import WRITERS
from hub.store.entries import Entry
from hub.web.entries import address
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import flash_text, sentence
from hub.work import Work

bp = Blueprint("inbox", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/collaboration/inbox")
@kept
def show() -> Reply:
    """Show what is new upstream."""
    return _page(current_work(), Form(DeclineChange))


def _page(work: Work, form: Form[DeclineChange]) -> str:
    work.require_cooperation()
    text = request.args.get("page", "1")
    found = inbox.show(work, page=int(text) if text.isdecimal() and len(text) < 7 else 1)
    return render_template(
        "proposals/inbox.html",
        found=found,
        pages=Pages(found.page, found.page_count, found.total),
        form=form,
        language="en" if str(get_locale()) == "en" else "de",
        may_take=lambda entry: work.actor.has(WRITERS, entry.organisation_id),
        bulk=[row for row in found.rows if row.harmless and work.actor.has(WRITERS, row.newer.fork.organisation_id)],
        address=address,
    )


@bp.post("/collaboration/inbox/adopt")
def adopt() -> Reply:
    """Take over what touches no deviation: of the named entries, each in a transaction of its own."""
    made, left = 0, []
    for text in request.form.getlist("entry"):
        try:
            with transaction() as work:
                fork = _fork(work, text)
                made += inbox.adopt(work, fork) is not None
        except (Conflict, NotFound) as error:
            left.append(sentence(error.code) if isinstance(error, Conflict) else "")
    if made:
        flash(f"{flash_text('inbox_adopted')} {_('Neue Versionen: %(count)s.', count=made)}", "success")
    else:
        flash(flash_text("inbox_nothing"), "info")
    for told in dict.fromkeys(row for row in left if row):
        flash(told, "warning")
    return redirect(url_for(".show"))


def _fork(work: Work, text: str) -> Entry:
    """Return the readable entry a form names as `stadt/eintrag`."""
    city, _slash, slug = text.partition("/")
    return entries.find(work, city, slug)


@bp.post("/<city>/<slug>/inbox/decline")
def decline(city: str, slug: str) -> Reply:
    """Decline one change, with the reason the other cities read."""
    form = Form(DeclineChange, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            inbox.decline(work, entries.find(work, city, slug), sent.change, sent.reason)
    except Invalid as error:
        return _page(current_work(), form.refused(error)), 422
    flash(flash_text("change_declined"), "success")
    return redirect(url_for(".show"))
