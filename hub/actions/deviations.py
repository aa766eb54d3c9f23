"""Where forks go their own way: every deviation with its reason, who answers for it, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub import documents, policy
from hub.actions import ancestry
from hub.actions.batches import contents_of, keys_of, versions_of
from hub.actions.merging import Side, review
from hub.actions.schedule import BERLIN
from hub.actions.waiting import Waiting
from hub.errors import Invalid, NotFound
from hub.policy import WRITERS
from hub.policy import proposals as rights
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.proposals import Deviation
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_SIDES = aliased(Entry), aliased(Version), aliased(Organisation)

PAGE = 10
"""Forks on one page; what they do otherwise is worked out for this page only."""


@dataclass(frozen=True, slots=True)
class Line:
    """One deviation of a fork."""

    change: str
    kind: str
    """own or declined"""
    german: str
    english: str
    place: str
    element_key: str
    recorded: Deviation | None

    def sentence(self, lang: str = "de") -> str:
        """Return what differs, in one sentence."""
        return self.english if lang == "en" else self.german


@dataclass(frozen=True, slots=True)
class Fork:
    """A fork with everything it does otherwise than its origin."""

    entry: Entry
    origin: Entry
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the register."""

    rows: Sequence[Fork]
    total: int
    page: int
    page_count: int


def today(work: Work) -> date:
    """Return the day it is in Hesse."""
    return work.now.astimezone(BERLIN).date()


