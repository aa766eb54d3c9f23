"""The first page of the administration: how much there is, and what waits."""

from flask import Blueprint, render_template

from hub.actions.overview import overview
from hub.http import current_work

bp = Blueprint("overview", __name__)


@bp.get("")
def show() -> str:
    """Show the counts of the whole hub."""
    return render_template("admin/overview.html", found=overview(current_work()))
