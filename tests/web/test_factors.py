"""Second factors and passkeys, as a browser and a security key use them, and as somebody else would try to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from hub.app import create_app
from hub.config import BadSetting, Settings
from hub.config.providers import Provider
from hub.http import COOKIE_TOKEN
from hub.store.accounts import SignIn, User
from hub.store.activity import Mail
from hub.store.factors import OneTimeCodes, Passkey, Proof, RecoveryCode, SignInStep
from hub.store.limits import Limit
from tests.authenticators import PRESENT, Authenticator
from tests.clients import Client, ClientFor, parsed, words, writing
from tests.conftest import KEY
from tests.web.steps import ADMIN, MODELLER, PASSWORD, give_password, last_letter, link_in, sign_in, signed_in

ORIGIN, HOST = "https://hub.example", "hub.example"


@pytest.fixture
def person(app: Flask, client_for: ClientFor) -> Client:
    """Return a browser in which Marburg's modeller has just signed in with the password."""
    give_password(app)
    client = client_for()
    sign_in(client)
    return client


@pytest.fixture
def elsewhere(app: Flask, client_for: ClientFor) -> Client:
    """Return another browser, with nobody signed in."""
    return client_for()


@pytest.fixture(autouse=True)
def https(app: Flask) -> Iterator[None]:
    """Give the hub an address at which browsers allow passkeys."""
    before = app.config["HUB"]
    app.config["HUB"] = replace(before, base_url=ORIGIN)
    yield
    app.config["HUB"] = before


def secret_on(page: Any) -> str:
    return str(page.xpath("//main//code")[0].text_content()).replace(" ", "")


def set_up_codes(client: Client) -> tuple[str, list[str]]:
    """Set up one-time codes; return the secret and the recovery codes."""
    client.send("/account/security/codes")
    secret = secret_on(client.page("/account/security/codes"))
    answer = client.send("/account/security/codes/confirm", code=pyotp.TOTP(secret).now())
    assert answer.status_code == 200
    return secret, [str(row.text_content()) for row in parsed(answer).xpath("//section//li/code")]


def forget_step(app: Flask) -> None:
    """Let the last accepted code lie in the past, as if half a minute had gone by, and forget the tries."""
    with writing(app) as work:
        work.session.execute(update(OneTimeCodes).values(last_step=0))
        work.session.execute(delete(Limit))


def set_up_passkey(client: Client, device: Authenticator, name: str = "Schlüssel am Bund") -> Any:
    options = client.send("/account/security/passkeys/options")
    assert options.status_code == 200, options.get_data(as_text=True)
    return client.send("/account/security/passkeys", name=name, answer=device.make(options.get_json()))


def with_passkey(client: Client, device: Authenticator, *, second: bool = False) -> Any:
    asked = client.send("/login/passkey/options" + ("?second=1" if second else ""))
    return client.send("/login/passkey", answer=device.answer(asked.get_json()))


# One-time codes


def test_after_the_password_a_code_of_the_app_is_asked_for(app: Flask, person: Client, elsewhere: Client) -> None:
    secret, _ = set_up_codes(person)
    forget_step(app)
    first = sign_in(elsewhere, next="/library")
    assert first.location == "/login/second"
    assert not signed_in(elsewhere)
    second = elsewhere.send("/login/second", code=pyotp.TOTP(secret).now())
    assert (second.status_code, second.location) == (302, "/library")
    assert signed_in(elsewhere)


def test_no_code_counts_twice(app: Flask, person: Client, client_for: ClientFor) -> None:
    secret, _ = set_up_codes(person)
    forget_step(app)
    code = pyotp.TOTP(secret).now()
    for browser, expected in ((client_for(), True), (client_for(), False)):
        sign_in(browser)
        browser.send("/login/second", code=code)
        assert signed_in(browser) == expected


def test_the_code_that_set_it_up_does_not_open_the_door_as_well(person: Client, elsewhere: Client) -> None:
    person.send("/account/security/codes")
    secret = secret_on(person.page("/account/security/codes"))
    code = pyotp.TOTP(secret).now()
    person.send("/account/security/codes/confirm", code=code)
    sign_in(elsewhere)
    assert elsewhere.send("/login/second", code=code).status_code == 422
    assert not signed_in(elsewhere)


