"""Organisations: their contact data, and adding, renaming and closing one. A city is data, never code."""

from collections.abc import Callable

from sqlalchemy import func, select

from hub import policy
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs import EditContact, NewOrganisation, RenameOrganisation
from hub.store.accounts import Membership, Role, User
from hub.store.organisations import Organisation
from hub.text.slug import slug as slug_of
from hub.work import Work


def find(work: Work, slug: str) -> Organisation:
    """Return the organisation at an address; a closed one only for the system administration, else `NotFound`."""
    found = work.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None or not (found.active or policy.create_organisation(work.actor)):
        raise NotFound
    return found


def everything(work: Work) -> list[Organisation]:
    """Return all organisations by name, closed ones last."""
    work.require(policy.create_organisation)
    return list(work.session.scalars(select(Organisation).order_by(Organisation.active.desc(), Organisation.name)))


def create(work: Work, sent: NewOrganisation, *, is_page: Callable[[str], bool]) -> Organisation:
    """Add an organisation; `is_page` tells whether the hub has a page of its own at a slug.

    Raises `Invalid` for a slug that is malformed, taken or reserved.
    """
    work.require(policy.create_organisation)
    slug = sent.slug or slug_of(sent.short_name)
    if slug != slug_of(slug):
        raise Invalid(slug="slug_invalid")
    if is_page(slug):
        raise Invalid(slug="address_reserved")
    if work.session.scalar(select(Organisation.id).where(Organisation.slug == slug)) is not None:
        raise Invalid(slug="address_taken")
    organisation = Organisation(
        kind=sent.kind,
        slug=slug,
        name=sent.name,
        short_name=sent.short_name,
        ags=sent.ags,
        contact_email=sent.contact_email,
        created_at=work.now,
    )
    work.session.add(organisation)
    work.session.flush()
    work.record("organisation.created", organisation_id=organisation.id)
    return organisation


def edit_contact(work: Work, organisation: Organisation, sent: EditContact) -> None:
    """Change how an organisation is reached; raises `Conflict("settings_moved_on")` if somebody else did meanwhile."""
    work.require(policy.edit_organisation, organisation)
    _step(organisation, sent.revision)
    organisation.contact_email, organisation.contact_phone = sent.contact_email, sent.contact_phone
    organisation.website = sent.website
    work.record("organisation.edited", organisation_id=organisation.id)


def rename(work: Work, organisation: Organisation, sent: RenameOrganisation) -> None:
    """Change what an organisation is called; its address stays. Raises `Conflict("settings_moved_on")`."""
    work.require(policy.create_organisation)
    _step(organisation, sent.revision)
    organisation.name, organisation.short_name, organisation.ags = sent.name, sent.short_name, sent.ags
    work.record("organisation.renamed", organisation_id=organisation.id)


def _step(organisation: Organisation, revision: int) -> None:
    if organisation.revision != revision:
        raise Conflict("settings_moved_on")
    organisation.revision += 1


def close(work: Work, organisation: Organisation) -> None:
    """Close an organisation: its people lose their roles there; what it published stays readable.

    Raises `Conflict("last_admin")` for the organisation without which nobody administers the hub.
    """
    work.require(policy.create_organisation)
    query = select(func.count()).select_from(Membership).join(User, User.id == Membership.user_id).join(Organisation)
    elsewhere = query.where(
        Membership.role == Role.SYSTEM_ADMIN, User.active, Organisation.active, Organisation.id != organisation.id
    )
    if not work.session.scalar(elsewhere):
        raise Conflict("last_admin")
    organisation.active = False
    work.record("organisation.closed", organisation_id=organisation.id)


def reopen(work: Work, organisation: Organisation) -> None:
    """Open a closed organisation again; the roles there count again."""
    work.require(policy.create_organisation)
    organisation.active = True
    work.record("organisation.reopened", organisation_id=organisation.id)
