"""What stands in the way of a review or release: one list that pages show and every move asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hub import bpmn, policy
from hub.actions import checking, entries, findings, renderings, verdicts
from hub.actions.cases import Move
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.policy.reviews import block_approval, claim_ozgplus
from hub.store.accounts import Role
from hub.store.discussions import Audience, Comment
from hub.store.entries import Entry, EntryKind, Version, Visibility
from hub.store.organisations import OrganisationKind
from hub.store.reviews import ApprovalBlock, OzgPlusClaim
from hub.work import Work

FROM_THE_START = frozenset({Move.SUBMIT, Move.PASS, Move.APPROVE, Move.PUBLISH})
AT_APPROVAL = frozenset({Move.APPROVE, Move.PUBLISH})
MOST_NAMED = 3
"""So many findings are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why something cannot be done yet."""

    code: str
    """A sentence of the table `SENTENCES` after „blocker_“."""
    moves: frozenset[Move]
    """What it stands in the way of."""
    details: Sequence[str] = ()
    """What is meant, such as the findings, in words for people."""
    count: int = 0
    """How many there are in all, where `details` may name only the first."""
    where: tuple[str, Mapping[str, object]] = ("entries.edit", MappingProxyType({}))
    """Endpoint where it is put right; city and slug are added by the page."""


def blockers(work: Work, entry: Entry, version: Version) -> list[Blocker]:
    """Return every reason against submitting, passing, approving or publishing this version; pages and moves ask here.

    The list of what a profile must say is that of the FIM practice (domain: mandatory before release).
    """
    found = [*_profile(entry, version), *_content(work, entry, version), *_media_breaks(work, entry, version)]
    return [*found, *_discussions(work, entry), *_approvals(work, entry, version)]


def against(found: Iterable[Blocker], move: Move) -> list[Blocker]:
    """Return the blockers that stand in the way of one move."""
    return [blocker for blocker in found if move in blocker.moves]


def _profile(entry: Entry, version: Version) -> list[Blocker]:
    key = entry.service.key if entry.service is not None else None
    wanted = (
        ("title_missing", entry.title),
        ("service_missing", key or entry.service_note),
        ("level_missing", entry.level),
        ("legal_basis_missing", entry.legal_bases),
        ("responsible_missing", entry.responsible),
        ("licence_missing", entry.licence),
    )
    found = [Blocker(code, FROM_THE_START) for code, value in wanted if not value]
    if not version.message.strip():
        found.append(Blocker("message_missing", FROM_THE_START, where=("versions.new", {})))
    if entry.forked_from_id is not None and not entry.fork_reason.strip():
        found.append(Blocker("fork_reason_missing", FROM_THE_START, where=("reviews.show", {"_anchor": "reason"})))
    if entry.visibility == Visibility.CITY and entry.organisation.kind != OrganisationKind.IKZ:
        # The method reviewers sit in the office of the cooperation and could not read it.
        found.append(Blocker("hidden_from_reviewers", FROM_THE_START))
    return found


def _content(work: Work, entry: Entry, version: Version) -> list[Blocker]:
    if entry.kind != EntryKind.PROCESS:
        return []
    found = []
    errors = [row for row in checking.findings(work, entry, version) if row.severity == bpmn.Severity.ERROR]
    if errors:
        told = [row.sentence("de") for row in errors[:MOST_NAMED]]
        where = ("checks.index", {"version": version.number})
        found.append(Blocker("engine_errors", FROM_THE_START, told, len(errors), where))
    model = renderings.model(work, version.blob_sha256)
    if not model.lanes and not model.pools:
        found.append(Blocker("main_actor_missing", FROM_THE_START, where=("versions.draw", {})))
    return found


def _media_breaks(work: Work, entry: Entry, version: Version) -> list[Blocker]:
    if entry.kind != EntryKind.PROCESS or not claims_ozgplus(work, entry):
        return []
    found = findings.open_heavy(work, entry, version)
    told = [f"„{row.element_name or row.definition.de}“: {row.definition.de}" for row in found[:MOST_NAMED]]
    where = ("findings.index", {"version": version.number})
    return [Blocker("media_breaks", AT_APPROVAL, told, len(found), where)] if found else []


def _discussions(work: Work, entry: Entry) -> list[Blocker]:
    found = blocking_threads(work, entry)
    told = [f"{row.organisation.short_name}: {' '.join(row.text.split())[:120]}" for row in found[:MOST_NAMED]]
    if not found:
        return []
    where = ("discussions.index", {"_anchor": f"comment-{found[0].id}"})
    return [Blocker("discussion_open", AT_APPROVAL, told, len(found), where)]


def _approvals(work: Work, entry: Entry, version: Version) -> list[Blocker]:
    """Return what verdicts are missing for publication; for one who only looks this is where the version stands."""
    held = verdicts.standing(verdicts.rows(work, [entry.id])[entry.id], version)
    found = []
    if held.method is None:
        found.append(Blocker("method_missing", frozenset({Move.PUBLISH, Move.REINSTATE}), where=("reviews.show", {})))
    missing = verdicts.missing_approvals(entry, held, verdicts.rules(work))
    if missing:
        moves = frozenset({Move.PUBLISH, Move.REINSTATE})
        found.append(Blocker("approvals_missing", moves, count=missing, where=("reviews.show", {})))
    return found


def claims_ozgplus(work: Work, entry: Entry) -> bool:
    """Tell whether an entry claims to be an OZGplus service."""
    return work.session.get(OzgPlusClaim, entry.id) is not None


def claim(work: Work, entry: Entry) -> None:
    """Claim that the entry is an OZGplus service; from now on heavy media breaks block approval and publication."""
    work.require(claim_ozgplus, entry)
    entries.lock(work, entry)
    if claims_ozgplus(work, entry):
        return
    work.session.add(OzgPlusClaim(entry_id=entry.id, claimed_by_id=work.actor.user_id, claimed_at=work.now))
    work.session.flush()
    work.record("ozgplus.claimed", entry, title=entry.title)


def drop_claim(work: Work, entry: Entry) -> None:
    """No longer claim that the entry is an OZGplus service."""
    work.require(claim_ozgplus, entry)
    entries.lock(work, entry)
    held = work.session.get(OzgPlusClaim, entry.id)
    if held is not None:
        work.session.delete(held)
        work.session.flush()
        work.record("ozgplus.dropped", entry, title=entry.title)


def blocking_threads(work: Work, entry: Entry) -> list[Comment]:
    """Return the first comments of the discussions that block the approval, oldest first.

    A block ends when it is lifted, when whoever set it settles the discussion, or when its words are deleted.
    """
    query = (
        select(Comment)
        .join(ApprovalBlock, ApprovalBlock.comment_id == Comment.id)
        .where(
            Comment.entry_id == entry.id,
            ApprovalBlock.lifted_at.is_(None),
            Comment.deleted_at.is_(None),
            Comment.resolved_at.is_(None) | (Comment.resolved_by_id.is_distinct_from(ApprovalBlock.set_by_id)),
        )
        .options(joinedload(Comment.organisation))
        .order_by(Comment.id)
    )
    return list(work.session.scalars(query))


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A discussion that blocks the approval."""

    comment: Comment
    may_lift: bool


