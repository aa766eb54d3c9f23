"""`hub work`: everything that follows from an event, waiting mail, and jobs. Safe to run several times."""

import argparse
import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import search
from hub.actions import deadlines, duties, editing, identities, indexing, limits, maintenance, searches, steps
from hub.actions import log as audit_log
from hub.app import create_app
from hub.cli import holding, stopping
from hub.cli.following import follow_events
from hub.cli.hooks import deliver_hooks
from hub.cli.jobs import JOBS
from hub.cli.media import find_media_breaks
from hub.cli.post import deliver_mail, deliver_notices
from hub.cli.retention import keep_deadlines
from hub.cli.web import require_database
from hub.config import Settings, from_environment
from hub.extensions import db
from hub.http import actor_of, now
from hub.policy import SYSTEM
from hub.store.activity import Job
from hub.store.entries import Entry
from hub.store.outages import outage
from hub.store.searches import SavedSearch
from hub.telemetry import logs
from hub.work import Work, writing

log = logging.getLogger("hub.worker")
IDLE = 1.0
BATCH = 5
STALE_AFTER = timedelta(minutes=10)
"""A job that has been running this long without progress lost its worker and is taken up again."""


def seal_backlog() -> bool:
    """Seal what happened before the log had seals; return whether there was anything."""
    session: Session = db.session()
    session.rollback()
    if not audit_log.unsealed(Work(session, SYSTEM, now()), 1):
        return False
    with writing(db.session()) as session:
        work = Work(session, SYSTEM, now())
        audit_log.seal(work, audit_log.unsealed(work))
    return True


def watch_searches() -> bool:
    """Look whether saved searches find anything new; return whether there were any to look at."""
    session: Session = db.session()
    session.rollback()
    due = searches.due(session)
    if not due:
        return False
    with holding.chore("searches") as mine, writing(db.session()) as session:
        if not mine:
            return False
        for saved in session.scalars(select(SavedSearch).where(SavedSearch.id.in_(due))):
            reader = search.Reader.of(actor_of(session, saved.user_id))
            searches.check(Work(session, SYSTEM, now()), saved, reader)
    return True


def write_reminders() -> bool:
    """Remind of one review or validity that is due; return whether there was one."""
    session: Session = db.session()
    session.rollback()
    if not duties.reminders_due(Work(session, SYSTEM, now())):
        return False
    with holding.chore("reminders") as mine, writing(db.session()) as session:
        return mine and duties.remind_next(Work(session, SYSTEM, now()))


def forget_lost_editors() -> bool:
    """Forget who is noted as editing though their editor is gone; return whether there was anybody."""
    session: Session = db.session()
    session.rollback()
    if not editing.any_lost(Work(session, SYSTEM, now())):
        return False
    with writing(db.session()) as session:
        editing.forget_lost(Work(session, SYSTEM, now()))
    return True


_tidied_at = datetime.min.replace(tzinfo=UTC)


def tidy_sign_in() -> bool:
    """Remove once an hour what signing in left behind and no longer means anything; return whether there was any."""
    global _tidied_at  # noqa: PLW0603 - when this process looked last; looking twice does no harm
    if now() - _tidied_at < timedelta(hours=1):
        return False
    _tidied_at = now()
    session: Session = db.session()
    session.rollback()
    if not (limits.any_old(session, now()) or steps.any_old(session, now())):
        return False
    with writing(db.session()) as session:
        limits.forget_old(session, now())
        steps.forget_old(session, now())
        identities.forget_old(Work(session, SYSTEM, now()))
    return True


def renew_index() -> bool:
    """Rebuild the search index if it was made by another analyser; return whether that was needed."""
    session: Session = db.session()
    session.rollback()
    if not search.stale(session):
        return False
    ids = list(session.scalars(select(Entry.id).where(Entry.archived_at.is_(None)).order_by(Entry.id)))
    session.rollback()

    def go_on(_done: int, _total: int) -> None:
        stopping.check()
        holding.keep_chore("index")
        holding.beat_now_and_then()
        db.session.remove()

    # A session of its own: every batch is a writing transaction.
    with holding.chore("index") as mine:
        if not mine:
            return False
        db.session.remove()
        with Session(db.engine.execution_options(write=True)) as own:
            search.rebuild(own, ids, lambda inner, some: indexing.load(Work(inner, SYSTEM, now()), some), go_on)
    return True


