"""Signing in by OpenID Connect against a provider that really runs, and against one that lies."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import delete, func, select, update

from hub.actions import accounts
from hub.config.providers import Provider
from hub.http import COOKIE_TOKEN
from hub.store.accounts import Membership, Role, SignIn, User
from hub.store.factors import Proof
from hub.store.identities import Identity, ProvidedRole, ProvidedSignIn
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.openid_provider import CLIENT
from tests.providers import PERSON, Running, come_back, free_port, process, walk
from tests.web.steps import (
    MODELLER,
    PASSWORD,
    give_password,
    invite,
    last_letter,
    link_in,
    sign_in,
    signed_in,
)

GROUPS = {"groups": ["modellierung", "etwas anderes"]}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Run the provider once for all tests of this file."""
    issuer = f"http://127.0.0.1:{free_port()}"
    with process(["-m", "tests.openid_provider", issuer.rpartition(":")[2]], f"{issuer}/keys"):
        yield Running(issuer)


@pytest.fixture
def provider(app: Flask, running: Running) -> Running:
    """Return the provider, which knows the usual person, and make it known to the hub."""
    describe(app, running.described())
    running.says(claims=GROUPS)
    return running


def describe(app: Flask, *described: Provider, **settings: Any) -> None:
    app.config["HUB"] = replace(app.config["HUB"], providers=described, base_url="http://localhost", **settings)


def roles(app: Flask, email: str = PERSON["email"]) -> set[tuple[str, str]]:
    with writing(app) as work:
        query = select(Membership).join(User, User.id == Membership.user_id).where(User.email == email)
        return {(row.organisation.slug, row.role) for row in work.session.scalars(query)}


def people(app: Flask) -> int:
    with writing(app) as work:
        return work.session.scalar(select(func.count()).select_from(User)) or 0


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


def test_userinfo_of_somebody_else_is_refused(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(userinfo=True))
    provider.says(userinfo={**GROUPS, "sub": "somebody else"})
    walk(guest)
    assert not signed_in(guest)


# Whose account


def test_an_address_alone_opens_no_existing_account(app: Flask, guest: Client, provider: Running) -> None:
    provider.says(claims={**GROUPS, "email": MODELLER})
    answer = walk(guest)
    assert answer.location == "/login"
    assert "gibt es schon ein Konto" in words(guest.get("/login"))
    assert not signed_in(guest)
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Identity)) == 0


