"""Compare two versions side by side and as one list."""

from flask import Blueprint, render_template, request
from flask_babel import get_locale

from hub.actions import comparing, entries
from hub.errors import NotFound
from hub.http import current_work
from hub.store.entries import Entry, Version
from hub.web.entries import head
from hub.web.kept import kept
from hub.work import Work

bp = Blueprint("compare", __name__)


def _side(work: Work, entry: Entry, text: str) -> tuple[Entry, Version]:
    """Return what `0.02` or `stadt/eintrag/0.02` names; raises `NotFound`."""
    parts = text.strip("/").split("/")
    if len(parts) == 1:
        return entry, entries.version(work, entry, parts[0])
    if len(parts) != 3:
        raise NotFound
    other = entries.find(work, parts[0], parts[1])
    return other, entries.version(work, other, parts[2])


@bp.get("/<city>/<slug>/compare")
@kept
def show(city: str, slug: str) -> str:
    """Show what changed `from` one version `to` another; without both, from the parent to the newest."""
    work = current_work()
    entry = entries.find(work, city, slug)
    newest = entries.current(work, entry)
    new_entry, new = _side(work, entry, request.args.get("to", "") or newest.number)
    given = request.args.get("from", "")
    if given:
        old_entry, old = _side(work, entry, given)
    else:
        old_entry, old = _parent(work, new_entry, new)
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


def _parent(work: Work, entry: Entry, shown: Version) -> tuple[Entry, Version]:
    """Return what `shown` was made from, as far as it may be read; itself for a first version."""
    parent = shown.parent
    if parent is None:
        return entry, shown
    owner = entry if parent.entry_id == entry.id else work.session.get_one(Entry, parent.entry_id)
    try:
        return owner, entries.version(work, entries.find(work, owner.organisation.slug, owner.slug), parent.number)
    except NotFound:
        return entry, shown
