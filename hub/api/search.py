"""Searching by program: the same answers as the page gives, with the same rights."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import url_for
from pydantic import Field, StringConstraints

from hub.actions import entries, finding
from hub.api import paging
from hub.api.contract import Output, Routes
from hub.errors import Invalid
from hub.inputs import Input, Plain
from hub.search import Excerpt, Place
from hub.store.entries import Entry, EntryKind, VersionState
from hub.text.snippets import Marked
from hub.work import Work

routes = Routes("Suche")

_Values = Annotated[list[Annotated[str, StringConstraints(max_length=200)]], Field(default_factory=list, max_length=50)]


class Sought(paging.Paged):
    """What to search for; of several values of one facet any may apply."""

    q: Annotated[str, StringConstraints(max_length=10_000)] = ""
    sort: Literal["relevance", "updated", "title"] = "relevance"
    explain: Literal["0", "1"] = "0"
    city: _Values
    kind: _Values
    field: _Values
    situation: _Values
    state: _Values
    nature: _Values
    level: _Values
    media: _Values
    maturity: _Values
    basic: _Values
    grant: _Values
    year: _Values


class Typed(Input):
    """What somebody has typed so far."""

    q: Annotated[str, StringConstraints(max_length=10_000)] = ""


class SoughtInside(Typed):
    """What to look for inside an entry; without a version in the one shown by default."""

    version: Annotated[Plain, StringConstraints(max_length=12)] = ""


class Text(Output):
    """A text and where it matches, as [start, end) in characters."""

    text: str
    marks: list[list[int]]


class StepHit(Text):
    """A step that matches."""

    element: str
    number: str
    url: str


class ExcerptOut(Text):
    """A piece of longer text that matches."""

    place: str
    heading: str
    url: str


class ReasonOut(Output):
    """Why a hit stands where it stands."""

    text: str
    points: float


class HitOut(Output):
    """One entry that was found; `score` and `reasons` only when asked for with `explain=1`."""

    organisation: str
    slug: str
    kind: EntryKind
    version: str
    state: VersionState
    updated_at: datetime
    url: str
    title: Text
    summary: Text
    steps: list[StepHit]
    excerpts: list[ExcerptOut]
    score: float | None
    reasons: list[ReasonOut]


class HintOut(Output):
    """What the search understood otherwise than typed."""

    code: str
    text: str


class Hits(Output):
    """A page of hits."""

    items: list[HitOut]
    next: str | None
    query: str
    total: int
    nearby: list[HitOut]
    facets: dict[str, dict[str, int]]
    hints: list[HintOut]
    corrected: str
    suggestion: str
    left_out: list[str]
    related: list[str]


class SuggestionOut(Output):
    """What may be meant; `url` where it leads straight to an entry."""

    text: str
    url: str | None
    organisation: str | None


class Suggestions(Output):
    """Suggestions, best first."""

    items: list[SuggestionOut]
    next: str | None


class PlaceOut(Text):
    """A place inside an entry that matches."""

    kind: str
    key: str
    heading: str
    url: str


class Places(Output):
    """The places that match, in reading order."""

    items: list[PlaceOut]
    next: str | None
    version: str
    complete: bool
    hints: list[HintOut]


def _text(pieces: Marked) -> Text:
    marks, at = [], 0
    for text, matched in pieces:
        if matched:
            marks.append([at, at + len(text)])
        at += len(text)
    return Text(text="".join(text for text, _ in pieces), marks=marks)


def _address(entry: Entry, anchor: str = "", endpoint: str = "entries.show", **values: Any) -> str:
    return url_for(endpoint, city=entry.organisation.slug, slug=entry.slug, _anchor=anchor or None, **values)


def _remark(entry: Entry, key: str) -> str:
    return _address(entry, f"comment-{key}", "discussions.index")


def _excerpt(entry: Entry, piece: Excerpt) -> ExcerptOut:
    anchor = piece.key if piece.place == "section" else ""
    url = _remark(entry, piece.key) if piece.place == "remark" else _address(entry, anchor)
    return ExcerptOut(place=piece.place, heading=piece.heading, url=url, **_text(piece.text).model_dump())


def _hit(row: finding.Found, *, explain: bool) -> HitOut:
    entry, hit = row.entry, row.hit
    return HitOut(
        organisation=entry.organisation.slug,
        slug=entry.slug,
        kind=EntryKind(entry.kind),
        version=row.version.number,
        state=VersionState(row.version.state),
        updated_at=hit.updated_at,
        url=_address(entry),
        title=_text(hit.title),
        summary=_text(hit.summary),
        steps=[
            StepHit(
                element=step.element_id,
                number=step.number,
                url=_address(entry, step.element_id),
                **_text(step.name).model_dump(),
            )
            for step in hit.steps
        ],
        excerpts=[_excerpt(entry, piece) for piece in hit.excerpts],
        score=round(hit.score, 4) if explain else None,
        reasons=[ReasonOut(text=reason.text, points=round(reason.points, 4)) for reason in hit.reasons],
    )


@routes.get("/search", summary="Suchen", query=Sought, returns=Hits)
def search(work: Work, query: Sought) -> Hits:
    """Return what is found, as the search page does."""
    page, explain = paging.number(query, "page", 1, 9_999), query.explain == "1"
    if page < 1:
        raise Invalid(cursor="not_valid")
    filters = {name: frozenset(found) for name in finding.FACETS if any(found := getattr(query, name))}
    found = finding.find(work, query.q, filters=filters, sort=query.sort, page=page, size=query.limit, explain=explain)
    result = found.result
    more = page * query.limit < min(result.total, finding.DEEPEST)
    return Hits(
        items=[_hit(row, explain=explain) for row in found.rows],
        next=paging.cursor(page=page + 1) if more else None,
        query=result.query.text,
        total=result.total,
        nearby=[_hit(row, explain=explain) for row in found.nearby],
        facets=result.facets,
        hints=[HintOut(code=hint.code, text=hint.text) for hint in result.hints],
        corrected=result.corrected,
        suggestion=result.suggestion,
        left_out=list(result.left_out),
        related=list(result.related),
    )


@routes.get("/search/suggestions", summary="Suchwörter und Einträge vorschlagen", query=Typed, returns=Suggestions)
def suggestions(work: Work, query: Typed) -> Suggestions:
    """Return what somebody may mean who has typed `q` so far."""
    rows = finding.suggest(work, query.q[:100])
    return Suggestions(
        items=[SuggestionOut(text=row.text, url=row.url or None, organisation=row.kind or None) for row in rows],
        next=None,
    )


def _place(entry: Entry, version: str, place: Place) -> PlaceOut:
    url = (
        _remark(entry, place.key)
        if place.kind == "remark"
        else _address(entry, place.key, "versions.show", number=version)
    )
    return PlaceOut(kind=place.kind, key=place.key, heading=place.heading, url=url, **_text(place.text).model_dump())


@routes.get("/entries/<city>/<slug>/search", summary="In einem Eintrag suchen", query=SoughtInside, returns=Places)
def search_inside(work: Work, city: str, slug: str, query: SoughtInside) -> Places:
    """Return where an entry (or one of its versions) says `q`, in reading order."""
    entry = entries.find(work, city, slug)
    version = entries.version(work, entry, query.version) if query.version else entries.current(work, entry)
    found = finding.inside(work, entry, version, query.q[:400])
    return Places(
        items=[_place(entry, version.number, place) for place in found.places],
        next=None,
        version=version.number,
        complete=found.complete,
        hints=[HintOut(code=hint.code, text=hint.text) for hint in found.query.hints],
    )
