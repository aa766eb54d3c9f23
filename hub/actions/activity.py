"""What happened: in one entry, in one city, by one person, in everything one watches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from hub import policy
from hub.errors import NotFound
from hub.policy import notifications as rights
from hub.store.accounts import Membership, User
from hub.store.activity import Event
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version
from hub.store.notifications import Subject, Watch
from hub.store.organisations import Organisation
from hub.work import Work

PAGE = 40
HIDDEN = ("guest.opened", "comment.deleted", "comment.edited")
"""Kinds nobody needs to read about in a list."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event with its entry, and its comment if it is about one."""

    event: Event
    entry: Entry
    comment: Comment | None


@dataclass(frozen=True, slots=True)
class Activity:
    """One page of what happened, newest first."""

    rows: Sequence[Happening]
    more: int | None
    """The event's id to go on before; None on the last page."""


def of(work: Work, *conditions: ColumnElement[bool], before: int | None = None, limit: int = PAGE) -> Activity:
    """Return readable events that meet the conditions, newest first.

    Readers outside the cooperation see none: drafts would show through them. Comments follow their own audience.
    """
    if not (work.actor.cooperates or work.actor.system):
        return Activity([], None)
    comment_id = Event.data["comment_id"].as_integer()
    query = (
        select(Event, Entry, Comment)
        .join(Entry, Entry.id == Event.entry_id)
        .outerjoin(Comment, and_(Event.kind.like("comment.%"), Comment.id == comment_id))
        .where(
            policy.read_visible(work.actor),
            rights.proposal_visible(work.actor),
            Event.kind.not_in(HIDDEN),
            or_(
                Event.kind.not_like("comment.%"),
                and_(Comment.deleted_at.is_(None), policy.read_comment_visible(work.actor)),
            ),
            or_(Event.actor_id.is_not(None), Event.kind.like("comment.%")),
            *conditions,
        )
    )
    if before is not None:
        query = query.where(Event.id < before)
    query = query.options(joinedload(Event.actor), lazyload(Entry.tags), lazyload(Entry.legal_bases))
    found = work.session.execute(query.order_by(Event.id.desc()).limit(limit + 1)).all()
    rows = [Happening(row[0], row[1], row[2]) for row in found[:limit]]
    return Activity(rows, rows[-1].event.id if len(found) > limit else None)


def of_entry(entry: Entry) -> ColumnElement[bool]:
    """Condition: in one entry."""
    return Event.entry_id == entry.id


def of_organisation(organisation: Organisation) -> ColumnElement[bool]:
    """Condition: in the entries of one organisation."""
    return Event.organisation_id == organisation.id


def of_person(person: User) -> ColumnElement[bool]:
    """Condition: done by one person."""
    return Event.actor_id == person.id


def near(work: Work, *, city_too: bool = True) -> ColumnElement[bool]:
    """Condition: in what the actor watches and, if `city_too`, in the entries of their own organisations."""
    watched = select(Watch.subject_id).where(Watch.user_id == work.actor.user_id, Watch.muted.is_(False))
    ways: list[ColumnElement[bool]] = [
        Entry.id.in_(watched.where(Watch.subject == Subject.ENTRY)),
        Entry.organisation_id.in_(watched.where(Watch.subject == Subject.ORGANISATION)),
        Entry.service_id.in_(watched.where(Watch.subject == Subject.SERVICE)),
    ]
    if city_too:
        ways.append(Entry.organisation_id.in_(sorted(work.actor.organisation_ids)))
    return or_(*ways)


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is in the cooperation, and what they contributed as far as the actor may read it."""

    user: User
    memberships: Sequence[Membership]
    versions: int
    comments: int
    entries: Sequence[Entry]
    """Where they published, newest first."""


def person(work: Work, user_id: int) -> Person:
    """Return a person of the cooperation; raises `NotFound` for others and for readers outside of it."""
    user = work.session.get(User, user_id)
    itself = user is not None and user.id == work.actor.user_id
    if user is None or not (itself or rights.read_people(work.actor)):
        raise NotFound
    query = select(Membership).where(Membership.user_id == user.id).options(joinedload(Membership.organisation))
    held = [row for row in work.session.scalars(query) if row.organisation.active]
    if not itself and not any(row.organisation.cooperates for row in held):
        raise NotFound
    mine = select(func.count()).select_from(Version).join(Entry, Entry.id == Version.entry_id)
    mine = mine.where(Version.author_id == user.id, policy.read_visible(work.actor))
    said = select(func.count()).select_from(Comment).join(Entry, Entry.id == Comment.entry_id)
    said = said.where(
        Comment.author_id == user.id,
        Comment.deleted_at.is_(None),
        policy.read_visible(work.actor),
        policy.read_comment_visible(work.actor),
    )
    counts = work.session.execute(select(mine.scalar_subquery(), said.scalar_subquery())).one()
    return Person(user, held, counts[0], counts[1], authored(work, user.id, limit=8))


def authored(work: Work, user_id: int, *, limit: int) -> list[Entry]:
    """Return the readable entries somebody published versions of, latest first."""
    latest = (
        select(Version.entry_id, func.max(Version.id).label("newest"))
        .where(Version.author_id == user_id)
        .group_by(Version.entry_id)
        .subquery()
    )
    query = (
        select(Entry)
        .join(latest, latest.c.entry_id == Entry.id)
        .where(policy.read_visible(work.actor), Entry.archived_at.is_(None))
        .options(joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.legal_bases))
        .order_by(latest.c.newest.desc())
        .limit(limit)
    )
    return list(work.session.scalars(query))
