"""The kinds of longer work the worker does, each a function of the job's id that may be started again after a crash."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import catalogue
from hub.actions import fim_exchange, imports, indexing, service_imports
from hub.cli import bundle_jobs, evidence_jobs
from hub.cli.holding import held
from hub.errors import HubError
from hub.extensions import db
from hub.http import actor_of
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.store.entries import Entry
from hub.store.organisations import Organisation
from hub.store.services import ServiceImport
from hub.work import Work, writing


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


T = TypeVar("T")


def _one_by_one(job_id: int, items: Sequence[T], do: Callable[[Work, Organisation, Job, T], dict[str, Any]]) -> None:
    """Do `do` for each item in its own transaction, so that the page sees progress and nothing is done twice."""
    for at, item in enumerate(items):
        with writing(db.session()) as session:
            job = held(session, job_id)
            if at < job.done_count:
                continue
            work = Work(session, actor_of(session, job.user_id), now())
            organisation = session.get_one(Organisation, job.organisation_id)
            row = do(work, organisation, job, item)
            job.report = [*job.report, row]
            job.done_count, job.started_at = at + 1, now()
    with writing(db.session()) as session:
        job = held(session, job_id)
        job.state, job.finished_at = "done", now()


def import_files(job_id: int) -> None:
    """Import the models of a ZIP, file by file."""
    session: Session = db.session()
    job = session.get_one(Job, job_id)
    files = list(imports.members(Work(session, SYSTEM, now()), job))
    session.rollback()
    _one_by_one(
        job_id,
        files,
        lambda work, owner, job, file: imports.import_one(work, owner, *file, job.options["visibility"]),
    )


def import_processes(job_id: int) -> None:
    """Import the chosen processes of an XProzess file, one by one."""
    session: Session = db.session()
    job = session.get_one(Job, job_id)
    found = fim_exchange.message(Work(session, SYSTEM, now()), job.blob_sha256 or "").processes
    chosen = [found[at] for at in job.options["chosen"]]
    session.rollback()
    _one_by_one(
        job_id,
        chosen,
        lambda work, owner, job, row: fim_exchange.import_one(work, owner, row, job.options["visibility"]),
    )


def import_services(job_id: int) -> None:
    """Read a catalogue file row by row, showing the progress, then take all of it over in one transaction."""
    session: Session = db.session()
    job = session.get_one(Job, job_id)
    found = service_imports.find(Work(session, SYSTEM, now()), job.options["import"])
    sheet = service_imports.sheet_of(Work(session, SYSTEM, now()), found)
    mapping, import_id = dict(found.mapping), found.id
    session.rollback()
    rows = []
    for at, row in enumerate(catalogue.read_rows(sheet, mapping), 1):
        rows.append(row)
        if at % 5_000 == 0:
            _progress(job_id, at)
    try:
        with writing(db.session()) as session:
            job = held(session, job_id)
            found = session.get_one(ServiceImport, import_id)
            if found.applied_at is None:
                service_imports.apply(Work(session, actor_of(session, job.user_id), now()), found, rows)
            job.state, job.done_count, job.finished_at = "done", job.total_count, now()
    except HubError:  # the right was taken away meanwhile; nothing was written
        _fail(job_id)


def index_services(job_id: int) -> None:
    """Write the search index of all entries of some services anew, a batch in each transaction."""
    session: Session = db.session()
    wanted = session.get_one(Job, job_id).options["services"]
    ids: list[int] = []
    for start in range(0, len(wanted), 500):
        query = select(Entry.id).where(Entry.service_id.in_(wanted[start : start + 500])).order_by(Entry.id)
        ids += session.scalars(query)
    session.rollback()
    for start in range(0, len(ids), 50):
        with writing(db.session()) as session:
            work = Work(session, SYSTEM, now())
            for entry in session.scalars(select(Entry).where(Entry.id.in_(ids[start : start + 50]))):
                indexing.index(work, entry)
        _progress(job_id, start)
    with writing(db.session()) as session:
        job = held(session, job_id)
        job.state, job.finished_at = "done", now()


def _progress(job_id: int, done: int) -> None:
    with writing(db.session()) as session:
        job = held(session, job_id)
        job.done_count, job.started_at = done, now()


def _fail(job_id: int) -> None:
    with writing(db.session()) as session:
        job = session.get_one(Job, job_id)
        job.state, job.finished_at = "failed", now()


JOBS: Mapping[str, Callable[[int], None]] = {
    "import": import_files,
    "xprozess": import_processes,
    "bundle": bundle_jobs.make_bundle,
    "bundle_import": bundle_jobs.bring_bundle,
    "evidence": evidence_jobs.make_evidence,
    "services": import_services,
    "service_index": index_services,
}
"""Kind of a `Job` → what does it."""
