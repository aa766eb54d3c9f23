"""The guided form in a real browser: one step at a time, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor, visitor

pytestmark = pytest.mark.browser
PAGE = "/wetzlar/sondernutzung-design"
SHOWN = ".design-form__step:not([hidden])"


@pytest.fixture
def person(chromium: Browser, hub_url: str) -> Iterator[Visitor]:
    """Return a modeller of Wetzlar in a fresh browser."""
    context = chromium.new_context(locale="de-DE")
    yield visitor(context, hub_url, "modellierung@wetzlar.example")
    context.close()


def _form(person: Visitor, path: str = f"{PAGE}/design") -> Page:
    page = person.go(path)
    page.wait_for_selector("html[data-scripts=ready]")
    return page


def test_the_form_shows_one_step_and_leads_on_by_keyboard(person: Visitor):
    page = _form(person)
    expect(page.locator(SHOWN)).to_have_count(1)
    expect(page.locator(f"{SHOWN} h3")).to_have_text("1. Die Leistung")
    page.locator(f"{SHOWN} button", has_text="Weiter").press("Enter")
    expect(page.locator(f"{SHOWN} h3")).to_have_text("2. Ziel und Nutzende")
    expect(page.locator("[aria-current=step]")).to_contain_text("Ziel und Nutzende")
    expect(page.locator(SHOWN)).to_be_focused()
    page.get_by_role("button", name="Alle Schritte auf einer Seite").click()
    assert page.locator(SHOWN).count() == 11
    assert person.complaints == []


def test_an_address_with_a_field_opens_its_step(person: Visitor):
    page = _form(person, f"{PAGE}/design#f-kostensatz")
    expect(page.locator(f"{SHOWN} h3")).to_have_text("10. Zahlen")
    expect(page.locator("#f-kostensatz")).to_be_focused()


def test_what_was_typed_survives_a_closed_window_and_is_gone_once_published(person: Visitor):
    page = _form(person)
    page.fill("#f-ansprechstelle", "neue-stelle@wetzlar.example")
    page.goto(f"{person.url}{PAGE}/design#step-zugang")
    page.get_by_label("Telefon", exact=True).check()
    expect(page.locator(".design-form__kept")).to_contain_text("Entwurf in diesem Browser gesichert")
    page = _form(person)
    expect(page.locator("#f-ansprechstelle")).not_to_have_value("neue-stelle@wetzlar.example")
    page.get_by_role("button", name="Damit weiterarbeiten").click()
    expect(page.locator("#f-ansprechstelle")).to_have_value("neue-stelle@wetzlar.example")
    assert page.locator("input[value=Telefon]").is_checked()
    page.fill("#message", "Neue Ansprechstelle")
    page.get_by_role("button", name="Version speichern").click()
    expect(page.locator("#facts")).to_be_visible()
    assert "neue-stelle@wetzlar.example" in page.content()
    page = _form(person)
    expect(page.locator(".design-form__notice")).to_have_count(0)


def test_a_refused_field_opens_its_step(person: Visitor):
    page = _form(person, f"{PAGE}/design#f-kostensatz")
    page.fill("#f-kostensatz", "teuer")
    page.fill("#message", "Kosten")
    page.get_by_role("button", name="Version speichern").click()
    expect(page.locator("#f-kostensatz-error")).to_be_visible()
    page.wait_for_selector("html[data-scripts=ready]")
    expect(page.locator(f"{SHOWN} h3")).to_have_text("10. Zahlen")


def test_without_script_the_form_is_one_page(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    person = visitor(context, hub_url, "modellierung@wetzlar.example")
    page = person.go(f"{PAGE}/design")
    assert page.locator(SHOWN).count() == 11
    page.fill("#f-durchlaufzeit-soll", "12 Tage")
    page.fill("#message", "Ohne Skript")
    page.get_by_role("button", name="Version speichern").click()
    expect(page.locator("main")).to_contain_text("12 Tage")
    context.close()
