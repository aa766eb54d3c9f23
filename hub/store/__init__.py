"""The tables. Every module with tables is imported here, or migrations would miss it."""

from hub.store import (
    accounts,
    activity,
    bundles,
    discussions,
    efficiency,
    entries,
    fim,
    findings,
    funding,
    maturity,
    organisations,
    reuse,
    seals,
    searches,
    services,
    statements,
    words,
)
from hub.store.base import Base

__all__ = [
    "Base",
    "accounts",
    "activity",
    "bundles",
    "discussions",
    "efficiency",
    "entries",
    "fim",
    "findings",
    "funding",
    "maturity",
    "organisations",
    "reuse",
    "seals",
    "searches",
    "services",
    "statements",
    "words",
]
