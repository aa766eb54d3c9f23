"""The library's history as Git tells it: which versions are commits, and on which others each stands.

Two lines are told of an entry. Its *published* line has what was published, each release standing on the one before
and on what was merged on the way; everybody who may read the entry gets the same one. Its *draft* line has every
version, for those who may read drafts. A version stands on versions of other entries (the origin of a fork, what was
merged) only if whoever may read the one may read the other: so what is told never depends on who asks, and the same
state of the library gives the same commits everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from hub.store.entries import Entry, Version, VersionState, Visibility
from hub.store.organisations import Organisation
from hub.store.reviews import Release
from hub.work import Work

WIDTH: Mapping[str, int] = {Visibility.CITY: 0, Visibility.IKZ: 1, Visibility.LAND: 2, Visibility.PUBLIC: 3}
"""How far an entry may be read, from narrow to wide."""
_PUBLISHED = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
_BATCH = 400


@dataclass(frozen=True, slots=True)
class Place:
    """An entry, as far as commits depend on it."""

    id: int
    organisation_id: int
    owner: str
    """Slug of the organisation."""
    owner_name: str
    slug: str
    kind: str
    width: int
    published_id: int | None
    """None also for archived entries: nobody outside reads them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A version, as far as the graph depends on it."""

    id: int
    entry_id: int
    sequence: int
    published: bool
    parent_id: int | None
    merged_from_id: int | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One version as a commit, before it becomes one."""

    version_id: int
    parents: tuple[int, ...]
    """Ids of versions that are commits of the same history; older ones have smaller ids."""
    place: Place
    number: str
    sha256: str
    """Digest of the content."""
    message: str
    profile: str
    """The profile at that moment, canonical JSON."""
    written_at: datetime
    published_at: datetime | None
    """None in the draft line."""
    valid_from: date | None
    valid_until: date | None


