"""Roles and accounts of an organisation's people, as its administration sees them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.store.accounts import Invitation, Membership, User
from hub.store.activity import Mail
from hub.store.organisations import Organisation
from tests.clients import Client, ClientFor, parsed, words, writing
from tests.web.steps import (
    ADMIN,
    MODELLER,
    PASSWORD,
    SYSTEM_ADMIN,
    follow,
    give_password,
    invite,
    last_letter,
    link_in,
    sign_in,
    signed_in,
    user_id,
)


@pytest.mark.parametrize("page", ["members", "members/new", "settings"])
def test_administration_is_for_those_who_administer(client_for: ClientFor, page: str) -> None:
    expected = {
        "": 302,
        MODELLER: 403,
        "koordination@ikz.example": 403,
        "foerderung@rp-giessen.example": 403,
        ADMIN: 200,
    }
    assert {email: client_for(email).get(f"/marburg/{page}").status_code for email in expected} == expected
    assert client_for(ADMIN).get(f"/fulda/{page}").status_code == 403
    assert client_for(ADMIN).get(f"/atlantis/{page}").status_code == 404


def test_the_account_menu_leads_administrators_to_their_members(client_for: ClientFor) -> None:
    menus = {email: client_for(email).get("/").get_data(as_text=True) for email in (MODELLER, ADMIN, SYSTEM_ADMIN)}
    assert ["/marburg/members" in menus[email] for email in menus] == [False, True, False]
    assert ["/cities/administration" in menus[email] for email in menus] == [False, False, True]


@pytest.mark.parametrize("role", ["system_admin", "coordinator", "land_reviewer", "king", ""])
def test_a_citys_administration_cannot_escalate(app: Flask, admin: Client, role: str) -> None:
    me = user_id(app, ADMIN)
    assert admin.send(f"/marburg/members/{me}/roles", role=role).status_code in (403, 422)
    assert invite(admin, role=role).status_code in (403, 422)
    with writing(app) as work:
        held = set(work.session.scalars(select(Membership.role).where(Membership.user_id == me)))
        assert work.session.scalars(select(Invitation)).all() == []
    assert held == {"admin"}


@pytest.mark.parametrize("field", ["organisation_id", "user_id", "active", "demo", "token_digest"])
def test_a_field_that_the_form_does_not_have_is_refused(app: Flask, admin: Client, field: str) -> None:
    person = user_id(app, MODELLER)
    more: dict[str, Any] = {field: "1"}
    assert admin.send(f"/marburg/members/{person}/roles", role="owner", **more).status_code == 422
    answer = admin.send("/marburg/members/new", email="neu@x.example", name="Neu", role="reader", **more)
    assert answer.status_code == 422


def test_a_role_is_given_and_taken_away_on_the_persons_page(app: Flask, admin: Client) -> None:
    person = user_id(app, MODELLER)
    admin.send(f"/marburg/members/{person}/roles", role="owner")
    assert parsed(admin.get(f"/marburg/members/{person}")).xpath("//li//strong/text()") == [
        "Modellierung",
        "Prozessverantwortung",
    ]
    admin.send(f"/marburg/members/{person}/roles/remove", role="modeller")
    assert admin.send(f"/marburg/members/{person}/roles/remove", role="owner").location == "/marburg/members"
    assert admin.get(f"/marburg/members/{person}").status_code == 404


def test_the_list_says_who_gave_whom_which_role(app: Flask, admin: Client, system: Client) -> None:
    system.send(f"/marburg/members/{user_id(app, MODELLER)}/roles", role="owner")
    invite(system, email="neu@fulda.example", city="fulda")
    tree = admin.page("/marburg/members")
    (deed,) = (" ".join(row.text_content().split()) for row in tree.xpath("//section[@aria-labelledby='history']//li"))
    start = "Systemadministration hat eine Rolle vergeben: Modellierung Marburg (Prozessverantwortung), "
    assert deed.startswith(start)


def test_the_last_administration_stays_and_reads_why(app: Flask, admin: Client) -> None:
    me = user_id(app, ADMIN)
    answer = follow(admin, admin.send(f"/marburg/members/{me}/roles/remove", role="admin"))
    assert "braucht mindestens eine Administration" in words(answer)
    assert admin.get("/marburg/members").status_code == 200


def test_who_gives_up_administering_is_led_out_of_the_list(app: Flask, admin: Client) -> None:
    with writing(app) as work:
        city = work.session.scalars(select(Organisation).where(Organisation.slug == "marburg")).one()
        second = work.session.scalars(select(User).where(User.email == MODELLER)).one()
        second.memberships.append(Membership(organisation_id=city.id, role="admin", created_at=work.now))
    me = user_id(app, ADMIN)
    answer = follow(admin, admin.send(f"/marburg/members/{me}/roles/remove", role="admin"))
    assert (answer.status_code, answer.request.path) == (200, "/marburg/")
    assert admin.get("/marburg/members").status_code == 403


def test_a_closed_account_is_out_at_once_and_can_come_back(app: Flask, admin: Client, client: Client) -> None:
    person = user_id(app, MODELLER)
    give_password(app)
    assert signed_in(client)
    admin.send(f"/marburg/members/{person}/close")
    assert not signed_in(client)
    assert sign_in(client).status_code == 422
    client.send("/login/reset", email=MODELLER)
    with writing(app) as work:
        assert work.session.scalars(select(Mail)).all() == []
    assert "geschlossen" in words(admin.get("/marburg/members"))
    admin.send(f"/marburg/members/{person}/reopen")
    client.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert signed_in(client)


def test_an_administration_cannot_close_itself(app: Flask, admin: Client) -> None:
    me = user_id(app, ADMIN)
    answer = follow(admin, admin.send(f"/marburg/members/{me}/close"))
    assert "Ihr eigenes Konto" in words(answer)
    assert signed_in(admin)
