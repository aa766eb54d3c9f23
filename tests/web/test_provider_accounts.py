"""Whose account it is that somebody by a provider gets, and what becomes of passwords then."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from hub.actions import accounts
from hub.store.accounts import SignIn, User
from hub.store.factors import Proof
from hub.store.identities import Identity
from tests.clients import Client, ClientFor, words, writing
from tests.providers import GROUPS, PERSON, Running, come_back, describe, people, roles, walk
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


def test_another_claim_than_the_confirmed_one_proves_no_address(app: Flask, guest: Client, provider: Running) -> None:
    describe(app, provider.described(email_claim="preferred_username"))
    before = people(app)
    provider.says(claims={**GROUPS, "preferred_username": "leitung@marburg.example", "email_verified": True})
    walk(guest)
    assert (people(app), signed_in(guest)) == (before, False)


def test_whoever_has_too_many_groups_for_a_token_loses_nothing_and_is_told(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    walk(client_for())
    provider.says(claims={"groups": None, "_claim_names": {"groups": "src1"}})
    late = client_for()
    walk(late)
    assert "Ihre Gruppen nicht mitgeteilt" in words(late.get("/login"))
    assert (signed_in(late), roles(app)) == (False, {("marburg", "modeller")})


def test_a_provider_that_has_moved_leaves_no_roles_of_before(
    app: Flask, client_for: ClientFor, provider: Running
) -> None:
    moved = provider.described(trusted_domains=("marburg.example",))
    describe(app, moved)
    first, later = client_for(), client_for()
    walk(first)
    with writing(app) as work:
        work.session.execute(update(Identity).values(issuer="https://sso-alt.marburg.example"))
    provider.says(claims={"groups": ["lesen"]})
    walk(later)
    assert roles(app) == {("fulda", "reader")}
    assert (signed_in(first), signed_in(later)) == (False, True)
    with writing(app) as work:
        assert work.session.scalars(select(Identity.issuer)).all() == [provider.issuer]


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


def test_the_hub_keeps_no_password_for_whoever_comes_by_a_provider(
    app: Flask, guest: Client, provider: Running
) -> None:
    walk(guest)
    with writing(app) as work:
        user = work.session.scalars(select(User).where(User.email == PERSON["email"])).one()
        assert user.password_hash is None
        assert not accounts.password_matches(user.password_hash, "")
        assert work.session.scalar(select(func.count()).select_from(SignIn)) == 1
