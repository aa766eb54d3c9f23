"""What the cities say to a release, and how a model that two of them use becomes a reference model."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub.actions import entries, indexing, verdicts
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.policy import reviews as policy
from hub.store.accounts import Membership
from hub.store.entries import Entry, Level, Version, VersionState
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.reuse import Reuse, ReuseState
from hub.store.reviews import Adoption, Answer, ReferenceProposal, Vote
from hub.work import Work

ENOUGH = 2
"""So many cities must use a model before it can become a reference model (Referenzprozess: at least two)."""


def cities(work: Work) -> list[Organisation]:
    """Return the cities of the cooperation by name."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.CITY, Organisation.active)
    return list(work.session.scalars(query.order_by(Organisation.short_name)))


def current(work: Work, version: Version) -> dict[int, Vote]:
    """Return organisation id → what that city says to a version now."""
    newest = select(func.max(Vote.id)).where(Vote.version_id == version.id).group_by(Vote.organisation_id)
    query = select(Vote).where(Vote.id.in_(newest)).options(joinedload(Vote.user), joinedload(Vote.organisation))
    return {row.organisation_id: row for row in work.session.scalars(query)}


def may_vote_for(work: Work, entry: Entry) -> list[Organisation]:
    """Return the cities the actor may speak for about this entry."""
    return [city for city in cities(work) if policy.vote(work.actor, entry, city)]


def cast(
    work: Work, entry: Entry, version: Version, organisation: Organisation, adoption: Adoption, reason: str = ""
) -> Vote:
    """Say for a city whether it takes a release over; the newest word holds, earlier ones stay in the history.

    Raises `Invalid` without a reason for anything but „as it is“, `Conflict` for what is not released.
    """
    work.require(policy.vote, entry, organisation)
    entries.lock(work, entry)
    work.session.refresh(version, ["state", "major", "minor"])
    if version.state not in (VersionState.RELEASED, VersionState.PUBLISHED):
        raise Conflict("not_released")
    if adoption != Adoption.AS_IS and not reason.strip():
        raise Invalid(reason="vote_reason_needed")
    row = Vote(
        entry_id=entry.id,
        version_id=version.id,
        organisation_id=organisation.id,
        adoption=adoption,
        reason=reason.strip(),
        user_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        "version.voted",
        entry,
        number=version.number,
        city=organisation.short_name,
        adoption=str(adoption),
        tell=[key for key in (version.author_id,) if key is not None],
    )
    return row


def users(work: Work, entry: Entry) -> list[Organisation]:
    """Return the cities that use a model: its owner, those with a fork, a confirmed use, or a word to take it over."""
    forks = (
        select(Entry.organisation_id)
        .join(Version, Version.id == Entry.forked_from_id)
        .where(Version.entry_id == entry.id, Entry.archived_at.is_(None))
    )
    newest = select(func.max(Vote.id)).where(Vote.entry_id == entry.id).group_by(Vote.organisation_id)
    voted = select(Vote.organisation_id).where(Vote.id.in_(newest), Vote.adoption != Adoption.NOT_HERE)
    used = select(Reuse.organisation_id).where(
        Reuse.entry_id == entry.id, Reuse.confirmed_at.is_not(None), Reuse.state != ReuseState.ENDED
    )
    known = {entry.organisation_id, *(city for query in (forks, voted, used) for city in work.session.scalars(query))}
    return [city for city in cities(work) if city.id in known]


def proposal(work: Work, entry: Entry) -> ReferenceProposal | None:
    """Return the open proposal to make the entry a reference model."""
    query = select(ReferenceProposal).where(
        ReferenceProposal.entry_id == entry.id, ReferenceProposal.answer == Answer.OPEN
    )
    return work.session.scalar(query)


