"""Files with several drawings: each can be had as a picture, also where no script runs."""

import pytest
from flask import Flask

from tests import makers
from tests.clients import Client, writing

SECOND = (
    '<bpmndi:BPMNDiagram id="second" name="Zweite Zeichnung"><bpmndi:BPMNPlane bpmnElement="process">'
    '<bpmndi:BPMNShape bpmnElement="step1"><dc:Bounds x="0" y="0" width="100" height="80"/></bpmndi:BPMNShape>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
)


@pytest.fixture
def path(app: Flask) -> str:
    """Return the address of an entry of Marburg whose file has two drawings."""
    data = makers.bpmn("Hund anmelden", "Steuer festsetzen").decode().replace("</definitions>", SECOND).encode()
    with writing(app) as work:
        entry = makers.entry(work, data, title="Zwei Zeichnungen")
        return f"/{entry.organisation.slug}/{entry.slug}"


def test_every_drawing_of_a_file_is_offered_and_can_be_had(client: Client, path: str):
    offered = client.page(f"{path}/files").xpath("//main//a[contains(@href, 'diagram=')]")
    assert len(offered) == 2
    assert offered[1].text == "Zweite Zeichnung"
    first, second = (client.get(link.get("href")).get_data(as_text=True) for link in offered)
    assert "Steuer" in first
    assert "Hund" in second
    assert "Steuer" not in second.partition("</desc>")[2]


@pytest.mark.parametrize("place", ["2", "-1", "x", "99999999", "²"])
def test_a_drawing_that_is_not_there_is_not_found(client: Client, path: str, place: str):
    assert client.get(f"{path}/versions/0.01/diagram.svg?diagram={place}").status_code == 404


def test_a_file_with_one_drawing_offers_no_list(app: Flask, client: Client):
    with writing(app) as work:
        makers.entry(work, makers.bpmn(), title="Eine Zeichnung")
    assert not client.page("/marburg/eine-zeichnung/files").xpath("//a[contains(@href, 'diagram=')]")
