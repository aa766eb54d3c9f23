"""Funding by program: the same deeds and refusals as on the pages, from a programme to the Land's decision."""

import base64
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub import verify
from hub.actions import services
from hub.cli import worker
from hub.config import Settings
from hub.inputs.services import NewService
from hub.store.activity import Event
from hub.store.funding import Grant
from hub.store.tokens import Scope
from tests import makers
from tests.actions.test_grants import LAND, OWNER
from tests.actions.test_grants import programme as add_programme
from tests.api.keys import Program, token_of
from tests.clients import ClientFor, writing
from tests.web.test_review import SECOND, prepared, submitted

OFFICE, FULDA, MODELLER = "koordination@ikz.example", "modellierung@fulda.example", "modellierung@marburg.example"
GRANT, ROOM = "/grants/prozesse", "/review-room/prozesse/1"
FRAME = {
    "programme": "ikz", "organisation": "marburg", "authority": "rp-giessen", "title": "Gemeinsam",
    "reference": "IV 7", "amount": "100000.00", "notice_date": "2026-01-15", "period_start": "2026-02-01",
    "period_end": "2026-08-31", "partners": [{"organisation": "fulda", "share": "10.5"}],
}  # fmt: skip


def program(app: Flask, email: str = "", *scopes: Scope) -> Program:
    return Program(app, token_of(app, email, *scopes) if email else "")


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def running(app: Flask) -> Flask:
    """Give Marburg the running grant „prozesse“ with a proven result and receipts in balance."""
    with writing(app) as work:
        prepared(work)
    return app


def test_the_coordination_keeps_programmes_and_members_read_them(app: Flask) -> None:
    office, city = program(app, OFFICE), program(app, OWNER)
    rules = {"name": "IKZ", "funder": "Land", "least_saving": 15, "checklist": "Vollständig?\nPlausibel?"}
    assert city.send("POST", "/programmes", rules).status_code == 403
    made = office.send("POST", "/programmes", rules)
    assert (made.status_code, made.location) == (201, "/api/v1/programmes/ikz")
    assert [row["key"] for row in city.get("/programmes")["items"][0]["checklist"]] == ["vollstaendig", "plausibel"]
    stale = office.send("GET", "/programmes/ikz").headers["ETag"]
    changed = office.send("PUT", "/programmes/ikz", {**rules, "least_years": 5}, if_match=stale)
    assert (changed.get_json()["least_years"], changed.get_json()["revision"]) == (5, 2)
    assert office.send("PUT", "/programmes/ikz", rules, if_match=stale).status_code == 412
    assert program(app).send("GET", "/programmes").status_code == 401


