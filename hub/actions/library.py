"""Looking around: the library with filters, the family tree, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from hub import policy
from hub.policy.notifications import proposal_visible
from hub.policy.proposals import read_proposal_visible
from hub.store.accounts import User
from hub.store.activity import Event
from hub.store.answers import answers
from hub.store.discussions import Comment
from hub.store.entries import Entry, Version, VersionState
from hub.store.notifications import Subject, Watch
from hub.store.organisations import Organisation, OrganisationKind
from hub.store.proposals import ACTIVE, Proposal
from hub.store.services import Service
from hub.work import Work

PAGE = 24
SORTS = ("updated", "title", "city", "created")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the library; empty means all."""

    city: str = ""
    kind: str = ""
    state: str = ""
    level: str = ""
    nature: str = ""
    service: str = ""
    """Leistungsschlüssel or name of the service."""
    archived: bool = False
    sort: str = "updated"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the library; `total` counts all that match and may be read."""

    entries: Sequence[Entry]
    total: int
    page: int
    page_count: int


def _conditions(actor: policy.Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [policy.read_visible(actor)]
    found.append(Entry.archived_at.is_not(None) if wanted.archived else Entry.archived_at.is_(None))
    if wanted.city:
        found.append(
            Entry.organisation_id == select(Organisation.id).where(Organisation.slug == wanted.city).scalar_subquery()
        )
    if wanted.kind:
        found.append(Entry.kind == wanted.kind)
    if wanted.level:
        found.append(Entry.level == wanted.level)
    if wanted.nature:
        found.append(Entry.nature == wanted.nature)
    if wanted.state == "published":
        found.append(Entry.published_id.is_not(None))
    elif wanted.state == "draft":
        found.append(or_(Entry.published_id.is_(None), Entry.published_id != Entry.head_id))
    if wanted.service:
        found.append(
            Entry.service_id.in_(
                select(Service.id).where(or_(Service.key == wanted.service, Service.name == wanted.service))
            )
        )
    return found


def browse(work: Work, wanted: Wanted) -> Shelf:
    """Return a page of the library as this actor may see it; two queries, whatever its size."""
    conditions = _conditions(work.actor, wanted)
    total = work.session.scalar(select(func.count()).select_from(Entry).where(*conditions)) or 0
    page_count = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), page_count)
    chosen = _chosen(conditions, wanted, PAGE, (page - 1) * PAGE)
    query = select(Entry).where(Entry.id.in_(chosen)).order_by(*_order(wanted))
    query = query.options(
        joinedload(Entry.head), joinedload(Entry.published), lazyload(Entry.tags), lazyload(Entry.legal_bases)
    )
    return Shelf(list(work.session.scalars(query)), total, page, page_count)


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an entry, and of the version its reader gets."""

    city_slug: str
    city: str
    slug: str
    kind: str
    title: str
    summary: str
    nature: str
    sample: bool
    archived: bool
    published: bool
    updated_at: datetime
    number: str
    """Empty where there is no version to read yet, as `state` is."""
    state: str


@dataclass(frozen=True, slots=True)
class Cards:
    """`Shelf` with plain values in the place of entries."""

    rows: Sequence[Card]
    total: int
    page: int
    page_count: int


def cards(work: Work, wanted: Wanted, *, limit: int = PAGE) -> Cards:
    """Return what `browse` returns, as what a list shows of it: a third of the cost."""
    counting, listing = _listed(work.actor, replace(wanted, page=1))
    total = answers(work.session, counting)[0][0]
    page_count = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), page_count)
    found = answers(work.session, listing, limit=limit, offset=(page - 1) * PAGE)
    return Cards([_card(row) for row in found], total, page, page_count)


def _card(row: Any) -> Card:
    city_slug, city, slug, kind, title, summary, nature, sample, archived, published, at, major, minor, state = row
    number = "" if state is None else f"{major}.{minor:02}"
    gone, public = archived is not None, published is not None
    return Card(city_slug, city, slug, kind, title, summary, nature, sample, gone, public, at, number, state or "")


@lru_cache(policy.KEPT_FOR)
def _listed(actor: policy.Actor, wanted: Wanted) -> tuple[Select[int], Select[*tuple[Any, ...]]]:
    """Return the queries of `cards`, for any page: how many there are, and the rows."""
    conditions = _conditions(actor, wanted)
    counting = select(func.count()).select_from(Entry).where(*conditions)
    own = case((Entry.organisation_id.in_(sorted(actor.organisation_ids)), Entry.head_id), else_=Entry.published_id)
    limit, offset = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
    listing = (
        select(
            Organisation.slug, Organisation.short_name, Entry.slug, Entry.kind, Entry.title, Entry.summary,
            Entry.nature, Entry.sample, Entry.archived_at, Entry.published_id, Entry.updated_at,
            Version.major, Version.minor, Version.state,
        )
        .select_from(Entry)
        .join(Organisation, Organisation.id == Entry.organisation_id)
        .outerjoin(Version, Version.id == (Entry.head_id if actor.cooperates else own))
        .where(Entry.id.in_(_chosen(conditions, wanted, limit, offset)))
        .order_by(*_order(wanted))
    )  # fmt: skip
    return counting, listing


