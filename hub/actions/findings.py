"""Media breaks for people: what is open, who decided what and why, and whether a version is free of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, select
from sqlalchemy.orm import aliased, lazyload

from hub import bpmn, policy
from hub.actions import media, media_rules
from hub.actions.media import Found
from hub.actions.waiting import Waiting
from hub.errors import Conflict, Invalid, NotFound
from hub.policy import findings as may
from hub.store.accounts import Role
from hub.store.entries import Element, Entry, EntryKind, Nature, Version
from hub.store.findings import (
    Decision,
    MediaConfirmation,
    MediaDecision,
    MediaFinding,
    MediaNumbers,
    Standing,
)
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_OTHERS = aliased(MediaDecision), aliased(MediaDecision)
_HELD = aliased(MediaDecision), aliased(MediaDecision)


@dataclass(frozen=True, slots=True)
class Finding:
    """A media break of one version with what people decided about it."""

    found: Found
    definition: bpmn.MediaRule
    element_name: str
    element_type: str
    decision: MediaDecision | None
    """What holds; None while nobody decided."""
    earlier: MediaDecision | None
    """What was decided about earlier words; it has to be decided again."""
    history: tuple[MediaDecision, ...] = ()
    """Everything decided about this element and rule, newest first."""

    @property
    def word(self) -> Decision:
        """What holds: open, or what was decided."""
        return Decision(self.decision.decision) if self.decision is not None else Decision.OPEN

    @property
    def open(self) -> bool:
        """Whether nobody has decided otherwise."""
        return self.word is Decision.OPEN

    @property
    def seen(self) -> int:
        """Number of the newest decision on this element and rule; a form sends it back."""
        newest = self.decision or self.earlier
        return newest.id if newest is not None else 0

    @property
    def inherited(self) -> bool:
        """Whether the decision came with the fork and nobody of the own organisation has confirmed it."""
        return self.decision is not None and self.decision.taken_over_from_id is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """A finding somebody decides about, and the newest decision they had seen (0 for none)."""

    element_key: str
    rule: str
    seen: int


def of(work: Work, entry: Entry, version: Version, *, rules: media_rules.Current | None = None) -> list[Finding]:
    """Return the media breaks of a process version, the gravest first; an empty list for a design."""
    if entry.kind != EntryKind.PROCESS:
        return []
    rules = rules or media_rules.current(work)
    rows = media.found(work, version, rules)
    held = media.decisions(work, entry.id)
    told: dict[tuple[str, str], list[MediaDecision]] = {}
    for row in reversed(held.told):
        told.setdefault((row.element_key, row.rule), []).append(row)
    query = select(Element.key, Element.name, Element.kind).where(Element.version_id == version.id)
    names = {row.key: (row.name, row.kind) for row in work.session.execute(query)}
    return [
        Finding(
            row,
            rules.rules.rules[row.rule],
            *names.get(row.element_key, ("", "")),
            decision=held.of(row),
            earlier=held.earlier(row),
            history=tuple(told.get((row.element_key, row.rule), ())),
        )
        for row in rows
        if row.rule in rules.rules.rules
    ]


def open_heavy(work: Work, entry: Entry, version: Version) -> list[Finding]:
    """Return the open findings of severity H: each stands in the way of OZGplus."""
    return [one for one in of(work, entry, version) if one.found.severity == "H" and one.open]


_NUMBERS = select(MediaNumbers).where(MediaNumbers.version_id.in_(bindparam("ids", expanding=True)))


def numbers(work: Work, version_ids: Iterable[int]) -> dict[int, MediaNumbers]:
    """Return version id → figures, for those that have been computed."""
    return {row.version_id: row for row in work.session.scalars(_NUMBERS, {"ids": list(version_ids)})}


def history(work: Work, entry: Entry) -> list[MediaDecision]:
    """Return everything that was ever decided about an entry's findings, newest first."""
    query = select(MediaDecision).where(MediaDecision.entry_id == entry.id).order_by(MediaDecision.id.desc())
    return list(work.session.scalars(query.limit(500)))


