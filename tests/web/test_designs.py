"""The pages of a service design, as somebody uses them who reads only the form and has no script."""

import re
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from tests.clients import Client, ClientFor, parsed

NEW = {
    "title": "Fundsache abholen",
    "visibility": "ikz",
    "level": "104",
    "kind": "design",
    "organisation": "marburg",
    "licence": "CC-BY-4.0",
}
PAGE = "/marburg/fundsache-abholen"


@pytest.fixture
def begun(client: Client) -> Client:
    """Return a client whose city has just begun a design."""
    assert client.send("/new/blank", **NEW).status_code == 302
    return client


def _form(client: Client, path: str = f"{PAGE}/design") -> dict[str, Any]:
    """Return what the form on a page would send, as a browser without script would."""
    form = client.page(path).xpath("//form[contains(@class,'design-form__form')]")[0]
    sent: dict[str, Any] = {}
    for element in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]"):
        if element.tag == "select":
            sent[element.get("name")] = element.value or ""
        elif element.get("type") == "checkbox":
            sent[element.get("name")] = [
                *sent.get(element.get("name"), []),
                *([element.get("value")] if element.checked else []),
            ]
        elif element.tag == "textarea":
            sent[element.get("name")] = (element.text or "").removeprefix("\n")
        elif element.get("type") not in ("submit",):
            sent[element.get("name")] = element.get("value") or ""
    sent.pop("csrf_token")
    return sent


def _save(client: Client, sent: dict[str, Any], **more: Any) -> Any:
    data = MultiDict({"csrf_token": client.token()})
    for name, value in (sent | more).items():
        for one in value if isinstance(value, list) else [value]:
            data.add(name, one)
    return client.post(f"{PAGE}/design", data=data)


def _source(client: Client) -> str:
    number = re.search(r"\d\.\d\d", client.get(f"{PAGE}/versions").get_data(as_text=True))
    assert number is not None
    return client.get(f"{PAGE}/versions/{number[0]}/source.md").get_data(as_text=True)


def test_somebody_who_reads_only_the_form_writes_a_design_that_is_ready(begun: Client) -> None:
    page = begun.page(f"{PAGE}/design")
    sent = _form(begun)
    for question in page.xpath("//div[@class='question']"):
        hint = question.xpath(".//*[contains(@class,'field__hint')]")
        why = question.xpath(".//details//p")
        example = question.xpath(".//q/text()|.//details/pre/text()")
        assert all((hint, why, example)), "every question comes with help, a reason and an example"
        control = question.xpath(".//input[@name and not(@type='checkbox')]|.//textarea[@name]|.//select[@name]")[0]
        name = control.get("name")
        if control.tag == "select" and len(question.xpath(".//select")) > 1:
            for select in question.xpath(".//select"):
                sent[select.get("name")] = "done"
                sent[f"{select.get('name')}-evidence"] = "Testbericht"
        else:
            sent[name] = example[0]
    answer = _save(begun, sent, message="Alles nach den Beispielen ausgefüllt")
    assert answer.status_code == 302
    shown = parsed(begun.get(answer.location))
    assert "100\u00a0%" in shown.text_content() or "100 %" in shown.text_content()
    assert "Alles da, was eine Freigabe braucht." in shown.text_content()
    assert shown.xpath("//img[contains(@src,'journey.svg')]/@alt")


def test_the_form_leaves_what_nobody_changed_as_it_is(begun: Client) -> None:
    lists = "Rechtsgrundlagen: § 1 Satzung\nKanäle: Bürgerkoffer, Vor Ort, Onlinedienst\n"
    head = f"# Fundsache abholen\n\nLeistung: X\n{lists}Eigenes  Feld: a   b\n\nVorab.\n\n"
    text = f"{head}## Zielbild\n\nGut.\n\n## Eigenes\n\nText  mit  Luft.\n"
    begun.send(f"{PAGE}/versions", message="Hochgeladen", parent=_form(begun)["parent"], source=text)
    assert _source(begun) == text
    answer = _save(begun, _form(begun) | {"s-bescheid": "> Vorlage"}, message="Bescheid")
    assert answer.status_code == 302
    assert _source(begun) == text.replace("\n## Eigenes", "\n## Bescheid\n\n> Vorlage\n\n## Eigenes")


