"""The register of deviations, and the page on which a fork's own ways get their reasons."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.actions import deviations, entries, library
from hub.errors import Invalid
from hub.http import current_work, transaction
from hub.inputs.proposals import RecordDeviation
from hub.policy import proposals as rights
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("deviations", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/collaboration/deviations")
@kept
def listing() -> str:
    """List the deviations of all readable forks."""
    work = current_work()
    work.require_cooperation()
    city, show_only, text = (request.args.get(name, "") for name in ("city", "show", "page"))
    number = int(text) if text.isdecimal() and len(text) < 7 else 1
    found = deviations.register(work, city=city, show=show_only, page=number)
    return render_template(
        "deviations/listing.html",
        found=found,
        pages=Pages(found.page, found.page_count, found.total),
        cities=library.organisations(work, cooperating=True),
        city=city,
        show=show_only,
        overdue=lambda row: deviations.overdue(work, row),
        may_record=lambda entry: rights.record_deviation(work.actor, entry),
        address=address,
    )


@bp.get("/<city>/<slug>/deviations")
@kept
def show(city: str, slug: str) -> Reply:
    """Show what a fork does its own way, with the forms for the reasons."""
    work = current_work()
    return _page(work, city, slug, Form(RecordDeviation))


def _page(work: Work, city: str, slug: str, form: Form[RecordDeviation]) -> str:
    entry = entries.find(work, city, slug)
    work.require_cooperation()
    return render_template(
        "deviations/show.html",
        found=deviations.of(work, entry),
        form=form,
        overdue=lambda row: deviations.overdue(work, row),
        may_record=rights.record_deviation(work.actor, entry),
        **head(work, entry, entries.current(work, entry)),
    )


@bp.post("/<city>/<slug>/deviations")
def record(city: str, slug: str) -> Reply:
    """Give a deviation its reason, owner and expiry."""
    form = Form(RecordDeviation, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            deviations.record(
                work, entry, sent.change, reason=sent.reason, owner=sent.owner, expires_on=sent.expires_on
            )
            goal = address(entry, "deviations.show")
    except Invalid as error:
        return _page(current_work(), city, slug, form.refused(error)), 422
    flash(flash_text("deviation_recorded"), "success")
    return redirect(goal)
