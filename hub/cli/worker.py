"""`hub work`: everything that follows from an event, waiting mail, and jobs. Safe to run several times."""

import logging
import signal
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import FrameType

from flask import Flask
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub import search
from hub.actions import deadlines, indexing, media, renderings, searches
from hub.actions import log as audit_log
from hub.app import create_app
from hub.cli.jobs import JOBS
from hub.config import Settings
from hub.errors import Invalid
from hub.extensions import db
from hub.http import actor_of
from hub.policy import SYSTEM
from hub.store.activity import Event, Job, Mail
from hub.store.entries import Entry, EntryKind, Version
from hub.store.searches import SavedSearch
from hub.work import Work, writing

log = logging.getLogger("hub.worker")
IDLE = 1.0
BATCH = 5
MAIL_TRIES = 12
_UNREADABLE: set[int] = set()
"""Versions this process could not analyse; they must not stand in the way of the others."""
STALE_AFTER = timedelta(minutes=10)
"""A job that has been running this long without progress lost its worker and is taken up again."""


def _now() -> datetime:
    return datetime.now(UTC)


def follow_events() -> bool:
    """Do what follows from the oldest open events; return whether there were any.

    Drawing and describing take long, so they happen before the writing transaction begins.
    """
    session: Session = db.session()
    session.rollback()
    reading = Work(session, SYSTEM, _now())
    query = select(Event.id, Event.kind, Event.entry_id).where(Event.done_at.is_(None)).order_by(Event.id).limit(BATCH)
    rows = list(session.execute(query))
    made = {
        row.entry_id: _made(reading, row.entry_id)
        for row in rows
        if row.kind in ("version.published", "entry.forked") and row.entry_id is not None
    }
    if not rows:
        return False
    with writing(db.session()) as session:
        work = Work(session, SYSTEM, _now())
        wanted = select(Event).where(Event.id.in_([row.id for row in rows]), Event.done_at.is_(None))
        events = list(session.scalars(wanted.with_for_update(skip_locked=True)))
        for event in events:
            event.done_at = work.now
        audit_log.seal(work, events)
        for entry_id, found in made.items():
            entry = session.get(Entry, entry_id)
            if entry is not None and found is not None:
                renderings.keep(work, *found)
                session.flush()
                indexing.index(work, entry)
    return True


def seal_backlog() -> bool:
    """Seal what happened before the log had seals; return whether there was anything."""
    session: Session = db.session()
    session.rollback()
    if not audit_log.unsealed(Work(session, SYSTEM, _now()), 1):
        return False
    with writing(db.session()) as session:
        work = Work(session, SYSTEM, _now())
        audit_log.seal(work, audit_log.unsealed(work))
    return True


def _made(work: Work, entry_id: int) -> tuple[str, dict[str, str]] | None:
    """Return the digest of a process entry's newest content and its missing renderings; None if nothing is missing."""
    query = select(Version.blob_sha256).join(Entry, Entry.head_id == Version.id)
    sha256 = work.session.scalar(query.where(Entry.id == entry_id, Entry.kind == EntryKind.PROCESS))
    if sha256 is None:
        return None
    try:
        found = renderings.missing(work, sha256)
    except Invalid:
        log.warning("content %s cannot be rendered", sha256)
        return None
    return (sha256, found) if found else None


def find_media_breaks() -> bool:
    """Find the media breaks of some versions that have no figures by the rules of today; return whether any were made.

    Newest and published versions come first; after a change of the rules all others follow.
    """
    session: Session = db.session()
    session.rollback()
    reading = Work(session, SYSTEM, _now())
    made = []
    for version_id in media.behind(reading, limit=BATCH, without=_UNREADABLE):
        try:
            made.append(media.prepare(reading, session.get_one(Version, version_id)))
        except Invalid:
            log.warning("version %s cannot be searched for media breaks", version_id)
            _UNREADABLE.add(version_id)
    if not made:
        return False
    with writing(db.session()) as session:
        for one in made:
            media.keep(Work(session, SYSTEM, _now()), one)
    return True


