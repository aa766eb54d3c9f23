"""Who is meant in a bundle: organisations and people of this hub, or new ones that carry the name."""

import hashlib
from collections.abc import Callable, Mapping

from sqlalchemy import select

from hub.errors import Invalid
from hub.inputs.bundle_words import ToldPerson
from hub.inputs.bundles import ToldOrganisation
from hub.store.accounts import User
from hub.store.bundles import ForeignPerson
from hub.store.organisations import Organisation
from hub.work import Work


def organisation(
    work: Work, described: Mapping[str, ToldOrganisation], slug: str, *, is_page: Callable[[str], bool]
) -> Organisation:
    """Return the organisation of this hub that is meant: same address, else same municipality key, else a new one.

    Raises `Invalid` for one the bundle does not describe, or whose address this hub needs for a page.
    """
    told = described.get(slug)
    if told is None:
        raise Invalid(file=f"Die Organisation „{slug}“ ist im Paket nicht beschrieben.")
    found = work.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None and told.ags:
        query = select(Organisation).where(Organisation.ags == told.ags).order_by(Organisation.id).limit(1)
        found = work.session.scalar(query)
    if found is not None:
        return found
    if is_page(slug):
        raise Invalid(file=f"Die Adresse „{slug}“ der Organisation braucht dieser Hub für eine eigene Seite.")
    made = Organisation(**told.model_dump(), created_at=work.now)
    work.session.add(made)
    work.session.flush()
    work.record("organisation.created", organisation_id=made.id)
    return made


def account(work: Work, told: ToldPerson | None) -> int | None:
    """Return the account of somebody: the one with that address, else a closed one that only carries the name.

    A closed one has no password and a made-up address, so that nobody can sign in with it and the real address stays
    free for an invitation.
    """
    if told is None:
        return None
    session, email = work.session, told.email.lower()
    if email and (found := session.scalar(select(User.id).where(User.email == email))) is not None:
        return found
    known = (
        select(ForeignPerson.user_id)
        .join(User, User.id == ForeignPerson.user_id)
        .where(User.name == told.name, ForeignPerson.email == email)
    )
    if (found := session.scalar(known.limit(1))) is not None:
        return found
    digest = hashlib.sha256(f"{told.name}\n{email}".encode()).hexdigest()[:32]
    user = User(email=f"{digest}@import.invalid", name=told.name, active=False, created_at=work.now)
    session.add(user)
    session.flush()
    session.add(ForeignPerson(user_id=user.id, email=email))
    session.flush()
    return user.id
