"""A statement of use from submission to decision: the city and two reviewers of the authority, in three browsers."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import visitor

pytestmark = pytest.mark.browser
GRANT = "sepa-lastschriftmandat-mit-freigabe-im-online-banking"
ROOM = f"/funding/review/{GRANT}/1"
CITY, LAND, SECOND = "koordination@ikz.example", "foerderung@rp-giessen.example", "entscheidung@rp-giessen.example"


def test_a_review_is_played_from_submission_to_decision_by_three_people(chromium: Browser, hub_url: str) -> None:
    city, land, second = (visitor(chromium.new_context(locale="de-DE"), hub_url, who) for who in (CITY, LAND, SECOND))

    page = city.go(f"/funding/{GRANT}/statements")
    page.get_by_role("button", name="Nachweis beginnen").click()
    page.locator("#report").fill("## Ergebnis\n\nDas Mandat wird im Online-Banking erteilt.")
    page.get_by_role("button", name="Einreichen und einfrieren").click()
    page.get_by_role("dialog").get_by_role("button", name="Einreichen und einfrieren").click()
    expect(page).to_have_url(hub_url + ROOM)
    expect(page.get_by_text("Das Mandat wird im Online-Banking erteilt.")).to_be_visible()

    page = land.go(ROOM)
    page.get_by_role("button", name="Prüfung beginnen").click()
    writing = page.locator("section[aria-labelledby=notes] form", has=page.get_by_role("button", name="Festhalten"))
    writing.locator("#kind").select_option("question")
    writing.locator("#text").fill("Seit wann läuft es im Echtbetrieb?")
    writing.get_by_role("button", name="Festhalten").click()
    expect(page.get_by_role("alert").get_by_text("Frist")).to_be_visible()
    expect(writing.locator("#text")).to_have_value("Seit wann läuft es im Echtbetrieb?")
    writing.locator("#deadline").fill((datetime.now(UTC) + timedelta(days=14)).date().isoformat())
    writing.get_by_role("button", name="Festhalten").click()
    expect(page.locator("#notes ~ article, section[aria-labelledby=notes] article")).to_have_count(1)

    page = city.go(ROOM)
    page.locator("summary", has_text="Antworten").click()
    page.get_by_label("Antwort").fill("Seit dem Frühjahr.")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Seit dem Frühjahr.")).to_be_visible()

    page = land.go(ROOM)
    page.get_by_role("button", name="Erledigt").click()
    page.locator("section[aria-labelledby=checklist]").get_by_label("Antwort").first.select_option("yes")
    page.locator("section[aria-labelledby=checklist]").get_by_role("button", name="Festhalten").first.click()
    expect(page.get_by_role("link", name="Prüfliste (1 von")).to_be_visible()
    writing.locator("#kind").select_option("proposal")
    writing.locator("#text").fill("Alles belegt.")
    writing.locator("#verdict").select_option("accepted")
    writing.get_by_role("button", name="Festhalten").click()
    expect(page.get_by_text("Eine zweite Person Ihrer Behörde entscheidet.")).to_be_visible()
    expect(page.get_by_role("button", name="So entscheiden")).to_have_count(0)
    expect(city.go(ROOM).get_by_text("Alles belegt.")).to_have_count(0)

    page = second.go(ROOM)
    page.locator("main a[href*='/versions/']").first.click()
    expect(page.get_by_text("Die Prüfsumme des Inhalts stimmt mit der eingereichten überein.")).to_be_visible()
    page = second.go(ROOM)
    page.get_by_role("button", name="So entscheiden").click()
    page.get_by_role("dialog").get_by_role("button", name="So entscheiden").click()
    expect(page.get_by_text("Anerkannt").first).to_be_visible()
    expect(page.get_by_role("button", name="So entscheiden")).to_have_count(0)

    expect(city.go(ROOM).get_by_text("Anerkannt").first).to_be_visible()
    expect(city.page.get_by_text("Alles belegt.").first).to_be_visible()
    assert [line for person in (city, land, second) for line in person.complaints if "422" not in line] == []
