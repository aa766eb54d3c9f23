"""Links for department staff without an account: read one entry, comment on it, until a day or until revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from hub import policy
from hub.actions import discussions, indexing
from hub.actions.accounts import digest
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.policy import notifications as rights
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.guests import GuestComment, GuestLink
from hub.text import markdown
from hub.work import Work

DAYS = 14
LONGEST = timedelta(days=366)
WINDOW = timedelta(minutes=15)
AT_MOST = 10
"""Comments by one link within `WINDOW`."""
VISIT = timedelta(minutes=10)
"""Openings within this time are one visit, and one event."""


def create(work: Work, entry: Entry, *, name: str, audience: str, version: Version | None, expires_at: datetime) -> str:
    """Make a link and return its secret, which exists nowhere else.

    `version` None shows the newest. Raises `Invalid` for a day that has passed or lies more than a year ahead.
    """
    work.require(rights.invite_guest, entry)
    if expires_at <= work.now:
        raise Invalid(until="expiry_past")
    if expires_at > work.now + LONGEST:
        raise Invalid(until="expiry_far")
    if audience not in policy.audiences(work.actor):
        raise Forbidden("audience")
    token = secrets.token_urlsafe(32)
    link = GuestLink(
        entry_id=entry.id,
        version_id=version.id if version is not None else None,
        token_digest=digest(token),
        name=name,
        audience=audience,
        created_by_id=work.actor.user_id,
        created_at=work.now,
        expires_at=expires_at,
    )
    work.session.add(link)
    work.session.flush()
    work.record("guest.invited", entry, link_id=link.id, guest=name)
    return token


def links(work: Work, entry: Entry) -> list[tuple[GuestLink, int]]:
    """Return the links of an entry, newest first, each with the number of its comments."""
    work.require(rights.invite_guest, entry)
    written = select(func.count()).select_from(GuestComment).where(GuestComment.link_id == GuestLink.id)
    query = select(GuestLink, written.scalar_subquery()).where(GuestLink.entry_id == entry.id)
    query = query.options(joinedload(GuestLink.version), joinedload(GuestLink.created_by))
    return [(row[0], row[1]) for row in work.session.execute(query.order_by(GuestLink.id.desc()).limit(200)).all()]


def works(link: GuestLink, at: datetime) -> bool:
    """Whether a link can still be used."""
    return link.revoked_at is None and link.expires_at > at


def revoke(work: Work, entry: Entry, link_id: int) -> None:
    """End a link at once; what was written by it stays."""
    work.require(rights.invite_guest, entry)
    link = work.session.get(GuestLink, link_id)
    if link is None or link.entry_id != entry.id:
        raise NotFound
    if link.revoked_at is None:
        link.revoked_at = work.now
        work.record("guest.revoked", entry, link_id=link.id, guest=link.name)


def find(work: Work, token: str) -> GuestLink:
    """Return the link behind a secret; raises `NotFound`, or `Conflict("guest_link_ended")` for one that ended."""
    query = select(GuestLink).where(GuestLink.token_digest == digest(token)).options(joinedload(GuestLink.entry))
    link = work.session.scalar(query)
    if link is None:
        raise NotFound
    if not works(link, work.now) or link.entry.archived_at is not None:
        raise Conflict("guest_link_ended")
    return link


def shown(link: GuestLink) -> Version:
    """Return the version a link shows."""
    version = link.version or link.entry.head
    if version is None:
        raise NotFound
    return version


def is_new_visit(work: Work, link: GuestLink) -> bool:
    """Whether an opening of the page is to be noted."""
    return link.opened_at is None or link.opened_at < work.now - VISIT


def note_visit(work: Work, link: GuestLink) -> None:
    """Note that a link was used."""
    link.opened_at = work.now
    work.record("guest.opened", link.entry, link_id=link.id, guest=link.name)


def comments(work: Work, link: GuestLink) -> Sequence[Comment]:
    """Return what was written by this link, oldest first."""
    query = select(Comment).join(GuestComment, GuestComment.comment_id == Comment.id)
    query = query.where(GuestComment.link_id == link.id, Comment.deleted_at.is_(None))
    return list(work.session.scalars(query.options(joinedload(Comment.version)).order_by(Comment.id)))


def answers(work: Work, link: GuestLink) -> dict[int, list[Comment]]:
    """Return what was answered to the comments of this link, by the id of the comment, oldest first.

    Only what as many people read as the comment itself: what a city says among its own about a remark that other
    cities read too is not for the guest. The page that answers are written on says that the guest reads them.
    """
    asked = aliased(Comment)
    query = select(Comment).join(asked, asked.id == Comment.thread_id)
    query = query.join(GuestComment, GuestComment.comment_id == asked.id).where(
        GuestComment.link_id == link.id,
        asked.deleted_at.is_(None),
        Comment.deleted_at.is_(None),
        Comment.audience == asked.audience,
    )
    found: dict[int, list[Comment]] = {}
    for row in work.session.scalars(query.options(joinedload(Comment.organisation)).order_by(Comment.id)):
        found.setdefault(row.thread_id or 0, []).append(row)
    return found


def comment(work: Work, link: GuestLink, text: str, *, element: str | None) -> Comment:
    """Add a guest's comment on the entry or on the element with BPMN id (or section key) `element`.

    Raises `Invalid` for an empty text and after too many comments in a short time, `NotFound` for an unknown element.
    """
    if not text.strip():
        raise Invalid(text="comment_empty")
    recent = select(func.count()).select_from(Comment).join(GuestComment, GuestComment.comment_id == Comment.id)
    recent = recent.where(GuestComment.link_id == link.id, Comment.created_at > work.now - WINDOW)
    if (work.session.scalar(recent) or 0) >= AT_MOST:
        raise Invalid(text="guest_too_often")
    version = shown(link)
    remark = Comment(
        entry_id=link.entry_id,
        version_id=version.id,
        about_version=link.version_id is not None,
        element_key=discussions.element_key(work, version, element) if element else None,
        organisation_id=link.entry.organisation_id,
        audience=link.audience,
        text=text,
        html=discussions.preview(text),
        rendered_by=markdown.RENDERER,
        created_at=work.now,
    )
    work.session.add(remark)
    work.session.flush()
    # Names after an @ stay plain words: a guest calls nobody.
    work.session.add(GuestComment(comment_id=remark.id, link_id=link.id, name=link.name))
    link.opened_at = work.now
    indexing.index_comment(work, link.entry, remark)
    tell = [link.created_by_id] if link.created_by_id is not None else []
    work.record(
        "comment.written", link.entry, comment_id=remark.id, audience=remark.audience, link_id=link.id,
        guest=link.name, tell=tell,
    )  # fmt: skip
    return remark
