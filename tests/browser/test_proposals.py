"""Fulda and Marburg in two browsers: a change goes over, is decided on the diagram, merged, and comes back."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import visitor

pytestmark = pytest.mark.browser
TITLE = "Gebühr per SEPA-Lastschrift einziehen"
RENAME = """() => {
  const modeler = document.querySelector("bpmn-modeler").modeler;
  const task = modeler.get("elementRegistry").get("Activity_GewerbeEintragen");
  modeler.get("modeling").updateProperties(task, { name: "Gewerbe im Register eintragen" });
}"""


def ready(page: Page, element: str) -> None:
    """Wait until a diagram has been drawn."""
    expect(page.locator(element)).to_have_attribute("data-state", "ready")


def test_fulda_and_marburg_pass_a_change_to_and_fro(chromium: Browser, hub_url: str):
    fulda = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@fulda.example")
    marburg = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@marburg.example")

    page = fulda.go("/collaboration/proposals?scope=in")
    page.get_by_role("link", name=TITLE).click()
    ready(page, "bpmn-compare")
    expect(page.locator("[data-decisions] .change")).not_to_have_count(0)
    expect(page.get_by_text("noch nicht entschieden")).to_be_visible()

    # Decided on the diagram: the next change by keyboard, its choices right below.
    page.locator("bpmn-compare .compare__paper").first.click(position={"x": 5, "y": 5})
    page.keyboard.press("n")
    page.locator(".decide-here").get_by_role("button", name="übernehmen").click()
    expect(page.locator("#change-0 .change__head")).to_contain_text("übernehmen")

    # While one choice is on its way, the next ones are made and typed; none is lost, and the button waits its turn.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/decide", hold, times=1)
    with page.expect_request("**/decide"):
        page.locator("#verdict-0-later").check()
    page.locator("#verdict-0-decline").check()
    page.locator("#reason-0").fill("Marburg bucht anders.")
    page.get_by_role("button", name="Entscheidungen speichern").click(no_wait_after=True)
    held[0].continue_()
    expect(page.locator("#change-0 .change__head")).to_contain_text("ablehnen")
    expect(page.locator("#reason-0")).to_have_value("Marburg bucht anders.")
    page.locator("#verdict-0-adopt").check()
    expect(page.locator("#change-0 .change__head")).to_contain_text("übernehmen")

    page.get_by_role("button", name="Ergebnis", exact=True).click()
    expect(page.locator("bpmn-compare .compare__side:not([hidden])")).to_have_count(3)

    page.get_by_role("button", name="Alles Offene ohne Widerspruch übernehmen").click()
    expect(page.get_by_text("alles entschieden")).to_be_visible()

    page.get_by_role("link", name="Ergebnis bearbeiten").click()
    ready(page, "bpmn-modeler")
    page.evaluate(RENAME)
    page.fill("textarea#message", "Lastschrift aus Marburg, Register genannt")
    page.get_by_role("button", name="Version speichern").click()
    page.wait_for_url(re.compile(r"/proposals/\d+$"))
    expect(page.get_by_text("Übernommen in Version")).to_be_visible()

    # What came of it is in Marburg's inbox: only what Fulda did besides, not what Marburg had offered.
    page = marburg.go("/collaboration/inbox")
    expect(page.locator(".changes .change")).to_contain_text(["Gewerbe im Register eintragen"])
    page.get_by_role("button", name=re.compile("Unstrittiges übernehmen")).first.click()
    expect(page.get_by_text("Neue Versionen: 1")).to_be_visible()
    page = marburg.go("/marburg/gewerbe-anmelden-soll-marburg")
    expect(page.locator(".process-text").first).to_contain_text("Gewerbe im Register")

    assert fulda.complaints == []
    assert marburg.complaints == []
