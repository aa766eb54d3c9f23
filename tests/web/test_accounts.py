"""Signing in and out, and a new password by e-mail, as a browser does it."""

import re
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.actions import accounts
from hub.extensions import db
from hub.http import COOKIE_TOKEN
from hub.store.accounts import SignIn, User
from hub.store.activity import Mail
from hub.store.limits import Limit
from hub.web.shared import safe_next
from tests.clients import Client, ClientFor, words, writing
from tests.conftest import app_on
from tests.web.steps import (
    ADMIN,
    MODELLER,
    PASSWORD,
    deliver,
    give_password,
    last_letter,
    link_in,
    mail_server,
    sign_in,
    signed_in,
)


def test_name_and_password_open_the_account(app: Flask, guest: Client) -> None:
    give_password(app)
    answer = sign_in(guest, next="/library?kind=process")
    assert (answer.status_code, answer.location) == (302, "/library?kind=process")
    assert signed_in(guest)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask, guest: Client) -> None:
    give_password(app)
    pages = [sign_in(guest, email=email, password="falsch") for email in (MODELLER, "niemand@marburg.example")]
    assert {page.status_code for page in pages} == {422}
    assert words(pages[0]) == words(pages[1])
    assert "E-Mail-Adresse oder Passwort stimmen nicht" in words(pages[0])


def test_ten_wrong_passwords_lock_the_name_however_it_is_typed(app: Flask, guest: Client) -> None:
    give_password(app)
    for spelling in (MODELLER, f" {MODELLER} ", MODELLER.upper(), *[MODELLER] * 7):
        sign_in(guest, email=spelling, password="falsch")
    assert "Zu viele Versuche" in words(sign_in(guest))
    assert not signed_in(guest)


def test_choosing_a_new_password_by_e_mail_opens_the_lock(app: Flask, guest: Client) -> None:
    give_password(app)
    for _ in range(10):
        sign_in(guest, password="falsch")
    guest.send("/login/reset", email=MODELLER)
    guest.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert signed_in(guest)


def test_attempts_are_counted_without_keeping_name_and_address(app: Flask, guest: Client) -> None:
    sign_in(guest, password="falsch")
    with writing(app) as work:
        buckets = set(work.session.scalars(select(Limit.bucket)))
    assert len(buckets) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", bucket) for bucket in buckets)


def test_a_lock_survives_a_restart(app: Flask, guest: Client) -> None:
    give_password(app)
    for _ in range(10):
        sign_in(guest, password="falsch")
    restarted = app_on(app.config["HUB"].database_url)
    other = ClientFor(restarted)()
    assert "Zu viele Versuche" in words(sign_in(other))
    with restarted.app_context():
        db.engine.dispose()


def test_guessing_the_password_on_the_account_page_is_counted_too(app: Flask, client: Client) -> None:
    give_password(app)
    for _ in range(10):
        client.send("/account/password", current="falsch", password=PASSWORD, again=PASSWORD)
    answer = client.send("/account/password", current=PASSWORD, password=PASSWORD, again=PASSWORD)
    assert "Zu viele Versuche" in words(answer)


def test_a_sign_in_that_nobody_uses_ends_before_its_time(app: Flask, client: Client) -> None:
    idle = timedelta(seconds=app.config["HUB"].idle_seconds)
    with writing(app) as work:
        work.session.execute(update(SignIn).values(seen_at=work.now - idle + timedelta(minutes=1)))
    assert signed_in(client)
    with writing(app) as work:
        work.session.execute(update(SignIn).values(seen_at=work.now - idle - timedelta(seconds=1)))
    assert not signed_in(client)


@pytest.mark.parametrize(
    "path", ["/invitation/{}", "/login/reset/{}", "/guest/{}", "/feed.atom?token={}", "/unsubscribe/{}"]
)
def test_secrets_in_addresses_cannot_be_guessed_in_bulk(guest: Client, path: str) -> None:
    """Sixty wrong guesses in a quarter of an hour, and one more for every quarter of a minute the guessing took."""
    started, codes = monotonic(), [guest.get(path.format("guess0")).status_code]
    while codes[-1] != 429 and len(codes) <= 61 + (monotonic() - started) / 15:
        codes.append(guest.get(path.format(f"guess{len(codes)}")).status_code)
    assert codes[-1] == 429
    assert len(codes) > 60
    assert set(codes[:-1]) <= {404, 409, 410}


