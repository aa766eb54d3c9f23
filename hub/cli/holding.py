"""What a worker holds while it works: its job, its chores, and its place among the living."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.actions import operations
from hub.cli import stopping
from hub.config import VERSION
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.store.operations import JobTry
from hub.work import Work, writing

MOST_TRIES = 3
"""A job that failed this often is left to people."""


class Cancelled(Exception):
    """Somebody has cancelled the job meanwhile."""


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


NAME = f"{socket.gethostname()}:{os.getpid()}"
STARTED_AT = now()
_beaten_at = datetime.min.replace(tzinfo=UTC)


def beat(session: Session) -> None:
    """Say that this worker is alive, in the transaction of `session`, if that is due."""
    global _beaten_at  # noqa: PLW0603 - one process has one heart
    if now() - _beaten_at >= operations.BEAT_EVERY:
        operations.beat(Work(session, SYSTEM, now()), NAME, VERSION, STARTED_AT)
        _beaten_at = now()


def beat_now_and_then() -> None:
    """Say that this worker is alive, in a transaction of its own, if that is due."""
    if now() - _beaten_at >= operations.BEAT_EVERY:
        with writing(db.session()) as session:
            beat(session)


def fall_silent() -> None:
    """Take this worker from the list and free its chores."""
    with writing(db.session()) as session:
        operations.fall_silent(Work(session, SYSTEM, now()), NAME)


def held(session: Session, job_id: int) -> Job:
    """Return the job this worker is at, inside a writing transaction; raises `Cancelled` or `Stopped`."""
    stopping.check()
    job = session.get_one(Job, job_id)
    if job.state == "failed":
        raise Cancelled
    beat(session)
    return job


def give_back(job_id: int) -> None:
    """Let another worker take the job up where it stands."""
    with writing(db.session()) as session:
        job = session.get_one(Job, job_id)
        if job.state == "running":
            job.state, job.started_at = "waiting", None


def note_failure(job_id: int, error: Exception) -> None:
    """Count a failure. The job is tried again when it counts as lost, and left to people after the third time."""
    with writing(db.session()) as session:
        job = session.get_one(Job, job_id)
        found = session.get(JobTry, job_id)
        if found is None:
            found = JobTry(job_id=job_id, tries=0)
            session.add(found)
        found.tries, found.failure, found.failed_at = found.tries + 1, type(error).__name__, now()
        if found.tries >= MOST_TRIES and job.state == "running":
            job.state, job.finished_at = "failed", now()


@contextmanager
def chore(name: str) -> Iterator[bool]:
    """Hold a chore that one worker at a time does; yields False while another one has it."""
    mine = keep_chore(name)
    try:
        yield mine
    finally:
        if mine:
            with writing(db.session()) as session:
                operations.free_lease(Work(session, SYSTEM, now()), name, NAME)


def keep_chore(name: str) -> bool:
    """Take a chore, or go on holding it; return whether this worker has it."""
    try:
        with writing(db.session()) as session:
            return operations.take_lease(Work(session, SYSTEM, now()), name, NAME)
    except IntegrityError:  # another worker took it in the same moment
        return False
