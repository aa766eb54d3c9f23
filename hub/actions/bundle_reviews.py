"""Approvals in a bundle: verdicts, releases with their validity, votes of the cities, former numbers."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub.actions.bundle_people import account
from hub.errors import Invalid
from hub.inputs.bundles import ToldApprovals
from hub.store.accounts import User
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.reviews import FormerNumber, Release, Review, Vote
from hub.work import Work

Person = Callable[[User | None], dict[str, str] | None]


def told(work: Work, entry: Entry, sequences: Mapping[int, int], person: Person, owners: set[str]) -> dict[str, Any]:
    """Return the approvals of an entry; `sequences` is version id → sequence, `owners` collects organisations."""

    def body(owner: Organisation | None) -> str | None:
        if owner is None:
            return None
        owners.add(owner.slug)
        return owner.slug

    shown = (
        select(Review)
        .where(Review.entry_id == entry.id)
        .options(joinedload(Review.user), joinedload(Review.deputy_for), joinedload(Review.organisation))
        .order_by(Review.created_at, Review.id)
    )
    rows = list(work.session.scalars(shown))
    places = {row.id: at for at, row in enumerate(rows)}
    releases = work.session.scalars(select(Release).where(Release.entry_id == entry.id))
    votes = select(Vote).where(Vote.entry_id == entry.id).order_by(Vote.created_at, Vote.id)
    former = select(FormerNumber).where(FormerNumber.entry_id == entry.id)
    return {
        "reviews": [
            {
                "version": sequences[row.version_id],
                "stage": row.stage,
                "verdict": row.verdict,
                "state": row.state,
                "number": row.number,
                "organisation": body(row.organisation),
                "user": person(row.user),
                "deputy_for": person(row.deputy_for),
                "reason": row.reason,
                "sha256": row.sha256,
                "fingerprint": row.fingerprint,
                "profile": row.profile,
                "carried_from": places.get(row.carried_from_id) if row.carried_from_id is not None else None,
                "created_at": row.created_at.isoformat(timespec="microseconds"),
            }
            for row in rows
        ],
        "releases": [
            {
                "version": sequences[row.version_id],
                "valid_from": row.valid_from.isoformat(),
                "valid_until": row.valid_until.isoformat(),
                "review_on": row.review_on.isoformat(),
                "profile": row.profile,
                "published_at": row.published_at.isoformat(timespec="microseconds"),
            }
            for row in sorted(releases, key=lambda row: sequences[row.version_id])
        ],
        "votes": [
            {
                "version": sequences[row.version_id],
                "organisation": body(row.organisation),
                "adoption": row.adoption,
                "reason": row.reason,
                "user": person(row.user),
                "created_at": row.created_at.isoformat(timespec="microseconds"),
            }
            for row in work.session.scalars(votes.options(joinedload(Vote.user), joinedload(Vote.organisation)))
        ],
        "former_numbers": [
            {"version": sequences[row.version_id], "major": row.major, "minor": row.minor}
            for row in work.session.scalars(former.order_by(FormerNumber.major, FormerNumber.minor))
        ],
    }


def bring(
    work: Work,
    entry: Entry,
    said: ToldApprovals,
    every: Mapping[int, Version],
    owner_of: Callable[[str], Organisation],
) -> int:
    """Add the approvals that are not here yet; return how many verdicts and votes. Raises `Invalid`."""
    numbers: set[int] = set()
    for rows in (said.reviews, said.releases, said.votes, said.former_numbers):
        numbers |= {row.version for row in rows}
    if not numbers <= every.keys():
        raise Invalid(file="Nicht aufgenommen: eine Freigabe gehört zu einer Version, die das Paket nicht nennt.")
    added = _reviews(work, entry, said, every, owner_of) + _votes(work, entry, said, every, owner_of)
    for told_release in said.releases:
        row = work.session.get(Release, every[told_release.version].id)
        if row is None:
            row = Release(version_id=every[told_release.version].id, entry_id=entry.id)
            work.session.add(row)
        row.valid_from, row.valid_until = told_release.valid_from, told_release.valid_until
        row.review_on, row.profile, row.published_at = (
            told_release.review_on,
            told_release.profile,
            told_release.published_at,
        )
    for told_number in said.former_numbers:
        if work.session.get(FormerNumber, (entry.id, told_number.major, told_number.minor)) is None:
            place = every[told_number.version].id
            work.session.add(
                FormerNumber(entry_id=entry.id, major=told_number.major, minor=told_number.minor, version_id=place)
            )
    work.session.flush()
    return added


def _reviews(
    work: Work,
    entry: Entry,
    said: ToldApprovals,
    every: Mapping[int, Version],
    owner_of: Callable[[str], Organisation],
) -> int:
    here = list(work.session.scalars(select(Review).where(Review.entry_id == entry.id).order_by(Review.id)))
    known: dict[tuple[Any, ...], list[int]] = {}
    for mine in here:
        known.setdefault((mine.version_id, mine.stage, mine.verdict, mine.created_at), []).append(mine.id)
    ids: list[int] = []
    added = 0
    for at, row in enumerate(said.reviews):
        version = every[row.version]
        if row.sha256 != version.blob_sha256 or (row.carried_from is not None and not 0 <= row.carried_from < at):
            raise Invalid(file="Nicht aufgenommen: eine Freigabe gilt einem anderen Inhalt, als die Version hat.")
        if same := known.get((version.id, row.stage, row.verdict, row.created_at)):
            ids.append(same.pop(0))
            continue
        made = Review(
            entry_id=entry.id,
            version_id=version.id,
            stage=row.stage,
            verdict=row.verdict,
            state=row.state,
            number=row.number,
            organisation_id=owner_of(row.organisation).id if row.organisation is not None else None,
            user_id=account(work, row.user),
            deputy_for_id=account(work, row.deputy_for),
            reason=row.reason,
            sha256=row.sha256,
            fingerprint=row.fingerprint,
            profile=row.profile,
            carried_from_id=ids[row.carried_from] if row.carried_from is not None else None,
            created_at=row.created_at,
        )
        work.session.add(made)
        work.session.flush()
        ids.append(made.id)
        added += 1
    return added


def _votes(
    work: Work,
    entry: Entry,
    said: ToldApprovals,
    every: Mapping[int, Version],
    owner_of: Callable[[str], Organisation],
) -> int:
    query = select(Vote.version_id, Vote.organisation_id, Vote.created_at).where(Vote.entry_id == entry.id)
    known = Counter(tuple(mine) for mine in work.session.execute(query))
    added = 0
    for row in said.votes:
        version, owner = every[row.version], owner_of(row.organisation)
        if known[version.id, owner.id, row.created_at]:
            known[version.id, owner.id, row.created_at] -= 1
            continue
        work.session.add(
            Vote(
                entry_id=entry.id,
                version_id=version.id,
                organisation_id=owner.id,
                adoption=row.adoption,
                reason=row.reason,
                user_id=account(work, row.user),
                created_at=row.created_at,
            )
        )
        added += 1
    work.session.flush()
    return added