def test_signing_in_gives_a_new_token_and_ends_the_one_before(app: Flask, guest: Client) -> None:
    give_password(app)
    sign_in(guest)
    with guest.session_transaction() as kept:
        first = kept[COOKIE_TOKEN]
        kept["planted"] = "by somebody else"
    sign_in(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != first
        assert "planted" not in kept
    old = app.test_client()
    with old.session_transaction() as kept:
        kept[COOKIE_TOKEN] = first
    assert old.get("/account").status_code == 302


def test_a_token_that_was_planted_before_signs_nobody_in(app: Flask, guest: Client) -> None:
    give_password(app)
    with guest.session_transaction() as kept:
        kept[COOKIE_TOKEN] = "known to an attacker"
    sign_in(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != "known to an attacker"


def test_the_token_in_the_cookie_is_not_in_the_database(app: Flask, guest: Client) -> None:
    give_password(app)
    sign_in(guest)
    with guest.session_transaction() as kept:
        token = kept[COOKIE_TOKEN]
    with writing(app) as work:
        rows = list(work.session.scalars(select(SignIn.token_digest)))
    assert accounts.digest(token) in rows
    assert token not in rows


def test_signing_out_ends_the_token_and_not_only_the_cookie(app: Flask, client: Client) -> None:
    with client.session_transaction() as kept:
        token = kept[COOKIE_TOKEN]
    assert client.send("/logout").headers["Clear-Site-Data"] == '"cache"'
    with client.session_transaction() as kept:
        kept[COOKIE_TOKEN] = token
    assert not signed_in(client)


def test_signing_out_everywhere_ends_every_browser(client_for: ClientFor) -> None:
    here, there, other = client_for(MODELLER), client_for(MODELLER), client_for(ADMIN)
    assert here.send("/account/sign-ins/end").headers["Clear-Site-Data"] == '"cache"'
    assert (signed_in(here), signed_in(there), signed_in(other)) == (False, False, True)


def test_nobody_ends_anothers_sign_in(app: Flask, client: Client, client_for: ClientFor) -> None:
    other = client_for(ADMIN)
    with writing(app) as work:
        theirs = work.session.scalars(select(SignIn.id).join(User).where(User.email == ADMIN)).one()
    assert client.send(f"/account/sign-ins/{theirs}/end").status_code == 404
    assert signed_in(other)


def test_an_expired_sign_in_counts_no_more(app: Flask, client: Client) -> None:
    with writing(app) as work:
        work.session.execute(update(SignIn).values(expires_at=work.now - timedelta(seconds=1)))
    assert not signed_in(client)
    # The page it leads to has the browser forget what it kept, once.
    assert [client.get("/login").headers.get("Clear-Site-Data") for _ in range(2)] == ['"cache"', None]


@pytest.mark.parametrize(("minutes", "noted"), [(9, False), (11, True)])
def test_use_of_a_sign_in_is_noted_every_ten_minutes(app: Flask, client: Client, minutes: int, noted: bool) -> None:
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    with writing(app) as work:
        work.session.execute(update(SignIn).values(seen_at=before))
    assert client.get("/library").status_code == 200
    with writing(app) as work:
        seen = work.session.scalars(select(SignIn.seen_at)).one()
    assert (seen > before) == noted


def test_a_form_without_its_token_is_refused(app: Flask, guest: Client) -> None:
    give_password(app)
    app.config["WTF_CSRF_ENABLED"] = True
    assert guest.post("/login", data={"email": MODELLER, "password": PASSWORD}).status_code == 400
    assert not signed_in(guest)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", " //evil.example", "javascript:alert(1)", "evil.example", "",
        "http:evil.example", "/..\\/evil.example", "\x00//evil.example",
    ],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_to_another_site(app: Flask, guest: Client, target: str) -> None:
    give_password(app)
    assert safe_next(target) == "/"
    assert sign_in(guest, next=target).location == "/"


# A new password by e-mail


def test_a_forgotten_password_is_replaced_through_a_real_letter(app: Flask, guest: Client) -> None:
    asked = guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (mailbox, settings):
        assert deliver(app, settings) == 1
    (message,) = mailbox.messages
    assert message["To"] == MODELLER
    assert message["Subject"] == "Neues Passwort für den IKZ-Prozesshub"
    assert "Guten Tag Modellierung Marburg" in message.get_content()
    path = link_in(message.get_content())
    assert guest.get(path).status_code == 200
    guest.send(path, password=PASSWORD, again=PASSWORD)
    assert signed_in(guest)
    assert guest.get(path).status_code == 409
    assert asked.status_code == 200


def test_a_letter_that_was_sent_is_forgotten_and_not_sent_twice(app: Flask, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (mailbox, settings):
        assert (deliver(app, settings), deliver(app, settings)) == (1, 0)
    assert len(mailbox.messages) == 1
    assert last_letter(app).text == ""


def test_a_mail_server_that_is_down_delays_a_letter_and_loses_nothing(app: Flask, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (_, settings):
        pass
    deliver(app, settings)
    mail = last_letter(app)
    assert (mail.sent_at, mail.tries, bool(mail.failure), bool(mail.text)) == (None, 1, True, True)
    assert mail.next_try_at > datetime.now(UTC)


def test_asking_for_a_password_does_not_tell_who_has_an_account(app: Flask, guest: Client) -> None:
    answers = [guest.send("/login/reset", email=email) for email in (MODELLER, "niemand@marburg.example")]
    assert answers[0].get_data() == answers[1].get_data()
    with writing(app) as work:
        assert list(work.session.scalars(select(Mail.recipient))) == [MODELLER]


def test_a_new_password_ends_all_sign_ins(app: Flask, client: Client, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    guest.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert (signed_in(client), signed_in(guest)) == (False, True)
    assert "gilt ein neues Passwort" in last_letter(app).text


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("kurz", "kurz", "mindestens 12 Zeichen"),
        (PASSWORD, "anders", "nicht gleich"),
        ("passwort1234", "passwort1234", "leicht zu erraten"),
        ("Modellierung1!", "Modellierung1!", "leicht zu erraten"),  # the account's own name
    ],
)
def test_a_new_password_that_will_not_do_is_explained(
    app: Flask, guest: Client, password: str, again: str, sentence: str
) -> None:
    guest.send("/login/reset", email=MODELLER)
    answer = guest.send(link_in(last_letter(app).text), password=password, again=again)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert password not in answer.get_data(as_text=True)
