"""Review room (Prüfraum): what the authority of the Land sees of a grant, and nothing else."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from hub.actions import grants, statements
from hub.errors import NotFound
from hub.http import current_work
from hub.policy import funding as may

bp = Blueprint("review_room", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/funding/review/<grant>")
def show(grant: str) -> Reply:
    """Show a grant's frame and what was submitted of it."""
    work = current_work()
    found = grants.find(work, grant)
    if not may.review_grant(work.actor, found):
        raise NotFound
    return render_template("review_room/show.html", grant=found, statements=statements.submitted(work, found))
