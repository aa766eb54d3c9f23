"""What follows from events: renderings, the search index, the log's seal, and who is told."""

import logging
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hub.actions import indexing, renderings, telling, watching, webhooks
from hub.actions import log as audit_log
from hub.errors import Invalid
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.activity import Event
from hub.store.entries import Entry, EntryKind, Version
from hub.work import Work, writing

log = logging.getLogger("hub.worker")
BATCH = 5


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, datetime.now(UTC))


def follow_events() -> bool:
    """Do what follows from the oldest open events; return whether there were any.

    Drawing and describing take long, so they happen before the writing transaction begins. Telling people has
    transactions of its own, a hundred people each. All of it may be repeated: an event is done when everything is.
    """
    session: Session = db.session()
    session.rollback()
    query = select(Event.id, Event.kind, Event.entry_id).where(Event.done_at.is_(None)).order_by(Event.id).limit(BATCH)
    rows = list(session.execute(query))
    if not rows:
        return False
    # With or without a rendering still missing: another entry may have had the same content rendered meanwhile, and
    # the index takes the steps' numbers from the rendering.
    made = {
        row.entry_id: _made(_work(session), row.entry_id)
        for row in rows
        if row.kind in ("version.published", "entry.forked") and row.entry_id is not None
    }
    named = {row.id: tell(row.id) for row in rows}
    with writing(db.session()) as session:
        work = _work(session)
        wanted = select(Event).where(Event.id.in_([row.id for row in rows]), Event.done_at.is_(None))
        events = list(session.scalars(wanted.with_for_update(skip_locked=True)))
        for event in events:
            event.done_at = work.now
            watching.begin_for(work, event, named[event.id])
        audit_log.seal(work, events)
        webhooks.enqueue(work, events)
        # Only for what is done here: another worker may be at the same events.
        for entry_id in dict.fromkeys(event.entry_id for event in events if event.entry_id is not None):
            entry = session.get(Entry, entry_id) if entry_id is not None else None
            if entry is None or entry_id not in made:
                continue
            if (found := made[entry_id]) is not None:
                renderings.keep(work, *found)
                session.flush()
            indexing.index(work, entry)
        # How often an entry is taken over counts in its rank.
        for event in events:
            origin_id = event.data.get("origin_id") if event.kind == "entry.forked" else None
            origin = session.get(Entry, origin_id) if origin_id is not None else None
            if origin is not None:
                indexing.index(work, origin)
    return True


def tell(event_id: int) -> set[int]:
    """Tell everybody whom an event concerns, batch by batch; return who was named in it."""
    session: Session = db.session()
    session.rollback()
    try:
        work = _work(session)
        subject = telling.about(work, session.get_one(Event, event_id))
        named = telling.mentioned(work, subject)
        people = telling.recipients(work, subject, named)
        for at in range(0, len(people), telling.BATCH):
            with writing(db.session()) as session:
                work = _work(session)
                subject = telling.about(work, session.get_one(Event, event_id))
                telling.tell(work, subject, people[at : at + telling.BATCH])
    except OperationalError:
        raise
    except Exception:  # one event that cannot be told must not keep all later ones from being followed
        log.exception("nobody could be told of event %s", event_id)
        db.session.rollback()
        return set()
    return named & {user_id for user_id, _ in people}


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
