"""Local values, maturity, FIM and the rules for media breaks by program."""

import pytest
from flask import Flask

from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import writing

MARBURG, FULDA, OFFICE = "modellierung@marburg.example", "modellierung@fulda.example", "koordination@ikz.example"
ENTRY = "/entries/marburg/hundesteuer"


def program(app: Flask, email: str = "") -> Program:
    return Program(app, token_of(app, email) if email else "")


@pytest.fixture
def dogs(app: Flask) -> Flask:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Binnen {{frist}} prüfen"), title="Hundesteuer", visibility="ikz")
    return app


def test_every_city_fills_in_its_own_value_and_the_file_comes_with_it(dogs: Flask) -> None:
    marburg, fulda, slot = program(dogs, MARBURG), program(dogs, FULDA), f"{ENTRY}/slots/frist"
    assert [(row["name"], row["slot"]) for row in marburg.get(f"{ENTRY}/slots")["items"]] == [("frist", None)]
    body = {"name": "frist", "kind": "deadline", "label": "Frist", "standard": "3 Tagen"}
    assert fulda.send("POST", f"{ENTRY}/slots", body).status_code == 403
    made = marburg.send("POST", f"{ENTRY}/slots", body)
    assert (made.status_code, made.get_json()["slot"]["standard"]) == (201, "3 Tagen")
    assert marburg.send("POST", f"{ENTRY}/slots", body).get_json()["code"] == "slot_moved_on"
    value = f"{slot}/values/fulda"
    seen = fulda.send("GET", value).headers["ETag"]
    filled = fulda.send("PUT", value, {"value": "5 Tagen", "legal_basis": "§ 1 HStS"}, if_match=seen)
    assert filled.get_json()["current"]["value"] == "5 Tagen"
    assert fulda.send("PUT", value, {"value": "6 Tagen"}, if_match=seen).status_code == 412
    assert marburg.change("PUT", value, {"value": "7 Tagen"}).status_code == 403
    assert [row["value"] for row in marburg.get(value)["history"]] == ["5 Tagen"]
    files = {
        who: marburg.send("GET", f"{ENTRY}/versions/0.01/filled?values={who}") for who in ("fulda", "limburg", "raw")
    }
    assert [word in files[who].get_data(as_text=True) for who, word in
            (("fulda", "5 Tagen"), ("limburg", "3 Tagen"), ("raw", "{{frist}}"))] == [True] * 3  # fmt: skip
    changed = marburg.change("PUT", slot, {"kind": "deadline", "label": "Prüffrist"}).get_json()
    assert (changed["slot"]["label"], changed["slot"]["revision"]) == ("Prüffrist", 2)


def test_maturity_is_rated_with_evidence_that_only_readers_of_drafts_see(dogs: Flask) -> None:
    marburg, path = program(dogs, MARBURG), f"{ENTRY}/maturity/1.1"
    marks = [{"position": 1, "actual": 2, "target": 3, "evidence": "Formular"}, {"position": 2, "actual": 1}]
    tag = marburg.send("GET", path).headers["ETag"]
    found = marburg.send("POST", path, {"marks": marks, "note": "Erste Bewertung"}, if_match=tag).get_json()
    [rating] = found["ratings"]
    assert (rating["actual"], rating["target"], rating["deciding"]) == (1, 3, [2])
    assert rating["marks"][0]["evidence"] == "Formular"
    assert marburg.send("POST", path, {"actual": 2}, if_match=tag).status_code == 412
    assert marburg.change("POST", path, {"actual": 7}).get_json()["errors"] == {"actual": "not_a_level"}
    assert program(dogs, FULDA).change("POST", path, {"actual": 2}).status_code == 403
    assert marburg.send("GET", f"{ENTRY}/maturity/3.0").status_code == 404


def test_the_coordination_names_the_criteria(app: Flask) -> None:
    office, path = program(app, OFFICE), "/maturity/2.0/criteria"
    named = office.change("PUT", path, {"items": [{"position": 3, "name": "Nutzerfreundlichkeit"}]}).get_json()
    assert [row["name"] for row in named["items"]].index("Nutzerfreundlichkeit") == 2
    assert program(app, MARBURG).change("PUT", path, {"items": [{"position": 3}]}).status_code == 403


def test_the_fim_profile_and_activity_groups_are_read_changed_and_guarded(dogs: Flask) -> None:
    marburg, fulda = program(dogs, MARBURG), program(dogs, FULDA)
    report = marburg.get(f"{ENTRY}/fim")
    [step] = [row["element"] for row in report["activities"]]
    assert (report["conform"], report["untyped"]) == (False, [step])
    profile = marburg.get(f"{ENTRY}/fim/profile")
    sent = {**profile, "definition": "Anmeldung eines Hundes", "people": [{"name": "Steueramt", "role": "2"}]}
    tag = marburg.send("GET", f"{ENTRY}/fim/profile").headers["ETag"]
    saved = marburg.send("PUT", f"{ENTRY}/fim/profile", sent, if_match=tag).get_json()
    assert (saved["definition"], saved["people"]) == (sent["definition"], sent["people"])
    assert marburg.send("PUT", f"{ENTRY}/fim/profile", sent, if_match=tag).status_code == 412
    assert fulda.change("PUT", f"{ENTRY}/fim/profile", sent).status_code == 403
    assert marburg.change("PUT", f"{ENTRY}/fim/activities", {"types": {step: 3}}).get_json() == {"types": {step: 3}}
    one = f"{ENTRY}/fim/activities/{step}"
    group = {key: value for key, value in marburg.get(one).items() if key not in ("element", "name")}
    assert group["type"] == "3"
    changed = marburg.change("PUT", one, {**group, "checks": "001"}).get_json()
    assert changed["checks"] == "001"
    assert marburg.change("PUT", f"{ENTRY}/fim/activities", {"types": {"gone": 3}}).status_code == 422


def test_rules_for_media_breaks_are_tried_out_and_changed_by_the_coordination(dogs: Flask) -> None:
    office, path = program(dogs, OFFICE), "/media-rules/MB-03"
    number = office.get(path)["number"]
    body = {"number": number, "lexemes": "Rohrpost", "message": "Gibt es in Marburg"}
    assert office.send("POST", f"{path}/effect", body).get_json()["total"] == 1
    assert office.send("PUT", path, body).get_json()["lexemes"] == ["Rohrpost"]
    stale = office.send("PUT", path, {**body, "lexemes": "Bote"})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "media_rules_changed")
    assert program(dogs, MARBURG).send("PUT", path, body).status_code == 403
    words = {"number": number + 1, "friends": "Postfach-App", "message": "Digital"}
    assert office.send("PUT", "/media-rule-words", words).get_json()["friends"] == ["Postfach-App"]
    assert [row["number"] for row in office.get("/media-rules")["history"]] == [number + 2, number + 1]
