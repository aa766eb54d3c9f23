"""Reuse (Nachnutzung): who uses which version since when, recorded by anybody near, confirmed by the using city."""

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import entries
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import RecordReuse
from hub.policy import funding as may
from hub.store.answers import answers
from hub.store.entries import Entry, Version, VersionState
from hub.store.organisations import Organisation
from hub.store.reuse import Reuse, ReuseMove, ReuseState
from hub.work import Work

MOVES: dict[ReuseState, tuple[ReuseState, ...]] = {
    ReuseState.PLANNED: (ReuseState.PLANNED, ReuseState.ADAPTING, ReuseState.LIVE, ReuseState.ENDED),
    ReuseState.ADAPTING: (ReuseState.ADAPTING, ReuseState.LIVE, ReuseState.ENDED),
    ReuseState.LIVE: (ReuseState.LIVE, ReuseState.ADAPTING, ReuseState.ENDED),
    ReuseState.ENDED: (ReuseState.ENDED, ReuseState.PLANNED, ReuseState.ADAPTING),
}
"""From where to where a use may go; staying is allowed, for its other fields."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many municipalities use an entry, and how many of them in production."""

    all: int = 0
    live: int = 0
    confirmed: int = 0


_COUNTED = (
    select(
        Reuse.entry_id,
        func.count(),
        func.sum(case((Reuse.state == ReuseState.LIVE, 1), else_=0)),
        func.count(Reuse.confirmed_at),
    )
    .where(Reuse.entry_id.in_(bindparam("ids", expanding=True)), Reuse.state != ReuseState.ENDED)
    .group_by(Reuse.entry_id)
)


def of_entry(work: Work, entry: Entry) -> list[Reuse]:
    """Return who uses an entry, the longest first; for outsiders only what was confirmed."""
    query = _query().where(Reuse.entry_id == entry.id)
    if not policy.read_drafts(work.actor, entry):
        query = query.where(Reuse.confirmed_at.is_not(None))
    return list(work.session.scalars(query.order_by(Reuse.since.is_(None), Reuse.since, Reuse.id)))


def ledger(work: Work, *, organisation: str = "", state: str = "") -> list[Reuse]:
    """Return every use of readable entries, newest first; outside of the cooperation only what was confirmed."""
    if not work.actor.roles:
        raise Forbidden("reuse")
    query = _query().join(Entry, Entry.id == Reuse.entry_id).where(policy.read_visible(work.actor))
    if not work.actor.cooperates:
        query = query.where(Reuse.confirmed_at.is_not(None))
    if organisation:
        query = query.join(Organisation, Organisation.id == Reuse.organisation_id).where(
            Organisation.slug == organisation
        )
    if state:
        query = query.where(Reuse.state == state)
    return list(work.session.scalars(query.order_by(Reuse.recorded_at.desc(), Reuse.id.desc())))


def counts(work: Work, entry_ids: list[int]) -> dict[int, Count]:
    """Return the counts of some entries whose readability the caller has checked; uses that ended do not count."""
    if not entry_ids:
        return {}
    return {
        row[0]: Count(*(int(value or 0) for value in row[1:])) for row in answers(work.session, _COUNTED, ids=entry_ids)
    }


def find(work: Work, entry: Entry, reuse_id: int) -> Reuse:
    """Return one use of an entry; raises `NotFound`."""
    found = next((row for row in of_entry(work, entry) if row.id == reuse_id), None)
    if found is None:
        raise NotFound
    return found


def record(work: Work, entry: Entry, sent: RecordReuse) -> Reuse:
    """Record a use; whoever belongs to the using city confirms it by recording it.

    Raises `Invalid` for an unknown city or version, or a use that is recorded already.
    """
    organisation = _organisation(work, sent)
    work.require(may.record_reuse, organisation if organisation is not None else entry.organisation)
    version = _version(work, entry, sent.version)
    same = select(Reuse.id).where(Reuse.entry_id == entry.id, Reuse.state != ReuseState.ENDED)
    same = same.where(
        Reuse.organisation_id == organisation.id if organisation is not None else Reuse.name == sent.name.strip()
    )
    if work.session.scalar(same) is not None:
        raise Invalid(organisation="reuse_twice")
    row = Reuse(
        entry=entry,
        version=version,
        organisation=organisation,
        recorded_by_id=work.actor.user_id,
        recorded_at=work.now,
        name="" if organisation is not None else sent.name,
        ags=organisation.ags if organisation is not None else sent.ags,
    )
    _apply(work, row, sent)
    work.session.add(row)
    work.session.flush()
    _moved(work, row, "", sent.deviation)
    if may.confirm_reuse(work.actor, row) and row.organisation_id in work.actor.organisation_ids:
        row.confirmed_by_id, row.confirmed_at = work.actor.user_id, work.now
    work.record("reuse.recorded", entry, reuse_id=row.id, state=row.state)
    return row


