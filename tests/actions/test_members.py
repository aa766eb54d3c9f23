"""What roles promise, and the closing and reopening of accounts, whoever asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub import policy
from hub.actions import accounts, invitations, members, organisations
from hub.errors import Conflict, Forbidden, NotFound
from hub.http import actor_of, load_actor
from hub.store.accounts import PasswordReset, Role
from hub.store.activity import Event, Mail
from hub.store.factors import Method
from hub.store.organisations import OrganisationKind
from hub.work import Work
from tests import makers
from tests.actions.people import ADMIN, LETTER, SYSTEM_ADMIN, invite, join, person, roles


@pytest.fixture
def admin(work: Work) -> Work:
    """Return the work of Marburg's administration."""
    return makers.as_person(work, ADMIN)


@pytest.fixture
def system(work: Work) -> Work:
    """Return the work of the system administration."""
    return makers.as_person(work, SYSTEM_ADMIN)


# Who may give what


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_system_administration_exists_in_the_ikz_office_only(kind: OrganisationKind) -> None:
    assert (Role.SYSTEM_ADMIN in policy.ROLES[kind]) == (kind == OrganisationKind.IKZ)


def test_a_city_offers_its_own_roles_and_the_land_others(system: Work) -> None:
    city = members.grantable(system, makers.organisation(system, "marburg"))
    land = members.grantable(system, makers.organisation(system, "rp-giessen"))
    assert set(city) == {Role.READER, Role.MODELLER, Role.EXPERT, Role.OWNER, Role.APPROVER, Role.ADMIN}
    assert set(land) == {Role.READER, Role.LAND_REVIEWER, Role.ADMIN}


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.COORDINATOR, Role.LAND_REVIEWER])
def test_a_citys_administration_cannot_give_a_role_its_city_does_not_have(admin: Work, role: Role) -> None:
    with pytest.raises(Forbidden):
        invite(admin, role=role)
    with pytest.raises(Forbidden):
        members.add_role(
            admin, makers.organisation(admin, "marburg"), person(admin, "modellierung@marburg.example"), role
        )


@pytest.mark.parametrize("email", ["", "modellierung@marburg.example", "koordination@ikz.example"])
def test_who_does_not_administer_sees_and_invites_nobody(work: Work, email: str) -> None:
    at = makers.as_person(work, email)
    with pytest.raises(Forbidden):
        members.people(at, makers.organisation(at, "marburg"))
    with pytest.raises(Forbidden):
        invite(at)


def test_a_citys_administration_cannot_touch_another_city(admin: Work) -> None:
    fulda = makers.organisation(admin, "fulda")
    victim = person(admin, "modellierung@fulda.example")
    with pytest.raises(Forbidden):
        members.find(admin, fulda, victim.id)
    with pytest.raises(Forbidden):
        members.remove_role(admin, fulda, victim, Role.MODELLER)
    with pytest.raises(Forbidden):
        members.close(admin, victim)
    with pytest.raises(NotFound):
        members.find(admin, makers.organisation(admin, "marburg"), victim.id)


def test_nobody_becomes_a_member_without_being_asked(admin: Work) -> None:
    stranger = person(admin, "modellierung@fulda.example")
    with pytest.raises(NotFound):
        members.add_role(admin, makers.organisation(admin, "marburg"), stranger, Role.READER)


def test_the_offices_administration_cannot_make_or_unmake_system_administrators(work: Work) -> None:
    join(work, "konten@ikz.example", "ikz", Role.ADMIN)
    at = makers.as_person(work, "konten@ikz.example")
    office, top = makers.organisation(at, "ikz"), person(at, SYSTEM_ADMIN)
    assert Role.SYSTEM_ADMIN not in members.grantable(at, office)
    with pytest.raises(Forbidden):
        members.add_role(at, office, person(at, "konten@ikz.example"), Role.SYSTEM_ADMIN)
    with pytest.raises(Forbidden):
        members.remove_role(at, office, top, Role.SYSTEM_ADMIN)
    with pytest.raises(Forbidden):
        members.close(at, top)


def test_a_role_that_was_given_counts_and_one_taken_away_does_not(admin: Work) -> None:
    marburg, user = makers.organisation(admin, "marburg"), person(admin, "modellierung@marburg.example")
    members.add_role(admin, marburg, user, Role.OWNER)
    members.remove_role(admin, marburg, user, Role.MODELLER)
    admin.session.flush()
    assert actor_of(admin.session, user.id).roles == {marburg.id: frozenset({Role.OWNER})}


def test_giving_a_role_twice_changes_nothing(admin: Work) -> None:
    marburg, user = makers.organisation(admin, "marburg"), person(admin, "modellierung@marburg.example")
    members.add_role(admin, marburg, user, Role.MODELLER)
    admin.session.flush()
    assert len(user.memberships) == 1


