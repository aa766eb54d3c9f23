"""Search for people: hits joined with the entries they speak of, in the order of the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload

from hub import policy, search
from hub.actions import facets, indexing
from hub.policy import funding
from hub.store.answers import answers
from hub.store.entries import Entry, Version
from hub.store.funding import Grant
from hub.store.organisations import Organisation
from hub.work import Work

PAGE = 20
FACETS = facets.FACETS
DEEPEST = search.DEEPEST


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with what its line shows."""

    entry: Entry
    version: Version
    hit: search.Hit


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of search results; `cities` and `grants` map slugs to names, for the facets."""

    rows: Sequence[Found]
    nearby: Sequence[Found]
    """What comes close, where there are few hits; not part of the total."""
    result: search.Result
    cities: Mapping[str, str]
    grants: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search field; `url` is set where it leads straight to an entry."""

    text: str
    url: str
    kind: str


def find(
    work: Work,
    text: str,
    *,
    filters: Mapping[str, frozenset[str]],
    sort: str,
    page: int,
    size: int = PAGE,
    explain: bool = False,
) -> Answer:
    """Return a page of hits this actor may read; the rights are part of the index query itself."""
    reader = search.Reader.of(work.actor)
    grants = _grants(work)
    if "grant" in filters:
        # Nobody learns from counts which entries an unknown grant pays for.
        filters = {**filters, "grant": (filters["grant"] & grants.keys()) or frozenset({"-"})}
    result = search.find(
        work.session, text, reader=reader, filters=filters, sort=sort, page=page, size=size, explain=explain
    )
    found = {slug: count for slug, count in result.facets.pop("grant", {}).items() if slug in grants}
    if found:
        result.facets["grant"] = found
    hits = (*result.hits, *result.nearby)
    ids = [hit.entry_id for hit in hits]
    query = select(Entry).where(Entry.id.in_(ids), policy.read_visible(work.actor))
    entries = {
        row.id: row for row in work.session.scalars(query.options(lazyload(Entry.tags), lazyload(Entry.legal_bases)))
    }
    wanted = select(Version).where(Version.id.in_([hit.version_id for hit in hits]))
    versions = {row.id: row for row in work.session.scalars(wanted.options(lazyload(Version.author)))}

    def rows(hits: Sequence[search.Hit]) -> list[Found]:
        return [
            Found(entries[hit.entry_id], versions[hit.version_id], hit)
            for hit in hits
            if hit.entry_id in entries and hit.version_id in versions
        ]

    cities = {row[0]: row[1] for row in answers(work.session, _CITIES)}
    return Answer(rows(result.hits), rows(result.nearby), result, cities, grants)


def _grants(work: Work) -> dict[str, str]:
    """Return slug → title of the grants this actor may read."""
    if not work.actor.roles:
        return {}
    return {row[0]: row[1] for row in answers(work.session, _readable_grants(work.actor))}


@lru_cache(policy.KEPT_FOR)
def _readable_grants(actor: policy.Actor) -> Select[str, str]:
    return select(Grant.slug, Grant.title).where(funding.read_grant_visible(actor))


_CITIES = select(Organisation.slug, Organisation.short_name)


def inside(work: Work, entry: Entry, version: Version, text: str) -> search.Inside:
    """Return where one version (and what may be read around it) says what is looked for."""
    document = indexing.document(work, entry, version)
    return search.within(work.session, document, text, reader=search.Reader.of(work.actor))


def suggest(work: Work, prefix: str) -> list[Suggestion]:
    """Return what a person may mean who has typed `prefix` so far."""
    found = search.suggest(work.session, prefix, search.Reader.of(work.actor))
    ids = [row.entry_id for row in found if row.entry_id is not None]
    query = select(Entry).where(Entry.id.in_(ids), policy.read_visible(work.actor))
    options = (joinedload(Entry.organisation), lazyload(Entry.tags), lazyload(Entry.legal_bases))
    entries = {row.id: row for row in work.session.scalars(query.options(*options))}
    rows: list[Suggestion] = []
    for row in found:
        entry = entries.get(row.entry_id) if row.entry_id is not None else None
        if entry is not None:
            rows.append(Suggestion(row.text, f"/{entry.organisation.slug}/{entry.slug}", entry.organisation.short_name))
        elif row.entry_id is None:
            rows.append(Suggestion(row.text, "", ""))
    return rows
