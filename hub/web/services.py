"""The catalogue of services: lists, topics, one service, and its editing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import catalogue as keys
from hub.actions import catalogue, services
from hub.errors import Conflict, Invalid
from hub.http import current_work, transaction
from hub.inputs.services import EditService, MergeService, NewService
from hub.policy.services import edit_services
from hub.store.services import Service
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import flash_text

bp = Blueprint("services", __name__)
Reply = str | Response | tuple[str, int]


def address(service: Service, endpoint: str = "services.show") -> str:
    """Return a service's address: by its key, without one by its number."""
    return url_for(endpoint, address=service.key or str(service.id))


def _wanted() -> catalogue.Wanted:
    args = request.args
    page = args.get("page", "1")
    return catalogue.Wanted(
        text=args.get("q", "")[:200],
        field=args.get("field", ""),
        situation=args.get("situation", ""),
        bundle=args.get("bundle", ""),
        type=args.get("type", ""),
        used=args.get("used") == "1",
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )


@bp.get("/services")
@kept
def index() -> str:
    """Show the catalogue with filters in the address."""
    work = current_work()
    wanted = _wanted()
    shelf = catalogue.browse(work, wanted)
    return render_template(
        "services/index.html",
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        options=catalogue.choices(work),
        may_edit=edit_services(work.actor),
    )


@bp.get("/services/suggest")
def suggest() -> list[dict[str, Any]]:
    """Return services for what is being typed, by key, name or synonym."""
    found = services.starting_with(current_work(), request.args.get("q", "")[:200], limit=8)
    return [
        {
            "text": row.title,
            "url": address(row),
            "kind": keys.spaced(row.key) if row.key else _("ohne Schlüssel"),
            "name": row.name,
            "key": row.key or "",
        }
        for row in found
    ]


@bp.get("/services/<address>")
def show(address: str) -> Reply:
    """Show one service and who has something for it."""
    work = current_work()
    try:
        service = services.find(work, address)
    except services.Moved as moved:
        return redirect(_address(moved.service), code=301)
    if service.key and address != service.key:
        return redirect(_address(service), code=301)
    return render_template(
        "services/show.html",
        service=service,
        parts=keys.explain(service.key, catalogue.object_name(work, service)) if service.key else [],
        level=keys.level(service.key) if service.key else "",
        warning=keys.prefix_warning(service.key or ""),
        holders=catalogue.holders(work, service),
        neighbours=catalogue.neighbours(work, service),
        may_edit=edit_services(work.actor),
    )


_address = address


@bp.get("/services/new")
def new() -> Reply:
    """Show the form for a service that is in no catalogue."""
    work = current_work()
    work.require(edit_services)
    return _form("services/new.html", Form(NewService), None)


@bp.post("/services/new")
def add() -> Reply:
    """Add the service, or show what is wrong with it."""
    form = Form(NewService, request.form)
    try:
        with transaction() as work:
            made = services.add(work, form.read())
            target = _address(made)
    except Invalid as error:
        return _form("services/new.html", form.refused(error), None), 422
    flash(flash_text("service_created"), "success")
    return redirect(target)


@bp.get("/services/<address>/edit")
def edit(address: str) -> Reply:
    """Show the form of a service."""
    work = current_work()
    work.require(edit_services)
    service = services.find(work, address)
    sent = service.values() | {"revision": str(service.revision)} | ({"active": "1"} if service.active else {})
    return _form("services/edit.html", Form(EditService, sent), service)


@bp.post("/services/<address>/edit")
def save(address: str) -> Reply:
    """Save the changed service, or show what is wrong with it."""
    form = Form(EditService, request.form)
    try:
        with transaction() as work:
            service = services.find(work, address)
            services.edit(work, service, form.read())
            target = _address(service)
    except (Invalid, Conflict) as error:
        refused = error if isinstance(error, Invalid) else Invalid(revision=error.code)
        service = services.find(current_work(), address)
        now = service if isinstance(error, Conflict) else None
        if now is not None:
            form.sent["revision"] = str(now.revision)
        return _form("services/edit.html", form.refused(refused), service, now), 422 if now is None else 409
    flash(flash_text("service_saved"), "success")
    return redirect(target)


def _form(page: str, form: Form[Any], service: Service | None, now: Service | None = None) -> str:
    return render_template(page, form=form, service=service, now=now, options=catalogue.choices(current_work()))


@bp.get("/services/<address>/merge")
def merge_form(address: str) -> Reply:
    """Ask into which service this one goes."""
    work = current_work()
    work.require(edit_services)
    return render_template(
        "services/merge.html", service=services.find(work, address), form=Form(MergeService), holders=[]
    )


@bp.post("/services/<address>/merge")
def merge(address: str) -> Reply:
    """Merge the service into another one, or show what is wrong."""
    form = Form(MergeService, {key: value for key, value in request.form.items() if key == "into"})
    try:
        with transaction() as work:
            target = _address(services.merge(work, services.find(work, address), form.read().into))
    except Invalid as error:
        service = services.find(current_work(), address)
        return render_template("services/merge.html", service=service, form=form.refused(error)), 422
    flash(flash_text("service_merged"), "success")
    return redirect(target)
