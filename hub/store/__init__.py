"""The tables. Every module with tables is imported here, or migrations would miss it."""

from hub.store import (
    accounts,
    activity,
    discussions,
    efficiency,
    entries,
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
    "discussions",
    "efficiency",
    "entries",
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
