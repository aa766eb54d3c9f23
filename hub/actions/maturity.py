"""Maturity (Reifegrad) of services on the two official scales: rate, list, compare; never converted.

On scale 1.1 the lowest of the ten criteria decides. For 2.0 no such rule is published; the hub reckons cautiously in
the same way and says so. The names of the criteria are data: what nobody has named is just numbered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from hub import policy
from hub.actions import facets
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.maturity import NameCriterion, RatedCriterion
from hub.policy import maturity as may
from hub.store.entries import Entry, Version
from hub.store.maturity import MaturityCriterion, MaturityLevel, MaturityMark, MaturityRating, Scale
from hub.store.organisations import Organisation
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a scale as people read it."""

    scale: Scale
    position: int
    name: str
    """Empty while nobody has named it."""
    help: str
    source: str
    revision: int

    @property
    def official(self) -> bool:
        """Whether a source for the official name is given."""
        return bool(self.source)


def criteria(work: Work, scale: Scale) -> list[Criterion]:
    """Return all criteria of a scale in order."""
    known = {
        row.position: row
        for row in work.session.scalars(select(MaturityCriterion).where(MaturityCriterion.scale == scale))
    }
    made = []
    for position in range(1, scale.criteria_count + 1):
        row = known.get(position)
        made.append(
            Criterion(scale, position, row.name, row.help, row.source, row.revision)
            if row is not None
            else Criterion(scale, position, "", "", "", 0)
        )
    return made


def name_criteria(work: Work, scale: Scale, named: Mapping[int, NameCriterion]) -> int:
    """Name criteria for all cities; return how many changed. Ratings keep their criteria by position.

    Raises `Conflict("criteria_changed")` if one of them was changed since the form was opened; `NotFound` for a
    position the scale does not have.
    """
    work.require(may.name_criteria)
    known = {row.position: row for row in criteria(work, scale)}
    changed = 0
    for position, given in named.items():
        before = known.get(position)
        if before is None:
            raise NotFound
        text = given.help.strip()
        if (before.name, before.help, before.source) == (given.name, text, given.source):
            continue
        if before.revision != given.revision:
            raise Conflict("criteria_changed")
        work.session.merge(
            MaturityCriterion(
                scale=str(scale),
                position=position,
                name=given.name,
                help=text,
                source=given.source,
                revision=before.revision + 1,
                changed_by_id=work.actor.user_id,
                changed_at=work.now,
            )
        )
        changed += 1
    work.session.flush()
    if changed:
        work.record("criteria.named", scale=str(scale), count=changed)
    return changed


def rate(
    work: Work,
    entry: Entry,
    shown: Version,
    scale: Scale,
    *,
    number: int,
    rated_on: date | None = None,
    actual: int | None = None,
    target: int | None = None,
    note: str = "",
    marks: Mapping[int, RatedCriterion] | None = None,
) -> MaturityRating:
    """Add a rating of an entry; earlier ones stay as they are.

    The as-is level is the lowest of the rated criteria; `actual` is only for a level stated elsewhere, without any
    criterion. Raises `Invalid` for nothing rated, a level the scale does not have, two as-is levels, a target below
    today or a day to come; `Conflict("rated_meanwhile")` if somebody rated since the form was opened.
    """
    work.require(may.rate_maturity, entry)
    rated_on = rated_on or work.now.date()
    given = {
        position: mark
        for position, mark in (marks or {}).items()
        if mark.actual is not None or mark.target is not None or mark.evidence.strip() or mark.link
    }
    _check(scale, given, actual, target)
    if rated_on > work.now.date():
        raise Invalid(rated_on="date_in_future")
    lowest, highest = _lowest(given, "actual"), _lowest(given, "target")
    if lowest is not None and actual is not None and actual != lowest:
        raise Invalid(actual="maturity_twice")
    actual = lowest if lowest is not None else actual
    target = target if target is not None else highest
    if actual is None and target is None:
        raise Invalid(actual="maturity_empty")
    if actual is not None and target is not None and target < actual:
        raise Invalid(target="target_below")
    work.session.refresh(entry, ["head_id", "archived_at"], with_for_update=True)
    if number != newest_number(work, entry, scale):
        raise Conflict("rated_meanwhile")
    count = sum(mark.actual is not None for mark in given.values())
    rating = MaturityRating(
        entry_id=entry.id,
        scale=str(scale),
        number=number + 1,
        version_id=shown.id,
        rated_on=rated_on,
        actual=actual,
        target=target,
        rated_criteria=count,
        note=note.strip(),
        author_id=work.actor.user_id,
        created_at=work.now,
        marks=[
            MaturityMark(
                position=position,
                actual=mark.actual,
                target=mark.target,
                evidence=mark.evidence.strip(),
                link=mark.link,
            )
            for position, mark in sorted(given.items())
        ],
    )
    work.session.add(rating)
    work.session.flush()
    keep_level(work, entry, scale)
    work.record("maturity.rated", entry, scale=str(scale), actual=actual, target=target, number=shown.number)
    return rating


