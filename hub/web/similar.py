"""„Is there one already?“: for the forms of new entries, and for an entry there is."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from hub import catalogue
from hub.actions import entries, services, similar, tables
from hub.actions.similar import Likeness
from hub.documents import Content, read
from hub.errors import Invalid
from hub.http import current_work
from hub.store.entries import Entry, EntryKind
from hub.web import uploads
from hub.web.entries import head
from hub.web.kept import kept
from hub.work import Work

bp = Blueprint("similar", __name__)
LIMIT = 20_000_000


def reason(found: Likeness) -> str:
    """Return why a model is alike, as people read it: „gleiche Leistung, 14 von 18 Schritten gleich“."""
    why = []
    if found.same_content:
        why.append(_("derselbe Inhalt"))
    if found.same_service:
        why.append(_("gleiche Leistung"))
    if found.step_count and not found.same_content:
        why.append(_("%(equal)s von %(all)s Schritten gleich", equal=found.equal_steps, all=found.step_count))
    if found.similar_title:
        why.append(_("ähnlicher Titel"))
    return ", ".join(why)


def _content(way: str, title: str) -> Content | None:
    """Return the model in the form as far as there is a readable one; what is wrong with it the form itself says."""
    try:
        kind = request.form.get("kind", "process")
        pasted = request.form.get("source", "")
        if way == "table":
            data = tables.to_model(
                uploads.file_bytes(request.files.get("file"), LIMIT), request.form.get("table", ""), title=title
            )
            return read(EntryKind.PROCESS, data)
        data = uploads.file_bytes(request.files.get("file"), LIMIT) or pasted.encode()
        return read(kind, data) if data.strip() else None
    except Invalid:
        return None


def for_form(work: Work, way: str) -> list[Likeness]:
    """Return the models most like what a form of a new entry holds so far."""
    title = request.form.get("title", "")[:300]
    name, key = request.form.get("service", "")[:300], request.form.get("service_key", "")[:40]
    try:
        service = services.by_key(work, catalogue.normalise(key)) if key.strip() else None
    except catalogue.BadKey:
        service = None
    if service is None and name.strip():
        service = services.named(work, name.strip())
    content = _content(way, title) if way in ("upload", "paste", "table") else None
    if content is None and service is None and len(title.strip()) < 4:
        return []
    kind = EntryKind.DESIGN if request.form.get("kind") == EntryKind.DESIGN else EntryKind.PROCESS
    return similar.find(work, similar.Wanted(title, service, content, kind))


def strong(work: Work, entry: Entry, content: Content) -> bool:
    """Return whether there are models so like a new entry's that its author should hear of them."""
    found = similar.find(work, similar.Wanted(entry.title, entry.service, content), but=entry, top=1)
    return any(row.score >= similar.STRONG for row in found)


@bp.post("/new/<any(blank,upload,paste,table,pattern):way>/similar")
def ask(way: str) -> str:
    """Return the similar models for a form as a piece of a page; nothing is kept of what was sent."""
    work = current_work()
    return render_template("similar/list.html", rows=for_form(work, way), reason=reason, asked=True)


@bp.get("/<city>/<slug>/similar")
@kept
def show(city: str, slug: str) -> str:
    """List the models that are like an entry."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.current(work, entry)
    rows = similar.of_entry(work, entry, shown, entries.content(work, entry, shown))
    return render_template("similar/show.html", rows=rows, reason=reason, **head(work, entry, shown))
