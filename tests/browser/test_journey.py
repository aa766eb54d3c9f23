"""The main job in a real browser: find, read, comment, fork, change a step, publish, compare, see the family."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hub import bpmn
from hub.extensions import db
from hub.store.entries import Blob, Version
from tests.browser.conftest import visitor

pytestmark = pytest.mark.browser
TITLE = "Hund anmelden und Hundesteuer festsetzen (SOLL)"
RENAME = """() => {
  const modeler = document.querySelector("bpmn-modeler").modeler;
  const task = modeler.get("elementRegistry").get("Activity_VollstaendigkeitPruefen");
  modeler.get("modeling").updateProperties(task, { name: "Angaben nach Marburger Satzung prüfen" });
}"""


def test_a_modeller_of_marburg_does_the_whole_main_job(chromium: Browser, hub_url: str, sample_app: Flask):
    person = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@marburg.example")
    page = person.page

    page.fill("#header-search", "Hundesteuer")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("bpmn-viewer")).to_have_attribute("data-state", "ready")
    expect(page.locator(".process-text").first).to_contain_text("Der Onlinedienst prüft die Identität")

    page.get_by_role("link", name="Kommentar schreiben").click()
    page.fill("textarea#text", "Wie lange dauert die **Prüfung** bei Ihnen?")
    page.select_option("#element", label="Vollständigkeit prüfen")
    page.get_by_role("button", name="Kommentar speichern").click()
    expect(page.locator(".comment strong")).to_have_text("Prüfung")

    page.get_by_role("link", name="Ableiten").first.click()
    page.fill("#reason", "Eigene Hundesteuersatzung")
    page.get_by_role("button", name="Ableiten").click()
    expect(page.locator(".origin")).to_contain_text("Wetzlar")

    page.get_by_role("link", name="Bearbeiten", exact=True).first.click()
    expect(page.locator("bpmn-modeler")).to_have_attribute("data-state", "ready")
    page.evaluate(RENAME)
    page.fill("textarea#message", "Prüfung nach Marburger Satzung")
    page.get_by_role("button", name="Version speichern").click()
    page.wait_for_url(re.compile("versions/0.02"))

    page.get_by_role("link", name="Was hat sich geändert?").click()
    expect(page.locator(".changes li")).to_have_count(1)
    expect(page.locator(".changes li")).to_contain_text("Angaben nach Marburger Satzung prüfen")

    page.get_by_role("link", name=re.compile("Stammbaum")).click()
    expect(page.locator(".tree").first).to_contain_text("Wetzlar")
    assert person.complaints == []
    _only_the_name_changed(sample_app)


def _only_the_name_changed(app: Flask) -> None:
    """Hold that what was drawn arrived as one change of one name: everything else is byte for byte the origin."""
    with app.app_context():
        newest = db.session.scalars(select(Version).order_by(Version.id.desc()).limit(1)).one()
        parent = db.session.get_one(Version, newest.parent_id)
        new, old = (
            db.session.scalars(select(Blob.content).where(Blob.sha256 == row.blob_sha256)).one()
            for row in (newest, parent)
        )
    assert new == old.replace("Vollständigkeit prüfen".encode(), "Angaben nach Marburger Satzung prüfen".encode(), 1)
    assert bpmn.diff(bpmn.read(old), bpmn.read(new)).changes[0].kind == "renamed"


def test_two_people_in_two_browsers_cannot_publish_over_each_other(chromium: Browser, hub_url: str):
    path = "/wetzlar/hundesteuer-ist"
    first = visitor(chromium.new_context(locale="de-DE"), hub_url, "modellierung@wetzlar.example")
    second = visitor(chromium.new_context(locale="de-DE"), hub_url, "freigabe@wetzlar.example")
    for person in (first, second):
        person.go(f"{path}/versions/new")
    text = first.page.request.get(f"{hub_url}{path}/versions/1.00/source.bpmn").text()
    for person, name in ((first, "Antrag A"), (second, "Antrag B")):
        person.page.fill("textarea#source", text.replace('name="Hund', f'name="{name} Hund', 1))
        person.page.fill("textarea#message", f"Änderung {name}")
        person.page.get_by_role("button", name="Version speichern").click()
    expect(second.page.get_by_text("Inzwischen hat jemand anderes dieselbe Stelle geändert.")).to_be_visible()
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Änderung Antrag B")
    kept = second.page.get_by_role("link", name="eigene Fassung (Datei)").get_attribute("href")
    offered = second.page.request.get(f"{hub_url}{kept}").text()
    # A browser sends the lines of a text field with CR LF (HTML, form submission).
    assert offered.replace("\r\n", "\n") == text.replace('name="Hund', 'name="Antrag B Hund', 1)
    assert "Antrag A" in first.page.request.get(f"{hub_url}{path}/versions/1.01/source.bpmn").text()


def test_the_pages_work_without_javascript(chromium: Browser, hub_url: str):
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    person = visitor(context, hub_url, "modellierung@marburg.example")
    person.go("/wetzlar/hundesteuer-soll")
    picture = person.page.locator("bpmn-viewer img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 500
    person.page.get_by_role("link", name="Kommentar schreiben").click()
    person.page.fill("textarea#text", "Ohne Skript geschrieben")
    person.page.get_by_role("button", name="Kommentar speichern").click()
    expect(person.page.locator("main")).to_contain_text("Ohne Skript geschrieben")
