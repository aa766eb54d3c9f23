"""Evidence packs made by the worker, with progress; memory stays flat."""

from hub.actions import bundles, evidence, grants, statements
from hub.cli.bundle_jobs import one_state
from hub.cli.holding import held
from hub.extensions import db
from hub.http import actor_of, now
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.store.statements import Statement
from hub.work import Work, writing


def make_evidence(job_id: int) -> None:
    """Make a pack and keep it in pieces; waits for another round while the log is not sealed up to now."""
    with writing(db.session()) as session:
        work = Work(session, SYSTEM, now())
        if evidence.pending(work):
            session.get_one(Job, job_id).state = "waiting"
            return
        bundles.forget(work, [job_id])
    manifest = [""]
    with one_state() as session:
        job = session.get_one(Job, job_id)
        done = [0]
        found = _statement(Work(session, actor_of(session, job.user_id), now()), job)
        work = Work(session, SYSTEM, now())
        parts = evidence.stream(work, found, done.append, manifest.append)
        for position, part in enumerate(parts):
            _keep(job_id, position, part, done[-1])
    with writing(db.session()) as session:
        work = Work(session, SYSTEM, now())
        job = held(session, job_id)
        evidence.note_made(work, _statement(work, job), manifest[-1])
        job.options = {**job.options, "manifest_sha256": manifest[-1], "size": bundles.size(work, job)}
        job.state, job.finished_at = "done", now()


def _statement(work: Work, job: Job) -> Statement:
    """Return the statement a job is about; raises `NotFound` if its owner may no longer read it."""
    return statements.find(work, grants.find(work, job.options["grant"]), job.options["statement"])


def _keep(job_id: int, position: int, content: bytes, finished: int) -> None:
    with writing(db.session()) as session:
        job = held(session, job_id)
        bundles.keep_piece(Work(session, SYSTEM, now()), job_id, position, content)
        job.done_count, job.started_at = finished, now()
