"""Verdicts as rows: what holds for a version now, and what becomes of it when content or profile change.

A verdict is bound to the content it judged. A new version of the same meaning (equal fingerprint) takes the verdicts
over; any other change voids the stages it concerns and no others. Rows are only ever added.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from hub import bpmn
from hub.actions import indexing, renderings
from hub.errors import Conflict
from hub.policy.reviews import REFERENCE, set_review_rules
from hub.store.entries import Entry, EntryKind, Version, VersionState
from hub.store.organisations import OrganisationKind
from hub.store.reviews import CANDIDATE, GIVEN, Duty, Review, ReviewRules, Stage, Verdict
from hub.work import Work

STAGES = (Stage.METHOD, Stage.EXPERT)

JUDGED: Mapping[str, tuple[Stage, ...]] = {
    "title": (Stage.METHOD,),
    "level": STAGES,
    "service": (Stage.EXPERT,),
    "service_key": (Stage.EXPERT,),
    "service_note": (Stage.EXPERT,),
    "nature": (Stage.EXPERT,),
    "legal_bases": (Stage.EXPERT,),
    "responsible": (Stage.EXPERT,),
    "licence": (Stage.EXPERT,),
    "fork_reason": (Stage.EXPERT,),
}
"""Field of the profile → stages that judge it. FIM names processes by rule, so the title is a matter of method."""

FIELD_WORDS = {
    "title": "Titel",
    "level": "Detaillierungsstufe",
    "service": "Leistung",
    "service_key": "Leistungsschlüssel",
    "service_note": "Begründung ohne Leistungsschlüssel",
    "nature": "Zustand",
    "legal_bases": "Rechtsgrundlagen",
    "responsible": "Verantwortlich",
    "licence": "Lizenz",
    "fork_reason": "Begründung der Abweichung",
}

OVER = (VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.ARCHIVED)
"""States of a version that has its way behind it."""

_TEXT_ONLY = frozenset({bpmn.ChangeKind.DOCUMENTATION, bpmn.ChangeKind.EXTENSION, bpmn.ChangeKind.LAYOUT})
"""Changes that leave the modelling alone: they concern the substance only."""


@dataclass(slots=True)
class Standing:
    """The verdicts that hold for one version."""

    method: Review | None = None
    expert: dict[int | None, Review] = field(default_factory=dict)
    """By the organisation that approved."""

    def of(self, stage: Stage) -> list[Review]:
        """Return the verdicts of a stage."""
        if stage == Stage.METHOD:
            return [self.method] if self.method is not None else []
        return list(self.expert.values())

    def all(self) -> list[Review]:
        """Return the verdicts of both stages."""
        return [row for stage in STAGES for row in self.of(stage)]


def judged(entry: Entry) -> dict[str, object]:
    """Return the parts of the profile that are judged."""
    return {
        "title": entry.title,
        "level": entry.level,
        "service": entry.service.name if entry.service else "",
        "service_key": (entry.service.key or "") if entry.service else "",
        "service_note": entry.service_note,
        "nature": entry.nature,
        "legal_bases": [row.text for row in entry.legal_bases],
        "responsible": entry.responsible,
        "licence": entry.licence,
        "fork_reason": entry.fork_reason,
    }


def profile_digest(entry: Entry) -> str:
    """Return the SHA-256 of the judged parts of the profile."""
    return hashlib.sha256(json.dumps(judged(entry), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rules(work: Work) -> ReviewRules:
    """Return what the cooperation agreed on; the defaults where it never said anything."""
    found = work.session.get(ReviewRules, 1)
    return found or ReviewRules(id=1, quorum=2, valid_months=12, lead_months=1, review_days=14, revision=0)


def rows(work: Work, entry_ids: Iterable[int]) -> dict[int, list[Review]]:
    """Return entry id → its history, oldest first."""
    found: dict[int, list[Review]] = {key: [] for key in entry_ids}
    query = select(Review).where(Review.entry_id.in_(list(found))).order_by(Review.id)
    for row in work.session.scalars(query):
        found[row.entry_id].append(row)
    return found


def standing(history: Iterable[Review], version: Version) -> Standing:
    """Return the verdicts that hold for exactly this version and content."""
    held = Standing()
    for row in history:
        if row.version_id != version.id or row.sha256 != version.blob_sha256:
            continue
        if row.verdict in GIVEN:
            if row.stage == Stage.METHOD:
                held.method = row
            else:
                held.expert[row.organisation_id] = row
        elif row.verdict in (Verdict.SENT_BACK, Verdict.REVOKED, Verdict.VOIDED):
            if row.stage == Stage.METHOD:
                held.method = None
            else:
                held.expert.clear()
    return held


def candidate(work: Work, entry: Entry) -> Version | None:
    """Return the version that is on its way to publication, None if there is none."""
    return work.session.scalar(select(Version).where(Version.entry_id == entry.id, Version.state.in_(CANDIDATE)))


def missing_approvals(entry: Entry, held: Standing, agreed: ReviewRules) -> int:
    """Return how many approvals in substance are still missing.

    A reference model needs as many cities as agreed on, at least one of them not its owner.
    """
    if entry.level not in REFERENCE:
        return 0 if held.expert else 1
    cities = {
        row.organisation_id
        for row in held.expert.values()
        if row.organisation is not None and row.organisation.kind == OrganisationKind.CITY
    }
    return max(agreed.quorum - len(cities), 0 if cities - {entry.organisation_id} else 1)


def state_of(entry: Entry, held: Standing, agreed: ReviewRules) -> VersionState:
    """Return where a submitted version stands with these verdicts."""
    if held.method is None:
        return VersionState.REVIEW_METHOD
    return VersionState.REVIEW_EXPERT if missing_approvals(entry, held, agreed) else VersionState.RELEASED


def enter(work: Work, entry: Entry, version: Version, state: VersionState) -> None:
    """Give a version its state, by which it is also found, and open or close the duties that go with it."""
    version.state = state
    work.session.flush()
    stage = {VersionState.REVIEW_METHOD: Stage.METHOD, VersionState.REVIEW_EXPERT: Stage.EXPERT}.get(state)
    opened = list(work.session.scalars(select(Duty).where(Duty.entry_id == entry.id, Duty.closed_at.is_(None))))
    for duty in opened:
        if duty.stage != stage:
            duty.closed_at = work.now
    if stage is not None and all(duty.stage != stage for duty in opened):
        due = work.now.date() + timedelta(days=rules(work).review_days)
        work.session.add(Duty(entry_id=entry.id, stage=stage, due_on=due, created_at=work.now))
    work.session.flush()
    indexing.index(work, entry)


def add(
    work: Work,
    entry: Entry,
    version: Version,
    verdict: Verdict,
    *,
    stage: Stage = Stage.NONE,
    organisation_id: int | None = None,
    deputy_for_id: int | None = None,
    reason: str = "",
    carried: Review | None = None,
) -> Review:
    """Write one row of the history; a `carried` verdict keeps its giver."""
    row = Review(
        entry_id=entry.id,
        version_id=version.id,
        stage=stage,
        verdict=verdict,
        state=version.state,
        number=version.number,
        organisation_id=carried.organisation_id if carried else organisation_id,
        user_id=carried.user_id if carried else work.actor.user_id,
        deputy_for_id=carried.deputy_for_id if carried else deputy_for_id,
        reason=reason.strip(),
        sha256=version.blob_sha256,
        fingerprint=version.fingerprint,
        profile=profile_digest(entry),
        carried_from_id=carried.id if carried else None,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def people(found: Iterable[Review], *more: int | None) -> list[int]:
    """Return the ids of everybody who gave these rows, and `more`, each once."""
    named = {person for row in found for person in (row.user_id, row.deputy_for_id)}
    return sorted(key for key in named | set(more) if key is not None)


def void(work: Work, entry: Entry, version: Version, stage: Stage, reason: str) -> Review:
    """End the verdicts of a stage, and tell those who gave them and who submitted."""
    history = rows(work, [entry.id])[entry.id]
    concerned = people([*standing(history, version).of(stage), *history[-1:]])
    row = add(work, entry, version, Verdict.VOIDED, stage=stage, reason=reason)
    work.record("review.voided", entry, number=version.number, stage=str(stage), tell=concerned)
    return row


def follow_version(work: Work, entry: Entry, old: Version, new: Version) -> None:
    """Decide what becomes of the verdicts on `old` now that `new` was made from it.

    A version under review hands its place to the new one: reviews go on at the earliest stage that was voided. What was
    published keeps its verdicts whatever comes after it.
    """
    history = rows(work, [entry.id])[entry.id]
    held = standing(history, old)
    moving = old.state in CANDIDATE
    if not moving and not held.all():
        return
    concerned = _concerned(work, entry, old, new) if held.all() else {}
    written: list[Review] = []
    for stage in STAGES:
        given = held.of(stage)
        own = [row for row in given if new.author_id is not None and new.author_id in (row.user_id, row.deputy_for_id)]
        if not given:
            continue
        if (stage in concerned or own) and old.state in OVER:
            continue
        if stage in concerned or own:
            reason = concerned.get(stage) or f"Vier-Augen-Prinzip: {_name(own[0])} hat Version {new.number} bearbeitet."
            written.append(void(work, entry, old, stage, f"Version {new.number}: {reason}"))
        else:
            for row in given:
                unchanged = "nur die Darstellung ist anders" if not concerned else "diese Stufe ist nicht betroffen"
                told = f"Gilt weiter aus Version {old.number}: {unchanged}."
                written.append(add(work, entry, new, Verdict.CARRIED, stage=stage, reason=told, carried=row))
            work.record("review.carried", entry, number=new.number, stage=str(stage), tell=people(given))
    if moving:
        old.state = VersionState.DRAFT
        work.session.flush()
        now = standing(rows(work, [entry.id])[entry.id], new)
        enter(work, entry, new, state_of(entry, now, rules(work)))
        _say_state(written, new)


def follow_edit(work: Work, entry: Entry, before: Mapping[str, object]) -> list[str]:
    """Void what a change of the profile concerns; return the judged fields that changed."""
    after = judged(entry)
    changed = [name for name in JUDGED if before[name] != after[name]]
    head = entry.head
    if not changed or head is None or head.state in OVER:
        return changed
    held = standing(rows(work, [entry.id])[entry.id], head)
    written: list[Review] = []
    for stage in STAGES:
        fields = [FIELD_WORDS[name] for name in changed if stage in JUDGED[name]]
        own = [row for row in held.of(stage) if work.actor.user_id in (row.user_id, row.deputy_for_id)]
        if held.of(stage) and fields:
            written.append(void(work, entry, head, stage, f"Steckbrief geändert: {', '.join(fields)}."))
        elif own and work.actor.user_id is not None:
            told = f"Vier-Augen-Prinzip: {_name(own[0])} hat den Steckbrief geändert."
            written.append(void(work, entry, head, stage, told))
    if head.state in CANDIDATE:
        held = standing(rows(work, [entry.id])[entry.id], head)
        enter(work, entry, head, state_of(entry, held, rules(work)))
        _say_state(written, head)
    return changed


def _say_state(written: Iterable[Review], version: Version) -> None:
    """Let the rows of this deed name the state that follows from all of them together."""
    for row in written:
        row.state = version.state


def _name(row: Review) -> str:
    return row.user.name if row.user is not None else "Hub"


def _concerned(work: Work, entry: Entry, old: Version, new: Version) -> dict[Stage, str]:
    """Return stage → why its verdicts no longer hold, for what changed between two versions."""
    if old.fingerprint == new.fingerprint:
        return {}
    if entry.kind != EntryKind.PROCESS:
        return dict.fromkeys(STAGES, "der Inhalt wurde geändert.")
    found = bpmn.diff(renderings.model(work, old.blob_sha256), renderings.model(work, new.blob_sha256)).changes
    told = [change.sentence("de") for change in found if change.kind != bpmn.ChangeKind.LAYOUT]
    more = f" (und {len(told) - 3} weitere Änderungen)" if len(told) > 3 else ""
    reason = " ".join(told[:3])[:600] + more if told else "der Inhalt wurde geändert."
    text_only = bool(told) and all(change.kind in _TEXT_ONLY for change in found)
    return {Stage.EXPERT: reason} if text_only else dict.fromkeys(STAGES, reason)


def close_duties(work: Work, entry: Entry) -> None:
    """Close what is open, since nothing is under review any more."""
    work.session.execute(
        update(Duty).where(Duty.entry_id == entry.id, Duty.closed_at.is_(None)).values(closed_at=work.now)
    )


def set_rules(
    work: Work, *, quorum: int, valid_months: int, lead_months: int, review_days: int, revision: int
) -> ReviewRules:
    """Agree on other rules; raises `Conflict` if somebody else did meanwhile. What was released stays released."""
    work.require(set_review_rules)
    held = work.session.get(ReviewRules, 1, with_for_update=True)
    if (held.revision if held is not None else 0) != revision:
        raise Conflict("settings_moved_on")
    if held is None:
        held = ReviewRules(id=1, revision=0)
        work.session.add(held)
    held.quorum, held.valid_months = quorum, valid_months
    held.lead_months, held.review_days = min(lead_months, valid_months), review_days
    held.revision += 1
    work.session.flush()
    work.record("review_rules.set", quorum=quorum, valid_months=valid_months, lead_months=held.lead_months)
    return held