def test_an_address_that_nobody_confirmed_is_not_believed_and_tells_nothing(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    said = []
    for email in (MODELLER, "niemand@marburg.example"):
        provider.says(claims={**GROUPS, "email": email, "email_verified": False})
        guest = client_for()
        walk(guest)
        said.append(words(guest.get("/login")))
    assert said[0] == said[1]
    assert "keine bestätigte E-Mail-Adresse" in said[0]


def test_a_provider_that_is_trusted_for_a_domain_recognises_its_people(
    app: Flask, guest: Client, provider: Running
) -> None:
    describe(app, provider.described(trusted_domains=("marburg.example",)))
    provider.says(claims={**GROUPS, "email": MODELLER, "email_verified": None})
    walk(guest)
    assert signed_in(guest)
    with writing(app) as work:
        assert work.session.scalars(select(Identity)).one().user.email == MODELLER


@pytest.mark.parametrize("email", ["modellierung@fulda.example", "x@marburg.example@fulda.example"])
def test_it_is_not_trusted_for_other_domains(app: Flask, guest: Client, provider: Running, email: str) -> None:
    describe(app, provider.described(trusted_domains=("marburg.example",)))
    provider.says(claims={**GROUPS, "email": email, "email_verified": None})
    walk(guest)
    assert not signed_in(guest)


def test_whoever_has_signed_in_locally_links_the_provider_and_comes_by_it_from_then_on(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    give_password(app)
    person, later = client_for(), client_for()
    sign_in(person)
    assert walk(person, "/login/with/stadt?for=link").location == "/account/security"
    assert "verknüpft" in words(person.get("/account/security"))
    walk(later)
    assert signed_in(later)
    with writing(app) as work:
        assert {row.user.email for row in work.session.scalars(select(Identity))} == {MODELLER}


def test_linking_asks_again_who_it_is(app: Flask, client: Client, provider: Running) -> None:
    assert client.get("/login/with/stadt?for=link").location.startswith("/account/confirm?next=")
    assert client.get("/login/with/stadt?for=anything").status_code == 403


def test_a_link_that_is_begun_by_one_person_is_not_finished_as_another(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    give_password(app)
    person = client_for()
    sign_in(person)
    back = come_back(person, "/login/with/stadt?for=link")
    with writing(app) as work:
        work.session.execute(delete(Proof))
    person.get(back)
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Identity)) == 0


def test_an_identity_belongs_to_one_account(app: Flask, client_for: ClientFor, provider: Running) -> None:
    walk(client_for())
    give_password(app)
    other = client_for()
    sign_in(other)
    walk(other, "/login/with/stadt?for=link")
    assert "anderen Konto verknüpft" in words(other.get("/account/security"))


def test_unlinking_takes_the_roles_it_gave_and_needs_another_way_in(
    app: Flask, guest: Client, provider: Running
) -> None:
    walk(guest)
    with writing(app) as work:
        identity = work.session.scalars(select(Identity.id)).one()
    assert guest.send(f"/account/security/identities/{identity}/remove").status_code == 409
    give_password(app, PERSON["email"])
    guest.send(f"/account/security/identities/{identity}/remove")
    assert roles(app) == set()
    assert not signed_in(guest)


def test_people_without_a_group_get_no_account(app: Flask, guest: Client, provider: Running) -> None:
    before = people(app)
    provider.says(claims={"groups": ["kantine"]})
    walk(guest)
    assert "noch keine Rolle zugeordnet" in words(guest.get("/login"))
    assert people(app) == before


def test_no_accounts_are_made_where_the_operator_does_not_want_that(
    app: Flask, guest: Client, provider: Running
) -> None:
    describe(app, provider.described(create_accounts=False))
    before = people(app)
    walk(guest)
    assert (people(app), signed_in(guest)) == (before, False)


def test_an_invitation_opens_the_door_to_whoever_proves_the_address(
    app: Flask, admin: Client, guest: Client, provider: Running
) -> None:
    describe(app, provider.described(), local_passwords=False)
    provider.says()
    invite(admin, PERSON["email"])
    path = link_in(last_letter(app).text)
    page = guest.page(path)
    assert not page.xpath("//main//input[@type='password']")
    assert walk(guest, str(page.xpath("//main//a[contains(@href, '/login/with/')]/@href")[0])).location == path
    guest.send(f"{path}/confirm")
    assert roles(app) == {("marburg", "modeller")}


def test_a_closed_account_stays_closed(app: Flask, client_for: ClientFor, provider: Running) -> None:
    walk(client_for())
    with writing(app) as work:
        work.session.execute(update(User).where(User.email == PERSON["email"]).values(active=False))
    late = client_for()
    walk(late)
    assert not signed_in(late)


# Lies


def far(seconds: int) -> int:
    return int(time.time()) + seconds


LIES: dict[str, dict[str, Any]] = {
    "other issuer": {"claims": {"iss": "https://evil.example"}},
    "other audience": {"claims": {"aud": "somebody else"}},
    "several audiences without azp": {"claims": {"aud": [CLIENT, "somebody else"]}},
    "made for another party": {"claims": {"aud": [CLIENT, "somebody else"], "azp": "somebody else"}},
    "other nonce": {"claims": {"nonce": "of an older answer"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": far(-3600)}},
    "no expiry": {"claims": {"exp": None}},
    "from the future": {"claims": {"iat": far(3600), "nbf": far(3600)}},
    "no subject": {"claims": {"sub": None}},
    "subject is no text": {"claims": {"sub": {"$ne": ""}}},
    "other access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no signature": {"sign": "none"},
    "signed with the public key": {"sign": "hs256"},
    "signed with another key": {"sign": "other_key"},
    "another issuer in the answer": {"iss_answer": "https://evil.example"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_signs_nobody_in(app: Flask, guest: Client, provider: Running, lie: dict[str, Any]) -> None:
    provider.says(**{**lie, "claims": {**GROUPS, **lie.get("claims", {})}})
    before = people(app)
    assert walk(guest).location == "/login"
    assert "abgebrochen oder ist nicht gültig" in words(guest.get("/login"))
    assert (people(app), signed_in(guest)) == (before, False)


def test_an_answer_counts_once(client_for: ClientFor, provider: Running) -> None:
    guest = client_for()
    back = come_back(guest)
    guest.get(back)
    assert signed_in(guest)
    guest.send("/logout")
    assert guest.get(back).location == "/login"
    assert not signed_in(guest)


def test_a_used_code_is_worth_nothing_in_a_new_answer(client_for: ClientFor, provider: Running) -> None:
    first, second = client_for(), client_for()
    code = parse_qs(urlsplit(come_back(first)).query)["code"][0]
    with first.session_transaction() as kept:
        first.get(f"/login/with/stadt/callback?code={code}&state={kept['provider']['state']}&iss={provider.issuer}")
    assert signed_in(first)
    come_back(second)
    with second.session_transaction() as kept:
        state = kept["provider"]["state"]
    second.get(f"/login/with/stadt/callback?code={code}&state={state}&iss={provider.issuer}")
    assert not signed_in(second)


def test_the_answer_to_one_browser_is_worth_nothing_in_another(client_for: ClientFor, provider: Running) -> None:
    attacker, victim, waiting = client_for(), client_for(), client_for()
    back = come_back(attacker)
    come_back(waiting)
    for browser in (victim, waiting):
        assert browser.get(back).location == "/login"
        assert not signed_in(browser)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(client_for: ClientFor, provider: Running) -> None:
    victim, thief = client_for(), client_for()
    stolen = parse_qs(urlsplit(come_back(victim)).query)["code"][0]
    come_back(thief)
    with thief.session_transaction() as kept:
        state = kept["provider"]["state"]
    thief.get(f"/login/with/stadt/callback?code={stolen}&state={state}&iss={provider.issuer}")
    assert not signed_in(thief)


def test_the_answer_of_one_provider_is_not_taken_for_anothers(app: Flask, guest: Client, provider: Running) -> None:
    other = replace(provider.described(), name="andere", label="Andere Stadt", issuer="http://127.0.0.1:1")
    describe(app, provider.described(), other)
    back = come_back(guest)
    assert guest.get(back.replace("/with/stadt/", "/with/andere/")).location == "/login"
    assert guest.get(back).location == "/login"
    assert not signed_in(guest)


def test_an_answer_without_its_issuer_is_refused_where_the_provider_promised_one(
    guest: Client, provider: Running
) -> None:
    back = come_back(guest)
    guest.get(back.partition("&iss=")[0])
    assert not signed_in(guest)


def test_a_provider_that_calls_itself_otherwise_is_not_believed(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(issuer=f"{provider.issuer}/"))
    assert guest.get("/login/with/stadt").location == "/login"
    assert "nicht erreichbar" in words(guest.get("/login"))


def test_a_provider_that_is_down_is_said_to_be_down(app: Flask, guest: Client, running: Running) -> None:
    describe(app, running.described(issuer=f"http://127.0.0.1:{free_port()}"))
    assert guest.get("/login/with/stadt").location == "/login"
    assert "nicht erreichbar" in words(guest.get("/login"))


def test_an_error_of_the_provider_is_told_without_its_words(guest: Client, provider: Running) -> None:
    back = come_back(guest)
    state = parse_qs(urlsplit(back).query)["state"][0]
    path = f"/login/with/stadt/callback?error=access_denied&error_description=<b>Ruf+an</b>&state={state}"
    guest.get(f"{path}&iss={provider.issuer}")
    page = words(guest.get("/login"))
    assert "abgebrochen" in page
    assert "Ruf an" not in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_after_the_provider_nobody_is_sent_to_another_site(guest: Client, provider: Running, target: str) -> None:
    assert walk(guest, f"/login/with/stadt?next={target}").location == "/"


def test_the_way_by_a_provider_gives_a_new_token_too(guest: Client, provider: Running) -> None:
    with guest.session_transaction() as kept:
        kept[COOKIE_TOKEN], kept["planted"] = "known to an attacker", "x"
    walk(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != "known to an attacker"
        assert "planted" not in kept


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


# The end


def test_signing_out_leads_on_to_the_provider(app: Flask, guest: Client, provider: Running) -> None:
    walk(guest)
    answer = guest.send("/logout")
    assert answer.status_code == 200
    address = answer.get_data(as_text=True).partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == ["http://localhost/login"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert not signed_in(guest)


def test_signing_out_here_does_not_wait_for_a_provider_that_is_gone(
    app: Flask, guest: Client, provider: Running
) -> None:
    walk(guest)
    describe(app)
    assert guest.send("/logout").status_code == 302
    assert not signed_in(guest)


def test_the_id_token_is_encrypted_in_the_database(app: Flask, guest: Client, provider: Running) -> None:
    walk(guest)
    with writing(app) as work:
        sealed = work.session.scalars(select(ProvidedSignIn.sealed_token)).one()
    assert b"eyJ" not in sealed


@pytest.mark.parametrize("named", [{"sid": None}, {"sub": None}, {}], ids=["person", "session", "both"])
def test_a_session_that_ends_at_the_provider_ends_here(
    client_for: ClientFor, provider: Running, named: dict[str, Any]
) -> None:
    guest, local = client_for(), client_for(MODELLER)
    walk(guest)
    answer = client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token(**named)})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (signed_in(guest), signed_in(local)) == (False, True)


def test_the_end_of_one_session_leaves_the_persons_others(client_for: ClientFor, provider: Running) -> None:
    one, two = client_for(), client_for()
    walk(one)
    provider.says(claims={**GROUPS, "sid": "session-2"})
    walk(two)
    client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token()})
    assert (signed_in(one), signed_in(two)) == (False, True)


FALSE_NOTICES: dict[str, dict[str, Any]] = {
    "other issuer": {"iss": "https://evil.example"},
    "other audience": {"aud": "somebody else"},
    "expired": {"exp": far(-3600)},
    "old": {"iat": far(-7200)},
    "from the future": {"iat": far(3600)},
    "no name of its own": {"jti": None},
    "no event": {"events": None},
    "another event": {"events": {"https://evil.example": {}}},
    "event is no object": {"events": {"http://schemas.openid.net/event/backchannel-logout": "now"}},
    "an ID token": {"nonce": "of a sign-in"},
    "nobody": {"sub": None, "sid": None},
    "no signature": {"sign": "none"},
    "signed with the public key": {"sign": "hs256"},
    "signed with another key": {"sign": "other_key"},
    "another kind": {"typ": "at+jwt"},
}


@pytest.mark.parametrize("false", FALSE_NOTICES.values(), ids=FALSE_NOTICES.keys())
def test_a_false_notice_ends_nothing(client_for: ClientFor, provider: Running, false: dict[str, Any]) -> None:
    guest = client_for()
    walk(guest)
    answer = client_for().post("/login/with/stadt/logout", data={"logout_token": provider.logout_token(**false)})
    assert answer.status_code == 400
    assert signed_in(guest)


def test_a_notice_counts_once(client_for: ClientFor, provider: Running) -> None:
    token = provider.logout_token()
    codes = [client_for().post("/login/with/stadt/logout", data={"logout_token": token}).status_code for _ in range(2)]
    assert codes == [200, 400]


@pytest.mark.parametrize("sent", [{}, {"logout_token": "nonsense nonsense"}, {"logout_token": "a.b.c" * 5}])
def test_nonsense_instead_of_a_notice_is_refused(guest: Client, provider: Running, sent: dict[str, str]) -> None:
    assert guest.post("/login/with/stadt/logout", data=sent).status_code == 400


# Local passwords switched off


def test_where_passwords_are_off_there_is_no_way_by_password(app: Flask, guest: Client, provider: Running) -> None:
    give_password(app)
    describe(app, provider.described(), local_passwords=False)
    assert not guest.page("/login").xpath("//main//input[@type='password']")
    assert sign_in(guest).status_code in {401, 404}
    assert guest.get("/login/reset").status_code == 404
    assert not signed_in(guest)
    walk(guest)
    assert signed_in(guest)
    assert guest.send("/account/password", current="x", password=PASSWORD, again=PASSWORD).status_code == 403


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


def test_the_hub_keeps_no_password_for_whoever_comes_by_a_provider(
    app: Flask, guest: Client, provider: Running
) -> None:
    walk(guest)
    with writing(app) as work:
        user = work.session.scalars(select(User).where(User.email == PERSON["email"])).one()
        assert user.password_hash is None
        assert not accounts.password_matches(user.password_hash, "")
        assert work.session.scalar(select(func.count()).select_from(SignIn)) == 1
