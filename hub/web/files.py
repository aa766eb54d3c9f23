"""Downloads: the file itself byte for byte, pictures, PDF, tables."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import bpmn, exchange
from hub.actions import entries, local_values, printing, renderings, tables
from hub.documents import ProcessContent
from hub.errors import Invalid, NotFound
from hub.http import current_work, settings
from hub.store.entries import Entry, EntryKind, Version
from hub.text import sheets
from hub.text.slug import slug as slug_of
from hub.web.entries import address, head
from hub.web.kept import kept
from hub.work import Work

bp = Blueprint("files", __name__)
FOREVER = "private, max-age=31536000, immutable"


def name_of(entry: Entry, shown: Version, ending: str, more: str = "") -> str:
    """Return a download's name: city, entry, version and `more`, nothing a person typed as a file name."""
    return f"{entry.organisation.slug}-{slug_of(entry.slug)}-{shown.number}{f'-{more}' if more else ''}.{ending}"


def answer(data: bytes, media_type: str, name: str, etag: str, *, attachment: bool = True) -> Response:
    """Return a file for a browser, kept there for ever under its `etag`; without one it is asked for anew."""
    response = send_file(BytesIO(data), media_type, as_attachment=attachment, download_name=name)
    if etag:
        response.set_etag(etag)
    response.headers["Cache-Control"] = FOREVER if etag else "private, no-cache"
    # Whatever a stranger put into a file, a browser that opens it directly must not run it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response.make_conditional(request)


def _find(city: str, slug: str, number: str) -> tuple[Work, Entry, Version]:
    work = current_work()
    entry = entries.find(work, city, slug)
    return work, entry, entries.version(work, entry, number)


@bp.get("/<city>/<slug>/files")
@kept
def index(city: str, slug: str) -> str:
    """List what can be downloaded."""
    work = current_work()
    entry = entries.find(work, city, slug)
    shown = entries.current(work, entry)
    drawings = []
    if entry.kind == EntryKind.PROCESS:
        found = renderings.model(work, shown.blob_sha256).diagrams
        drawings = [row.name or (row.element.label if row.element else "") for row in found]
    return render_template(
        "files/index.html",
        drawings=drawings,
        size=len(entries.source(work, shown)),
        exchange=exchange.available(),
        filling=local_values.filling(work, entry, shown, request.args.get("values", "")),
        **head(work, entry, shown),
    )


@bp.get("/<city>/<slug>/versions/<number>/source.<any(bpmn,md):ending>")
def source(city: str, slug: str, number: str, ending: str) -> Response:
    """Return the content exactly as it was published."""
    work, entry, shown = _find(city, slug, number)
    if (ending == "md") != (entry.kind == EntryKind.DESIGN):
        raise NotFound
    media_type = "text/markdown; charset=utf-8" if ending == "md" else "application/xml"
    response = answer(entries.source(work, shown), media_type, name_of(entry, shown, ending), shown.blob_sha256)
    response.headers["X-Content-SHA256"] = shown.blob_sha256
    return response


def _process(city: str, slug: str, number: str) -> tuple[Work, Entry, Version]:
    work, entry, shown = _find(city, slug, number)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    return work, entry, shown


@bp.get("/<city>/<slug>/versions/<number>/view.bpmn")
def view(city: str, slug: str, number: str) -> Response:
    """Return a copy that a browser can draw safely: over-long names shortened, colours checked."""
    work, entry, shown = _process(city, slug, number)
    name = name_of(entry, shown, "bpmn")
    if model := _filled(work, entry, shown):
        return answer(bpmn.viewable(model), "application/xml", name, "", attachment=False)
    data = bpmn.viewable(renderings.model(work, shown.blob_sha256))
    return answer(data, "application/xml", name, f"view-{shown.blob_sha256}", attachment=False)


def _filled(work: Work, entry: Entry, shown: Version) -> bpmn.Model | None:
    """Return the model with the local values that `values` asks for, None if the address asks for none."""
    if "values" not in request.args:
        return None
    found = local_values.filling(work, entry, shown, request.args["values"])
    content = local_values.filled(work, entry, shown, found.values) if found.values else None
    return content.model if isinstance(content, ProcessContent) else None


@bp.get("/<city>/<slug>/versions/<number>/diagram.svg")
def svg(city: str, slug: str, number: str) -> Response:
    """Return a drawing as SVG: the first one, or the one whose place in the file `diagram` says, from 0."""
    work, entry, shown = _process(city, slug, number)
    place = request.args.get("diagram", "0")
    if place == "0" and (model := _filled(work, entry, shown)):
        picture, name = bpmn.draw(model, theme="auto").encode(), name_of(entry, shown, "svg")
        return answer(picture, "image/svg+xml", name, "", attachment=_wants_file())
    text = renderings.of(work, shown.blob_sha256, "svg") if place == "0" else _another(work, shown, place)
    etag = f"svg-{renderings.RENDERER}-{place}-{shown.blob_sha256}"
    return answer(text.encode(), "image/svg+xml", name_of(entry, shown, "svg"), etag, attachment=_wants_file())


