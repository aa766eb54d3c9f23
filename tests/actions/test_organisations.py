"""What adding, editing and closing an organisation promises."""

import pytest
from sqlalchemy import select

from hub import policy
from hub.actions import invitations, organisations
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.http import actor_of
from hub.inputs import EditContact, NewOrganisation, RenameOrganisation
from hub.store.accounts import Role, User
from hub.store.organisations import Organisation
from hub.work import Work
from tests import makers

ADMIN, SYSTEM_ADMIN = "admin@marburg.example", "admin@ikz.example"


@pytest.fixture
def admin(work: Work) -> Work:
    """Return the work of Marburg's administration."""
    return makers.as_person(work, ADMIN)


@pytest.fixture
def system(work: Work) -> Work:
    """Return the work of the system administration."""
    return makers.as_person(work, SYSTEM_ADMIN)


def person(work: Work, email: str) -> User:
    return work.session.scalars(select(User).where(User.email == email)).one()


def sixth(**given: str) -> NewOrganisation:
    facts = {"kind": "city", "name": "Stadt Hanau", "short_name": "Hanau", "ags": "06435014", **given}
    return NewOrganisation.model_validate(facts)


def test_a_sixth_city_can_be_added_and_invites_its_people(system: Work) -> None:
    made = organisations.create(system, sixth(), is_page=lambda _: False)
    assert (made.slug, made.cooperates) == ("hanau", True)
    token = invitations.create(system, made, email="admin@hanau.example", name="Administration", role=Role.ADMIN)[1]
    user = invitations.accept_as_new(
        makers.as_person(system, ""), token, name="Administration Hanau", password_hash="h"
    )
    assert policy.manage_accounts(actor_of(system.session, user.id), made)


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("Hanau", "slug_invalid"),
        ("ha/nau", "slug_invalid"),
        ("marburg", "address_taken"),
        ("login", "address_reserved"),
    ],
)
def test_an_address_that_cannot_be_is_refused(system: Work, slug: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        organisations.create(system, sixth(slug=slug), is_page=lambda wanted: wanted == "login")


def test_only_the_system_administration_adds_renames_and_closes(admin: Work) -> None:
    marburg = makers.organisation(admin, "marburg")
    with pytest.raises(Forbidden):
        organisations.create(admin, sixth(), is_page=lambda _: False)
    with pytest.raises(Forbidden):
        organisations.rename(admin, marburg, RenameOrganisation(revision=1, name="X", short_name="X"))
    with pytest.raises(Forbidden):
        organisations.close(admin, marburg)


def test_two_administrators_cannot_write_over_each_others_contact_data(admin: Work) -> None:
    marburg = makers.organisation(admin, "marburg")
    organisations.edit_contact(admin, marburg, EditContact(revision=1, contact_phone="06421 1"))
    with pytest.raises(Conflict, match="settings_moved_on"):
        organisations.edit_contact(admin, marburg, EditContact(revision=1, contact_phone="06421 2"))
    assert (marburg.contact_phone, marburg.revision) == ("06421 1", 2)


def test_roles_in_a_closed_organisation_do_not_count_until_it_opens_again(system: Work) -> None:
    fulda, user = makers.organisation(system, "fulda"), person(system, "modellierung@fulda.example")
    organisations.close(system, fulda)
    system.session.flush()
    assert actor_of(system.session, user.id).roles == {}
    assert [row for row in organisations.everything(system) if not row.active] == [fulda]
    organisations.reopen(system, fulda)
    system.session.flush()
    assert actor_of(system.session, user.id).has({Role.MODELLER}, fulda.id)


def test_a_closed_organisation_is_gone_for_all_but_the_system_administration(system: Work, admin: Work) -> None:
    organisations.close(system, makers.organisation(system, "fulda"))
    system.session.flush()
    assert isinstance(organisations.find(system, "fulda"), Organisation)
    with pytest.raises(NotFound):
        organisations.find(admin, "fulda")
