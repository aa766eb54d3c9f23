"""Second rows of navigation: the pages of a section that are there, in the order people read them."""

from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _l

from hub.http import current_actor
from hub.web.addresses import url_for

SECTIONS: dict[str, tuple[tuple[str, object], ...]] = {
    "collaboration": (
        ("inbox.show", _l("Eingang")),
        ("proposals.listing", _l("Vorschläge")),
        ("reviews.listing", _l("Prüfungen")),
        ("board.show", _l("Plan")),
        ("matrix.listing", _l("Vergleich")),
        ("deviations.listing", _l("Abweichungen")),
        ("legal.listing", _l("Rechtsgrundlagen")),
        ("agenda.show", _l("Agenda")),
    ),
    "services": (
        ("services.index", _l("Verzeichnis")),
        ("topics.show", _l("Themenfelder")),
        ("portfolio.show", _l("Überblick")),
        ("landscape.show", _l("Landkarte")),
    ),
    "funding": (
        ("funding.index", _l("Fördervorhaben")),
        ("ledger.show", _l("Effizienz")),
        ("reuse.ledger", _l("Nachnutzung")),
        ("programmes.index", _l("Förderprogramme")),
        ("review_room.index", _l("Prüfraum")),
    ),
    "family": (
        ("forks.family", _l("Ableitungen")),
        ("reuse.index", _l("Nachnutzung")),
    ),
    "grant": (
        ("ledger.of_grant", _l("Effizienz")),
        ("receipts.index", _l("Belege")),
        ("statements.index", _l("Nachweise")),
    ),
    "quality": (
        ("checks.index", _l("Regeln")),
        ("findings.index", _l("Medienbrüche")),
        ("maturity.index", _l("Reifegrad")),
        ("fim.index", _l("FIM")),
    ),
    "admin": (
        ("admin.overview.show", _l("Überblick")),
        ("admin.jobs.index", _l("Aufträge")),
        ("admin.mails.index", _l("E-Mails")),
        ("admin.system.index", _l("Suchindex")),
        ("admin.system.show", _l("System")),
        ("admin.accounts.index", _l("Konten")),
        ("admin.requests.index", _l("Löschanträge")),
        ("organisations.index", _l("Organisationen")),
        ("admin.log.index", _l("Protokoll")),
        ("admin.retention.show", _l("Löschfristen")),
        ("admin.settings.show", _l("Einstellungen")),
        ("admin.maintenance.show", _l("Wartung")),
    ),
    "quality_design": (
        ("findings.index", _l("Medienbrüche")),
        ("maturity.index", _l("Reifegrad")),
    ),
}
"""Section → (endpoint, word); an endpoint that is not there is left out."""


COOPERATION: frozenset[str] = frozenset({"ledger.show"})
"""Pages for the cities and the IKZ office alone; others get no link to them."""

LAND: frozenset[str] = frozenset({"review_room.index"})
"""Pages for the reviewers of the Land alone."""


def links(section: str, **values: Any) -> list[tuple[str, str, bool]]:
    """Return (word, address, whether the reader is there) of a section; `values` fill the addresses."""
    pages = _pages(section)
    here = request.endpoint or ""
    listed = any(endpoint == here for endpoint, _word in pages)
    return [(str(word), url_for(endpoint, **values), _marks(endpoint, here, listed)) for endpoint, word in pages]


def first_of(section: str) -> str:
    """Return the endpoint of a section's first page for this reader."""
    return _pages(section)[0][0]


def is_here(section: str) -> bool:
    """Whether the page on screen belongs to a section."""
    here = request.endpoint or ""
    return any(_marks(endpoint, here, listed=False) for endpoint, _word in _pages(section))


def _pages(section: str) -> list[tuple[str, object]]:
    actor = current_actor()
    hidden = (frozenset() if actor.cooperates else COOPERATION) | (frozenset() if actor.reviews_for_land else LAND)
    there = current_app.view_functions
    return [(endpoint, word) for endpoint, word in SECTIONS[section] if endpoint in there and endpoint not in hidden]


def _marks(endpoint: str, here: str, listed: bool) -> bool:
    # A page below a listed one, such as a form, marks the listed page of its blueprint.
    return endpoint == here or (not listed and endpoint.rpartition(".")[0] == here.rpartition(".")[0])


def first(section: str) -> str | None:
    """Return the address of a section's first page that needs no values, None if it has no pages yet."""
    there = current_app.view_functions
    return next((url_for(endpoint) for endpoint, _ in SECTIONS[section] if endpoint in there), None)
