"""The start page, the library with its filters, the cities, and feeds."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from hub.actions import library
from hub.errors import NotFound
from hub.http import current_work, settings
from hub.store.organisations import Organisation
from hub.web.kept import kept
from hub.work import Work

bp = Blueprint("library", __name__)


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pagination macro needs; addresses keep all filters."""

    number: int
    count: int
    total: int

    def url(self, number: int) -> str:
        """Return the address of another page of the same list."""
        values = {key: value for key, value in request.args.items() if key != "page" and value}
        return f"{request.path}?{urlencode({**values, 'page': str(number)})}"


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def wanted_from_request(city: str = "") -> library.Wanted:
    """Return the filters in the address; unknown values simply match nothing."""
    args = request.args
    return library.Wanted(
        city=city or args.get("city", ""),
        kind=args.get("kind", ""),
        state=args.get("state", ""),
        level=args.get("level", ""),
        nature=args.get("nature", ""),
        service=args.get("service", ""),
        archived=args.get("archived") == "1",
        sort=args.get("sort", "updated"),
        page=_page_number(),
    )


def organisation(work: Work, slug: str) -> Organisation:
    """Return the active organisation at an address; raises `NotFound`."""
    found = next((row for row in library.organisations(work) if row.slug == slug), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/")
@kept
def start() -> str:
    """Show what is new, and one's own city first."""
    work = current_work()
    cities = library.organisations(work)
    own = [city for city in cities if city.id in work.actor.organisation_ids and city.cooperates]
    return render_template(
        "library/start.html",
        cities=[city for city in cities if city.cooperates],
        counts=library.count_by_city(work),
        own=own,
        own_shelf=library.browse(work, library.Wanted(city=own[0].slug)).entries[:6] if own else [],
        recent=library.browse(work, library.Wanted()).entries[:6],
        events=library.activity(work, limit=12),
    )


@bp.get("/library")
@kept
def browse() -> str:
    """Show the library with filters in the address."""
    work = current_work()
    wanted = wanted_from_request()
    shelf = library.browse(work, wanted)
    return render_template(
        "library/browse.html",
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        cities=library.organisations(work, cooperating=True),
    )


@bp.get("/cities")
@kept
def cities() -> str:
    """List the organisations of the cooperation."""
    work = current_work()
    return render_template(
        "library/cities.html", cities=library.organisations(work), counts=library.count_by_city(work)
    )


@bp.get("/<city>")
@bp.get("/<city>/")
@kept
def city(city: str) -> str:
    """Show the library of one city, with its latest work."""
    work = current_work()
    found = organisation(work, city)
    wanted = wanted_from_request(city=found.slug)
    shelf = library.browse(work, wanted)
    return render_template(
        "library/city.html",
        city=found,
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        events=library.activity(work, organisation=found, limit=10),
    )


@bp.get("/feed.atom")
@bp.get("/<city>/feed.atom")
def feed(city: str = "") -> Response:
    """Return the newest entries and versions as an Atom feed (RFC 4287), as this reader may see them."""
    work = current_work()
    found = organisation(work, city) if city else None
    shelf = library.browse(work, wanted_from_request(city=city))
    base = settings().base_url
    text = render_template(
        "library/feed.xml",
        entries=shelf.entries,
        city=found,
        base=base,
        self_url=base + url_for(".feed", city=city or None),
        updated=max((entry.updated_at for entry in shelf.entries), default=work.now),
    )
    return Response(text, mimetype="application/atom+xml")
