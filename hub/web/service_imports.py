"""Catalogue files: send one, look at it, import it, see the progress, undo it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import catalogue
from hub.actions import service_imports
from hub.errors import Conflict, Invalid
from hub.http import current_work, settings, transaction
from hub.policy.services import edit_services
from hub.store.services import ServiceImport
from hub.web import uploads
from hub.web.messages import flash_text

bp = Blueprint("service_imports", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/services/import")
def new() -> Reply:
    """Show the form for a catalogue file, and the imports so far."""
    work = current_work()
    work.require(edit_services)
    return _new({})


def _new(errors: Mapping[str, str]) -> str:
    imports = service_imports.latest(current_work())
    return render_template("services/import_new.html", imports=imports, form={"sent": {}, "errors": errors})


@bp.post("/services/import")
def receive() -> Reply:
    """Take a file over and lead to its preview."""
    current_work().require(edit_services)
    try:
        data = uploads.file_bytes(request.files.get("file"), settings().upload_limit)
        if not data:
            raise Invalid(file="file_missing")
        with transaction() as work:
            made = service_imports.receive(work, data, request.files["file"].filename or "katalog.csv")
            target = url_for(".show", file=made.id)
    except Invalid as error:
        return _new(error.fields), 422
    return redirect(target)


def _mapping() -> dict[str, int] | None:
    """Return which field stands in which column, as chosen on the page; None before anything was chosen."""
    if not any(f"column_{name}" in request.form for name in catalogue.FIELDS):
        return None
    chosen = {name: request.form.get(f"column_{name}", "") for name in catalogue.FIELDS}
    return {
        name: int(value) for name, value in chosen.items() if value.isascii() and value.isdigit() and len(value) < 5
    }


@bp.get("/services/import/<int:file>")
def show(file: int) -> Reply:
    """Show the preview of an import, or how far it is and its report."""
    found = service_imports.find(current_work(), file)
    if found.job_id is None:
        return _preview(found, {})
    return render_template("services/import_show.html", found=found, job=found.job)


def _preview(found: ServiceImport, errors: Mapping[str, str]) -> str:
    seen = service_imports.preview(current_work(), found, _mapping())
    return render_template(
        "services/import_preview.html",
        found=found,
        seen=seen,
        fields=catalogue.FIELDS,
        columns=[(str(at), name or _("Spalte %(number)s", number=at + 1)) for at, name in enumerate(seen.sheet.header)],
        form={
            "sent": {f"column_{name}": str(seen.mapping.get(name, "")) for name in catalogue.FIELDS},
            "errors": {f"column_{name}": text for name, text in errors.items()},
        },
    )


@bp.post("/services/import/<int:file>")
def order(file: int) -> Reply:
    """Let the worker import the file, or show the preview with other columns, or what is missing."""
    if "again" in request.form:
        return _preview(service_imports.find(current_work(), file), {})
    try:
        with transaction() as work:
            found = service_imports.find(work, file)
            service_imports.order(work, found, _mapping() or found.mapping)
    except Invalid as error:
        return _preview(service_imports.find(current_work(), file), error.fields), 422
    except Conflict:
        pass  # ordered twice: the page shows what became of the first order
    return redirect(url_for(".show", file=file))


@bp.post("/services/import/<int:file>/undo")
def undo(file: int) -> Reply:
    """Undo the whole import."""
    with transaction() as work:
        service_imports.undo(work, service_imports.find(work, file))
    flash(flash_text("import_undone"), "success")
    return redirect(url_for(".show", file=file))
