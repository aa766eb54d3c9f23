"""Legal basis index: what cites a section of a law, in all cities, and from there a proposal per family."""

from flask import Blueprint, Response, render_template, request, url_for

from hub.actions import legal
from hub.http import current_work
from hub.web.entries import address
from hub.web.spreadsheets import csv_response

bp = Blueprint("legal", __name__)


def _asked() -> str:
    return " ".join(request.args.get("law", "").split())[:120]


@bp.get("/collaboration/legal")
def listing() -> str:
    """Ask for a citation and show who cites it; without one, what is cited most often."""
    work, asked = current_work(), _asked()
    return render_template(
        "legal/listing.html",
        asked=asked,
        answer=legal.find(work, asked) if asked else None,
        often=legal.often(work),
        address=address,
        may_suggest=lambda entry: legal.may_suggest(work, entry),
    )


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
