"""Efficiency ledger: sums and rows of all cities, one row's form, and the view of one grant with its rules."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from hub import charts
from hub.actions import efficiency, grants
from hub.actions.efficiency import Sum, Wanted
from hub.charts import Chart
from hub.errors import Conflict, Invalid
from hub.http import current_work, now, transaction
from hub.inputs.funding import EditLedgerRow, WhatIf
from hub.policy import funding as may
from hub.store.efficiency import LedgerRow
from hub.store.organisations import Organisation
from hub.store.services import Service
from hub.web.forms import Form, revision_of
from hub.web.funding import frame, refused
from hub.web.kept import kept
from hub.web.messages import label, sentence
from hub.web.quality_pictures import drawn
from hub.web.shared import money
from hub.web.spreadsheets import csv_response
from hub.work import Work

bp = Blueprint("ledger", __name__)
Reply = str | Response | tuple[str, int]
PAGE = 50


def _wanted() -> Wanted:
    return Wanted(*(request.args.get(name, "").strip()[:80] for name in ("organisation", "service", "year", "grant")))


def _cities(work: Work) -> list[tuple[str, str]]:
    rows = work.session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.name))
    return [(row.slug, row.name) for row in rows if row.cooperates]


def _may_keep(work: Work) -> bool:
    ids = sorted(work.actor.organisation_ids)
    rows = work.session.scalars(select(Organisation).where(Organisation.id.in_(ids))) if ids else ()
    return any(may.keep_ledger(work.actor, row) for row in rows)


def _chart(by: dict[str, Sum], category: str, title: str) -> tuple[Chart, str] | None:
    """Return the cost before and after as a picture, in whole euros; None with nothing to compare."""
    before, after = _("Kosten vorher"), _("Kosten nachher")
    if not by:
        return None
    total = efficiency.total(by.values())
    return drawn(
        charts.bars(
            title,
            _("Zusammen vorher %(before)s, nachher %(after)s.", before=money(total.before), after=money(total.after)),
            category=category,
            series=_("Zeitpunkt"),
            value=_("Euro im Jahr"),
            rows=[
                (name, words, round(cents / 100))
                for name, row in by.items()
                for words, cents in ((before, row.before), (after, row.after))
            ],
            categories=list(by),
            names=[before, after],
            form=",d",
        )
    )


@bp.get("/funding/ledger")
@kept
def show() -> Reply:
    """Show sums and rows."""
    work = current_work()
    wanted, page = _wanted(), max(1, request.args.get("page", 1, type=int))
    by_year = efficiency.sums(work, wanted)
    by_city = efficiency.sums(work, wanted, by="organisation")
    rows = efficiency.listing(work, wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "ledger/show.html",
        wanted=wanted,
        by_year=by_year,
        by_city=by_city,
        years_chart=_chart(by_year, _("Jahr"), _("Kosten vorher und nachher, nach Jahren")),
        cities_chart=_chart(by_city, _("Stadt"), _("Kosten vorher und nachher, nach Städten")),
        total=efficiency.total(by_year.values()),
        rows=rows[:PAGE],
        page=page,
        more=len(rows) > PAGE,
        cities=_cities(work),
        grants=[(row.slug, row.title) for row in grants.listing(work)],
        may_keep=_may_keep(work),
    )


@bp.get("/funding/ledger.csv")
def table() -> Response:
    """Return the wanted rows for a spreadsheet."""
    work = current_work()
    rows = efficiency.listing(work, _wanted(), limit=100_000)
    header = (
        "Stadt", "Leistung", "Leistungsschlüssel", "Jahr", "Fälle", "Minuten je Fall vorher", "Minuten je Fall nachher",
        "Stundensatz", "Sachkosten je Fall vorher", "Sachkosten je Fall nachher", "Laufende Kosten nachher",
        "Kosten vorher", "Kosten nachher", "Ersparnis", "einmalig erspart", "Spanne von %", "Spanne bis %", "Methode",
        "Quelle Fälle", "Quelle Zeiten", "Quelle Stundensatz", "Quelle Sachkosten", "Anmerkung",
    )  # fmt: skip

    def line(row: LedgerRow) -> tuple[object, ...]:
        amounts = [
            money(value, sign=False)
            for value in (
                row.minutes_before,
                row.minutes_after,
                row.hourly_rate,
                row.material_before,
                row.material_after,
                row.running_after,
                row.cost_before,
                row.cost_after,
                row.cost_before - row.cost_after,
                row.once_saved,
            )
        ]
        sources = [row.sources.get(name, "") for name in ("cases", "minutes", "rate", "material")]
        return (
            row.organisation.name,
            row.service.name,
            row.service.key or "",
            row.year,
            row.cases,
            *amounts,
            row.low,
            row.high,
            label(row.method, "ledger_method"),
            *sources,
            row.note,
        )

    return csv_response("effizienz.csv", header, (line(row) for row in rows))


def _edit_page(form: Form[EditLedgerRow], row: LedgerRow | None) -> str:
    work = current_work()
    services = work.session.execute(select(Service.name, Service.key).order_by(Service.name).limit(500))
    return render_template(
        "ledger/edit.html",
        form=form,
        row=row,
        cities=_cities(work),
        may_keep=may.keep_ledger(work.actor, row.organisation) if row else True,
        grants=[(found.slug, found.title) for found in grants.listing(work)],
        services=[(name, key or "") for name, key in services],
    )


@bp.get("/funding/ledger/new")
def new() -> Reply:
    """Ask for a year's figures; another row can be the pattern."""
    work = current_work()
    own = next(iter(sorted(work.actor.organisation_ids)), None)
    city = work.session.get(Organisation, own) if own is not None else None
    work.require(may.keep_ledger, city or Organisation(id=0, kind="land"))
    facts = {"organisation": city.slug if city else "", "year": str(now().year), "low": "100", "high": "100"}
    pattern = request.args.get("from", type=int)
    if pattern is not None:
        found = efficiency.find(work, pattern)
        facts = _facts(work, found) | {"year": str(found.year + 1), "revision": "0"}
    return _edit_page(Form(EditLedgerRow, facts), None)