def edit(work: Work, entry: Entry, row: Reuse, sent: RecordReuse) -> None:
    """Change a use; what the using city confirmed before needs its confirmation again if others change it.

    Raises `Conflict("reuse_moved_on")` for a stale page, `Invalid` for a state that cannot follow.
    """
    work.require(may.record_reuse, row.organisation or entry.organisation)
    work.session.refresh(row, ["revision", "state"], with_for_update=True)
    if row.revision != sent.revision:
        raise Conflict("reuse_moved_on")
    if ReuseState(sent.state) not in MOVES[ReuseState(row.state)]:
        raise Invalid(state="reuse_cannot_follow")
    before = row.state
    row.version = _version(work, entry, sent.version)
    _apply(work, row, sent)
    row.revision += 1
    if before != row.state:
        _moved(work, row, before, sent.deviation)
    if row.organisation_id not in work.actor.organisation_ids:
        row.confirmed_by_id, row.confirmed_at = None, None
    work.session.flush()
    work.record("reuse.changed", entry, reuse_id=row.id, before=before, state=row.state)


def confirm(work: Work, entry: Entry, row: Reuse, *, revision: int) -> None:
    """Confirm a use as the using city; raises `Conflict("reuse_moved_on")` if it was changed meanwhile."""
    work.require(may.confirm_reuse, row)
    work.session.refresh(row, ["revision"], with_for_update=True)
    if row.revision != revision:
        raise Conflict("reuse_moved_on")
    row.confirmed_by_id, row.confirmed_at = work.actor.user_id, work.now
    row.revision += 1
    work.session.flush()
    work.record("reuse.confirmed", entry, reuse_id=row.id)


def moves(work: Work, row: Reuse) -> list[ReuseMove]:
    """Return how the use went on, oldest first."""
    return list(work.session.scalars(select(ReuseMove).where(ReuseMove.reuse_id == row.id).order_by(ReuseMove.id)))


def _query() -> Select[Reuse]:
    return select(Reuse).options(joinedload(Reuse.version), joinedload(Reuse.entry), joinedload(Reuse.confirmed_by))


def _organisation(work: Work, sent: RecordReuse) -> Organisation | None:
    if not sent.organisation:
        if not sent.name:
            raise Invalid(organisation="reuse_needs_city")
        return None
    found = work.session.scalar(select(Organisation).where(Organisation.slug == sent.organisation))
    if found is None:
        raise Invalid(organisation="not_a_choice")
    return found


def _version(work: Work, entry: Entry, number: str) -> Version:
    if not number:
        shown = entry.published or entries.current(work, entry)
    else:
        try:
            shown = entries.version(work, entry, number)
        except NotFound as error:
            raise Invalid(version="version_unknown") from error
    if shown.state == VersionState.ARCHIVED:
        raise Invalid(version="version_unknown")
    return shown


def _apply(work: Work, row: Reuse, sent: RecordReuse) -> None:
    if sent.since and sent.until and sent.until < sent.since:
        raise Invalid(until="period_backwards")
    row.state, row.since, row.until = sent.state, sent.since, sent.until
    row.deviation, row.contact = sent.deviation.strip(), sent.contact
    row.fork = None
    if sent.fork:
        city, _slash, slug = sent.fork.strip("/").partition("/")
        try:
            fork = entries.find(work, city, slug)
        except (NotFound, entries.Moved) as error:
            raise Invalid(fork="fork_unknown") from error
        if row.organisation is None or fork.organisation_id != row.organisation.id:
            raise Invalid(fork="fork_unknown")
        row.fork = fork


def _moved(work: Work, row: Reuse, before: str, note: str) -> None:
    work.session.add(
        ReuseMove(reuse_id=row.id, before=before, after=row.state, note=note, user_id=work.actor.user_id, at=work.now)
    )


def waiting(work: Work) -> list[Waiting]:
    """Return the uses that others entered for this actor's city, for it to confirm."""
    own = [key for key in work.actor.roles if work.actor.has(policy.WRITERS, key)]
    if not own:
        return []
    query = _query().join(Entry, Entry.id == Reuse.entry_id)
    query = query.where(Reuse.organisation_id.in_(own), Reuse.confirmed_at.is_(None), policy.read_visible(work.actor))
    return [
        Waiting("reuse.confirm", row.entry, row.recorded_at, ("reuse.index", {}), detail=row.deviation)
        for row in work.session.scalars(query.order_by(Reuse.id))
    ]
