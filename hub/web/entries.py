"""One entry: its page, its profile, its archive."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import policy
from hub.actions import (
    discussions,
    entries,
    fim,
    findings,
    library,
    lineage,
    local_values,
    media_views,
    renderings,
    reuse,
)
from hub.actions import editing as presence
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs import EditEntry
from hub.store.entries import Entry, EntryKind, Version
from hub.text import slots
from hub.web import editing
from hub.web.addresses import url_for
from hub.web.design_parts import design_parts
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.messages import flash_text
from hub.web.step_badges import with_badges
from hub.work import Work

bp = Blueprint("entries", __name__)
Reply = str | Response | tuple[str, int]


def address(entry: Entry, endpoint: str = "entries.show", **values: Any) -> str:
    """Return the address of one of an entry's pages."""
    return url_for(endpoint, city=entry.organisation.slug, slug=entry.slug, **values)


@bp.app_errorhandler(entries.Moved)
def moved(error: entries.Moved) -> Response:
    """Lead from an old address to the new one, keeping the rest of the path and, by status 308, what was sent."""
    rest = request.path.split("/", 3)[3:]
    path = f"/{error.entry.organisation.slug}/{error.entry.slug}" + ("/" + rest[0] if rest else "")
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return redirect(path + query, 301 if request.method == "GET" else 308)


def head(work: Work, entry: Entry, shown: Version) -> dict[str, Any]:
    """Return what the head of every page of an entry shows: state, origin, counts, and what the actor may do."""
    actor, counts = work.actor, library.counts(work, entry)
    origin = library.origin(work, entry)
    return {
        "entry": entry,
        "shown": shown,
        "origin": origin,
        "apart": lineage.from_origin(work, entry, origin) if policy.read_drafts(actor, entry) else None,
        "proposal_count": counts.proposals,
        "version_count": counts.versions,
        "relative_count": counts.forks + (origin is not None),
        "comment_count": counts.comments,
        "may_read_drafts": policy.read_drafts(actor, entry),
        "may_publish": policy.publish(actor, entry),
        "may_edit": policy.edit(actor, entry),
        "may_archive": policy.archive(actor, entry),
        "may_comment": policy.comment(actor, entry),
        "watching": counts.watching,
        "editing": editing.sentences(presence.others(work, entry)),
        "may_fork": any(actor.has(policy.WRITERS, key) for key in actor.organisation_ids),
        "address": address,
    }


def body(work: Work, entry: Entry, shown: Version, filling: local_values.Filling) -> dict[str, Any]:
    """Return the reading part of a page: text of the process with its activity groups, or the parts of a design.

    Local values are put in and marked.
    """
    language = _reading()
    if entry.kind == EntryKind.PROCESS:
        badges = fim.badges(work, entry, shown)
        text = renderings.noted_text(work, shown.blob_sha256, language, badges)
        return {"text": slots.mark_html(text, filling.shown), "reading": None, "badges": badges}
    return {"text": "", "badges": {}, "language": language, **design_parts(work, entry, shown, filling)}


def _reading() -> str:
    """Return the language in which a process is described to this reader."""
    return "en" if str(get_locale()) == "en" else "de"


@bp.get("/<city>/<slug>")
@kept
def show(city: str, slug: str) -> Reply:
    """Show an entry as it is now for this reader."""
    work = current_work()
    entry = entries.find(work, city, slug)
    return page(work, entry, entries.current(work, entry))


def page(work: Work, entry: Entry, shown: Version) -> str:
    """Return the reading page of one version."""
    if entry.kind == EntryKind.PROCESS:
        renderings.bring(work, shown.blob_sha256, f"text-{_reading()}")
    openings = discussions.openings(work, entry, shown) if work.actor.roles else []
    filling = local_values.filling(work, entry, shown, request.args.get("values", ""))
    content = body(work, entry, shown, filling)
    numbers = findings.numbers(work, [shown.id]).get(shown.id)
    if content["text"]:
        breaks = media_views.badges(work, entry, shown) if numbers is not None else {}
        content["text"] = with_badges(content["text"], breaks, address(entry, "findings.index", version=shown.number))
    return render_template(
        "entries/show.html",
        **head(work, entry, shown),
        **content,
        keywords=entries.keywords(work, entry),
        filling=filling,
        numbers=numbers,
        openings=openings,
        markers=[
            {"element": key, "comments": count, "url": address(entry, "discussions.index", element=key)}
            for key, count in discussions.markers(openings).items()
        ]
        + [{"element": key, "badge": words} for key, words in content["badges"].items()],
        events=library.recent(work, entry),
        uses=reuse.counts(work, [entry.id]).get(entry.id),
    )


def _profile(entry: Entry) -> dict[str, str]:
    """Return the profile as a form shows it."""
    return {
        "title": entry.title,
        "slug": entry.slug,
        "summary": entry.summary,
        "about": entry.about,
        "service": entry.service.name if entry.service else "",
        "service_key": (entry.service.key or "") if entry.service else "",
        "service_note": entry.service_note,
        "level": entry.level,
        "nature": entry.nature,
        "contact": entry.contact,
        "responsible": entry.responsible,
        "legal_bases": "\n".join(row.text for row in entry.legal_bases),
        "tags": ", ".join(row.tag for row in entry.tags),
        "licence": entry.licence,
        "visibility": entry.visibility,
        "revision": str(entry.revision),
    }


@bp.get("/<city>/<slug>/profile")
def edit(city: str, slug: str) -> Reply:
    """Show the profile's form."""
    work = current_work()
    entry = entries.find(work, city, slug)
    work.require(policy.edit, entry)
    shown = entries.current(work, entry)
    return render_template("entries/edit.html", form=Form(EditEntry, _profile(entry)), **head(work, entry, shown))


@bp.post("/<city>/<slug>/profile")
def save(city: str, slug: str) -> Reply:
    """Save the profile, or show what is wrong with it; what was typed stays."""
    form = Form(EditEntry, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            entries.edit(work, entry, sent, revision=sent.revision, slug=sent.slug)
            target = address(entry)
    except (Invalid, Conflict) as error:
        work = current_work()
        entry = entries.find(work, city, slug)
        work.require(policy.edit, entry)
        now: dict[str, str] | None = None
        if isinstance(error, Conflict):
            now = _profile(entry)
            form.sent["revision"] = now["revision"]
            error = Invalid(title=error.code)
        values = head(work, entry, entries.current(work, entry))
        return render_template("entries/edit.html", form=form.refused(error), now=now, **values), 422
    flash(flash_text("saved"), "success")
    return redirect(target)


@bp.post("/<city>/<slug>/archive")
def archive(city: str, slug: str) -> Reply:
    """Archive the entry."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        entries.archive(work, entry)
        target = address(entry)
    flash(flash_text("archived"), "success")
    return redirect(target)


@bp.post("/<city>/<slug>/unarchive")
def unarchive(city: str, slug: str) -> Reply:
    """Bring the entry back from the archive."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        entries.unarchive(work, entry)
        target = address(entry)
    flash(flash_text("restored"), "success")
    return redirect(target)