def _another(work: Work, shown: Version, place: str) -> str:
    """Return a further drawing of a file, such as that of a sub-process; raises `NotFound`."""
    if not (place.isascii() and place.isdecimal() and len(place) < 5):
        raise NotFound
    try:
        return bpmn.draw(renderings.model(work, shown.blob_sha256), diagram=int(place), theme="auto")
    except bpmn.NoSuchDiagram as error:
        raise NotFound from error


@bp.get("/<city>/<slug>/versions/<number>/thumbnail.svg")
def thumbnail(city: str, slug: str, number: str) -> Response:
    """Return a small drawing for lists."""
    work, entry, shown = _process(city, slug, number)
    text = renderings.of(work, shown.blob_sha256, "thumbnail")
    etag = f"thumbnail-{renderings.RENDERER}-{shown.blob_sha256}"
    return answer(text.encode(), "image/svg+xml", name_of(entry, shown, "svg"), etag, attachment=False)


def _wants_file() -> bool:
    return request.args.get("download") == "1"


@bp.get("/<city>/<slug>/versions/<number>/diagram.png")
def png(city: str, slug: str, number: str) -> Response:
    """Return the drawing as a picture."""
    work, entry, shown = _process(city, slug, number)
    name = name_of(entry, shown, "png")
    if filled := _filled(work, entry, shown):
        return answer(printing.png(bpmn.draw(filled, theme="print")), "image/png", name, "")
    data = printing.png(bpmn.draw(renderings.model(work, shown.blob_sha256), theme="print"))
    return answer(data, "image/png", name, f"png-{shown.blob_sha256}")


@bp.get("/<city>/<slug>/versions/<number>/qr.svg")
def qr(city: str, slug: str, number: str) -> Response:
    """Return the version's address as a QR code, for pages printed from the browser."""
    _work, entry, shown = _find(city, slug, number)
    link = settings().base_url + address(entry, "versions.show", number=shown.number)
    return answer(printing.qr(link), "image/svg+xml", name_of(entry, shown, "svg"), f"qr-{link}", attachment=False)


@bp.get("/<city>/<slug>/versions/<number>/document.pdf")
def pdf(city: str, slug: str, number: str) -> Response:
    """Return a document to print: diagram, text, profile, version, QR code; `format` is a4 or a3."""
    work, entry, shown = _find(city, slug, number)
    paper = "a3" if request.args.get("format") == "a3" else "a4"
    link = settings().base_url + address(entry, "versions.show", number=shown.number)
    language = "en" if str(get_locale()) == "en" else "de"
    found = local_values.filling(work, entry, shown, request.args.get("values", ""))
    data = printing.pdf(work, entry, shown, paper=paper, link=link, lang=language, filling=found)
    # A design shows the state of its processes, and a text with slots the values of the day: both move on.
    lasting = entry.kind == EntryKind.PROCESS and not found.lines
    name = name_of(entry, shown, "pdf", found.organisation.slug if found.organisation and found.values else "")
    return answer(data, "application/pdf", name, f"pdf-{paper}-{language}-{shown.blob_sha256}" if lasting else "")


@bp.get("/<city>/<slug>/versions/<number>/table.<any(csv,xlsx):ending>")
def table(city: str, slug: str, number: str, ending: str) -> Response:
    """Return the process as a table."""
    work, entry, shown = _process(city, slug, number)
    model = renderings.model(work, shown.blob_sha256)
    name = name_of(entry, shown, ending)
    if ending == "csv":
        return answer(sheets.to_csv(bpmn.to_table(model)), "text/csv; charset=utf-8", name, f"csv-{shown.blob_sha256}")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return answer(tables.to_excel(model, entry.title), media_type, name, f"xlsx-{shown.blob_sha256}")


@bp.get("/<city>/<slug>/versions/<number>/bpmn-python.csv")
def bpmn_python(city: str, slug: str, number: str) -> Response | tuple[str, int]:
    """Return the process in bpmn-python's CSV dialect, if that extra is installed and can carry the model."""
    work, entry, shown = _process(city, slug, number)
    wants_losses = request.args.get("losses") == "1"
    try:
        made = exchange.to_csv(renderings.model(work, shown.blob_sha256))
    except exchange.NotInstalled as error:
        raise NotFound from error
    except exchange.CannotExchange as error:
        if not wants_losses:
            raise Invalid(source=str(error)) from error
        return render_template("files/losses.html", losses=(), reason=str(error), **head(work, entry, shown)), 200
    if wants_losses:
        return render_template("files/losses.html", losses=made.losses, reason="", **head(work, entry, shown)), 200
    name = name_of(entry, shown, "csv")
    return answer(made.data, "text/csv; charset=utf-8", name, f"bpmn-python-{shown.blob_sha256}")
