"""Comments: write, answer, edit, delete, resolve; who reads them is decided by policy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from hub import policy, search
from hub.actions import indexing
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.accounts import Membership, User
from hub.store.answers import answers
from hub.store.discussions import Audience, Comment, CommentRevision, Mention, Resolution
from hub.store.entries import Element, Entry, Version
from hub.store.guests import GuestComment
from hub.store.organisations import Organisation
from hub.text import markdown
from hub.work import Work

_MENTION = re.compile(r"(?<![\w@])@\[([^\]\n]{1,120})\]")
LINE = 120
"""Letters of a comment that a line of a page needs."""


@dataclass(slots=True)
class Thread:
    """A first comment with its replies."""

    first: Comment
    replies: list[Comment] = field(default_factory=list)
    element_id: str | None = None
    """The BPMN id of what it is about in the version on the screen; None if that is gone or it is about the whole."""
    element_name: str = ""
    guests: dict[int, str] = field(default_factory=dict)
    """Id of a comment → name of the guest link it was written by."""
    resolutions: list[Resolution] = field(default_factory=list)
    """When it was closed and opened again, by whom and why; oldest first. Filled by `with_reasons`."""

    @property
    def open(self) -> bool:
        """Whether something in it still waits for an answer."""
        said = self.first.deleted_at is None or any(reply.deleted_at is None for reply in self.replies)
        return said and self.first.resolved_at is None

    @property
    def outdated(self) -> bool:
        """Whether it is about an element that the shown version no longer has."""
        return self.first.element_key is not None and self.element_id is None


def threads(work: Work, entry: Entry, shown: Version, *, limit: int = 300) -> list[Thread]:
    """Return the discussions of an entry that the actor may read, oldest first, placed in the version `shown`."""
    query = (
        select(Comment, Element.bpmn_id, Element.name, GuestComment.name)
        .outerjoin(Element, and_(Element.version_id == shown.id, Element.key == Comment.element_key))
        .outerjoin(GuestComment, GuestComment.comment_id == Comment.id)
        .where(Comment.entry_id == entry.id, policy.read_comment_visible(work.actor))
        .options(
            lazyload(Comment.entry),
            joinedload(Comment.version).options(lazyload(Version.author)),
            joinedload(Comment.author),
            joinedload(Comment.organisation),
            selectinload(Comment.revisions),
        )
        .order_by(Comment.id)
        .limit(limit)
    )
    found: dict[int, Thread] = {}
    for remark, bpmn_id, name, guest in work.session.execute(query):
        if remark.thread_id is None:
            thread = Thread(remark, element_id=bpmn_id, element_name=name or "")
            found.setdefault(remark.id, thread)
        elif remark.thread_id in found:
            found[remark.thread_id].replies.append(remark)
        if guest is not None and (first := remark.thread_id or remark.id) in found:
            found[first].guests[remark.id] = guest
    return list(found.values())


def in_order(
    work: Work, entry: Entry, shown: Version, *, after_id: int, limit: int
) -> list[tuple[Comment, str | None]]:
    """Return the readable comments from `after_id` on, each with the BPMN id in `shown` of what it is about."""
    query = (
        select(Comment, Element.bpmn_id)
        .outerjoin(Element, and_(Element.version_id == shown.id, Element.key == Comment.element_key))
        .where(Comment.entry_id == entry.id, Comment.id > after_id, policy.read_comment_visible(work.actor))
        .options(lazyload(Comment.entry), joinedload(Comment.author), joinedload(Comment.organisation))
        .order_by(Comment.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in work.session.execute(query).all()]


def with_reasons(work: Work, shown: Sequence[Thread]) -> Sequence[Thread]:
    """Add to each discussion when it was closed and opened again, by whom and why."""
    known = {thread.first.id: thread for thread in shown}
    query = select(Resolution).where(Resolution.comment_id.in_(known)).options(joinedload(Resolution.user))
    for row in work.session.scalars(query.order_by(Resolution.id)):
        known[row.comment_id].resolutions.append(row)
    return shown


@dataclass(frozen=True, slots=True)
class Opening:
    """An open discussion as one line of a page that is not about it."""

    id: int
    element_id: str | None
    element_name: str
    about_version: bool
    author: str | None
    """None for a person that is gone."""
    guest: str | None
    text: str
    """How it begins; empty if the first comment was deleted."""


def openings(work: Work, entry: Entry, shown: Version) -> list[Opening]:
    """Return the open ones of `threads`, as lines; one narrow query, since every page of an entry asks."""
    found = answers(work.session, _openings(work.actor), entry=entry.id, shown=shown.id)
    told = {row.thread_id or row.id for row in found if row.deleted_at is None}
    return [
        Opening(
            row.id, row.bpmn_id, row.element or "", row.about_version, row.author, row.guest,
            "" if row.deleted_at is not None else row.text,
        )
        for row in found
        if row.thread_id is None and row.resolved_at is None and row.id in told
    ]  # fmt: skip


@lru_cache(policy.KEPT_FOR)
def _openings(actor: policy.Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Comment.id, Comment.thread_id, Comment.deleted_at, Comment.resolved_at, Comment.about_version,
            func.substr(Comment.text, 1, LINE).label("text"), User.name.label("author"),
            Element.bpmn_id, Element.name.label("element"), GuestComment.name.label("guest"),
        )
        .outerjoin(User, User.id == Comment.author_id)
        .outerjoin(Element, and_(Element.version_id == bindparam("shown"), Element.key == Comment.element_key))
        .outerjoin(GuestComment, GuestComment.comment_id == Comment.id)
        .where(Comment.entry_id == bindparam("entry"), policy.read_comment_visible(actor))
        .order_by(Comment.id)
        .limit(300)
    )  # fmt: skip


def markers(shown: Sequence[Opening]) -> dict[str, int]:
    """Return what `open_counts` returns, from lines."""
    counts: dict[str, int] = {}
    for line in shown:
        if line.element_id and not line.about_version:
            counts[line.element_id] = counts.get(line.element_id, 0) + 1
    return counts


def open_counts(shown: Sequence[Thread]) -> dict[str, int]:
    """Return BPMN id → number of open discussions, for the markers on the diagram."""
    counts: dict[str, int] = {}
    for thread in shown:
        if thread.element_id and thread.open and not thread.first.about_version:
            counts[thread.element_id] = counts.get(thread.element_id, 0) + 1
    return counts


def find(work: Work, entry: Entry, comment_id: int) -> Comment:
    """Return a readable comment of `entry`; raises `NotFound`."""
    remark = work.session.get(Comment, comment_id)
    if remark is None or remark.entry_id != entry.id or not policy.read_comment(work.actor, remark):
        raise NotFound
    return remark


def _speaking_for(work: Work, organisation_id: int | None) -> int:
    """Return the organisation a person speaks for: the named one, else the only or first one."""
    if organisation_id is not None:
        if organisation_id not in work.actor.organisation_ids:
            raise Forbidden
        return organisation_id
    return min(work.actor.organisation_ids)


def write(
    work: Work,
    entry: Entry,
    shown: Version,
    text: str,
    *,
    audience: str = Audience.IKZ,
    element: str | None = None,
    about_version: bool = False,
    reply_to: Comment | None = None,
    organisation_id: int | None = None,
) -> Comment:
    """Add a comment on the entry, the version `shown`, or the element with BPMN id (or section key) `element`.

    A reply keeps the thread's place and is never read more widely than it. Raises `Invalid` for an empty text,
    `NotFound` for an unknown element, `Conflict("resolved_reply")` for a closed thread.
    """
    work.require(policy.comment, entry)
    if not text.strip():
        raise Invalid(text="comment_empty")
    key = None
    if reply_to is not None:
        first = reply_to if reply_to.thread_id is None else work.session.get_one(Comment, reply_to.thread_id)
        if not policy.read_comment(work.actor, first):
            raise NotFound
        if first.resolved_at is not None:
            raise Conflict("resolved_reply")
        key, about_version = first.element_key, first.about_version
        audience = _narrower(audience, first.audience)
    elif element:
        key = element_key(work, shown, element)
    speaks_for = _speaking_for(work, organisation_id)
    if reply_to is not None and audience == Audience.CITY and first.audience == Audience.CITY:
        speaks_for = first.organisation_id
    remark = Comment(
        entry_id=entry.id,
        version_id=shown.id,
        about_version=about_version,
        element_key=key,
        thread_id=first.id if reply_to is not None else None,
        author_id=work.actor.user_id,
        organisation_id=speaks_for,
        audience=Audience(audience),
        text=text,
        html=_html(text),
        rendered_by=markdown.RENDERER,
        created_at=work.now,
    )
    work.session.add(remark)
    work.session.flush()
    _mention(work, remark)
    indexing.index_comment(work, entry, remark)
    work.record("comment.written", entry, comment_id=remark.id, audience=remark.audience)
    return remark


def element_key(work: Work, shown: Version, element: str) -> str:
    """Return the lasting key of an element by its BPMN id (or section key) in a version; raises `NotFound`."""
    query = select(Element.key).where(Element.version_id == shown.id, Element.bpmn_id == element)
    key = work.session.scalar(query)
    if key is None:
        raise NotFound
    return key


def _narrower(one: str, other: str) -> str:
    order = [Audience.CITY, Audience.IKZ, Audience.LAND]
    return order[min(order.index(Audience(one)), order.index(Audience(other)))]


def _html(text: str) -> str:
    return markdown.to_html(_MENTION.sub(r"**@\1**", text), heading=5)


def preview(text: str) -> str:
    """Return what `write` would show."""
    return _html(text[: markdown.LIMIT])


def _mention(work: Work, remark: Comment) -> None:
    """Note who was named with @[Name] and may read the comment."""
    names = set(_MENTION.findall(remark.text))
    if not names:
        return
    known = {row.user_id for row in work.session.scalars(select(Mention).where(Mention.comment_id == remark.id))}
    for user in mentionable(work, remark.audience, remark.organisation_id):
        if user.name in names and user.id not in known:
            work.session.add(Mention(comment_id=remark.id, user_id=user.id))


def rename_mentioned(work: Work, person: User, new_name: str) -> None:
    """Write a new name wherever comments of others name a person with @, in their earlier wordings too."""
    query = select(Comment).join(Mention, Mention.comment_id == Comment.id).where(Mention.user_id == person.id)
    touched: dict[int, Entry] = {}
    for remark in work.session.scalars(query):
        remark.text = remark.text.replace(f"@[{person.name}]", f"@[{new_name}]")
        if remark.deleted_at is None:
            remark.html, remark.rendered_by = _html(remark.text), markdown.RENDERER
        for revision in remark.revisions:
            revision.html = revision.html.replace(f"@{escape(person.name)}", f"@{escape(new_name)}")
        touched[remark.entry_id] = remark.entry
    work.session.flush()
    for entry in touched.values():
        indexing.index_comments(work, entry)
    if touched:
        work.session.flush()
        search.forget(work.session, person.name)


def mentionable(work: Work, audience: str, organisation_id: int, *, prefix: str = "") -> list[User]:
    """Return the people who may read a comment with that audience, by name."""
    query = select(User).join(Membership, Membership.user_id == User.id).join(Organisation).where(User.active)
    if audience == Audience.CITY:
        query = query.where(Organisation.id == organisation_id)
    elif audience == Audience.IKZ:
        query = query.where(Organisation.kind.in_(["city", "ikz"]))
    if prefix:
        safe = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(User.name.ilike(f"%{safe}%", escape="\\"))
    return list(work.session.scalars(query.distinct().order_by(User.name).limit(500 if not prefix else 10)))


def edit(work: Work, entry: Entry, remark: Comment, text: str) -> None:
    """Change a comment's text; what it said before stays visible in its history."""
    work.require(policy.edit_comment, remark)
    if remark.deleted_at is not None:
        raise NotFound
    if not text.strip():
        raise Invalid(text="comment_empty")
    if text == remark.text:
        return
    work.session.add(CommentRevision(comment_id=remark.id, html=remark.html, replaced_at=work.now))
    remark.text, remark.html, remark.rendered_by = text, _html(text), markdown.RENDERER
    remark.edited_at = work.now
    work.session.flush()
    _mention(work, remark)
    indexing.index_comments(work, entry)
    work.record("comment.edited", entry, comment_id=remark.id)


