"""New entries: drawn, uploaded, pasted, from a table, from a pattern, or many at once from a ZIP."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import bpmn, documents
from hub.actions import designs, entries, imports, library, tables
from hub.actions.similar import Likeness
from hub.documents import Content
from hub.errors import Forbidden, Invalid
from hub.http import current_work, settings, transaction
from hub.inputs import NewEntry
from hub.policy import WRITERS
from hub.store.entries import Entry, EntryKind, Version
from hub.store.organisations import Organisation
from hub.text.slug import file_name
from hub.web import similar, uploads
from hub.web.entries import address
from hub.web.forms import Form
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("ways_in", __name__)
Reply = str | Response | tuple[str, int]

WAYS = ("blank", "upload", "paste", "table", "pattern")


def own_organisations(work: Work) -> list[Organisation]:
    """Return the organisations the actor may create entries for; raises `Forbidden` if there is none."""
    actor = work.actor
    found = [row for row in library.organisations(work, cooperating=True) if actor.has(WRITERS, row.id)]
    if not found:
        raise Forbidden("create")
    return found


@bp.get("/new")
def choose() -> Reply:
    """Offer the ways to begin."""
    work = current_work()
    own_organisations(work)
    patterns = library.browse(work, library.Wanted(level="105")).entries
    return render_template("ways_in/choose.html", patterns=patterns)


@bp.get("/new/<any(blank,upload,paste,table,pattern):way>")
def begin(way: str) -> Reply:
    """Show the form of one way."""
    work = current_work()
    cities = own_organisations(work)
    sent = {"organisation": cities[0].slug, "kind": request.args.get("kind", "process")}
    sent |= {name: value[:300] for name in ("service", "service_key") if (value := request.args.get(name))}
    if way == "pattern":
        sent |= _from_pattern(work, request.args.get("from", ""))
    return _form(work, way, Form(NewEntry, sent)), 200


def _from_pattern(work: Work, path: str) -> dict[str, str]:
    entry, shown = _pattern(work, path)
    return {
        "title": entry.title.replace("(Muster)", "").strip(),
        "kind": entry.kind,
        "summary": entry.summary,
        "from": f"{entry.organisation.slug}/{entry.slug}/{shown.number}",
    }


def _pattern(work: Work, path: str) -> tuple[Entry, Version]:
    city, _slash, rest = path.partition("/")
    slug, _slash, number = rest.partition("/")
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number) if number else entries.current(work, entry)
    return entry, shown


def _form(work: Work, way: str, form: Form[NewEntry], likenesses: list[Likeness] | None = None) -> str:
    return render_template(
        "ways_in/form.html",
        way=way,
        form=form,
        cities=own_organisations(work),
        pattern=form.sent.get("from", ""),
        source=request.form.get("source", ""),
        table=request.form.get("table", tables.EXAMPLE),
        likenesses=likenesses,
        reason=similar.reason,
    )


@bp.post("/new/<any(blank,upload,paste,table,pattern):way>")
def create(way: str) -> Reply:
    """Add the entry, or show what is wrong with what was sent."""
    own = {"source", "table", "from", "similar"}
    form = Form(NewEntry, {key: value for key, value in request.form.items() if key not in own})
    if "similar" in request.form:
        form.sent["from"] = request.form.get("from", "")
        return _form(current_work(), way, form, similar.for_form(current_work(), way)), 200
    try:
        sent = form.read()
        work = current_work()
        organisation = next((row for row in own_organisations(work) if row.slug == sent.organisation), None)
        if organisation is None:
            raise Invalid(organisation="not_a_choice")
        content, generated = _content(work, way, sent)
        message = sent.message or _("Erste Fassung")
        with transaction() as work:
            entry = entries.create(
                work,
                work.session.get_one(Organisation, organisation.id),
                content,
                sent,
                message=message,
                layout_generated=generated,
            )
            drawn = way == "blank"
            target = address(entry, "versions.draw") if drawn else address(entry)
            strong = way in ("upload", "paste", "table") and similar.strong(work, entry, content)
    except Invalid as error:
        form.sent["from"] = request.form.get("from", "")
        return _form(current_work(), way, form.refused(error)), 422
    flash(flash_text("created"), "success")
    if strong:
        flash(flash_text("similar_there"), "info")
    uploads.tell_warnings(content)
    return redirect(target)


def _content(work: Work, way: str, sent: NewEntry) -> tuple[Content, bool]:
    if way == "pattern":
        entry, shown = _pattern(work, request.form.get("from", ""))
        return entries.content(work, entry, shown), shown.layout_generated
    if way == "table":
        upload = uploads.file_bytes(request.files.get("file"), settings().model_limit)
        data = tables.to_model(upload, request.form.get("table", ""), title=sent.title)
        return documents.laid_out(documents.read(EntryKind.PROCESS, data, field="table"))
    if way == "blank":
        if sent.kind == EntryKind.DESIGN.value:
            return documents.read(EntryKind.DESIGN, designs.begun(sent)), False
        return documents.read(EntryKind.PROCESS, bpmn.blank(sent.title)), False
    pasted = request.form.get("source", "") if way == "paste" else ""
    return uploads.given(sent.kind, pasted, request.files.get("file") if way == "upload" else None)


@bp.get("/new/zip")
def many() -> Reply:
    """Show the form for many files in one ZIP."""
    work = current_work()
    return render_template("ways_in/zip.html", cities=own_organisations(work), errors={})


@bp.post("/new/zip")
def import_many() -> Reply:
    """Take the ZIP over; the worker imports it while the page shows the progress."""
    work = current_work()
    cities = own_organisations(work)
    try:
        organisation = next((row for row in cities if row.slug == request.form.get("organisation")), None)
        if organisation is None:
            raise Invalid(organisation="not_a_choice")
        data = uploads.file_bytes(request.files.get("file"), settings().upload_limit)
        if not data:
            raise Invalid(file="file_missing")
        imports.check_zip(data)
        visibility = request.form.get("visibility", "city")
        with transaction() as work:
            upload = request.files["file"].filename or ""
            job = imports.start(
                work, work.session.get_one(Organisation, organisation.id), data, file_name(upload), visibility
            )
            job_id = job.id
    except Invalid as error:
        return render_template("ways_in/zip.html", cities=cities, errors=error.fields), 422
    return redirect(url_for(".progress", job=job_id))


@bp.get("/new/zip/<int:job>")
def progress(job: int) -> Reply:
    """Show how far an import is, and its report."""
    work = current_work()
    return render_template("ways_in/progress.html", job=imports.find(work, job))