def watch_searches() -> bool:
    """Look whether saved searches find anything new; return whether there were any to look at."""
    session: Session = db.session()
    session.rollback()
    due = searches.due(session)
    if not due:
        return False
    with writing(db.session()) as session:
        for saved in session.scalars(select(SavedSearch).where(SavedSearch.id.in_(due))):
            reader = search.Reader.of(actor_of(session, saved.user_id))
            searches.check(Work(session, SYSTEM, _now()), saved, reader)
    return True


def renew_index() -> bool:
    """Rebuild the search index if it was made by another analyser; return whether that was needed."""
    session: Session = db.session()
    session.rollback()
    if not search.stale(session):
        return False
    ids = list(session.scalars(select(Entry.id).where(Entry.archived_at.is_(None)).order_by(Entry.id)))
    session.rollback()
    # A session of its own: every batch is a writing transaction.
    with Session(db.engine.execution_options(write=True)) as writing:
        search.rebuild(writing, ids, lambda inner, some: indexing.load(Work(inner, SYSTEM, _now()), some))
    return True


def deliver_mail(settings: Settings) -> bool:
    """Send one waiting message; a server that is down delays it, with growing pauses."""
    if not settings.mail_host:
        return False
    with writing(db.session()) as session:
        query = select(Mail).where(Mail.sent_at.is_(None), Mail.next_try_at <= _now(), Mail.tries < MAIL_TRIES)
        mail = session.scalar(query.order_by(Mail.id).limit(1).with_for_update(skip_locked=True))
        if mail is None:
            return False
        # Counted before it is tried: a crash in between delays the message, it never doubles it.
        mail.tries += 1
        mail.next_try_at = _now() + timedelta(seconds=min(3600, 15 * 2**mail.tries))
        key, recipient, subject, text = mail.id, mail.recipient, mail.subject, mail.text
    failure = _send(settings, f"{key}", recipient, subject, text)
    with writing(db.session()) as session:
        mail = session.get_one(Mail, key)
        mail.failure = failure
        if not failure:
            # What was sent is forgotten: the link in it opens an account, and only its digest is kept elsewhere.
            mail.sent_at, mail.text = _now(), ""
    return True


def _send(settings: Settings, key: str, recipient: str, subject: str, text: str) -> str:
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, recipient
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = f"<{key}.hub@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=20) as server:
            if settings.mail_starttls:
                server.starttls()
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail %s could not be sent: %s", key, type(error).__name__)
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def do_jobs() -> bool:
    """Work on one waiting job; return whether there was one."""
    with writing(db.session()) as session:
        lost = Job.started_at < _now() - STALE_AFTER
        query = select(Job).where(or_(Job.state == "waiting", (Job.state == "running") & lost))
        job = session.scalar(query.order_by(Job.id).limit(1).with_for_update(skip_locked=True))
        if job is None:
            return False
        job.state, job.started_at = "running", _now()
        key, kind = job.id, job.kind
    JOBS[kind](key)
    return True


_reminded_at = datetime.min.replace(tzinfo=UTC)


def remind_of_deadlines() -> bool:
    """Look once an hour for deadlines of grants that come near; return whether anybody was reminded."""
    global _reminded_at  # noqa: PLW0603 - when this process looked last; looking twice does no harm
    if _now() - _reminded_at < timedelta(hours=1):
        return False
    _reminded_at = _now()
    with writing(db.session()) as session:
        return deadlines.remind(Work(session, SYSTEM, _now()), _now().date()) > 0


def once(app: Flask, settings: Settings) -> bool:
    """Do one round of everything; return whether anything was done."""
    steps: tuple[Callable[[], bool], ...] = (
        renew_index,
        follow_events,
        find_media_breaks,
        watch_searches,
        do_jobs,
        remind_of_deadlines,
        lambda: deliver_mail(settings),
    )
    done = False
    with app.app_context():
        for step in steps:
            try:
                done = step() or done
            except Exception:  # the loop must outlive one bad row; it is logged with its traceback
                log.exception("a step of the worker failed")
                db.session.rollback()
            finally:
                db.session.remove()
    return done


def run(arguments: list[str]) -> int:
    """`hub work [--once]`: run until told to stop, or until nothing is left."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    app = create_app()
    settings: Settings = app.config["HUB"]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with app.app_context():
        while seal_backlog():
            db.session.remove()
        db.session.remove()
    while not stopping:
        if once(app, settings):
            continue
        if "--once" in arguments:
            break
        time.sleep(IDLE)
    return 0
