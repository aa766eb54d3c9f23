"""Searching by program gives what the page gives, in pages, and refuses as problem+json."""

import pytest
from flask import Flask

from tests import makers
from tests.clients import Client, ClientFor, writing

ADDRESS = "/api/v1/search"


@pytest.fixture(autouse=True)
def library(app: Flask) -> None:
    with writing(app) as work:
        for number in range(1, 6):
            makers.entry(work, makers.bpmn(f"Hund {number} erfassen"), title=f"Hundesteuer {number}")
        makers.published(work, makers.entry(work, title="Hundebestand", visibility="public"))


def test_hits_say_where_and_what_matches(client: Client) -> None:
    found = client.get(ADDRESS, query_string={"q": "Hund 3 erfassen"}).get_json()
    hit = found["items"][0]
    assert hit["url"] == "/marburg/hundesteuer-3"
    step = hit["steps"][0]
    assert (step["element"], step["text"], step["url"]) == ("step1", "Hund 3 erfassen", "/marburg/hundesteuer-3#step1")
    assert [step["text"][start:end] for start, end in step["marks"]] == ["Hund", "3", "erfassen"]


def test_the_cursor_leads_through_all_hits_once(client: Client) -> None:
    seen: list[str] = []
    query = {"q": "Hund", "limit": "2"}
    while True:
        answer = client.get(ADDRESS, query_string=query)
        found = answer.get_json()
        assert found["total"] == 6
        seen += [row["slug"] for row in found["items"]]
        if found["next"] is None:
            break
        assert 'rel="next"' in answer.headers["Link"]
        query["cursor"] = found["next"]
    assert len(seen) == len(set(seen)) == 6


def test_facets_filter_and_count(client: Client) -> None:
    found = client.get(ADDRESS, query_string={"q": "Hund", "state": "published"}).get_json()
    assert [row["slug"] for row in found["items"]] == ["hundebestand"]
    assert found["facets"]["state"] == {"draft": 5, "published": 1}


def test_guests_find_only_what_is_public(client_for: ClientFor) -> None:
    found = client_for().get(ADDRESS, query_string={"q": "Hund"}).get_json()
    assert (found["total"], found["facets"]["state"]) == (1, {"published": 1})


def test_reasons_come_when_asked_for(client: Client) -> None:
    hit = client.get(ADDRESS, query_string={"q": "Hundesteuer", "explain": "1"}).get_json()["items"][0]
    assert hit["score"] > 0
    assert "im Titel" in hit["reasons"][0]["text"]


def test_suggestions_lead_to_entries_and_words(client: Client) -> None:
    found = client.get(f"{ADDRESS}/suggestions", query_string={"q": "hundesteu"}).get_json()["items"]
    assert "/marburg/hundesteuer-1" in [row["url"] for row in found]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"limit": "0"}, "limit"), ({"limit": "x"}, "limit"), ({"cursor": "%%"}, "cursor"), ({"sort": "best"}, "sort")],
)
def test_wrong_parameters_are_refused_by_name(client: Client, asked: dict[str, str], field: str) -> None:
    answer = client.get(ADDRESS, query_string=asked)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert list(answer.get_json()["errors"]) == [field]


def test_addresses_that_do_not_exist_answer_as_a_program_expects(client: Client) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert client.post(ADDRESS).content_type != "text/html"


def test_a_renamed_entry_leads_to_its_new_address(client: Client, app: Flask) -> None:
    client.get("/marburg/hundesteuer-1/profile")
    with writing(app) as work:
        from hub.actions import entries
        from hub.inputs import EntryProfile

        entry = entries.find(work, "marburg", "hundesteuer-1")
        entries.edit(work, entry, EntryProfile(title="Neu"), revision=entry.revision, slug="neu")
    answer = client.get("/api/v1/entries/marburg/hundesteuer-1/search?q=Hund")
    assert (answer.status_code, answer.location) == (308, "/api/v1/entries/marburg/neu/search?q=Hund")
