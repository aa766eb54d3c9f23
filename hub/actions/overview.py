"""What those who run the hub see first: how much there is of everything, and what waits."""

from dataclasses import dataclass

from sqlalchemy import func, select

from hub.actions import log
from hub.policy import admin as policy
from hub.store.accounts import Invitation, User
from hub.store.activity import Event, Job, Mail
from hub.store.entries import Entry
from hub.store.organisations import Organisation
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of the whole hub at one moment."""

    accounts: int
    closed: int
    invitations: int
    organisations: int
    entries: int
    events: int
    open_events: int
    """Events the worker has not followed yet."""
    jobs: int
    mails: int
    """Letters and notices of the queue that are still to be sent."""
    position: int
    digest: str
    """Where the sealed log ends."""


def overview(work: Work) -> Overview:
    """Return the counts; raises `Forbidden` for all but the administration of the hub."""
    work.require(policy.administer)
    accounts = dict(work.session.execute(select(User.active, func.count()).group_by(User.active)).all())
    unused = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > work.now)
    counted = (
        select(func.count(Invitation.id)).where(*unused).scalar_subquery(),
        select(func.count(Organisation.id)).where(Organisation.active).scalar_subquery(),
        select(func.count(Entry.id)).scalar_subquery(),
        select(func.count(Event.id)).scalar_subquery(),
        select(func.count(Event.id)).where(Event.done_at.is_(None)).scalar_subquery(),
        select(func.count(Job.id)).where(Job.state.in_(("waiting", "running"))).scalar_subquery(),
        select(func.count(Mail.id)).where(Mail.sent_at.is_(None)).scalar_subquery(),
    )
    invitations, organisations, entries, events, open_events, jobs, mails = work.session.execute(select(*counted)).one()
    position, digest = log.head(work)
    return Overview(
        accounts=accounts.get(True, 0),
        closed=accounts.get(False, 0),
        invitations=invitations,
        organisations=organisations,
        entries=entries,
        events=events,
        open_events=open_events,
        jobs=jobs,
        mails=mails,
        position=position,
        digest=digest,
    )
