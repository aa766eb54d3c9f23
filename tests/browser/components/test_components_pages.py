"""The frame of the pages and the small elements."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Response, expect

pytestmark = [
    pytest.mark.browser,
    # A page that is left in mid-load drops its connection, and werkzeug the file it was sending.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Open = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LIMIT = 150_000
READY = {path: f"bpmn-{path[1:]}[data-state=ready]" for path in ("/viewer", "/modeler", "/compare")}


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found]


@pytest.mark.parametrize("path", ["/parts", "/viewer", "/modeler", "/compare"])
def test_no_component_breaks_a_rule_of_accessibility_in_light_or_dark(open_page: Open, path: str) -> None:
    page = open_page(path)
    page.wait_for_selector(READY.get(path, "main"))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(100)  # The colours change in the next frames.
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/parts", "/viewer", "/modeler", "/compare"])
def test_no_page_scrolls_sideways_from_320_pixels_on(open_page: Open, path: str) -> None:
    page = open_page(path)
    page.wait_for_selector(READY.get(path, "main"))
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, width


def test_a_page_without_a_diagram_weighs_less_than_150_kilobytes(
    open_page: Open, component_browser: Any, address: str
) -> None:
    page = component_browser.new_page()
    sizes: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        body = answer.body()
        packed = body if answer.url.endswith("woff2") else gzip.compress(body, 6)
        sizes[answer.url] = len(packed)

    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(f"{address}/parts")
    page.wait_for_load_state("networkidle")
    page.close()
    assert 50_000 < sum(sizes.values()) < LIMIT
    assert not [url for url in sizes if "bpmn" in url]


def test_pages_are_whole_without_script(open_page: Open) -> None:
    page = open_page("/viewer", script=False)
    expect(page.get_by_alt_text("Prozessdiagramm als Bild")).to_be_visible()
    expect(page.get_by_role("link", name="Steuersatz ermitteln")).to_be_visible()
    expect(page.get_by_role("search").get_by_role("searchbox")).to_be_visible()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(open_page: Open) -> None:
    page = open_page("/viewer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_refused_form_leads_the_reader_to_what_is_wrong(open_page: Open) -> None:
    page = open_page("/parts")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Titel").click()
    expect(page.get_by_label("Titel")).to_be_focused()
    expect(page.get_by_label("Titel")).to_have_accessible_description(
        "Leistung im Akkusativ und „bearbeiten“ Bitte füllen Sie dieses Feld aus."
    )


def test_the_theme_changes_at_once_and_is_remembered(open_page: Open, site: Flask) -> None:
    page = open_page("/parts")
    page.get_by_label("Sprache und Darstellung").click()
    with page.expect_request("**/theme"):
        page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    expect(page.get_by_role("button", name="Dunkel")).to_have_attribute("aria-pressed", "true")
    page.wait_for_load_state("networkidle")
    assert site.config["SAVED"][0]["theme"] == "dark"


def test_a_menu_closes_with_escape_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("/parts")
    page.get_by_label("Sprache und Darstellung").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Dunkel")).to_be_hidden()
    expect(page.get_by_label("Sprache und Darstellung")).to_be_focused()


def test_suggestions_can_be_chosen_with_the_keyboard(open_page: Open) -> None:
    page = open_page("/parts")
    box = page.get_by_role("combobox", name="Prozesse, Leistungen und Schritte durchsuchen")
    box.fill("hund")
    expect(page.get_by_role("search").get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(page.get_by_role("option", name="Hund anmelden")).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url("**/parts?found=1")


def test_suggestions_close_with_escape_and_keep_what_was_typed(open_page: Open) -> None:
    page = open_page("/parts")
    box = page.get_by_role("combobox", name="Prozesse, Leistungen und Schritte durchsuchen")
    box.fill("hund")
    expect(page.get_by_role("search").get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("search").get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("hund")


def test_a_comment_can_be_previewed_and_written_on(open_page: Open) -> None:
    page = open_page("/parts")
    page.get_by_label("Beschreibung").fill("Vier Zeichen")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_role("region", name="Vorschau")).to_have_text("12 Zeichen")
    page.get_by_role("button", name="Schreiben").click()
    expect(page.get_by_label("Beschreibung")).to_have_value("Vier Zeichen")


def test_an_at_sign_offers_people(open_page: Open) -> None:
    page = open_page("/parts")
    text = page.get_by_label("Beschreibung")
    text.press_sequentially("Bitte @fu")
    expect(page.get_by_role("option", name="Modellierung Fulda")).to_be_visible()
    text.press("ArrowDown")
    text.press("Enter")
    expect(text).to_have_value("Bitte @fulda.modellierung ")


def test_a_question_is_asked_before_something_is_discarded(open_page: Open, site: Flask) -> None:
    page = open_page("/parts")
    page.get_by_label("Titel").fill("Hundesteuer")
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_role("dialog")).to_contain_text("Möchten Sie den Entwurf wirklich verwerfen?")
    page.get_by_role("button", name="Abbrechen").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.config["SAVED"] == []
    page.get_by_role("button", name="Verwerfen").click()
    with page.expect_request("**/theme"):
        page.get_by_role("dialog").get_by_role("button", name="Verwerfen").click()


def test_recent_times_read_as_a_distance_and_keep_their_date(open_page: Open) -> None:
    page = open_page("/parts")
    old = page.locator("time").nth(1)
    expect(old).to_have_attribute("title", "02.10.2026, 12:00 Uhr")
    words = page.evaluate(
        """async () => {
          const { relative } = await import("/static/js/relative-time.js");
          const now = new Date("2026-11-21T12:00:00Z");
          return ["2026-11-21T11:59:50Z", "2026-11-21T11:00:00Z", "2026-11-18T12:00:00Z", "2026-09-01T12:00:00Z"].map(
            (then) => relative(new Date(then), now));
        }"""
    )
    assert words == ["gerade eben", "vor 1 Stunde", "vor 3 Tagen", None]


def test_a_file_that_was_chosen_is_named(open_page: Open) -> None:
    page = open_page("/parts")
    page.get_by_label("BPMN-Datei").set_input_files({"name": "hund.bpmn", "mimeType": "text/xml", "buffer": b"<x/>"})
    expect(page.locator("file-drop")).to_contain_text("Ausgewählt: hund.bpmn")


def test_a_link_to_a_step_can_be_copied(open_page: Open, address: str) -> None:
    page = open_page("/parts")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Link kopieren").click()
    expect(page.locator("copy-link")).to_contain_text("Link kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}/viewer#Task_1"