@pytest.mark.parametrize(("minutes", "counts"), [(-2, False), (0, True), (2, False)])
def test_a_code_counts_about_now_and_not_at_other_times(
    app: Flask, person: Client, elsewhere: Client, minutes: int, counts: bool
) -> None:
    secret, _ = set_up_codes(person)
    forget_step(app)
    sign_in(elsewhere)
    code = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(minutes=minutes))
    elsewhere.send("/login/second", code=code)
    assert signed_in(elsewhere) == counts


def test_codes_are_not_in_force_before_one_was_right(person: Client, elsewhere: Client) -> None:
    person.send("/account/security/codes")
    answer = person.send("/account/security/codes/confirm", code="000000")
    assert answer.status_code == 422
    assert "gilt nicht" in words(answer)
    sign_in(elsewhere)
    assert signed_in(elsewhere)


def test_guessing_codes_ends_after_a_few(app: Flask, person: Client, elsewhere: Client) -> None:
    secret, _ = set_up_codes(person)
    forget_step(app)
    sign_in(elsewhere)
    codes = [elsewhere.send("/login/second", code=f"00000{at}").status_code for at in range(6)]
    assert codes == [422] * 5 + [429]
    assert elsewhere.send("/login/second", code=pyotp.TOTP(secret).now()).status_code == 429


def test_the_secret_is_encrypted_in_the_database(app: Flask, person: Client) -> None:
    secret, _ = set_up_codes(person)
    with writing(app) as work:
        row = work.session.scalars(select(OneTimeCodes)).one()
        assert secret.encode() not in row.sealed_secret


def test_with_another_key_a_secret_is_worth_nothing(app: Flask, person: Client, elsewhere: Client) -> None:
    secret, recovery = set_up_codes(person)
    forget_step(app)
    app.config["HUB"] = replace(app.config["HUB"], secret_key="another key, just as long as the first one was")
    sign_in(elsewhere)
    assert elsewhere.send("/login/second", code=pyotp.TOTP(secret).now()).status_code == 422
    elsewhere.send("/login/second", code=recovery[0])
    assert signed_in(elsewhere)


def test_each_recovery_code_replaces_the_factor_once(app: Flask, person: Client, client_for: ClientFor) -> None:
    _, recovery = set_up_codes(person)
    assert len(set(recovery)) == 10
    for browser, code, expected in (
        (client_for(), recovery[3].upper().replace("-", " "), True),
        (client_for(), recovery[3], False),
        (client_for(), recovery[4], True),
    ):
        sign_in(browser)
        browser.send("/login/second", code=code)
        assert signed_in(browser) == expected
    with writing(app) as work:
        digests = list(work.session.scalars(select(RecoveryCode.code_digest)))
    assert all(re.fullmatch(r"[0-9a-f]{64}", row) for row in digests)


def test_new_recovery_codes_end_the_old_ones(person: Client, elsewhere: Client) -> None:
    _, old = set_up_codes(person)
    answer = person.send("/account/security/recovery")
    new = [str(row.text_content()) for row in parsed(answer).xpath("//section//li/code")]
    assert len(new) == 10
    sign_in(elsewhere)
    assert elsewhere.send("/login/second", code=old[0]).status_code == 422
    elsewhere.send("/login/second", code=new[0])
    assert signed_in(elsewhere)


def test_another_persons_recovery_code_is_none(
    app: Flask, person: Client, client_for: ClientFor, elsewhere: Client
) -> None:
    give_password(app, ADMIN)
    other = client_for()
    sign_in(other, ADMIN)
    _, theirs = set_up_codes(other)
    set_up_codes(person)
    sign_in(elsewhere)
    assert elsewhere.send("/login/second", code=theirs[0]).status_code == 422


