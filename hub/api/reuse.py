"""Reuse (Nachnutzung): who uses which version of an entry since when; of one entry, and of all as a ledger."""

from datetime import date, datetime

from hub.actions import entries, reuse
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import EntryRef, PersonOut, VersionRef, address_of, entry_ref, person, version_ref
from hub.inputs import Line
from hub.inputs.money import SendReuse
from hub.policy import read
from hub.store.reuse import Reuse, ReuseMove, ReuseState
from hub.work import Work

routes = Routes("Nachnutzung")
ALL = "/entries/<city>/<slug>/reuse"
ONE = f"{ALL}/<int:use>"


class WhichUses(paging.Paged):
    """Filters of the ledger; empty means all."""

    organisation: Line = ""
    state: Line = ""


class UseMoveOut(Output):
    """A change of a use's state."""

    before: str
    after: str
    note: str
    at: datetime


class UseRow(Output):
    """A municipality's use of a version; `organisation` is null for a municipality outside of the hub."""

    id: int
    entry: EntryRef
    version: VersionRef | None
    organisation: str | None
    name: str
    ags: str
    state: ReuseState
    since: date | None
    until: date | None
    deviation: str
    contact: str
    fork: EntryRef | None
    recorded_at: datetime
    confirmed_at: datetime | None
    confirmed_by: PersonOut | None
    revision: int


class UseOut(UseRow):
    """A use and how it went on, oldest first."""

    history: list[UseMoveOut]


class UseList(Output):
    """A page of uses."""

    items: list[UseRow]
    next: str | None


def _move(found: ReuseMove) -> UseMoveOut:
    return UseMoveOut(before=found.before, after=found.after, note=found.note, at=found.at)


def _row(work: Work, row: Reuse) -> UseRow:
    fork = row.fork if row.fork is not None and read(work.actor, row.fork) else None
    known = bool(work.actor.roles)  # who to speak to is for those who may be spoken to
    return UseRow(
        id=row.id,
        entry=entry_ref(row.entry),
        version=version_ref(row.version),
        organisation=row.organisation.slug if row.organisation else None,
        name=row.organisation.name if row.organisation else row.name,
        ags=row.ags,
        state=ReuseState(row.state),
        since=row.since,
        until=row.until,
        deviation=row.deviation,
        contact=row.contact if known else "",
        fork=entry_ref(fork) if fork else None,
        recorded_at=row.recorded_at,
        confirmed_at=row.confirmed_at,
        confirmed_by=person(row.confirmed_by) if known else None,
        revision=row.revision,
    )


def _shown(work: Work, row: Reuse) -> UseOut:
    work.session.flush()
    return UseOut(**_row(work, row).model_dump(), history=[_move(one) for one in reuse.moves(work, row)])


@routes.get("/reuse", summary="Nachnutzungen aller Einträge auflisten", query=WhichUses, returns=UseList,
            signed_in=True)  # fmt: skip
def list_uses(work: Work, query: WhichUses) -> UseList:
    """List every use of readable entries, newest first; outside of the cooperation only what was confirmed."""
    rows, following = paging.cut(query, reuse.ledger(work, organisation=query.organisation, state=query.state))
    return UseList(items=[_row(work, row) for row in rows], next=following)


@routes.get(ALL, summary="Nachnutzungen eines Eintrags auflisten", query=paging.Paged, returns=UseList)
def list_uses_of_entry(work: Work, city: str, slug: str, query: paging.Paged) -> UseList:
    """List who uses an entry, the longest first; for outsiders only what was confirmed."""
    rows, following = paging.cut(query, reuse.of_entry(work, entries.find(work, city, slug)))
    return UseList(items=[_row(work, row) for row in rows], next=following)


@routes.get(ONE, summary="Eine Nachnutzung lesen", returns=UseOut)
def read_use(work: Work, city: str, slug: str, use: int) -> UseOut:
    """Return a use with its history."""
    return _shown(work, reuse.find(work, entries.find(work, city, slug), use))


@routes.post(ALL, summary="Eine Nachnutzung erfassen", body=SendReuse, returns=UseOut)
def record_use(work: Work, city: str, slug: str, body: SendReuse) -> Made:
    """Record a use; whoever belongs to the using city confirms it by recording it."""
    entry = entries.find(work, city, slug)
    made = reuse.record(work, entry, body)
    return Made(_shown(work, made), "read_use", {**address_of(entry), "use": made.id})


@routes.put(ONE, summary="Eine Nachnutzung ändern oder beenden", body=SendReuse, returns=UseOut)
def edit_use(work: Work, city: str, slug: str, use: int, body: SendReuse) -> UseOut:
    """Change a use; `state` `ended` ends it. What others change needs the using city's confirmation again."""
    entry = entries.find(work, city, slug)
    row = reuse.find(work, entry, use)
    reuse.edit(work, entry, row, body.model_copy(update={"revision": body.revision or row.revision}))
    return _shown(work, row)


@routes.post(f"{ONE}/confirm", summary="Eine Nachnutzung bestätigen", returns=UseOut, status=200, match=ONE)
def confirm_use(work: Work, city: str, slug: str, use: int) -> UseOut:
    """Confirm a use as the using city; for municipalities outside of the hub the coordination does."""
    entry = entries.find(work, city, slug)
    row = reuse.find(work, entry, use)
    reuse.confirm(work, entry, row, revision=row.revision)
    return _shown(work, row)
