"""Compare two versions side by side and as one list."""

from flask import Blueprint, render_template, request
from flask_babel import get_locale

from hub.actions import comparing, entries
from hub.http import current_work
from hub.web.entries import head
from hub.web.kept import kept

bp = Blueprint("compare", __name__)


@bp.get("/<city>/<slug>/compare")
@kept
def show(city: str, slug: str) -> str:
    """Show what changed `from` one version `to` another; without both, from the parent to the newest."""
    work = current_work()
    entry = entries.find(work, city, slug)
    newest = entries.current(work, entry)
    new_entry, new = comparing.side(work, entry, request.args.get("to", "") or newest.number)
    given = request.args.get("from", "")
    if given:
        old_entry, old = comparing.side(work, entry, given)
    else:
        old_entry, old = comparing.parent(work, new_entry, new)
    language = "en" if str(get_locale()) == "en" else "de"
    return render_template(
        "versions/compare.html",
        old_entry=old_entry,
        old=old,
        new_entry=new_entry,
        new=new,
        comparison=comparing.compare(work, old_entry, old, new_entry, new, language),
        versions=entries.versions(work, entry, limit=100),
        **head(work, entry, newest),
    )
