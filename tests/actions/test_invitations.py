"""What invitations promise, whoever asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.actions import accounts, invitations
from hub.errors import Conflict, Forbidden, Invalid
from hub.store.accounts import Invitation, Role, User
from hub.store.activity import Mail
from hub.work import Work
from tests import makers
from tests.actions.people import ADMIN, LETTER, invite, later, person, roles


@pytest.fixture
def admin(work: Work) -> Work:
    """Return the work of Marburg's administration."""
    return makers.as_person(work, ADMIN)


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