def test_a_grant_goes_from_application_to_running_with_plan_conditions_and_documents(app: Flask) -> None:
    with writing(app) as work:
        add_programme(work)
    city = program(app, OWNER)
    made = city.send("POST", "/grants", FRAME)
    assert made.status_code == 201, made.get_json()
    path, shown = "/grants/gemeinsam", made.get_json()
    assert (shown["amount"], shown["report_due"]) == ("100000.00", "2027-02-28")
    assert [(row["organisation"], row["share"]) for row in shown["partners"]] == [("fulda", "10.50")]
    assert shown["moves"] == ["approved", "withdrawn"]
    changed = city.change("PUT", path, {**FRAME, "title": "Gemeinsam besser", "partners": []})
    assert (changed.get_json()["title"], changed.get_json()["partners"]) == ("Gemeinsam besser", [])
    for state in ("approved", "running"):
        assert city.change("POST", f"{path}/moves", {"after": state}, of=path).get_json()["state"] == state
    withdrawn = city.change("POST", f"{path}/moves", {"after": "withdrawn"}, of=path)
    assert withdrawn.get_json()["errors"] == {"reason": "move_needs_reason"}
    plan = {"expenditure": [{"title": "Personal; Dritte", "planned": "1000.10"}], "income": []}
    assert city.change("PUT", f"{path}/plan", plan).get_json()["errors"] == {"income": "plan_balance"}
    plan["income"] = [{"title": "Zuwendung", "planned": "1000.1"}]
    assert city.change("PUT", f"{path}/plan", plan).get_json()["expenditure"] == [
        {"title": "Personal; Dritte", "planned": "1000.10"}
    ]
    condition = city.send("POST", f"{path}/conditions", {"text": "Halbjährlich berichten", "due": "2026-07-01"})
    [row] = city.get(f"{path}/conditions")["items"]
    met = city.change("PUT", f"{path}/conditions/{row['id']}", {"met": True})
    assert (condition.status_code, met.get_json()["met_on"] is not None) == (201, True)
    sent = {"title": "Bescheid", "kind": "notice", "filename": "../b\u00f6se.html", "content": encoded(b"<script>")}
    document = city.send("POST", f"{path}/documents", sent)
    got = city.send("GET", document.location.removeprefix("/api/v1"))
    assert (got.data, got.mimetype, ".." in got.headers["Content-Disposition"]) == (
        b"<script>", "application/octet-stream", False,
    )  # fmt: skip
    assert {"condition", "report_due"} <= {row["kind"] for row in city.get(f"{path}/deadlines")["items"]}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("amount", 100, "decimal"), ("amount", "1.000,00", "decimal"), ("amount", "-1.00", "decimal"),
     ("amount", "1.001", "decimal"), ("amount", "10 €", "decimal"), ("period_end", "31.08.2026", "not_valid"),
     ("period_end", "9999-12-31", "day_far"), ("period_end", "2026-01-01", "period_backwards"),
     ("programme", "nichts", "not_a_choice"), ("sample", True, "unknown_field")],
)  # fmt: skip
def test_what_is_no_amount_or_day_is_named_and_nothing_is_written(
    running: Flask, field: str, value: object, code: str
) -> None:
    answer = program(running, OWNER).send("POST", "/grants", {**FRAME, field: value})
    assert (answer.status_code, answer.get_json()["errors"]) == (422, {field: code})
    assert len(program(running, OWNER).get("/grants")["items"]) == 1


def test_results_are_promised_proven_and_submitted(running: Flask) -> None:
    city, path = program(running, OWNER), f"{GRANT}/results"
    made = city.send("POST", path, {"title": "SEPA-Mandat", "organisation": "fulda", "share": "2500.00"})
    assert (made.status_code, made.get_json()["position"]) == (201, 2)
    listed = city.get(path)
    assert (listed["spread"], listed["rest"]) == ("2500.00", "97500.00")
    tag = city.send("GET", f"{path}/2").headers["ETag"]
    assert city.send("PUT", f"{path}/2", {"title": "Mandat", "organisation": "fulda"}, if_match=tag).status_code == 200
    assert city.send("PUT", f"{path}/2", {"title": "X", "organisation": "fulda"}, if_match=tag).status_code == 412
    city.change("POST", f"{path}/2/moves", {"after": "in_work"}, of=f"{path}/2")
    bare = city.change("POST", f"{path}/2/moves", {"after": "submitted"}, of=f"{path}/2")
    assert bare.get_json()["errors"] == {"after": "result_needs_evidence"}
    assert city.send("POST", f"{path}/2/evidence", {"version": "marburg/nichts/1.00"}).status_code == 422
    tied = city.send("POST", f"{path}/2/evidence", {"version": "marburg/hundesteuer-anmelden/1.00"}).get_json()
    assert tied["evidence"][0]["facts"]["number"] == "1.00"
    assert city.send("DELETE", f"{path}/2/evidence/{tied['evidence'][0]['id']}").status_code == 204
    assert city.send("DELETE", f"{path}/1/evidence/999").status_code == 404


