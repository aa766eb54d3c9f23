"""What accounts, roles, invitations and organisations promise, whoever asks."""

import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub import policy
from hub.actions import accounts, invitations, members, organisations
from hub.actions.accounts import Letter
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.http import actor_of, load_actor
from hub.store.accounts import Invitation, Membership, PasswordReset, Role, SignIn, User
from hub.store.activity import Event, Mail
from hub.store.factors import Method
from hub.store.organisations import OrganisationKind
from hub.work import Work
from tests import makers

LETTER = Letter("Betreff", "Guten Tag {name}, hier: {link}", "https://hub.example/x/{token}")
ADMIN = "admin@marburg.example"
SYSTEM_ADMIN = "admin@ikz.example"


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


def join(work: Work, email: str, slug: str, role: Role) -> User:
    """Give somebody a role as the hub itself; a new account if there is none."""
    user = accounts.find_by_email(work, email) or User(email=email, name=email, created_at=work.now)
    row = Membership(organisation=makers.organisation(work, slug), role=role, created_at=work.now)
    user.memberships.append(row)
    work.session.add(user)
    work.session.flush()
    return user


def roles(user: User, slug: str) -> set[str]:
    return {row.role for row in user.memberships if row.organisation.slug == slug}


def later(work: Work, by: timedelta) -> Work:
    return Work(work.session, work.actor, work.now + by)


def invite(work: Work, slug: str = "marburg", email: str = "neu@marburg.example", role: Role = Role.READER) -> str:
    """Invite somebody and return the token."""
    return invitations.create(work, makers.organisation(work, slug), email=email, name="Neu", role=role)[1]


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


# Invitations


def test_an_invitation_is_sent_and_only_its_digest_is_kept(admin: Work) -> None:
    marburg = makers.organisation(admin, "marburg")
    link = invitations.invite(
        admin, marburg, LETTER, email="neu@marburg.example", name="Fachdienst {link}", role=Role.MODELLER
    )
    admin.session.flush()
    mail, row = admin.session.scalars(select(Mail)).one(), admin.session.scalars(select(Invitation)).one()
    assert mail.text == f"Guten Tag Fachdienst {{link}}, hier: {link}"
    assert row.token_digest == accounts.digest(link.rpartition("/")[2])
    assert row.expires_at - row.created_at == timedelta(days=14)


def test_an_invitation_makes_one_account_with_one_role_once(admin: Work) -> None:
    token = invite(admin, role=Role.MODELLER)
    user = invitations.accept_as_new(makers.as_person(admin, ""), token, name="Neu", password_hash="hash")
    assert roles_by_id(user) == {(makers.organisation(admin, "marburg").id, "modeller")}
    with pytest.raises(Conflict, match="invitation_expired"):
        invitations.accept_as_new(makers.as_person(admin, ""), token, name="Zweite", password_hash="hash")


def roles_by_id(user: User) -> set[tuple[int, str]]:
    return {(row.organisation_id, str(row.role)) for row in user.memberships}


def test_an_invitation_ends_after_fourteen_days(admin: Work) -> None:
    token = invite(admin)
    assert invitations.find(later(admin, timedelta(days=13, hours=23)), token).email == "neu@marburg.example"
    with pytest.raises(Conflict, match="invitation_expired"):
        invitations.find(later(admin, timedelta(days=14, seconds=1)), token)


def test_a_withdrawn_invitation_opens_nothing(admin: Work) -> None:
    token, marburg = invite(admin), makers.organisation(admin, "marburg")
    invitations.withdraw(admin, marburg, invitations.pending(admin, marburg)[0])
    with pytest.raises(Conflict, match="invitation_expired"):
        invitations.find(admin, token)
    assert invitations.pending(admin, marburg) == []


