"""XProzess as a way in: upload, choose the processes, follow the import."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actions import fim_exchange
from hub.errors import Invalid
from hub.http import current_work, settings, transaction
from hub.store.fim import FimUpload
from hub.store.organisations import Organisation
from hub.text.slug import file_name
from hub.web import uploads
from hub.web.ways_in import own_organisations
from hub.work import Work

bp = Blueprint("fim_import", __name__)
Reply = str | Response | tuple[str, int]


@bp.get("/new/xprozess")
def begin() -> Reply:
    """Show the form for an XProzess file."""
    own_organisations(current_work())
    return render_template("fim/upload.html", errors={})


@bp.post("/new/xprozess")
def upload() -> Reply:
    """Read the file and go on to choosing, or show why it cannot be read."""
    own_organisations(current_work())
    try:
        data = uploads.file_bytes(request.files.get("file"), settings().upload_limit)
        if not data:
            raise Invalid(file="file_missing")
        name = file_name(request.files["file"].filename or "")
        with transaction() as work:
            key = fim_exchange.keep_upload(work, data, name).id
    except Invalid as error:
        return render_template("fim/upload.html", errors=error.fields), 422
    return redirect(url_for(".choose", upload=key))


@bp.get("/new/xprozess/<int:upload>")
def choose(upload: int) -> Reply:
    """Show what is in the file, and what of it will be imported."""
    work = current_work()
    return _choose_page(work, fim_exchange.upload(work, upload), {}), 200


def _choose_page(work: Work, kept: FimUpload, errors: dict[str, str]) -> str:
    message = fim_exchange.message(work, kept.blob_sha256)
    return render_template(
        "fim/choose.html",
        upload=kept,
        message=message,
        cities=own_organisations(work),
        errors=errors,
        chosen=request.form.getlist("chosen") if errors else [str(at) for at in range(len(message.processes))],
    )


@bp.post("/new/xprozess/<int:upload>")
def start(upload: int) -> Reply:
    """Begin the import of what was chosen."""
    try:
        with transaction() as work:
            kept = fim_exchange.upload(work, upload)
            owner = next((row for row in own_organisations(work) if row.slug == request.form.get("organisation")), None)
            if owner is None:
                raise Invalid(organisation="not_a_choice")
            visibility = request.form.get("visibility", "city")
            if visibility not in ("city", "ikz", "land", "public"):
                raise Invalid(visibility="not_a_choice")
            chosen = [int(value) for value in request.form.getlist("chosen") if value.isascii() and value.isdigit()]
            organisation = work.session.get_one(Organisation, owner.id)
            job_id = fim_exchange.start(work, kept, organisation, chosen, visibility).id
    except Invalid as error:
        work = current_work()
        return _choose_page(work, fim_exchange.upload(work, upload), dict(error.fields)), 422
    return redirect(url_for("ways_in.progress", job=job_id))
