"""Reuse (Nachnutzung): on each entry, and as a ledger of all."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from hub.actions import entries, reuse
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.funding import RecordReuse
from hub.policy import funding as may
from hub.store.organisations import Organisation
from hub.store.reuse import Reuse
from hub.web import reuse_map
from hub.web.entries import address, head
from hub.web.forms import Form, revision_of
from hub.web.funding import refused
from hub.web.messages import label, sentence
from hub.web.spreadsheets import csv_response
from hub.work import Work

bp = Blueprint("reuse", __name__)
Reply = str | WerkzeugResponse | tuple[str, int]


def _cities(work: Work) -> list[tuple[str, str]]:
    rows = work.session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.name))
    return [(row.slug, row.name) for row in rows if row.kind == "city"]


def _page(city: str, slug: str, form: Form[RecordReuse] | None = None, changed: Reuse | None = None) -> str:
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.current(work, entry)
    own = [row for row in _organisations(work) if may.record_reuse(work.actor, row)]
    first = Form(RecordReuse, {"organisation": own[0].slug if own else "", "version": shown.number})
    return render_template(
        "reuse/index.html",
        reuses=reuse.of_entry(work, entry),
        form=form or first,
        changed=changed,
        cities=_cities(work),
        may_record=bool(own) or may.record_reuse(work.actor, entry.organisation),
        may_confirm=lambda row: may.confirm_reuse(work.actor, row),
        may_change=lambda row: may.record_reuse(work.actor, row.organisation or entry.organisation),
        **head(work, entry, shown),
    )


def _organisations(work: Work) -> list[Organisation]:
    ids = sorted(work.actor.organisation_ids)
    return list(work.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))) if ids else []


@bp.get("/<city>/<slug>/reuse")
def index(city: str, slug: str) -> Reply:
    """Show who uses an entry."""
    return _page(city, slug)


@bp.post("/<city>/<slug>/reuse")
def record(city: str, slug: str) -> Reply:
    """Record a use."""
    form = Form(RecordReuse, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            reuse.record(work, entries.find(work, city, slug), sent)
    except Invalid as error:
        return _page(city, slug, form.refused(error)), 422
    flash(_("Die Nachnutzung ist erfasst."), "success")
    return redirect(url_for(".index", city=city, slug=slug))


@bp.get("/<city>/<slug>/reuse/<int:key>")
def edit(city: str, slug: str, key: int) -> Reply:
    """Ask for changes of a use."""
    work = current_work()
    entry = entries.find(work, city, slug)
    row = reuse.find(work, entry, key)
    work.require(may.record_reuse, row.organisation or entry.organisation)
    facts = {
        "revision": str(row.revision),
        "organisation": row.organisation.slug if row.organisation else "",
        "name": row.name,
        "ags": row.ags,
        "version": row.version.number,
        "state": row.state,
        "since": row.since.isoformat() if row.since else "",
        "until": row.until.isoformat() if row.until else "",
        "deviation": row.deviation,
        "contact": row.contact,
        "fork": f"{row.fork.organisation.slug}/{row.fork.slug}" if row.fork else "",
    }
    return _page(city, slug, Form(RecordReuse, facts), row)


@bp.post("/<city>/<slug>/reuse/<int:key>")
def save(city: str, slug: str, key: int) -> Reply:
    """Change a use."""
    form = Form(RecordReuse, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            reuse.edit(work, entry, reuse.find(work, entry, key), sent)
    except (Invalid, Conflict) as error:
        work = current_work()
        row = reuse.find(work, entries.find(work, city, slug), key)
        return _page(city, slug, refused(form, error, row.revision), row), (422 if isinstance(error, Invalid) else 409)
    flash(_("Die Nachnutzung ist gespeichert."), "success")
    return redirect(url_for(".index", city=city, slug=slug))


@bp.post("/<city>/<slug>/reuse/<int:key>/confirm")
def confirm(city: str, slug: str, key: int) -> Reply:
    """Confirm a use as the using city."""
    try:
        with transaction() as work:
            entry = entries.find(work, city, slug)
            row = reuse.find(work, entry, key)
            reuse.confirm(work, entry, row, revision=revision_of(request.form))
    except Conflict as error:
        flash(sentence(error.code), "warning")
    else:
        flash(_("Die Nachnutzung ist bestätigt."), "success")
    return redirect(url_for(".index", city=city, slug=slug))


@bp.get("/funding/reuse")
def ledger() -> Reply:
    """List every use the cooperation knows of."""
    work = current_work()
    wanted = {name: request.args.get(name, "")[:80] for name in ("organisation", "state")}
    rows = reuse.ledger(work, organisation=wanted["organisation"], state=wanted["state"])
    picture, nowhere = reuse_map.drawn(rows)
    return render_template(
        "reuse/ledger.html", reuses=rows, wanted=wanted, cities=_cities(work), picture=picture, nowhere=nowhere
    )


@bp.get("/funding/reuse.csv")
def ledger_csv() -> WerkzeugResponse:
    """Return the ledger as a table for a spreadsheet."""
    header = (
        "Kommune", "AGS", "Eintrag", "Stadt des Eintrags", "Version", "Stand", "seit", "bis", "Abweichung", "Kontakt",
        "bestätigt am", "Adresse",
    )  # fmt: skip
    rows = (
        (
            row.organisation.name if row.organisation else row.name,
            row.ags,
            row.entry.title,
            row.entry.organisation.name,
            row.version.number,
            label(row.state, "reuse_state"),
            row.since or "",
            row.until or "",
            row.deviation,
            row.contact,
            row.confirmed_at.date() if row.confirmed_at else "",
            address(row.entry, _external=True),
        )
        for row in reuse.ledger(current_work())
    )
    return csv_response("nachnutzung.csv", header, rows)
