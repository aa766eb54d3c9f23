"""Publication: the number of a release, its validity, and what it supersedes.

A release keeps its row, so that everything that hangs on it (discussions, forks, proposals, verdicts) stays where it
is; only its number changes, and the former one keeps leading there. See decision 0006.
"""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from hub.actions import indexing, verdicts
from hub.actions.schedule import months_after
from hub.errors import Invalid
from hub.store.entries import Entry, Version, VersionState
from hub.store.reviews import FormerNumber, Release, Verdict
from hub.work import Work

BERLIN = ZoneInfo("Europe/Berlin")


def today(work: Work) -> date:
    """Return the day it is where the cities are."""
    return work.now.astimezone(BERLIN).date()


def next_number(work: Work, entry: Entry, version: Version, *, editorial: bool) -> tuple[int, int]:
    """Return the number `version` gets when it is published: the next whole one, as FIM offices do it.

    An editorial change of an earlier release keeps its number, such as 1.01.
    """
    if editorial and version.major > 0:
        return version.major, version.minor
    highest = work.session.scalar(select(func.max(Version.major)).where(Version.entry_id == entry.id)) or 0
    return highest + 1, 0


def by_former_number(work: Work, entry: Entry, major: int, minor: int) -> Version | None:
    """Return the version that had this number before it was released."""
    query = select(Version).join(FormerNumber, FormerNumber.version_id == Version.id)
    return work.session.scalar(
        query.where(FormerNumber.entry_id == entry.id, FormerNumber.major == major, FormerNumber.minor == minor)
    )


def former_numbers(work: Work, entry: Entry) -> dict[int, str]:
    """Return version id → the number it had as a draft."""
    query = select(FormerNumber).where(FormerNumber.entry_id == entry.id)
    return {row.version_id: f"{row.major}.{row.minor:02}" for row in work.session.scalars(query)}


def _renumber(work: Work, entry: Entry, version: Version, number: tuple[int, int]) -> None:
    if (version.major, version.minor) != number:
        former = FormerNumber(entry_id=entry.id, major=version.major, minor=version.minor, version_id=version.id)
        work.session.add(former)
        version.major, version.minor = number


def put_out(
    work: Work,
    entry: Entry,
    version: Version,
    *,
    editorial: bool,
    valid_from: date | None = None,
    organisation_id: int | None = None,
    deputy_for_id: int | None = None,
    reason: str = "",
) -> Release:
    """Make `version` the published one and supersede the one before; whoever calls has asked whether that may be."""
    agreed = verdicts.rules(work)
    start = valid_from or today(work)
    before = published_version(work, entry)
    number = next_number(work, entry, version, editorial=editorial)
    if before is not None and before.id != version.id:
        before.state = VersionState.SUPERSEDED
        work.session.flush()
        told = f"Abgelöst durch Version {number[0]}.{number[1]:02}."
        verdicts.add(work, entry, before, Verdict.SUPERSEDED, organisation_id=organisation_id, reason=told)
        work.record("version.superseded", entry, number=before.number)
    _renumber(work, entry, version, number)
    verdicts.enter(work, entry, version, VersionState.PUBLISHED)
    entry.published = version
    until = months_after(start, agreed.valid_months)
    made = Release(
        version_id=version.id,
        entry_id=entry.id,
        valid_from=start,
        valid_until=until,
        review_on=max(start, months_after(until, -agreed.lead_months)),
        profile=verdicts.profile_digest(entry),
        published_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    verdicts.add(
        work,
        entry,
        version,
        Verdict.PUBLISHED,
        organisation_id=organisation_id,
        deputy_for_id=deputy_for_id,
        reason=reason,
    )
    indexing.index(work, entry)
    return made


def take_in(work: Work, entry: Entry, version: Version, state: VersionState) -> None:
    """End a publication; readers outside the cooperation no longer find the entry."""
    verdicts.enter(work, entry, version, state)
    if entry.published_id == version.id:
        entry.published = None
    work.session.flush()
    indexing.index(work, entry)


def put_back(work: Work, entry: Entry, version: Version) -> None:
    """Publish again what was published before, under its own number and dates."""
    verdicts.enter(work, entry, version, VersionState.PUBLISHED)
    entry.published = version
    work.session.flush()
    indexing.index(work, entry)


def published_version(work: Work, entry: Entry) -> Version | None:
    """Return the published version, read anew."""
    query = select(Version).where(Version.entry_id == entry.id, Version.state == VersionState.PUBLISHED)
    return work.session.scalar(query)


def release_of(work: Work, version_id: int | None) -> Release | None:
    """Return the release of a version; None if it never was one."""
    return work.session.get(Release, version_id) if version_id is not None else None


def is_due(release: Release, day: date) -> bool:
    """Tell whether it is time to look at a release again (zur Wiedervorlage fällig)."""
    return release.review_on <= day


def has_expired(release: Release, day: date) -> bool:
    """Tell whether a release is past its validity."""
    return release.valid_until < day


def outdated_fields(entry: Entry, release: Release) -> bool:
    """Tell whether a judged part of the profile was changed after publication."""
    return release.profile != verdicts.profile_digest(entry)


def extend(work: Work, release: Release, *, valid_until: date, review_on: date) -> None:
    """Set new dates; raises `Invalid` for dates that make no sense."""
    if valid_until < release.valid_from or valid_until <= today(work):
        raise Invalid(valid_until="in_the_past")
    if review_on > valid_until:
        raise Invalid(review_on="review_after_end")
    release.valid_until, release.review_on = valid_until, review_on
    work.session.flush()