def decide(
    work: Work,
    entry: Entry,
    shown: Version,
    chosen: Sequence[Choice],
    decision: str,
    *,
    reason: str = "",
    legal_basis: str = "",
) -> int:
    """Decide about findings of `shown`; return how many. What was decided before stays in the history.

    Raises `Invalid` for nothing chosen, a missing reason or legal basis; `NotFound` for a finding the version does
    not have; `Conflict("decided_meanwhile")` if somebody decided about one of them in between.
    """
    work.require(may.decide_findings, entry)
    reason, legal_basis = reason.strip(), " ".join(legal_basis.split())
    if decision not in list(Decision):
        raise Invalid(decision="not_a_choice")
    if not chosen:
        raise Invalid(finding="finding_needed")
    if decision != Decision.OPEN and not reason:
        raise Invalid(reason="decision_reason_needed")
    if decision == Decision.JUSTIFIED and not legal_basis:
        raise Invalid(legal_basis="legal_basis_needed")
    work.session.refresh(entry, ["head_id", "archived_at"], with_for_update=True)
    known = {(one.found.element_key, one.found.rule): one for one in of(work, entry, shown)}
    for choice in chosen:
        finding = known.get((choice.element_key, choice.rule))
        if finding is None:
            raise NotFound
        if finding.seen != choice.seen:
            raise Conflict("decided_meanwhile")
        found = finding.found
        work.session.add(
            MediaDecision(
                entry_id=entry.id,
                version_id=shown.id,
                element_key=found.element_key,
                rule=found.rule,
                text=found.text,
                text_digest=found.text_digest,
                decision=decision,
                reason=reason,
                legal_basis=legal_basis if decision == Decision.JUSTIFIED else "",
                author_id=work.actor.user_id,
                decided_at=work.now,
            )
        )
    work.session.flush()
    refresh(work, entry, shown)
    work.record("finding.decided", entry, number=shown.number, decision=decision, count=len(chosen))
    return len(chosen)


def confirm(work: Work, entry: Entry, shown: Version, *, note: str = "") -> None:
    """Confirm that exactly this content has no media breaks.

    Raises `Conflict("breaks_open")` while findings of severity H or M are open, and `Conflict("breaks_justified")`
    where some are only justified: then that is what the status says.
    """
    work.require(may.confirm_media_free, entry)
    if entry.kind != EntryKind.PROCESS:
        raise NotFound
    figures = media.refresh(work, shown)
    if figures.status == Standing.OPEN:
        raise Conflict("breaks_open")
    if figures.status == Standing.JUSTIFIED:
        raise Conflict("breaks_justified")
    _confirm(work, entry, shown, note, confirmed=True)
    work.record("finding.confirmed", entry, number=shown.number)


def withdraw(work: Work, entry: Entry, shown: Version, *, note: str) -> None:
    """Take a confirmation back, with a reason; raises `Invalid` without one, `Conflict` if nothing is confirmed."""
    work.require(may.confirm_media_free, entry)
    if not note.strip():
        raise Invalid(note="decision_reason_needed")
    if media.confirmed(work, entry.id, shown.blob_sha256) is None:
        raise Conflict("not_confirmed")
    _confirm(work, entry, shown, note, confirmed=False)
    work.record("finding.withdrawn", entry, number=shown.number)


def _confirm(work: Work, entry: Entry, shown: Version, note: str, *, confirmed: bool) -> None:
    work.session.add(
        MediaConfirmation(
            entry_id=entry.id,
            blob_sha256=shown.blob_sha256,
            confirmed=confirmed,
            note=note.strip(),
            author_id=work.actor.user_id,
            confirmed_at=work.now,
        )
    )
    work.session.flush()
    refresh(work, entry, shown)


