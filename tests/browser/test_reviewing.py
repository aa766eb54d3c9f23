"""A draft becomes a release in a real browser: four people, one who is refused, and the board that follows."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor, visitor
from tests.browser.rules import RULES

pytestmark = pytest.mark.browser
PAGE = "/giessen/bewohnerparkausweis-ist/release"
BOARD = "/collaboration/board"
PEOPLE = {
    "modeller": "modellierung@giessen.example",
    "method": "methode@ikz.example",
    "foreign": "freigabe@wetzlar.example",
    "approver": "freigabe@giessen.example",
    "coordinator": "koordination@ikz.example",
}


def press(person: Visitor, name: str) -> None:
    """Press a button of the page „Freigabe“."""
    person.go(PAGE)
    person.page.get_by_role("button", name=name, exact=True).click()
    expect(person.page.locator(".way")).to_be_visible()


def here(page: Page) -> str:
    """Return the name of the step the version stands at."""
    return page.locator(".way__step[aria-current=step] .way__name").inner_text()


def test_four_people_bring_a_draft_to_publication_and_a_fifth_is_refused(chromium: Browser, hub_url: str):
    people = {name: visitor(chromium.new_context(locale="de-DE"), hub_url, email) for name, email in PEOPLE.items()}
    press(people["modeller"], "Zur Prüfung einreichen")
    assert here(people["modeller"].page) == "In methodischer Prüfung"
    press(people["method"], "Methodisch in Ordnung, weiter zur fachlichen Prüfung")
    refused = people["foreign"].go(PAGE)
    expect(refused.get_by_text("Zuständig ist die Freigabe der Stadt, der das Modell gehört.").first).to_be_visible()
    expect(refused.get_by_role("button", name="Fachlich freigeben", exact=True)).to_have_count(0)
    people["approver"].go(PAGE)
    people["approver"].page.fill("#reason", "Entspricht der Parkgebührenordnung.")
    people["approver"].page.get_by_role("button", name="Fachlich freigeben", exact=True).click()
    press(people["coordinator"], "Veröffentlichen")
    page = people["coordinator"].page
    assert here(page) == "Veröffentlicht"
    expect(page.get_by_role("heading", name="Freigabe von Version 1.00")).to_be_visible()
    expect(page.get_by_role("cell", name="Entspricht der Parkgebührenordnung.")).to_be_visible()
    assert [line for person in people.values() for line in person.complaints] == []


def test_a_planned_card_is_dragged_to_a_city_and_says_why_it_cannot_go_further(chromium: Browser, hub_url: str):
    # As tall as the board: scrolling while dragging is the browser's own affair.
    context = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 2600})
    person = visitor(context, hub_url, PEOPLE["coordinator"])
    page = person.go(BOARD)
    page.wait_for_selector("html[data-scripts=ready]")
    card = page.locator(".plan__card", has_text="Fundsache Anzeige")
    card.drag_to(page.locator("td[data-city=giessen][data-column=draft]"))
    expect(page.locator(".plan__says")).to_contain_text("ergibt sich aus den Einträgen")
    card.drag_to(page.locator("td[data-city=giessen][data-column=planned]"))
    expect(page.locator("td[data-city=giessen][data-column=planned] .plan__card")).to_contain_text("Fundsache Anzeige")
    assert person.complaints == []


def test_the_same_card_is_assigned_with_the_keyboard_and_without_scripts(chromium: Browser, hub_url: str):
    person = visitor(chromium.new_context(locale="de-DE", java_script_enabled=False), hub_url, PEOPLE["coordinator"])
    page = person.go(BOARD)
    card = page.locator(".plan__card", has_text="Führungszeugnis Ausstellung")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    card.locator("select[name=city]").select_option("wetzlar")
    card.get_by_role("button", name="Speichern").press("Enter")
    moved = page.locator("td[data-city=wetzlar][data-column=planned] .plan__card")
    expect(moved).to_contain_text("Führungszeugnis Ausstellung")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_reviews(chromium: Browser, hub_url: str, scheme: str):
    person = visitor(
        chromium.new_context(locale="de-DE", color_scheme=scheme, viewport={"width": 390, "height": 800}),  # type: ignore[arg-type]
        hub_url,
        PEOPLE["coordinator"],
    )
    lists = "/collaboration/reviews"
    paths = (
        "/giessen/geburtsurkunde-design/release", "/limburg/wohnsitz-anmelden-ist/release",
        "/giessen/hundesteuer-soll-giessen/release", lists, f"{lists}/load", f"{lists}/validity", f"{lists}/rules",
        BOARD, f"{BOARD}/balance", "/ikz/deputies",
    )  # fmt: skip
    axe, wrong = Axe(), []
    for path in paths:
        page = person.go(path)
        page.wait_for_timeout(300)
        found = axe.run(page, options=RULES).response["violations"]
        wrong += [f"{path}: {row['id']} {row['nodes'][0]['html'][:150]}" for row in found]
        wrong += [f"{path}: {line}" for line in person.complaints]
        person.complaints.clear()
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path}: wider than the window")
    assert wrong == []
