"""Proposals, reviews, media breaks and webhooks by program: the same deeds and the same refusals as on the pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.actions import entries
from hub.actions.cases import MOVES, Move
from hub.extensions import db
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Version, VersionState
from hub.store.tokens import Repeatable, Scope
from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import ClientFor, writing

MARBURG, FULDA = "modellierung@marburg.example", "modellierung@fulda.example"
ENTRY = "/entries/marburg/hundesteuer"


def program(app: Flask, email: str = "", *scopes: Scope) -> Program:
    return Program(app, token_of(app, email, *scopes) if email else "")


@pytest.fixture
def dogs(app: Flask) -> Flask:
    """Give Marburg an entry „hundesteuer“ that the cooperation reads."""
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Anmelden", "Prüfen"), title="Hundesteuer", visibility="ikz")
    return app


def suggestion(app: Flask, *, draft: bool = False) -> tuple[Program, dict[str, Any]]:
    fulda = program(app, FULDA)
    body = {
        "parent": fulda.get(ENTRY)["newest"]["id"],
        "title": "Deutlicher",
        "source": makers.bpmn("Anmelden", "Angaben prüfen", "Ablegen").decode(),
        "draft": draft,
    }
    answer = fulda.send("POST", f"{ENTRY}/proposals", body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return fulda, answer.get_json()


def test_a_suggestion_is_decided_change_by_change_and_merged(dogs: Flask) -> None:
    fulda, made = suggestion(dogs)
    path = f"{ENTRY}/proposals/{made['id']}"
    assert made["state"] == "open"
    marburg = program(dogs, MARBURG)
    assert [row["id"] for row in marburg.get("/proposals?scope=in")["items"]] == [made["id"]]
    changes = marburg.get(f"{path}/changes")
    assert "open_changes" in changes["blockers"]
    assert all("adopt" in row["verdicts"] for row in changes["items"])
    first = changes["items"][0]["change"]
    refused = marburg.send(
        "POST", f"{path}/decisions",
        {"revision": changes["revision"], "decisions": [{"change": first, "verdict": "decline"}]},
    )  # fmt: skip
    assert (refused.status_code, refused.get_json()["errors"]) == (422, {first: "decline_reason"})
    decided = marburg.send(
        "POST", f"{path}/decisions",
        {"revision": changes["revision"], "rest": True, "decisions": [{"change": first, "verdict": "adopt"}]},
    ).get_json()  # fmt: skip
    assert decided["blockers"] == []
    stale = marburg.send("POST", f"{path}/merge", {"revision": changes["revision"], "message": "Übernommen"})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "proposal_moved_on")
    merged = marburg.send("POST", f"{path}/merge", {"revision": decided["revision"], "message": "Übernommen"})
    assert merged.get_json()["state"] == "merged"
    assert "Ablegen" in marburg.send("GET", f"{ENTRY}/versions/0.02/source").get_data(as_text=True)
    assert fulda.get(path)["result"]["number"] == "0.02"


def test_only_the_targets_city_decides_and_only_with_the_scope_for_it(dogs: Flask) -> None:
    fulda, made = suggestion(dogs)
    path, body = f"{ENTRY}/proposals/{made['id']}", {"revision": made["revision"], "reason": "Nein"}
    assert fulda.send("POST", f"{path}/decline", body).status_code == 403
    writer = program(dogs, MARBURG, Scope.READ, Scope.WRITE)
    assert writer.send("POST", f"{path}/decline", body).status_code == 403
    assert program(dogs).send("POST", f"{path}/decline", body).status_code == 401
    answer = program(dogs, MARBURG).send("POST", f"{path}/decline", {**body, "reason": ""})
    assert answer.get_json()["errors"] == {"reason": "answer_needed"}
    answer = program(dogs, MARBURG).send("POST", f"{path}/decline", body)
    assert answer.get_json()["state"] == "declined"


def test_a_draft_is_seen_by_nobody_else_until_it_is_sent(dogs: Flask) -> None:
    fulda, made = suggestion(dogs, draft=True)
    path, marburg = f"{ENTRY}/proposals/{made['id']}", program(dogs, MARBURG)
    assert marburg.send("GET", path).status_code == 404
    assert marburg.get("/proposals")["items"] == []
    described = fulda.send("PUT", path, {"revision": made["revision"], "title": "Klarer"}).get_json()
    assert described["title"] == "Klarer"
    sent = fulda.send("POST", f"{path}/send", {"revision": described["revision"]}).get_json()
    assert sent["state"] == "open"
    remarks = marburg.send("POST", f"{path}/comments", {"text": "Warum?"}).get_json()
    assert [row["text"] for row in remarks["items"]] == ["Warum?"]
    back = fulda.send("POST", f"{path}/withdraw", {"revision": fulda.get(path)["revision"]})
    assert back.get_json()["state"] == "withdrawn"


def test_a_fork_offers_upstream_and_takes_over(dogs: Flask) -> None:
    with writing(dogs) as work:
        origin = entries.find(work, "marburg", "hundesteuer")
        assert origin.head is not None
        fulda = makers.organisation(work, "fulda")
        fork = entries.fork(work, origin, origin.head, fulda, title="Hundesteuer Fulda", reason="Satzung")
        makers.version(work, fork, makers.bpmn("Anmelden", "Prüfen", "Melden"))
    caller, here = program(dogs, FULDA), "/entries/fulda/hundesteuer-fulda"
    offered = caller.send("POST", f"{here}/offers", {"target": "marburg/hundesteuer", "title": "Meldung"})
    assert (offered.status_code, offered.get_json()["way"]) == (201, "offer")
    nothing = caller.send("POST", f"{here}/takeover")
    assert nothing.get_json()["errors"] == {"source": "nothing_new"}
    with writing(dogs) as work:
        makers.version(work, entries.find(work, "marburg", "hundesteuer"), makers.bpmn("Anmelden", "Sichten"))
    taken = caller.send("POST", f"{here}/takeover")
    assert (taken.status_code, taken.get_json()["way"]) == (200, "take")


def test_what_may_not_be_read_is_not_there(dogs: Flask) -> None:
    _fulda, made = suggestion(dogs)
    for email in ("", "foerderung@rp-giessen.example", "technik@rechenzentrum.example"):
        outsider = program(dogs, email)
        assert outsider.send("GET", f"{ENTRY}/proposals/{made['id']}").status_code == 404
        assert outsider.get("/proposals")["items"] == []
        assert outsider.send("GET", f"{ENTRY}/release").status_code in (401, 404)
        assert outsider.send("GET", f"{ENTRY}/media-breaks").status_code == 404


def test_lists_go_on_by_cursor(dogs: Flask) -> None:
    fulda, _made = suggestion(dogs)
    parent = fulda.get(ENTRY)["newest"]["id"]
    for at in range(4):
        source = makers.bpmn("Anmelden", f"Anders {at}").decode()
        fulda.send("POST", f"{ENTRY}/proposals", {"parent": parent, "title": f"{at}", "source": source})
    seen, path = [], "/proposals?limit=2"
    while path:
        page = fulda.get(path)
        seen += [row["id"] for row in page["items"]]
        path = f"/proposals?limit=2&cursor={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) == 5


def test_media_breaks_are_listed_and_decided(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, makers.bpmn("Antrag ausdrucken", "Daten abtippen"), title="Hundesteuer")
    marburg = program(app, MARBURG)
    found = marburg.get(f"{ENTRY}/media-breaks")["items"]
    assert found
    chosen = {key: found[0][key] for key in ("element_key", "rule", "seen")}
    body = {"findings": [chosen], "decision": "fixed"}
    assert marburg.send("POST", f"{ENTRY}/media-breaks/decisions", body).get_json()["errors"] == {
        "reason": "decision_reason_needed"
    }
    body["reason"] = "Das Fachverfahren übernimmt die Daten."
    decided = marburg.send("POST", f"{ENTRY}/media-breaks/decisions", body)
    assert decided.get_json()["items"][0]["standing"] == "fixed"
    again = marburg.send("POST", f"{ENTRY}/media-breaks/decisions", body)
    assert (again.status_code, again.get_json()["code"]) == (409, "decided_meanwhile")
    assert program(app, FULDA).send("POST", f"{ENTRY}/media-breaks/decisions", body).status_code == 403
    assert marburg.send("GET", f"{ENTRY}/media-breaks?version=9.99").status_code == 404


def test_webhooks_tell_their_secret_once_and_are_followed(app: Flask) -> None:
    admin, path = program(app, "admin@marburg.example"), "/organisations/marburg/webhooks"
    sent = {"name": "Empfang", "url": "https://empfang.example/", "topics": ["version"]}
    inside = admin.send("POST", path, sent | {"url": "https://127.0.0.1/"})
    assert (inside.status_code, list(inside.get_json()["errors"])) == (422, ["url"])
    made, again = (admin.send("POST", path, sent, idempotency_key="eins") for _ in range(2))
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1{path}/1")
    assert [answer.headers["Cache-Control"] for answer in (made, again)] == ["no-store", "no-store"]
    secret = made.get_json()["secret"]
    assert (again.get_json(), again.headers["Idempotent-Replayed"]) == (made.get_json(), "true")
    with writing(app) as work:
        kept = work.session.scalars(select(Repeatable.answer)).all()
    assert (len(kept), secret in str(kept)) == (1, False)
    renewed = admin.send("POST", f"{path}/1/secret").get_json()
    assert renewed["secret"].startswith("whsec_")
    assert renewed["secret"] != secret
    [hook] = admin.get(path)["items"]
    assert "secret" not in str(hook)
    assert admin.send("POST", f"{path}/1/test").status_code == 204
    [message] = admin.get(f"{path}/1/deliveries")["items"]
    assert (message["type"], message["state"]) == ("webhook.test", "waiting")
    assert admin.send("POST", f"{path}/1/off").get_json()["off_reason"] == "hand"
    assert admin.send("POST", f"{path}/1/test").get_json()["code"] == "webhook_off"
    assert admin.send("POST", f"{path}/1/on").get_json()["off_at"] is None
    assert program(app, MARBURG).send("GET", path).status_code == 403
    assert program(app, "admin@marburg.example", Scope.READ).send("GET", path).status_code == 403
    assert admin.send("DELETE", f"{path}/1").status_code == 204
    assert admin.send("GET", f"{path}/1").status_code == 404


# The same moves are open, and refused, on the page and by program.

PEOPLE = {
    MARBURG: "modeller",
    "freigabe@marburg.example": "owner and approver",
    "koordination@ikz.example": "coordinator",
    FULDA: "of another city",
}
STATES = (
    VersionState.DRAFT,
    VersionState.REVIEW_METHOD,
    VersionState.REVIEW_EXPERT,
    VersionState.RELEASED,
    VersionState.PUBLISHED,
)


@pytest.fixture(params=STATES)
def standing(request: pytest.FixtureRequest, dogs: Flask, tmp_path: Path) -> Iterator[tuple[Flask, Path, int]]:
    """Bring the entry into a state; the file beside it is what to go back to after a move that was made."""
    with writing(dogs) as work:
        user = work.session.query(User).filter_by(email="freigabe@marburg.example").one()
        marburg = makers.organisation(work, "marburg")
        work.session.add(Membership(user=user, organisation=marburg, role=Role.APPROVER, created_at=work.now))
        version = work.session.query(Version).one()
        if request.param == VersionState.PUBLISHED:
            makers.published(work, entries.find(work, "marburg", "hundesteuer"))
        else:
            version.state = request.param
        number = version.id
    yield dogs, tmp_path / "kept.sqlite3", number
    with dogs.app_context():
        db.engine.dispose()


def keep(app: Flask, where: Path, *, back: bool) -> None:
    file = Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
    with app.app_context():
        if not back:
            db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copy(*((where, file) if back else (file, where)))


def test_a_move_that_is_refused_on_the_page_is_refused_by_program_and_the_other_way_round(
    standing: tuple[Flask, Path, int], client_for: ClientFor
) -> None:
    app, kept, version = standing
    programs = {who: program(app, who) for who in PEOPLE}
    pages = {who: client_for(who) for who in PEOPLE}
    keep(app, kept, back=False)
    said, told = {}, {}
    for who in PEOPLE:
        shown = {row["move"]: row for row in programs[who].get(f"{ENTRY}/release")["moves"]}
        for move in (one for one in MOVES if one != Move.CONFIRM):
            body = {"version": version, "move": move, "reason": "Weil es so ist."}
            answer = programs[who].send("POST", f"{ENTRY}/release/moves", body)
            made = answer.status_code == 200
            if made:
                keep(app, kept, back=True)
            typed = {name: str(value) for name, value in body.items()}
            reply = pages[who].send("/marburg/hundesteuer/release", **typed)
            if reply.status_code == 302:
                keep(app, kept, back=True)
            said[who, move], told[who, move] = made, reply.status_code == 302
            listed = shown.get(move, {"open": False, "blockers": []})
            assert made == (listed["open"] and not listed["blockers"]), (who, move, answer.get_json())
    assert said == told
