"""Who may do what: one function per permission, and for lists its twin as a query condition.

The first sentence of each docstring is the sentence in the manual's table of rights.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, false, or_, true

from hub.store.accounts import Role, User
from hub.store.discussions import Audience, Comment
from hub.store.entries import Entry, Version, Visibility
from hub.store.organisations import Organisation, OrganisationKind

WRITERS = frozenset({Role.MODELLER, Role.OWNER, Role.APPROVER, Role.COORDINATOR})
"""Roles that may change what their own organisation owns."""

ROLES: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.CITY: (Role.READER, Role.MODELLER, Role.EXPERT, Role.OWNER, Role.APPROVER, Role.ADMIN),
    OrganisationKind.IKZ: (
        Role.READER,
        Role.MODELLER,
        Role.COORDINATOR,
        Role.METHOD_REVIEWER,
        Role.APPROVER,
        Role.DATA_PROTECTION,
        Role.ADMIN,
        Role.SYSTEM_ADMIN,
    ),
    OrganisationKind.LAND: (Role.READER, Role.LAND_REVIEWER, Role.ADMIN),
    OrganisationKind.PROVIDER: (Role.READER, Role.ADMIN),
}
"""The roles there are in an organisation of each kind."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something; `user_id` is None for a guest.

    `roles` maps an organisation's id to the person's roles there, `kinds` to its kind. Two actors are equal if all of
    this is, so what depends on nothing but the actor may be kept by it, such as conditions of queries.
    """

    user_id: int | None = None
    name: str = ""
    roles: dict[int, frozenset[Role]] = field(default_factory=dict, hash=False)
    kinds: dict[int, OrganisationKind] = field(default_factory=dict, hash=False)
    system: bool = False
    """The hub itself (seed, worker); never a person."""

    @property
    def signed_in(self) -> bool:
        """Whether this is a person with an account."""
        return self.user_id is not None

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations this person belongs to."""
        return frozenset(self.roles)

    @property
    def cooperates(self) -> bool:
        """Whether the person belongs to a city or the IKZ office."""
        return any(kind.cooperates for kind in self.kinds.values())

    @property
    def reviews_for_land(self) -> bool:
        """Whether the person belongs to an authority of the Land."""
        return OrganisationKind.LAND in self.kinds.values()

    def has(self, wanted: Iterable[Role], organisation_id: int) -> bool:
        """Whether one of the `wanted` roles is held in that organisation."""
        return not self.roles.get(organisation_id, frozenset()).isdisjoint(wanted)

    def has_anywhere(self, *wanted: Role) -> bool:
        """Whether one of the `wanted` roles is held in any organisation."""
        return any(not roles.isdisjoint(wanted) for roles in self.roles.values())


KEPT_FOR = 500
"""Actors whose conditions are kept: building one costs more than asking the database with it."""

GUEST = Actor()
SYSTEM = Actor(name="Hub", system=True)


def _reads_drafts(actor: Actor, entry: Entry) -> bool:
    if actor.system or entry.organisation_id in actor.organisation_ids:
        return True
    return actor.cooperates and entry.visibility != Visibility.CITY


def _reads_published(actor: Actor, entry: Entry) -> bool:
    if entry.published_id is None or entry.archived_at is not None:
        return False
    if entry.visibility == Visibility.PUBLIC:
        return True
    return entry.visibility == Visibility.LAND and actor.reviews_for_land


def read(actor: Actor, entry: Entry) -> bool:
    """Read an entry: one's own always, the cooperation what is shared, Land and public what was published for them."""
    return _reads_drafts(actor, entry) or _reads_published(actor, entry)


@lru_cache(KEPT_FOR)
def read_visible(actor: Actor) -> ColumnElement[bool]:
    """`read`, as a condition for a query over entries."""
    if actor.system:
        return true()
    published = and_(Entry.published_id.is_not(None), Entry.archived_at.is_(None))
    wide = [Visibility.PUBLIC, Visibility.LAND] if actor.reviews_for_land else [Visibility.PUBLIC]
    ways: list[ColumnElement[bool]] = [and_(published, Entry.visibility.in_(wide))]
    if actor.roles:
        ways.append(Entry.organisation_id.in_(sorted(actor.roles)))
    if actor.cooperates:
        ways.append(Entry.visibility != Visibility.CITY)
    return or_(*ways)


def read_drafts(actor: Actor, entry: Entry) -> bool:
    """Read drafts and every version: one's own organisation and, for shared entries, the cooperation."""
    return _reads_drafts(actor, entry)


def newest(actor: Actor, entry: Entry) -> Version | None:
    """Return the version somebody reads who asks for none: the newest, or for outsiders the published one."""
    return entry.head if read_drafts(actor, entry) else entry.published


@lru_cache(KEPT_FOR)
def read_drafts_visible(actor: Actor) -> ColumnElement[bool]:
    """`read_drafts`, as a condition for a query over entries."""
    if actor.system:
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if actor.roles:
        ways.append(Entry.organisation_id.in_(sorted(actor.roles)))
    if actor.cooperates:
        ways.append(Entry.visibility != Visibility.CITY)
    return or_(*ways)