def do_jobs() -> bool:
    """Work on one waiting job; return whether there was one."""
    with writing(db.session()) as session:
        lost = Job.started_at < now() - STALE_AFTER
        query = select(Job).where(or_(Job.state == "waiting", (Job.state == "running") & lost))
        job = session.scalar(query.order_by(Job.id).limit(1).with_for_update(skip_locked=True))
        if job is None:
            return False
        job.state, job.started_at = "running", now()
        key, kind = job.id, job.kind
    try:
        JOBS[kind](key)
    except holding.Cancelled:
        log.info("job cancelled", extra={"facts": {"job": key, "kind": kind}})
    except stopping.Stopped:
        holding.give_back(key)
        raise
    except Exception as error:  # the loop must outlive a job; it is logged, counted and tried again
        log.exception("job failed", extra={"facts": {"job": key, "kind": kind}})
        holding.note_failure(key, error)
    return True


_reminded_at = datetime.min.replace(tzinfo=UTC)


def remind_of_deadlines() -> bool:
    """Look once an hour for deadlines of grants that come near; return whether anybody was reminded."""
    global _reminded_at  # noqa: PLW0603 - when this process looked last; looking twice does no harm
    if now() - _reminded_at < timedelta(hours=1):
        return False
    _reminded_at = now()
    with holding.chore("deadlines") as mine, writing(db.session()) as session:
        return mine and deadlines.remind(Work(session, SYSTEM, now()), now().date()) > 0


def _paused() -> bool:
    """Whether the hub is read only: then nothing is begun, and what waits is done afterwards."""
    session: Session = db.session()
    session.rollback()
    return maintenance.current(session) is not None


def once(app: Flask, settings: Settings) -> bool:
    """Do one round of everything; return whether anything was done."""
    steps: tuple[Callable[[], bool], ...] = (
        renew_index,
        follow_events,
        find_media_breaks,
        watch_searches,
        write_reminders,
        do_jobs,
        remind_of_deadlines,
        forget_lost_editors,
        tidy_sign_in,
        keep_deadlines,
        lambda: deliver_mail(settings),
        lambda: deliver_notices(app, settings),
        lambda: deliver_hooks(settings),
    )
    done = False
    with app.app_context():
        for step in steps:
            try:
                if stopping.asked() or _paused():
                    break
                done = step() or done
            except Exception as error:  # the loop must outlive one bad row; it is logged with its traceback
                if (reason := outage(error)) is not None:
                    log.warning("the database cannot work now", extra={"facts": {"reason": str(reason)}})
                    break
                log.exception("a step of the worker failed")
                db.session.rollback()
            finally:
                with suppress(SQLAlchemyError):
                    db.session.remove()
    return done


def run(arguments: list[str]) -> int:
    """`hub work [--once]`: run until told to stop, or until nothing is left.

    Told to stop, it finishes the step it is at; a job it cannot finish in time goes back to the queue.
    """
    parser = argparse.ArgumentParser(prog="hub work", description="Startet nur einen Hintergrunddienst.")
    parser.add_argument("--once", action="store_true", help="erledigt, was ansteht, und endet dann")
    given = parser.parse_args(arguments)
    settings = replace(from_environment(), part="worker")
    logs.configure(as_json=settings.logs_json)
    require_database(settings)
    app = create_app(settings)
    stopping.listen(settings.stop_for)
    try:
        with app.app_context():
            while seal_backlog():
                db.session.remove()
            db.session.remove()
        while not stopping.asked():
            with app.app_context():
                _say_alive()
            if once(app, settings):
                continue
            if given.once:
                break
            time.sleep(IDLE)
    except stopping.Stopped:
        log.info("broken off what did not end in time")
    signal.alarm(0)
    with app.app_context(), suppress(SQLAlchemyError):
        db.session.remove()
        holding.fall_silent()
    return 0


def _say_alive() -> None:
    """A database that is away for a while must not end the worker."""
    try:
        holding.beat_now_and_then()
    except SQLAlchemyError as error:
        log.warning("the database does not answer", extra={"facts": {"error": type(error).__name__}})
    finally:
        db.session.remove()
