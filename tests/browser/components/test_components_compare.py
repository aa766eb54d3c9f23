"""Comparing two versions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    # A page that is left in mid-load drops its connection, and werkzeug the file it was sending.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Open = Callable[..., Page]
READY = "bpmn-compare[data-state=ready]"
VIEWS = """(() => { const { old, new: now } = document.querySelector('bpmn-compare').viewers;
  return [old, now].map((viewer) => viewer.get('canvas').viewbox()).map(({ x, y, width }) => [x, y, width]); })()"""


def in_the_middle(page: Page, side: int, element: str) -> bool:
    paper = page.locator(".compare__paper").nth(side).bounding_box()
    shape = page.locator(".compare__paper").nth(side).locator(f"[data-element-id={element}]").first.bounding_box()
    assert paper is not None
    assert shape is not None
    return (
        abs(paper["x"] + paper["width"] / 2 - shape["x"] - shape["width"] / 2) < 15
        and abs(paper["y"] + paper["height"] / 2 - shape["y"] - shape["height"] / 2) < 15
    )


def views_once_moved(page: Page, left: list[float]) -> list[list[float]]:
    """Wait until the left view is no longer `left`; the security policy forbids waiting within the page."""
    for _attempt in range(600):
        views: list[list[float]] = page.evaluate(VIEWS)
        if views[0] != left:
            return views
        page.wait_for_timeout(50)
    pytest.fail("the view did not move")


def test_each_kind_of_change_has_its_own_sign_and_line(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    signs = page.locator(".compare__kind .compare__sign").all_text_contents()
    assert signs == ["+", "−", "≠", "⇅", "↔"]
    lines = {
        kind: page.locator(f".compare__frame--{kind}").first.evaluate("(frame) => getComputedStyle(frame).borderStyle")
        for kind in ("added", "removed", "changed", "moved")
    }
    assert len(set(lines.values())) == 4


def test_a_removed_step_is_marked_before_and_an_added_one_after(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    before, after = page.locator(".compare__paper").all()
    expect(before.locator(".compare__frame--removed")).to_have_count(1)
    expect(before.locator(".compare__frame--added")).to_have_count(0)
    expect(after.locator(".compare__frame--added")).to_have_count(1)
    expect(after.locator(".compare__frame--removed")).to_have_count(0)


def test_the_next_change_is_shown_on_both_sides_and_said_as_a_sentence(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Nächste Änderung").click()
    expect(page.get_by_role("status").filter(has_text="Änderung 1 von 5")).to_contain_text("Anmeldung formell prüfen")
    assert in_the_middle(page, 0, "Task_1")
    assert in_the_middle(page, 1, "Task_1")


def test_changes_are_stepped_through_with_keys(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Nächste Änderung").focus()
    page.keyboard.press("p")
    expect(page.get_by_role("status").filter(has_text="Änderung 4 von 5")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("status").filter(has_text="Änderung 1 von 5")).to_be_visible()


def test_an_entry_of_the_list_focuses_both_sides_where_the_step_moved(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    page.get_by_role("link", name="in der Bahn").click()
    expect(page.locator("[data-change='3']")).to_have_attribute("aria-current", "true")
    assert in_the_middle(page, 0, "Task_4")
    assert in_the_middle(page, 1, "Task_4")


def test_a_click_on_a_changed_step_chooses_its_change(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    paper = page.locator(".compare__paper").nth(1)
    shape = paper.locator("[data-element-id=Task_5]").first.bounding_box()
    assert shape is not None
    page.mouse.click(shape["x"] + shape["width"] / 2, shape["y"] + shape["height"] / 2)
    expect(page.locator("[data-change='2']")).to_have_attribute("aria-current", "true")


def test_a_change_has_an_address(open_page: Open) -> None:
    page = open_page("/compare#change-2")
    page.wait_for_selector(READY)
    expect(page.get_by_role("status").filter(has_text="Änderung 3 von 5")).to_be_visible()
    assert in_the_middle(page, 1, "Task_5")


def test_both_sides_move_together_until_told_otherwise(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    before, after = page.evaluate(VIEWS)
    page.locator(".compare__paper").nth(0).click(position={"x": 10, "y": 10})
    page.mouse.wheel(60, 40)
    moved_before, moved_after = views_once_moved(page, before)
    assert moved_after[0] - after[0] == pytest.approx(moved_before[0] - before[0], abs=0.01)
    assert moved_after[1] - after[1] == pytest.approx(moved_before[1] - before[1], abs=0.01)
    page.get_by_label("Ausschnitte gemeinsam bewegen").uncheck()
    page.locator(".compare__paper").nth(0).click(position={"x": 10, "y": 10})
    page.mouse.wheel(60, 40)
    assert views_once_moved(page, moved_before)[1] == moved_after


def test_what_only_looks_different_is_shown_on_request(open_page: Open) -> None:
    page = open_page("/compare")
    page.wait_for_selector(READY)
    line = "(() => document.querySelector('.compare__paper [data-element-id=Flow_5] path').style.strokeWidth)()"
    plain = page.evaluate(line)
    choice = page.get_by_role("button", name="Nur Darstellung (1)")
    expect(choice).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".compare__frame--layout").first).to_be_hidden()
    choice.click()
    expect(page.locator(".compare__frame--layout").first).to_be_visible()
    assert page.evaluate(line) == "4px"
    page.get_by_role("button", name="Vorherige Änderung").click()
    expect(page.get_by_role("status").filter(has_text="Änderung 5 von 5")).to_be_visible()
    choice.click()
    assert page.evaluate(line) == plain


def test_on_a_narrow_screen_the_versions_stand_below_each_other(open_page: Open) -> None:
    page = open_page("/compare", width=390)
    page.wait_for_selector(READY)
    first, second = (page.locator(".compare__paper").nth(side).bounding_box() for side in (0, 1))
    assert first is not None
    assert second is not None
    assert second["y"] > first["y"] + first["height"]
    assert first["width"] > 340
