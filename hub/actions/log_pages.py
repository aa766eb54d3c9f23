"""The log as its administration reads it: filtered, checked on demand, and emptied where somebody must be forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from hub.actions import log
from hub.errors import Conflict, NotFound
from hub.policy.admin import administer
from hub.store.activity import Event
from hub.store.seals import Seal
from hub.work import Work

PAGE = 100
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show; empty values do not restrict."""

    kind: str = ""
    """The beginning of a kind, such as `account` or `version.published`."""
    actor: int | None = None
    organisation: int | None = None
    entry: int | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None
    """Only events with a smaller number, for the next page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the log; `position` is None while it is not sealed."""

    event: Event
    position: int | None
    erased: bool


def listing(work: Work, wanted: Wanted) -> tuple[Sequence[Shown], int | None]:
    """Return lines, newest first, and the number to go on before, None on the last page."""
    work.require(administer)
    query: Select[Event, int | None] = select(Event, Seal.position).outerjoin(Seal, Seal.event_id == Event.id)
    query = query.where(*conditions(wanted)).options(joinedload(Event.actor), joinedload(Event.organisation))
    if wanted.before is not None:
        query = query.where(Event.id < wanted.before)
    rows = work.session.execute(query.order_by(Event.id.desc()).limit(PAGE + 1)).all()
    shown = [Shown(event, position, event.data == log.ERASED) for event, position in rows[:PAGE]]
    return shown, shown[-1].event.id if len(rows) > PAGE else None


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return `wanted` as conditions for a query over events, for the list and the excerpt."""
    where: list[ColumnElement[bool]] = []
    if wanted.kind:
        where.append(Event.kind.startswith(wanted.kind, autoescape=True))
    for column, value in ((Event.actor_id, wanted.actor), (Event.organisation_id, wanted.organisation),
                          (Event.entry_id, wanted.entry)):  # fmt: skip
        if value is not None:
            where.append(column == value)
    if wanted.since is not None:
        where.append(Event.happened_at >= _midnight(wanted.since))
    if wanted.until is not None:
        where.append(Event.happened_at < _midnight(wanted.until + timedelta(days=1)))
    return where


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)


def verify(work: Work) -> log.Verified:
    """Check every line of the chain now, and say where it does not hold."""
    work.require(administer)
    return log.verify(work)


def excerpt(work: Work, wanted: Wanted) -> Iterator[bytes]:
    """Yield the sealed lines that fit, one JSON a line, as `hub audit excerpt` does."""
    work.require(administer)
    return (line.text + b"\n" for line in log.lines(work, *conditions(wanted)))


def find(work: Work, event_id: int) -> Shown:
    """Return one line; raises `NotFound`."""
    work.require(administer)
    event = work.session.get(Event, event_id)
    if event is None:
        raise NotFound
    position = work.session.scalar(select(Seal.position).where(Seal.event_id == event_id))
    return Shown(event, position, event.data == log.ERASED)


def erase(work: Work, event_id: int, reason: str) -> None:
    """Take the content out of one line; the chain holds, and the log says why.

    Raises `NotFound`, `Conflict` (`not_sealed_yet`, `already_erased`, `erasure_stays` for the note of an erasure).
    """
    shown = find(work, event_id)
    if shown.position is None:
        raise Conflict("not_sealed_yet")
    if shown.erased:
        raise Conflict("already_erased")
    if shown.event.kind == "log.erased":
        raise Conflict("erasure_stays")
    log.erase(work, [shown.event], reason)
