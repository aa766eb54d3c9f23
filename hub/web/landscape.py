"""The landscape of services somebody works on, and which process calls which."""

from flask import Blueprint, render_template

from hub import charts
from hub.actions import landscape
from hub.http import current_work
from hub.web import pictures
from hub.web.kept import kept

bp = Blueprint("landscape", __name__)


@bp.get("/services/landscape")
@kept
def show() -> str:
    """Show the map by Themenfeld and Lage, and the calls between processes."""
    work = current_work()
    fields, calls = pictures.fields(work), pictures.calls(work)
    return render_template(
        "landscape/show.html",
        areas=landscape.areas(work),
        fields=fields,
        fields_drawing=charts.svg(fields) if fields.rows else "",
        calls=calls,
        calls_drawing=charts.svg(calls) if calls.rows else "",
        lost=[call for call in landscape.calls(work) if not call.callees],
    )
