"""The addresses of entries: which of them an organisation can still give."""

from sqlalchemy import select

from hub.errors import Invalid
from hub.store.entries import Alias, Entry
from hub.store.organisations import Organisation
from hub.text.slug import free, slug
from hub.work import Work

RESERVED_SLUGS = frozenset(
    {"rules", "new", "feed", "entries", "members", "settings", "activity", "deputies", "webhooks"}
)
"""Pages of an organisation that are no entries."""


def find_free(work: Work, organisation_id: int, wanted: str, *, fixed: bool = False, own: int | None = None) -> str:
    """Return an address that nothing of this organisation has or had: the wanted one, or that with a number.

    With `fixed` it is the wanted one or none: raises `Invalid`. The entry `own` may take back what it once had.
    """
    if wanted != slug(wanted) or wanted in RESERVED_SLUGS:
        if fixed:
            raise Invalid(slug="slug_invalid")
        wanted = f"{slug(wanted)}-1"
    # Two people of one organisation who name things alike at the same moment choose one after the other.
    work.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    # Room for a number; what is taken is looked up by this stem, for that is how numbered addresses begin.
    stem = wanted[:75].rstrip("-")
    taken = {
        *work.session.scalars(
            select(Entry.slug).where(
                Entry.organisation_id == organisation_id, Entry.slug.startswith(stem), Entry.id != (own or 0)
            )
        ),
        *work.session.scalars(
            select(Alias.slug).where(
                Alias.organisation_id == organisation_id, Alias.slug.startswith(stem), Alias.entry_id != (own or 0)
            )
        ),
    }
    if wanted not in taken:
        return wanted
    if fixed:
        raise Invalid(slug="slug_taken")
    return free(stem, {stem, *taken})