def refresh(work: Work, entry: Entry, *also: Version) -> None:
    """Compute the figures of the newest and the published version (and others) again, after a decision."""
    for version in {row.id: row for row in (entry.head, entry.published, *also) if row is not None}.values():
        media.refresh(work, version)


def waiting(work: Work) -> list[Waiting]:
    """Return what waits for this person: decisions to make again or to confirm, SOLL versions ready to be confirmed."""
    actor = work.actor
    deciding = [key for key in actor.organisation_ids if actor.has(policy.WRITERS | {Role.EXPERT}, key)]
    confirming = [
        key for key in actor.organisation_ids if actor.has({Role.OWNER, Role.APPROVER, Role.COORDINATOR}, key)
    ]
    return [
        *_waiting(work, "finding.again", deciding, _to_decide_again()),
        *_waiting(work, "finding.inherited", deciding, _to_confirm()),
        *_waiting(work, "finding.unconfirmed", confirming, _to_declare_free()),
    ]


def _waiting(work: Work, kind: str, organisation_ids: list[int], since: Select[int, datetime, int]) -> list[Waiting]:
    """Return what waits in the entries of some organisations; `since` selects entry id, since when, how many."""
    if not organisation_ids:
        return []
    # Inside, so that nothing is counted for the entries of others.
    rows = since.where(Entry.organisation_id.in_(organisation_ids), Entry.archived_at.is_(None)).subquery()
    query = (
        select(Entry, rows.c[1], rows.c[2])
        .join(rows, rows.c[0] == Entry.id)
        .options(lazyload(Entry.tags), lazyload(Entry.legal_bases))
        .order_by(rows.c[1])
        .limit(50)
    )
    return [
        Waiting(kind, entry, at, ("findings.index", {}), count=count or 0)
        for entry, at, count in work.session.execute(query)
    ]


def _about(decision: type[MediaDecision]) -> ColumnElement[bool]:
    return and_(
        decision.entry_id == Entry.id,
        decision.element_key == MediaFinding.element_key,
        decision.rule == MediaFinding.rule,
    )


def _to_decide_again() -> Select[int, datetime, int]:
    """Select entries whose newest version has findings that were decided about under other words."""
    other, same = _OTHERS
    return (
        select(Entry.id, func.max(Version.created_at), func.count())
        .join(Version, Version.id == Entry.head_id)
        .join(MediaFinding, MediaFinding.version_id == Entry.head_id)
        .where(
            Entry.id.in_(select(MediaDecision.entry_id)),  # few, and found by an index before any finding is read
            exists().where(_about(other)),
            ~exists().where(_about(same), same.text_digest == MediaFinding.text_digest),
        )
        .group_by(Entry.id)
    )


def _to_confirm() -> Select[int, datetime, int]:
    """Select forks with decisions of their origin that nobody of the own organisation has confirmed."""
    held, newer = _HELD
    same = (
        newer.entry_id == held.entry_id,
        newer.element_key == held.element_key,
        newer.rule == held.rule,
        newer.id > held.id,
    )
    return (
        select(Entry.id, func.max(held.decided_at), func.count())
        .join(MediaFinding, MediaFinding.version_id == Entry.head_id)
        .join(held, and_(_about(held), held.text_digest == MediaFinding.text_digest))
        .where(held.taken_over_from_id.is_not(None), ~exists().where(*same))
        .group_by(Entry.id)
    )


def _to_declare_free() -> Select[int, datetime, int]:
    """Select SOLL models without open or justified findings that nobody has confirmed."""
    nothing: ColumnElement[int] = literal(0)
    return (
        select(Entry.id, MediaNumbers.computed_at, nothing)
        .join(MediaNumbers, MediaNumbers.version_id == Entry.head_id)
        .where(MediaNumbers.status == Standing.UNCHECKED, Entry.nature == Nature.SOLL, Entry.kind == EntryKind.PROCESS)
    )
