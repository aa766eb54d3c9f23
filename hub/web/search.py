"""The search page, suggestions while typing, and its description for browsers."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from hub.actions import entries, finding, searches
from hub.http import current_work, settings
from hub.policy import searches as policy
from hub.web.addresses import url_for
from hub.web.entries import address, head
from hub.web.kept import kept
from hub.web.library import Pages
from hub.web.messages import label
from hub.web.pieces import entry_badges, piece

bp = Blueprint("search", __name__)

FACETS = finding.FACETS
MOST_CHOICES = 12
"""Values of a facet that are offered, and those that are chosen."""


def _chosen() -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name in FACETS if (values := [v for v in request.args.getlist(name) if v])}


class _Addresses:
    """Addresses of this search with one choice more or less."""

    def __init__(self) -> None:
        self._rows = [(key, one) for key in request.args for one in request.args.getlist(key) if key != "page"]
        self._base = url_for("search.show")
        self._encoded = urlencode(self._rows)

    def toggled(self, name: str, value: str) -> str:
        """Return the address with one choice of a facet toggled, on the first page."""
        pair = (name, value)
        if pair in self._rows:
            return f"{self._base}?{urlencode([row for row in self._rows if row != pair])}"
        return f"{self._base}?{self._encoded}{'&' if self._encoded else ''}{urlencode([pair])}"


def _word(name: str, value: str, found: finding.Answer) -> str:
    if name in ("city", "grant"):
        return (found.cities if name == "city" else found.grants).get(value, value)
    if name == "maturity":
        return str(_("Stufe %(level)s nach %(scale)s", level=value.rpartition("-")[2], scale=value.rpartition("-")[0]))
    if name in ("field", "situation", "basic", "year"):
        return value
    return label(value, "media_status" if name == "media" else name)


def _hit_card(row: finding.Found) -> Markup:
    entry, version = row.entry, row.version
    city, badges = entry.organisation.short_name, entry_badges(entry, version)
    url, talk = address(entry), address(entry, "discussions.index")
    return piece("search/hit.html", "hit_card", row.hit, city, version.number, badges, url, talk)


@bp.get("/search")
@kept
def show() -> str:
    """Show what is found, with facets in the address."""
    work = current_work()
    text = request.args.get("q", "")[:10_000]
    page_text = request.args.get("page", "1")
    page = int(page_text) if page_text.isdecimal() and len(page_text) < 5 else 1
    explain = request.args.get("explain") == "1"
    sort = request.args.get("sort", "relevance")
    chosen = _chosen()
    found = finding.find(work, text, filters=chosen, sort=sort, page=page, explain=explain)
    facets = []
    addresses = _Addresses()
    titles = {
        "city": _("Stadt"), "kind": _("Art"), "state": _("Stand"), "nature": _("Zustand"), "level": _("Stufe"),
        "field": _("Themenfeld"), "situation": _("Lage"), "media": _("Medienbrüche"), "maturity": _("Reifegrad"),
        "basic": _("Basisdienste"), "grant": _("Fördervorhaben"), "year": _("Zuletzt geändert"),
    }  # fmt: skip
    for name in FACETS:
        counts = found.result.facets.get(name, {})
        ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]) if name != "year" else (-int(row[0]), ""))
        rows = [
            (_word(name, value, found), count, addresses.toggled(name, value), value in chosen.get(name, ()))
            for place, (value, count) in enumerate(ordered)
            if place < MOST_CHOICES or value in chosen.get(name, ())
        ]
        # One value that everything has tells nothing and chooses nothing.
        if len(rows) > 1 or any(row[3] or row[1] < found.result.total for row in rows):
            facets.append((titles[name], rows))
    return render_template(
        "search/show.html",
        query=text,
        found=found,
        hit_card=_hit_card,
        facets=facets,
        explain=explain,
        explained=addresses.toggled("explain", "1"),
        sort=sort,
        kept_filters=urlencode([(name, value) for name, values in chosen.items() for value in sorted(values)]),
        remembers=bool(text.strip()) and page == 1 and searches.keeps_recent(work),
        recent=searches.recent(work) if work.actor.signed_in and not text else (),
        may_teach=policy.teach_words(work.actor),
        pages=Pages(page, max(1, -(-min(found.result.total, finding.DEEPEST) // finding.PAGE)), found.result.total),
    )


@bp.get("/<city>/<slug>/search")
def inside(city: str, slug: str) -> str:
    """List where one entry (or its version `version`) says what is looked for; works without a script."""
    work = current_work()
    entry = entries.find(work, city, slug)
    number = request.args.get("version", "")
    shown = entries.version(work, entry, number) if number else entries.current(work, entry)
    text = request.args.get("q", "")[:400]
    return render_template(
        "search/inside.html",
        sought=text,
        found=finding.inside(work, entry, shown, text) if text.strip() else None,
        **head(work, entry, shown),
    )


@bp.get("/search/suggest")
def suggest() -> list[dict[str, Any]]:
    """Return suggestions for what is being typed."""
    work = current_work()
    return [
        {"text": row.text, "url": row.url or url_for("search.show", q=row.text), "kind": row.kind}
        for row in finding.suggest(work, request.args.get("q", "")[:100])
    ]


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search for browsers (OpenSearch 1.1)."""
    text = render_template("search/opensearch.xml", base=settings().base_url)
    return Response(text, mimetype="application/opensearchdescription+xml")
