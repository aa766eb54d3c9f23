"""From an event to the people who hear of it: who watches, who is named, who is concerned, and may read it.

The worker does this, never the request in which something happened: however many watch, publishing costs the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub import policy
from hub.actions import deputies, schedule, watching
from hub.actions.people import actors
from hub.policy import Actor
from hub.policy.proposals import read_proposal
from hub.store.activity import Event
from hub.store.discussions import Comment, Mention
from hub.store.entries import Entry, Version, VersionState
from hub.store.inserting import insert_new
from hub.store.notifications import (
    Delivery,
    Notification,
    NotificationChoice,
    NotificationPlan,
    Reason,
    Topic,
    Way,
)
from hub.store.proposals import Proposal
from hub.work import Work

BATCH = 100
"""People told in one transaction; on SQLite everybody else's writing waits no longer than for one of these."""

QUIET = frozenset(
    {"comment.edited", "comment.deleted", "entry.renamed", "guest.invited", "guest.opened", "guest.revoked"}
)
"""Kinds that watchers do not hear of; those who are named or concerned do."""

TOPICS: Mapping[str, Topic] = {
    "comment": Topic.COMMENTS,
    "guest": Topic.COMMENTS,
    "version": Topic.VERSIONS,
    "proposal": Topic.PROPOSALS,
    "change": Topic.PROPOSALS,
    "upstream": Topic.PROPOSALS,
    "review": Topic.REVIEWS,
    "approval": Topic.REVIEWS,
    "verdict": Topic.REVIEWS,
    "vote": Topic.REVIEWS,
}
"""Noun of an event → what a person chooses a way for; every other noun belongs to the rest."""

DEFAULTS: Mapping[Topic, Way] = {
    Topic.DIRECT: Way.NOW,
    Topic.COMMENTS: Way.DAILY,
    Topic.VERSIONS: Way.DAILY,
    Topic.PROPOSALS: Way.DAILY,
    Topic.REVIEWS: Way.DAILY,
    Topic.REST: Way.HUB,
}
DEFAULT_PLAN = NotificationPlan(weekday=0, hour=7, watch_own=True, watch_discussed=True)


@dataclass(frozen=True, slots=True)
class About:
    """What an event speaks of, as far as reading it depends on that."""

    event: Event
    entry: Entry | None
    comment: Comment | None
    drafts: bool
    """Only readers of drafts may hear of it."""
    proposal: Proposal | None = None


def about(work: Work, event: Event) -> About:
    """Return what an event speaks of."""
    entry = work.session.get(Entry, event.entry_id) if event.entry_id is not None else None
    comment_id = event.data.get("comment_id")
    comment = work.session.get(Comment, comment_id) if isinstance(comment_id, int) else None
    proposal_id = event.data.get("proposal_id")
    return About(
        event,
        entry,
        comment,
        drafts=comment is None and entry is not None and not _tells_of_public(work, event),
        proposal=work.session.get(Proposal, proposal_id) if isinstance(proposal_id, int) else None,
    )


def _tells_of_public(work: Work, event: Event) -> bool:
    """Whether an event is about a version that readers outside the cooperation get."""
    major, dot, minor = str(event.data.get("number", "")).partition(".")
    if not (event.kind.startswith("version.") and dot and major.isdecimal() and minor.isdecimal()):
        return False
    query = select(Version.state).where(
        Version.entry_id == event.entry_id, Version.major == int(major), Version.minor == int(minor)
    )
    return work.session.scalar(query) in (VersionState.PUBLISHED, VersionState.SUPERSEDED)


def hears(actor: Actor, subject: About) -> bool:
    """Whether a person may know of what happened; its twin for lists is `notifications.readable`."""
    event, entry, comment = subject.event, subject.entry, subject.comment
    if event.entry_id is None:
        return actor.signed_in
    if entry is None or not policy.read(actor, entry):
        return False
    if subject.drafts and not policy.read_drafts(actor, entry):
        return False
    if "proposal_id" in event.data and (subject.proposal is None or not read_proposal(actor, subject.proposal)):
        return False
    if "comment_id" in event.data:
        return comment is not None and comment.deleted_at is None and policy.read_comment(actor, comment)
    return True


