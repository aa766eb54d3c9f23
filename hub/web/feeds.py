"""Atom feeds (RFC 4287): of everything, a city, a service, an entry, and of what one watches.

With `?token=` a feed reader reads as the person who made that secret.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from hub.actions import activity, entries, feeds, library
from hub.actions.library import Wanted
from hub.errors import Forbidden, NotFound
from hub.http import current_work, guarded, settings
from hub.store.entries import Entry
from hub.store.services import Service
from hub.web import notices
from hub.web.entries import address
from hub.web.library import organisation, wanted_from_request
from hub.work import Work

bp = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; paths are without the hub's own address."""

    key: str
    path: str
    title: str
    at: datetime
    author: str
    summary: str


def _work() -> Work:
    work = current_work()
    token = request.args.get("token", "")
    if not token:
        return work
    with guarded():
        return Work(work.session, feeds.reader(work, token), work.now)


def _answer(title: str, items: list[Item], work: Work, page: str) -> Response:
    # The feed's own address goes without the secret: feeds are passed on.
    text = render_template(
        "feeds/feed.xml",
        title=title,
        items=items,
        base=settings().base_url,
        self_url=settings().base_url + request.path,
        page=page,
        updated=max((item.at for item in items), default=work.now),
    )
    return Response(text, mimetype="application/atom+xml")


def _shelf(work: Work, wanted: Wanted) -> list[Item]:
    found = []
    for entry in library.browse(work, wanted).entries:
        shown = entries.current(work, entry)
        where = address(entry, "versions.show", number=shown.number)
        found.append(
            Item(where, address(entry), f"{entry.title} ({shown.number})", entry.updated_at,
                 entry.organisation.name, entry.summary)
        )  # fmt: skip
    return found


def _happenings(rows: list[activity.Happening]) -> list[Item]:
    return [
        Item(
            f"/activity#event-{row.event.id}",
            notices.path(row.event, row.entry),
            f"{row.entry.title}: {notices.sentence(row.event)}",
            row.event.happened_at,
            notices.who(row.event),
            notices.excerpt(row.comment),
        )
        for row in rows
    ]


@bp.get("/feed.atom")
def everything() -> Response:
    """Return the entries that changed last."""
    work = _work()
    return _answer("IKZ-Prozesshub", _shelf(work, wanted_from_request()), work, "/")


@bp.get("/watched.atom")
def watched() -> Response:
    """Return what happened in what a person watches."""
    work = _work()
    if not work.actor.signed_in:
        raise Forbidden
    rows = list(activity.of(work, activity.near(work, city_too=False)).rows)
    return _answer(_("Was Sie beobachten"), _happenings(rows), work, "/activity")


@bp.get("/<city>/feed.atom")
def of_organisation(city: str) -> Response:
    """Return the entries of one organisation that changed last."""
    work = _work()
    owner = organisation(work, city)
    found = _shelf(work, wanted_from_request(city=owner.slug))
    return _answer(owner.name, found, work, url_for("library.city", city=owner.slug))


@bp.get("/services/<int:service>/feed.atom")
def of_service(service: int) -> Response:
    """Return the entries of one service that changed last."""
    work = _work()
    about = work.session.get(Service, service)
    if about is None:
        raise NotFound
    return _answer(about.name, _shelf(work, Wanted(service=about.name)), work, "/library")


@bp.get("/<city>/<slug>/feed.atom")
def of_entry(city: str, slug: str) -> Response:
    """Return what happened in one entry; outside the cooperation its published versions."""
    work = _work()
    entry = entries.find(work, city, slug)
    rows = list(activity.of(work, activity.of_entry(entry)).rows)
    return _answer(entry.title, _happenings(rows) if rows else _versions(work, entry), work, address(entry))


def _versions(work: Work, entry: Entry) -> list[Item]:
    found = []
    for version in entries.versions(work, entry):
        where = address(entry, "versions.show", number=version.number)
        title = f"{entry.title} ({version.number})"
        found.append(Item(where, where, title, version.created_at, entry.organisation.name, version.message))
    return found
