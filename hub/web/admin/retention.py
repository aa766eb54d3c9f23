"""The deadlines: what they are, what is due, and what was deleted last."""

from flask import Blueprint, render_template

from hub.actions import retention, settings
from hub.http import current_work

bp = Blueprint("retention", __name__, url_prefix="/retention")


@bp.get("")
def show() -> str:
    """Show the rules with what is due under each, and the latest runs."""
    work = current_work()
    due = retention.amounts(work)
    whats = [(rule.name, rule.what) for rule in retention.RULES] + [(retention.LOG, retention.LOG_WHAT)]
    rows = [(name, what, settings.number(work, f"retention.{name}"), due[name]) for name, what in whats]
    return render_template("admin/retention.html", rows=rows, runs=retention.runs(work))
