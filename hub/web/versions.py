"""Versions: list, read, restore, and publish a next one (by upload, paste, drawing or form)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import bpmn, documents, policy
from hub.actions import entries, saving
from hub.documents import Content
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, settings, transaction
from hub.inputs import PublishVersion, RestoreVersion, SaveDrawing
from hub.store.entries import Entry, EntryKind, Version
from hub.web import uploads
from hub.web.entries import address, head, page
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import flash_text, sentence
from hub.work import Work

bp = Blueprint("versions", __name__)
Reply = str | Response | tuple[str, int] | tuple[dict[str, Any], int]
PAGE = 50


@bp.get("/<city>/<slug>/versions")
@kept
def index(city: str, slug: str) -> Reply:
    """List the versions, newest first."""
    work = current_work()
    entry = entries.find(work, city, slug)
    values = head(work, entry, entries.current(work, entry))
    number = int(text) if (text := request.args.get("page", "1")).isdecimal() and len(text) < 7 else 1
    count = max(1, -(-values["version_count"] // PAGE))
    number = min(max(number, 1), count)
    return render_template(
        "versions/index.html",
        versions=entries.versions(work, entry, limit=PAGE, offset=(number - 1) * PAGE),
        pages=Pages(number, count, values["version_count"]),
        **values,
    )


@bp.get("/<city>/<slug>/versions/<number>")
@kept
def show(city: str, slug: str, number: str) -> Reply:
    """Show one version as it was."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    if shown.number != number:
        # It was released since: the number it had as a draft leads to the one it has now.
        return redirect(address(entry, "versions.show", number=shown.number), 301)
    return page(work, entry, shown)


@bp.post("/<city>/<slug>/versions/<number>/restore")
def restore(city: str, slug: str, number: str) -> Reply:
    """Publish an old version's content again."""
    form = Form(RestoreVersion, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            old = entries.version(work, entry, number)
            message = _("Version %(number)s wiederhergestellt", number=old.number)
            made = entries.restore(work, entry, old, message, parent_id=sent.parent)
            target = address(entry, "versions.show", number=made.number)
    except (Invalid, Conflict) as error:
        unchanged = isinstance(error, Invalid) and "unchanged" in error.fields.values()
        flash(sentence("same_as_newest" if unchanged else "restore_again"), "warning")
        return redirect(url_for(".index", city=city, slug=slug))
    flash(flash_text("published"), "success")
    return redirect(target)


def editable(work: Work, city: str, slug: str) -> tuple[Entry, Version]:
    """Return an entry the actor may publish to, and its newest version."""
    entry = entries.find(work, city, slug)
    work.require(policy.publish, entry)
    if entry.head is None:
        raise NotFound
    return entry, entry.head


@bp.get("/<city>/<slug>/versions/new")
def new(city: str, slug: str) -> Reply:
    """Offer the ways to publish a next version."""
    work = current_work()
    entry, newest = editable(work, city, slug)
    form = Form(PublishVersion, {"parent": str(newest.id)})
    return render_template("versions/new.html", form=form, **head(work, entry, newest))


@bp.post("/<city>/<slug>/versions")
def publish(city: str, slug: str) -> Reply:
    """Publish an uploaded or pasted content as the next version, or show what is wrong with it."""
    form = Form(PublishVersion, request.form)
    try:
        sent = form.read()
        work = current_work()
        entry, _newest = editable(work, city, slug)
        started = _started_from(work, entry, sent.parent)
        given, generated = uploads.given(entry.kind, sent.source, request.files.get("file"))
        with transaction() as work:
            entry = entries.find(work, city, slug)
            _made, merged = saving.publish(
                work, entry, given, sent.message, started=started, layout_generated=generated
            )
            target = address(entry)
    except Invalid as error:
        work = current_work()
        entry, newest = editable(work, city, slug)
        return render_template("versions/new.html", form=form.refused(error), **head(work, entry, newest)), 422
    except saving.Clash:
        flash(flash_text("clash_kept"), "warning")
        return redirect(kept_as_draft(city, slug, given, sent.message, started.id))
    flash(flash_text("merged" if merged else "published"), "success")
    uploads.tell_warnings(given)
    return redirect(target)


@bp.get("/<city>/<slug>/draw")
def draw(city: str, slug: str) -> Reply:
    """Open the drawing tool on the newest version, or lead to the form of a design."""
    work = current_work()
    entry, newest = editable(work, city, slug)
    if entry.kind == EntryKind.DESIGN:
        return redirect(address(entry, "designs.edit"))
    return render_template("versions/draw.html", **head(work, entry, newest))


@bp.post("/<city>/<slug>/drawing")
def save_drawing(city: str, slug: str) -> Reply:
    """Publish what was drawn: the person's change, put onto the original file byte for byte.

    Answers a script with JSON: `{"url": …}`, or `{"errors": {…}, "conflict": bool}`.
    """
    form = Form(SaveDrawing, request.form)
    try:
        sent = form.read()
        work = current_work()
        entry, _newest = editable(work, city, slug)
        started = _started_from(work, entry, sent.parent)
        given = _reapplied(entries.source(work, started), sent.before, sent.after)
        with transaction() as work:
            entry = entries.find(work, city, slug)
            made, merged = saving.publish(work, entry, given, sent.message, started=started)
            target = address(entry, "versions.show", number=made.number)
    except (Invalid, Conflict) as error:
        fields = dict(error.fields) if isinstance(error, Invalid) else {"message": error.code}
        answer: dict[str, Any] = {"errors": {name: sentence(code) for name, code in fields.items()}}
        if isinstance(error, saving.Clash):
            answer["errors"]["message"] = " ".join((sentence("clash"), *error.sentences))
            answer["conflict"] = True
            answer["compare"] = kept_as_draft(city, slug, given, sent.message, started.id)
        return answer, 409 if isinstance(error, Conflict) else 422
    flash(flash_text("merged" if merged else "published"), "success")
    return {"url": target}, 201


def kept_as_draft(city: str, slug: str, given: Content, message: str, started_id: int) -> str:
    """Keep what clashes as a draft of its author; return the address of the page that asks what is to be."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        made = saving.keep(work, entry, given, message, started=work.session.get_one(Version, started_id))
        return address(entry, "proposals.show", proposal=made.id)


def _started_from(work: Work, entry: Entry, version_id: int) -> Version:
    found = work.session.get(Version, version_id)
    if found is None or found.entry_id != entry.id or not policy.read_version(work.actor, entry, found):
        raise NotFound
    return found


def _reapplied(original: bytes, before: str, after: str) -> Content:
    """Return the original with the person's change on it; raises `Invalid`."""
    try:
        data = bpmn.reapply(original, before.encode(), after.encode())
    except bpmn.Unreadable as error:
        raise Invalid(after=error.sentence("de")) from error
    return documents.read(EntryKind.PROCESS, data, field="after", limit=settings().model_limit)
