"""Discussions that travel: where an element was last seen, and what was asked about it in related entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub import policy
from hub.actions import library
from hub.store.discussions import Comment
from hub.store.entries import Element, Entry, Version, VersionState
from hub.text import markdown
from hub.work import Work


def last_seen(work: Work, entry: Entry, keys: Iterable[str | None]) -> dict[str, Version]:
    """Return for each element key the newest readable version of the entry that has it."""
    wanted = sorted({key for key in keys if key is not None})
    if not wanted:
        return {}
    newest = (
        select(Element.key, func.max(Version.sequence).label("sequence"))
        .join(Version, Version.id == Element.version_id)
        .where(Version.entry_id == entry.id, Element.key.in_(wanted))
    )
    if not policy.read_drafts(work.actor, entry):
        newest = newest.where(Version.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED]))
    latest = newest.group_by(Element.key).subquery()
    query = select(latest.c.key, Version).join(
        Version, (Version.entry_id == entry.id) & (Version.sequence == latest.c.sequence)
    )
    return {row[0]: row[1] for row in work.session.execute(query.options(lazyload(Version.author)))}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A discussion about the same element in a related entry."""

    entry: Entry
    comment: Comment
    element_id: str
    """The element in the version on the screen."""
    element_name: str
    answered: bool

    @property
    def words(self) -> str:
        """The beginning of the question, as plain text."""
        return markdown.to_text(self.comment.html)[:160]


def elsewhere(work: Work, entry: Entry, shown: Version, *, limit: int = 60) -> Sequence[Elsewhere]:
    """Return what was asked in forks and origins about elements that `shown` has too, answered ones first.

    Only entries of the same family count: keys of unrelated ones may be equal by chance. Nothing the actor may not
    read is among them.
    """
    if not work.actor.roles:
        return []
    family = set(library.kin(work, entry)) - {entry.id}
    if not family:
        return []
    reply = aliased(Comment)
    answered = exists().where(reply.thread_id == Comment.id, reply.deleted_at.is_(None))
    query = (
        select(Comment, Entry, Element.bpmn_id, Element.name, answered)
        .join(Entry, Entry.id == Comment.entry_id)
        .join(Element, (Element.version_id == shown.id) & (Element.key == Comment.element_key))
        .where(
            Comment.entry_id.in_(sorted(family)),
            Comment.thread_id.is_(None),
            Comment.deleted_at.is_(None),
            policy.read_visible(work.actor),
            policy.read_comment_visible(work.actor),
        )
        .options(
            joinedload(Comment.organisation),
            lazyload(Comment.entry),
            lazyload(Entry.tags),
            lazyload(Entry.legal_bases),
        )
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    found = [
        Elsewhere(about, remark, key, name, bool(replied) or remark.resolved_at is not None)
        for remark, about, key, name, replied in work.session.execute(query)
    ]
    return sorted(found, key=lambda row: not row.answered)
