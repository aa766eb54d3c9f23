"""What is found in versions by the rules that hold, which decisions apply to it, and the figures that follow.

Pages read what the worker has stored; what it has not got to yet is computed and not written.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select

from hub import bpmn
from hub.actions import facets, media_rules, renderings
from hub.policy import findings as may
from hub.shelf import Shelf
from hub.store.entries import Element, Entry, EntryKind, Version
from hub.store.findings import (
    Decision,
    MediaConfirmation,
    MediaDecision,
    MediaFinding,
    MediaNumbers,
    Standing,
)
from hub.work import Work

_COUNTED = frozenset({"H", "M"})
_FOUND: Shelf[tuple[str, str, str], tuple[bpmn.MediaFinding, ...]] = Shelf(200)
"""Findings by content and rules."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a version under the key its element keeps for ever."""

    bpmn_id: str
    element_key: str
    rule: str
    severity: str
    text: str
    text_digest: str
    origin: str
    claim: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one entry."""

    exact: Mapping[tuple[str, str, str], MediaDecision]
    """(element key, rule, digest of the words) → the newest decision about just these words."""
    about: Mapping[tuple[str, str], MediaDecision]
    """(element key, rule) → the newest decision, whatever the words were."""
    told: Sequence[MediaDecision] = ()
    """All of them, oldest first."""

    def of(self, found: Found) -> MediaDecision | None:
        """Return the decision that holds for a finding; None if it was never decided or its words changed since."""
        return self.exact.get((found.element_key, found.rule, found.text_digest))

    def earlier(self, found: Found) -> MediaDecision | None:
        """Return the decision about earlier words of a finding that now has to be decided again."""
        return None if self.of(found) else self.about.get((found.element_key, found.rule))

    def word(self, found: Found) -> str:
        """Return what holds for a finding: `open` or what was decided."""
        held = self.of(found)
        return held.decision if held is not None else str(Decision.OPEN)


def text_digest(text: str) -> str:
    """Return the digest of matched words; capitals and spaces do not count."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def analyse(model: bpmn.Model, sha256: str, rules: media_rules.Current) -> tuple[bpmn.MediaFinding, ...]:
    """Return the media breaks of a model by the rules that hold."""
    key = (sha256, rules.version, rules.text)
    known = _FOUND.get(key)
    if known is None:
        known = tuple(bpmn.media_breaks(model, rules.rules))
        _FOUND.put(key, known)
    return known


def found(work: Work, version: Version, rules: media_rules.Current | None = None) -> Sequence[Found]:
    """Return what is found in a process version, the gravest first; stored by the worker, or computed now."""
    rules = rules or media_rules.current(work)
    kept = stored(work, version, rules)
    if kept is not None:
        return kept
    model = renderings.model(work, version.blob_sha256)
    return _keyed(work, version.id, analyse(model, version.blob_sha256, rules))


def stored(work: Work, version: Version, rules: media_rules.Current) -> list[Found] | None:
    """Return what the worker has stored of a version by the rules that hold, None if it has not got to it yet."""
    query = (
        select(MediaNumbers.rules_version, MediaFinding)
        .outerjoin(MediaFinding, MediaFinding.version_id == MediaNumbers.version_id)
        .where(MediaNumbers.version_id == version.id)
        .order_by(MediaFinding.position)
    )
    rows = list(work.session.execute(query))
    if not rows or rows[0][0] != rules.version:
        return None
    return [
        Found(row.bpmn_id, row.element_key, row.rule, row.severity, row.text, row.text_digest, row.origin, row.claim)
        for _rules, row in rows
        if row is not None
    ]


def _keyed(work: Work, version_id: int, findings: Iterable[bpmn.MediaFinding]) -> list[Found]:
    rows = work.session.execute(select(Element.bpmn_id, Element.key).where(Element.version_id == version_id))
    keys = {row.bpmn_id: row.key for row in rows}
    return [
        Found(
            one.element_id[:300],
            keys.get(one.element_id) or _stand_in(one.element_id),
            one.rule[:20],
            str(one.severity),
            one.text[:300],
            text_digest(one.text),
            one.origin,
            one.justified[:2000],
        )
        for one in findings
    ]


