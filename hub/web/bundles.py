"""Taking along and bringing in: an entry at once, a city or the hub by the worker."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import bundles, entries, library
from hub.errors import Forbidden, Invalid
from hub.http import current_work, settings, streamed, transaction
from hub.policy import bundles as rights
from hub.store.organisations import Organisation
from hub.text.slug import slug as slug_of
from hub.web import uploads
from hub.web.library import organisation
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("bundles", __name__)
Reply = str | Response | tuple[str, int]


def _owners(work: Work) -> list[Organisation]:
    return [row for row in library.organisations(work) if rights.export_organisation(work.actor, row)]


def _page(work: Work, errors: dict[str, str]) -> str:
    if not work.actor.signed_in:
        raise Forbidden("export_organisation")
    return render_template(
        "bundles/index.html",
        owners=_owners(work),
        jobs=bundles.jobs(work),
        may_export_hub=rights.export_hub(work.actor),
        may_import=rights.import_bundle(work.actor),
        errors=errors,
    )


@bp.get("/bundles")
def index() -> Reply:
    """Offer to take along and to bring in, and show what was made."""
    return _page(current_work(), {})


@bp.get("/<city>/<slug>/bundle.zip")
def entry(city: str, slug: str) -> Response:
    """Return an entry with all its readable versions as a bundle, while it is being made."""
    work = current_work()
    found = entries.find(work, city, slug)
    scope = f"{found.organisation.slug}/{found.slug}"
    name = f"{found.organisation.slug}-{slug_of(found.slug)}.zip"
    return _sent(bundles.stream(work, [found.id], source=settings().base_url, scope=scope), name)


def _sent(parts: Iterator[bytes], name: str) -> Response:
    response = Response(streamed(parts), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/bundles/export")
def export() -> Reply:
    """Have the worker make a bundle of a city, or of the hub."""
    wanted = request.form.get("organisation", "")
    with transaction() as work:
        job_id = bundles.start(work, organisation(work, wanted) if wanted else None).id
    return redirect(url_for(".progress", job=job_id))


@bp.post("/bundles/import")
def bring() -> Reply:
    """Take a bundle; the worker brings its entries in."""
    try:
        with transaction() as work:
            work.require(rights.import_bundle)
            data = uploads.file_bytes(request.files.get("file"), settings().upload_limit)
            if not data:
                raise Invalid(file="file_missing")
            job_id = bundles.start_import(work, data, request.files["file"].filename or "").id
    except Invalid as error:
        return _page(current_work(), dict(error.fields)), 422
    return redirect(url_for(".progress", job=job_id))


@bp.get("/bundles/<int:job>")
def progress(job: int) -> Reply:
    """Show how far a bundle is, and its file or report."""
    work = current_work()
    found = bundles.find_job(work, job)
    size = bundles.size(work, found) if found.kind == "bundle" and found.state == "done" else 0
    return render_template("bundles/progress.html", job=found, size=size)


@bp.get("/bundles/<int:job>/file.zip")
def download(job: int) -> Response:
    """Return a finished bundle."""
    work = current_work()
    found = bundles.find_job(work, job)
    return _sent(bundles.pieces(work, found), f"prozesshub-{found.options['name']}.zip")


@bp.post("/bundles/<int:job>/forget")
def forget(job: int) -> Response:
    """Throw a finished file away."""
    with transaction() as work:
        bundles.forget(work, [bundles.find_job(work, job).id])
    flash(flash_text("bundle_forgotten"), "success")
    return redirect(url_for(".index"))
