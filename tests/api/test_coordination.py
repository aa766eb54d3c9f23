"""Inbox, deviations, plan and rules of the cooperation by program: the refusals are those of the pages."""

import pytest
from flask import Flask

from hub.actions import entries
from hub.store.tokens import Scope
from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import ClientFor, writing

MARBURG, FULDA, OFFICE = "modellierung@marburg.example", "modellierung@fulda.example", "koordination@ikz.example"
OWNER, LAND = "freigabe@marburg.example", "foerderung@rp-giessen.example"
FORK = "/entries/fulda/hundesteuer"


def program(app: Flask, email: str = "", *scopes: Scope) -> Program:
    return Program(app, token_of(app, email, *scopes) if email else "")


@pytest.fixture
def apart(app: Flask) -> Flask:
    """Give Fulda a fork of Marburg's entry that does one step its own way, and Marburg something new."""
    with writing(app) as work:
        origin = makers.entry(work, makers.bpmn("Anmelden", "Prüfen"), title="Hundesteuer", visibility="ikz")
        assert origin.head is not None
        fulda = makers.as_person(work, FULDA)
        fork = entries.fork(
            fulda, origin, origin.head, makers.organisation(work, "fulda"), title="Hundesteuer", reason="Satzung"
        )
        makers.version(work, fork, makers.bpmn("Anmelden", "Vor Ort prüfen"))
        makers.version(work, origin, makers.bpmn("Online anmelden", "Prüfen"))
    return app


def test_news_of_the_origin_arrive_as_changes_and_are_adopted_in_bulk(apart: Flask) -> None:
    fulda = program(apart, FULDA)
    [found] = fulda.get("/inbox")["items"]
    assert (found["fork"]["organisation"], found["origin"]["organisation"]) == ("fulda", "marburg")
    assert [row["harmless"] for row in found["changes"]] == [True]
    assert program(apart, MARBURG).send("POST", f"{FORK}/inbox/adopt").status_code == 403
    made = fulda.send("POST", f"{FORK}/inbox/adopt").get_json()
    assert made["version"]["number"] == "0.03"
    assert fulda.get("/inbox")["items"] == []
    assert fulda.send("GET", f"{FORK}/inbox").status_code == 404


def test_a_declined_change_is_not_offered_again_and_stands_in_the_register(apart: Flask) -> None:
    fulda = program(apart, FULDA)
    change = fulda.get(f"{FORK}/inbox")["changes"][0]["change"]
    assert fulda.send("POST", f"{FORK}/inbox/decline", {"change": change}).get_json()["errors"] == {
        "reason": "required"
    }
    body = {"change": change, "reason": "Bei uns gilt die Satzung."}
    assert fulda.send("POST", f"{FORK}/inbox/decline", body).status_code == 204
    assert fulda.get("/inbox")["items"] == []
    [fork] = program(apart, MARBURG).get("/deviations?show=declined")["items"]
    assert [row["note"]["reason"] for row in fork["deviations"]] == ["Bei uns gilt die Satzung."]


def test_a_deviation_gets_its_reason_from_the_state_that_was_read(apart: Flask) -> None:
    fulda, path = program(apart, FULDA), f"{FORK}/deviations"
    [own] = fulda.get(path)["deviations"]
    assert (own["kind"], own["note"]) == ("own", None)
    body = {"change": own["change"], "reason": "Außendienst", "expires_on": "2099-01-01"}
    assert fulda.send("POST", path, body, if_match='"old"').status_code == 412
    found = fulda.change("POST", path, body).get_json()
    assert found["deviations"][0]["note"]["expires_on"] == "2099-01-01"
    assert program(apart, MARBURG).change("POST", path, body).status_code == 403


def test_a_planned_service_is_taken_by_the_first_city_and_lost_updates_are_refused(app: Flask) -> None:
    office, owner = program(app, OFFICE), program(app, OWNER)
    made = office.send("POST", "/board/plans", {"service": "Hundesteuer Anmeldung"})
    path = f"/board/plans/{made.get_json()['id']}"
    assert made.headers["Location"].endswith(path)
    seen = owner.send("GET", path).headers["ETag"]
    taken = owner.send("PUT", path, {"organisation": "marburg", "due_on": "2099-01-01"}, if_match=seen)
    assert (taken.get_json()["organisation"], taken.get_json()["due_on"]) == ("marburg", "2099-01-01")
    assert office.send("PUT", path, {"organisation": "fulda"}, if_match=seen).status_code == 412
    assert owner.change("PUT", path, {"organisation": "fulda"}).status_code == 403
    assert owner.send("POST", "/board/plans", {"service": "Wohngeld"}).status_code == 403
    assert [row["organisation"] for row in office.get("/board")["items"]] == ["marburg"]
    assert office.change("DELETE", path).status_code == 204
    assert office.send("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/inbox", "/collaboration/inbox"),
        ("/deviations", "/collaboration/deviations"),
        ("/board", "/collaboration/board"),
        ("/board/balance", "/collaboration/board/balance"),
        ("/agenda", "/collaboration/agenda"),
        ("/reviews", "/collaboration/reviews"),
        ("/reviews/load", "/collaboration/reviews/load"),
        ("/reviews/validity", "/collaboration/reviews/validity"),
        ("/reviews/rules", "/collaboration/reviews/rules"),
        ("/search-words", "/search/words"),
    ],
)
def test_who_may_not_see_a_page_gets_the_same_answer_by_program(
    app: Flask, client_for: ClientFor, path: str, page: str
) -> None:
    for email in (LAND, MARBURG, OFFICE):
        told = program(app, email).send("GET", path).status_code
        assert told == client_for(email).get(page).status_code, email
    assert program(app).send("GET", path).status_code == 401


def test_the_coordination_agrees_on_rules_and_a_stale_state_is_refused(app: Flask) -> None:
    office, path = program(app, OFFICE), "/reviews/rules"
    before, tag = office.get(path), office.send("GET", path).headers["ETag"]
    assert office.send("PUT", path, {**before, "quorum": 3}, if_match=tag).get_json()["quorum"] == 3
    assert office.send("PUT", path, {**before, "quorum": 4}, if_match=tag).status_code == 412
    assert program(app, MARBURG).change("PUT", path, before).status_code == 403
