"""Local values: the table of all cities, filling in one's own, describing the slots, downloads with values."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.actions import entries, local_values
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs.local_values import DefineSlot, FillSlot
from hub.policy import local_values as rights
from hub.store.entries import Entry, EntryKind
from hub.web.entries import address, head
from hub.web.files import answer, name_of
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("local_values", __name__)
Reply = str | Response | tuple[str, int]


def _page(work: Work, entry: Entry, form: Form[Any] | None = None) -> str:
    shown = entries.current(work, entry)
    rows, cities = local_values.table(work, entry, shown)
    mine = [row for row in cities if rights.fill_slots(work.actor, entry, row)]
    wanted = request.args.get("of", "")
    return render_template(
        "local_values/show.html",
        rows=rows,
        cities=cities,
        mine=mine,
        form=form or Form(FillSlot, {}),
        history=_history(work, rows, cities, wanted, request.args.get("slot", "")),
        may_define=rights.define_slots(work.actor, entry),
        **head(work, entry, shown),
    )


def _history(work: Work, rows: Any, cities: Any, city: str, name: str) -> dict[str, Any] | None:
    row = next((row for row in rows if row.name == name and row.slot is not None), None)
    organisation = next((one for one in cities if one.slug == city), None)
    if row is None or organisation is None:
        return None
    return {"line": row, "city": organisation, "values": local_values.history(work, row.slot, organisation)}


@bp.get("/<city>/<slug>/values")
@kept
def show(city: str, slug: str) -> Reply:
    """Show all cities' values side by side, and the forms of what the reader may fill in."""
    work = current_work()
    return _page(work, entries.find(work, city, slug))


@bp.post("/<city>/<slug>/values")
def fill(city: str, slug: str) -> Reply:
    """Fill in a value of one's own city."""
    form = Form(FillSlot, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            local_values.fill(work, entry, sent)
            target = address(entry, "local_values.show", _anchor=f"slot-{sent.slot}")
    except (Invalid, Conflict) as error:
        return _refused(city, slug, form, error, "value"), 422
    flash(flash_text("slot_filled"), "success")
    return redirect(target)


@bp.post("/<city>/<slug>/values/slots")
def define(city: str, slug: str) -> Reply:
    """Describe a slot."""
    form = Form(DefineSlot, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry = entries.find(work, city, slug)
            local_values.define(work, entry, sent)
            target = address(entry, "local_values.show", _anchor=f"slot-{sent.name}")
    except (Invalid, Conflict) as error:
        return _refused(city, slug, form, error, "label"), 422
    flash(flash_text("slot_described"), "success")
    return redirect(target)


def _refused(city: str, slug: str, form: Form[Any], error: Invalid | Conflict, field: str) -> str:
    refusal = error if isinstance(error, Invalid) else Invalid(**{field: error.code})
    work = current_work()
    return _page(work, entries.find(work, city, slug), form.refused(refusal))


@bp.get("/<city>/<slug>/values.csv")
def table(city: str, slug: str) -> Response:
    """Return the table of all cities as CSV."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.current(work, entry)
    data = local_values.write_csv(*local_values.table(work, entry, shown))
    return answer(data, "text/csv; charset=utf-8", name_of(entry, shown, "csv", "werte"), "")


@bp.get("/<city>/<slug>/versions/<number>/filled.<any(bpmn,md):ending>")
def filled(city: str, slug: str, number: str, ending: str) -> Response:
    """Return a version's file with the values of the city that `values` names; the original stays as it is."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    if (ending == "md") != (entry.kind == EntryKind.DESIGN):
        raise NotFound
    found = local_values.filling(work, entry, shown, request.args.get("values", ""))
    data = local_values.filled_source(work, entry, shown, found.values)
    media_type = "text/markdown; charset=utf-8" if ending == "md" else "application/xml"
    name = name_of(entry, shown, ending, found.organisation.slug if found.organisation else "")
    return answer(data, media_type, name, "")
