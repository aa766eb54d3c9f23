"""What every operation keeps: tags, preconditions, repeated requests, refusals, and a true description."""

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from lxml import html
from openapi_spec_validator import OpenAPIV31SpecValidator

from hub import api
from hub.actions import repeating
from hub.config import ROOT
from hub.errors import Conflict
from tests.api.keys import Program, token_of
from tests.clients import Client, writing

MODELLER = "modellierung@marburg.example"
NAME = {"name": "Modellierung Marburg", "locale": "en"}


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app, token_of(app, MODELLER))


def test_what_is_unchanged_is_not_sent_again(program: Program) -> None:
    tag = program.send("GET", "/me").headers["ETag"]
    answer = program.send("GET", "/me", if_none_match=tag)
    assert (answer.status_code, answer.get_data()) == (304, b"")


def test_a_change_names_the_tag_it_started_from(program: Program) -> None:
    before = program.send("GET", "/me").headers["ETag"]
    assert program.send("PUT", "/me", NAME).get_json()["code"] == "precondition_required"
    answer = program.send("PUT", "/me", NAME, if_match=before)
    assert (answer.status_code, answer.get_json()["locale"]) == (200, "en")
    assert answer.headers["ETag"] == program.send("GET", "/me").headers["ETag"]
    again = program.send("PUT", "/me", NAME, if_match=before)
    assert (again.status_code, again.get_json()["code"]) == (412, "precondition_failed")


def test_the_same_key_gives_the_same_answer_and_the_deed_happens_once(program: Program) -> None:
    tag = program.send("GET", "/me").headers["ETag"]
    first = program.send("PUT", "/me", NAME, if_match=tag, idempotency_key="a")
    again = program.send("PUT", "/me", NAME, if_match=tag, idempotency_key="a")
    assert (first.status_code, first.get_data()) == (again.status_code, again.get_data())
    assert first.headers["ETag"] == again.headers["ETag"]
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")


def test_the_same_key_for_something_else_is_refused(program: Program) -> None:
    tag = program.send("GET", "/me").headers["ETag"]
    program.send("PUT", "/me", NAME, if_match=tag, idempotency_key="a")
    other = program.send("PUT", "/me", {**NAME, "locale": "de"}, if_match=tag, idempotency_key="a")
    assert (other.status_code, other.get_json()["errors"]) == (422, {"idempotency_key": "other_request"})


def test_a_refused_request_may_be_sent_again_with_its_key(program: Program) -> None:
    assert program.send("PUT", "/me", NAME, idempotency_key="a").status_code == 428
    assert program.send("PUT", "/me", NAME, idempotency_key="a").status_code == 428


def test_two_people_may_use_the_same_key(program: Program, app: Flask) -> None:
    other = Program(app, token_of(app, "lesen@limburg.example"))
    for one in (program, other):
        tag = one.send("GET", "/me").headers["ETag"]
        answer = one.send("PUT", "/me", NAME, if_match=tag, idempotency_key="a")
        assert "Idempotent-Replayed" not in answer.headers


def test_a_key_in_use_is_a_conflict_until_its_request_is_given_up(app: Flask) -> None:
    with writing(app) as work:
        repeating.claim(work, "token:1", "k", "digest")
        with pytest.raises(Conflict, match="still_running"):
            repeating.claim(work, "token:1", "k", "digest")
        later = type(work)(work.session, work.actor, work.now + repeating.GIVEN_UP_AFTER)
        taken = repeating.claim(later, "token:1", "k", "digest")
        assert taken.answer is None
        repeating.keep(later, taken, "answer")
        assert repeating.claim(later, "token:1", "k", "digest").answer == "answer"


def test_at_the_same_moment_a_key_does_it_once(program: Program, app: Flask) -> None:
    tag = program.send("GET", "/me").headers["ETag"]
    found: list[tuple[int, Any]] = []

    def send() -> None:
        answer = Program(app, program.token).send("PUT", "/me", NAME, if_match=tag, idempotency_key="same")
        found.append((answer.status_code, answer.headers.get("Idempotent-Replayed")))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count((200, None)) == 1
    assert set(found) <= {(200, None), (200, "true"), (409, None)}


def test_with_a_cookie_writing_needs_the_token_against_foreign_forms(client: Client) -> None:
    tag = client.get("/api/v1/me").headers["ETag"]
    answer = client.put("/api/v1/me", json=NAME, headers={"If-Match": tag})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf_token_needed")
    headers = {"If-Match": tag, "X-CSRF-Token": client.token()}
    assert client.put("/api/v1/me", json=NAME, headers=headers).status_code == 200


