"""Probes of machines: alive, ready with reasons, figures; and what is open to whom."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from hub.actions import operations
from hub.config import VERSION
from hub.extensions import db
from hub.store import health
from hub.web.probes import draining_mark
from tests.clients import Client, ClientFor, writing
from tests.conftest import app_on, file_of

TOKEN = "ein Kennwort nur fuer Tests"


@pytest.fixture
def probe(app: Flask) -> Client:
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def with_settings(app: Flask, tmp_path: Path, **changes: object) -> Client:
    """Return a client of a hub on the same database with other settings."""
    from hub.app import create_app

    made = create_app(replace(app.config["HUB"], **changes))
    made.test_client_class = Client
    client = made.test_client()
    assert isinstance(client, Client)
    return client


def test_a_living_process_answers_without_asking_the_database(app: Flask, probe: Client, tmp_path: Path) -> None:
    with app.app_context():
        db.engine.dispose()
    file_of(app).rename(file_of(app).with_name("away"))
    answer = probe.get("/healthz")
    assert (answer.status_code, answer.data) == (200, b"ok\n")
    assert "Set-Cookie" not in answer.headers


def test_a_hub_with_everything_in_place_is_ready(app: Flask, probe: Client) -> None:
    assert probe.get("/readyz").json == {
        "ready": True, "reasons": [], "worker_silent_seconds": None, "version": VERSION,
    }  # fmt: skip
    with writing(app) as work:
        operations.beat(work, "hier:1", VERSION, work.now)
    assert probe.get("/readyz").get_json()["worker_silent_seconds"] in (0, 1)


def test_without_its_database_a_hub_is_not_ready_and_says_nothing_about_where_it_is(tmp_path: Path) -> None:
    app = app_on(f"sqlite:///{tmp_path}/nirgendwo/hub.sqlite3")
    answer = app.test_client().get("/readyz", buffered=True)
    assert (answer.status_code, answer.get_json()["reasons"]) == (503, ["database"])
    assert str(tmp_path) not in answer.text


def test_an_empty_or_older_database_is_not_ready(tmp_path: Path, app: Flask, probe: Client) -> None:
    empty = app_on(f"sqlite:///{tmp_path / 'leer.sqlite3'}")
    assert empty.test_client().get("/readyz", buffered=True).get_json()["reasons"] == ["migration"]
    with empty.app_context():
        db.engine.dispose()
    _set_revision(app, "0013")
    assert probe.get("/readyz").get_json()["reasons"] == ["migration"]


def test_a_database_that_a_newer_program_has_extended_is_ready(app: Flask, probe: Client) -> None:
    _set_revision(app, "9999")
    assert probe.get("/readyz").status_code == 200
    with writing(app) as work:
        work.session.connection().exec_driver_sql("UPDATE compatibility SET oldest = '9999'")
    assert probe.get("/readyz").get_json()["reasons"] == ["migration"]


def _set_revision(app: Flask, revision: str) -> None:
    with writing(app) as work:
        work.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_that_cannot_be_written_to_is_not_ready(
    app: Flask, probe: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        db.engine.dispose()

    def refuse(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorname = "SQLITE_READONLY"
        raise error

    monkeypatch.setattr(health.sqlite3, "connect", refuse)  # type: ignore[attr-defined]
    assert health._writable(Path("/nirgendwo")) is False
    monkeypatch.setattr(health, "_writable", lambda _path: False)
    assert probe.get("/readyz").get_json()["reasons"] == ["read_only"]


def test_a_writer_at_work_does_not_make_the_hub_unready(app: Flask, probe: Client, tmp_path: Path) -> None:
    with sqlite3.connect(file_of(app), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert probe.get("/readyz").status_code == 200
        other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_is_a_reason(probe: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "free_share", lambda _folder: 0.04)
    assert probe.get("/readyz").get_json()["reasons"] == ["disk"]


def test_a_hub_about_to_stop_is_not_ready_but_alive(app: Flask, tmp_path: Path) -> None:
    client = with_settings(app, tmp_path, run_folder=str(tmp_path))
    assert client.get("/readyz").status_code == 200
    draining_mark(str(tmp_path)).touch()
    assert client.get("/readyz").get_json()["reasons"] == ["draining"]
    assert (client.get("/healthz").status_code, client.get("/servez").status_code) == (200, 503)


def test_a_balancer_keeps_sending_people_when_the_database_is_away(
    probe: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all machines would be left out at once, and nobody would see the page that keeps what was typed."""
    monkeypatch.setattr(health, "database_problem", lambda _engine: "database")
    assert probe.get("/readyz").get_json()["reasons"] == ["database"]
    assert probe.get("/servez").status_code == 200


def test_probes_only_answer_reading(probe: Client) -> None:
    assert {path: probe.post(path).status_code for path in ("/healthz", "/servez", "/readyz", "/metrics")} == {
        "/healthz": 405, "/servez": 405, "/readyz": 405, "/metrics": 405,
    }  # fmt: skip


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_requests_by_endpoint_and_never_by_address(app: Flask, client_for: ClientFor) -> None:
    client = client_for("modellierung@marburg.example")
    before = figures(client.get("/metrics").text)
    for number in range(5):
        client.get(f"/marburg/gibt-es-nicht-{number}")
    client.get("/library?q=jemand@marburg.example")
    text = client.get("/metrics").text
    after = figures(text)
    key = ("hub_requests_total", (("endpoint", "entries.show"), ("method", "GET"), ("status", "404")))
    assert after[key] - before.get(key, 0) == 5
    assert after["hub_request_seconds_count", (("endpoint", "entries.show"), ("method", "GET"))] >= 5
    assert after["hub_database_statements_total", (("endpoint", "library.browse"),)] > 0
    assert after["hub_queue_waiting", (("queue", "jobs"),)] == 0
    assert "@" not in text
    assert "gibt-es-nicht" not in text


def test_strange_methods_and_addresses_make_no_new_figures(probe: Client) -> None:
    for number in range(20):
        probe.open(f"/a/b/c/d/e/{number}", method=f"WEIRD{number}")
    names = {key for key in figures(probe.get("/metrics").text) if "WEIRD" in str(key)}
    assert names == set()


def test_sign_ins_are_counted_by_outcome(app: Flask, probe: Client) -> None:
    def count(outcome: str) -> float:
        return figures(probe.get("/metrics").text).get(("hub_sign_ins_total", (("outcome", outcome),)), 0)

    refused = count("refused")
    probe.send("/login", email="nobody@example.org", password="falsch")
    assert count("refused") == refused + 1


@pytest.mark.parametrize(
    ("environ", "headers", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, {}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, {}, 403),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9"}, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, {"Authorization": f"Bearer {TOKEN}x"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9"}, {"Authorization": "Bearer "}, 403),
    ],
)
def test_metrics_are_for_this_machine_or_for_those_with_the_token(
    app: Flask, tmp_path: Path, environ: dict[str, str], headers: dict[str, str], status: int
) -> None:
    client = with_settings(app, tmp_path, metrics_token=TOKEN)
    assert client.get("/metrics", environ_base=environ, headers=headers).status_code == status


def test_without_a_token_nobody_gets_in_with_an_empty_one(probe: Client) -> None:
    answer = probe.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}, headers={"Authorization": "Bearer "})
    assert answer.status_code == 403


def test_a_silent_worker_shows_in_seconds(app: Flask, probe: Client) -> None:
    with writing(app) as work:
        operations.beat(replace(work, now=work.now - timedelta(minutes=5)), "hier:1", VERSION, work.now)
    assert figures(probe.get("/metrics").text)["hub_worker_silence_seconds", ()] >= 300
