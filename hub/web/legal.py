"""Legal basis index: what cites a section of a law, in all cities, and from there a proposal per family."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Answer

from hub.actions import legal
from hub.errors import Invalid
from hub.http import current_work, transaction
from hub.inputs.coordination import ProposeForLaw
from hub.web.entries import address
from hub.web.forms import Form
from hub.web.spreadsheets import csv_response

bp = Blueprint("legal", __name__)


def _asked() -> str:
    return " ".join(request.args.get("law", "").split())[:120]


@bp.get("/collaboration/legal")
def listing() -> str:
    """Ask for a citation and show who cites it; without one, what is cited most often."""
    return _page(_asked(), Form(ProposeForLaw))


def _page(asked: str, form: Form[ProposeForLaw]) -> str:
    work = current_work()
    return render_template(
        "legal/listing.html",
        asked=asked,
        form=form,
        answer=legal.find(work, asked) if asked else None,
        often=legal.often(work),
        address=address,
        may_suggest=lambda entry: legal.may_suggest(work, entry),
    )


@bp.post("/collaboration/legal")
def propose() -> str | Answer | tuple[str, int]:
    """Open a proposal for every origin that cites the place."""
    form = Form(ProposeForLaw, request.form)
    try:
        sent = form.read()
        title = str(_("%(law)s ändert sich", law=sent.law))
        remark = str(_("Zu prüfen, weil sich %(law)s ändert: %(note)s", law=sent.law, note=sent.note))
        with transaction() as work:
            made, left = legal.propose(work, sent.law, sent.note, title=title, remark=remark)
            count = len(made)
    except Invalid as error:
        return _page(" ".join(form.sent.get("law", "").split())[:120], form.refused(error)), 422
    if count:
        flash(ngettext("Ein Vorschlag ist gesendet.", "%(num)d Vorschläge sind gesendet.", count), "success")
    else:
        flash(_("Diese Vorschläge gibt es schon; es ist keiner hinzugekommen."), "info")
    if left:
        flash(
            ngettext(
                "Zu einem Ursprung ging das nicht: Sie dürfen ihm nichts vorschlagen, oder seine neueste Version nennt "
                "die Stelle nicht mehr.",
                "Zu %(num)d Ursprüngen ging das nicht: Sie dürfen ihnen nichts vorschlagen, oder ihre neueste Version "
                "nennt die Stelle nicht mehr.",
                left,
            ),
            "warning",
        )
    return redirect(url_for("proposals.listing", scope="mine"))


@bp.get("/collaboration/legal.csv")
def table() -> Response:
    """Return the places as a table for a spreadsheet."""
    answer = legal.find(current_work(), _asked())
    rows = (
        (
            family.root.title,
            row.entry.organisation.name,
            row.entry.title,
            row.version.number,
            place.heading or "Steckbrief",
            place.text,
            url_for("versions.show", city=row.entry.organisation.slug, slug=row.entry.slug,
                    number=row.version.number, _anchor=place.element_id or None, _external=True),
        )
        for family in answer.families
        for row in family.members
        for place in row.places
    )  # fmt: skip
    return csv_response(
        "fundstellen.csv", ("Ursprung", "Stadt", "Eintrag", "Version", "Stelle", "Text", "Adresse"), rows
    )
