"""All accounts of the hub under the administration's hands."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.store.accounts import SignIn, User
from hub.store.activity import Event, Mail
from hub.store.factors import RecoveryCode
from tests.clients import Client, ClientFor, words, writing
from tests.web.steps import ADMIN, MODELLER, SYSTEM_ADMIN, user_id


@pytest.fixture
def top(client_for: ClientFor) -> Client:
    return client_for(SYSTEM_ADMIN)


def _names(client: Client, query: str) -> list[str]:
    return [str(name) for name in client.page(f"/admin/accounts?{query}").xpath("//tbody//th//a/text()")]


def test_accounts_are_found_by_words_state_role_and_organisation(app: Flask, top: Client) -> None:
    assert len(_names(top, "")) == 9
    assert _names(top, "q=marburg+admin") == ["Administration Marburg"]
    assert _names(top, "role=land_reviewer") == ["Förderprüfung RP Gießen"]
    assert _names(top, "stage=closed") == []
    assert _names(top, "q=%25") == []
    with writing(app) as work:
        fulda = work.session.scalars(select(User).where(User.email == "modellierung@fulda.example")).one()
        place = fulda.memberships[0].organisation_id
    assert _names(top, f"organisation={place}") == ["Modellierung Fulda"]


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "organisation=x", "stage=x&role=y", "q=%00%27"])
def test_addresses_typed_by_hand_break_nothing(top: Client, query: str) -> None:
    assert top.get(f"/admin/accounts?{query}").status_code == 200


def test_an_account_is_closed_opened_again_and_at_last_deleted(app: Flask, top: Client, client: Client) -> None:
    me = user_id(app, MODELLER)
    assert top.send(f"/admin/accounts/{me}/pseudonymise", sure="1").status_code == 302
    assert "noch offen" in words(top.get(f"/admin/accounts/{me}"))
    top.send(f"/admin/accounts/{me}/close")
    assert client.get("/account").status_code == 302
    top.send(f"/admin/accounts/{me}/reopen")
    assert _names(top, "stage=active&q=modellierung+marburg") == ["Modellierung Marburg"]
    top.send(f"/admin/accounts/{me}/close")
    assert top.send(f"/admin/accounts/{me}/pseudonymise").status_code == 422
    assert top.send(f"/admin/accounts/{me}/pseudonymise", sure="1").status_code == 302
    assert _names(top, "stage=pseudonymised") == ["Gelöschtes Konto 1"]
    top.send(f"/admin/accounts/{me}/reopen")
    assert "nicht mehr bekannt" in words(top.get(f"/admin/accounts/{me}"))


def test_nobody_closes_their_own_account_here(app: Flask, top: Client) -> None:
    me = user_id(app, SYSTEM_ADMIN)
    top.send(f"/admin/accounts/{me}/close")
    top.send(f"/admin/accounts/{me}/factors/reset")
    with writing(app) as work:
        assert work.session.get_one(User, me).active


def test_sign_ins_end_and_second_factors_go(app: Flask, top: Client, client: Client) -> None:
    me = user_id(app, MODELLER)
    with writing(app) as work:
        work.session.add(RecoveryCode(user_id=me, code_digest="1" * 64, created_at=work.now))
    top.send(f"/admin/accounts/{me}/factors/reset")
    assert client.get("/account").status_code == 302
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
        assert work.session.scalars(select(SignIn).where(SignIn.user_id == me)).all() == []
        assert "Passkeys" in work.session.scalars(select(Mail.text).where(Mail.recipient == MODELLER)).one()


def test_an_address_is_set_with_a_reason_and_both_are_told(app: Flask, top: Client) -> None:
    me = user_id(app, MODELLER)
    assert top.send(f"/admin/accounts/{me}/email", email="neu@marburg.example", reason="").status_code == 422
    taken = top.send(f"/admin/accounts/{me}/email", email=ADMIN, reason="Namensänderung")
    assert taken.status_code == 422
    assert "schon ein Konto" in words(taken)
    top.send(f"/admin/accounts/{me}/email", email="neu@marburg.example", reason="Namensänderung")
    with writing(app) as work:
        assert work.session.get_one(User, me).email == "neu@marburg.example"
        told = set(work.session.scalars(select(Mail.recipient)))
        data = work.session.scalars(select(Event.data).where(Event.kind == "account.email_given")).one()
    assert told == {MODELLER, "neu@marburg.example"}
    assert data == {"user_id": me, "reason": "Namensänderung"}


def test_a_link_for_a_new_password_goes_to_the_person(app: Flask, top: Client) -> None:
    me = user_id(app, MODELLER)
    top.send(f"/admin/accounts/{me}/password")
    with writing(app) as work:
        assert "/login/reset/" in work.session.scalars(select(Mail.text).where(Mail.recipient == MODELLER)).one()


def test_there_is_no_page_for_an_account_that_is_not_there(top: Client) -> None:
    assert top.get("/admin/accounts/4711").status_code == 404
    assert top.send("/admin/accounts/4711/pseudonymise").status_code == 404