def test_a_new_password_by_e_mail_does_not_replace_the_second_factor(
    app: Flask, person: Client, elsewhere: Client
) -> None:
    set_up_codes(person)
    elsewhere.send("/login/reset", email=MODELLER)
    answer = elsewhere.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert answer.location == "/login/second"
    assert not signed_in(elsewhere)


def test_half_a_sign_in_expires_and_belongs_to_one_browser(
    app: Flask, person: Client, elsewhere: Client, client_for: ClientFor
) -> None:
    _, recovery = set_up_codes(person)
    sign_in(elsewhere)
    assert client_for().send("/login/second", code=recovery[0]).status_code == 409
    with writing(app) as work:
        work.session.execute(update(SignInStep).values(expires_at=work.now - timedelta(seconds=1)))
    assert elsewhere.send("/login/second", code=recovery[0]).status_code == 409
    assert elsewhere.get("/login/second").location == "/login"


def test_a_change_of_factors_is_told_by_e_mail(app: Flask, person: Client) -> None:
    set_up_codes(person)
    with writing(app) as work:
        subjects = list(work.session.scalars(select(Mail.subject)))
    assert subjects == ["Ihre Anmeldung im IKZ-Prozesshub wurde geändert"]


# Proving again who one is


CHANGES = (
    "/account/security/codes",
    "/account/security/codes/confirm",
    "/account/security/codes/remove",
    "/account/security/recovery",
    "/account/security/passkeys",
    "/account/security/passkeys/1/remove",
)


@pytest.mark.parametrize("path", CHANGES)
def test_nothing_about_the_factors_changes_without_proving_again_who_one_is(
    app: Flask, person: Client, path: str
) -> None:
    with writing(app) as work:
        work.session.execute(update(Proof).values(proved_at=work.now - timedelta(minutes=6)))
    answer = person.send(path, code="000000", answer="{}", name="x")
    assert answer.status_code == 302
    assert answer.location.startswith("/account/confirm?next=")


def test_a_passkey_is_not_even_asked_for_without_that_proof(app: Flask, person: Client) -> None:
    with writing(app) as work:
        work.session.execute(delete(Proof))
    assert person.send("/account/security/passkeys/options").status_code == 403


def test_the_password_once_more_is_proof_where_there_is_no_factor(app: Flask, person: Client) -> None:
    with writing(app) as work:
        work.session.execute(delete(Proof))
    wrong = person.send("/account/confirm", password="falsch", next="/account/security")
    assert wrong.status_code == 422
    assert person.send("/account/security/codes").location.startswith("/account/confirm")
    right = person.send("/account/confirm", password=PASSWORD, next="/account/security")
    assert right.location == "/account/security"
    assert person.send("/account/security/codes").location == "/account/security/codes"


def test_where_there_is_a_factor_the_password_alone_is_no_proof(app: Flask, person: Client) -> None:
    secret, _ = set_up_codes(person)
    forget_step(app)
    with writing(app) as work:
        work.session.execute(delete(Proof))
    assert person.send("/account/confirm", password=PASSWORD, next="/account/security").status_code == 422
    person.send("/account/confirm", code=pyotp.TOTP(secret).now(), next="/account/security")
    assert person.send("/account/security/codes/remove").location == "/account/security"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_after_the_proof_nobody_is_sent_to_another_site(person: Client, target: str) -> None:
    assert person.send("/account/confirm", password=PASSWORD, next=target).location == "/"


# Passkeys


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(ORIGIN, HOST)


def test_a_passkey_signs_in_without_name_and_password(
    app: Flask, person: Client, elsewhere: Client, device: Authenticator
) -> None:
    set_up_passkey(person, device)
    with_passkey(elsewhere, device)
    assert signed_in(elsewhere)
    with writing(app) as work:
        row = work.session.scalars(select(Passkey)).one()
        assert (row.name, row.transports, row.sign_count) == ("Schlüssel am Bund", "usb", 1)
        assert row.used_at is not None