def test_sending_again_ends_the_old_link_and_lasts_fourteen_days_more(admin: Work) -> None:
    token, marburg = invite(admin), makers.organisation(admin, "marburg")
    week = later(admin, timedelta(days=20))
    link = invitations.send_again(week, marburg, invitations.pending(admin, marburg)[0], LETTER)
    with pytest.raises(Conflict, match="invitation_expired"):
        invitations.find(admin, token)
    assert invitations.find(later(week, timedelta(days=13)), link.rpartition("/")[2]).role == Role.READER


def test_an_existing_account_takes_an_invitation_over_itself_and_nobody_else_does(admin: Work) -> None:
    token = invite(admin, email="modellierung@fulda.example", role=Role.EXPERT)
    with pytest.raises(Conflict, match="email_taken"):
        invitations.accept_as_new(makers.as_person(admin, ""), token, name="Dieb", password_hash="hash")
    with pytest.raises(Forbidden):
        invitations.accept(makers.as_person(admin, "lesen@limburg.example"), token)
    with pytest.raises(Forbidden):
        invitations.accept(makers.as_person(admin, ""), token)
    assert invitations.accept(makers.as_person(admin, "modellierung@fulda.example"), token).slug == "marburg"
    admin.session.expire_all()
    user = person(admin, "modellierung@fulda.example")
    assert (roles(user, "marburg"), roles(user, "fulda")) == ({Role.EXPERT}, {Role.MODELLER})


def test_an_invitation_does_not_bring_a_closed_account_back(admin: Work) -> None:
    token = invite(admin, email="modellierung@fulda.example")
    person(admin, "modellierung@fulda.example").active = False
    admin.session.flush()
    with pytest.raises(Conflict, match="account_closed"):
        invitations.accept_as_new(makers.as_person(admin, ""), token, name="Neu", password_hash="hash")


def test_inviting_tells_of_this_organisations_people_only(admin: Work) -> None:
    with pytest.raises(Invalid, match="already_member"):
        invite(admin, email="modellierung@marburg.example", role=Role.MODELLER)
    invite(admin, email="modellierung@fulda.example", role=Role.MODELLER)
    with pytest.raises(Invalid, match="already_invited"):
        invite(admin, email="modellierung@fulda.example", role=Role.MODELLER)