def test_every_change_of_a_role_is_on_record_without_names(admin: Work) -> None:
    marburg, user = makers.organisation(admin, "marburg"), person(admin, "modellierung@marburg.example")
    members.add_role(admin, marburg, user, Role.OWNER)
    event = admin.session.scalars(select(Event).where(Event.kind == "role.granted")).one()
    assert (event.actor_id, event.organisation_id) == (admin.actor.user_id, marburg.id)
    assert event.data == {"user_id": user.id, "role": "owner"}


# The last administration


def test_an_organisation_keeps_its_last_administration(admin: Work) -> None:
    marburg, me = makers.organisation(admin, "marburg"), person(admin, ADMIN)
    with pytest.raises(Conflict, match="last_admin"):
        members.remove_role(admin, marburg, me, Role.ADMIN)
    assert roles(me, "marburg") == {Role.ADMIN}


def test_of_two_administrators_one_may_go(admin: Work) -> None:
    marburg, me = makers.organisation(admin, "marburg"), person(admin, ADMIN)
    join(admin, "zweite@marburg.example", "marburg", Role.ADMIN)
    members.remove_role(admin, marburg, me, Role.ADMIN)
    assert roles(me, "marburg") == set()


def test_a_closed_account_does_not_count_as_an_administration(admin: Work) -> None:
    join(admin, "zweite@marburg.example", "marburg", Role.ADMIN).active = False
    admin.session.flush()
    with pytest.raises(Conflict, match="last_admin"):
        members.remove_role(admin, makers.organisation(admin, "marburg"), person(admin, ADMIN), Role.ADMIN)


def test_the_hub_keeps_its_last_system_administration(system: Work) -> None:
    office, me = makers.organisation(system, "ikz"), person(system, SYSTEM_ADMIN)
    with pytest.raises(Conflict, match="last_admin"):
        members.remove_role(system, office, me, Role.SYSTEM_ADMIN)
    with pytest.raises(Conflict, match="last_admin"):
        organisations.close(system, office)


def test_the_system_administration_may_close_a_citys_last_administration_at_once(system: Work) -> None:
    victim = person(system, ADMIN)
    members.close(system, victim)
    assert not victim.active


# Closing and reopening


def test_closing_an_account_ends_all_it_had_and_keeps_its_name(admin: Work) -> None:
    user = person(admin, "modellierung@marburg.example")
    user.password_hash = "something"
    _, token = accounts.sign_in(admin, user.id, Method.PASSWORD, browser="", address="", lasts=timedelta(hours=1))
    accounts.send_reset(admin, user, LETTER)
    admin.session.flush()
    assert load_actor(admin.session, token) is not None
    members.close(admin, user)
    admin.session.flush()
    resets = admin.session.scalars(select(PasswordReset).where(PasswordReset.user_id == user.id))
    assert load_actor(admin.session, token) is None
    closed = person(admin, "modellierung@marburg.example")
    assert (closed.active, closed.password_hash, closed.name) == (False, None, "Modellierung Marburg")
    assert all(row.used_at is not None for row in resets)
    assert actor_of(admin.session, user.id) == policy.GUEST


def test_invitations_of_a_closed_account_end_with_it(system: Work) -> None:
    token = invite(makers.as_person(system, ADMIN), role=Role.ADMIN)
    members.close(system, person(system, ADMIN))
    system.session.expire_all()
    with pytest.raises(Conflict, match="invitation_expired"):
        invitations.find(system, token)


def test_nobody_closes_their_own_account(admin: Work) -> None:
    join(admin, "zweite@marburg.example", "marburg", Role.ADMIN)
    with pytest.raises(Conflict, match="own_account"):
        members.close(admin, person(admin, ADMIN))


def test_an_account_with_roles_elsewhere_is_closed_by_the_system_administration_only(admin: Work, system: Work) -> None:
    user = join(admin, "modellierung@fulda.example", "marburg", Role.READER)
    with pytest.raises(Forbidden):
        members.close(admin, user)
    members.close(system, user)
    assert not user.active


def test_a_reopened_account_has_its_roles_and_needs_a_new_password(admin: Work) -> None:
    user = person(admin, "modellierung@marburg.example")
    members.close(admin, user)
    members.reopen(admin, user, LETTER)
    admin.session.flush()
    mail = admin.session.scalars(select(Mail)).one()
    assert (user.active, user.password_hash, mail.recipient) == (True, None, user.email)
    assert roles(user, "marburg") == {Role.MODELLER}
    token = mail.text.rpartition("/")[2]
    assert accounts.reset_password(admin, token, "new").id == user.id
