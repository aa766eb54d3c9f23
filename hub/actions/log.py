"""The log (Protokoll): seal what happened, verify the chain, erase what is personal without breaking it.

Every event becomes one line of canonical JSON that names the digest of the line before; its SHA-256 is the seal. So a
changed, removed, inserted or moved line breaks the chain at a place that can be named, and an excerpt can be checked
with nothing but a tool for SHA-256 (Crosby and Wallach, „Efficient data structures for tamper-evident logging“, 2009,
describe the idea). What the chain cannot show by itself is a tail cut off together with the head: note the head
outside the hub from time to time (`hub audit head`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from hub.store.activity import Event
from hub.store.seals import LogHead, Seal
from hub.work import Work

START = "0" * 64
"""What the first line names as the digest before it."""

ERASED = {"erased": True}
"""What stands for data whose personal content was erased; its first digest stays in the seal."""

BATCH = 2000
Before = aliased(Seal)


class Line(NamedTuple):
    """One event with its seal, as read for verifying or for an excerpt."""

    position: int
    event_id: int
    kind: str
    actor_id: int | None
    organisation_id: int | None
    entry_id: int | None
    happened_at: datetime
    data: dict[str, Any]
    data_sha256: str
    digest: str
    previous: str | None
    """The digest of the link before; None if that link is missing."""

    @property
    def text(self) -> bytes:
        """The line that is sealed."""
        return text_of(*self[:7], self.data_sha256, self.previous or START)


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold."""

    code: str
    """changed, erased_unsaid, unchained, gap, missing_event, head, unsealed"""
    position: int
    event_id: int | None


@dataclass(slots=True)
class Verified:
    """What verifying found; the log holds if `breaks` is empty."""

    lines: int = 0
    erased: int = 0
    position: int = 0
    digest: str = START
    breaks: list[Break] = field(default_factory=list)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> bytes:
    """Return JSON that is the same for the same content: sorted keys, no spaces, UTF-8."""
    return _JSON(value).encode()


def data_digest(data: dict[str, Any]) -> str:
    """Return the SHA-256 of an event's data."""
    return hashlib.sha256(canonical(data)).hexdigest()


ERASED_SHA256 = data_digest(ERASED)


def text_of(
    position: int,
    event_id: int,
    kind: str,
    actor_id: int | None,
    organisation_id: int | None,
    entry_id: int | None,
    happened_at: datetime,
    data_sha256: str,
    previous: str,
) -> bytes:
    """Return the line that is sealed, as canonical JSON; people appear by number only.

    Written out by hand because verifying a long log does little else; kinds and digests have nothing to escape.
    """
    actor, entry, organisation = ("null" if key is None else key for key in (actor_id, entry_id, organisation_id))
    return (
        f'{{"actor":{actor},"at":"{happened_at.isoformat()}","data_sha256":"{data_sha256}","entry":{entry},'
        f'"event":{event_id},"kind":"{kind}","organisation":{organisation},"position":{position},'
        f'"previous":"{previous}"}}'
    ).encode()


def seal(work: Work, events: Iterable[Event]) -> None:
    """Add `events` to the chain, in the order of their ids; part of the caller's transaction.

    The head is locked until the transaction ends, so several workers make one chain.
    """
    rows = sorted(events, key=lambda event: event.id)
    if not rows:
        return
    head = work.session.get(LogHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = LogHead(id=1, position=0, digest=START)
        work.session.add(head)
    for event in rows:
        head.position += 1
        digest = data_digest(event.data)
        line = text_of(
            head.position, event.id, event.kind, event.actor_id, event.organisation_id, event.entry_id,
            event.happened_at, digest, head.digest,
        )  # fmt: skip
        head.digest = hashlib.sha256(line).hexdigest()
        work.session.add(
            Seal(
                position=head.position,
                event_id=event.id,
                data_sha256=digest,
                digest=head.digest,
                sealed_at=work.now,
            )
        )
    work.session.flush()


def unsealed(work: Work, limit: int = BATCH) -> list[Event]:
    """Return events that are finished but in no chain yet, such as those of a hub older than its seals."""
    query = select(Event).outerjoin(Seal, Seal.event_id == Event.id)
    query = query.where(Event.done_at.is_not(None), Seal.position.is_(None))
    return list(work.session.scalars(query.order_by(Event.id).limit(limit)))


def lines(work: Work, *where: ColumnElement[bool]) -> Iterator[Line]:
    """Yield the sealed lines in order, all or those whose event fits the conditions; memory stays flat."""
    columns = (
        Seal.position, Event.id, Event.kind, Event.actor_id, Event.organisation_id, Event.entry_id,
        Event.happened_at, Event.data, Seal.data_sha256, Seal.digest, Before.digest,
    )  # fmt: skip
    query = select(*columns).join(Event, Event.id == Seal.event_id)
    query = query.outerjoin(Before, Before.position == Seal.position - 1).order_by(Seal.position).limit(BATCH)
    query = query.where(*where)
    after = 0
    while rows := work.session.execute(query.where(Seal.position > after)).all():
        yield from (Line(*row) for row in rows)
        after = rows[-1][0]


def verify(work: Work, progress: Callable[[int], None] = lambda _done: None) -> Verified:
    """Check every link of the chain and say where it does not hold.

    Every line is held against the digest stored for the one before, so that one change is reported once; of several
    missing lines in a row the first is named.
    """
    found = Verified()
    erased_said = _erased_said(work)
    for line in lines(work):
        if line.position != found.position + 1:
            found.breaks.append(Break(_why_missing(work, found.position + 1), found.position + 1, None))
        found.lines += 1
        found.position, found.digest = line.position, line.digest
        if line.data == ERASED and line.data_sha256 != ERASED_SHA256:
            found.erased += 1
            if line.event_id not in erased_said:
                found.breaks.append(Break("erased_unsaid", line.position, line.event_id))
        elif data_digest(line.data) != line.data_sha256:
            found.breaks.append(Break("changed", line.position, line.event_id))
        known = line.previous is not None or line.position == 1
        if known and hashlib.sha256(line.text).hexdigest() != line.digest:
            found.breaks.append(Break("unchained", line.position, line.event_id))
        if found.lines % BATCH == 0:
            progress(found.lines)
    head = work.session.get(LogHead, 1)
    if (head.position if head else 0, head.digest if head else START) != (found.position, found.digest):
        found.breaks.append(Break("head", head.position if head else 0, None))
    found.breaks += [Break("unsealed", 0, event.id) for event in unsealed(work)]
    return found


def _why_missing(work: Work, position: int) -> str:
    """Return whether the event of a link is gone, or the link itself."""
    return "gap" if work.session.get(Seal, position) is None else "missing_event"


def _erased_said(work: Work) -> set[int]:
    """Return the events whose erasure is itself in the log."""
    rows = work.session.scalars(select(Event.data).where(Event.kind == "log.erased"))
    return {int(key) for data in rows for key in data.get("events", [])}


def erase(work: Work, events: Iterable[Event], reason: str) -> None:
    """Take the content out of `events` for data protection; the chain holds, and the log says when and why.

    The number of the person stays: it means nothing once the account is anonymised.
    """
    rows = [event for event in events if event.data != ERASED]
    for event in rows:
        event.data = dict(ERASED)
    if rows:
        work.record("log.erased", events=[event.id for event in rows], reason=reason)


def head(work: Work) -> tuple[int, str]:
    """Return (number of lines, digest of the last): what to note outside the hub."""
    row = work.session.get(LogHead, 1)
    return (row.position, row.digest) if row else (0, START)
