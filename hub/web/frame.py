"""The buttons and tabs of every page about one entry."""

from flask import request
from markupsafe import Markup

from hub.http import current_actor
from hub.store.entries import Entry, EntryKind, Version
from hub.web import sections
from hub.web.addresses import url_for
from hub.web.pieces import filled

TABS = ("entries.show", "versions.index", "forks.family", "proposals.index", "discussions.index", "reviews.show",
        "files.index")  # fmt: skip
"""Endpoints with a tab of their own; „Qualität“ is a section."""


def actions(
    entry: Entry,
    shown: Version,
    *,
    watching: bool,
    may_publish: bool,
    may_fork: bool,
    may_edit: bool,
    may_archive: bool,
) -> Markup:
    """Return the buttons at the head of an entry, and the menu with what is needed less often."""
    actor = current_actor()
    return filled(
        "entries/frame.html",
        "actions",
        entry.kind == EntryKind.PROCESS,
        entry.archived_at is not None,
        entry.forked_from_id is not None,
        actor.signed_in,
        actor.cooperates,
        bool(watching),
        bool(may_publish),
        bool(may_fork),
        bool(may_edit),
        bool(may_archive),
        city=entry.organisation.slug,
        slug=entry.slug,
        number=shown.number,
        id=entry.id,
        next=request.full_path,
    )


def tabs(
    entry: Entry, *, may_read_drafts: bool, versions: int, relatives: int, proposals: int, comments: int
) -> Markup:
    """Return the tabs of an entry with what there is behind them; the page on screen is marked."""
    section = "quality" if entry.kind == EntryKind.PROCESS else "quality_design"
    quality = sections.first_of(section)
    return filled(
        "entries/frame.html",
        "entry_tabs",
        quality if sections.is_here(section) else _current(entry),
        quality,
        current_actor().cooperates,
        bool(may_read_drafts),
        city=entry.organisation.slug,
        slug=entry.slug,
        versions=versions,
        relatives=relatives,
        proposals=proposals,
        comments=comments,
    )


def _current(entry: Entry) -> str:
    """Return the endpoint whose tab is marked: by its address, since a refused form is answered by another one."""
    place = {"city": entry.organisation.slug, "slug": entry.slug}
    if request.path.startswith(url_for("reuse.index", **place)):
        return "forks.family"
    if request.endpoint in TABS:
        return request.endpoint or ""
    return next((one for one in TABS if url_for(one, **place) == request.path), "")