class Graph:
    """The versions of some entries and of all they stand on, across organisations."""

    def __init__(self, work: Work, entry_ids: Iterable[int]) -> None:
        self._work = work
        self.places: dict[int, Place] = {}
        self.chains: dict[int, list[Step]] = {}
        self.steps: dict[int, Step] = {}
        wanted = set(entry_ids)
        while wanted:
            self._load(sorted(wanted))
            wanted = self._neighbours() - set(self.places)

    def _load(self, ids: list[int]) -> None:
        for at in range(0, len(ids), _BATCH):
            some = ids[at : at + _BATCH]
            places = (
                select(Entry, Organisation)
                .join(Organisation, Organisation.id == Entry.organisation_id)
                .options(lazyload("*"))
                .where(Entry.id.in_(some))
            )
            for entry, owner in self._work.session.execute(places):
                self.chains[entry.id] = []
                self.places[entry.id] = Place(
                    id=entry.id,
                    organisation_id=owner.id,
                    owner=owner.slug,
                    owner_name=owner.short_name,
                    slug=entry.slug,
                    kind=entry.kind,
                    width=WIDTH[entry.visibility],
                    published_id=None if entry.archived_at else entry.published_id,
                )
            steps = select(
                Version.id, Version.entry_id, Version.sequence, Version.state.in_(_PUBLISHED), Version.parent_id,
                Version.merged_from_id,
            )  # fmt: skip
            for row in self._work.session.execute(steps.where(Version.entry_id.in_(some)).order_by(Version.sequence)):
                step = Step(*row)
                self.chains[step.entry_id].append(step)
                self.steps[step.id] = step

    def _neighbours(self) -> set[int]:
        """Return the entries of versions that loaded ones stand on."""
        above = {key for step in self.steps.values() for key in (step.parent_id, step.merged_from_id) if key}
        missing = sorted(above - set(self.steps))
        found: set[int] = set()
        for at in range(0, len(missing), _BATCH):
            found.update(
                self._work.session.scalars(
                    select(Version.entry_id).where(Version.id.in_(missing[at : at + _BATCH])).distinct()
                )
            )
        return found

    def _shares_published(self, below: Place, above: Place) -> bool:
        if below.id == above.id:
            return True
        kin = below.organisation_id == above.organisation_id
        return above.published_id is not None and above.width >= (below.width if kin else max(below.width, 1))

    def _shares_drafts(self, below: Place, above: Place) -> bool:
        if below.id == above.id or above.width > 0:
            return True
        return below.width == 0 and below.organisation_id == above.organisation_id

    def _nearest(self, version_id: int | None, below: Place, *, climb: bool) -> int | None:
        """Return the published version at or before one of another entry; `climb` goes on to what that came from."""
        step = self.steps.get(version_id or 0)
        if step is None or not self._shares_published(below, self.places[step.entry_id]):
            return None
        chain = self.chains[step.entry_id]
        older = [one.id for one in chain if one.published and one.sequence <= step.sequence]
        if older or not climb:
            return older[-1] if older else None
        return self._nearest(chain[0].parent_id, below, climb=True)

    def published_parents(self, version_id: int) -> tuple[int, ...]:
        """Return what a release stands on: the one before, or the origin of a fork, and what was merged since."""
        step = self.steps[version_id]
        place, chain = self.places[step.entry_id], self.chains[step.entry_id]
        before = [one for one in chain if one.published and one.sequence < step.sequence]
        first = before[-1].id if before else self._nearest(chain[0].parent_id, place, climb=True)
        since = before[-1].sequence if before else 0
        merged = [
            self._nearest(one.merged_from_id, place, climb=False)
            for one in chain
            if since < one.sequence <= step.sequence and one.merged_from_id
        ]
        return tuple(dict.fromkeys(key for key in (first, *merged) if key is not None))

    def draft_parents(self, version_id: int) -> tuple[int, ...]:
        """Return what any version stands on."""
        step = self.steps[version_id]
        place = self.places[step.entry_id]
        above = [self.steps[key] for key in (step.parent_id, step.merged_from_id) if key in self.steps]
        shared = [one.id for one in above if self._shares_drafts(place, self.places[one.entry_id])]
        return tuple(dict.fromkeys(shared))

    def released(self, entry_id: int) -> list[int]:
        """Return the published versions of an entry in their order, none if it has none now."""
        if self.places[entry_id].published_id is None:
            return []
        return [one.id for one in self.chains[entry_id] if one.published]

    def published_line(self, tips: Iterable[int]) -> list[Commit]:
        """Return releases and all they stand on, each after what it stands on."""
        waiting, parents = list(tips), dict[int, tuple[int, ...]]()
        while waiting:
            at = waiting.pop()
            if at not in parents:
                parents[at] = self.published_parents(at)
                waiting += parents[at]
        return self._commits(parents, published=True)

    def draft_line(self, tips: Iterable[int]) -> list[Commit]:
        """Return versions and all they stand on, each after what it stands on."""
        waiting, parents = list(tips), dict[int, tuple[int, ...]]()
        while waiting:
            at = waiting.pop()
            if at not in parents:
                parents[at] = self.draft_parents(at)
                waiting += parents[at]
        return self._commits(parents, published=False)

    def _commits(self, parents: Mapping[int, tuple[int, ...]], *, published: bool) -> list[Commit]:
        found, ids = [], sorted(parents)
        for at in range(0, len(ids), _BATCH):
            query = (
                select(Version, Release)
                .outerjoin(Release, Release.version_id == Version.id)
                .where(Version.id.in_(ids[at : at + _BATCH]))
                .order_by(Version.id)
            )
            for version, release in self._work.session.execute(query):
                out_at = (release.published_at if release else version.created_at) if published else None
                found.append(
                    Commit(
                        version_id=version.id,
                        parents=parents[version.id],
                        place=self.places[version.entry_id],
                        number=version.number,
                        sha256=version.blob_sha256,
                        message=version.message,
                        profile=version.profile,
                        written_at=version.created_at,
                        published_at=out_at,
                        valid_from=release.valid_from if release and published else None,
                        valid_until=release.valid_until if release and published else None,
                    )
                )
        return found
