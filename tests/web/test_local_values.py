"""Local values on pages: the own city's by default, any other on request, the placeholders on request."""

from typing import Any

import pytest
from lxml import etree

from hub.store.entries import EntryKind
from tests import makers
from tests.clients import Client, ClientFor, parsed, writing

TEXT = "# Hund anmelden\n\nGebühr: {{gebuehr}}\n\n## Zahlung\n\nEs kostet **{{gebuehr}}** nach {{satzung}}.\n"
PAGE = "/marburg/hund-anmelden"


@pytest.fixture
def ready(app: Any, client: Client) -> Client:
    """Return a modeller of Marburg with a public design whose fee Marburg has filled in."""
    with writing(app) as work:
        entry = makers.entry(work, TEXT.encode(), kind=EntryKind.DESIGN, title="Hund anmelden", visibility="public")
        makers.published(work, entry)
    shape = {"name": "gebuehr", "kind": "fee", "label": "Gebühr", "required": "1", "revision": "0"}
    assert client.send(f"{PAGE}/values/slots", **shape).status_code == 302
    assert _fill(client, "30 EUR").status_code == 302
    return client


def _fill(client: Client, value: str, city: str = "marburg", seen: str = "0", **more: str) -> Any:
    return client.send(f"{PAGE}/values", organisation=city, slot="gebuehr", value=value, seen=seen, **more)


def _marked(client: Client, query: str = "") -> list[str]:
    page = client.page(f"{PAGE}{query}")
    return [
        row.text_content() for row in page.xpath("//section[@aria-labelledby='zahlung']//span[contains(@class,'slot')]")
    ]


def test_a_page_shows_the_own_citys_values_and_marks_them(ready: Client, client_for: ClientFor) -> None:
    assert _marked(ready) == ["örtlicher Wert: 30 EUR", "{{satzung}} (örtlicher Wert fehlt)"]
    fulda = client_for("modellierung@fulda.example")
    assert _marked(fulda)[0] == "{{gebuehr}} (örtlicher Wert fehlt)"
    _fill(fulda, "45 EUR", "fulda")
    assert _marked(fulda)[0] == "örtlicher Wert: 45 EUR"
    assert _marked(ready, "?values=fulda")[0] == "örtlicher Wert: 45 EUR"


def test_a_guest_reads_the_owners_values_and_anybody_may_ask_for_the_placeholders(
    ready: Client, client_for: ClientFor
) -> None:
    assert _marked(client_for(""))[0] == "örtlicher Wert: 30 EUR"
    assert _marked(ready, "?values=raw")[0] == "{{gebuehr}} (örtlicher Wert fehlt)"


def test_all_cities_stand_side_by_side_with_history_and_csv(ready: Client, client_for: ClientFor) -> None:
    _fill(ready, "35 EUR", seen="1", legal_basis="§ 5 der Satzung")
    _fill(client_for("modellierung@fulda.example"), "45 EUR", "fulda")
    page = ready.page(f"{PAGE}/values")
    heads = page.xpath("//table//thead//th/text()")
    row = [" ".join(cell.text_content().split()) for cell in page.xpath("//tr[@id='slot-gebuehr']/td")]
    assert row[heads.index("Marburg") - 1].startswith("35 EUR")
    assert row[heads.index("Fulda") - 1].startswith("45 EUR")
    history = ready.page(f"{PAGE}/values?of=marburg&slot=gebuehr").xpath(
        "//section[.//h2[@id='history']]//li|//ol[@reversed]/li"
    )
    assert [item.text_content().split(" EUR")[0].strip() for item in history] == ["35", "30"]
    assert "gebuehr;Gebühr;;;45 EUR;" in ready.get(f"{PAGE}/values.csv").get_data().decode("utf-8-sig")


def test_a_stale_or_unfit_value_is_refused_and_what_was_typed_stays(ready: Client) -> None:
    for value, seen, told in (("31 EUR", "0", "Inzwischen hat jemand anderes"), ("viel", "1", "Betrag in Euro")):
        answer = _fill(ready, value, seen=seen)
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)
        assert value in parsed(answer).xpath("//input[@name='value']/@value")
    assert _fill(ready, "30 EUR", seen="1", valid_from="31.12.2026").status_code == 422


def test_a_slot_with_a_wrong_name_is_refused_with_what_to_do(ready: Client) -> None:
    answer = ready.send(f"{PAGE}/values/slots", name="1 Gebühr", kind="fee", label="x", revision="0")
    assert answer.status_code == 422
    assert "Kleinbuchstaben" in answer.get_data(as_text=True)


def test_who_belongs_to_another_city_sees_no_form_and_cannot_send_one(ready: Client, client_for: ClientFor) -> None:
    reader = client_for("lesen@limburg.example")
    assert not reader.page(f"{PAGE}/values").xpath("//input[@name='value']")
    assert _fill(reader, "1 EUR", seen="1").status_code == 403
    assert _fill(reader, "1 EUR", "limburg").status_code == 403
    assert _fill(client_for("modellierung@fulda.example"), "1 EUR", seen="1").status_code == 403


def test_files_come_as_they_are_or_with_the_values_of_a_city(ready: Client) -> None:
    place = f"{PAGE}/versions/1.00"
    assert ready.get(f"{place}/source.md").get_data(as_text=True) == TEXT
    assert "Gebühr: 30 EUR\n" in ready.get(f"{place}/filled.md?values=marburg").get_data(as_text=True)
    assert ready.get(f"{place}/filled.md?values=raw").get_data(as_text=True) == TEXT
    assert ready.get(f"{place}/filled.bpmn").status_code == 404
    assert ready.get(f"{place}/document.pdf?values=marburg").get_data().startswith(b"%PDF")
    assert "marburg.md" in ready.get(f"{place}/filled.md").headers["Content-Disposition"]


def test_a_drawing_shows_the_values_of_the_chosen_city(app: Any, client: Client) -> None:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Gebühr {{gebuehr}} einziehen"), title="Gebühr")
    page = "/marburg/gebuehr"
    client.send(f"{page}/values/slots", name="gebuehr", kind="text", label="Gebühr", revision="0")
    client.send(f"{page}/values", organisation="marburg", slot="gebuehr", value="<30 €>", seen="0")
    src = client.page(page).xpath("//bpmn-viewer/@src")[0]
    assert src.endswith("values=marburg")
    root = etree.fromstring(client.get(src).get_data())
    assert "Gebühr <30 €> einziehen" in root.xpath("//*/@name")
    picture = client.get(f"{page}/versions/0.01/diagram.svg?values=marburg").get_data(as_text=True)
    assert "&lt;30" in picture
    assert "{{gebuehr}}" in client.get(f"{page}/versions/0.01/source.bpmn").get_data(as_text=True)
    assert "örtlicher Wert: <30 €>" in client.page(page).xpath("//section[contains(@class,'steps')]")[0].text_content()


def test_what_is_missing_stands_on_my_work(ready: Client) -> None:
    ready.send(
        f"{PAGE}/values/slots", name="satzung", kind="by_law", label="Hundesteuersatzung", required="1", revision="0"
    )
    assert "Hundesteuersatzung" in ready.page("/").text_content()