def read_version(actor: Actor, entry: Entry, version: Version) -> bool:
    """Read one version: everybody who may read drafts; others only what was published."""
    return _reads_drafts(actor, entry) or (_reads_published(actor, entry) and version.public)


def create(actor: Actor, organisation: Organisation) -> bool:
    """Create entries for an organisation: its modellers, process owners, approvers and coordinators."""
    return actor.system or (organisation.cooperates and actor.has(WRITERS, organisation.id))


def publish(actor: Actor, entry: Entry) -> bool:
    """Publish a new version: the writers of the organisation that owns the entry."""
    return actor.system or (entry.archived_at is None and actor.has(WRITERS, entry.organisation_id))


def edit(actor: Actor, entry: Entry) -> bool:
    """Change an entry's profile, address or visibility: the writers of the organisation that owns it."""
    return publish(actor, entry)


def archive(actor: Actor, entry: Entry) -> bool:
    """Archive an entry or bring it back: process owners and administrators of its organisation."""
    return actor.system or actor.has({Role.OWNER, Role.COORDINATOR, Role.ADMIN}, entry.organisation_id)


def fork(actor: Actor, entry: Entry, organisation: Organisation) -> bool:
    """Fork a readable entry to an organisation: that organisation's writers."""
    return read(actor, entry) and create(actor, organisation)


def comment(actor: Actor, entry: Entry) -> bool:
    """Comment on a readable entry: everybody with an account and a membership."""
    return actor.signed_in and bool(actor.roles) and read(actor, entry)


def read_comment(actor: Actor, remark: Comment) -> bool:
    """Read a comment: its author's organisation; the cooperation if meant for the IKZ; the Land if meant for it too."""
    if actor.system or remark.organisation_id in actor.organisation_ids:
        return True
    if remark.audience == Audience.CITY:
        return False
    if actor.cooperates:
        return True
    return remark.audience == Audience.LAND and actor.reviews_for_land


@lru_cache(KEPT_FOR)
def read_comment_visible(actor: Actor) -> ColumnElement[bool]:
    """`read_comment`, as a condition for a query over comments."""
    if actor.system:
        return true()
    if not actor.roles:
        return false()
    ways: list[ColumnElement[bool]] = [Comment.organisation_id.in_(sorted(actor.roles))]
    if actor.cooperates:
        ways.append(Comment.audience != Audience.CITY)
    if actor.reviews_for_land:
        ways.append(Comment.audience == Audience.LAND)
    return or_(*ways)


def edit_comment(actor: Actor, remark: Comment) -> bool:
    """Edit or delete a comment: its author."""
    return actor.signed_in and remark.author_id == actor.user_id


def moderate_comment(actor: Actor, remark: Comment) -> bool:
    """Remove somebody else's comment: administrators of its author's organisation, the system administration."""
    return actor.has({Role.ADMIN}, remark.organisation_id) or actor.has_anywhere(Role.SYSTEM_ADMIN)


def resolve_comment(actor: Actor, remark: Comment, entry: Entry) -> bool:
    """Resolve or reopen a thread: its author and the writers of the entry's organisation."""
    return edit_comment(actor, remark) or actor.has(WRITERS, entry.organisation_id)


def manage_accounts(actor: Actor, organisation: Organisation) -> bool:
    """Invite people and see the accounts of an organisation: its administrators and the system administration."""
    return actor.system or actor.has({Role.ADMIN}, organisation.id) or actor.has_anywhere(Role.SYSTEM_ADMIN)


def revoke(actor: Actor, organisation: Organisation, role: Role) -> bool:
    """Take a role away: administrators of the organisation; system administration only by the system administration."""
    if role == Role.SYSTEM_ADMIN:
        return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)
    return manage_accounts(actor, organisation)


def grant(actor: Actor, organisation: Organisation, role: Role) -> bool:
    """Give a role: whoever may take it away, as far as organisations of that kind have it."""
    return role in ROLES[OrganisationKind(organisation.kind)] and revoke(actor, organisation, role)


def close_account(actor: Actor, person: User) -> bool:
    """Close or reopen an account: whoever may take away every role the person has."""
    if not person.memberships:
        return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)
    return all(revoke(actor, held.organisation, Role(held.role)) for held in person.memberships)


def edit_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Change an organisation's contact data: its administrators and the system administration."""
    return manage_accounts(actor, organisation)


def set_rules(actor: Actor, organisation: Organisation) -> bool:
    """Choose the checking rules for an organisation's models: its process owners, coordinators, administrators."""
    return actor.has({Role.OWNER, Role.COORDINATOR, Role.ADMIN}, organisation.id) or actor.has_anywhere(
        Role.SYSTEM_ADMIN
    )


def create_organisation(actor: Actor) -> bool:
    """Add, rename or close an organisation: the system administration."""
    return actor.system or actor.has_anywhere(Role.SYSTEM_ADMIN)


def audiences(actor: Actor) -> list[Audience]:
    """Return the audiences this actor may write for; the Land's people always write where the cities can answer."""
    if actor.cooperates:
        return [Audience.IKZ, Audience.CITY, Audience.LAND]
    return [Audience.LAND, Audience.CITY]
