"""Signing in by OpenID Connect: the way there and back, proving anew, and a provider by other hands."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import delete, func, select, update

from hub.cli import check_providers
from hub.cli.findings import Level
from hub.store.accounts import Membership, Role, User
from hub.store.factors import Proof
from hub.store.identities import ProvidedRole
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.providers import GROUPS, PERSON, Running, describe, far, free_port, people, process, roles, walk
from tests.web.steps import (
    signed_in,
)

# The way in


def test_a_person_of_a_group_gets_an_account_and_its_role_at_the_first_sign_in(
    app: Flask, guest: Client, provider: Running
) -> None:
    answer = walk(guest, "/login/with/stadt?next=/library")
    assert (answer.status_code, answer.location) == (302, "/library")
    assert signed_in(guest)
    assert roles(app) == {("marburg", "modeller")}
    with writing(app) as work:
        assert work.session.scalars(select(User.name).where(User.email == PERSON["email"])).one() == PERSON["name"]


def test_the_next_time_it_is_the_same_account(app: Flask, client_for: ClientFor, provider: Running) -> None:
    walk(client_for())
    count = people(app)
    provider.says(claims={**GROUPS, "email": "heisst-jetzt-anders@marburg.example"})
    again = client_for()
    walk(again)
    assert signed_in(again)
    assert people(app) == count


def test_the_login_page_offers_each_provider_and_without_providers_none(
    app: Flask, guest: Client, provider: Running
) -> None:
    assert guest.page("/login").xpath("//a[contains(@href, '/login/with/stadt')]")
    describe(app)
    assert not guest.page("/login").xpath("//a[contains(@href, '/login/with/')]")
    assert guest.get("/login/with/stadt").status_code == 404


def test_the_question_has_pkce_nonce_and_state_and_names_one_way_back(guest: Client, provider: Running) -> None:
    asked = parse_qs(urlsplit(guest.get("/login/with/stadt").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 43
    assert len(asked["nonce"][0]) >= 43
    assert asked["state"] != asked["nonce"]
    assert asked["redirect_uri"] == ["http://localhost/login/with/stadt/callback"]
    assert asked["response_type"] == ["code"]


def test_groups_of_today_give_and_take_roles_and_those_by_hand_stay(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    walk(client_for())
    with writing(app) as work:
        user = work.session.scalars(select(User).where(User.email == PERSON["email"])).one()
        for slug, role in (("marburg", Role.READER), ("fulda", Role.READER)):
            user.memberships.append(
                Membership(organisation=makers.organisation(work, slug), role=role, created_at=work.now)
            )
    provider.says(claims={"groups": ["lesen"]})
    walk(client_for())
    assert roles(app) == {("marburg", "reader"), ("fulda", "reader")}
    provider.says(claims={"groups": []})
    walk(client_for())
    assert roles(app) == {("marburg", "reader"), ("fulda", "reader")}
    provider.says(claims=GROUPS)
    walk(client_for())
    assert ("marburg", "modeller") in roles(app)
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(ProvidedRole)) == 1


def test_a_group_that_gives_a_role_the_organisation_does_not_have_gives_nothing(
    app: Flask, guest: Client, provider: Running
) -> None:
    describe(app, provider.described(roles={"modellierung": (("marburg", "system_admin"), ("atlantis", "reader"))}))
    walk(guest)
    assert not signed_in(guest)


def test_groups_are_found_inside_nested_claims(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(groups_claim="realm_access.roles"))
    provider.says(claims={"realm_access": {"roles": ["modellierung"]}})
    walk(guest)
    assert roles(app) == {("marburg", "modeller")}


def test_claims_may_come_from_userinfo_of_the_same_person(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(userinfo=True))
    provider.says(userinfo=GROUPS)
    walk(guest)
    assert roles(app) == {("marburg", "modeller")}


def test_userinfo_may_be_signed(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(userinfo=True))
    provider.says(userinfo=GROUPS, userinfo_sign="rs256")
    walk(guest)
    assert roles(app) == {("marburg", "modeller")}


@pytest.mark.parametrize(
    "said",
    [
        {"userinfo": {"sub": "somebody else"}},
        {"userinfo": {"sub": "somebody else"}, "userinfo_sign": "rs256"},
        {"userinfo": {"aud": "another client"}, "userinfo_sign": "rs256"},
        {"userinfo": {}, "userinfo_sign": "other_key"},
        {"userinfo": {}, "userinfo_sign": "none"},
    ],
)
def test_userinfo_of_or_for_somebody_else_is_refused(
    app: Flask, guest: Client, provider: Running, said: dict[str, Any]
) -> None:
    describe(app, provider.described(userinfo=True))
    provider.says(**{**said, "userinfo": {**GROUPS, **said["userinfo"]}})
    walk(guest)
    assert not signed_in(guest)


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_the_hub_proves_to_be_the_client_in_the_way_the_provider_takes(
    app: Flask, guest: Client, provider: Running, way: str
) -> None:
    key = RSAKey.generate_key(2048)
    secret: Any = {"client_secret": key.as_pem(private=True).decode()} if way == "private_key_jwt" else {}
    describe(app, provider.described(client_auth=way, **secret))
    provider.says(claims=GROUPS, way=way, client_key=key.as_pem(private=False).decode())
    walk(guest)
    assert signed_in(guest)


def test_a_secret_that_has_expired_is_told_as_the_operators_task(
    app: Flask, guest: Client, provider: Running, caplog: pytest.LogCaptureFixture
) -> None:
    describe(app, provider.described(client_secret="the one of last year"))
    walk(guest)
    assert "sagen Sie der Stelle Bescheid, die den Hub betreibt" in words(guest.get("/login"))
    assert "the token endpoint says invalid_client" in caplog.text
    assert "last year" not in caplog.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"client_secret": "the one of last year"}, ["erkennt den Hub nicht (the token endpoint says invalid_client)"]),
        ({"issuer": "http://127.0.0.1:1"}, ["http://127.0.0.1:1/.well-known/openid-configuration: ConnectionError"]),
    ],
    ids=["as it should be", "expired secret", "down"],
)
def test_hub_check_says_before_anybody_signs_in_what_will_not_work(
    app: Flask, provider: Running, changed: dict[str, str], said: list[str]
) -> None:
    describe(app, provider.described(**changed))
    found = list(check_providers.check(app.config["HUB"]))
    bad = [row.text for row in found if row.level is Level.BAD]
    assert len(bad) == len(said)
    assert all(text in row for text, row in zip(said, bad, strict=True))
    assert said or sum(row.level is Level.FINE for row in found) == 3


# Proving anew


def test_where_there_is_no_password_the_provider_proves_anew(app: Flask, guest: Client, provider: Running) -> None:
    walk(guest)
    with writing(app) as work:
        work.session.execute(update(Proof).values(proved_at=work.now - timedelta(hours=1)))
    assert guest.send("/account/security/codes").location.startswith("/account/confirm")
    link = str(
        guest.page("/account/confirm?next=/account/security").xpath("//main//a[contains(@href,'/with/')]/@href")[0]
    )
    asked = parse_qs(urlsplit(guest.get(link).location).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert walk(guest, link).location == "/account/security"
    assert guest.send("/account/security/codes").location == "/account/security/codes"


@pytest.mark.parametrize("claims", [{"auth_time": far(-3600)}, {"auth_time": None}, {"sub": "somebody else"}])
def test_an_old_proof_or_somebody_elses_is_none(
    app: Flask, guest: Client, provider: Running, claims: dict[str, Any]
) -> None:
    walk(guest)
    with writing(app) as work:
        work.session.execute(delete(Proof))
    provider.says(claims={**GROUPS, **claims})
    walk(guest, "/login/with/stadt?for=again&next=/library")
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Proof)) == 0


def test_whoever_comes_by_a_provider_needs_no_second_factor_here(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(), second_factor="modeller")
    walk(guest)
    assert guest.get("/library").status_code == 200


# A provider by other hands


def test_it_works_with_a_provider_that_others_wrote(app: Flask, client_for: ClientFor) -> None:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    with process(["-m", "oidc_provider_mock", "-p", str(port)], issuer):
        told: Any = {**PERSON, **GROUPS}
        requests.put(f"{issuer}/users/4711", json=told, timeout=60).raise_for_status()
        describe(app, Running(issuer).described())
        guest = client_for()
        away = guest.get("/login/with/stadt").location
        answer = requests.post(away, data={"sub": "4711"}, timeout=60, allow_redirects=False)
        parts = urlsplit(answer.headers["Location"])
        guest.get(f"{parts.path}?{parts.query}")
        assert signed_in(guest)
        assert roles(app) == {("marburg", "modeller")}
