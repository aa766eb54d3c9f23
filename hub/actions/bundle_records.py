"""Work on an entry in a bundle: decisions about media breaks, ratings of maturity, local values, what happened."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub.actions import activity, maturity
from hub.actions.bundle_people import account
from hub.errors import Invalid
from hub.inputs.bundle_records import ToldDecision, ToldHappening, ToldRating, ToldRecords, ToldSlot
from hub.policy import SYSTEM
from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.entries import Blob, Entry, Version
from hub.store.findings import MediaConfirmation, MediaDecision
from hub.store.local_values import LocalValue, Slot
from hub.store.maturity import MaturityMark, MaturityRating, Scale
from hub.store.organisations import Organisation
from hub.work import Work

Person = Callable[[User | None], dict[str, str] | None]
OwnerOf = Callable[[str], Organisation]

BROUGHT: Final = "log.brought"
"""The event that holds the lines of the log an entry came with: this hub's own log starts with the arrival."""
_LINES: Final = 500


def iso(at: datetime | None) -> str | None:
    """Return a moment as bundles write it."""
    return at.isoformat(timespec="microseconds") if at is not None else None


def told(work: Work, entry: Entry, sequences: Mapping[int, int], person: Person, owners: set[str]) -> dict[str, Any]:
    """Return the work on an entry for whoever reads drafts; `sequences` is version id → sequence.

    `owners` collects the addresses of organisations that occur.
    """
    return {
        "decisions": _told_decisions(work, entry, sequences, person, owners),
        "confirmations": [
            {
                "sha256": row.blob_sha256,
                "confirmed": row.confirmed,
                "note": row.note,
                "author": person(row.author),
                "confirmed_at": iso(row.confirmed_at),
            }
            for row in work.session.scalars(_confirmations(entry).options(joinedload(MediaConfirmation.author)))
        ],
        "ratings": _told_ratings(work, entry, sequences, person),
        "slots": _told_slots(work, entry, person, owners),
        "log": [
            {
                "kind": row.kind,
                "actor": person(work.session.get(User, row.actor_id)) if row.actor_id is not None else None,
                "happened_at": iso(row.happened_at),
                "data": row.data,
            }
            for row in log(work, entry)
        ],
    }


def _decisions(entry: Entry) -> Any:
    query = select(MediaDecision).where(MediaDecision.entry_id == entry.id)
    return query.order_by(MediaDecision.decided_at, MediaDecision.element_key, MediaDecision.rule, MediaDecision.id)


def _confirmations(entry: Entry) -> Any:
    query = select(MediaConfirmation).where(MediaConfirmation.entry_id == entry.id)
    return query.order_by(MediaConfirmation.confirmed_at, MediaConfirmation.id)


def _told_decisions(
    work: Work, entry: Entry, sequences: Mapping[int, int], person: Person, owners: set[str]
) -> list[dict[str, Any]]:
    rows = list(
        work.session.scalars(
            _decisions(entry).options(joinedload(MediaDecision.author), joinedload(MediaDecision.taken_over_from))
        )
    )
    places = {row.id: at for at, row in enumerate(rows)}
    owners |= {row.taken_over_from.slug for row in rows if row.taken_over_from is not None}
    names = ("element_key", "rule", "text", "text_digest", "decision", "reason", "legal_basis")
    return [
        {
            **{name: getattr(row, name) for name in names},
            "version": sequences[row.version_id],
            "author": person(row.author),
            "decided_at": iso(row.decided_at),
            "taken_from": places.get(row.taken_from_id) if row.taken_from_id is not None else None,
            "taken_over_from": row.taken_over_from.slug if row.taken_over_from is not None else None,
        }
        for row in rows
    ]


def _told_ratings(work: Work, entry: Entry, sequences: Mapping[int, int], person: Person) -> list[dict[str, Any]]:
    query = select(MaturityRating).where(MaturityRating.entry_id == entry.id)
    query = query.options(joinedload(MaturityRating.author))
    return [
        {
            "scale": row.scale,
            "version": sequences[row.version_id],
            "rated_on": row.rated_on.isoformat(),
            "actual": row.actual,
            "target": row.target,
            "note": row.note,
            "author": person(row.author),
            "created_at": iso(row.created_at),
            "marks": [
                {name: getattr(mark, name) for name in ("position", "actual", "target", "evidence", "link")}
                for mark in row.marks
            ],
        }
        for row in work.session.scalars(query.order_by(MaturityRating.scale, MaturityRating.number))
    ]