def mentioned(work: Work, subject: About) -> set[int]:
    """Return who is named in the event's comment and was not told of that before."""
    comment = subject.comment
    if comment is None or subject.event.kind not in ("comment.written", "comment.edited"):
        return set()
    told = select(Notification.user_id).where(
        Notification.comment_id == comment.id, Notification.event_id != subject.event.id
    )
    query = select(Mention.user_id).where(Mention.comment_id == comment.id, Mention.user_id.not_in(told))
    return set(work.session.scalars(query))


def recipients(work: Work, subject: About, named: set[int]) -> list[tuple[int, Reason]]:
    """Return who is to be told, and why: each person once, never who did it, only who may read it now.

    Who stands in for somebody today hears what concerns that person, as far as they may read it themselves.

    What the hub does by itself, such as loading samples or reminding, reaches only those it concerns.
    """
    event = subject.event
    reasons: dict[int, Reason] = {}
    first_version = event.kind == "version.published" and event.data.get("number") == "0.01"
    by_somebody = event.actor_id is not None or "guest" in event.data
    if subject.entry is not None and by_somebody and event.kind not in QUIET and not first_version:
        reasons = dict.fromkeys(watching.watchers(work, subject.entry), Reason.WATCH)
    told = {user_id for user_id in event.data.get("tell", []) if isinstance(user_id, int)}
    if subject.entry is not None:  # what concerns a person alone, such as an account, is nobody else's
        told |= deputies.standing_in(work, told)
    reasons |= dict.fromkeys(told, Reason.TOLD)
    reasons |= dict.fromkeys(named, Reason.MENTIONED)
    reasons.pop(event.actor_id or 0, None)
    found = actors(work.session, reasons)
    return [(key, reason) for key, reason in sorted(reasons.items()) if key in found and hears(found[key], subject)]


def topic(kind: str, reason: Reason) -> Topic:
    """Return which of a person's choices an event falls under."""
    return TOPICS.get(kind.partition(".")[0], Topic.REST) if reason == Reason.WATCH else Topic.DIRECT


def tell(work: Work, subject: About, people: Sequence[tuple[int, Reason]]) -> int:
    """Write the notifications of some people, and their e-mails to come; who has one already gets no second one.

    Returns how many are new. May be repeated after a crash at any point.
    """
    event = subject.event
    ids = [user_id for user_id, _ in people]
    ways = {
        (row.user_id, row.topic): Way(row.way)
        for row in work.session.scalars(select(NotificationChoice).where(NotificationChoice.user_id.in_(ids)))
    }
    plans = {
        plan.user_id: plan
        for plan in work.session.scalars(select(NotificationPlan).where(NotificationPlan.user_id.in_(ids)))
    }
    wanted: dict[int, Way] = {}
    rows = []
    for user_id, reason in people:
        about_what = topic(event.kind, reason)
        way = ways.get((user_id, about_what), DEFAULTS[about_what])
        if way == Way.NEVER:
            continue
        wanted[user_id] = way
        rows.append(
            {
                "user_id": user_id, "event_id": event.id, "entry_id": event.entry_id,
                "comment_id": subject.comment.id if subject.comment else None, "drafts": subject.drafts,
                "topic": about_what, "reason": reason, "created_at": work.now,
            }
        )  # fmt: skip
    made = insert_new(work.session, Notification, rows, "id", "user_id")
    deliveries = []
    for row in made:
        if (way := wanted[row.user_id]) == Way.HUB:
            continue
        plan = plans.get(row.user_id, DEFAULT_PLAN)
        due = schedule.due(way, work.now, hour=plan.hour, weekday=plan.weekday)
        deliveries.append(
            {"notification_id": row.id, "user_id": row.user_id, "way": way, "state": "waiting", "next_try_at": due,
             "tries": 0, "failure": ""}
        )  # fmt: skip
    insert_new(work.session, Delivery, deliveries)
    return len(made)
