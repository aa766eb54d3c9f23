"""Hold an entry, so that of several deeds at the same moment one decides after the other."""

from sqlalchemy import inspect

from hub.store.entries import Entry
from hub.work import Work

NOBODY_ELSE = {"key_share": True}
"""FOR NO KEY UPDATE: it excludes itself, but not the share that PostgreSQL takes of an entry for every row that points
at it; two comments would otherwise each hold that and wait for the other."""


def lock(work: Work, entry: Entry) -> None:
    """Hold the entry until the transaction ends, so that no two deeds decide on the same state."""
    work.session.flush()  # what this deed itself has set is not to be read over
    # Everything is read anew: while this waited, somebody may have changed the profile that is judged.
    columns = [field.key for field in inspect(Entry).column_attrs]
    work.session.refresh(entry, columns, with_for_update=NOBODY_ELSE)
    work.session.refresh(entry, ["service", "legal_bases", "tags"])
    for known in (entry.head, entry.published):
        if known is not None:
            work.session.refresh(known, ["state", "major", "minor"])


def lock_index(work: Work, entry: Entry) -> None:
    """Hold the entry before what is found of it is written.

    Two comments at the same moment must not each write an index without the other's words. SQLite has one writer at a
    time anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        lock(work, entry)
