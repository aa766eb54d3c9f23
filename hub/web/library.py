"""The start page, the library with its filters, and the cities."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from hub.actions import library, watching
from hub.errors import NotFound
from hub.http import current_work
from hub.store.entries import EntryKind
from hub.store.notifications import Subject
from hub.store.organisations import Organisation
from hub.web import mywork
from hub.web.addresses import url_for
from hub.web.kept import kept
from hub.web.pieces import filled, piece
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


def cards(rows: Iterable[library.Card], level: int = 3) -> Markup:
    """Return the grid of cards of a list, with headings of one level."""
    return filled("macros/cards.html", "grid", cards=escape("").join(_card(row, level) for row in rows))


def _card(row: library.Card, level: int) -> Markup:
    place = {"city": row.city_slug, "slug": row.slug}
    picture = ""
    if row.kind == EntryKind.PROCESS and row.number:
        picture = url_for("files.thumbnail", number=row.number, **place)
    return piece("macros/cards.html", "entry_card", row, url_for("entries.show", **place), picture, level)


def filters(wanted: library.Wanted, cities: tuple[tuple[str, str], ...], action: str) -> Markup:
    """Return the form with the filters of a list; without cities there is none to choose."""
    return piece("library/filter.html", "filters", replace(wanted, page=1), cities, action)


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
    """Show one's own work, or to a guest what is new."""
    work = current_work()
    if work.actor.signed_in:
        return mywork.page(work)
    return render_template(
        "library/start.html",
        cities=library.organisations(work, cooperating=True),
        counts=library.count_by_city(work),
        recent=library.cards(work, library.Wanted(), limit=6).rows,
    )


@bp.get("/library")
@kept
def browse() -> str:
    """Show the library with filters in the address."""
    work = current_work()
    wanted = wanted_from_request()
    shelf = library.cards(work, wanted)
    return render_template(
        "library/browse.html",
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        cities=tuple(library.places(work)),
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
    shelf = library.cards(work, wanted)
    return render_template(
        "library/city.html",
        city=found,
        wanted=wanted,
        shelf=shelf,
        pages=Pages(shelf.page, shelf.page_count, shelf.total),
        events=library.activity(work, organisation=found, limit=10),
        watching=watching.watches(work, Subject.ORGANISATION, found.id),
    )
