"""Guest access: the links of an entry for its writers, and the one page a guest sees.

The address of that page is the permission. So it goes nowhere else: no referrer, no cache, no search engine, no
navigation into the hub, and nothing on it but this one version and what was written by this link.
"""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import get_locale
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from hub import bpmn, policy
from hub.actions import discussions, entries, guests, local_values, maintenance, renderings
from hub.actions.schedule import BERLIN
from hub.errors import Conflict, Invalid, NotFound, Paused
from hub.extensions import csrf
from hub.http import current_work, database, guarded, now, settings, transaction
from hub.inputs.guests import GuestRemark, NewGuestLink
from hub.policy import GUEST
from hub.policy import notifications as rights
from hub.store.entries import EntryKind, Version
from hub.store.guests import GuestLink
from hub.text import slots
from hub.web.design_parts import design_parts
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.messages import flash_text, label
from hub.work import Work, writing

bp = Blueprint("guests", __name__)
Reply = str | Response | tuple[str, int]
PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def _page(city: str, slug: str, form: Form[NewGuestLink] | None = None, new_address: str = "") -> str:
    work = current_work()
    entry = entries.find(work, city, slug)
    work.require(rights.invite_guest, entry)
    day = (work.now.astimezone(BERLIN) + timedelta(days=guests.DAYS)).date()
    return render_template(
        "guests/index.html",
        form=form or Form(NewGuestLink, {"until": day.isoformat(), "audience": "city"}),
        links=guests.links(work, entry),
        works=lambda link: guests.works(link, work.now),
        last_day=_last_day,
        versions=[(row.number, row.number) for row in entries.versions(work, entry)],
        audiences=[(value, label(value, "audience")) for value in policy.audiences(work.actor)],
        new_address=new_address,
        **head(work, entry, entries.current(work, entry)),
    )


@bp.get("/<city>/<slug>/guests")
def index(city: str, slug: str) -> Reply:
    """List the guest links of an entry."""
    return _page(city, slug)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BERLIN)


def _last_day(link: GuestLink) -> date:
    return (link.expires_at - timedelta(seconds=1)).astimezone(BERLIN).date()


@bp.post("/<city>/<slug>/guests")
def create(city: str, slug: str) -> Reply:
    """Make a link and show it this once."""
    form = Form(NewGuestLink, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            token = guests.create(
                work,
                entry,
                name=sent.name,
                audience=sent.audience,
                version=entries.version(work, entry, sent.version) if sent.version else None,
                expires_at=_end_of(sent.until),
            )
    except Invalid as error:
        return _page(city, slug, form.refused(error)), 422
    return _page(city, slug, new_address=settings().base_url + url_for("guests.show", token=token))


@bp.post("/<city>/<slug>/guests/<int:link>/revoke")
def revoke(city: str, slug: str, link: int) -> Reply:
    """End a link at once."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        guests.revoke(work, entry, link)
        target = address(entry, "guests.index")
    flash(flash_text("guest_revoked"), "success")
    return redirect(target)


def _guest_work() -> Work:
    """Return the work of a guest, whoever may be signed in on this browser."""
    return Work(database(), GUEST, now())


def _private(answer: Response) -> Response:
    for name, value in PRIVATE.items():
        answer.headers[name] = value
    return answer


def _reading(work: Work, link: GuestLink, version: Version) -> dict[str, Any]:
    """Return the content alone, with the city's values: none of the links to other entries that readers get."""
    filling = local_values.filling(work, link.entry, version)
    if link.entry.kind == EntryKind.PROCESS:
        language = "en" if str(get_locale()) == "en" else "de"
        text = renderings.of(work, version.blob_sha256, f"text-{language}")
        return {"text": slots.mark_html(text, filling.shown), "sections": []}
    parts = design_parts(work, link.entry, version, filling)
    sections = [(row.key, row.heading, parts["sections_shown"][row.key]) for row in parts["reading"].design.sections]
    return {"text": "", "fields": parts["fields_shown"], "intro": parts["intro_shown"], "sections": sections}


def _answer(token: str, form: Form[GuestRemark], *, status: int = 200, written: bool = False) -> Response:
    work = _guest_work()
    link = guests.find(work, token)
    version = guests.shown(link)
    page = render_template(
        "guests/show.html",
        token=token,
        link=link,
        entry=link.entry,
        shown=version,
        last_day=_last_day,
        comments=guests.comments(work, link),
        answers=guests.answers(work, link),
        parts=discussions.part_names(work, version),
        form=form,
        written=written,
        **_reading(work, link, version),
    )
    return _private(make_response(page, status))


@bp.get("/guest/<token>")
def show(token: str) -> Response:
    """Show a guest the one version their link is for."""
    try:
        with guarded():
            link = guests.find(_guest_work(), token)
    except Conflict as error:
        return _private(make_response(render_template("guests/ended.html", code=error.code, text=""), 410))
    if guests.is_new_visit(_guest_work(), link):
        _note_visit(token)
    return _answer(token, Form(GuestRemark), written=request.args.get("written") == "1")


def _note_visit(token: str) -> None:
    """Note that a link was used: each use is to be traceable, and nothing a guest sees depends on it."""
    try:
        with writing(database()) as session:
            maintenance.require_writable(session, now())
            work = Work(session, GUEST, now())
            guests.note_visit(work, guests.find(work, token))
    except (OperationalError, Paused):
        current_app.logger.warning("the use of a guest link could not be noted")


@bp.post("/guest/<token>")
def write(token: str) -> Response:
    """Add a guest's comment; what was typed stays if it is refused."""
    form = Form(GuestRemark, request.form)
    try:
        sent = form.read()
        with guarded(), writing(database()) as session:
            maintenance.require_writable(session, now())
            work = Work(session, GUEST, now())
            guests.comment(work, guests.find(work, token), sent.text, element=sent.element or None)
    except Invalid as error:
        return _answer(token, form.refused(error), status=422)
    except Paused as error:
        answer = _answer(token, form.refused(Invalid(text="read_only")), status=503)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except Conflict as error:
        # The link ended while somebody was writing: they get their words back.
        page = render_template("guests/ended.html", code=error.code, text=form.sent.get("text", ""))
        return _private(make_response(page, 409))
    return _private(redirect(url_for("guests.show", token=token, written=1)))


# The secret in the address is the permission, and a page that sends no referrer could not pass the check for one.
csrf.exempt(write)


def _process(token: str) -> tuple[Work, GuestLink]:
    work = _guest_work()
    with guarded():
        link = guests.find(work, token)
    if link.entry.kind != EntryKind.PROCESS:
        raise NotFound
    return work, link


def _file(data: bytes, media_type: str) -> Response:
    answer = _private(send_file(BytesIO(data), media_type))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@bp.get("/guest/<token>/view.bpmn")
def view(token: str) -> Response:
    """Return the model for the viewer of the guest's page."""
    work, link = _process(token)
    return _file(bpmn.viewable(renderings.model(work, guests.shown(link).blob_sha256)), "application/xml")


@bp.get("/guest/<token>/diagram.svg")
def svg(token: str) -> Response:
    """Return the drawing for browsers without scripts."""
    work, link = _process(token)
    return _file(renderings.of(work, guests.shown(link).blob_sha256, "svg").encode(), "image/svg+xml")