def test_receipts_are_kept_to_the_cent_and_files_are_taken_whole_or_not_at_all(running: Flask) -> None:
    city, path = program(running, OWNER), f"{GRANT}/receipts"
    sent = {"number": "9", "day": "2026-03-04", "party": "Firma", "reason": "Storno", "amount": "-0.01"}
    made = city.send("POST", path, sent).get_json()
    assert (made["amount"], city.get(f"{GRANT}/balance")["expenditure"]["actual"]) == ("-0.01", "99.99")
    assert city.send("POST", path, sent).get_json()["errors"] == {"number": "receipt_twice"}
    one = f"{path}/{made['id']}"
    assert city.change("PUT", one, {**sent, "amount": "-0.02"}).get_json()["amount"] == "-0.02"
    assert city.send("DELETE", one).status_code == 428
    assert city.change("DELETE", one).status_code == 204
    for ending in ("csv", "xlsx"):
        file = city.send("GET", f"{GRANT}/receipts.{ending}").data
        again = city.send("POST", f"{path}/file", {"filename": f"x.{ending}", "content": encoded(file)}).get_json()
        assert (again["added"], again["changed"], again["same"], again["faults"]) == (0, 0, 3, [])
    bad = b"Beleg-Nr.;Datum;Empf\xc3\xa4nger;Grund;Betrag\n7;01.01.2026;A;B;1,00\n8;gestern;A;B;1,00\n"
    report = city.send("POST", f"{path}/file", {"filename": "x.csv", "content": encoded(bad)}).get_json()
    assert (report["faults"][0]["line"], len(city.get(path)["items"])) == (3, 3)
    for content in ("", "kein base64!"):
        assert city.send("POST", f"{path}/file", {"filename": "x.csv", "content": content}).status_code == 422
    seen, place = [], f"{path}?limit=2"
    while place:
        page = city.get(place)
        seen += [row["number"] for row in page["items"]]
        place = f"{path}?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == ["1", "2", "3"]


def test_a_statement_is_drafted_previewed_submitted_and_corrected(running: Flask) -> None:
    city, path = program(running, OWNER), f"{GRANT}/statements"
    made = city.send("POST", path, {"kind": "interim"})
    draft = made.get_json()
    assert (made.status_code, draft["state"], draft["blockers"]) == (201, "draft", [])
    assert "Prozess" in draft["report"]
    assert city.send("POST", path, {"kind": "interim"}).get_json()["code"] == "statement_open"
    edited = city.change("PUT", f"{path}/1", {"period_start": "2026-02-01", "period_end": "2026-04-30", "report": ""})
    assert edited.get_json()["blockers"] == ["statement_needs_report"]
    refused = city.change("POST", f"{path}/1/submit", of=f"{path}/1")
    assert refused.get_json()["errors"] == {"statement": "statement_needs_report"}
    stale = city.send("GET", f"{path}/1").headers["ETag"]
    text = {"period_start": "2026-02-01", "period_end": "2026-04-30", "report": "## Bericht"}
    city.change("PUT", f"{path}/1", text)
    assert city.send("POST", f"{path}/1/submit", if_match=stale).status_code == 412
    assert city.get(f"{path}/1/preview")["report"] == "## Bericht"
    frozen = city.change("POST", f"{path}/1/submit", of=f"{path}/1").get_json()
    assert frozen["state"] == "submitted"
    assert city.change("PUT", f"{path}/1", text).get_json()["code"] == "statement_moved_on"
    assert city.change("DELETE", f"{path}/1").get_json()["code"] == "statement_moved_on"
    data = city.send("GET", f"{ROOM}/frozen").data
    assert hashlib.sha256(data).hexdigest() == frozen["frozen_sha256"]
    correction = city.send("POST", path, {"corrects": 1}).get_json()
    assert (correction["number"], correction["corrects"], correction["report"]) == (2, 1, "## Bericht")
    assert city.change("DELETE", f"{path}/2").status_code == 204


