"""Proposals and deviations in a bundle. A proposal has two sides and is told with both; it arrives with the second."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hub import documents
from hub.actions import bundle_identity, entries
from hub.actions.bundle_files import Reader
from hub.actions.bundle_people import account
from hub.actions.bundle_records import OwnerOf, Person, iso
from hub.errors import Invalid
from hub.inputs.bundle_records import ToldDeviation, ToldProposal
from hub.inputs.bundle_words import ToldRef
from hub.policy import proposals as rights
from hub.store.entries import Blob, Entry, EntryKind, Version
from hub.store.proposals import Deviation, Proposal, ProposalComment, ProposalDecision
from hub.work import Work

_TEXTS = ("title", "description", "answer")
_MOMENTS = ("created_at", "updated_at", "opened_at", "decided_at")


def _of(work: Work, entry: Entry) -> list[Proposal]:
    sides = or_(Proposal.target_id == entry.id, Proposal.source_id == entry.id)
    query = select(Proposal).where(sides, rights.read_proposal_visible(work.actor))
    return list(work.session.scalars(query.order_by(Proposal.created_at, Proposal.title)))


def files(work: Work, entry: Entry, ending: str) -> Iterator[tuple[str, bytes]]:
    """Yield the contents that were offered without being a version of any entry."""
    for at, row in enumerate(_of(work, entry), 1):
        if row.theirs_id is None and row.target_id == entry.id:
            yield f"proposals/{at:04}/{ending}", _content(work, row.theirs_sha256)


def _content(work: Work, sha256: str) -> bytes:
    return work.session.scalars(select(Blob.content).where(Blob.sha256 == sha256)).one()


def told(
    work: Work, entry: Entry, person: Person, owners: set[str], *, folder: str, ending: str
) -> list[dict[str, Any]]:
    """Return the readable proposals this entry is a side of; `owners` collects organisations."""
    return [
        _told(work, row, person, owners)
        | (
            {"content": f"{folder}/proposals/{at:04}/{ending}"}
            if row.theirs_id is None and row.target_id == entry.id
            else {}
        )
        for at, row in enumerate(_of(work, entry), 1)
    ]


def _ref(work: Work, version_id: int | None) -> dict[str, Any] | None:
    if version_id is None:
        return None
    row = work.session.get_one(Version, version_id)
    return {"uid": bundle_identity.uid(work, row.entry_id), "sequence": row.sequence}


def _told(work: Work, row: Proposal, person: Person, owners: set[str]) -> dict[str, Any]:
    owners.add(row.organisation.slug)
    verdicts = select(ProposalDecision).where(ProposalDecision.proposal_id == row.id)
    remarks = select(ProposalComment).where(ProposalComment.proposal_id == row.id).order_by(ProposalComment.id)
    said = work.session.scalars(
        remarks.options(joinedload(ProposalComment.author), joinedload(ProposalComment.organisation))
    ).all()
    owners |= {one.organisation.slug for one in said}
    return {
        "target": bundle_identity.uid(work, row.target_id),
        "source": bundle_identity.uid(work, row.source_id) if row.source_id is not None else None,
        "way": row.way,
        "state": row.state,
        **{role: _ref(work, getattr(row, f"{role}_id")) for role in ("base", "ours", "theirs", "result")},
        "sha256": row.theirs_sha256,
        **{name: getattr(row, name) for name in _TEXTS},
        **{name: iso(getattr(row, name)) for name in _MOMENTS},
        "opened_by": person(row.opened_by),
        "decided_by": person(row.decided_by),
        "organisation": row.organisation.slug,
        "verdicts": [
            {
                **{name: getattr(one, name) for name in ("change", "verdict", "value", "reason", "done")},
                "decided_by": person(one.decided_by),
                "decided_at": iso(one.decided_at),
            }
            for one in work.session.scalars(
                verdicts.options(joinedload(ProposalDecision.decided_by)).order_by(ProposalDecision.change)
            )
        ],
        "remarks": [
            {
                "change": one.change,
                "subject": one.subject,
                "author": person(one.author),
                "organisation": one.organisation.slug,
                "text": one.text,
                "created_at": iso(one.created_at),
            }
            for one in said
        ],
    }


def told_deviations(work: Work, entry: Entry, person: Person) -> list[dict[str, Any]]:
    """Return where the entry differs from its origin, and why."""
    query = select(Deviation).where(Deviation.entry_id == entry.id).order_by(Deviation.decided_at, Deviation.change)
    names = ("kind", "change", "element_key", "sentence", "reason", "owner")
    return [
        {
            **{name: getattr(row, name) for name in names},
            "source": bundle_identity.uid(work, row.source_id) if row.source_id is not None else None,
            "expires_on": row.expires_on.isoformat() if row.expires_on is not None else None,
            "decided_by": person(row.decided_by),
            "decided_at": iso(row.decided_at),
        }
        for row in work.session.scalars(query.options(joinedload(Deviation.decided_by)))
    ]


@dataclass(slots=True)
class Brought:
    """What became of the proposals of one entry."""

    added: int = 0
    waiting: list[str] = field(default_factory=list)
    """Names in every hub of entries that have to be here first."""


def bring(
    work: Work,
    rows: Iterable[ToldProposal],
    here: Mapping[str, int],
    reader: Reader,
    owner_of: OwnerOf,
) -> Brought:
    """Add the proposals whose sides are all here, and bring older ones up to date. Raises `Invalid`."""
    brought = Brought()
    for row in rows:
        if (row.way == "suggest") != (row.theirs is None) or (row.theirs is None) != (row.source is None):
            raise Invalid(file=f"Nicht aufgenommen: der Vorschlag „{row.title}“ sagt nicht, was er anbietet.")
        refs = {"base": row.base, "ours": row.ours, "theirs": row.theirs, "result": row.result}
        missing = [uid for uid in (row.target, row.source) if uid is not None and uid not in here]
        found = {name: _version(work, here, ref) for name, ref in refs.items()}
        missing += [ref.uid for name, ref in refs.items() if ref is not None and found[name] is None]
        if missing:
            brought.waiting += missing
            continue
        query = select(Proposal).where(
            Proposal.target_id == here[row.target], Proposal.created_at == row.created_at, Proposal.title == row.title
        )
        known = work.session.scalar(query)
        if known is None:
            known = _add(work, row, found, here, reader, owner_of)
            if known is None:
                brought.waiting.append(row.target)
                continue
            brought.added += 1
        elif row.updated_at > known.updated_at:
            _update(work, known, row, found)
            brought.added += 1
        _say(work, known, row, owner_of)
    return brought


def _version(work: Work, here: Mapping[str, int], ref: ToldRef | None) -> Version | None:
    if ref is None or ref.uid not in here:
        return None
    query = select(Version).where(Version.entry_id == here[ref.uid], Version.sequence == ref.sequence)
    return work.session.scalar(query)


def _add(
    work: Work,
    row: ToldProposal,
    found: Mapping[str, Version | None],
    here: Mapping[str, int],
    reader: Reader,
    owner_of: OwnerOf,
) -> Proposal | None:
    """Return the proposal, None if its content is not in the bundle."""
    theirs = found["theirs"]
    if theirs is not None:
        digest = theirs.blob_sha256
    elif row.content is not None:
        data = reader.bytes_of(row.content)
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Invalid(file=f"Nicht aufgenommen: der Vorschlag „{row.title}“ hat nicht den angekündigten Inhalt.")
        target = work.session.get_one(Entry, here[row.target])
        documents.read(EntryKind(target.kind), data, field="file")
        digest = row.sha256
        entries.put_blob(work, data, digest)
    else:
        return None
    made = Proposal(
        target_id=here[row.target],
        source_id=here[row.source] if row.source is not None else None,
        way=str(row.way),
        theirs_sha256=digest,
        opened_by_id=account(work, row.opened_by),
        organisation_id=owner_of(row.organisation).id,
        title=row.title,
        created_at=row.created_at,
    )
    _update(work, made, row, found)
    work.session.add(made)
    work.session.flush()
    return made


def _update(work: Work, proposal: Proposal, row: ToldProposal, found: Mapping[str, Version | None]) -> None:
    for role, version in found.items():
        setattr(proposal, f"{role}_id", version.id if version is not None else None)
    proposal.state = str(row.state)
    if row.state == "merged" and row.result is None:
        raise Invalid(file=f"Nicht aufgenommen: der Vorschlag „{row.title}“ ist übernommen, doch ohne Ergebnis.")
    for name in (*_TEXTS, *_MOMENTS):
        setattr(proposal, name, getattr(row, name))
    proposal.decided_by_id = account(work, row.decided_by)
    proposal.revision = (proposal.revision or 0) + 1


def _say(work: Work, proposal: Proposal, row: ToldProposal, owner_of: OwnerOf) -> None:
    """Add or renew what was decided about each change, and add the remarks that are missing."""
    for one in row.verdicts:
        mine = work.session.get(ProposalDecision, (proposal.id, one.change))
        if mine is not None and mine.decided_at >= one.decided_at:
            continue
        decided_by_id = account(work, one.decided_by)
        if mine is None:
            mine = ProposalDecision(proposal_id=proposal.id, change=one.change)
            work.session.add(mine)
        mine.verdict, mine.value, mine.reason, mine.done = str(one.verdict), one.value, one.reason, one.done
        mine.decided_by_id, mine.decided_at = decided_by_id, one.decided_at
    query = select(ProposalComment.created_at, ProposalComment.text).where(ProposalComment.proposal_id == proposal.id)
    known = {tuple(mine) for mine in work.session.execute(query)}
    for remark in row.remarks:
        if (remark.created_at, remark.text) not in known:
            work.session.add(
                ProposalComment(
                    proposal_id=proposal.id,
                    **remark.model_dump(include={"change", "subject", "text", "created_at"}),
                    author_id=account(work, remark.author),
                    organisation_id=owner_of(remark.organisation).id,
                )
            )
    work.session.flush()


def bring_deviations(work: Work, entry: Entry, rows: Iterable[ToldDeviation], here: Mapping[str, int]) -> int:
    """Add the deviations that are not here yet; return how many."""
    added = 0
    for row in rows:
        source_id = here.get(row.source) if row.source is not None else None
        query = select(Deviation).where(Deviation.entry_id == entry.id, Deviation.change == row.change)
        known = work.session.scalar(query)
        if known is not None:
            known.source_id = known.source_id or source_id
            continue
        work.session.add(
            Deviation(
                entry_id=entry.id,
                source_id=source_id,
                **row.model_dump(exclude={"source", "decided_by"}),
                decided_by_id=account(work, row.decided_by),
            )
        )
        added += 1
    work.session.flush()
    return added