# Passwords and sign-ins


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz", "password_short"),
        ("x" * 1001, "too_long"),
        ("Passwort1234", "password_common"),
        ("P@ssw0rd1234567", "password_common"),
        ("123456789012345678901234567890", "password_common"),
        ("qwertzuiopasdf", "password_common"),
        ("IchLiebeDich1", "password_common"),
        ("Stadtverwaltung2026", "password_common"),
        ("Donnerstag2026!", "password_common"),
        ("correcthorsebatterystaple", "password_common"),
        ("ikz-prozesshub", "password_common"),
        ("Gießen-Gießen-2026", "password_common"),  # an organisation's name
        ("Baumwollhose2026", "password_common"),  # the person's name
        ("tannenzapfen2026", "password_common"),  # the person's address
    ],
)
def test_a_bad_password_is_refused_with_its_reason(work: Work, password: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        accounts.check_new_password(work, password, name="Rolle Baumwollhose", email="tannenzapfen@marburg.example")


@pytest.mark.parametrize(
    "password", ["Baumwollhose2026", "vier lose Worte wären gut", "tYz8-kkQq-11mm", "ж" + "4@8({[<!|$5+" * 80]
)
def test_a_password_that_is_hard_to_guess_is_taken_at_once(work: Work, password: str) -> None:
    began = time.process_time()
    accounts.check_new_password(work, password, name="Rolle", email="rolle@marburg.example")
    assert time.process_time() - began < 5  # the first implementation of the estimate takes minutes for the last one


def test_a_new_password_ends_other_sign_ins_and_every_link_in_a_mailbox(work: Work) -> None:
    me = person(work, "modellierung@marburg.example")
    old, here = (
        accounts.sign_in(work, me.id, Method.PASSWORD, browser="", address="", lasts=timedelta(hours=1))[1]
        for _ in range(2)
    )
    accounts.send_reset(work, me, LETTER)
    work.session.flush()
    keep = work.session.scalars(select(SignIn.id).where(SignIn.token_digest == accounts.digest(here))).one()
    accounts.change_password(work, "new", keep_sign_in_id=keep)
    work.session.flush()
    link = work.session.scalars(select(Mail.text)).one()
    assert load_actor(work.session, old) is None
    assert load_actor(work.session, here) is not None
    work.session.expire_all()
    with pytest.raises(Conflict, match="link_expired"):
        accounts.find_reset(work, link.rpartition("/")[2])


def test_a_reset_link_lasts_two_hours_and_works_once(work: Work) -> None:
    accounts.ask_for_reset(work, "modellierung@marburg.example", LETTER)
    work.session.flush()
    token = work.session.scalars(select(Mail.text)).one().rpartition("/")[2]
    with pytest.raises(Conflict, match="link_expired"):
        accounts.find_reset(later(work, timedelta(hours=2, seconds=1)), token)
    accounts.reset_password(work, token, "new")
    work.session.expire_all()
    with pytest.raises(Conflict, match="link_expired"):
        accounts.reset_password(work, token, "newer")


def test_at_most_three_reset_letters_a_quarter_of_an_hour(work: Work) -> None:
    for _ in range(5):
        accounts.ask_for_reset(work, "modellierung@marburg.example", LETTER)
    assert work.session.scalar(select(func.count()).select_from(Mail)) == 3


def attempts(work: Work, count: int, email: str, network: str = "192.0.2.1") -> None:
    for _ in range(count):
        accounts.attempt(work, email, network)


@pytest.mark.parametrize("email", ["nobody@marburg.example", "modellierung@marburg.example"])
def test_a_name_is_locked_after_ten_attempts_whether_or_not_it_exists(work: Work, email: str) -> None:
    attempts(work, 10, email)
    with pytest.raises(Invalid, match="locked"):
        accounts.attempt(work, email, "198.51.100.2")


def test_the_pauses_between_attempts_grow(work: Work) -> None:
    heard: Counter[int] = Counter()
    for minute in range(0, 360, 2):
        with suppress(Invalid), work.session.begin_nested():
            accounts.attempt(later(work, timedelta(minutes=minute)), "modellierung@marburg.example", "192.0.2.1")
            heard[minute // 60] += 1
    assert heard[0] >= 20
    assert heard[5] <= 3


def test_the_right_password_forgets_what_was_counted(work: Work) -> None:
    user = person(work, "modellierung@marburg.example")
    attempts(work, 10, user.email)
    accounts.forget_attempts(work, user.email, "192.0.2.1")
    attempts(work, 10, user.email)


def test_a_town_hall_behind_one_address_can_sign_in_all_at_once(work: Work) -> None:
    for at in range(300):
        accounts.attempt(work, f"{at}@marburg.example", "192.0.2.1")
        accounts.forget_attempts(work, f"{at}@marburg.example", "192.0.2.1")


def test_a_hundred_wrong_names_from_one_address_close_the_door_to_it_alone(work: Work) -> None:
    for at in range(100):
        accounts.attempt(work, f"{at}@marburg.example", "192.0.2.1")
    with pytest.raises(Invalid, match="locked"):
        accounts.attempt(work, "modellierung@marburg.example", "192.0.2.1")
    accounts.attempt(work, "modellierung@marburg.example", "192.0.2.2")


def test_a_wrong_password_and_a_closed_account_are_the_same_answer(work: Work) -> None:
    user = person(work, "modellierung@marburg.example")
    user.password_hash = accounts.hash_password("ein ganzer satz")
    assert accounts.verify(work, user.email, "ein ganzer satz").id == user.id
    user.active = False
    for password in ("falsch", "ein ganzer satz"):
        with pytest.raises(Invalid, match="sign_in_failed"):
            accounts.verify(work, user.email, password)