def test_the_land_reviews_with_four_eyes_and_every_look_is_logged(running: Flask) -> None:
    with writing(running) as work:
        submitted(work, work.session.scalars(select(Grant)).one())
    city, land, second = (program(running, who) for who in (OWNER, LAND, SECOND))
    assert [row["grant"]["slug"] for row in land.get("/review-room")["items"]] == ["prozesse"]
    assert city.send("GET", "/review-room").status_code == 404
    assert land.get("/review-room/prozesse")["statements"][0]["number"] == 1
    assert land.send("POST", f"{ROOM}/begin").get_json()["statement"]["state"] == "in_review"
    assert land.send("POST", f"{ROOM}/begin").get_json()["code"] == "statement_moved_on"
    soon = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    notes = f"{ROOM}/notes"
    assert land.send("POST", notes, {"kind": "question", "text": "Warum?"}).get_json()["errors"] == {
        "deadline": "note_needs_deadline"
    }
    past = {"kind": "question", "text": "Warum?", "deadline": "2020-01-01"}
    assert land.send("POST", notes, past).get_json()["errors"] == {"deadline": "deadline_past"}
    asked = land.send("POST", notes, {**past, "deadline": soon}).get_json()
    assert asked["statement"]["state"] == "query"
    land.send("POST", notes, {"kind": "note", "text": "Geheimer Vermerk", "internal": True})
    proposed = land.send("POST", notes, {"kind": "proposal", "text": "Ja", "verdict": "accepted"}).get_json()
    question, _note, proposal = proposed["notes"]
    assert proposal["may_decide"] is False
    assert city.send("POST", notes, past).status_code == 403
    assert "Geheimer Vermerk" not in str(city.get(ROOM))
    assert [row["kind"] for row in city.get(ROOM)["notes"]] == ["question"]
    replied = city.send("POST", f"{notes}/{question['id']}/replies", {"text": "Darum."}).get_json()
    assert replied["statement"]["state"] == "in_review"
    decide = f"{notes}/{proposal['id']}/decide"
    assert second.send("POST", decide, {}).get_json()["errors"] == {"proposal": "review_open_points"}
    assert land.send("POST", f"{notes}/{question['id']}/settle").status_code == 200
    answer = {"key": "vollstaendig", "answer": "yes", "note": "ja"}
    assert land.send("POST", f"{ROOM}/checklist", answer).get_json()["items"][0]["answer"] == "yes"
    drawn = land.send("POST", f"{ROOM}/samples", {"percent": 10}).get_json()["items"]
    assert (drawn[0]["receipts"], drawn[0]["sum"]) == (["3"], "100.00")
    for private in ("checklist", "samples"):
        assert city.send("GET", f"{ROOM}/{private}").status_code == 403
    [version] = land.get(ROOM)["versions"]
    shown = land.get(f"{ROOM}/versions/{version['id']}")
    source = land.send("GET", f"{ROOM}/versions/{version['id']}/source").data
    assert (shown["earlier"], hashlib.sha256(source).hexdigest()) == (None, version["sha256"])
    assert land.send("GET", f"{ROOM}/versions/{version['id']}/svg").mimetype == "image/svg+xml"
    assert land.send("GET", f"{ROOM}/versions/999").status_code == 404
    assert land.send("POST", decide, {}).status_code == 403
    assert city.send("POST", decide, {}).status_code == 404
    reader = program(running, SECOND, Scope.READ, Scope.WRITE)
    assert reader.send("POST", decide, {}).get_json()["code"] == "scope_missing"
    assert second.send("POST", decide, {"reason": "In Ordnung"}).get_json()["statement"]["state"] == "accepted"
    assert second.send("POST", decide, {}).get_json()["code"] == "statement_decided"
    assert city.get(GRANT)["state"] == "accepted"
    with writing(running) as work:
        looked = {row.data["what"] for row in work.session.scalars(select(Event).where(Event.kind == "grant.viewed"))}
    key = version["id"]
    assert {"grant", "statement", f"version-{key}", f"source-{key}", "refused:version-999"} <= looked


def test_a_reviewer_never_sees_drafts_and_strangers_nothing_on_page_and_by_program(
    running: Flask, client_for: ClientFor
) -> None:
    program(running, OWNER).send("POST", f"{GRANT}/statements", {"kind": "interim"})
    own = ("", "/plan", "/conditions", "/documents", "/deadlines", "/results", "/receipts", "/balance", "/statements",
           "/statements/1", "/statements/1/preview", "/receipts.csv", "/efficiency")  # fmt: skip
    for who in (LAND, "lesen@limburg.example"):
        stranger = program(running, who)
        for place in own:
            assert stranger.send("GET", GRANT + place).status_code == 404, (who, place)
        for place in ("", "/frozen", "/checklist", "/versions/1"):
            assert stranger.send("GET", ROOM + place).status_code == 404, (who, place)
            assert program(running, OWNER).send("GET", ROOM + place).status_code == 404, place
        assert client_for(who).get("/funding/review/prozesse/1").status_code == 404
        tag = program(running, OWNER).send("GET", GRANT).headers["ETag"]
        assert stranger.send("PUT", GRANT, FRAME, if_match=tag).status_code == 404
    reader = program(running, MODELLER)
    tag = reader.send("GET", GRANT).headers["ETag"]
    assert reader.send("PUT", GRANT, FRAME, if_match=tag).status_code == 403


