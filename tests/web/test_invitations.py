"""Invitations, from the administration's form or the command line to the new account."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from hub.cli import admin as admin_command
from hub.cli import main as hub_command
from hub.store.accounts import Invitation
from tests.clients import Client, ClientFor, parsed, words, writing
from tests.web.steps import (
    PASSWORD,
    deliver,
    follow,
    invite,
    last_letter,
    link_in,
    mail_server,
    signed_in,
)


def test_an_invited_person_sets_name_and_password_and_is_signed_in(app: Flask, admin: Client, guest: Client) -> None:
    assert invite(admin).location == "/marburg/members"
    assert "neu@marburg.example" in words(admin.get("/marburg/members"))
    with mail_server(app) as (mailbox, settings):
        assert deliver(app, settings) == 1
    path = link_in(mailbox.messages[0].get_content())
    form = guest.get(path)
    assert "Universitätsstadt Marburg hat Sie eingeladen" in words(form)
    assert form.headers["Cache-Control"] == "no-store"
    answer = follow(guest, guest.send(path, name="Steueramt Marburg", password=PASSWORD, again=PASSWORD))
    assert "Ihr Konto ist eingerichtet" in words(answer)
    assert signed_in(guest)
    assert guest.get("/new").status_code == 200
    assert guest.get(path).status_code == 409
    people = words(admin.get("/marburg/members"))
    assert "Steueramt Marburg" in people
    assert "Zurzeit ist keine Einladung offen" in people


def test_a_refused_password_keeps_the_name_and_shows_no_password(app: Flask, admin: Client, guest: Client) -> None:
    invite(admin)
    answer = guest.send(link_in(last_letter(app).text), name="Steueramt", password="kurz", again="kurz")
    assert answer.status_code == 422
    assert parsed(answer).xpath("//input[@id='name']/@value") == ["Steueramt"]
    assert parsed(answer).xpath("//input[@type='password'][@value]") == []


def test_an_existing_account_confirms_while_signed_in(app: Flask, admin: Client, client_for: ClientFor) -> None:
    invite(admin, email="modellierung@fulda.example", role="expert")
    path = link_in(last_letter(app).text)
    guest, stranger, invited = (
        client_for(),
        client_for("lesen@limburg.example"),
        client_for("modellierung@fulda.example"),
    )
    assert "Bitte melden Sie sich an" in words(guest.get(path))
    assert "Die Einladung gilt für modellierung@fulda.example" in words(stranger.get(path))
    assert stranger.send(f"{path}/confirm").status_code == 403
    assert guest.send(path, name="Dieb", password=PASSWORD, again=PASSWORD).status_code == 409
    assert invited.send(f"{path}/confirm").location == "/marburg/"
    assert "Modellierung Fulda" in words(admin.get("/marburg/members"))


def test_somebody_else_can_sign_out_and_come_back_to_the_invitation(
    app: Flask, admin: Client, client_for: ClientFor
) -> None:
    invite(admin, email="modellierung@fulda.example")
    path = link_in(last_letter(app).text)
    stranger = client_for("lesen@limburg.example")
    answer = stranger.send(f"{path}/other")
    assert not signed_in(stranger)
    assert answer.location == f"/login?next={path}"


def test_inviting_looks_the_same_whether_or_not_there_is_an_account(app: Flask, admin: Client) -> None:
    sentences = []
    for email in ("niemand@fulda.example", "modellierung@fulda.example"):
        answer = follow(admin, admin.send("/marburg/members/new", email=email, name="Neu", role="reader"))
        alert = parsed(answer).xpath("//div[contains(@class, 'alert')]")[0].text_content()
        sentences.append(re.sub(r"\S+@fulda\.example|http\S+", "", alert))
    assert sentences[0] == sentences[1]


def test_withdrawn_and_resent_invitations_end_the_old_link(app: Flask, admin: Client, guest: Client) -> None:
    invite(admin)
    first = link_in(last_letter(app).text)
    with writing(app) as work:
        key = work.session.scalars(select(Invitation.id)).one()
    admin.send(f"/marburg/members/invitations/{key}/again")
    second = link_in(last_letter(app).text)
    assert (guest.get(first).status_code, guest.get(second).status_code) == (409, 200)
    admin.send(f"/marburg/members/invitations/{key}/withdraw")
    assert guest.get(second).status_code == 409


def test_without_mail_the_link_is_shown_to_be_passed_on(app: Flask, admin: Client) -> None:
    answer = follow(admin, admin.send("/marburg/members/new", email="neu@marburg.example", name="Neu", role="reader"))
    assert link_in(last_letter(app).text) in words(answer)


def test_with_mail_the_link_is_shown_to_nobody(app: Flask, admin: Client) -> None:
    app.config["HUB"] = replace(app.config["HUB"], mail_host="mail.example")
    answer = follow(admin, admin.send("/marburg/members/new", email="neu@marburg.example", name="Neu", role="reader"))
    assert "ist unterwegs" in words(answer)
    assert "/invitation/" not in answer.get_data(as_text=True)


def test_another_citys_invitation_cannot_be_touched(app: Flask, admin: Client, system: Client) -> None:
    invite(system, email="neu@fulda.example", city="fulda")
    with writing(app) as work:
        key = work.session.scalars(select(Invitation.id)).one()
    assert admin.send(f"/fulda/members/invitations/{key}/withdraw").status_code == 403
    assert admin.send(f"/marburg/members/invitations/{key}/withdraw").status_code == 404
    assert admin.send(f"/marburg/members/invitations/{key}/again").status_code == 404


# From the command line


def test_the_first_administrator_is_invited_from_the_command_line(
    app: Flask, guest: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    assert hub_command(["admin", "leitung@ikz.example", "IKZ-Leitung", "ikz"]) == 0
    path = link_in(capsys.readouterr().out)
    guest.send(path, name="IKZ-Leitung", password=PASSWORD, again=PASSWORD)
    assert guest.get("/cities/administration").status_code == 200
    assert guest.get("/marburg/members").status_code == 200


def test_a_lost_link_from_the_command_line_is_replaced(
    app: Flask, guest: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    paths = []
    for _ in range(2):
        hub_command(["admin", "leitung@ikz.example", "IKZ-Leitung", "ikz"])
        paths.append(link_in(capsys.readouterr().out))
    assert [guest.get(path).status_code for path in paths] == [409, 200]


@pytest.mark.parametrize(("email", "organisation", "code"), [("kein.name", "ikz", 1), ("a@b.example", "atlantis", 2)])
def test_the_command_says_what_is_wrong(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    organisation: str,
    code: int,
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    assert hub_command(["admin", email, "Name", organisation]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1
