"""Taking along and bringing in by program: XProzess, bundles, the sealed log."""

import base64
import hashlib
import io
import json
import zipfile

from flask import Flask

from hub.cli import worker
from hub.config import Settings
from tests import makers
from tests.actions.test_grants import LAND, OWNER
from tests.api.keys import Program, token_of
from tests.clients import writing

ADMIN, FULDA, READER = "admin@ikz.example", "modellierung@fulda.example", "lesen@limburg.example"
ENTRY = "/entries/marburg/hundesteuer-anmelden"


def program(app: Flask, email: str = "") -> Program:
    return Program(app, token_of(app, email) if email else "")


def worked(app: Flask) -> None:
    while worker.once(app, Settings("sqlite://", "x" * 40, testing=True)):
        pass


def test_a_process_travels_as_xprozess_to_another_city(app: Flask) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, visibility="public"))
    city, fulda = program(app, OWNER), program(app, FULDA)
    message = program(app).send("GET", f"{ENTRY}/versions/1.00/xprozess").data
    assert b"Hundesteuer" in message
    assert program(app).send("GET", "/organisations/marburg/xprozess").mimetype == "application/xml"
    sent = {"filename": "m.xml", "content": base64.b64encode(message).decode()}
    assert program(app, READER).send("POST", "/xprozess", sent).status_code == 403
    assert fulda.send("POST", "/xprozess", {**sent, "content": base64.b64encode(b"x").decode()}).status_code == 422
    upload = fulda.send("POST", "/xprozess", sent)
    place = upload.location.removeprefix("/api/v1")
    assert [row["drawn"] for row in upload.get_json()["processes"]] == [True]
    assert city.send("GET", place).status_code == 404
    chosen = {"organisation": "marburg", "places": [0]}
    assert fulda.send("POST", f"{place}/imports", chosen).status_code == 403
    started = fulda.send("POST", f"{place}/imports", {**chosen, "organisation": "fulda"})
    worked(app)
    done = fulda.get(started.location.removeprefix("/api/v1"))
    assert (done["state"], len(done["report"])) == ("done", 1)
    assert [row["organisation"] for row in fulda.get("/entries?organisation=fulda")["items"]] == ["fulda"]


def test_bundles_are_made_fetched_and_thrown_away_by_their_owner_and_brought_in_by_the_administration(
    app: Flask,
) -> None:
    with writing(app) as work:
        makers.entry(work)
    city, admin = program(app, OWNER), program(app, ADMIN)
    single = city.send("GET", f"{ENTRY}/bundle").data
    with zipfile.ZipFile(io.BytesIO(single)) as archive:
        assert "manifest.json" in archive.namelist()
    assert city.send("POST", "/bundles", {}).status_code == 403
    assert city.send("POST", "/bundles", {"organisation": "fulda"}).status_code == 403
    made = city.send("POST", "/bundles", {"organisation": "marburg"})
    worked(app)
    place = made.location.removeprefix("/api/v1")
    assert city.get(place)["state"] == "done"
    data = city.send("GET", f"{place}/file").data
    assert admin.send("GET", f"{place}/file").status_code == 404
    assert [row["id"] for row in city.get("/bundles")["items"]] == [city.get(place)["id"]]
    assert city.send("DELETE", f"{place}/file").status_code == 204
    assert city.send("GET", f"{place}/file").status_code == 404
    sent = {"filename": "marburg.zip", "content": base64.b64encode(data).decode()}
    assert city.send("POST", "/bundles/imports", sent).status_code == 403
    broken = {**sent, "content": base64.b64encode(data[:-9]).decode()}
    assert set(admin.send("POST", "/bundles/imports", broken).get_json()["errors"]) == {"content"}
    brought = admin.send("POST", "/bundles/imports", sent)
    worked(app)
    [row] = admin.get(brought.location.removeprefix("/api/v1"))["report"]
    assert row["outcome"] == "skipped"


def test_the_log_is_checked_and_taken_along_by_the_administration_alone(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work)
    worked(app)
    admin = program(app, ADMIN)
    head, found = admin.get("/log/head"), admin.get("/log/verification")
    assert (found["holds"], found["lines"], found["digest"]) == (True, head["lines"], head["digest"])
    lines = admin.send("GET", "/log/excerpt").data.splitlines()
    assert hashlib.sha256(lines[-1]).hexdigest() == head["digest"]
    only = admin.send("GET", "/log/excerpt?kind=entry").data.splitlines()
    assert {json.loads(line)["kind"].partition(".")[0] for line in only} == {"entry"}
    for who in (OWNER, LAND, "koordination@ikz.example"):
        for place in ("head", "verification", "excerpt"):
            assert program(app, who).send("GET", f"/log/{place}").status_code == 404, who
    assert program(app).get("/open-data")["turtle"].endswith("/catalog.ttl")
