"""What must hold in every hub at every moment, whatever was killed: read all of it and say what is wrong, and where.

Nothing is written. What the worker still has to do (open events) is no fault: the search index and the log are judged
for what is finished.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from hub import search
from hub.actions import indexing, log
from hub.documents import read
from hub.errors import Invalid
from hub.keeping import tables
from hub.policy import SYSTEM
from hub.search import checking
from hub.store import Base
from hub.store.activity import Event, Job
from hub.store.discussions import Comment
from hub.store.entries import Alias, Blob, Element, Entry, Version, VersionState
from hub.store.notifications import Notification, Subject, Watch
from hub.store.organisations import Organisation
from hub.store.proposals import Proposal
from hub.store.services import Service
from hub.work import Work

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that does not hold: the rule it breaks, where, and what is there."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"


Check = Callable[[Session], Iterator[Wrong]]


def check(session: Session, tell: Tell = lambda _rule: None) -> list[Wrong]:
    """Check every rule on the whole hub, in one reading transaction; return what is wrong, in order of the rules."""
    found: list[Wrong] = []
    for rule in RULES:
        tell(rule.__name__)
        found += rule(session)
    return found


def database(session: Session) -> Iterator[Wrong]:
    """SQLite's own pages and indexes are whole. PostgreSQL checks its pages itself when they are read."""
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("PRAGMA integrity_check")).scalars().all()
        yield from (Wrong("database", "file", line) for line in rows if line != "ok")


