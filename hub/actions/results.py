"""Promised results (Ergebnisse) of a grant, and the immutable versions that prove them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from hub import policy
from hub.actions import entries, facets, grants
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import EditResult
from hub.policy import funding as may
from hub.store.entries import Entry, Version, VersionState
from hub.store.funding import Evidence, Grant, GrantMove, Result, ResultState
from hub.store.organisations import Organisation
from hub.work import Work

R = ResultState
MOVES: dict[ResultState, tuple[ResultState, ...]] = {
    R.OPEN: (R.IN_WORK,),
    R.IN_WORK: (R.SUBMITTED, R.OPEN),
    R.TO_IMPROVE: (R.IN_WORK,),
    R.SUBMITTED: (R.IN_WORK,),
}
"""What the cities may record; a review moves submitted results on."""

REVIEW_MOVES: dict[ResultState, tuple[ResultState, ...]] = {
    R.SUBMITTED: (R.IN_REVIEW, R.ACCEPTED, R.TO_IMPROVE),
    R.IN_REVIEW: (R.ACCEPTED, R.TO_IMPROVE),
}
"""What the authority's reviewers may record."""

APPROVED = (VersionState.RELEASED, VersionState.PUBLISHED, VersionState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Shares:
    """How a grant's amount is spread over its results, in cents."""

    spread: int
    rest: int


def listing(work: Work, grant: Grant) -> list[Result]:
    """Return the results in their order, with their evidence."""
    query = select(Result).where(Result.grant_id == grant.id).order_by(Result.position)
    evidence = selectinload(Result.evidence).joinedload(Evidence.version).joinedload(Version.entry)
    return list(work.session.scalars(query.options(evidence)))


def find(work: Work, grant: Grant, position: int) -> Result:
    """Return one result by its position; raises `NotFound`."""
    query = select(Result).where(Result.grant_id == grant.id, Result.position == position)
    found = work.session.scalar(query.options(selectinload(Result.evidence).joinedload(Evidence.version)))
    if found is None:
        raise NotFound
    return found


def shares(grant: Grant, rows: list[Result]) -> Shares:
    """Return how much of the grant is spread over results and what is left."""
    spread = sum(row.share for row in rows)
    return Shares(spread, grant.amount - spread)


def add(work: Work, grant: Grant, sent: EditResult) -> Result:
    """Add a result at the end."""
    work.require(may.manage_grant, grant)
    grants.lock(work, grant)
    last = work.session.scalar(select(func.max(Result.position)).where(Result.grant_id == grant.id)) or 0
    result = Result(grant_id=grant.id, grant=grant, position=last + 1, state=R.OPEN)
    _apply(work, grant, result, sent)
    work.session.add(result)
    work.session.flush()
    grants.record(work, "grant.result_added", grant, result=result.position)
    return result


def edit(work: Work, grant: Grant, result: Result, sent: EditResult) -> None:
    """Change a result; raises `Conflict("result_moved_on")` if somebody else did, or if it was accepted already."""
    work.require(may.manage_grant, grant)
    _lock(work, result)
    if result.revision != sent.revision or result.state in (R.ACCEPTED, R.IN_REVIEW):
        raise Conflict("result_moved_on")
    _apply(work, grant, result, sent)
    result.revision += 1
    work.session.flush()
    grants.record(work, "grant.result_edited", grant, result=result.position)


def moves(work: Work, result: Result) -> tuple[ResultState, ...]:
    """Return the states this actor may bring the result to."""
    now = ResultState(result.state)
    found: tuple[ResultState, ...] = ()
    if may.contribute(work.actor, result.grant, result.organisation):
        found += MOVES.get(now, ())
    if may.review_grant(work.actor, result.grant):
        found += REVIEW_MOVES.get(now, ())
    return found


def move(work: Work, result: Result, after: ResultState, *, revision: int, reason: str = "") -> None:
    """Bring a result to its next state.

    Raises `Forbidden`, `Conflict` for a stale page, `Invalid` for a submission without evidence or an objection
    without a reason.
    """
    if after not in moves(work, result):
        raise Forbidden("move")
    _lock(work, result)
    if result.revision != revision or after not in moves(work, result):
        raise Conflict("result_moved_on")
    if after == R.SUBMITTED and not result.evidence:
        raise Invalid(after="result_needs_evidence")
    if after == R.TO_IMPROVE and not reason.strip():
        raise Invalid(reason="move_needs_reason")
    work.session.add(
        GrantMove(
            grant_id=result.grant_id,
            result_id=result.id,
            before=result.state,
            after=after,
            reason=reason.strip(),
            user_id=work.actor.user_id,
            at=work.now,
        )
    )
    result.state = after
    result.revision += 1
    work.session.flush()
    grants.record(work, "grant.result_moved", result.grant, result=result.position, after=after.value)


def tie(work: Work, result: Result, address: str, note: str, facts: dict[str, Any]) -> Evidence:
    """Tie a result to an approved version named as `city/entry/1.00`; `facts` is what holds of it now.

    Raises `Invalid(version=…)` for an unknown, unreadable or unapproved version.
    """
    work.require(may.contribute, result.grant, result.organisation)
    if result.state in (R.ACCEPTED, R.IN_REVIEW):
        raise Conflict("result_moved_on")
    entry, version = cited(work, address)
    if any(row.version_id == version.id for row in result.evidence):
        raise Invalid(version="evidence_twice")
    row = Evidence(
        version_id=version.id,
        version=version,
        sha256=version.blob_sha256,
        facts=facts,
        note=note.strip(),
        user_id=work.actor.user_id,
        added_at=work.now,
    )
    result.evidence.append(row)
    facets.refile(work, [entry.id])
    grants.record(
        work, "grant.evidence_tied", result.grant, result=result.position, cited=entry.slug, number=version.number
    )
    return row


def untie(work: Work, result: Result, evidence_id: int) -> None:
    """Take a version away again, as long as the result was not submitted."""
    work.require(may.contribute, result.grant, result.organisation)
    row = next((row for row in result.evidence if row.id == evidence_id), None)
    if row is None:
        raise NotFound
    if result.state not in (R.OPEN, R.IN_WORK, R.TO_IMPROVE):
        raise Conflict("result_moved_on")
    result.evidence.remove(row)
    facets.refile(work, [row.version.entry_id])
    grants.record(work, "grant.evidence_untied", result.grant, result=result.position)


def cited(work: Work, address: str) -> tuple[Entry, Version]:
    """Return the approved version at an address such as `marburg/sepa-mandat/1.00`; a whole URL will do.

    Raises `Invalid(version=…)`.
    """
    parts = [part for part in address.strip().removesuffix("/").split("/") if part and part != "versions"][-3:]
    if len(parts) != 3:
        raise Invalid(version="version_address")
    try:
        entry = entries.find(work, parts[0], parts[1])
        version = entries.version(work, entry, parts[2])
    except entries.Moved as moved:
        entry = moved.entry
        version = entries.version(work, entry, parts[2])
    except NotFound as error:
        raise Invalid(version="version_address") from error
    if version.state not in APPROVED:
        raise Invalid(version="version_not_approved")
    return entry, version


def citable(work: Work, organisation_ids: frozenset[int]) -> list[Version]:
    """Return the approved versions of some organisations that this actor may read, to choose from."""
    query = select(Version).join(Entry, Version.entry_id == Entry.id)
    query = query.where(
        Entry.organisation_id.in_(sorted(organisation_ids)),
        Version.state.in_(APPROVED),
        policy.read_visible(work.actor),
    )
    return list(work.session.scalars(query.options(joinedload(Version.entry)).order_by(Entry.title, Version.id.desc())))


def _apply(work: Work, grant: Grant, result: Result, sent: EditResult) -> None:
    organisation = work.session.scalar(select(Organisation).where(Organisation.slug == sent.organisation))
    if organisation is None or organisation.id not in grant.organisation_ids:
        raise Invalid(organisation="not_a_partner")
    others = select(func.coalesce(func.sum(Result.share), 0)).where(Result.grant_id == grant.id)
    if result.id is not None:
        others = others.where(Result.id != result.id)
    if grant.amount and (work.session.scalar(others) or 0) + sent.share > grant.amount:
        raise Invalid(share="shares_too_much")
    result.organisation = organisation
    for name in ("title", "target", "criterion", "due", "share"):
        setattr(result, name, getattr(sent, name))


def _lock(work: Work, result: Result) -> None:
    work.session.refresh(result, ["revision", "state"], with_for_update=True)
