"""Searches that a person keeps: saved ones that report new hits, and the latest ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub import search
from hub.errors import Conflict, Invalid, NotFound
from hub.policy import searches as policy
from hub.search import Reader
from hub.store.activity import Event
from hub.store.searches import RecentSearch, RecentSearchesOff, SavedHit, SavedSearch
from hub.work import Work

MOST_SAVED = 50
MOST_RECENT = 20
WATCHED = 200
"""The newest hits of a search that are compared with what it had found before."""
OWN_EVENTS = ("search.found", "search.saved", "search.removed")
"""Kinds of events that change nothing that could be found."""

Filters = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with the number of hits found since its owner last looked."""

    search: SavedSearch
    new_count: int


def _filters(saved: SavedSearch) -> Filters:
    return {name: frozenset(values) for name, values in saved.filters.items()}


def save(work: Work, query: str, filters: Filters, *, name: str = "", alert: bool = True) -> SavedSearch:
    """Keep a search for its owner; what it finds today counts as seen.

    Raises `Invalid` for a search for nothing, `Conflict("too_many_searches")` beyond `MOST_SAVED`.
    """
    work.require(policy.save_search)
    chosen = {key: sorted(values) for key, values in sorted(filters.items()) if values}
    if not query.strip() and not chosen:
        raise Invalid(query="search_empty")
    owned = select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == work.actor.user_id)
    if (work.session.scalar(owned) or 0) >= MOST_SAVED:
        raise Conflict("too_many_searches")
    if work.actor.user_id is None:
        raise NotFound
    saved = SavedSearch(
        user_id=work.actor.user_id,
        name=name.strip() or query.strip() or ", ".join(value for values in chosen.values() for value in values),
        query=query,
        filters=chosen,
        alert=alert,
        created_at=work.now,
        looked_at=work.now,
        event_id=_newest_event(work.session),
    )
    work.session.add(saved)
    work.session.flush()
    _note_hits(work.session, saved, Reader.of(work.actor), work.now)
    work.record("search.saved", search_id=saved.id)
    return saved


def mine(work: Work) -> list[Saved]:
    """Return the actor's saved searches, those with new hits first."""
    fresh = (
        select(SavedHit.search_id, func.count().label("count"))
        .join(SavedSearch, SavedSearch.id == SavedHit.search_id)
        .where(SavedHit.found_at > SavedSearch.looked_at, SavedSearch.user_id == work.actor.user_id)
        .group_by(SavedHit.search_id)
        .subquery()
    )
    query = select(SavedSearch, fresh.c.count).outerjoin(fresh, fresh.c.search_id == SavedSearch.id)
    rows = work.session.execute(query.where(SavedSearch.user_id == work.actor.user_id).order_by(SavedSearch.id.desc()))
    found = [Saved(row[0], row[1] or 0) for row in rows]
    return sorted(found, key=lambda one: one.new_count == 0)


def find(work: Work, search_id: int) -> SavedSearch:
    """Return one of the actor's own saved searches; another person's is `NotFound`."""
    saved = work.session.get(SavedSearch, search_id)
    if saved is None or saved.user_id != work.actor.user_id:
        raise NotFound
    return saved


def look(work: Work, saved: SavedSearch) -> None:
    """Note that the owner now looks at the hits: they are no longer new."""
    work.require(policy.save_search)
    saved.looked_at = work.now


def set_alert(work: Work, saved: SavedSearch, *, on: bool) -> None:
    """Be told of new hits, or no longer."""
    work.require(policy.save_search)
    saved.alert = on
    saved.event_id = _newest_event(work.session)
    if on:
        _note_hits(work.session, saved, Reader.of(work.actor), work.now)
        saved.looked_at = work.now


def remove(work: Work, saved: SavedSearch) -> None:
    """Forget a saved search."""
    work.require(policy.save_search)
    work.record("search.removed", search_id=saved.id)
    work.session.delete(saved)