def _stand_in(element_id: str) -> str:
    """Return a key for an element the library keeps none for, such as one with an id of 1,000 letters."""
    return f"x-{hashlib.sha256(element_id.encode()).hexdigest()[:38]}"


def decisions(work: Work, entry_id: int, *, until: datetime | None = None) -> Decisions:
    """Return the decisions of an entry, only those made before `until` if given."""
    query = select(MediaDecision).where(MediaDecision.entry_id == entry_id).order_by(MediaDecision.id)
    if until is not None:
        query = query.where(MediaDecision.decided_at < until)
    exact: dict[tuple[str, str, str], MediaDecision] = {}
    about: dict[tuple[str, str], MediaDecision] = {}
    told = list(work.session.scalars(query))
    for row in told:
        exact[row.element_key, row.rule, row.text_digest] = row
        about[row.element_key, row.rule] = row
    return Decisions(exact, about, told)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The slow part of a version's figures, made outside the writing transaction."""

    version: Version
    entry: Entry
    model: bpmn.Model
    findings: tuple[bpmn.MediaFinding, ...]
    rules: media_rules.Current = field(repr=False)


def prepare(work: Work, version: Version, rules: media_rules.Current | None = None) -> Prepared:
    """Read and analyse a process version without writing; raises `Invalid` if its content is unreadable."""
    rules = rules or media_rules.current(work)
    model = renderings.model(work, version.blob_sha256)
    return Prepared(version, version.entry, model, analyse(model, version.blob_sha256, rules), rules)


def keep(work: Work, made: Prepared) -> MediaNumbers:
    """Store what was found in a version, and the figures with the decisions that hold at this moment."""
    version_id = made.version.id
    rows = _keyed(work, version_id, made.findings)
    work.session.execute(delete(MediaFinding).where(MediaFinding.version_id == version_id))
    work.session.add_all(
        MediaFinding(
            version_id=version_id,
            position=at,
            bpmn_id=row.bpmn_id,
            element_key=row.element_key,
            rule=row.rule,
            severity=row.severity,
            text=row.text,
            text_digest=row.text_digest,
            origin=row.origin,
            claim=row.claim,
        )
        for at, row in enumerate(rows)
    )
    values = figures(work, made, rows)
    work.session.flush()
    kept = work.session.merge(
        MediaNumbers(version_id=version_id, rules_version=made.rules.version, computed_at=work.now, **values)
    )
    facets.refile(work, [made.entry.id])
    return kept


def figures(work: Work, made: Prepared, rows: Sequence[Found]) -> dict[str, object]:
    """Return the figures of a version as columns of `MediaNumbers`.

    A version that has been followed by another is seen with the decisions of its own time, so that a trend over
    versions shows what was known then; the newest and the published one are seen with those of today.
    """
    entry, version = made.entry, made.version
    held = decisions(work, entry.id, until=_followed_at(work, entry, version))
    decided = {(one.element_id, one.rule): held.word(row) for one, row in zip(made.findings, rows, strict=True)}
    numbers = bpmn.media_numbers(made.model, made.findings, decided)
    words = [(row.severity, held.word(row)) for row in rows]
    confirmation = confirmed(work, entry.id, version.blob_sha256)
    return {
        "of_version_id": None,
        "status": str(_standing(numbers.status, confirmation)),
        "open_high": words.count(("H", Decision.OPEN)),
        "open_medium": words.count(("M", Decision.OPEN)),
        "open_note": words.count(("N", Decision.OPEN)),
        "justified_high": words.count(("H", Decision.JUSTIFIED)),
        "justified_medium": words.count(("M", Decision.JUSTIFIED)),
        "settled": sum(
            severity in _COUNTED and word in (Decision.FIXED, Decision.NO_BREAK) for severity, word in words
        ),
        "hand_overs": numbers.hand_overs,
        "broken_hand_overs": numbers.broken_hand_overs,
        "tasks": numbers.tasks,
        "automated_tasks": numbers.automated_tasks,
        "one_way_free": numbers.one_way_free,
        "all_ways_free": numbers.all_main_ways_free,
        "confirmed_by_id": confirmation.author_id if confirmation else None,
        "confirmed_at": confirmation.confirmed_at if confirmation else None,
    }


