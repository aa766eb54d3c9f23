"""What discussions ask of a person: where they were named, and questions nobody of their city has answered."""

from datetime import timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased, lazyload

from hub import policy
from hub.actions.waiting import Waiting
from hub.errors import NotFound
from hub.policy import WRITERS
from hub.store.discussions import Comment, Mention
from hub.store.entries import Entry
from hub.store.guests import GuestComment
from hub.text import markdown
from hub.work import Work

# Made once: for each alias the columns are made anew, which costs more than the question.
_COMMENTS = aliased(Comment), aliased(Comment)
_REPLY = aliased(Comment)

ANSWER_WITHIN = timedelta(days=7)
"""After this a mention or a question that nobody answered is overdue."""


def waiting(work: Work) -> list[Waiting]:
    """Return where the actor was named and has not answered, and questions nobody of their city has answered."""
    named = _mentions(work)
    known = {row.where[1]["_anchor"] for row in named}
    return [*named, *(row for row in _questions(work) if row.where[1]["_anchor"] not in known)]


def _mentions(work: Work, limit: int = 50) -> list[Waiting]:
    first, later = _COMMENTS
    answered = exists().where(
        later.author_id == work.actor.user_id,
        later.id > Comment.id,
        later.entry_id == Comment.entry_id,
        or_(later.thread_id == Comment.thread_id, later.thread_id == Comment.id),
    )
    query = (
        select(Comment, Entry)
        .join(Mention, Mention.comment_id == Comment.id)
        .join(Entry, Entry.id == Comment.entry_id)
        .outerjoin(first, first.id == Comment.thread_id)
        .where(
            Mention.user_id == work.actor.user_id,
            Mention.seen_at.is_(None),
            Comment.deleted_at.is_(None),
            Comment.resolved_at.is_(None),
            first.resolved_at.is_(None),
            policy.read_visible(work.actor),
            policy.read_comment_visible(work.actor),
            ~answered,
        )
    )
    return [_waiting("comment.mention", remark, entry) for remark, entry in _rows(work, query, limit)]


def _questions(work: Work, limit: int = 50) -> list[Waiting]:
    mine = [key for key in work.actor.organisation_ids if work.actor.has(WRITERS, key)]
    if not mine:
        return []
    reply = _REPLY
    answered = exists().where(reply.thread_id == Comment.id, reply.organisation_id == Entry.organisation_id)
    query = (
        select(Comment, Entry)
        .join(Entry, Entry.id == Comment.entry_id)
        .outerjoin(GuestComment, GuestComment.comment_id == Comment.id)
        .where(
            Entry.organisation_id.in_(sorted(mine)),
            Entry.archived_at.is_(None),
            Comment.thread_id.is_(None),
            or_(Comment.organisation_id != Entry.organisation_id, GuestComment.comment_id.is_not(None)),
            Comment.deleted_at.is_(None),
            Comment.resolved_at.is_(None),
            policy.read_comment_visible(work.actor),
            ~answered,
        )
    )
    return [_waiting("comment.question", remark, entry) for remark, entry in _rows(work, query, limit)]


def _rows(work: Work, query: Select[Comment, Entry], limit: int) -> list[tuple[Comment, Entry]]:
    light = query.options(lazyload(Entry.tags), lazyload(Entry.legal_bases), lazyload(Comment.entry))
    return [(row[0], row[1]) for row in work.session.execute(light.order_by(Comment.id).limit(limit)).all()]


def _waiting(kind: str, remark: Comment, entry: Entry) -> Waiting:
    return Waiting(
        kind,
        entry,
        since=remark.created_at,
        where=("discussions.index", {"_anchor": f"comment-{remark.id}"}),
        due=(remark.created_at + ANSWER_WITHIN).date(),
        detail=markdown.to_text(remark.html)[:160],
    )


def settle_mention(work: Work, remark: Comment) -> None:
    """Note that the actor has seen to a mention without an answer."""
    found = work.session.get(Mention, (remark.id, work.actor.user_id))
    if found is None:
        raise NotFound
    found.seen_at = work.now