@bp.post("/funding/ledger/new")
def create() -> Reply:
    """Add a row."""
    form = Form(EditLedgerRow, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            efficiency.save(work, sent)
    except Invalid as error:
        return _edit_page(form.refused(error), None), 422
    flash(_("Die Zahlen sind gespeichert."), "success")
    return redirect(url_for(".show", organisation=sent.organisation, year=sent.year))


def _facts(work: Work, row: LedgerRow) -> dict[str, str]:
    named = efficiency.addresses(work, [row])
    facts = {name: str(getattr(row, name)) for name in ("revision", "year", "cases", "low", "high", "method", "note")}
    facts |= {
        name: money(getattr(row, name), sign=False)
        for name in (
            "minutes_before",
            "minutes_after",
            "hourly_rate",
            "material_before",
            "material_after",
            "running_after",
            "once_saved",
        )
    }
    facts |= {f"source_{name}": value for name, value in row.sources.items()}
    slugs = {found.id: found.slug for found in grants.listing(work)}
    return facts | {
        "organisation": row.organisation.slug,
        "service": row.service.key or row.service.name,
        "grant": slugs.get(row.grant_id or 0, ""),
        "version_before": named.get(row.version_before_id or 0, ""),
        "version_after": named.get(row.version_after_id or 0, ""),
    }


@bp.get("/funding/ledger/<int:key>")
def edit(key: int) -> Reply:
    """Show a row's figures, sources and computation, with its form for those who keep it."""
    work = current_work()
    row = efficiency.find(work, key)
    return _edit_page(Form(EditLedgerRow, _facts(work, row)), row)


@bp.post("/funding/ledger/<int:key>")
def save(key: int) -> Reply:
    """Change a row."""
    form = Form(EditLedgerRow, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            efficiency.save(work, sent, key)
    except (Invalid, Conflict) as error:
        row = efficiency.find(current_work(), key)
        return _edit_page(refused(form, error, row.revision), row), (422 if isinstance(error, Invalid) else 409)
    flash(_("Die Zahlen sind gespeichert."), "success")
    return redirect(url_for(".show", organisation=sent.organisation, year=sent.year))


@bp.post("/funding/ledger/<int:key>/drop")
def drop(key: int) -> Reply:
    """Take a row out."""
    try:
        with transaction() as work:
            efficiency.drop(work, key, revision=revision_of(request.form))
    except Conflict as error:
        flash(sentence(error.code), "warning")
        return redirect(url_for(".edit", key=key))
    flash(_("Die Zeile ist gestrichen. Im Protokoll bleibt sie nachvollziehbar."), "success")
    return redirect(url_for(".show"))


@bp.get("/funding/<grant>/efficiency")
def of_grant(grant: str) -> Reply:
    """Show what a grant brought, the programme's rules, and what would be if."""
    work = current_work()
    found = grants.own(work, grant)
    rows, by_year = efficiency.of_grant(work, found)
    form = Form(WhatIf, request.args)
    tried = None
    try:
        sent = form.read()
        if request.args:
            tried = efficiency.what_if(rows, cases=sent.cases, time=sent.time, rate=sent.rate)
    except Invalid as error:
        form = form.refused(error)
    return render_template(
        "ledger/grant.html",
        rows=rows,
        by_year=by_year,
        years_chart=_chart(by_year, _("Jahr"), _("Kosten vorher und nachher, nach Jahren")),
        total=efficiency.total(by_year.values()),
        lights=efficiency.lights(found, by_year, now().date()),
        form=form,
        tried=tried,
        **frame(work, found),
    )