def holding_up(work: Work, entry: Entry) -> list[HeldUp]:
    """Return the blocking discussions with whether the actor may lift them."""
    found = blocking_threads(work, entry)
    query = select(ApprovalBlock).where(ApprovalBlock.comment_id.in_([remark.id for remark in found]))
    blocks = {row.comment_id: row for row in work.session.scalars(query)}
    return [HeldUp(remark, may_lift(work, blocks[remark.id])) for remark in found]


def _first(work: Work, entry: Entry, comment_id: int) -> Comment:
    remark = work.session.get(Comment, comment_id)
    if remark is None or remark.entry_id != entry.id or not policy.read_comment(work.actor, remark):
        raise NotFound
    return remark if remark.thread_id is None else work.session.get_one(Comment, remark.thread_id)


def block(work: Work, entry: Entry, comment_id: int) -> None:
    """Let a discussion block the approval; raises `Invalid` where not all who approve can read it."""
    work.require(block_approval, entry)
    entries.lock(work, entry)
    first = _first(work, entry, comment_id)
    if first.audience == Audience.CITY:
        raise Invalid(comment="block_internal")
    if first.resolved_at is not None or first.deleted_at is not None:
        raise Conflict("resolved_reply")
    row = work.session.get(ApprovalBlock, first.id)
    if row is None:
        row = ApprovalBlock(comment_id=first.id, set_at=work.now)
        work.session.add(row)
    row.set_by_id, row.set_at, row.lifted_at, row.lifted_by_id = work.actor.user_id, work.now, None, None
    work.session.flush()
    head = entry.head
    concerned = [head.author_id] if head is not None and head.author_id is not None else []
    work.record("review.blocked", entry, comment_id=first.id, tell=concerned)


def may_lift(work: Work, row: ApprovalBlock) -> bool:
    """Tell whether the actor may lift a block: whoever set it, and the coordination."""
    own = work.actor.signed_in and row.set_by_id == work.actor.user_id
    return own or work.actor.has_anywhere(Role.COORDINATOR)


def lift(work: Work, entry: Entry, comment_id: int) -> None:
    """Let a discussion no longer block the approval."""
    entries.lock(work, entry)
    first = _first(work, entry, comment_id)
    row = work.session.get(ApprovalBlock, first.id)
    if row is None or row.lifted_at is not None:
        raise Conflict("not_blocking")
    if not may_lift(work, row):
        raise Forbidden("lift_block")
    row.lifted_at, row.lifted_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record("review.unblocked", entry, comment_id=first.id)
