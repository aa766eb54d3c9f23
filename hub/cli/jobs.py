"""The kinds of longer work the worker does, each a function of the job's id that may be started again after a crash."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hub.actions import imports
from hub.extensions import db
from hub.http import actor_of
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.store.organisations import Organisation
from hub.work import Work, writing


def _now() -> datetime:
    return datetime.now(UTC)


def import_files(job_id: int) -> None:
    """Import file by file, each in its own transaction, so that the page sees progress and nothing is done twice."""
    session: Session = db.session()
    job = session.get_one(Job, job_id)
    files = list(imports.members(Work(session, SYSTEM, _now()), job))
    session.rollback()
    for at, (name, data) in enumerate(files):
        with writing(db.session()) as session:
            job = session.get_one(Job, job_id)
            if at < job.done_count:
                continue
            work = Work(session, actor_of(session, job.user_id), _now())
            organisation = session.get_one(Organisation, job.organisation_id)
            row = imports.import_one(work, organisation, name, data, job.options["visibility"])
            job.report = [*job.report, row]
            job.done_count, job.started_at = at + 1, _now()
    with writing(db.session()) as session:
        job = session.get_one(Job, job_id)
        job.state, job.finished_at = "done", _now()


JOBS: Mapping[str, Callable[[int], None]] = {"import": import_files}
"""Kind of a `Job` → what does it."""
