"""A token opens what its owner may, within its scopes, until it ends."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from hub.actions import members
from hub.actions.accounts import digest
from hub.store.accounts import User
from hub.store.tokens import Scope, Token
from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import Client, ClientFor, words, writing

MODELLER = "modellierung@marburg.example"
READER = "lesen@limburg.example"


def test_the_page_shows_a_new_token_once_and_keeps_only_its_digest(client: Client, app: Flask) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    answer = client.send("/account/tokens", name="Abgleich", scopes="read", expires_on=day)
    assert answer.headers["Cache-Control"] == "no-store"
    text = next(word for word in words(answer).split() if word.startswith("ikz_"))
    assert len(text) == 47
    assert text not in client.get("/account/tokens").get_data(as_text=True)
    with writing(app) as work:
        row = work.session.scalars(select(Token)).one()
        assert (row.token_digest, row.scopes) == (digest(text), "read")
    assert Program(app, text).get("/me")["scopes"] == ["read"]


def test_a_token_needs_a_name_a_scope_and_an_end_within_a_year(client: Client) -> None:
    late = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    page = words(client.send("/account/tokens", name="", expires_on=late))
    assert "Bitte wählen Sie mindestens einen Bereich." in page
    answer = client.send("/account/tokens", name="Lang", scopes="read", expires_on=late)
    assert answer.status_code == 422
    assert "höchstens ein Jahr" in words(answer)
    assert "ist vorbei" in words(client.send("/account/tokens", name="Alt", scopes="read", expires_on="2020-01-01"))


def test_a_person_has_at_most_twenty_tokens(client: Client, app: Flask) -> None:
    for _ in range(20):
        token_of(app, MODELLER)
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert client.send("/account/tokens", name="Nr. 21", scopes="read", expires_on=day).status_code == 422


def test_a_revoked_token_is_refused_with_a_challenge(client: Client, app: Flask) -> None:
    program = Program(app, token_of(app, MODELLER))
    number = program.get("/me/tokens")["items"][0]["id"]
    assert client.send(f"/account/tokens/{number}/revoke").status_code == 302
    answer = program.send("GET", "/me")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_invalid")
    assert "error=invalid_token" in answer.headers["WWW-Authenticate"]


def test_an_invalid_token_is_refused_even_where_guests_may_read(app: Flask) -> None:
    assert Program(app).send("GET", "/search").status_code == 200
    assert Program(app, "ikz_" + "x" * 43).send("GET", "/search").status_code == 401


def test_an_expired_token_is_dead(app: Flask) -> None:
    text = token_of(app, MODELLER)
    with writing(app) as work:
        row = work.session.scalars(select(Token)).one()
        row.created_at -= timedelta(days=60)
        row.expires_at = work.now - timedelta(seconds=1)
    assert Program(app, text).send("GET", "/me").status_code == 401


def test_the_tokens_of_a_closed_account_are_dead_and_stay_so(app: Flask) -> None:
    program = Program(app, token_of(app, MODELLER))
    with writing(app) as work:
        person = work.session.scalars(select(User).where(User.email == MODELLER)).one()
        members.close(makers.as_person(work, "admin@marburg.example"), person)
    assert program.send("GET", "/me").status_code == 401
    with writing(app) as work:
        work.session.scalars(select(User).where(User.email == MODELLER)).one().active = True
    assert program.send("GET", "/me").status_code == 401


def test_nobody_sees_or_ends_anothers_token(app: Flask) -> None:
    with writing(app) as work:
        work.session.execute(select(Token))
    token_of(app, MODELLER)
    other = Program(app, token_of(app, READER))
    assert len(other.get("/me/tokens")["items"]) == 1
    assert other.send("GET", "/me/tokens/1").status_code == 404
    assert other.send("DELETE", "/me/tokens/1").status_code == 404


def test_a_token_without_the_scope_is_told_which_one_is_missing(app: Flask) -> None:
    program = Program(app, token_of(app, MODELLER, Scope.READ))
    answer = program.change("PUT", "/me", {"name": "Modellierung Marburg", "locale": "en"})
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["scope"]) == (
        403,
        "scope_missing",
        "write",
    )


def test_the_last_use_is_noted(app: Flask) -> None:
    Program(app, token_of(app, MODELLER)).get("/me")
    with writing(app) as work:
        assert work.session.scalars(select(Token)).one().used_at is not None


def test_a_token_opens_no_pages(app: Flask) -> None:
    program = Program(app, token_of(app, MODELLER))
    answer = program.client.get("/account", headers={"Authorization": f"Bearer {program.token}"})
    assert answer.status_code == 302


def test_a_token_counts_alone_and_not_beside_a_cookie(client_for: ClientFor, app: Flask) -> None:
    text = token_of(app, READER)
    answer = client_for(MODELLER).get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert answer.get_json()["email"] == READER
