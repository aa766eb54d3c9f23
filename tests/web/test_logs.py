"""Log lines: one request one line, findable by its id, and nobody can be found in them."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.app import create_app
from hub.extensions import db
from hub.telemetry import begin, database, end
from hub.telemetry.logs import JsonLines, Readable, scrubbed
from tests.clients import Client, ClientFor, writing
from tests.conftest import open_copy
from tests.web.steps import MODELLER, give_password, sign_in


class Lines(logging.Handler):
    """Collects what would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler = Lines()
    log = logging.getLogger("hub")
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler.lines
    log.removeHandler(handler)
    log.setLevel(before)


def test_a_request_is_one_line_with_its_figures(client: Client, lines: list[str]) -> None:
    answer = client.get("/library")
    (line,) = [json.loads(row) for row in lines if '"hub.access"' in row]
    assert (line["endpoint"], line["method"], line["status"]) == ("library.browse", "GET", 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["queries"] > 0
    assert 0 < line["database_ms"] < line["ms"]
    assert isinstance(line["user"], int)


def test_whoever_signs_in_or_out_or_fails_to_is_in_the_log_without_a_name(
    app: Flask, client_for: ClientFor, lines: list[str]
) -> None:
    give_password(app)
    guest = client_for()
    guest.send("/login", email=MODELLER, password="falsch und lang genug")
    sign_in(guest)
    guest.send("/logout")
    rows = [json.loads(row) for row in lines if '"hub.access"' in row]
    told = [(row["endpoint"], row.get("sign_in"), isinstance(row["user"], int)) for row in rows]
    assert ("login.sign_in", "refused", False) in told
    assert ("login.sign_in", "accepted", True) in told
    assert ("login.sign_out", None, True) in told
    assert MODELLER not in "".join(lines)


HOSTILE = (
    "/jemand@marburg.example/eintrag",
    "/jemand%40marburg.example",
    "/library?q=jemand@marburg.example&token=geheim",
    "/a%0d%0a%7B%22status%22:200%7D",
    "/marburg/%E2%80%A8zeile",
    "/invitation/geheimer-token-aus-einer-einladung",
)


@pytest.mark.parametrize("path", HOSTILE)
def test_whatever_stands_in_an_address_nothing_of_it_gets_into_the_log(
    client: Client, lines: list[str], path: str
) -> None:
    client.get(path, headers={"User-Agent": "jemand@marburg.example\tX", "Referer": "https://x/?token=geheim"})
    written = "\n".join(lines)
    assert lines
    assert "jemand" not in written
    assert "geheim" not in written
    assert all(len(row.splitlines()) == 1 and json.loads(row) for row in lines)


def test_a_strange_method_cannot_forge_a_line(app: Flask, lines: list[str]) -> None:
    app.test_client().open("/library", method='X"} {"status":200', buffered=True)
    assert json.loads(lines[-1])["method"] == "other"


def test_only_a_proxy_of_our_own_may_name_a_request(app: Flask) -> None:
    named = {"X-Request-ID": "abc-DEF_0123456789"}
    assert app.test_client().get("/library", headers=named).headers["X-Request-ID"] != named["X-Request-ID"]
    behind = create_app(replace(app.config["HUB"], proxies=1)).test_client()
    assert behind.get("/library", headers=named).headers["X-Request-ID"] == named["X-Request-ID"]
    for bad in ("kurz", "x" * 65, "mit leer zeichen", "jemand@marburg.example", "a\tb\tc\td\te", "äääääääää"):
        given = behind.get("/library", headers={"X-Request-ID": bad.encode().decode("latin-1")})
        assert re.fullmatch("[0-9a-f]{12}", given.headers["X-Request-ID"])


def test_an_error_names_its_request_and_no_values(blank_database: Path, tmp_path: Path, lines: list[str]) -> None:
    with open_copy(blank_database, tmp_path, demo=False) as app:
        _breaks(app, lines)


def _breaks(app: Flask, lines: list[str]) -> None:
    @app.get("/bricht")
    def broken() -> str:
        db.session.execute(text("SELECT * FROM users WHERE email = :e AND nix = 1"), {"e": "jemand@marburg.example"})
        return ""

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/bricht", buffered=True)
    assert answer.status_code == 500
    error = next(json.loads(row) for row in lines if '"error"' in row)
    assert error["error"] == "OperationalError"
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert error["request_id"] in answer.text
    assert any("test_logs.py" in place for place in error["trace"])
    assert "jemand" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("mail to a.b+c@example.org failed", "mail to [e-mail] failed"),
        ("GET /x?token=geheim&q=1 done", "GET /x?… done"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer …"),
        ("zwei\r\nZeilen\u2028drei\x1b[31m", "zwei  Zeilen drei [31m"),
        ('duplicate key\nDETAIL:  Key (email)=(a@b.example) already exists.', "duplicate key"),
        ("(x) broke\n[parameters: {'name': 'Geheim'}]", "(x) broke"),
    ],
)  # fmt: skip
def test_messages_of_libraries_are_scrubbed(said: str, left: str) -> None:
    assert scrubbed(said) == left


def test_the_database_hides_its_values_in_errors(app: Flask) -> None:
    with writing(app) as work:
        query = text("INSERT INTO users (id, email, name) VALUES (1, :email, 'Geheim')")
        with pytest.raises(IntegrityError) as refused:
            work.session.execute(query, {"email": "jemand@marburg.example"})
        work.session.rollback()
    assert "jemand" not in str(refused.value)


def test_a_slow_statement_is_written_down_without_its_values(app: Flask, lines: list[str]) -> None:
    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT max(x), :who FROM n"
    with app.app_context():
        database.watch(db.engine, 1)
        begin("0123456789ab")
        db.session.execute(text(slow), {"who": "jemand@marburg.example"})
        end()
    line = next(json.loads(row) for row in lines if "hub.slow" in row)
    assert line["ms"] >= 1
    assert line["statement"].startswith("WITH RECURSIVE")
    assert line["request_id"] == "0123456789ab"
    assert "jemand" not in str(line)


def test_in_a_demonstration_lines_are_for_people() -> None:
    record = logging.LogRecord("hub.access", logging.INFO, "", 1, "request", None, None)
    record.facts = {"status": 200, "user": 3}
    assert re.fullmatch(r"\d\d:\d\d:\d\d info +hub\.access: request  status=200 user=3", Readable().format(record))