def test_a_passkey_is_a_second_factor_after_the_password(
    person: Client, elsewhere: Client, device: Authenticator
) -> None:
    set_up_passkey(person, device)
    assert sign_in(elsewhere, next="/library").location == "/login/second"
    assert with_passkey(elsewhere, device, second=True).location == "/library"
    assert signed_in(elsewhere)


def test_an_answer_counts_once(person: Client, client_for: ClientFor, device: Authenticator) -> None:
    set_up_passkey(person, device)
    first, thief = client_for(), client_for()
    said = device.answer(first.send("/login/passkey/options").get_json())
    with first.session_transaction() as kept:
        step = kept["passkey"]
    first.send("/login/passkey", answer=said)
    with thief.session_transaction() as kept:
        kept["passkey"] = step
    assert thief.send("/login/passkey", answer=said).status_code == 409
    assert (signed_in(first), signed_in(thief)) == (True, False)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://hub.example.evil.example"},
        {"origin": "http://hub.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"handle": "AAAA"},
        {"credential_id": b"somebody else's, not known here."},
        {"count": -1},
    ],
    ids=["other site", "no tls", "other host", "nobody recognised", "other person", "unknown key", "copied key"],
)
def test_a_passkeys_lie_is_refused(
    person: Client, elsewhere: Client, device: Authenticator, lie: dict[str, Any]
) -> None:
    device.count = 5
    set_up_passkey(person, device)
    with_passkey(elsewhere, replace(device, **lie))
    assert not signed_in(elsewhere)


def test_a_signature_of_another_key_is_refused(person: Client, elsewhere: Client, device: Authenticator) -> None:
    set_up_passkey(person, device)
    thief = Authenticator(ORIGIN, HOST, credential_id=device.credential_id, handle=device.handle)
    assert with_passkey(elsewhere, thief).status_code == 422
    assert not signed_in(elsewhere)


@pytest.mark.parametrize("said", ["{}", "[]", "null", "nonsense", '{"id": 1, "response": null}', '{"response": {}}'])
def test_nonsense_instead_of_an_answer_is_refused_politely(elsewhere: Client, said: str) -> None:
    elsewhere.send("/login/passkey/options")
    assert elsewhere.send("/login/passkey", answer=said).status_code == 422


def test_one_persons_passkey_is_not_the_second_factor_of_another(
    app: Flask, person: Client, client_for: ClientFor, elsewhere: Client, device: Authenticator
) -> None:
    give_password(app, ADMIN)
    other = client_for()
    sign_in(other, ADMIN)
    theirs = Authenticator(ORIGIN, HOST)
    set_up_passkey(other, theirs)
    set_up_passkey(person, device)
    sign_in(elsewhere)
    with_passkey(elsewhere, theirs, second=True)
    assert not signed_in(elsewhere)


def test_a_passkey_that_is_set_up_for_another_site_is_refused(person: Client) -> None:
    answer = set_up_passkey(person, Authenticator("https://evil.example", "evil.example"))
    assert answer.status_code == 422
    assert "nicht angenommen" in words(answer)


def test_several_passkeys_have_names_and_one_can_be_removed(app: Flask, person: Client, elsewhere: Client) -> None:
    laptop, key = Authenticator(ORIGIN, HOST), Authenticator(ORIGIN, HOST)
    set_up_passkey(person, laptop, "Tablet")
    set_up_passkey(person, key, "Schlüssel")
    with writing(app) as work:
        ids = {row.name: row.id for row in work.session.scalars(select(Passkey))}
        handles = set(work.session.scalars(select(Passkey.user_handle)))
    assert len(handles) == 1
    person.send(f"/account/security/passkeys/{ids['Schlüssel']}/name", name="Schlüssel am Bund")
    person.send(f"/account/security/passkeys/{ids['Tablet']}/remove")
    shown = words(person.get("/account/security"))
    assert "Schlüssel am Bund" in shown
    assert "Tablet" not in shown
    with_passkey(elsewhere, laptop)
    assert not signed_in(elsewhere)