def references(session: Session) -> Iterator[Wrong]:
    """Whatever a row points at is there: every foreign key, and those the database cannot know."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            target = key.referred_table.alias("target")
            pairs = [(item.parent, target.c[item.column.name]) for item in key.elements]
            given = [mine.is_not(None) for mine, _ in pairs]
            lost = ~exists().where(*(mine == other for mine, other in pairs))
            count = session.scalar(select(func.count()).select_from(table).where(*given, lost))
            if count:
                yield Wrong("references", f"{table.name}.{','.join(key.column_keys)}", f"{count} rows point at nothing")
    for subject, target_class in (
        (Subject.ENTRY, Entry), (Subject.SERVICE, Service), (Subject.ORGANISATION, Organisation),
    ):  # fmt: skip
        there = select(target_class.id)
        lost_rows = session.scalars(select(Watch.id).where(Watch.subject == subject, Watch.subject_id.not_in(there)))
        yield from (Wrong("references", f"watch {key}", f"its {subject} is gone") for key in lost_rows)


def numbers(session: Session) -> Iterator[Wrong]:
    """The versions of an entry are 1, 2, 3 … without a gap, and the newest is its head."""
    query = select(Version.entry_id, func.count(), func.min(Version.sequence), func.max(Version.sequence))
    for entry_id, count, first, last in session.execute(query.group_by(Version.entry_id)):
        if (first, last) != (1, count):
            yield Wrong("numbers", f"entry {entry_id}", f"{count} versions are numbered {first} to {last}")
    every = aliased(Version)
    newest = select(func.max(every.sequence)).where(every.entry_id == Entry.id).scalar_subquery()
    heads = select(Entry.id, Version.sequence, newest).outerjoin(
        Version, and_(Version.id == Entry.head_id, Version.entry_id == Entry.id)
    )
    for entry_id, head, last in session.execute(heads):
        if head is None or head != last:
            yield Wrong("numbers", f"entry {entry_id}", f"its head is version {head}, its newest is {last}")


def parents(session: Session) -> Iterator[Wrong]:
    """A version stands on the one before it; the first of a fork on the version it was forked from."""
    parent = aliased(Version)
    query = select(
        Version.id, Version.sequence, Version.parent_id, parent.entry_id, parent.sequence, Version.entry_id,
        Entry.forked_from_id,
    )  # fmt: skip
    query = query.join(Entry, Entry.id == Version.entry_id).outerjoin(parent, parent.id == Version.parent_id)
    query = query.where(Version.entry_id.not_in(_imported()))
    for key, sequence, parent_id, parent_entry, parent_sequence, entry_id, forked_from in session.execute(query):
        if sequence == 1:
            if parent_id != forked_from:
                yield Wrong("parents", f"version {key}", f"begins on {parent_id}, forked from {forked_from}")
        elif (parent_entry, parent_sequence) != (entry_id, sequence - 1):
            yield Wrong("parents", f"version {key}", f"number {sequence} stands on version {parent_id}")


def published(session: Session) -> Iterator[Wrong]:
    """The version an entry names as published is its own and is published, and no other one is."""
    query = select(Version.id, Version.entry_id, Entry.published_id).join(Entry, Entry.id == Version.entry_id)
    query = query.where(
        or_(
            and_(Version.state == VersionState.PUBLISHED, Entry.published_id.is_distinct_from(Version.id)),
            and_(Version.state != VersionState.PUBLISHED, Entry.published_id == Version.id),
        )
    )
    for key, entry_id, named in session.execute(query):
        yield Wrong("published", f"entry {entry_id}", f"version {key} and the named version {named} contradict")


def contents(session: Session) -> Iterator[Wrong]:
    """Every content is what its digest says, and as long as its row says."""
    connection = session.connection()
    table = next(table for table in tables.tables(connection) if table.name == "blobs")
    digest = tables.running(table)
    size, content = digest.columns.index("size"), digest.columns.index("content")
    for row in tables.rows(connection, table):
        digest.add(row)
        if len(row[content]) != row[size]:
            yield Wrong("contents", f"blob {row[digest.columns.index('sha256')]}", "has another length than noted")
    yield from (Wrong("contents", f"blob {name}", "is not what its digest says") for name in digest.damaged)


def elements(session: Session) -> Iterator[Wrong]:
    """The elements noted of a version are those a fresh reading of its content finds, each under a key of its own."""
    query = select(Version.id, Version.blob_sha256, Entry.kind).join(Entry, Entry.id == Version.entry_id)
    known: tuple[str, set[tuple[str, str, str]]] = ("", set())
    for key, sha256, kind in session.execute(query.order_by(Version.blob_sha256, Version.id)).all():
        if known[0] != sha256:  # forks share contents: each is read once
            data = session.scalars(select(Blob.content).where(Blob.sha256 == sha256)).one()
            try:
                known = (sha256, {(part.id, part.kind, part.name) for part in read(kind, data).parts()})
            except Invalid:
                yield Wrong("elements", f"version {key}", "its content cannot be read")
                continue
        found = select(Element.bpmn_id, Element.kind, Element.name, Element.key).where(Element.version_id == key)
        rows = session.execute(found).all()
        if {(row.bpmn_id, row.kind, row.name) for row in rows} != known[1]:
            yield Wrong("elements", f"version {key}", "a fresh reading finds other elements")
        twice = [name for name, count in Counter(row.key for row in rows).items() if count > 1]
        yield from (Wrong("elements", f"version {key}", f"two elements have the key {name}") for name in twice)


def index(session: Session) -> Iterator[Wrong]:
    """The search index says what a rebuild would write; entries with work still open are left out."""
    if search.stale(session):  # of another program's making; the worker is about to make it anew
        return
    connection = session.connection()
    work = Work(session, SYSTEM, datetime.now(UTC))
    ids = list(session.scalars(select(Entry.id).where(Entry.archived_at.is_(None)).order_by(Entry.id)))
    waiting = set(session.scalars(select(Event.entry_id).where(Event.done_at.is_(None)).distinct()))
    if session.scalar(
        select(Job.id).where(Job.kind == "service_index", Job.state.in_(["waiting", "running"])).limit(1)
    ):
        return
    for key in checking.strangers(connection, ids):
        yield Wrong("index", f"entry {key}", "is in the index, but archived or gone")
    for key in ids:
        if key not in waiting:
            try:
                expected = indexing.documents(work, session.get_one(Entry, key))
            except Invalid:  # a content that cannot be read; `elements` has said so
                continue
            yield from (Wrong("index", f"entry {key}", one) for one in checking.differences(connection, key, expected))
            session.expire_all()
    if checking.broken_full_text(connection):
        yield Wrong("index", "full text", "holds other documents than the texts beside it")


def events(session: Session) -> Iterator[Wrong]:
    """Every change has exactly one event: versions, forks, comments, merges. What was imported has one for all."""
    kinds = ("version.published", "entry.created", "entry.forked", "comment.written", "proposal.merged")
    seen: Counter[tuple[str, int]] = Counter()
    query = select(Event.kind, Event.entry_id, Event.data).where(Event.kind.in_(kinds)).order_by(Event.id)
    erased = 0
    for kind, entry_id, data in session.execute(query):
        if data == log.ERASED:
            erased += 1
        named = {"comment.written": "comment_id", "proposal.merged": "proposal_id"}.get(kind)
        seen[(kind, data.get(named, 0) if named else entry_id)] += 1
    imported = set(session.scalars(_imported()))
    per_entry = session.execute(select(Version.entry_id, func.count()).group_by(Version.entry_id))
    counts = {entry_id: count for entry_id, count in per_entry}  # noqa: C416 - a row is no pair to the type checker
    for key, forked in session.execute(select(Entry.id, Entry.forked_from_id).where(Entry.id.not_in(imported))):
        made = "entry.forked" if forked is not None else "entry.created"
        if seen[(made, key)] != 1:
            yield Wrong("events", f"entry {key}", f"{seen[(made, key)]} events {made} instead of one")
        expected = counts.get(key, 0) - (1 if forked is not None else 0)
        if seen[("version.published", key)] != expected:
            told = f"{seen[('version.published', key)]} events version.published instead of {expected}"
            yield Wrong("events", f"entry {key}", told)
    if erased:  # what an erased event spoke of is no longer known
        return
    for (kind, key), count in seen.items():
        if kind in ("comment.written", "proposal.merged") and count > 1:
            yield Wrong("events", f"{kind} {key}", f"{count} events instead of one")
    spoken = {key for kind, key in seen if kind == "comment.written"}
    for key in session.scalars(select(Comment.id).where(Comment.entry_id.not_in(imported)).order_by(Comment.id)):
        if key not in spoken:
            yield Wrong("events", f"comment {key}", "no event tells of it")
    merged = session.scalars(select(Proposal.id).where(Proposal.state == "merged", Proposal.target_id.not_in(imported)))
    for key in merged:
        if seen[("proposal.merged", key)] != 1:
            yield Wrong("events", f"proposal {key}", f"{seen[('proposal.merged', key)]} events instead of one")


def merges(session: Session) -> Iterator[Wrong]:
    """A merged proposal names a version of its target as its result."""
    query = select(Proposal.id, Proposal.target_id, Version.entry_id).where(Proposal.result_id.is_not(None))
    for key, target, there in session.execute(query.join(Version, Version.id == Proposal.result_id)):
        if target != there:
            yield Wrong("merges", f"proposal {key}", f"its result belongs to entry {there}, not to {target}")


def addresses(session: Session) -> Iterator[Wrong]:
    """No former address of an entry is the present one of another."""
    query = select(Alias.id, Entry.id).join(
        Entry,
        and_(Entry.organisation_id == Alias.organisation_id, Entry.slug == Alias.slug, Entry.id != Alias.entry_id),
    )
    for key, entry_id in session.execute(query):
        yield Wrong("addresses", f"alias {key}", f"is the address of entry {entry_id}")


def notices(session: Session) -> Iterator[Wrong]:
    """Nobody is told twice of the same event."""
    query = select(Notification.user_id, Notification.event_id, func.count())
    for user_id, event_id, count in session.execute(
        query.group_by(Notification.user_id, Notification.event_id).having(func.count() > 1)
    ):
        yield Wrong("notices", f"event {event_id}", f"told {count} times to account {user_id}")


def sealed(session: Session) -> Iterator[Wrong]:
    """The sealed log is one unbroken chain."""
    for one in log.verify(Work(session, SYSTEM, datetime.now(UTC))).breaks:
        yield Wrong("sealed", f"line {one.position}", one.code)


def _imported() -> Select[int | None]:
    return select(Event.entry_id).where(Event.kind == "entry.imported", Event.entry_id.is_not(None))


RULES: tuple[Check, ...] = (
    database, references, numbers, parents, published, contents, elements, index, events, merges, addresses, notices,
    sealed,
)  # fmt: skip


def plainly(connection: Connection) -> list[str]:
    """Return what is wrong in the database behind `connection`, as sentences."""
    with Session(bind=connection) as session:
        return [str(one) for one in check(session)]
