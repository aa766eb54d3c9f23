"""The hierarchy of the catalogue: Themenfeld, Lage, OZG-Leistung, and from there to the services."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from hub.actions import catalogue
from hub.http import current_work
from hub.web.kept import kept

bp = Blueprint("topics", __name__)


@bp.get("/services/topics")
@kept
def show() -> str:
    """Show the Themenfelder, below one its Lagen, below both their OZG-Leistungen."""
    work = current_work()
    field, situation = request.args.get("field", ""), request.args.get("situation", "")
    rows = catalogue.topics(work, field=field, situation=situation if field else "")
    return render_template("services/topics.html", rows=rows, field=field, situation=situation, below=_below)


def _below(field: str, situation: str, topic: catalogue.Topic) -> str:
    """Return the address of what is below a topic."""
    if not field:
        return f"{url_for('.show')}?{urlencode({'field': topic.key})}"
    if not situation:
        return f"{url_for('.show')}?{urlencode({'field': field, 'situation': topic.key})}"
    return f"{url_for('services.index')}?{urlencode({'field': field, 'situation': situation, 'bundle': topic.key})}"
