"""Longer work done in the background, for those who run the hub: what waits, runs and has failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from hub.errors import Conflict, NotFound
from hub.policy import admin as policy
from hub.store.accounts import User
from hub.store.activity import Job
from hub.store.operations import JobTry
from hub.work import Work

CANCELLED = "cancelled"
"""Stands as the failure of a job that people have stopped."""
SHOWN = 200
"""The latest jobs; those that are not finished come first."""


@dataclass(frozen=True, slots=True)
class Row:
    """A job with who asked for it and how it failed, if it did."""

    job: Job
    owner: str
    tries: int
    failure: str


def listing(work: Work) -> Sequence[Row]:
    """Return the latest jobs, what needs attention first; for the administration of the hub."""
    work.require(policy.administer)
    order = case({"running": 0, "waiting": 1, "failed": 2}, value=Job.state, else_=3)
    query = (
        select(Job, User.name, JobTry.tries, JobTry.failure)
        .outerjoin(User, User.id == Job.user_id)
        .outerjoin(JobTry, JobTry.job_id == Job.id)
        .options(joinedload(Job.organisation))
        .order_by(order, Job.id.desc())
        .limit(SHOWN)
    )
    return [
        Row(job, owner or "", tries or 0, failure or "") for job, owner, tries, failure in work.session.execute(query)
    ]


def _find(work: Work, job_id: int, *states: str) -> Job:
    """Return a job in one of these states, locked; raises `NotFound`, or `Conflict` if it has moved on."""
    work.require(policy.administer)
    job = work.session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None:
        raise NotFound
    if job.state not in states:
        raise Conflict("job_moved_on")
    return job


def retry(work: Work, job_id: int) -> None:
    """Put a failed job into the queue again; it goes on where it stood."""
    job = _find(work, job_id, "failed")
    job.state, job.started_at, job.finished_at = "waiting", None, None
    if (found := work.session.get(JobTry, job_id)) is not None:
        work.session.delete(found)
    work.record("job.retried", organisation_id=job.organisation_id, job=job_id, work=job.kind)


def cancel(work: Work, job_id: int) -> None:
    """Stop a job that waits or runs; what it has finished stays."""
    job = _find(work, job_id, "waiting", "running")
    job.state, job.finished_at = "failed", work.now
    found = work.session.get(JobTry, job_id) or JobTry(job_id=job_id, tries=0)
    found.failure, found.failed_at = CANCELLED, work.now
    work.session.add(found)
    work.record("job.cancelled", organisation_id=job.organisation_id, job=job_id, work=job.kind)