def _check(scale: Scale, given: Mapping[int, RatedCriterion], actual: int | None, target: int | None) -> None:
    wrong: dict[str, str] = {}
    levels = [("actual", actual), ("target", target)]
    for position, mark in given.items():
        if not 1 <= position <= scale.criteria_count:
            raise NotFound
        levels += [(f"actual-{position}", mark.actual), (f"target-{position}", mark.target)]
        if mark.actual is not None and mark.target is not None and mark.target < mark.actual:
            wrong[f"target-{position}"] = "target_below"
    wrong |= {name: "not_a_level" for name, level in levels if level is not None and level > scale.highest}
    if wrong:
        raise Invalid(**wrong)


def _lowest(given: Mapping[int, RatedCriterion], which: str) -> int | None:
    return min((level for mark in given.values() if (level := getattr(mark, which)) is not None), default=None)


def keep_level(work: Work, entry: Entry, scale: Scale) -> None:
    """Write the row that lists and filters join: the rating of the latest day, of that day the last one."""
    query = select(MaturityRating).where(MaturityRating.entry_id == entry.id, MaturityRating.scale == scale)
    newest = work.session.scalars(
        query.order_by(MaturityRating.rated_on.desc(), MaturityRating.number.desc()).limit(1)
    ).one()
    work.session.merge(
        MaturityLevel(
            entry_id=entry.id,
            scale=str(scale),
            rating_id=newest.id,
            actual=newest.actual,
            target=newest.target,
            complete=newest.rated_criteria == scale.criteria_count,
            rated_on=newest.rated_on,
        )
    )
    facets.refile(work, [entry.id])


def newest_number(work: Work, entry: Entry, scale: Scale) -> int:
    """Return the number of the last rating on a scale, 0 without one."""
    query = select(func.max(MaturityRating.number)).where(
        MaturityRating.entry_id == entry.id, MaturityRating.scale == scale
    )
    return work.session.scalar(query) or 0


def ratings(work: Work, entry: Entry, scale: Scale) -> list[MaturityRating]:
    """Return the ratings of an entry on a scale, the latest day first."""
    query = (
        select(MaturityRating)
        .where(MaturityRating.entry_id == entry.id, MaturityRating.scale == scale)
        .options(
            joinedload(MaturityRating.author), joinedload(MaturityRating.version).options(lazyload(Version.author))
        )
        .order_by(MaturityRating.rated_on.desc(), MaturityRating.number.desc())
        .limit(100)
    )
    return list(work.session.scalars(query))


def of(work: Work, entry_ids: Iterable[int]) -> dict[int, dict[Scale, MaturityLevel]]:
    """Return entry id → scale → newest level, for those that were rated. Ask only for entries the actor may read."""
    query = select(MaturityLevel).where(MaturityLevel.entry_id.in_(list(entry_ids)))
    found: dict[int, dict[Scale, MaturityLevel]] = {}
    for row in work.session.scalars(query):
        found.setdefault(row.entry_id, {})[Scale(row.scale)] = row
    return found


@dataclass(frozen=True, slots=True)
class CityRow:
    """An organisation's entry for a service with its levels."""

    organisation: Organisation
    entry: Entry
    levels: Mapping[Scale, MaturityLevel]


def cities(work: Work, entry: Entry) -> list[CityRow]:
    """Return the readable rated entries of the entry's service, city by city."""
    if entry.service_id is None:
        return []
    query = (
        select(Entry)
        .where(
            Entry.service_id == entry.service_id,
            Entry.archived_at.is_(None),
            Entry.id.in_(select(MaturityLevel.entry_id)),
            policy.read_visible(work.actor),
        )
        .options(lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .limit(300)
    )
    rows = list(work.session.scalars(query).unique())
    levels = of(work, [row.id for row in rows])
    made = [CityRow(row.organisation, row, levels[row.id]) for row in rows]
    return sorted(made, key=lambda row: (row.organisation.short_name, row.entry.title))


def deciding(rating: MaturityRating) -> list[int]:
    """Return the positions of the criteria that keep the level where it is."""
    return [mark.position for mark in rating.marks if mark.actual is not None and mark.actual == rating.actual]
