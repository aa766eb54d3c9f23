"""In real browsers: who edits is seen by the other, and an unsaved drawing is offered to nobody else."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import visitor

pytestmark = pytest.mark.browser
ENTRY = "/wetzlar/hundesteuer-soll"
RENAME = """() => {
  const modeler = document.querySelector("bpmn-modeler").modeler;
  const task = modeler.get("elementRegistry").get("Activity_VollstaendigkeitPruefen");
  modeler.get("modeling").updateProperties(task, { name: "Noch nicht gespeichert" });
}"""


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/login")
    page.fill("input#email", email)
    page.fill("input#password", "prozesshub-demo")
    page.locator("main form.form button").first.click()
    page.wait_for_url(f"{url}/")


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/")
    page.get_by_text("Konto", exact=True).locator("..").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url(f"{url}/")


def test_two_people_see_that_the_other_is_editing_and_that_they_left(chromium: Browser, hub_url: str):
    first = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@wetzlar.example")
    first.go(f"{ENTRY}/draw")
    expect(first.page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    second = visitor(chromium.new_context(locale="de-DE"), hub_url, "freigabe@wetzlar.example")
    second.go(f"{ENTRY}/draw")
    expect(second.page.locator("edit-presence")).to_contain_text(
        re.compile(r"Modellierung Wetzlar bearbeitet seit \d\d:\d\d Uhr")
    )
    first.go("/library")
    second.go(ENTRY)
    expect(second.page.locator("main")).not_to_contain_text("bearbeitet seit")
    assert first.complaints + second.complaints == []


def test_an_unsaved_drawing_is_offered_to_its_account_and_to_no_other(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE")
    page = visitor(context, hub_url, "modellierung@wetzlar.example").page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{hub_url}{ENTRY}/draw")
    expect(page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    page.evaluate(RENAME)
    expect(page.locator(".modeler__said")).to_contain_text("Auf diesem Gerät gesichert")
    sign_out(page, hub_url)
    sign_in(page, hub_url, "freigabe@wetzlar.example")
    page.goto(f"{hub_url}{ENTRY}/draw")
    expect(page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    expect(page.locator(".modeler__notice--warning")).to_have_count(0)
    sign_out(page, hub_url)
    sign_in(page, hub_url, "modellierung@wetzlar.example")
    page.goto(f"{hub_url}{ENTRY}/draw")
    expect(page.locator(".modeler__notice--warning")).to_have_count(1)


def test_a_sign_in_that_ends_while_drawing_is_told_and_costs_nothing(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE")
    person = visitor(context, hub_url, "modellierung@wetzlar.example")
    page = person.page
    page.on("dialog", lambda dialog: dialog.accept())
    person.go("/wetzlar/hundesteuer-ist/draw")
    expect(page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    context.clear_cookies()
    page.evaluate("document.querySelector('edit-presence').beat()")
    expect(page.locator("edit-presence")).to_contain_text("Ihre Anmeldung ist abgelaufen")
    with context.expect_page() as opened:
        page.get_by_role("link", name="In neuem Tab anmelden").click()
    sign_in(opened.value, hub_url, "modellierung@wetzlar.example")
    page.evaluate("document.querySelector('edit-presence').beat()")
    expect(page.locator("edit-presence")).not_to_contain_text("abgelaufen")


def test_a_guest_comments_in_the_browser_without_a_complaint(chromium: Browser, hub_url: str):
    writer = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@marburg.example").page
    writer.goto(f"{hub_url}/marburg/sepa-mandat-soll/guests")
    writer.fill("#name", "Kämmerei Marburg, Fachprüfung")
    writer.get_by_role("button", name="Link anlegen").click()
    path = str(writer.locator("a.feed__address").get_attribute("href"))
    guest = visitor(chromium.new_context(locale="de-DE", viewport={"width": 390, "height": 800}), hub_url)
    guest.go("/guest/" + path.rpartition("/")[2])
    expect(guest.page.locator("bpmn-viewer")).to_have_attribute("data-state", "ready")
    guest.page.fill("#text", "Aus Sicht der Kasse in Ordnung.")
    guest.page.get_by_role("button", name="Kommentar absenden").click()
    expect(guest.page.locator("main")).to_contain_text("Vielen Dank")
    assert not guest.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert guest.complaints == []


def test_the_modeler_comes_although_the_connection_breaks_for_a_moment(chromium: Browser, hub_url: str):
    person = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@wetzlar.example")
    lost: list[str] = []

    def lose_twice(route: Route) -> None:
        if len(lost) == 2:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort("connectionreset")

    person.page.route("**/js/bpmn-modeler.js*", lose_twice)
    person.go(f"{ENTRY}/draw")
    expect(person.page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    assert len(lost) == 2