def test_usual_and_other_values_of_a_list_are_joined(begun: Client) -> None:
    sent = _form(begun) | {"f-kanaele": ["Onlinedienst", "Vor Ort"], "f-kanaele-more": "Bürgerkoffer; Vor Ort"}
    _save(begun, sent, message="Kanäle")
    assert "Kanäle: Onlinedienst; Vor Ort; Bürgerkoffer\n" in _source(begun)
    again = _form(begun)
    assert (again["f-kanaele"], again["f-kanaele-more"]) == (["Onlinedienst", "Vor Ort"], "Bürgerkoffer")


def test_a_value_that_means_nothing_is_refused_beside_its_field_and_nothing_typed_is_lost(begun: Client) -> None:
    sent = _form(begun) | {"f-bearbeitungszeit-ist": "ewig", "s-zielbild": "Ein langer Text."}
    answer = _save(begun, sent, message="Zeiten")
    assert answer.status_code == 422
    page = parsed(answer)
    field = page.xpath("//input[@id='f-bearbeitungszeit-ist']")[0]
    assert (field.get("value"), field.get("aria-invalid")) == ("ewig", "true")
    assert "keine Zahl" in page.xpath("//*[@id='f-bearbeitungszeit-ist-error']")[0].text_content()
    assert page.xpath("//a[@href='#f-bearbeitungszeit-ist']")
    assert page.xpath("//textarea[@name='s-zielbild']")[0].text.strip() == "Ein langer Text."


def test_without_a_note_nothing_is_published_and_nothing_typed_is_lost(begun: Client) -> None:
    answer = _save(begun, _form(begun) | {"s-zielbild": "Ein langer Text."})
    assert answer.status_code == 422
    assert "Ein langer Text." in answer.get_data(as_text=True)


def test_looking_at_the_state_of_things_saves_nothing(begun: Client) -> None:
    before = _source(begun)
    answer = _save(begun, _form(begun) | {"f-leistung": "Fundsache"}, look="1")
    assert answer.status_code == 200
    assert "Fundsache" in parsed(answer).xpath("//input[@id='f-leistung']")[0].get("value")
    assert _source(begun) == before


def _two_editors(begun: Client, client_for: ClientFor, mine: str, theirs: str) -> Any:
    _save(begun, _form(begun) | {"s-zielbild": "Erster Absatz.\n\nZweiter Absatz."}, message="Anfang")
    colleague = client_for("freigabe@marburg.example")
    stale = _form(begun)
    _save(colleague, _form(colleague) | {"s-zielbild": theirs}, message="Kollegin")
    return _save(begun, stale | {"s-zielbild": mine}, message="Meine Änderung")


def test_two_people_saving_different_places_are_merged_without_a_question(begun: Client, client_for: ClientFor) -> None:
    answer = _two_editors(begun, client_for, "Erster Absatz.\n\nZweiter, neu.", "Erster, neu.\n\nZweiter Absatz.")
    assert answer.status_code == 302
    assert "Erster, neu.\n\nZweiter, neu." in _source(begun)


def test_two_people_saving_the_same_place_decide_on_the_page_of_a_proposal(
    begun: Client, client_for: ClientFor
) -> None:
    answer = _two_editors(begun, client_for, "Meins.\n\nZweiter Absatz.", "Deins.\n\nZweiter Absatz.")
    assert answer.status_code == 302
    path = answer.location
    page = begun.page(path)
    text = page.text_content()
    assert "Ihre Fassung ist als Entwurf gesichert" in text
    assert "Meins." in text
    assert "Deins." in text
    revision = str(page.xpath("//input[@name='revision']/@value")[0])
    choice = page.xpath("//input[starts-with(@name, 'verdict.')][@value='both']/@name")[0]
    assert begun.send(f"{path}/merge", revision=revision, message="Beides").status_code == 409
    assert begun.send(f"{path}/decide", revision=revision, **{choice: "both"}).status_code == 302
    page = begun.page(path)
    assert page.xpath("//textarea[@id='message']/text()")[0].strip() == "Meine Änderung"
    revision = str(page.xpath("//input[@name='revision']/@value")[0])
    assert begun.send(f"{path}/merge", revision=revision, message="Beides").status_code == 302
    assert "Deins.\n\nMeins.\n\nZweiter Absatz." in _source(begun)


def test_a_text_edited_into_nonsense_is_refused_with_line_and_remedy(begun: Client) -> None:
    parent = _form(begun)["parent"]
    text = "# Fundsache\n\nVertrauensniveau: mittelprächtig\n"
    answer = begun.send(f"{PAGE}/versions", message="Hochgeladen", parent=parent, source=text)
    assert answer.status_code == 422
    assert "Zeile 3: „mittelprächtig“" in answer.get_data(as_text=True)
    assert "mittelprächtig" in parsed(answer).xpath("//textarea[@name='source']")[0].text


