"""Searching by program: the same answers as the page gives, with the same rights."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from hub.actions import entries, finding
from hub.api.paging import answer, cursor, limit
from hub.errors import Invalid
from hub.http import current_work
from hub.search import Excerpt, Place
from hub.store.entries import Entry
from hub.text.snippets import Marked

bp = Blueprint("search", __name__)

FACETS = finding.FACETS
SORTS = ("relevance", "updated", "title")


def _text(pieces: Marked) -> dict[str, Any]:
    """Return a text and where it matches, as [start, end) in characters."""
    marks, at = [], 0
    for text, matched in pieces:
        if matched:
            marks.append([at, at + len(text)])
        at += len(text)
    return {"text": "".join(text for text, _ in pieces), "marks": marks}


def _address(entry: Entry, anchor: str = "") -> str:
    return url_for(
        "entries.show", city=entry.organisation.slug, slug=entry.slug, _anchor=anchor or None, _external=False
    )


def _excerpt(entry: Entry, piece: Excerpt) -> dict[str, Any]:
    anchor = piece.key if piece.place == "section" else ""
    url = (
        url_for("discussions.index", city=entry.organisation.slug, slug=entry.slug, _anchor=f"comment-{piece.key}")
        if piece.place == "remark"
        else _address(entry, anchor)
    )
    return {"place": piece.place, "heading": piece.heading, **_text(piece.text), "url": url}


def _hit(row: finding.Found) -> dict[str, Any]:
    entry, hit = row.entry, row.hit
    found: dict[str, Any] = {
        "organisation": entry.organisation.slug,
        "slug": entry.slug,
        "kind": entry.kind,
        "version": row.version.number,
        "state": row.version.state,
        "updated_at": hit.updated_at.isoformat(),
        "url": _address(entry),
        "title": _text(hit.title),
        "summary": _text(hit.summary),
        "steps": [
            {
                "element": step.element_id,
                "number": step.number,
                **_text(step.name),
                "url": _address(entry, step.element_id),
            }
            for step in hit.steps
        ],
        "excerpts": [_excerpt(entry, piece) for piece in hit.excerpts],
    }
    if hit.reasons:
        found["score"] = round(hit.score, 4)
        found["reasons"] = [{"text": reason.text, "points": round(reason.points, 4)} for reason in hit.reasons]
    return found


@bp.get("/search")
def find() -> Response:
    """Return what is found with `q`: filters by facet, `sort`, `limit`, `cursor`, `explain=1` for reasons."""
    work = current_work()
    sort = request.args.get("sort", "relevance")
    if sort not in SORTS:
        raise Invalid(sort="not_a_choice")
    size, page = limit(), cursor().get("page", 1)
    if not isinstance(page, int) or not 1 <= page < 10_000:
        raise Invalid(cursor="not_valid")
    filters = {name: frozenset(request.args.getlist(name)) for name in FACETS if request.args.get(name)}
    found = finding.find(
        work,
        request.args.get("q", "")[:10_000],
        filters=filters,
        sort=sort,
        page=page,
        size=size,
        explain=request.args.get("explain") == "1",
    )
    result = found.result
    more = page * size < min(result.total, finding.DEEPEST)
    return answer(
        [_hit(row) for row in found.rows],
        {"page": page + 1} if more else None,
        query=result.query.text,
        total=result.total,
        nearby=[_hit(row) for row in found.nearby],
        facets=result.facets,
        hints=[{"code": hint.code, "text": hint.text} for hint in result.hints],
        corrected=result.corrected,
        suggestion=result.suggestion,
        left_out=result.left_out,
        related=result.related,
    )


@bp.get("/search/suggestions")
def suggest() -> Response:
    """Return what somebody may mean who has typed `q` so far."""
    rows = finding.suggest(current_work(), request.args.get("q", "")[:100])
    return answer([{"text": row.text, "url": row.url or None, "organisation": row.kind or None} for row in rows], None)


def _place(entry: Entry, version: str, place: Place) -> dict[str, Any]:
    url = (
        url_for("discussions.index", city=entry.organisation.slug, slug=entry.slug, _anchor=f"comment-{place.key}")
        if place.kind == "remark"
        else f"{url_for('versions.show', city=entry.organisation.slug, slug=entry.slug, number=version)}"
        f"{'#' + place.key if place.key else ''}"
    )
    return {"kind": place.kind, "key": place.key, "heading": place.heading, **_text(place.text), "url": url}


@bp.get("/entries/<city>/<slug>/search")
def inside(city: str, slug: str) -> Response:
    """Return where an entry (or its version `version`) says `q`, in reading order."""
    work = current_work()
    entry = entries.find(work, city, slug)
    number = request.args.get("version", "")
    version = entries.version(work, entry, number) if number else entries.current(work, entry)
    found = finding.inside(work, entry, version, request.args.get("q", "")[:400])
    return jsonify(
        {
            "items": [_place(entry, version.number, place) for place in found.places],
            "next": None,
            "version": version.number,
            "complete": found.complete,
            "hints": [{"code": hint.code, "text": hint.text} for hint in found.query.hints],
        }
    )