def test_guests_are_asked_to_sign_in(app: Flask) -> None:
    answer = Program(app).send("GET", "/me")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not_json"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"name": 7}', "application/json", 422, "invalid"),
        (b'{"name": "x", "admin": true}', "application/json", 422, "invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_by_code(
    program: Program, body: bytes, kind: str, status: int, code: str
) -> None:
    headers = {"Authorization": f"Bearer {program.token}", "If-Match": "*"}
    titles = set()
    for language in ("de", "en"):
        spoken = headers | {"Accept-Language": language}
        answer = program.client.put("/api/v1/me", data=body, content_type=kind, headers=spoken)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        titles.add(answer.get_json()["title"])
    assert len(titles) == 2


def test_unknown_parameters_are_refused_by_name(program: Program) -> None:
    for path in ("/me?pagesize=3", "/search?pagesize=3"):
        assert program.send("GET", path).get_json()["errors"] == {"pagesize": "unknown_field"}


@pytest.mark.parametrize("method", ["DELETE", "POST", "TRACE"])
def test_other_methods_are_named_as_not_allowed(program: Program, method: str) -> None:
    answer = program.send(method, "/search")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_every_answer_names_its_request_and_none_allows_other_sites(program: Program) -> None:
    answer = program.client.get("/api/v1/search", headers={"Origin": "https://elsewhere.example"})
    assert len(answer.headers["X-Request-Id"]) >= 12
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_the_description_is_valid_openapi_3_1(app: Flask) -> None:
    document = Program(app).get("/openapi.json")
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()
    names = [row["operationId"] for path in document["paths"].values() for row in path.values()]
    assert len(names) == len(set(names)) == len(api.operations())


def test_generators_of_clients_find_a_name_of_its_own_for_every_model(app: Flask) -> None:
    document = Program(app).get("/openapi.json")
    schemas = document["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not name.isalnum() or schema["title"] != name] == []
    assert [tag["name"] for tag in document["tags"] if not re.fullmatch("[a-z_]+", tag["name"])] == []
    told = [row["responses"] for path in document["paths"].values() for row in path.values()]
    kinds = [kind for answers in told for answer in answers.values() for kind in answer.get("content", {}).items()]
    assert [media for media, kind in kinds if "schema" not in kind] == []
    files = [kind["schema"] for media, kind in kinds if not media.endswith("json")]
    assert [schema for schema in files if schema != {"type": "string", "format": "binary"}] == []
    as_bytes = (ROOT / "docs" / "api" / "openapi-python-client.yml").read_text(encoding="utf-8")
    understood = ("text/", "application/json", "application/problem+json", "application/octet-stream")
    assert [media for media, _ in kinds if not media.startswith(understood) and f"  {media}:" not in as_bytes] == []


def test_generators_of_clients_find_no_field_that_is_always_null(app: Flask) -> None:
    schemas = Program(app).get("/openapi.json")["components"]["schemas"]
    fields = [(name, *row) for name, schema in schemas.items() for row in schema.get("properties", {}).items()]
    assert [(name, field) for name, field, schema in fields if schema.get("type") == "null"] == []


def test_the_documentation_shows_every_operation_with_a_command_and_no_script(client: Client) -> None:
    page = client.page("/api/v1/docs")
    for operation in api.operations():
        chapter = page.get_element_by_id(operation.name)
        assert isinstance(chapter, html.HtmlElement)
        assert operation.summary in chapter.text_content()
        assert "curl" in chapter.text_content()
    assert not page.xpath("//*[@style] | //*[@onclick]")


def test_who_asks_too_often_is_told_when_to_come_back(app: Flask, program: Program) -> None:
    app.config["HUB"] = replace(app.config["HUB"], api_limit=3)
    found = [program.send("GET", "/me") for _ in range(4)]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429]
    assert found[0].headers["RateLimit-Policy"] == '"api";q=3;w=60'
    assert [answer.headers["RateLimit"] for answer in found[:3]] == [f'"api";r={left};t=60' for left in (2, 1, 0)]
    assert (found[3].content_type, int(found[3].headers["Retry-After"]) > 0) == ("application/problem+json", True)
    other = Program(app, token_of(app, "lesen@limburg.example"))
    assert other.send("GET", "/me").status_code == 200


def test_the_limit_holds_over_several_processes(app: Flask, program: Program) -> None:
    app.config["HUB"] = replace(app.config["HUB"], api_limit=2)
    assert [program.send("GET", "/me").status_code for _ in range(2)] == [200, 200]
    app.extensions.pop("api_purse")  # another process has bought nothing yet
    assert program.send("GET", "/me").status_code == 429