def may_propose_for(work: Work, entry: Entry) -> list[Organisation]:
    """Return the using cities for which the actor may propose; empty where nothing is to be proposed."""
    if entry.level in policy.REFERENCE or entry.archived_at is not None:
        return []
    using = users(work, entry)
    if len(using) < ENOUGH:
        return []
    return [city for city in using if policy.speak_on_reference(work.actor, entry, city)]


def propose(work: Work, entry: Entry, organisation: Organisation, reason: str) -> ReferenceProposal:
    """Propose to make the entry a reference model (Detaillierungsstufe 102)."""
    work.require(policy.speak_on_reference, entry, organisation)
    entries.lock(work, entry)
    if entry.level in policy.REFERENCE:
        raise Conflict("already_reference")
    if organisation.id not in {city.id for city in may_propose_for(work, entry)}:
        raise Conflict("not_in_use")
    if proposal(work, entry) is not None:
        raise Conflict("proposal_open")
    if not reason.strip():
        raise Invalid(reference_reason="review_reason_needed")
    row = ReferenceProposal(
        entry_id=entry.id,
        organisation_id=organisation.id,
        reason=reason.strip(),
        proposed_by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    places = [city.id for city in answering(work, entry, row)]
    query = select(Membership.user_id).where(
        Membership.organisation_id.in_(places), Membership.role.in_(sorted(policy.SPEAKERS))
    )
    work.record("reference.proposed", entry, title=entry.title, tell=sorted(set(work.session.scalars(query))))
    return row


def answering(work: Work, entry: Entry, open_one: ReferenceProposal) -> list[Organisation]:
    """Return the cities whose answer counts: the owner's if another city proposed, else the others that use it."""
    using = [city for city in users(work, entry) if city.id != open_one.organisation_id]
    if open_one.organisation_id == entry.organisation_id:
        return using
    return [city for city in using if city.id == entry.organisation_id] or [entry.organisation]


def may_answer_for(work: Work, entry: Entry, open_one: ReferenceProposal) -> list[Organisation]:
    """Return the organisations for which the actor may answer; never whoever proposed it."""
    if work.actor.user_id == open_one.proposed_by_id:
        return []
    places = answering(work, entry, open_one)
    return [place for place in places if policy.speak_on_reference(work.actor, entry, place)]


def answer(work: Work, entry: Entry, organisation: Organisation, *, accept: bool, reason: str = "") -> None:
    """Accept or decline the open proposal; accepted, the entry becomes a reference model and its approvals are void."""
    entries.lock(work, entry)
    row = proposal(work, entry)
    if row is None:
        raise NotFound
    if organisation.id not in {place.id for place in may_answer_for(work, entry, row)}:
        raise Forbidden("speak_on_reference")
    if not accept and not reason.strip():
        raise Invalid(reference_reason="review_reason_needed")
    row.answer = Answer.ACCEPTED if accept else Answer.DECLINED
    row.answered_by_id, row.answered_for_id = work.actor.user_id, organisation.id
    row.answer_reason, row.answered_at = reason.strip(), work.now
    work.session.flush()
    if accept:
        before = verdicts.judged(entry)
        entry.level = Level.REFERENCE
        entry.revision += 1
        entry.updated_at = work.now
        work.session.flush()
        verdicts.follow_edit(work, entry, before)
        indexing.index(work, entry)
    told = [row.proposed_by_id] if row.proposed_by_id is not None else []
    kind = "reference.accepted" if accept else "reference.declined"
    work.record(kind, entry, title=entry.title, city=organisation.short_name, tell=told)


def withdraw(work: Work, entry: Entry) -> None:
    """Take back one's own open proposal."""
    entries.lock(work, entry)
    row = proposal(work, entry)
    if row is None:
        raise NotFound
    if not work.actor.signed_in or row.proposed_by_id != work.actor.user_id:
        raise Forbidden("speak_on_reference")
    row.answer, row.answered_by_id, row.answered_at = Answer.WITHDRAWN, work.actor.user_id, work.now
    work.session.flush()
    work.record("reference.withdrawn", entry, title=entry.title)
