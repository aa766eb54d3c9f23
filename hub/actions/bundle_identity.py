"""By what an entry is known in every hub, and which version a bundle speaks of."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select

from hub.store.bundles import EntryIdentity
from hub.store.entries import Alias, Entry, Version
from hub.store.organisations import Organisation
from hub.work import Work


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _derived(kind: str, city: str, slug: str, created_at: datetime, sha256: str, first_at: datetime) -> str:
    """Return the name of an entry made here, from what never changes about it, so that reading needs no writing."""
    said = "\n".join(("ikz-prozesshub entry 1", kind, city, slug, _moment(created_at), sha256, _moment(first_at)))
    return hashlib.sha256(said.encode()).hexdigest()


def uids(work: Work, entry_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Return entry id → name in every hub, for some entries or all; two queries."""
    # The first address an entry had: the oldest alias, else the one it still has.
    oldest = select(func.min(Alias.id)).where(Alias.entry_id == Entry.id).correlate(Entry).scalar_subquery()
    first_slug = select(Alias.slug).where(Alias.id == oldest).scalar_subquery()
    made = (
        select(
            Entry.id, Entry.kind, Organisation.slug, func.coalesce(first_slug, Entry.slug), Entry.created_at,
            Version.blob_sha256, Version.created_at,
        )
        .join(Organisation, Organisation.id == Entry.organisation_id)
        .join(Version, (Version.entry_id == Entry.id) & (Version.sequence == 1))
    )  # fmt: skip
    known = select(EntryIdentity.entry_id, EntryIdentity.uid)
    if entry_ids is not None:
        wanted = sorted(set(entry_ids))
        made, known = made.where(Entry.id.in_(wanted)), known.where(EntryIdentity.entry_id.in_(wanted))
    found = {row[0]: _derived(*row[1:]) for row in work.session.execute(made)}
    return found | {row[0]: row[1] for row in work.session.execute(known)}


def uid(work: Work, entry_id: int) -> str:
    """Return the name of one entry in every hub."""
    return uids(work, [entry_id])[entry_id]
