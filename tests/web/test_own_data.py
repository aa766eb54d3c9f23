"""What people do about their own data: read all of it, change their address, ask to be deleted."""

import io
import json
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from hub.actions.accounts import digest
from hub.store.accounts import SignIn, User
from hub.store.activity import Event, Mail
from hub.store.lifecycle import EmailChange
from tests.clients import Client, ClientFor, words, writing
from tests.web.steps import MODELLER, PASSWORD, SYSTEM_ADMIN, give_password, link_in, sign_in, user_id

NEW = "neue.adresse@marburg.example"


def _mails(app: Flask, recipient: str) -> list[str]:
    with writing(app) as work:
        return list(work.session.scalars(select(Mail.text).where(Mail.recipient == recipient).order_by(Mail.id)))


def _email_of(app: Flask, person: int) -> str:
    with writing(app) as work:
        return work.session.get_one(User, person).email


def test_guests_have_to_sign_in_first(client_for: ClientFor) -> None:
    guest = client_for()
    assert guest.get("/account/data").status_code == 302
    for path in ("/account/data/export", "/account/email", "/account/deletion", "/account/deletion/withdraw"):
        assert guest.send(path).status_code == 401


def test_the_zip_holds_the_data_and_a_page_to_read_them(app: Flask, client: Client) -> None:
    answer = client.send("/account/data/export", form="zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["meine-daten.json", "meine-daten.html"]
        document = json.loads(archive.read("meine-daten.json"))
        page = archive.read("meine-daten.html").decode()
    assert document["account"]["email"] == MODELLER
    assert document["tables"]["sign_ins"]["rows"][0]["created_at"]
    assert "Herkunft" in page
    assert "<script" not in page
    with writing(app) as work:
        assert work.session.scalars(select(Event.kind).where(Event.kind == "account.exported")).all()


def test_the_data_come_as_json_too(client: Client) -> None:
    answer = client.send("/account/data/export", form="json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].endswith('.json"')
    assert "modellierung@fulda.example" not in answer.get_data(as_text=True)


def test_a_new_address_holds_once_its_owner_opened_the_link(app: Flask, client: Client, client_for: ClientFor) -> None:
    give_password(app)
    me = user_id(app, MODELLER)
    assert client.send("/account/email", email=NEW, current=PASSWORD).status_code == 302
    assert _email_of(app, me) == MODELLER
    (letter,) = _mails(app, NEW)
    path = link_in(letter)
    assert NEW in words(client.get(path))
    assert client.send(path).status_code == 302
    assert _email_of(app, me) == NEW
    assert "geändert" in _mails(app, MODELLER)[-1]
    assert client.send(path).status_code == 409
    assert sign_in(client_for(), NEW).status_code == 302


def test_a_wrong_password_changes_nothing_and_keeps_the_typed_address(app: Flask, client: Client) -> None:
    give_password(app)
    answer = client.send("/account/email", email=NEW, current="falsch falsch falsch")
    assert answer.status_code == 422
    assert NEW in answer.get_data(as_text=True)
    assert _mails(app, NEW) == []


def test_nobody_learns_whether_an_address_has_an_account(app: Flask, client: Client) -> None:
    give_password(app)
    known = client.send("/account/email", email="modellierung@fulda.example", current=PASSWORD)
    page = words(client.get("/account/data"))
    assert known.status_code == 302
    assert "unterwegs" in page
    assert "schon ein Konto" in _mails(app, "modellierung@fulda.example")[-1]
    with writing(app) as work:
        assert work.session.scalars(select(EmailChange)).all() == []


def test_an_old_link_is_void_once_another_address_was_asked_for(app: Flask, client: Client) -> None:
    give_password(app)
    client.send("/account/email", email=NEW, current=PASSWORD)
    client.send("/account/email", email="andere@marburg.example", current=PASSWORD)
    first, second = link_in(_mails(app, NEW)[0]), link_in(_mails(app, "andere@marburg.example")[0])
    assert client.get(first).status_code == 409
    assert client.get(second).status_code == 200


def test_a_new_password_voids_the_link_that_somebody_with_the_old_one_asked_for(app: Flask, client: Client) -> None:
    give_password(app)
    client.send("/account/email", email=NEW, current=PASSWORD)
    fresh = "vier lose Worte genügen"
    assert client.send("/account/password", current=PASSWORD, password=fresh, again=fresh).status_code == 302
    link = link_in(_mails(app, NEW)[0])
    assert client.get(link).status_code == 409
    assert client.send(link).status_code == 409


def test_passwords_cannot_be_guessed_here(app: Flask, client: Client) -> None:
    give_password(app)
    answers = [client.send("/account/email", email=NEW, current=f"geraten geraten {n}").status_code for n in range(7)]
    assert answers[:5] == [422] * 5
    assert answers[-1] == 429


def test_a_request_for_deletion_waits_for_the_administration_and_can_be_taken_back(client: Client) -> None:
    assert client.send("/account/deletion", reason="Stellenwechsel").status_code == 302
    page = words(client.get("/account/data"))
    assert "ist offen" in page
    assert client.send("/account/deletion/withdraw").status_code == 302
    assert "Löschung beantragen" in words(client.get("/account/data"))


def test_the_administration_grants_a_request_and_the_person_is_out(
    app: Flask, client: Client, client_for: ClientFor
) -> None:
    me = user_id(app, MODELLER)
    client.send("/account/deletion", reason="Stellenwechsel")
    admin = client_for(SYSTEM_ADMIN)
    assert "Über einen Antrag auf Löschung entscheiden" in words(admin.get("/"))
    assert "Stellenwechsel" in words(admin.get("/admin/requests/1"))
    assert admin.send("/admin/requests/1", decision="granted", reply="Alles Gute.").status_code == 302
    assert client.get("/account/data").status_code == 302
    assert _email_of(app, me) == "geloescht-1@konto.invalid"
    assert "Alles Gute." in _mails(app, MODELLER)[-1]
    page = words(admin.get("/admin/requests"))
    assert "Gelöschtes Konto 1" in page
    assert "entsprochen" in page


def test_a_refusal_without_a_reason_is_asked_again(client: Client, client_for: ClientFor) -> None:
    client.send("/account/deletion", reason="")
    admin = client_for(SYSTEM_ADMIN)
    answer = admin.send("/admin/requests/1", decision="refused", reply="")
    assert answer.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus." in words(answer)


@pytest.mark.parametrize("field", ["user_id", "state", "decided_by_id"])
def test_nothing_can_be_slipped_into_a_request(client: Client, field: str) -> None:
    assert client.send("/account/deletion", reason="", **{field: "1"}).status_code == 422


def test_tokens_of_links_are_stored_as_digests_only(app: Flask, client: Client) -> None:
    give_password(app)
    client.send("/account/email", email=NEW, current=PASSWORD)
    token = link_in(_mails(app, NEW)[0]).rpartition("/")[2]
    with writing(app) as work:
        assert work.session.scalars(select(EmailChange.token_digest)).one() == digest(token)
        assert work.session.scalars(select(SignIn.id)).all()
