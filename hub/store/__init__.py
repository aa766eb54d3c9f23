"""The tables. Every module with tables is imported here, or migrations would miss it."""

from hub.store import accounts, activity, discussions, entries, organisations, seals, services
from hub.store.base import Base

__all__ = ["Base", "accounts", "activity", "discussions", "entries", "organisations", "seals", "services"]