# What the worker does.


def due(session: Session, limit: int = 20) -> list[int]:
    """Return saved searches that something has happened since, those that waited longest first."""
    query = select(SavedSearch.id).where(SavedSearch.alert, SavedSearch.event_id < _newest_event(session))
    return list(session.scalars(query.order_by(SavedSearch.event_id, SavedSearch.id).limit(limit)))


def check(work: Work, saved: SavedSearch, reader: Reader) -> int:
    """Look whether a search finds what it had not found before, with its owner's rights; return how many.

    The owner is told once and then only again after having looked.
    """
    saved.event_id = _newest_event(work.session)
    count = _note_hits(work.session, saved, reader, work.now)
    if count and (saved.told_at is None or saved.told_at <= saved.looked_at):
        saved.told_at = work.now
        work.record(
            "search.found", tell=[saved.user_id], path="/searches", title=saved.name, search_id=saved.id, count=count
        )
    return count


def _note_hits(session: Session, saved: SavedSearch, reader: Reader, at: datetime) -> int:
    found = search.newest(session, saved.query, reader=reader, filters=_filters(saved), limit=WATCHED)
    known = set(session.scalars(select(SavedHit.entry_id).where(SavedHit.search_id == saved.id)))
    new = [entry_id for entry_id in found if entry_id not in known]
    session.add_all(SavedHit(search_id=saved.id, entry_id=entry_id, found_at=at) for entry_id in new)
    return len(new)


def _newest_event(session: Session) -> int:
    return session.scalar(select(func.coalesce(func.max(Event.id), 0)).where(Event.kind.not_in(OWN_EVENTS))) or 0


# The latest searches.


def keeps_recent(work: Work) -> bool:
    """Whether the actor's latest searches are kept."""
    off = select(RecentSearchesOff.user_id).where(RecentSearchesOff.user_id == work.actor.user_id)
    return work.actor.signed_in and work.session.scalar(off) is None


def recent(work: Work) -> Sequence[RecentSearch]:
    """Return the actor's latest searches, newest first."""
    query = select(RecentSearch).where(RecentSearch.user_id == work.actor.user_id)
    return work.session.scalars(query.order_by(RecentSearch.searched_at.desc()).limit(MOST_RECENT)).all()


def keep_recent(work: Work, query: str) -> None:
    """Remember a search, unless its owner has switched that off; the oldest ones are forgotten."""
    work.require(policy.save_search)
    query = query.strip()
    if not query or not keeps_recent(work) or work.actor.user_id is None:
        return
    known = work.session.scalar(
        select(RecentSearch).where(RecentSearch.user_id == work.actor.user_id, RecentSearch.query == query)
    )
    if known is not None:
        known.searched_at = work.now
        return
    work.session.add(RecentSearch(user_id=work.actor.user_id, query=query, searched_at=work.now))
    work.session.flush()
    kept = select(RecentSearch.id).where(RecentSearch.user_id == work.actor.user_id)
    latest = kept.order_by(RecentSearch.searched_at.desc()).limit(MOST_RECENT)
    work.session.execute(
        delete(RecentSearch).where(RecentSearch.user_id == work.actor.user_id, RecentSearch.id.not_in(latest))
    )


def forget_recent(work: Work) -> None:
    """Forget the actor's latest searches."""
    work.require(policy.save_search)
    work.session.execute(delete(RecentSearch).where(RecentSearch.user_id == work.actor.user_id))


def set_recent(work: Work, *, on: bool) -> None:
    """Keep the latest searches from now on, or keep none and forget those there are."""
    work.require(policy.save_search)
    work.session.execute(delete(RecentSearchesOff).where(RecentSearchesOff.user_id == work.actor.user_id))
    if not on and work.actor.user_id is not None:
        work.session.add(RecentSearchesOff(user_id=work.actor.user_id, since=work.now))
        forget_recent(work)