def _order(wanted: Wanted) -> tuple[Any, ...]:
    orders = {
        "updated": (Entry.updated_at.desc(), Entry.id.desc()),
        "created": (Entry.created_at.desc(), Entry.id.desc()),
        "title": (func.lower(Entry.title), Entry.id),
        "city": (Entry.organisation_id, func.lower(Entry.title), Entry.id),
    }
    return orders.get(wanted.sort, orders["updated"])


def _chosen(conditions: list[ColumnElement[bool]], wanted: Wanted, limit: Any, offset: Any) -> Select[int]:
    """Select the ids of a page: sorting thousands of whole rows to show twenty-four is what a list costs."""
    ids = select(Entry.id).where(*conditions).order_by(*_order(wanted)).limit(limit).offset(offset)
    return ids.correlate(None)


def in_order(work: Work, wanted: Wanted, *, after_id: int, limit: int) -> list[Entry]:
    """Return readable entries by id from `after_id` on: an order that stays while others change titles."""
    options = (joinedload(Entry.head), joinedload(Entry.published), joinedload(Entry.forked_from))
    query = select(Entry).where(Entry.id > after_id, *_conditions(work.actor, wanted)).options(*options)
    return list(work.session.scalars(query.order_by(Entry.id).limit(limit)))


def count_by_city(work: Work) -> dict[int, int]:
    """Return organisation id → number of readable entries."""
    query = select(Entry.organisation_id, func.count()).where(*_conditions(work.actor, Wanted()))
    rows = work.session.execute(query.group_by(Entry.organisation_id))
    return {row[0]: row[1] for row in rows}


@dataclass(slots=True)
class Relative:
    """One entry in a family tree; `entry` is None where the actor may not read it."""

    entry: Entry
    origin: Version | None
    children: list["Relative"] = field(default_factory=list)


def family(work: Work, entry: Entry) -> Relative:
    """Return the tree of forks this entry belongs to, from the oldest readable ancestor down.

    What the actor may not read is left out; its forks then hang on the nearest readable ancestor.
    """
    rows = kin(work, entry)
    query = select(Entry).where(Entry.id.in_(list(rows)), policy.read_visible(work.actor))
    options = (joinedload(Entry.head), joinedload(Entry.published), joinedload(Entry.forked_from))
    readable = {found.id: found for found in work.session.scalars(query.options(*options))}
    nodes = {key: Relative(found, found.forked_from) for key, found in readable.items()}
    tops: list[Relative] = []
    for key in sorted(nodes):
        parent = rows[key]
        while parent not in nodes and rows[parent] != parent:
            parent = rows[parent]
        if parent in nodes and parent != key:
            nodes[parent].children.append(nodes[key])
        else:
            tops.append(nodes[key])
    return next(top for top in tops if _holds(top, entry.id))


def kin(work: Work, entry: Entry) -> dict[int, int]:
    """Return id → id of the origin for all entries of a family, readable or not; the root is its own."""
    origin = aliased(Version)
    tree = select(Entry.id.label("id"), Entry.id.label("parent")).where(Entry.id == _root(work, entry))
    cte = tree.cte(recursive=True)
    below = (
        select(Entry.id, origin.entry_id)
        .join(origin, origin.id == Entry.forked_from_id)
        .join(cte, cte.c.id == origin.entry_id)
    )
    cte = cte.union(below)
    return {row.id: row.parent for row in work.session.execute(select(cte.c.id, cte.c.parent))}


def _holds(node: Relative, entry_id: int) -> bool:
    return node.entry.id == entry_id or any(_holds(child, entry_id) for child in node.children)


def _root(work: Work, entry: Entry) -> int:
    """Follow the origins upwards; bounded, so that even impossible circles end."""
    at, seen = entry.id, {entry.id}
    origin_of = select(Version.entry_id).join(Entry, Entry.forked_from_id == Version.id)
    while (parent := work.session.scalar(origin_of.where(Entry.id == at))) is not None and parent not in seen:
        seen.add(parent)
        at = parent
    return at


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fork came from, as far as the actor may read it."""

    entry: Entry
    version: Version
    newest: Version | None
    """The version of the origin the actor would read now."""

    @property
    def moved_on(self) -> bool:
        """Whether the origin has a newer version than the one this fork was made from."""
        return self.newest is not None and self.newest.sequence > self.version.sequence


def origin(work: Work, entry: Entry) -> Origin | None:
    """Return where `entry` was forked from; None for an original or where the actor may not read the origin."""
    if entry.forked_from_id is None:
        return None
    query = (
        select(Version, Entry)
        .join(Entry, Entry.id == Version.entry_id)
        .where(Version.id == entry.forked_from_id, policy.read_visible(work.actor))
        .options(joinedload(Entry.head), joinedload(Entry.published))
    )
    row = work.session.execute(query).one_or_none()
    if row is None:
        return None
    found, parent = row
    newest = policy.newest(work.actor, parent)
    return Origin(parent, found, newest) if policy.read_version(work.actor, parent, found) else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many versions, forks, comments and open proposals of an entry the actor can read; do they watch it."""

    versions: int
    forks: int
    comments: int
    watching: bool
    proposals: int