@pytest.mark.parametrize("parent", ["", "0", "x", "9" * 30])
def test_a_form_that_began_nowhere_is_not_found(begun: Client, parent: str) -> None:
    assert _save(begun, _form(begun) | {"parent": parent}, message="x").status_code == 404


def test_who_may_not_publish_gets_no_form(begun: Client, client_for: ClientFor) -> None:
    assert client_for("lesen@limburg.example").get(f"{PAGE}/design").status_code == 403
    assert client_for("").get(f"{PAGE}/design").status_code in (302, 404)


def test_what_the_profile_says_already_is_not_asked_again_in_a_new_design(client: Client) -> None:
    assert client.page("/new/blank?kind=design").xpath("string(.//h1)").strip() == "Leistungsdesign schreiben"
    client.send("/new/blank", **NEW, service="Fundsachen Herausgabe", legal_bases="§ 967 BGB\n§ 970 BGB")
    sent = _form(client)
    assert sent["f-leistung"] == "Fundsachen Herausgabe"
    assert sent["f-rechtsgrundlagen-more"] == "§\u00a0967 BGB; §\u00a0970 BGB"


def test_a_design_goes_out_as_page_picture_and_pdf(begun: Client) -> None:
    _save(
        begun, _form(begun) | {"f-station-antrag": "Papier", "s-zielbild": "<script>alert(1)</script>"}, message="Weg"
    )
    document = begun.get(f"{PAGE}/versions/0.02/document.html")
    assert not html.fromstring(document.get_data()).xpath("//script|//link|//img|//@style")
    assert "Antrag: Papier" in document.get_data(as_text=True)
    picture = begun.get(f"{PAGE}/versions/0.02/journey.svg?narrow=1")
    assert (picture.mimetype, picture.status_code) == ("image/svg+xml", 200)
    assert begun.get(f"{PAGE}/versions/0.02/document.pdf").get_data().startswith(b"%PDF")
    assert begun.get("/marburg/gibt-es-nicht/versions/0.01/journey.svg").status_code == 404


def test_a_comparison_shows_word_by_word_what_changed(begun: Client) -> None:
    long = "Wer etwas verloren hat, findet es im Onlinedienst und holt es innerhalb von {} Tagen im Fundbüro ab."
    _save(begun, _form(begun) | {"s-zielbild": long.format("zehn")}, message="Anfang")
    _save(begun, _form(begun) | {"s-zielbild": long.format("vierzehn")}, message="Frist")
    page = begun.page(f"{PAGE}/compare?from=0.02&to=0.03")
    assert (page.xpath("//del/text()"), page.xpath("//ins/text()")) == (["zehn"], ["vierzehn"])


def test_fields_and_sections_are_found_by_search(begun: Client) -> None:
    _save(
        begun,
        _form(begun) | {"f-ansprechstelle": "Fundbüro Nordstadt", "s-rollen": "Zuständig ist die Asservatenkammer."},
        message="Rollen",
    )
    for words in ("Nordstadt", "Asservatenkammer"):
        assert PAGE in begun.get(f"/search?q={words}").get_data(as_text=True)


def test_comments_stay_on_a_section_that_was_renamed(begun: Client) -> None:
    text = "# Fundsache\n\n## Offen\n\nDie Anbindung der Kasse ist zu klären.\n"
    begun.send(f"{PAGE}/versions", message="Text", parent=_form(begun)["parent"], source=text)
    begun.send(f"{PAGE}/discussion", text="Wer klärt das?", element="offen", version="0.02")
    begun.send(
        f"{PAGE}/versions", message="Name", parent=_form(begun)["parent"], source=text.replace("Offen", "Offene Punkte")
    )
    page = begun.page(f"{PAGE}/discussion")
    assert "Wer klärt das?" in page.text_content()
    assert "Offene Punkte" in page.text_content()


def test_a_design_with_a_hostile_value_shows_it_as_text(begun: Client) -> None:
    _save(begun, _form(begun) | {"f-leistung": '<img src=x onerror="alert(1)"> {{gebuehr}}'}, message="x")
    page = begun.page(PAGE)
    assert not page.xpath("//img[@src='x']")
    assert "<img src=x" in page.text_content()
