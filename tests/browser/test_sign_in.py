"""Passkeys with Chromium's own virtual security key, second factors by keyboard, and the pages around them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect
from sqlalchemy import delete, update

from hub.config.providers import Provider
from hub.store.factors import OneTimeCodes, Passkey, RecoveryCode
from hub.store.limits import Limit
from hub.web.login import DEMO_PASSWORD
from tests.browser.conftest import Visitor, visitor
from tests.browser.rules import RULES
from tests.clients import writing

pytestmark = pytest.mark.browser
EMAIL = "modellierung@marburg.example"


@pytest.fixture
def here(hub_url: str, sample_app: Flask) -> Iterator[str]:
    """Return the hub's address by name, since passkeys know no numbers; afterwards nobody has factors any more."""
    yield hub_url.replace("127.0.0.1", "localhost")
    with writing(sample_app) as work:
        for table in (Passkey, OneTimeCodes, RecoveryCode, Limit):
            work.session.execute(delete(table))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context(locale="de-DE")
    yield found
    found.close()


def with_key(page: Page, *, recognises: bool = True) -> tuple[CDPSession, str]:
    """Plug a security key into a page; it recognises its owner, or not."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": recognises,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def set_up(person: Visitor, name: str = "Dienstlaptop") -> None:
    page = person.go("/account/security")
    page.wait_for_selector("html[data-scripts=ready]")
    page.fill("#name", name)
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.locator("main")).to_contain_text("Der Passkey ist eingerichtet.")


def sign_out(page: Page, url: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/login")
    page.wait_for_selector("html[data-scripts=ready]")


def test_a_passkey_is_set_up_and_opens_the_door_without_name_and_password(context: BrowserContext, here: str):
    person = visitor(context, here, EMAIL)
    session, key = with_key(person.page)
    set_up(person)
    expect(person.page.locator("main")).to_contain_text("Ihre Wiederherstellungscodes")
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    sign_out(person.page, here)
    person.page.get_by_role("button", name="Mit Passkey anmelden").click()
    person.page.wait_for_url(f"{here}/")
    expect(person.page.locator(".account__name")).to_contain_text("Modellierung Marburg")
    assert person.complaints == []


def test_after_the_password_the_passkey_is_asked_for(context: BrowserContext, here: str):
    person = visitor(context, here, EMAIL)
    with_key(person.page)
    set_up(person)
    page = person.page
    sign_out(page, here)
    page.fill("#email", EMAIL)
    page.fill("#password", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here}/login/second")
    page.wait_for_selector("html[data-scripts=ready]")
    page.get_by_role("button", name="Passkey verwenden").click()
    page.wait_for_url(f"{here}/")
    assert person.complaints == []


def test_a_key_that_does_not_recognise_its_owner_opens_nothing(context: BrowserContext, here: str):
    person = visitor(context, here, EMAIL)
    session, key = with_key(person.page)
    set_up(person)
    sign_out(person.page, here)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    person.page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(person.page.locator("passkey-button [role=status]")).to_contain_text("abgebrochen", timeout=90_000)
    assert person.page.url == f"{here}/login"


def test_one_device_is_not_set_up_twice(context: BrowserContext, here: str):
    person = visitor(context, here, EMAIL)
    with_key(person.page)
    set_up(person)
    page = person.go("/account/security")
    page.wait_for_selector("html[data-scripts=ready]")
    page.fill("#name", "Noch einmal")
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.locator("passkey-button [role=status]")).to_contain_text("schon ein Passkey")


def test_one_time_codes_are_set_up_and_asked_for_by_keyboard_alone(
    context: BrowserContext, here: str, sample_app: Flask
):
    person = visitor(context, here, EMAIL)
    page = person.go("/account/security")
    page.get_by_role("button", name="Einmalcodes einrichten").press("Enter")
    page.wait_for_url(f"{here}/account/security/codes")
    codes = pyotp.TOTP((page.locator("main code").text_content() or "").replace(" ", ""))
    page.locator("#code").focus()
    page.keyboard.type(codes.now())
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ihre Wiederherstellungscodes")
    with writing(sample_app) as work:
        work.session.execute(update(OneTimeCodes).values(last_step=0))
    sign_out(page, here)
    page.fill("#email", EMAIL)
    page.fill("#password", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here}/login/second")
    page.locator("#code").focus()
    page.keyboard.type(codes.now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here}/")
    assert person.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_signing_in(
    chromium: Browser, here: str, sample_app: Flask, scheme: str, monkeypatch: pytest.MonkeyPatch
):
    described = Provider("stadt", "Stadt Marburg", "https://sso.marburg.example", "prozesshub")
    monkeypatch.setitem(sample_app.config, "HUB", replace(sample_app.config["HUB"], providers=(described,)))
    context = chromium.new_context(locale="de-DE", color_scheme=scheme, viewport={"width": 320, "height": 700})  # type: ignore[arg-type]
    person = visitor(context, here, EMAIL)
    axe, page = Axe(), person.page
    wrong: list[str] = []

    def look(what: str) -> None:
        page.wait_for_timeout(300)
        found = axe.run(page, options=RULES).response["violations"]
        wrong.extend(f"{what}: {row['id']} {row['nodes'][0]['html'][:120]}" for row in found)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{what}: wider than the screen")

    with_key(page)
    person.go("/account")
    look("account")
    person.go("/account/confirm?next=/account/security")
    look("confirm by password")
    person.go("/account/security")
    look("nothing set up")
    page.get_by_role("button", name="Einmalcodes einrichten").click()
    look("set up codes")
    codes = pyotp.TOTP((page.locator("main code").text_content() or "").replace(" ", ""))
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    look("wrong code")
    page.fill("#code", codes.now())
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ihre Wiederherstellungscodes")
    look("recovery codes")
    page.wait_for_selector("html[data-scripts=ready]")
    page.fill("#name", "Dienstlaptop")
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.locator("main")).to_contain_text("Der Passkey ist eingerichtet.")
    page.locator("main details summary").first.click()
    look("all set up")
    person.go("/account/confirm?next=/account/security")
    look("confirm by factor")
    sign_out(page, here)
    look("login with providers")
    page.fill("#email", EMAIL)
    page.fill("#password", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here}/login/second")
    look("second factor")
    complaints = [line for line in person.complaints if "422" not in line]
    context.close()
    assert (wrong, complaints) == ([], [])
