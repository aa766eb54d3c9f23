"""Running the hub by program: for the system administration alone, and nobody else learns that it is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.store.accounts import User
from hub.store.activity import Job, Mail
from hub.store.tokens import Scope
from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import ClientFor, writing

SYSTEM, ADMIN, MARBURG = "admin@ikz.example", "admin@marburg.example", "modellierung@marburg.example"


def program(app: Flask, email: str = "", *scopes: Scope) -> Program:
    return Program(app, token_of(app, email, *scopes) if email else "")


@pytest.mark.parametrize("path", ["accounts", "settings", "maintenance", "jobs", "mails", "index"])
def test_everybody_else_learns_nothing_of_the_administration(app: Flask, client_for: ClientFor, path: str) -> None:
    assert program(app, SYSTEM).send("GET", f"/admin/{path}").status_code == 200
    assert program(app, ADMIN).send("GET", f"/admin/{path}").status_code == 404
    assert client_for(ADMIN).get(f"/admin/{path}").status_code == 404
    refused = program(app, SYSTEM, Scope.READ).send("GET", f"/admin/{path}")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "scope_missing")


def test_a_setting_is_changed_within_its_bounds_and_no_update_is_lost(app: Flask) -> None:
    system, path = program(app, SYSTEM), "/admin/settings/accounts.idle"
    tag = system.send("GET", path).headers["ETag"]
    assert system.send("PUT", path, {"value": 24}, if_match=tag).get_json()["value"] == 24
    assert system.send("PUT", path, {"value": 18}, if_match=tag).status_code == 412
    assert system.change("PUT", path, {"value": 999}).get_json()["errors"] == {"value": "out_of_bounds"}
    assert system.send("PUT", path, {"value": 18}).status_code == 428


def test_the_hub_becomes_read_only_and_writes_again_by_program(app: Flask) -> None:
    system, path = program(app, SYSTEM), "/admin/maintenance"
    past = system.change("PUT", path, {"until": "2001-01-01T00:00:00Z"})
    assert past.get_json()["errors"] == {"until": "in_the_past"}
    begun = system.change("PUT", path, {"until": "2099-01-01T00:00:00Z", "note": "Neue Version"}).get_json()
    assert (begun["on"], begun["note"]) == (True, "Neue Version")
    reader = program(app)
    reader.token = system.token
    assert reader.get("/me")["email"] == SYSTEM
    paused = system.send("POST", "/admin/index/rebuild")
    assert (paused.status_code, paused.get_json()["code"]) == (503, "read_only")
    assert system.send("DELETE", path).status_code == 204
    assert system.get(path)["on"] is False


def test_a_token_that_was_never_used_reads_while_the_hub_is_read_only(app: Flask) -> None:
    system, fresh = program(app, SYSTEM), program(app, MARBURG)
    system.change("PUT", "/admin/maintenance", {"note": "Umzug"})
    assert fresh.get("/me")["email"] == MARBURG


def test_accounts_are_found_closed_and_opened_again(app: Flask) -> None:
    system = program(app, SYSTEM)
    [found] = system.get("/admin/accounts?q=modellierung@marburg")["items"]
    path = f"/admin/accounts/{found['id']}"
    fresh = program(app, MARBURG)
    assert system.change("POST", f"{path}/close", of=path).get_json()["stage"] == "closed"
    assert fresh.send("GET", "/me").status_code == 401
    stale = system.send("POST", f"{path}/close", if_match='"old"')
    assert stale.status_code == 412
    assert system.change("POST", f"{path}/reopen", of=path).get_json()["stage"] == "active"
    assert [row["recipient"] for row in system.get("/admin/mails")["items"]] == [MARBURG]
    assert system.send("POST", f"{path}/sign-ins/end").status_code == 204
    pages = system.get("/admin/accounts?limit=2")
    assert len(pages["items"]) == 2
    assert pages["next"]


def test_jobs_and_letters_are_tried_again_or_thrown_away(app: Flask) -> None:
    with writing(app) as work:
        job = Job(kind="import", state="failed", created_at=work.now)
        mail = Mail(recipient=MARBURG, subject="S", text="geheim", created_at=work.now, next_try_at=work.now, tries=9)
        work.session.add_all([job, mail])
        work.session.flush()
        numbers = {"job": job.id, "mail": mail.id}
    system = program(app, SYSTEM)
    assert system.send("POST", f"/admin/jobs/{numbers['job']}/retry").status_code == 204
    assert [row["state"] for row in system.get("/admin/jobs")["items"]] == ["waiting"]
    assert system.send("POST", f"/admin/jobs/{numbers['job']}/retry").get_json()["code"] == "job_moved_on"
    assert "geheim" not in str(system.get("/admin/mails"))
    assert system.send("POST", f"/admin/mails/{numbers['mail']}/retry").status_code == 204
    assert system.send("DELETE", f"/admin/mails/{numbers['mail']}").status_code == 204
    assert system.get("/admin/mails")["items"] == []


def invited(admin: Program, **more: Any) -> Any:
    body = {"email": "neu@marburg.example", "name": "Fachamt Marburg", "role": "reader", **more}
    return admin.send("POST", "/organisations/marburg/invitations", body, idempotency_key="one")


def test_an_invitation_is_sent_once_and_its_link_stands_in_no_answer(app: Flask) -> None:
    admin = program(app, ADMIN)
    made = invited(admin)
    assert made.status_code == 201
    assert invited(admin).headers["Idempotent-Replayed"] == "true"
    with writing(app) as work:
        [text] = work.session.scalars(select(Mail.text))
    link = text.split("/invitation/")[1].split()[0]
    assert link not in made.get_data(as_text=True)
    path = f"/organisations/marburg/invitations/{made.get_json()['id']}"
    assert admin.send("POST", f"{path}/again").status_code == 204
    assert program(app, MARBURG).send("POST", f"{path}/again").status_code == 403
    assert admin.change("DELETE", path).status_code == 204
    assert admin.get("/organisations/marburg/invitations")["items"] == []


def test_a_closed_account_is_opened_by_the_citys_administration(app: Flask) -> None:
    with writing(app) as work:
        person = work.session.scalars(select(User.id).where(User.email == MARBURG)).one()
    admin, path = program(app, ADMIN), f"/organisations/marburg/members/{person}"
    admin.change("POST", f"{path}/close", of=path)
    assert admin.change("POST", f"{path}/reopen", of=path).get_json()["active"] is True


def test_a_guests_link_is_listed_and_ended(app: Flask, client_for: ClientFor) -> None:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
    page = client_for(MARBURG)
    shown = page.send(
        "/marburg/hundesteuer/guests",
        name="Ordnungsamt",
        until=f"{datetime.now(UTC).date() + timedelta(days=30)}",
        audience="city",
    )
    assert shown.status_code == 200
    marburg, path = program(app, MARBURG), "/entries/marburg/hundesteuer/guests"
    [link] = marburg.get(path)["items"]
    assert (link["name"], link["works"]) == ("Ordnungsamt", True)
    assert marburg.send("DELETE", f"{path}/{link['id']}").status_code == 204
    assert [row["works"] for row in marburg.get(path)["items"]] == [False]
    assert program(app, "modellierung@fulda.example").send("GET", path).status_code == 403
