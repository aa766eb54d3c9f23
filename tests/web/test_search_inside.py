"""Searching inside one entry: page, JSON, rights."""

import pytest
from flask import Flask

from hub.actions import discussions, entries
from tests import makers
from tests.clients import Client, ClientFor, words, writing

PATH = "/marburg/hundesteuer-anmelden"
API = "/api/v1/entries/marburg/hundesteuer-anmelden/search"


@pytest.fixture(autouse=True)
def library(app: Flask) -> None:
    with writing(app) as work:
        made = makers.entry(
            work,
            makers.bpmn("Antrag prüfen", "Bescheid bekannt geben", note="Nach § 14 GewO innerhalb von drei Tagen."),
            title="Hundesteuer anmelden",
            legal_bases="§ 1 HStS",
            responsible="Stadtkasse",
        )
        author = makers.as_person(work, "modellierung@marburg.example")
        shown = entries.current(author, made)
        discussions.write(author, made, shown, "Wer prüft die Bankverbindung?", audience="city")
        work.session.flush()
        makers.version(work, made, makers.bpmn("Antrag prüfen", "Bescheid bekannt geben", "Steuermarke ausgeben"))


def places(client: Client, text: str, **more: str) -> list[tuple[str, str, str]]:
    answer = client.get(API, query_string={"q": text, **more})
    assert answer.status_code == 200
    return [(row["kind"], row["key"], row["text"]) for row in answer.get_json()["items"]]


def test_steps_are_found_with_their_element(client: Client) -> None:
    assert places(client, "Bekanntgabe") == [("step", "step2", "Bescheid bekannt geben")]


def test_the_box_is_on_the_page_and_its_answer_leads_to_the_step(client: Client) -> None:
    form = client.page(PATH).xpath("//find-inside//form")[0]
    page = client.page(f"{form.get('action')}?q=Bescheid")
    assert page.xpath("//ol//a[mark]/@href") == [f"{PATH}/versions/0.02#step2"]


def test_an_unfinished_word_is_found_by_its_beginning(client: Client) -> None:
    assert places(client, "Steuermar") == [("step", "step3", "Steuermarke ausgeben")]


def test_places_with_all_words_come_alone(client: Client) -> None:
    assert places(client, "Antrag prüfen") == [("step", "step1", "Antrag prüfen")]
    answer = client.get(API, query_string={"q": "Antrag Bescheid"}).get_json()
    assert (answer["complete"], [row["key"] for row in answer["items"]]) == (False, ["step1", "step2"])


def test_citations_are_found_however_they_are_written(client: Client) -> None:
    assert places(client, "Paragraph 14 Gewerbeordnung", version="0.01") == [
        ("section", "step1", "Nach § 14 GewO innerhalb von drei Tagen.")
    ]


def test_an_older_version_is_searched_as_it_was(client: Client) -> None:
    assert places(client, "Steuermarke", version="0.01") == []


def test_comments_are_found_only_by_those_who_read_them(client: Client, client_for: ClientFor) -> None:
    assert [kind for kind, _, _ in places(client, "Bankverbindung")] == ["remark"]
    assert places(client_for("modellierung@fulda.example"), "Bankverbindung") == []


def test_people_who_may_not_read_the_entry_find_no_page(client_for: ClientFor) -> None:
    answer = client_for().get(API, query_string={"q": "Bescheid"})
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert client_for().get(f"{PATH}/search?q=Bescheid").status_code == 404


def test_nothing_found_is_said_and_what_was_typed_stays(client: Client) -> None:
    page = client.get(f"{PATH}/search?q=Zeppelin")
    assert "Kein Treffer in diesem Eintrag" in words(page)
    assert 'value="Zeppelin"' in page.get_data(as_text=True)


@pytest.mark.parametrize("text", ['"', "((((", "*", "a" * 5000, "🐕", "\x00\x01", "der die das", "NOT", "a*" * 500])
def test_nothing_that_is_typed_breaks_it(client: Client, text: str) -> None:
    assert client.get(API, query_string={"q": text}).status_code == 200
    assert client.get(f"{PATH}/search", query_string={"q": text}).status_code == 200
