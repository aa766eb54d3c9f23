"""Bundles made and brought in outside a request: by the worker with progress, or from the command line."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.actions import bundle_imports, bundles
from hub.actions.bundle_files import Reader
from hub.cli.holding import held
from hub.errors import HubError, Invalid
from hub.extensions import db
from hub.http import actor_of, is_page, now
from hub.policy import SYSTEM, Actor
from hub.store.activity import Job
from hub.store.bundles import BundlePiece
from hub.store.entries import Blob
from hub.store.organisations import Organisation
from hub.work import Work, writing

PIECE = 1_000_000
"""Bytes of a stretch of a bundle."""
KEPT_FOR = timedelta(days=7)
ROWS = 1000
"""Entries up to which each one has a row in the report; beyond, only those that need attention."""


@contextmanager
def one_state() -> Iterator[Session]:
    """Open a session that reads the same state of the database from beginning to end."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


def make(
    session: Session, actor: Actor, ids: Sequence[int], scope: str, *, done: Callable[[int], None]
) -> Iterator[bytes]:
    """Yield the bundle of these entries; `done` gets how many entries are finished."""
    count = 0

    def finished() -> None:
        nonlocal count
        count += 1
        # What was read of one entry is forgotten before the next: the memory needed does not grow with the hub.
        session.expunge_all()
        done(count)

    source = current_app.config["HUB"].base_url
    return bundles.stream(Work(session, actor, now()), ids, source=source, scope=scope, done=finished)


def make_bundle(job_id: int) -> None:
    """Make a bundle and keep it in pieces; begins anew if a worker was lost, and throws old bundles away."""
    with writing(db.session()) as session:
        past = select(Job.id).where(Job.kind == "bundle", Job.finished_at < now() - KEPT_FOR)
        old = list(session.scalars(past.where(Job.id.in_(select(BundlePiece.job_id)))))
        bundles.forget(Work(session, SYSTEM, now()), [*old, job_id])
    with one_state() as session:
        job = session.get_one(Job, job_id)
        actor, scope = actor_of(session, job.user_id), job.options["name"]
        owner = session.get(Organisation, job.organisation_id) if job.organisation_id is not None else None
        ids = bundles.readable(Work(session, actor, now()), owner)
        made: list[bytes] = []
        position = 0
        finished = 0

        def note(count: int) -> None:
            nonlocal finished
            finished = count

        for part in make(session, actor, ids, scope, done=note):
            made.append(part)
            if sum(map(len, made)) >= PIECE:
                _keep(job_id, position, b"".join(made), finished)
                position, made = position + 1, []
        _keep(job_id, position, b"".join(made), len(ids))
    with writing(db.session()) as session:
        job = held(session, job_id)
        job.total_count = len(ids)
        job.state, job.finished_at = "done", now()


def _keep(job_id: int, position: int, content: bytes, finished: int) -> None:
    with writing(db.session()) as session:
        job = held(session, job_id)
        bundles.keep_piece(Work(session, SYSTEM, now()), job_id, position, content)
        job.done_count, job.started_at = finished, now()


def bring_bundle(job_id: int) -> None:
    """Bring an uploaded bundle in, each entry in its own transaction, and write the report."""
    session: Session = db.session()
    job = session.get_one(Job, job_id)
    data = session.scalars(select(Blob.content).where(Blob.sha256 == job.blob_sha256)).one()
    user_id, start = job.user_id, job.done_count
    session.rollback()
    many = job.total_count > ROWS

    def keep(session: Session, row: dict[str, Any], at: int) -> None:
        job = held(session, job_id)
        if not many or row["outcome"] in ("refused", "warned"):
            job.report = [*job.report, row]
        job.done_count, job.started_at = at + 1, now()

    try:
        bring(Reader(io.BytesIO(data)), lambda session: actor_of(session, user_id), keep, start=start)
    except Invalid as error:
        with writing(db.session()) as session:
            job = session.get_one(Job, job_id)
            row = {"name": job.options["name"], "outcome": "refused", "text": " ".join(error.fields.values())}
            job.report, job.state, job.finished_at = [row], "failed", now()
        return
    with writing(db.session()) as session:
        job = held(session, job_id)
        job.state, job.finished_at = "done", now()


def bring(
    reader: Reader,
    actor: Callable[[Session], Actor],
    keep: Callable[[Session, dict[str, Any], int], None],
    *,
    start: int = 0,
) -> None:
    """Bring the entries of a bundle in from place `start` on; `keep` gets each row of the report inside the deed."""
    arrivals = bundle_imports.open_bundle(reader, is_page=is_page)
    for at in range(start, len(reader.manifest.entries)):
        try:
            with writing(db.session()) as session:
                keep(session, bundle_imports.bring(Work(session, actor(session), now()), arrivals, at), at)
        except HubError as error:
            with writing(db.session()) as session:
                keep(session, bundle_imports.refusal(arrivals, at, error), at)