def test_the_last_passkey_stays_where_nothing_else_opens_the_account(
    app: Flask, person: Client, device: Authenticator
) -> None:
    set_up_passkey(person, device)
    with writing(app) as work:
        last = work.session.scalars(select(Passkey.id)).one()
    provider = Provider("stadt", "Stadt Marburg", "https://sso.marburg.example", "hub")
    app.config["HUB"] = replace(app.config["HUB"], providers=(provider,), local_passwords=False)
    person.send(f"/account/security/passkeys/{last}/remove")
    assert "Ohne diesen Passkey" in words(person.get("/account/security"))
    app.config["HUB"] = replace(app.config["HUB"], providers=(), local_passwords=True)
    person.send(f"/account/security/passkeys/{last}/remove")
    assert "Der Passkey ist entfernt" in words(person.get("/account/security"))


def test_nobody_touches_anothers_passkey(
    app: Flask, person: Client, client_for: ClientFor, device: Authenticator
) -> None:
    set_up_passkey(person, device)
    give_password(app, ADMIN)
    other = client_for()
    sign_in(other, ADMIN)
    with writing(app) as work:
        theirs = work.session.scalars(select(Passkey.id)).one()
    assert other.send(f"/account/security/passkeys/{theirs}/remove").status_code == 404
    assert other.send(f"/account/security/passkeys/{theirs}/name", name="x").status_code == 404


def test_a_closed_account_does_not_open_by_its_passkey(
    app: Flask, person: Client, elsewhere: Client, device: Authenticator
) -> None:
    set_up_passkey(person, device)
    with writing(app) as work:
        work.session.execute(update(User).where(User.email == MODELLER).values(active=False))
    assert with_passkey(elsewhere, device).status_code == 422


def test_a_locked_name_is_no_lock_for_a_passkey(person: Client, elsewhere: Client, device: Authenticator) -> None:
    set_up_passkey(person, device)
    for _ in range(11):
        sign_in(elsewhere, password="falsch")
    with_passkey(elsewhere, device)
    assert signed_in(elsewhere)


@pytest.mark.parametrize("address", ["http://hub.example", "https://192.0.2.1", "http://127.0.0.1:8000"])
def test_where_browsers_allow_no_passkeys_none_are_offered(app: Flask, person: Client, address: str) -> None:
    app.config["HUB"] = replace(app.config["HUB"], base_url=address)
    assert not person.page("/account/security").xpath("//passkey-button")
    assert person.send("/account/security/passkeys/options").status_code == 409


# Roles that need a second factor


def needs_factor(app: Flask, roles: str = "modeller") -> None:
    app.config["HUB"] = replace(app.config["HUB"], second_factor=roles)


def test_whose_role_needs_a_factor_is_led_to_set_it_up_first(app: Flask, person: Client) -> None:
    needs_factor(app)
    assert person.get("/library").location == "/account/security"
    assert "verlangt einen zweiten Faktor" in words(person.get("/account/security"))
    assert person.send("/new/process").status_code == 403
    set_up_codes(person)
    assert person.get("/library").status_code == 200


def test_whose_role_needs_none_is_left_in_peace(app: Flask, person: Client) -> None:
    needs_factor(app, "admin,system_admin")
    assert person.get("/library").status_code == 200


def test_whoever_needs_a_factor_can_still_sign_out_and_read_the_imprint(app: Flask, person: Client) -> None:
    needs_factor(app)
    assert person.get("/impressum").status_code == 200
    person.send("/logout")
    assert person.get("/library").status_code == 200


def test_a_role_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="HUB_REQUIRE_SECOND_FACTOR"):
        create_app(Settings("sqlite://", KEY, second_factor="chef", testing=True))


# Fixation


def test_every_way_in_gives_a_new_token(app: Flask, person: Client, elsewhere: Client, device: Authenticator) -> None:
    set_up_passkey(person, device)
    with elsewhere.session_transaction() as kept:
        kept[COOKIE_TOKEN], kept["planted"] = "known to an attacker", "x"
    with_passkey(elsewhere, device)
    with elsewhere.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != "known to an attacker"
        assert "planted" not in kept
    with writing(app) as work:
        assert len(list(work.session.scalars(select(SignIn)))) == 2
