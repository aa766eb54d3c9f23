"""Maturity (Reifegrad) of an entry's service on the two official scales, and the names of their criteria."""

from datetime import date, datetime

from hub.actions import entries, maturity
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, PersonOut, VersionRef, entry_ref, person, version_ref
from hub.errors import NotFound
from hub.inputs.maturity import NameCriteria, NameCriterion, RatedCriterion, SendRating
from hub.policy import maturity as may
from hub.store.entries import Entry
from hub.store.maturity import MaturityRating, Scale
from hub.work import Work

routes = Routes("Reifegrad")
ONE = "/entries/<city>/<slug>/maturity/<scale>"
CRITERIA = "/maturity/<scale>/criteria"


class MarkOut(Output):
    """How one criterion was rated; evidence only for those who may read it."""

    position: int
    actual: int | None
    target: int | None
    evidence: str
    link: str


class RatingOut(Output):
    """One rating. Without criteria the level was stated elsewhere."""

    number: int
    rated_on: date
    version: VersionRef | None
    actual: int | None
    target: int | None
    rated_criteria: int
    deciding: list[int]
    """Positions of the criteria that keep the level where it is."""
    marks: list[MarkOut]
    note: str
    author: PersonOut | None
    created_at: datetime


class OtherCity(Output):
    """The level of another readable entry about the same service."""

    entry: EntryRef
    actual: int | None
    target: int | None
    rated_on: date


class MaturityOut(Output):
    """All ratings on a scale, the latest day first, and what other cities have."""

    scale: Scale
    highest: int
    criteria: int
    ratings: list[RatingOut]
    cities: list[OtherCity]


class CriterionOut(Output):
    """A criterion of a scale; the name is empty while nobody has named it."""

    position: int
    name: str
    help: str
    source: str


class CriteriaOut(Output):
    """All criteria of a scale in order."""

    scale: Scale
    items: list[CriterionOut]


def _scale(text: str) -> Scale:
    try:
        return Scale(text)
    except ValueError as error:
        raise NotFound from error


def _rating(row: MaturityRating, *, evidence: bool) -> RatingOut:
    return RatingOut(
        number=row.number,
        rated_on=row.rated_on,
        version=version_ref(row.version),
        actual=row.actual,
        target=row.target,
        rated_criteria=row.rated_criteria,
        deciding=maturity.deciding(row),
        marks=[
            MarkOut(
                position=mark.position,
                actual=mark.actual,
                target=mark.target,
                evidence=mark.evidence if evidence else "",
                link=mark.link if evidence else "",
            )
            for mark in row.marks
        ],
        note=row.note if evidence else "",
        author=person(row.author),
        created_at=row.created_at,
    )


def _shown(work: Work, entry: Entry, scale: Scale) -> MaturityOut:
    evidence = may.read_evidence(work.actor, entry)
    return MaturityOut(
        scale=scale,
        highest=scale.highest,
        criteria=scale.criteria_count,
        ratings=[_rating(row, evidence=evidence) for row in maturity.ratings(work, entry, scale)],
        cities=[
            OtherCity(entry=entry_ref(row.entry), actual=level.actual, target=level.target, rated_on=level.rated_on)
            for row in maturity.cities(work, entry)
            if (level := row.levels.get(scale)) is not None
        ],
    )


@routes.get(ONE, summary="Reifegrad lesen (Skala 1.1 oder 2.0)", returns=MaturityOut)
def read_maturity(work: Work, city: str, slug: str, scale: str) -> MaturityOut:
    """Return the ratings of an entry on one scale; the scales are never converted into each other."""
    entry = entries.find(work, city, slug)
    entries.current(work, entry)
    return _shown(work, entry, _scale(scale))


@routes.post(ONE, summary="Den Reifegrad bewerten", body=SendRating, returns=MaturityOut, status=200, match=ONE)
def rate_maturity(work: Work, city: str, slug: str, scale: str, body: SendRating) -> MaturityOut:
    """Add a rating of the version shown: today's level, the target, and evidence for each criterion."""
    entry, wanted = entries.find(work, city, slug), _scale(scale)
    maturity.rate(
        work,
        entry,
        entries.current(work, entry),
        wanted,
        number=maturity.newest_number(work, entry, wanted),
        rated_on=body.rated_on,
        actual=body.actual,
        target=body.target,
        note=body.note,
        marks={
            mark.position: RatedCriterion(
                actual=mark.actual, target=mark.target, evidence=mark.evidence, link=mark.link
            )
            for mark in body.marks
        },
    )
    return _shown(work, entry, wanted)


@routes.get(CRITERIA, summary="Kriterien einer Reifegradskala lesen", returns=CriteriaOut)
def read_criteria(work: Work, scale: str) -> CriteriaOut:
    """Return what the criteria of a scale are called."""
    wanted = _scale(scale)
    return CriteriaOut(
        scale=wanted,
        items=[
            CriterionOut(position=row.position, name=row.name, help=row.help, source=row.source)
            for row in maturity.criteria(work, wanted)
        ],
    )


@routes.put(CRITERIA, summary="Kriterien benennen (Koordination)", body=NameCriteria, returns=CriteriaOut)
def name_criteria(work: Work, scale: str, body: NameCriteria) -> CriteriaOut:
    """Name criteria for all cities; positions that are not named stay as they are."""
    wanted = _scale(scale)
    revisions = {row.position: row.revision for row in maturity.criteria(work, wanted)}
    named = {
        row.position: NameCriterion(
            name=row.name, help=row.help, source=row.source, revision=revisions.get(row.position, 0)
        )
        for row in body.items
    }
    maturity.name_criteria(work, wanted, named)
    return read_criteria(work, scale)
