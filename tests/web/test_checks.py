"""Checks of a model on its page, and rules that people of an organisation switch themselves."""

from flask import Flask

from hub.bpmn import RULES
from tests import makers
from tests.clients import ClientFor, words, writing

LOOSE = makers.bpmn("Antrag prüfen").replace(b'<sequenceFlow id="flow_step1" sourceRef="step1" targetRef="end"/>', b"")


def _entry(app: Flask) -> str:
    with writing(app) as work:
        return f"/marburg/{makers.entry(work, LOOSE).slug}"


def test_a_finding_names_the_step_the_trouble_and_the_remedy(app: Flask, client_for: ClientFor):
    page = client_for("modellierung@marburg.example").get(f"{_entry(app)}/checks")
    assert page.status_code == 200
    assert "Antrag prüfen" in words(page)
    assert 'href="#step1"' in page.text


def test_a_rule_switched_off_by_the_city_is_silent(app: Flask, client_for: ClientFor):
    path = _entry(app)
    owner = client_for("freigabe@marburg.example")
    before = owner.get(f"{path}/checks").text
    assert owner.send("/marburg/rules", **dict.fromkeys(RULES, "off")).status_code == 302
    after = owner.get(f"{path}/checks").text
    assert 'href="#step1"' in before
    assert "Keine Befunde" in after


def test_a_modeller_may_not_switch_rules(client_for: ClientFor):
    client = client_for("modellierung@marburg.example")
    assert client.get("/marburg/rules").status_code == 403
    assert client.send("/marburg/rules", **{"dead-end": "off"}).status_code == 403


def test_an_unknown_rule_or_setting_is_refused(client_for: ClientFor):
    owner = client_for("freigabe@marburg.example")
    assert owner.send("/marburg/rules", **{"no-such-rule": "off"}).status_code == 422
    assert owner.send("/marburg/rules", **{"reference-dangling": "purple"}).status_code == 422
