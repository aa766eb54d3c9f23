"""One person for every role in every kind of organisation, as the table of rights knows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from hub import policy
from hub.http import actor_of
from hub.policy import Actor
from hub.store.accounts import Membership, Role, User
from hub.store.organisations import Organisation, OrganisationKind
from hub.work import Work

HOMES: dict[OrganisationKind, tuple[str, ...]] = {
    OrganisationKind.IKZ: ("ikz",),
    OrganisationKind.CITY: ("marburg", "fulda"),
    OrganisationKind.LAND: ("rp-giessen", "land-hessen"),
    OrganisationKind.PROVIDER: ("rechenzentrum",),
}
"""Where people of each kind work: the city that owns the things asked for comes before one that does not,
the authority that gives the grants before one that does not."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one role; a guest has neither address nor role, a newcomer an address only."""

    email: str
    name: str
    organisation: str = ""
    role: Role | None = None

    @property
    def circle(self) -> str:
        """Who reads the same: people of one organisation, guests, accounts without a membership."""
        return self.organisation or self.email


def address(role: str, place: str) -> str:
    """Return the e-mail address of the person with `role` in the organisation `place`."""
    return f"{role}.{place}@rollen.example"


def everybody() -> Iterator[Person]:
    """Yield a person for each role that an organisation of each kind has, from the most rights to the least."""
    assert set(HOMES) == set(policy.ROLES), "say in HOMES where people of the new kind of organisation work"
    for kind, places in HOMES.items():
        for place in places:
            for role in reversed(policy.ROLES[kind]):
                yield Person(address(role, place), f"{role} {place}", place, role)
    yield Person("niemand@nirgends.example", "Ohne Mitgliedschaft")
    yield Person("", "Gast")


def settle(work: Work) -> None:
    """Give everybody an account, and the hub the organisation of a provider."""
    places = {row.slug: row for row in work.session.scalars(select(Organisation))}
    for slugs in HOMES.values():
        for slug in slugs:
            if slug not in places:
                places[slug] = Organisation(
                    kind="provider", slug=slug, name=slug.title(), short_name=slug.title(), created_at=work.now
                )
                work.session.add(places[slug])
    work.session.flush()
    for person in everybody():
        if person.email:
            user = User(email=person.email, name=person.name, created_at=work.now)
            if person.role is not None:
                place = places[person.organisation]
                user.memberships = [Membership(organisation=place, role=person.role, created_at=work.now)]
            work.session.add(user)
    work.session.flush()


def actor(work: Work, person: Person) -> Actor:
    """Return the person as the policy knows them."""
    user_id = work.session.scalar(select(User.id).where(User.email == person.email)) if person.email else None
    return actor_of(work.session, user_id)
