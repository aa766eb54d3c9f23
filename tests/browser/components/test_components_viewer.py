"""Reading a diagram."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    # A page that is left in mid-load drops its connection, and werkzeug the file it was sending.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Open = Callable[..., Page]
READY = "bpmn-viewer[data-state=ready]"
VIEW = "(document.querySelector('bpmn-viewer').viewer.get('canvas').viewbox())"


def selected(page: Page) -> list[str]:
    ids: list[str] = page.evaluate(
        "document.querySelector('bpmn-viewer').viewer.get('selection').get().map((e) => e.id)"
    )
    return ids


def test_the_diagram_takes_the_place_of_its_picture(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    expect(page.get_by_alt_text("Prozessdiagramm als Bild")).to_be_hidden()
    expect(page.get_by_role("application", name="Prozessdiagramm Hundesteuer festsetzen")).to_be_visible()
    expect(page.locator("[data-element-id=Task_1] text")).to_have_text("Anmeldung prüfen")


def test_the_watermark_stays_visible(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    top = page.evaluate(
        "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.bjs-powered-by'))",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert top is True


def test_an_address_with_a_step_opens_the_diagram_on_that_step(open_page: Open) -> None:
    page = open_page("/viewer#Task_4")
    page.wait_for_selector(READY)
    assert selected(page) == ["Task_4"]
    paper = page.locator(".diagram__paper").bounding_box()
    shape = page.locator("[data-element-id=Task_4]").first.bounding_box()
    assert paper is not None
    assert shape is not None
    assert abs(paper["x"] + paper["width"] / 2 - shape["x"] - shape["width"] / 2) < 20
    assert abs(paper["y"] + paper["height"] / 2 - shape["y"] - shape["height"] / 2) < 20


def test_a_step_within_a_sub_process_is_found_and_the_way_back_is_shown(open_page: Open) -> None:
    page = open_page("/viewer#Inner_2")
    page.wait_for_selector(READY)
    assert selected(page) == ["Inner_2"]
    page.locator(".bjs-breadcrumbs a").first.click()
    expect(page.locator("[data-element-id=Task_1]").first).to_be_visible()


def test_a_sub_process_can_be_opened_with_a_named_button(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="„Steuer festsetzen“ öffnen").click()
    expect(page.locator("[data-element-id=Inner_2]").first).to_be_visible()


def test_a_step_in_the_text_lights_up_its_shape(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    page.get_by_role("link", name="Steuer festsetzen").click()
    assert selected(page) == ["Sub_1"]
    assert page.url.endswith("#Sub_1")


def test_a_shape_lights_up_its_step_in_the_text(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    page.locator("[data-element-id=Task_1]").first.click()
    expect(page.locator(".steps__item--lit")).to_have_text("Anmeldung prüfen")
    expect(page.get_by_role("status").filter(has_text="Ausgewählt: Anmeldung prüfen")).to_be_attached()


def test_comments_and_findings_are_counted_at_their_step(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    expect(page.get_by_role("link", name="3 Kommentare: Anmeldung prüfen")).to_have_attribute("href", "#c7")
    expect(page.get_by_role("link", name="1 Hinweis: Anmeldung prüfen")).to_have_text("1")
    expect(page.locator(".diagram__flag")).to_have_count(2)


def test_the_view_is_moved_and_sized_with_the_keyboard(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    drawing = page.get_by_role("application")
    before = page.evaluate(VIEW)
    drawing.press("ArrowRight")
    moved = page.evaluate(VIEW)
    assert moved["x"] > before["x"]
    drawing.press("+")
    assert page.evaluate(VIEW)["width"] < moved["width"]
    drawing.press("0")
    fitted = page.evaluate(VIEW)
    assert fitted["x"] == pytest.approx(before["x"], abs=1)
    assert fitted["width"] == pytest.approx(before["width"], abs=1)


def test_the_wheel_belongs_to_the_page_until_the_diagram_is_clicked(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    before = page.evaluate(VIEW)
    page.locator(".diagram__paper").hover(position={"x": 20, "y": 20})
    page.mouse.wheel(0, 60)
    expect(page.get_by_text("Klicken Sie in das Diagramm")).to_be_visible()
    assert page.evaluate(VIEW) == before
    page.locator(".diagram__paper").click(position={"x": 20, "y": 20})
    page.mouse.wheel(0, 60)
    for _attempt in range(100):
        if page.evaluate(VIEW)["y"] != before["y"]:
            return
        page.wait_for_timeout(100)
    pytest.fail("the diagram did not move")


def test_the_overview_map_opens_and_closes(open_page: Open) -> None:
    page = open_page("/viewer")
    page.wait_for_selector(READY)
    button = page.get_by_role("button", name="Übersichtskarte")
    expect(page.locator(".djs-minimap")).to_be_hidden()
    button.click()
    expect(page.locator(".djs-minimap")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_diagram_that_cannot_be_loaded_leaves_the_picture(open_page: Open, complaints: list[str]) -> None:
    page = open_page("/parts")
    page.evaluate(
        """() => {
          const viewer = document.createElement("bpmn-viewer");
          viewer.setAttribute("src", "/models/fehlt.bpmn");
          viewer.innerHTML = "<img alt='Bild' src='/static/img/logo.svg'>";
          document.querySelector("main").prepend(viewer);
          return import("/static/js/bpmn-viewer.js");
        }"""
    )
    page.wait_for_selector("bpmn-viewer[data-state=failed]")
    expect(page.get_by_alt_text("Bild", exact=True)).to_be_visible()
    expect(page.locator("bpmn-viewer")).to_contain_text("konnte nicht geladen werden")
    assert len(complaints) == 1
    assert "500" in complaints[0]
    complaints.clear()


def test_on_paper_stands_the_whole_picture(open_page: Open) -> None:
    page = open_page("/viewer#Task_4")
    page.wait_for_selector(READY)
    page.emulate_media(media="print")
    expect(page.get_by_alt_text("Prozessdiagramm als Bild")).to_be_visible()
    expect(page.locator(".diagram__paper")).to_be_hidden()
    expect(page.get_by_role("search")).to_be_hidden()


@pytest.mark.parametrize("page_name", ["viewer", "modeler"])
def test_a_hostile_model_is_only_text_and_shapes(open_page: Open, page_name: str, complaints: list[str]) -> None:
    page = open_page(f"/{page_name}?model=hostile")
    page.wait_for_selector(f"bpmn-{page_name}[data-state=ready]")
    for element in ("Start_1", "Task_1", "Task_2", "Sub_1", "Flow_1"):
        page.evaluate(
            "([tag, id]) => { const m = document.querySelector(tag); const v = m.viewer ?? m.modeler;"
            " v.get('selection').select(v.get('elementRegistry').get(id)); }",
            [f"bpmn-{page_name}", element],
        )
        page.wait_for_timeout(80)
    assert page.evaluate("window.caught") is None
    assert page.locator("main iframe, main script:not([type]), main a[href^=javascript]").count() == 0
    expect(page.locator("[data-element-id=Task_2] text").first).to_contain_text("<b>fett</b>")
    # A colour may name a picture; whatever the browser then does, it asks no one but us.
    assert [line for line in complaints if "stolen" not in line and "404" not in line] == []
    complaints.clear()