def counts(work: Work, entry: Entry) -> Counts:
    """Count what hangs on an entry, in one query."""
    (row,) = answers(work.session, _counted(work.actor, policy.read_drafts(work.actor, entry)), entry=entry.id)
    return Counts(row[0], row[1], row[2], bool(row[3]), row[4])


@lru_cache(policy.KEPT_FOR)
def _counted(actor: policy.Actor, drafts: bool) -> Select[int, int, int, int, int]:
    """Return the query of `counts` for an actor who reads drafts or not; the entry is its parameter."""
    entry_id: BindParameter[int] = bindparam("entry")
    versions = select(func.count()).select_from(Version).where(Version.entry_id == entry_id)
    if not drafts:
        versions = versions.where(Version.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED]))
    forks = select(func.count()).select_from(Entry).join(Version, Version.id == Entry.forked_from_id)
    forks = forks.where(Version.entry_id == entry_id, policy.read_visible(actor))
    comments = select(func.count()).select_from(Comment)
    comments = comments.where(
        Comment.entry_id == entry_id, Comment.deleted_at.is_(None), policy.read_comment_visible(actor)
    )
    watches = (
        select(func.count())
        .select_from(Watch)
        .where(
            Watch.user_id == (actor.user_id or 0),
            Watch.subject == Subject.ENTRY,
            Watch.subject_id == entry_id,
            Watch.muted.is_(False),
        )
    )
    proposals = (
        select(func.count())
        .select_from(Proposal)
        .where(
            or_(Proposal.target_id == entry_id, Proposal.source_id == entry_id),
            Proposal.state.in_(ACTIVE),
            read_proposal_visible(actor),
        )
    )
    return select(
        versions.scalar_subquery(),
        forks.scalar_subquery(),
        comments.scalar_subquery(),
        watches.scalar_subquery(),
        proposals.scalar_subquery(),
    )


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened to an entry."""

    kind: str
    number: str
    """Number of the version it was about; empty for what is about none."""
    happened_at: datetime
    actor_name: str


def recent(work: Work, entry: Entry, *, limit: int = 8) -> list[Happening]:
    """Return what `activity` says of one entry whose readability the caller has checked, as lines."""
    if not (work.actor.cooperates or work.actor.system):
        return []
    found = answers(work.session, _recent(work.actor), entry=entry.id, limit=limit)
    return [Happening(kind, str(data.get("number") or ""), at, name) for kind, data, at, name in found]


@lru_cache(policy.KEPT_FOR)
def _recent(actor: policy.Actor) -> Select[str, dict[str, Any], datetime, str]:
    query = select(Event.kind, Event.data, Event.happened_at, User.name).join(User, User.id == Event.actor_id)
    query = query.where(Event.entry_id == bindparam("entry"), Event.kind.not_like("comment.%"), proposal_visible(actor))
    return query.order_by(Event.id.desc()).limit(bindparam("limit"))


def activity(
    work: Work, *, entry: Entry | None = None, organisation: Organisation | None = None, limit: int = 20
) -> list[tuple[Event, Entry]]:
    """Return the newest events about readable entries, newest first.

    Readers outside the cooperation see no events: drafts and comments would show through them.
    """
    if not (work.actor.cooperates or work.actor.system):
        return []
    query = select(Event, Entry).join(Entry, Entry.id == Event.entry_id)
    query = query.where(
        policy.read_visible(work.actor),
        proposal_visible(work.actor),
        Event.kind.not_like("comment.%"),
        Event.actor_id.is_not(None),
    )
    if entry is not None:
        query = query.where(Event.entry_id == entry.id)
    if organisation is not None:
        query = query.where(Event.organisation_id == organisation.id)
    query = query.options(joinedload(Event.actor), lazyload(Entry.tags), lazyload(Entry.legal_bases))
    return [(event, about) for event, about in work.session.execute(query.order_by(Event.id.desc()).limit(limit))]


def places(work: Work) -> list[tuple[str, str]]:
    """Return (slug, short name) of the cities and the IKZ office, in the order of `organisations`."""
    return [(slug, name) for slug, name in answers(work.session, _PLACES)]


_PLACES = (
    select(Organisation.slug, Organisation.short_name)
    .where(Organisation.active, Organisation.kind.in_([kind for kind in OrganisationKind if kind.cooperates]))
    .order_by(Organisation.kind, Organisation.short_name)
)


def organisations(work: Work, *, cooperating: bool = False) -> list[Organisation]:
    """Return all active organisations by name; only cities and the IKZ office if `cooperating`."""
    query = select(Organisation).where(Organisation.active).order_by(Organisation.kind, Organisation.short_name)
    found = list(work.session.scalars(query))
    return [row for row in found if row.cooperates] if cooperating else found