def delete(work: Work, entry: Entry, remark: Comment) -> None:
    """Remove a comment's words, history included; that there was one stays visible."""
    if not (policy.edit_comment(work.actor, remark) or policy.moderate_comment(work.actor, remark)):
        raise Forbidden("edit_comment")
    remark.text = remark.html = ""
    remark.deleted_at = work.now
    remark.revisions.clear()
    work.session.flush()
    indexing.index_comments(work, entry)
    work.record("comment.deleted", entry, comment_id=remark.id)


def resolve(work: Work, entry: Entry, remark: Comment, reason: str = "") -> None:
    """Close a thread; the reason stays with it, also when it is opened again."""
    _settle(work, entry, remark, reason, closed=True)


def reopen(work: Work, entry: Entry, remark: Comment, reason: str = "") -> None:
    """Open a closed thread again."""
    _settle(work, entry, remark, reason, closed=False)


def _settle(work: Work, entry: Entry, remark: Comment, reason: str, *, closed: bool) -> None:
    work.require(policy.resolve_comment, remark, entry)
    if (remark.resolved_at is not None) == closed:
        return
    remark.resolved_at = work.now if closed else None
    remark.resolved_by_id = work.actor.user_id if closed else None
    work.session.add(
        Resolution(
            comment_id=remark.id, closed=closed, reason=reason.strip(), user_id=work.actor.user_id,
            happened_at=work.now,
        )
    )  # fmt: skip
    work.record("comment.resolved" if closed else "comment.reopened", entry, comment_id=remark.id)


def part_names(work: Work, shown: Version) -> list[tuple[str, str]]:
    """Return (BPMN id or section key, name) of everything named in a version that a comment can be about."""
    query = select(Element.bpmn_id, Element.name).where(Element.version_id == shown.id, Element.name != "")
    query = query.where(Element.kind.not_in(["sequenceFlow", "messageFlow", "process"]))
    return [(key, name) for key, name in work.session.execute(query.limit(2000))]