def test_reuse_is_recorded_changed_confirmed_and_ended(app: Flask) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, visibility="public"))
    path = "/entries/marburg/hundesteuer-anmelden/reuse"
    office, fulda, guest = program(app, OFFICE), program(app, FULDA), program(app)
    sent = {"organisation": "fulda", "state": "planned", "contact": "Fachdienst", "version": "1.00"}
    made = office.send("POST", path, sent)
    one = f"{path}/{made.get_json()['id']}"
    assert (made.status_code, made.get_json()["confirmed_at"]) == (201, None)
    assert guest.get(path)["items"] == []
    assert office.send("POST", f"{one}/confirm", if_match="x").status_code == 412
    assert office.change("POST", f"{one}/confirm", of=one).status_code == 403
    assert fulda.change("POST", f"{one}/confirm", of=one).get_json()["confirmed_at"] is not None
    [seen] = guest.get(path)["items"]
    assert (seen["organisation"], seen["contact"], seen["confirmed_by"]) == ("fulda", "", None)
    ended = fulda.change("PUT", one, {**sent, "state": "ended", "until": "2026-09-30"})
    assert [row["after"] for row in ended.get_json()["history"]] == ["planned", "ended"]
    back = fulda.change("PUT", one, {**sent, "state": "live"})
    assert back.get_json()["errors"] == {"state": "reuse_cannot_follow"}
    assert [row["state"] for row in office.get("/reuse?organisation=fulda")["items"]] == ["ended"]
    assert guest.send("GET", "/reuse").status_code == 401


def test_the_ledger_adds_up_and_a_grant_shows_its_rules(running: Flask) -> None:
    with writing(running) as work:
        services.add(makers.as_person(work, OFFICE), NewService(name="Hundesteuer", key="99102003000000"))
    city = program(running, OWNER)
    sent = {
        "organisation": "marburg", "service": "Hundesteuer", "year": 2025, "grant": "prozesse", "cases": 100,
        "minutes_before": "30", "minutes_after": "12.5", "hourly_rate": "48.00", "running_after": "100.00", "low": 80,
        "high": 120, "method": "measured", "source_cases": "Statistik", "source_minutes": "Messung",
        "source_rate": "KGSt",
    }  # fmt: skip
    made = city.send("POST", "/ledger", sent)
    row = made.get_json()
    assert (made.status_code, row["cost_before"], row["cost_after"], row["saving"]) == (
        201, "2400.00", "1100.00", "1300.00",
    )  # fmt: skip
    assert city.send("POST", "/ledger", sent).get_json()["errors"] == {"year": "ledger_twice"}
    one = f"/ledger/{row['id']}"
    city.change("PUT", one, {**sent, "once_saved": "10.00"})
    total = city.get("/ledger/sums?by=organisation")["total"]
    assert (total["once"], total["low"], total["percent"]) == ("10.00", "1040.00", "54.17")
    brought = city.get(f"{GRANT}/efficiency?cases=200")
    assert (brought["total"]["saving"], brought["tried"]["saving"]) == ("1300.00", "2700.00")
    assert city.get("/ledger?year=2025&limit=1")["items"][0]["grant"] == "prozesse"
    assert program(running, FULDA).change("DELETE", one).status_code == 403
    assert program(running, LAND).send("GET", "/ledger").status_code == 403
    assert city.change("DELETE", one).status_code == 204


def test_an_evidence_pack_is_made_followed_and_downloaded_by_its_owner(running: Flask) -> None:
    with writing(running) as work:
        submitted(work, work.session.scalars(select(Grant)).one(), "interim")
    land, city = program(running, LAND), program(running, OWNER)
    made = land.send("POST", f"{ROOM}/packs")
    place = made.location.removeprefix("/api/v1")
    assert (made.status_code, made.get_json()["state"]) == (201, "waiting")
    assert city.send("GET", place).status_code == 404
    assert land.send("GET", f"{place}/file").status_code == 404
    while worker.once(running, Settings("sqlite://", "x" * 40, testing=True)):
        pass
    done = land.get(place)
    data = land.send("GET", f"{place}/file").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert (done["state"], verify.check(archive)[2]) == ("done", done["sha256"])
