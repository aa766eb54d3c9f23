"""Placeholders for local values: found, filled and marked without touching anything else."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from hub import bpmn, design
from hub.text import markdown, slots
from hub.text.slots import Shown
from tests import makers

VALUES = {"gebuehr": Shown('30 € <b>"fett"</b>', "Gebühr – Marburg")}


def test_names_are_found_once_in_their_order() -> None:
    assert slots.names("{{satzung}} und {{ gebuehr }} und {{satzung}}, {Name}, {{Groß}}, {{}}") == [
        "satzung",
        "gebuehr",
    ]


def test_a_slot_without_a_value_stays() -> None:
    assert slots.fill("{{a}} {{b}}", {"a": "1", "b": ""}) == "1 {{b}}"


@given(st.text(), st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9-]{0,5}\Z"), st.text()))
def test_text_without_slots_is_never_changed(text: str, values: dict[str, str]) -> None:
    assert slots.names(text) or slots.fill(text, values) == text


def test_values_are_shown_as_text_and_told_to_those_who_do_not_see_the_mark() -> None:
    page = slots.mark_html("<p>Es kostet {{gebuehr}}, <em>{{satzung}}</em>{{gebuehr}}.</p>", VALUES)
    root = html.fragment_fromstring(page)
    assert root.text_content() == (
        'Es kostet örtlicher Wert: 30 € <b>"fett"</b>, {{satzung}} (örtlicher Wert fehlt)'
        'örtlicher Wert: 30 € <b>"fett"</b>.'
    )
    assert not root.xpath("//b")
    assert root.xpath("//span[@class='slot']/@title") == ["Gebühr – Marburg"] * 2


def test_a_slot_in_a_link_changes_no_attribute() -> None:
    rendered = markdown.to_html('[Satzung](https://stadt.example/{{gebuehr}} "siehe > {{gebuehr}}")')
    (link,) = html.fragment_fromstring(slots.mark_html(rendered, VALUES)).xpath("//a")
    assert link.get("title") == "siehe > {{gebuehr}}"
    assert set(link.keys()) == {"href", "title", "rel"}


def test_slots_survive_rendering_of_markdown() -> None:
    assert slots.names(markdown.to_html("**{{gebuehr}}** nach `{{satzung}}`")) == ["gebuehr", "satzung"]


def test_a_model_with_values_is_still_the_same_model_with_other_words() -> None:
    source = makers.bpmn("Gebühr {{gebuehr}} einziehen", note="Siehe {{gebuehr}}")
    filled = bpmn.read(slots.fill_xml(source, {"gebuehr": 'Ä & <"5">\n'}))
    assert filled.elements["step1"].name.split() == ["Gebühr", "Ä", "&", '<"5">', "einziehen"]
    assert bpmn.diff(bpmn.read(source), filled).changes
    assert source.count(b"{{gebuehr}}") == 2


def test_values_fit_into_a_file_that_is_not_in_utf_8() -> None:
    source = '<?xml version="1.0" encoding="ISO-8859-1"?><a n="Gebühr {{x}}"/>'.encode("latin-1")
    assert etree.fromstring(slots.fill_xml(source, {"x": "ä€"})).get("n") == "Gebühr ä€"


def test_slots_survive_a_merge_of_models() -> None:
    base = makers.bpmn("Gebühr {{gebuehr}} einziehen", "Bescheid erlassen")
    ours = base.replace(b"Bescheid erlassen", b"Bescheid bekannt geben")
    theirs = base.replace(b"{{gebuehr}} einziehen", b"{{gebuehr}} mit ePayment einziehen")
    merged = bpmn.merge(bpmn.read(base), bpmn.read(ours), bpmn.read(theirs))
    assert not merged.conflicts
    assert b"{{gebuehr}} mit ePayment" in merged.data


def test_slots_survive_a_merge_of_designs() -> None:
    base = "# T\n\nGebühr: {{gebuehr}}\n\n## Zahlung\n\nEs kostet {{gebuehr}}.\n"
    ours, theirs = base.replace("Es kostet", "Die Leistung kostet"), base.replace("# T", "# Titel")
    one, two, three = (design.read(text.encode()) for text in (base, ours, theirs))
    merged = design.merge(one, two, three)
    assert merged.data.decode() == "# Titel\n\nGebühr: {{gebuehr}}\n\n## Zahlung\n\nDie Leistung kostet {{gebuehr}}.\n"