def register(
    work: Work, *, city: str = "", show: str = "", entry: Entry | None = None, page: int = 1, size: int = PAGE
) -> Register:
    """Return forks with their deviations; `show`: „overdue“, „unexplained“ or „declined“ only."""
    fork, pinned, owner = _SIDES
    query = (
        select(fork, Entry)
        .select_from(fork)
        .join(pinned, pinned.id == fork.forked_from_id)
        .join(Entry, Entry.id == pinned.entry_id)
        .join(owner, owner.id == fork.organisation_id)
        .where(fork.archived_at.is_(None), fork.head_id.is_not(None), policy.read_visible(work.actor))
        .options(
            *(
                option
                for row in (fork, Entry)
                for option in (lazyload(row.tags), lazyload(row.legal_bases), joinedload(row.organisation))
            )
        )
        .order_by(owner.short_name, fork.title, fork.id)
    )
    if city:
        query = query.where(owner.slug == city)
    if entry is not None:
        query = query.where(fork.id == entry.id)
    if show in ("overdue", "declined"):
        recorded = select(Deviation.entry_id)
        overdue = recorded.where(Deviation.expires_on < today(work))
        declined = recorded.where(Deviation.kind == "declined")
        query = query.where(fork.id.in_(overdue if show == "overdue" else declined))
    found = [
        (child, origin)
        for child, origin in work.session.execute(query).all()
        if policy.read_drafts(work.actor, child) and policy.read_drafts(work.actor, origin)
    ]
    page_count = max(1, -(-len(found) // size))
    page = min(max(1, page), page_count)
    rows = _lines(work, found[(page - 1) * size : page * size])
    return Register([_only(work, row, show) for row in rows], len(found), page, page_count)


def _only(work: Work, row: Fork, show: str) -> Fork:
    return Fork(row.entry, row.origin, [line for line in row.lines if _wanted(work, line, show)])


def _wanted(work: Work, line: Line, show: str) -> bool:
    if show == "overdue":
        return line.recorded is not None and overdue(work, line.recorded)
    if show == "unexplained":
        return line.recorded is None
    return show != "declined" or line.kind == "declined"


def overdue(work: Work, row: Deviation) -> bool:
    """Whether a deviation should have been looked at again by now."""
    return row.expires_on is not None and row.expires_on < today(work)


def _lines(work: Work, pairs: Sequence[tuple[Entry, Entry]]) -> list[Fork]:
    """Work out what some forks do otherwise than the version they last had in common with their origin."""
    heads = {id_ for pair in pairs for entry in pair if (id_ := entry.head_id) is not None}
    descent = ancestry.graph(work, heads)
    bases = {fork.id: descent.base(fork.head_id or 0, origin.head_id or 0) or 0 for fork, origin in pairs}
    versions = versions_of(work, {*heads, *bases.values()})
    contents = contents_of(work, {row.blob_sha256 for row in versions.values()})
    keys = keys_of(work, versions.keys())
    recorded: dict[int, dict[str, Deviation]] = {}
    query = select(Deviation).where(Deviation.entry_id.in_([fork.id for fork, _ in pairs])).order_by(Deviation.id)
    for row in work.session.scalars(query.options(joinedload(Deviation.decided_by))):
        recorded.setdefault(row.entry_id, {})[row.change] = row
    made = []
    for fork, origin in pairs:
        known = recorded.get(fork.id, {})
        base, head = versions.get(bases[fork.id]), versions.get(fork.head_id or 0)
        lines: list[Line] = []
        if base is not None and head is not None and base.blob_sha256 != head.blob_sha256:
            start = Side(documents.read(fork.kind, contents[base.blob_sha256]), keys.get(base.id, {}))
            now = Side(documents.read(fork.kind, contents[head.blob_sha256]), keys.get(head.id, {}))
            own = review(start, start, now, {}).items
            newest = versions.get(origin.head_id or 0)
            if newest is not None and bases[fork.id] != descent.base(newest.id, head.id):
                # The origin took a part of it over: what it says alike by now is no deviation.
                there = Side(documents.read(fork.kind, contents[newest.blob_sha256]), {})
                apart = {part for item in review(start, there, now, {}).items for part in item.parts}
                own = [item for item in own if apart.intersection(item.parts)]
            lines += [
                Line(
                    item.change, "own", item.german, item.english, item.place, item.element_key, known.get(item.change)
                )
                for item in own
            ]
        lines += [
            Line(row.change, "declined", row.sentence, row.sentence, "", row.element_key, row)
            for row in known.values()
            if row.kind == "declined"
        ]
        made.append(Fork(fork, origin, lines))
    return made


def of(work: Work, entry: Entry) -> Fork:
    """Return the deviations of one fork; raises `NotFound` for an entry without a readable origin."""
    rows = register(work, entry=entry).rows
    if not rows:
        raise NotFound
    return rows[0]


def record(
    work: Work, entry: Entry, change: str, *, reason: str, owner: str = "", expires_on: date | None = None
) -> Deviation:
    """Give a deviation its reason, owner and expiry; raises `Invalid(change="deviation_gone")` if there is none."""
    work.require(rights.record_deviation, entry)
    if not reason.strip():
        raise Invalid(reason="decline_reason")
    found = of(work, entry)
    line = next((line for line in found.lines if line.change == change), None)
    if line is None:
        raise Invalid(change="deviation_gone")
    row = line.recorded
    if row is None:
        row = Deviation(
            entry_id=entry.id,
            source_id=found.origin.id,
            kind="own",
            change=change,
            element_key=line.element_key[:40],
            sentence=line.german,
        )
        work.session.add(row)
    row.reason, row.owner, row.expires_on = reason.strip(), owner, expires_on
    row.decided_by_id, row.decided_at = work.actor.user_id, work.now
    work.session.flush()
    work.record("deviation.recorded", entry, deviation_id=row.id)
    return row


def waiting(work: Work) -> list[Waiting]:
    """Return the deviations of one's own organisations that are to be looked at again."""
    own = sorted(key for key in work.actor.organisation_ids if work.actor.has(WRITERS, key))
    if not own:
        return []
    query = (
        select(Deviation, Entry)
        .join(Entry, Entry.id == Deviation.entry_id)
        .where(Entry.organisation_id.in_(own), Entry.archived_at.is_(None), Deviation.expires_on < today(work))
        .options(lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .order_by(Deviation.expires_on)
        .limit(100)
    )
    return [
        Waiting(
            "deviation.overdue",
            entry,
            row.decided_at,
            ("deviations.show", {}),
            due=row.expires_on,
            detail=row.sentence[:200],
            urgent=True,
        )
        for row, entry in work.session.execute(query)
    ]