def confirmed(work: Work, entry_id: int, sha256: str) -> MediaConfirmation | None:
    """Return who confirmed that this content of an entry is free of media breaks; None if nobody, or taken back."""
    query = select(MediaConfirmation).where(
        MediaConfirmation.entry_id == entry_id, MediaConfirmation.blob_sha256 == sha256
    )
    newest = work.session.scalar(query.order_by(MediaConfirmation.id.desc()).limit(1))
    return newest if newest is not None and newest.confirmed else None


def _standing(status: bpmn.MediaStatus, confirmation: MediaConfirmation | None) -> Standing:
    if status is bpmn.MediaStatus.OPEN:
        return Standing.OPEN
    if status is bpmn.MediaStatus.JUSTIFIED:
        return Standing.JUSTIFIED
    return Standing.FREE if confirmation is not None else Standing.UNCHECKED


def _followed_at(work: Work, entry: Entry, version: Version) -> datetime | None:
    """Return when the next version came; None for the newest and the published one."""
    if version.id in (entry.head_id, entry.published_id):
        return None
    query = select(Version.created_at).where(Version.entry_id == entry.id, Version.sequence > version.sequence)
    return work.session.scalar(query.order_by(Version.sequence).limit(1))


def computed(work: Work, version: Version) -> MediaNumbers:
    """Return a process version's figures without storing them, for a page the worker has not got to yet."""
    made = prepare(work, version)
    values = figures(work, made, _keyed(work, version.id, made.findings))
    return MediaNumbers(version_id=version.id, rules_version=made.rules.version, computed_at=work.now, **values)


def refresh(work: Work, version: Version) -> MediaNumbers:
    """Compute a process version's findings and figures now and store them."""
    return keep(work, prepare(work, version))


def behind(work: Work, *, limit: int, without: Collection[int] = ()) -> list[int]:
    """Return process versions without figures by the rules that hold: newest and published ones first."""
    rules = media_rules.current(work)
    known = (MediaNumbers.version_id == Version.id) & (MediaNumbers.rules_version == rules.version)
    query = (
        select(Version.id)
        .join(Entry, Entry.id == Version.entry_id)
        .outerjoin(MediaNumbers, known)
        .where(
            Entry.kind == EntryKind.PROCESS,
            MediaNumbers.version_id.is_(None),
            Version.id.not_in(list(without)),
        )
    )
    today = query.where(or_(Version.id == Entry.head_id, Version.id == Entry.published_id))
    first = list(work.session.scalars(today.order_by(Version.id).limit(limit)))
    if len(first) == limit:
        return first
    older = query.where(Version.id.not_in(first)).order_by(Version.id.desc()).limit(limit - len(first))
    return first + list(work.session.scalars(older))


def inherit(work: Work, entry: Entry, origin: Entry, *, without: Collection[str] = ()) -> int:
    """Give `entry` what `origin` decided about elements they share, where it has not decided itself; return how many.

    For a fork, and for what comes in by a merge; then `without` are the keys of elements that were here before: about
    those only the own organisation decides. The copies say whose decision they were; the own organisation may confirm
    or change them. Nothing is taken from an entry whose decisions the actor may not read.
    """
    if entry.head_id is None or not may.read_decisions(work.actor, origin):
        return 0
    own = decisions(work, entry.id).about
    keys = set(work.session.scalars(select(Element.key).where(Element.version_id == entry.head_id)))
    taken = [
        row
        for row in decisions(work, origin.id).exact.values()
        if row.element_key in keys
        and row.element_key not in without
        and (row.element_key, row.rule) not in own
        and row.decision != Decision.OPEN
    ]
    work.session.add_all(
        MediaDecision(
            entry_id=entry.id,
            version_id=entry.head_id,
            element_key=row.element_key,
            rule=row.rule,
            text=row.text,
            text_digest=row.text_digest,
            decision=row.decision,
            reason=row.reason,
            legal_basis=row.legal_basis,
            author_id=None,
            decided_at=work.now,
            taken_from_id=row.id,
            taken_over_from_id=row.taken_over_from_id or origin.organisation_id,
        )
        for row in taken
    )
    work.session.flush()
    return len(taken)
