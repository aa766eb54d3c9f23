"""Drawing in the browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    # A page that is left in mid-load drops its connection, and werkzeug the file it was sending.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Open = Callable[..., Page]
READY = "bpmn-modeler[data-state=ready]"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HUB = "urn:ikz-prozesshub:bpmn:1"
SEND = "Version speichern"

# Words of bpmn-js that are English only; „Link“, „Signal“, „Element“ and „Pool“ are German too.
ENGLISH = re.compile(
    r"\b(append|create|activate|connect|using|elements|event|gateway|task|lane|add|remove|delete|change|open|close|"
    r"start|end|boundary|intermediate|throw|catch|message|timer|error|non-interrupting|flow|sequence|search|results?|"
    r"user|service|manual|script|send|receive|rule|business|call|expanded|collapsed|empty|toggle|divide|align|above|below)\b",
    re.IGNORECASE,
)

ALL_WORDS = """async () => {
  const host = document.querySelector("bpmn-modeler");
  const modeler = host.modeler;
  const get = (name) => modeler.get(name);
  const words = new Set();
  const grab = (root) => {
    for (const node of root?.querySelectorAll("*") ?? []) {
      for (const name of ["title", "aria-label", "placeholder"]) words.add(node.getAttribute(name) ?? "");
      if (!node.children.length) words.add(node.textContent.trim());
    }
  };
  const pause = () => new Promise((done) => setTimeout(done, 15));
  grab(document.querySelector(".djs-palette"));
  const parent = get("elementRegistry").get("Participant_2");
  const types = ["StartEvent", "EndEvent", "IntermediateThrowEvent", "Task", "SubProcess", "EventBasedGateway",
    "DataObjectReference", "DataStoreReference", "TextAnnotation", "CallActivity",
    "AdHocSubProcess", "Transaction", "ParallelGateway"];
  let x = 1200;
  for (const type of types) {
    const shape = get("elementFactory").createShape({ type: `bpmn:${type}` });
    get("modeling").createShape(shape, { x: (x += 10), y: 200 }, parent);
  }
  const reacting = { type: "bpmn:SubProcess", triggeredByEvent: true, isExpanded: true };
  get("modeling").createShape(get("elementFactory").createShape(reacting), { x: 1700, y: 200 }, parent);
  const { kindOf } = await import("/static/js/modeler-panel.js");
  for (const element of get("elementRegistry").filter((each) => each.parent && each.type !== "label")) {
    get("selection").select(element);
    words.add(kindOf(element));
    await pause();
    get("contextPad").open(element, true);
    grab(document.querySelector(".djs-context-pad-parent"));
    grab(document.querySelector(".djs-context-pad"));
    try {
      const look = { title: get("translate")("Change element"), width: 300, search: true };
      get("popupMenu").open(element, "bpmn-replace", { x: 300, y: 300 }, look);
    } catch {
      continue;  // Nothing to replace this element by.
    }
    await pause();
    grab(document.querySelector(".djs-popup"));
    get("popupMenu").close();
  }
  const several = get("elementRegistry").filter((each) => each.id.startsWith("Task_") || each.id === "Sub_1");
  get("selection").select(several);
  get("contextPad").open(several, true);
  grab(document.querySelector(".djs-context-pad"));
  host.querySelector(".modeler__bar [aria-label='Ausgewählte Elemente ausrichten']").click();
  await pause();
  grab(document.querySelector(".djs-popup"));
  get("popupMenu").close();
  get("searchPad").open();
  grab(document.querySelector(".djs-search-container"));
  get("searchPad").close();
  const { missing } = await import("/static/js/bpmn-german.js");
  return { missing: [...missing], words: [...words].filter(Boolean) };
}"""


def drawn(page: Page, script: str) -> Any:
    return page.evaluate(f"async () => {{ const m = document.querySelector('bpmn-modeler').modeler; {script} }}")


def choose(page: Page, name: str) -> None:
    page.get_by_label("Element wählen").select_option(label=name)


def rename(page: Page, name: str = "Anmeldung sichten") -> None:
    choose(page, "Anmeldung prüfen – Aufgabe einer Person am Bildschirm")
    field = page.get_by_label("Name", exact=True)
    field.fill(name)
    field.press("Tab")


def name_of(xml: str, element: str) -> str | None:
    found = etree.fromstring(xml.encode()).find(f".//*[@id='{element}']")
    return None if found is None else found.get("name")


def test_every_word_of_the_drawing_tools_is_german(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    found = page.evaluate(ALL_WORDS)
    assert found["missing"] == []
    assert len(found["words"]) > 100
    assert [word for word in found["words"] if ENGLISH.search(word)] == []


def test_what_is_sent_is_the_model_before_and_after_the_change(open_page: Open, site: Flask) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    [sent] = site.config["SAVED"]
    assert name_of(sent["before"], "Task_1") == "Anmeldung prüfen"
    assert name_of(sent["after"], "Task_1") == "Anmeldung sichten"
    # bpmn-js notes an empty label shape with every new name; nothing else may differ.
    after = re.sub(r"\s*<bpmndi:BPMNLabel />", "", sent["after"])
    assert after == sent["before"].replace('name="Anmeldung prüfen"', 'name="Anmeldung sichten"')
    assert sent["parent"] == "1"


def test_a_change_in_the_panel_is_one_step_to_undo_and_redo(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    expect(page.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung sichten")
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung prüfen")
    expect(page.get_by_role("button", name="Rückgängig")).to_be_disabled()
    page.get_by_role("button", name="Wiederholen").click()
    expect(page.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung sichten")


def test_administrative_facts_are_read_from_and_written_to_the_hubs_namespace(open_page: Open, site: Flask) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    choose(page, "Anmeldung prüfen – Aufgabe einer Person am Bildschirm")
    rag = page.get_by_label("Referenzaktivitätengruppe (RAG)")
    expect(rag).to_have_value("3")
    expect(page.get_by_label("IT-System")).to_have_value("Steuerverfahren")
    rag.select_option("4")
    page.get_by_label("Übermittlungsweg").select_option("online")
    page.get_by_label("Rechtsgrundlage").fill("§ 2 Hundesteuersatzung")
    page.get_by_label("IT-System").fill("")
    page.get_by_label("IT-System").press("Tab")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    task = etree.fromstring(site.config["SAVED"][0]["after"].encode()).find(".//*[@id='Task_1']")
    assert task is not None
    found = {etree.QName(child).localname: dict(child.attrib) for child in task.iterfind(f".//{{{HUB}}}*")}
    assert found == {
        "rag": {"code": "4"},
        "channel": {"kind": "online"},
        "legalBasis": {"text": "§ 2 Hundesteuersatzung"},
    }


def test_description_condition_and_deadline_can_be_edited(open_page: Open, site: Flask) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    choose(page, "Frist abgelaufen – Angeheftetes Ereignis: Zeit")
    deadline = page.get_by_label("Zeitangabe", exact=True)
    expect(deadline).to_have_value("P14D")
    deadline.fill("P21D")
    deadline.press("Tab")
    choose(page, "nein – Sequenzfluss")
    condition = page.get_by_label("Bedingung", exact=True)
    expect(condition).to_have_value("Angaben fehlen")
    condition.fill("Unterlagen fehlen")
    condition.press("Tab")
    choose(page, "Steuer festsetzen – Teilprozess")
    expect(page.locator(".properties")).to_contain_text("Fachdienst Steuern")
    page.get_by_label("Beschreibung").fill("Nach § 5 der Satzung.")
    page.get_by_label("Beschreibung").press("Tab")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    model = etree.fromstring(site.config["SAVED"][0]["after"].encode())
    assert model.findtext(f".//{{{BPMN}}}timeDuration") == "P21D"
    assert model.findtext(f".//{{{BPMN}}}conditionExpression") == "Unterlagen fehlen"
    assert model.findtext(f".//{{{BPMN}}}subProcess/{{{BPMN}}}documentation") == "Nach § 5 der Satzung."


def test_a_process_can_be_drawn_without_a_mouse(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    choose(page, "Bescheid bekannt geben – Automatisierte Aufgabe (Dienst)")
    page.get_by_role("button", name="Aufgabe", exact=True).press("Enter")
    field = page.get_by_label("Name", exact=True)
    expect(field).to_be_focused()
    field.fill("Steuermarke versenden")
    field.press("Tab")
    flows = drawn(
        page, "return m.get('elementRegistry').get('Task_4').outgoing.map((f) => f.target.businessObject.name);"
    )
    assert "Steuermarke versenden" in flows
    page.get_by_role("button", name="Element löschen").press("Enter")
    assert drawn(page, "return m.get('elementRegistry').get('Task_4').outgoing.length;") == 1


def test_colours_are_written_in_both_namespaces(open_page: Open, site: Flask) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    choose(page, "Anmeldung prüfen – Aufgabe einer Person am Bildschirm")
    page.get_by_label("Farbe").select_option("green")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    shape = etree.fromstring(site.config["SAVED"][0]["after"].encode()).find(".//*[@bpmnElement='Task_1']")
    assert shape is not None
    assert shape.get("{http://bpmn.io/schema/bpmn/biocolor/1.0}fill") == "#d9f2dc"
    assert shape.get("{http://www.omg.org/spec/BPMN/non-normative/color/1.0}background-color") == "#d9f2dc"


def test_aligning_asks_for_two_elements(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Ausgewählte Elemente ausrichten").click()
    expect(page.get_by_role("status").filter(has_text="mindestens zwei")).to_be_visible()


def test_an_unsaved_drawing_survives_a_closed_tab(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    expect(page.get_by_role("status").filter(has_text="Auf diesem Gerät gesichert")).to_be_visible()
    page.close()
    again = open_page("/modeler")
    again.wait_for_selector(READY)
    expect(again.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung prüfen")
    again.get_by_role("button", name="Ungesicherte Zeichnung wiederherstellen").click()
    expect(again.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung sichten")


def test_a_restored_drawing_goes_on_from_the_version_it_was_begun_with(open_page: Open, site: Flask) -> None:
    page = open_page("/modeler?base=1")
    page.wait_for_selector(READY)
    rename(page)
    expect(page.get_by_role("status").filter(has_text="Auf diesem Gerät gesichert")).to_be_visible()
    page.close()
    later = open_page("/modeler?base=2")
    later.wait_for_selector(READY)
    expect(later.get_by_text("beruht auf einer früheren Fassung")).to_be_visible()
    later.get_by_role("button", name="Ungesicherte Zeichnung wiederherstellen").click()
    later.get_by_role("button", name=SEND).click()
    later.wait_for_url("**/parts")
    assert site.config["SAVED"][0]["parent"] == "1"
    assert name_of(site.config["SAVED"][0]["after"], "Task_1") == "Anmeldung sichten"


def test_a_published_drawing_is_not_offered_again(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    again = open_page("/modeler")
    again.wait_for_selector(READY)
    expect(again.get_by_text("Ungesicherte Zeichnung")).to_have_count(0)


def test_a_discarded_drawing_is_forgotten(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    expect(page.get_by_role("status").filter(has_text="Auf diesem Gerät gesichert")).to_be_visible()
    page.close()
    again = open_page("/modeler")
    again.get_by_role("button", name="Verwerfen").click()
    expect(again.get_by_text("Ungesicherte Zeichnung")).to_have_count(0)
    third = open_page("/modeler")
    third.wait_for_selector(READY)
    expect(third.get_by_text("Ungesicherte Zeichnung")).to_have_count(0)


def test_a_conflict_is_explained_and_costs_nothing(open_page: Open, site: Flask, complaints: list[str]) -> None:
    site.config["ANSWER"] = "conflict"
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("alert")).to_contain_text("Inzwischen gibt es Version 0.03.")
    expect(page.get_by_role("link", name="Widerspruch entscheiden")).to_have_attribute("href", "/compare")
    expect(page.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung sichten")
    forget_refusal(complaints, "409")


def test_an_expired_session_keeps_the_drawing_and_offers_to_sign_in(
    open_page: Open, site: Flask, complaints: list[str]
) -> None:
    site.config["ANSWER"] = "expired"
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("alert")).to_contain_text("Ihre Anmeldung ist abgelaufen")
    link = page.get_by_role("link", name="In neuem Tab anmelden")
    expect(link).to_have_attribute("target", "_blank")
    site.config.update(ANSWER="signed-out", SESSION="token-2")
    page.get_by_role("button", name="Noch einmal senden").click()
    page.wait_for_url("**/parts")
    forget_refusal(complaints, "400")
    assert name_of(site.config["SAVED"][0]["after"], "Task_1") == "Anmeldung sichten"


def test_a_token_from_before_the_sign_in_is_renewed(open_page: Open, site: Flask, complaints: list[str]) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    site.config.update(ANSWER="signed-out", SESSION="token-2")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/parts")
    assert site.config["SAVED"][0]["csrf_token"] == "token-2"
    forget_refusal(complaints, "400")


def test_a_server_that_is_away_costs_nothing(open_page: Open, complaints: list[str]) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    page.route("**/drawing", lambda route: route.abort())
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("alert")).to_contain_text("Der Server ist nicht erreichbar")
    page.unroute("**/drawing")
    page.get_by_role("button", name="Noch einmal senden").click()
    page.wait_for_url("**/parts")
    forget_refusal(complaints, "ERR_FAILED")


def test_leaving_with_an_unsent_drawing_asks_first(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    rename(page)
    with page.expect_event("dialog") as asked:
        page.evaluate("() => { setTimeout(() => location.assign('/parts')); }")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.locator("[data-element-id=Task_1] text").first).to_have_text("Anmeldung sichten")
    page.evaluate("() => { document.querySelector('bpmn-modeler').dirty = false; }")


def test_the_keys_are_explained(open_page: Open) -> None:
    page = open_page("/modeler")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Tastenkürzel").click()
    expect(page.get_by_role("dialog", name="Tastenkürzel der Zeichenfläche")).to_contain_text("Strg+Z")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_on_an_english_page_the_tools_are_english(open_page: Open) -> None:
    page = open_page("/modeler?language=en")
    page.wait_for_selector(READY)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    page.get_by_label("Choose an element").select_option(label="Anmeldung prüfen – User task")
    expect(page.get_by_label("Reference activity group (RAG)")).to_have_value("3")


def forget_refusal(complaints: list[str], what: str) -> None:
    """The browser itself reports a refused request on the console; exactly that one is expected."""
    assert len(complaints) == 1
    assert what in complaints[0]
    complaints.clear()
