"""How the hub is doing: what waits, who works on it, which chores are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from hub import search
from hub.actions.deliveries import MOST_TRIES
from hub.policy import admin as policy
from hub.store import schema
from hub.store.activity import Event, Job, Mail
from hub.store.entries import Entry
from hub.store.notifications import Delivery, DeliveryState
from hub.store.operations import Lease, WorkerBeat
from hub.work import Work

ALIVE_FOR = timedelta(minutes=3)
"""A worker that has said nothing for this long is taken for dead."""
BEAT_EVERY = timedelta(minutes=1)
"""Not more often: each write makes every kept page worthless."""
FORGET_AFTER = timedelta(days=7)
LEASE_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Queues:
    """How much waits, and how much was given up."""

    waiting: dict[str, int]
    failed: dict[str, int]
    running_jobs: int


def queues(session: Session) -> Queues:
    """Return the lengths of all queues in one query, by name: jobs, mails, notices, events."""
    unsent = Mail.sent_at.is_(None)
    counted = {
        "jobs": select(func.count(Job.id)).where(Job.state == "waiting"),
        "mails": select(func.count(Mail.id)).where(unsent, Mail.tries < MOST_TRIES),
        "notices": select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.WAITING),
        "events": select(func.count(Event.id)).where(Event.done_at.is_(None)),
        "failed jobs": select(func.count(Job.id)).where(Job.state == "failed"),
        "failed mails": select(func.count(Mail.id)).where(unsent, Mail.tries >= MOST_TRIES),
        "failed notices": select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.FAILED),
        "running": select(func.count(Job.id)).where(Job.state == "running"),
    }
    row = session.execute(select(*(query.scalar_subquery() for query in counted.values()))).one()
    found = dict(zip(counted, row, strict=True))
    return Queues(
        waiting={name: found[name] for name in ("jobs", "mails", "notices", "events")},
        failed={name: found[f"failed {name}"] for name in ("jobs", "mails", "notices")},
        running_jobs=found["running"],
    )


@dataclass(frozen=True, slots=True)
class Index:
    """The search index: whether it has to be made anew, and how far that has come."""

    stale: bool
    done: int
    total: int
    entries: int
    """Entries that ought to be found."""


def index(session: Session) -> Index:
    """Return how the search index is doing."""
    done, total = search.progress(session)
    entries = session.scalar(select(func.count(Entry.id)).where(Entry.archived_at.is_(None))) or 0
    return Index(search.stale(session), done, total, entries)


def index_facts(work: Work) -> search.Facts:
    """Return what the search index is made of; for the administration of the hub."""
    work.require(policy.administer)
    return search.facts(work.session)


def rebuild_index(work: Work) -> None:
    """Have the worker make the search index anew; searching goes on meanwhile. For the administration of the hub."""
    work.require(policy.administer)
    search.outdate(work.session)
    work.record("index.rebuilt")


@dataclass(frozen=True, slots=True)
class State:
    """How the whole hub is doing at one moment."""

    revision: str
    database: str
    """Product and version."""
    size: int
    """Bytes of the database."""
    workers: Sequence[WorkerBeat]
    queues: Queues
    index: Index


def state(work: Work) -> State:
    """Return how the hub is doing; for the administration of the hub."""
    work.require(policy.administer)
    connection = work.session.connection()
    if connection.dialect.name == "sqlite":
        version = f"SQLite {work.session.scalar(text('SELECT sqlite_version()'))}"
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        version = f"PostgreSQL {work.session.scalar(text('SHOW server_version'))}"
        query = "SELECT pg_database_size(current_database())"
    size = int(work.session.scalar(text(query)) or 0)
    return State(
        schema.revision(connection) or "",
        version,
        size,
        workers(work.session),
        queues(work.session),
        index(work.session),
    )


def newest_backup(folder: Path) -> datetime | None:
    """Return when the newest file of a folder was finished, None without any; hidden files are not finished yet."""
    try:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    except OSError:
        return None
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC) if files else None


def workers(session: Session) -> Sequence[WorkerBeat]:
    """Return the workers that were heard of lately, the latest first."""
    return session.scalars(select(WorkerBeat).order_by(WorkerBeat.seen_at.desc())).all()


def worker_silence(session: Session, at: datetime) -> timedelta | None:
    """Return how long no worker has been heard of; None if there never was one."""
    seen = session.scalar(select(func.max(WorkerBeat.seen_at)))
    return None if seen is None else at - seen


def beat(work: Work, name: str, version: str, started_at: datetime) -> None:
    """Note that a worker is alive, and forget those that have been silent for a week."""
    found = work.session.scalar(select(WorkerBeat).where(WorkerBeat.name == name))
    if found is None:
        found = WorkerBeat(name=name)
        work.session.add(found)
    found.version, found.started_at, found.seen_at = version, started_at, work.now
    work.session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < work.now - FORGET_AFTER))


def fall_silent(work: Work, name: str) -> None:
    """Forget a worker that ends in an orderly way, and free its chores."""
    work.session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))
    work.session.execute(delete(Lease).where(Lease.holder == name))


def take_lease(work: Work, chore: str, holder: str) -> bool:
    """Take a chore for ten minutes, or go on holding it; return False while another worker has it.

    Two that take it at once meet at the key: the later one's transaction fails with `IntegrityError`.
    """
    found = work.session.scalar(select(Lease).where(Lease.name == chore).with_for_update())
    if found is None:
        found = Lease(name=chore)
        work.session.add(found)
    elif found.holder != holder and found.until > work.now:
        return False
    found.holder, found.until = holder, work.now + LEASE_FOR
    work.session.flush()
    return True


def free_lease(work: Work, chore: str, holder: str) -> None:
    """Give a chore back."""
    work.session.execute(delete(Lease).where(Lease.name == chore, Lease.holder == holder))
