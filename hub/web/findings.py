"""Media breaks of a version: list, diagram, decisions, ways, trend and comparison."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub import bpmn
from hub.actions import entries, findings, media, media_designs, media_views, renderings
from hub.actions.findings import Choice
from hub.errors import Conflict, Invalid, NotFound
from hub.http import current_work, transaction
from hub.inputs.findings import ConfirmFree, DecideFindings
from hub.policy import findings as may
from hub.store.entries import Entry, EntryKind, Version
from hub.store.findings import Decision, MediaNumbers
from hub.web import quality_pictures
from hub.web.entries import address, head
from hub.web.forms import Form
from hub.web.kept import kept
from hub.web.messages import flash_text, label
from hub.web.quality_pictures import drawn
from hub.work import Work

bp = Blueprint("findings", __name__)
Reply = str | Response | tuple[str, int]


def _shown(work: Work, city: str, slug: str, number: str = "") -> tuple[Entry, Version]:
    entry = entries.find(work, city, slug)
    number = number or request.args.get("version", "")
    return entry, entries.version(work, entry, number) if number else entries.current(work, entry)


def _markers(rows: Sequence[media_views.Row]) -> list[dict[str, Any]]:
    """Return what the diagram points out, with a way to the first finding of each element."""
    anchors: dict[str, str] = {}
    for at, row in enumerate(rows):
        anchors.setdefault(row.finding.found.bpmn_id, f"#finding-{at}")
    return [
        {
            "element": element_id,
            "breaks": {
                "kind": mark.kind.removeprefix("break-"),
                "count": mark.count,
                "word": f"{label(mark.kind, 'break_mark')}: {mark.note}",
            },
            "url": anchors[element_id],
        }
        for element_id, (mark,) in media_views.highlights(row.finding for row in rows).items()
    ]


def _numbers(work: Work, version: Version) -> MediaNumbers:
    """Return the figures of a process version, computed now if the worker has not got to it yet."""
    return findings.numbers(work, [version.id]).get(version.id) or media.computed(work, version)


def _page(work: Work, entry: Entry, shown: Version, form: Form[DecideFindings], chosen: Sequence[str]) -> str:
    frame = head(work, entry, shown)
    if entry.kind == EntryKind.DESIGN:
        source = media_designs.pinned(work, entry, shown)
        return render_template(
            "findings/design.html",
            pinned=source,
            numbers=_numbers(work, source) if source is not None else None,
            **frame,
        )
    rows = media_views.rows(work, entry, shown)
    return render_template(
        "findings/index.html",
        rows=list(enumerate(rows)),
        chosen=chosen,
        form=form,
        numbers=_numbers(work, shown),
        markers=_markers(rows),
        decisions=[(str(one), label(one, "media_decision")) for one in Decision],
        may_decide=may.decide_findings(work.actor, entry),
        may_confirm=may.confirm_media_free(work.actor, entry),
        may_read_reasons=may.read_decisions(work.actor, entry),
        language="en" if str(get_locale()) == "en" else "de",
        **frame,
    )


@bp.get("/<city>/<slug>/media-breaks")
@kept
def index(city: str, slug: str) -> Reply:
    """Show the media breaks of the newest readable version, or of the one named by `version`."""
    work = current_work()
    entry, shown = _shown(work, city, slug)
    return _page(work, entry, shown, Form(DecideFindings), request.args.getlist("finding"))


@bp.post("/<city>/<slug>/media-breaks")
def decide(city: str, slug: str) -> Reply:
    """Decide about the chosen findings, or show what is missing; what was typed stays."""
    chosen = request.form.getlist("finding")
    form = Form(DecideFindings, {key: value for key, value in request.form.items() if key != "finding"})
    try:
        sent = form.read()
        with transaction() as work:
            entry, shown = _shown(work, city, slug, sent.version)
            findings.decide(
                work,
                entry,
                shown,
                [_choice(value) for value in chosen],
                sent.decision,
                reason=sent.reason,
                legal_basis=sent.legal_basis,
            )
            target = address(entry, "findings.index", **({"version": sent.version} if sent.version else {}))
    except (Invalid, Conflict) as error:
        work = current_work()
        entry, shown = _shown(work, city, slug, form.sent.get("version", ""))
        form.refused(error if isinstance(error, Invalid) else Invalid(finding=error.code))
        # What was ticked stays ticked, also where somebody else's decision has changed the number behind it.
        places = {value.rpartition("|")[0] for value in chosen}
        return _page(work, entry, shown, form, sorted(places)), 422
    flash(flash_text("decided"), "success")
    return redirect(target)


def _choice(value: str) -> Choice:
    key, rule, seen = [*value.split("|"), "", ""][:3]
    if not (key and rule and seen.isascii() and seen.isdecimal() and len(seen) < 15):
        raise NotFound
    return Choice(key, rule, int(seen))


@bp.post("/<city>/<slug>/media-breaks/confirm")
def confirm(city: str, slug: str) -> Reply:
    """Confirm that a version has no media breaks."""
    return _settle(city, slug, findings.confirm, "confirmed_free")


@bp.post("/<city>/<slug>/media-breaks/withdraw")
def withdraw(city: str, slug: str) -> Reply:
    """Take the confirmation of a version back."""
    return _settle(city, slug, findings.withdraw, "withdrawn")


def _settle(city: str, slug: str, deed: Callable[..., None], done: str) -> Reply:
    form = Form(ConfirmFree, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            entry, shown = _shown(work, city, slug, sent.version)
            deed(work, entry, shown, note=sent.note)
            target = address(entry, "findings.index", version=sent.version)
    except (Invalid, Conflict) as error:
        work = current_work()
        entry, shown = _shown(work, city, slug, form.sent.get("version", ""))
        told = Form(DecideFindings, {"note": form.sent.get("note", "")})
        told.refused(error if isinstance(error, Invalid) else Invalid(note=error.code))
        return _page(work, entry, shown, told, ()), 422
    flash(flash_text(done), "success")
    return redirect(target)


@bp.get("/<city>/<slug>/media-breaks/analysis")
@kept
def analysis(city: str, slug: str) -> Reply:
    """Show the ways through a process with their breaks, the trend over versions, and other cities."""
    work = current_work()
    entry, shown = _shown(work, city, slug)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    points, cities = media_views.trend(work, entry), media_views.cities(work, entry)
    return render_template(
        "findings/analysis.html",
        ways=media_views.ways(work, entry, shown),
        trend=points,
        trend_chart=drawn(quality_pictures.trend(points)),
        cities=cities,
        cities_chart=drawn(quality_pictures.cities(cities)),
        **head(work, entry, shown),
    )


@bp.get("/<city>/<slug>/versions/<number>/media-breaks.svg")
def svg(city: str, slug: str, number: str) -> Response:
    """Return the drawing with its media breaks pointed out."""
    work = current_work()
    entry, shown = _shown(work, city, slug, number)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    found = findings.of(work, entry, shown)
    text = bpmn.draw(renderings.model(work, shown.blob_sha256), theme="auto", highlights=media_views.highlights(found))
    response = Response(text, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)
