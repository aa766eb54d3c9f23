"""Choosing a service by keyboard, and hearing of similar models while a form is filled in."""

import pytest
from playwright.sync_api import Browser, expect

from hub.config import ROOT
from tests.browser.conftest import visitor

pytestmark = pytest.mark.browser
ANSWER = "similar-models [data-answer]"


def test_a_synonym_and_two_keys_choose_a_service_and_tell_of_models_for_it(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE")
    person = visitor(context, hub_url, "modellierung@marburg.example")
    page = person.go("/new/blank")
    page.wait_for_selector("html[data-scripts=ready]")
    page.click("#service")
    page.keyboard.type("Hundesteuerbescheid")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert (page.input_value("#service"), page.input_value("#service_key")) == (
        "Hundesteuer Festsetzung",
        "99102013002000",
    )
    expect(page.locator(ANSWER)).to_contain_text("gleiche Leistung")
    assert person.complaints == []
    context.close()


def test_a_chosen_file_is_compared_before_it_is_sent(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE")
    person = visitor(context, hub_url, "modellierung@marburg.example")
    page = person.go("/new/upload")
    page.wait_for_selector("html[data-scripts=ready]")
    page.set_input_files("#file", ROOT / "processes" / "hundesteuer-ist" / "process.bpmn")
    expect(page.locator(ANSWER)).to_contain_text("derselbe Inhalt")
    assert page.locator(f"{ANSWER} a", has_text="Diese ableiten").count() >= 1
    assert person.complaints == []
    context.close()


def test_charts_follow_the_theme_and_are_readable_on_a_telephone(chromium: Browser, hub_url: str):
    seen = set()
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            locale="de-DE",
            color_scheme=scheme,
            viewport={"width": 390, "height": 800},
        )
        page = visitor(context, hub_url).go("/services/portfolio")
        bar = page.locator("svg [role=graphics-symbol]").first
        seen.add(bar.evaluate("element => getComputedStyle(element).fill"))
        assert page.locator(".chart__paper svg").evaluate("svg => svg.getBoundingClientRect().width") > 600
        context.close()
    assert len(seen) == 2