def _told_slots(work: Work, entry: Entry, person: Person, owners: set[str]) -> list[dict[str, Any]]:
    found = []
    names = ("name", "kind", "label", "description", "standard", "unit", "required")
    for slot in work.session.scalars(select(Slot).where(Slot.entry_id == entry.id).order_by(Slot.name)):
        author = work.session.get(User, slot.author_id) if slot.author_id is not None else None
        query = select(LocalValue).join(Organisation).where(LocalValue.slot_id == slot.id)
        values = work.session.scalars(query.order_by(Organisation.slug, LocalValue.sequence)).all()
        owners |= {row.organisation.slug for row in values}
        found.append(
            {
                **{name: getattr(slot, name) for name in names},
                "author": person(author),
                "updated_at": iso(slot.updated_at),
                "values": [
                    {
                        "organisation": row.organisation.slug,
                        "sequence": row.sequence,
                        "value": row.value,
                        "valid_from": row.valid_from.isoformat() if row.valid_from is not None else None,
                        "legal_basis": row.legal_basis,
                        "author": person(row.author),
                        "created_at": iso(row.created_at),
                    }
                    for row in values
                ],
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log of an entry, from here or brought along."""

    kind: str
    actor_id: int | None
    happened_at: datetime
    data: dict[str, Any]


def brought(work: Work, entry: Entry) -> list[Line]:
    """Return the lines of the log that an entry was brought with, oldest first, as far as the actor may read them.

    Who has said something or proposed something is for the organisation alone: with whom it was shared is not in them.
    """
    actor = work.actor
    if not (actor.cooperates or actor.system):
        return []
    inner = actor.system or entry.organisation_id in actor.organisation_ids
    query = select(Event).where(Event.entry_id == entry.id, Event.kind == BROUGHT).order_by(Event.id)
    lines = [
        Line(row["kind"], row["actor_id"], datetime.fromisoformat(row["happened_at"]), row["data"])
        for event in work.session.scalars(query)
        for row in event.data.get("lines", ())
        if inner or not row["kind"].startswith(("comment.", "proposal."))
    ]
    return sorted(lines, key=lambda line: line.happened_at)


def names(work: Work, lines: Iterable[Line]) -> dict[int, str]:
    """Return what the people in these lines are called."""
    ids = {line.actor_id for line in lines if line.actor_id is not None}
    rows = work.session.execute(select(User.id, User.name).where(User.id.in_(sorted(ids))))
    return dict(rows.all())


def log(work: Work, entry: Entry) -> list[Line]:
    """Return what happened to an entry, here and before it came here, as far as the actor may read it."""
    found = brought(work, entry)
    before = None
    while True:
        page = activity.of(work, activity.of_entry(entry), before=before, limit=_LINES)
        for row in page.rows:
            event = row.event
            if event.kind != BROUGHT:
                found.append(Line(event.kind, event.actor_id, event.happened_at, _plain(event.data)))
        before = page.more
        if before is None:
            return sorted(found, key=lambda line: (line.happened_at, line.kind, str(sorted(line.data.items()))))


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what another hub can understand: no numbers of rows, nothing nested."""
    return {
        name[:40]: value[:300] if isinstance(value, str) else value
        for name, value in data.items()
        if not name.endswith(("id", "ids")) and (value is None or isinstance(value, (str, int)))
    }


def bring(work: Work, entry: Entry, said: ToldRecords, every: Mapping[int, Version], owner_of: OwnerOf) -> int:
    """Add what is not here yet; return how many decisions, ratings, values and lines of the log. Raises `Invalid`."""
    numbers = {row.version for rows in (said.decisions, said.ratings) for row in rows}
    if not numbers <= every.keys():
        raise Invalid(file="Nicht aufgenommen: eine Bewertung gehört zu einer Version, die das Paket nicht nennt.")
    added = _bring_decisions(work, entry, said.decisions, every, owner_of)
    here = {(row.blob_sha256, row.confirmed_at) for row in work.session.scalars(_confirmations(entry))}
    for told_word in said.confirmations:
        known = (told_word.sha256, told_word.confirmed_at) in here
        if not known and work.session.get(Blob, told_word.sha256) is not None:
            work.session.add(
                MediaConfirmation(
                    entry_id=entry.id,
                    blob_sha256=told_word.sha256,
                    confirmed=told_word.confirmed,
                    note=told_word.note,
                    author_id=account(work, told_word.author),
                    confirmed_at=told_word.confirmed_at,
                )
            )
            added += 1
    added += _bring_ratings(work, entry, said.ratings, every)
    added += sum(_bring_slot(work, entry, row, owner_of) for row in said.slots)
    added += _bring_log(work, entry, said.log)
    work.session.flush()
    return added


def _bring_decisions(
    work: Work, entry: Entry, rows: Iterable[ToldDecision], every: Mapping[int, Version], owner_of: OwnerOf
) -> int:
    known: dict[tuple[Any, ...], list[int]] = {}
    for mine in work.session.scalars(_decisions(entry)):
        known.setdefault((mine.element_key, mine.rule, mine.text_digest, mine.decided_at), []).append(mine.id)
    ids: list[int] = []
    added = 0
    for at, row in enumerate(rows):
        if same := known.get((row.element_key, row.rule, row.text_digest, row.decided_at)):
            ids.append(same.pop(0))
            continue
        if row.decision == "justified" and not row.legal_basis:
            raise Invalid(file="Nicht aufgenommen: ein Medienbruch ist ohne Rechtsgrundlage als begründet entschieden.")
        earlier = row.taken_from if row.taken_from is not None and 0 <= row.taken_from < at else None
        made = MediaDecision(
            entry_id=entry.id,
            version_id=every[row.version].id,
            **row.model_dump(include={"element_key", "rule", "text", "text_digest", "reason", "legal_basis"}),
            decision=str(row.decision),
            author_id=account(work, row.author),
            decided_at=row.decided_at,
            taken_from_id=ids[earlier] if earlier is not None else None,
            taken_over_from_id=owner_of(row.taken_over_from).id if row.taken_over_from is not None else None,
        )
        work.session.add(made)
        work.session.flush()
        ids.append(made.id)
        added += 1
    return added


def _bring_ratings(work: Work, entry: Entry, rows: Iterable[ToldRating], every: Mapping[int, Version]) -> int:
    query = select(MaturityRating.scale, MaturityRating.created_at).where(MaturityRating.entry_id == entry.id)
    known = {tuple(mine) for mine in work.session.execute(query)}
    changed: list[Scale] = []
    for row in rows:
        scale = Scale(row.scale)
        if (row.scale, row.created_at) in known:
            continue
        levels = [row.actual, row.target, *(level for mark in row.marks for level in (mark.actual, mark.target))]
        places = [mark.position for mark in row.marks]
        beyond = any(level is not None and level > scale.highest for level in levels)
        if beyond or len(set(places)) != len(places) or max(places, default=0) > scale.criteria_count:
            raise Invalid(file="Nicht aufgenommen: ein Reifegrad liegt außerhalb seiner Skala.")
        work.session.add(
            MaturityRating(
                entry_id=entry.id,
                scale=row.scale,
                number=maturity.newest_number(work, entry, scale) + 1,
                version_id=every[row.version].id,
                rated_on=row.rated_on,
                actual=row.actual,
                target=row.target,
                rated_criteria=sum(mark.actual is not None for mark in row.marks),
                note=row.note,
                author_id=account(work, row.author),
                created_at=row.created_at,
                marks=[MaturityMark(**mark.model_dump()) for mark in row.marks],
            )
        )
        work.session.flush()
        changed.append(scale)
    for scale in dict.fromkeys(changed):
        maturity.keep_level(work, entry, scale)
    return len(changed)


def _bring_slot(work: Work, entry: Entry, row: ToldSlot, owner_of: OwnerOf) -> int:
    slot = work.session.scalar(select(Slot).where(Slot.entry_id == entry.id, Slot.name == row.name))
    if slot is None or row.updated_at > slot.updated_at:
        author_id = account(work, row.author)
        if slot is None:
            slot = Slot(entry_id=entry.id, name=row.name, revision=0)
            work.session.add(slot)
        for name in ("label", "description", "standard", "unit", "required"):
            setattr(slot, name, getattr(row, name))
        slot.kind, slot.author_id, slot.updated_at = str(row.kind), author_id, row.updated_at
        slot.revision += 1
        work.session.flush()
    query = select(LocalValue.organisation_id, LocalValue.sequence).where(LocalValue.slot_id == slot.id)
    known = {tuple(mine) for mine in work.session.execute(query)}
    added = 0
    for value in row.values:
        owner = owner_of(value.organisation)
        if (owner.id, value.sequence) in known:
            continue
        work.session.add(
            LocalValue(
                slot_id=slot.id,
                organisation_id=owner.id,
                **value.model_dump(include={"sequence", "value", "valid_from", "legal_basis", "created_at"}),
                author_id=account(work, value.author),
            )
        )
        added += 1
    return added


def _bring_log(work: Work, entry: Entry, rows: Iterable[ToldHappening]) -> int:
    """Keep the lines that are not known here, in one event: the seals of this hub vouch for what happened in it."""
    every = Work(work.session, SYSTEM, work.now)
    known = Counter((line.kind, line.happened_at, str(sorted(line.data.items()))) for line in log(every, entry))
    lines = []
    for row in rows:
        key = row.kind, row.happened_at, str(sorted(row.data.items()))
        if known[key]:
            known[key] -= 1
            continue
        actor_id = account(work, row.actor)
        lines.append({"kind": row.kind, "actor_id": actor_id, "happened_at": iso(row.happened_at), "data": row.data})
    if lines:
        work.record(BROUGHT, entry, title=entry.title, count=len(lines), lines=lines)
        work.session.flush()
    return len(lines)
