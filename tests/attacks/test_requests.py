"""Hostile requests: every route that changes something, every redirect, every header, every method."""

import re
import runpy
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Request, request
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.test import TestResponse

from hub.actions import accounts, invitations
from hub.app import create_app
from hub.config import Settings
from hub.extensions import csrf
from hub.http import COOKIE_TOKEN
from hub.store.accounts import Role, SignIn
from hub.web.shared import safe_next
from tests import makers
from tests.clients import Client, ClientFor, words, writing
from tests.conftest import KEY, MODELLER, open_copy
from tests.rights.asking import BODY, Hub, Question, open_hub
from tests.web.steps import give_password, sign_in, signed_in

ROOT = Path(__file__).resolve().parents[2]
SIGNED = {"notifications.stop_mail": ["notification_choices"], "notifications.resubscribe": []}
"""Asked by mail programs without a session (RFC 8058); the signature in the address is the permission.

With the table that may change: resubscribing is asked with nothing to choose again.
"""
EXEMPT = {
    "hub.web.editing.beat",  # says no more than that somebody is editing
    "hub.web.git.receive", "hub.web.git.upload",  # programs with a token, no cookie counts
    "hub.web.guests.write",  # the secret in the address
    "hub.web.notifications.resubscribe", "hub.web.notifications.stop_mail",  # the signature in the address
    "hub.web.providers.end",  # the provider's signed token
}  # fmt: skip


@pytest.fixture(scope="module")
def hub(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("requests")
    with open_copy(blank_database, folder, demo=False) as app:
        app.testing = False
        hub = open_hub(app, str(folder / "hub.sqlite3"))
        yield hub
        hub.close()


def deeds(hub: Hub) -> list[Question]:
    """Return one question for each route that changes something."""
    found = {(row.endpoint, row.method): row for row in hub.questions if row.method not in ("GET", "TRACE", "CONNECT")}
    return list(found.values())


def test_no_deed_is_done_without_the_token_of_ones_own_session(hub: Hub) -> None:
    client = ClientFor(hub.app)("admin@ikz.example")
    stranger = ClientFor(hub.app)(MODELLER).token()
    client.token()
    hub.keep()
    wrong = []
    for question in deeds(hub):
        for token, origin in (("", "https://boese.example"), ("x", ""), (stranger, "https://boese.example")):
            body = {**BODY, "csrf_token": token}
            headers = {"Origin": origin} if origin else {}
            answer = client.open(hub.path(question), method=question.method, data=body, headers=headers)
            tables = hub.changed()
            if set(tables) - set(SIGNED.get(question.endpoint, [])):
                wrong.append(f"{question} with „{token[:5]}“ from „{origin}“ changes {tables}")
            if answer.status_code < 400 and question.endpoint not in SIGNED:
                wrong.append(f"{question} with „{token[:5]}“ from „{origin}“ answers {answer.status_code}")
    assert wrong == []
    assert len(deeds(hub)) > 130


def test_only_what_brings_a_secret_of_its_own_may_come_without_a_token(app: Flask) -> None:
    """What is listed here says beside its exemption why it has one; programs' addresses ask where a cookie counts."""
    protection = app.extensions["csrf"]
    assert protection is csrf
    assert protection._exempt_views == EXEMPT
    assert {row.name for row in protection._exempt_blueprints} == {"api"}


def test_a_word_in_a_header_or_query_does_not_turn_reading_into_doing(hub: Hub) -> None:
    client = ClientFor(hub.app)("admin@ikz.example")
    token = client.token()
    hub.keep()
    wrong = []
    for question in deeds(hub)[::3]:
        for method in ("GET", "HEAD", "OPTIONS"):
            path = f"{hub.path(question)}?_method={question.method}&csrf_token={token}"
            headers = {"X-HTTP-Method-Override": question.method, "X-CSRFToken": token}
            answer = client.open(path, method=method, headers=headers)
            noted = {"guests.show": {"guest_links", "events"}, "guests.write": {"guest_links", "events"}}
            tables = set(hub.changed()) - {"recent_searches"} - noted.get(question.endpoint, set())
            if answer.status_code >= 500 or tables:
                wrong.append(f"{method} {path} {answer.status_code} {tables}")
    assert wrong == []


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "GET\tX", "put", "delete"]
)
def test_a_method_that_is_not_offered_is_refused(hub: Hub, method: str) -> None:
    client = ClientFor(hub.app)("")
    for path in ("/", "/library", "/login", "/marburg/public-fassung", "/static/css/base.css", "/api/v1/search"):
        answer = client.open(path, method=method)
        assert answer.status_code in (400, 404, 405, 501), f"{method} {path}"
        assert "X-Secret" not in answer.get_data(as_text=True)
        assert answer.status_code != 405 or path.startswith(("/static", "/api")) or "GET" in answer.headers["Allow"]


def test_no_address_and_no_text_has_a_zero_byte(hub: Hub) -> None:
    """PostgreSQL answers with an error where SQLite finds nothing, so none may get as far as a database."""
    adapter = hub.app.url_map.bind("localhost")
    for path in (
        "/mar\0burg",
        "/marburg/\0",
        "/marburg/x/versions/1\0",
        "/marburg/x/fim/activities/a/\0/b",
    ):
        with pytest.raises(NotFound):
            adapter.match(path)
    assert adapter.match("/api/v1/entries/marburg/\0")[0] == "api.nothing"
    sent = {"method": "POST", "query_string": "q=a%00b&q=%00", "data": {"text": "c\0d"}}
    with hub.app.test_request_context("/search", **sent):
        assert (request.args.getlist("q"), request.form["text"]) == (["ab", ""], "cd")


def test_a_method_in_small_letters_gets_no_further_than_in_capitals(hub: Hub) -> None:
    """Methods are case-sensitive (RFC 9110, 9.1); werkzeug reads them in capitals, so the same checks must follow."""
    client = ClientFor(hub.app)(MODELLER)
    hub.keep()
    for path in ("/theme", "/marburg/members/new", "/new/blank", "/login"):
        assert client.open(path, method="post", data=BODY).status_code == 400, path
        assert hub.changed() == []
    for path in ("/", "/library"):
        assert words(client.open(path, method="get")) == words(client.get(path))


@pytest.mark.parametrize(
    "line", ["get / HTTP/1.1", "pOST /login HTTP/1.1", "GET\t/ HTTP/1.1", "GET / HTTP/9.9", "G / HTTP/1.1"]
)
def test_the_server_refuses_a_method_in_small_letters_before_the_hub_sees_it(line: str) -> None:
    """As gunicorn is by default, and `hub web` leaves it."""
    config = Config()
    settings = (ROOT / "hub" / "cli" / "gunicorn_settings.py").read_text(encoding="utf-8")
    assert [name for name in config.settings if "unconventional" in name and name in settings] == []
    sent = f"{line}\r\nHost: localhost\r\n\r\n".encode()
    with pytest.raises(ParseException):
        next(RequestParser(config, iter([sent]), ("127.0.0.1", 1)))


UNCLEAR = (
    "Content-Length: 4\r\nTransfer-Encoding: chunked", "Content-Length: 0\r\nContent-Length: 5", "Content-Length: +5",
    "Content-Length: -5", "Content-Length: 5, 5", "Content-Length: 0x5", "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked\r\n\tx: y",
    "X-A: b\r\n c", "X-A: b\nContent-Length: 5", "X-A: b\rContent-Length: 5", "X-A: \x00", " X-A: b", "X-A", ": b",
    "Host: boese.example",
)  # fmt: skip
"""Two servers could see the next message begin in two places (RFC 9112, 11.2: request smuggling)."""


@pytest.mark.parametrize("lines", UNCLEAR)
def test_a_message_that_two_servers_could_read_differently_is_read_by_none(lines: str) -> None:
    sent = f"POST /login HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n0\r\n\r\n".encode()
    with pytest.raises(ParseException):
        next(RequestParser(Config(), iter([sent]), ("203.0.113.7", 1)))


@pytest.mark.parametrize("line", ["SCRIPT_NAME: //boese.example", "PATH_INFO: /admin", "X-Forwarded-Proto: https"])
def test_no_header_moves_the_server_to_another_place(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """gunicorn believes these of its own machine, where a proxy may stand that passes on what it was sent."""
    monkeypatch.setenv("HUB_SECRET_KEY", KEY)
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example")
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    chosen = runpy.run_path(str(ROOT / "hub" / "cli" / "gunicorn_settings.py"))
    config = Config()
    config.set("forwarded_allow_ips", chosen["forwarded_allow_ips"])
    sent = f"GET //boese.example/login HTTP/1.1\r\nHost: localhost\r\n{line}\r\n\r\n".encode()
    request = next(RequestParser(config, iter([sent]), ("127.0.0.1", 1)))
    assert request.scheme == "http"
    assert [name for name, _value in request.headers if "_" in name] == []


ELSEWHERE = (
    "//boese.example", "///boese.example", "/\\boese.example", "\\\\boese.example", "https://boese.example",
    "https:boese.example", "http:///boese.example", "javascript:alert(1)", "data:text/html,x", "/\tboese", "/\r\n//x",
    "\x00//boese.example", " //boese.example", "//boese.example\\@localhost", "/%09/boese.example\n", "boese.example",
    "//localhost@boese.example", "/\u200b//boese\u2028", "@boese.example", "?next=//x", "", "/..//boese.example",
    "/./\\boese.example", "//[::1]/", "/a//boese.example", "/.//boese.example", "/a/../..//boese.example",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_given_along_leads_to_another_host(target: str) -> None:
    chosen = safe_next(target)
    assert chosen.startswith("/")
    assert not chosen.startswith(("//", "/\\"))
    assert "//" not in chosen.split("?")[0]
    assert re.fullmatch(r"[\x21-\x7e\u00a1-\uffff]*", chosen.replace("\u200b", "").replace("\u2028", ""))


class Sticky:
    """A browser that keeps its session whatever an answer puts there: each request comes from the same person."""

    def __init__(self, hub: Hub, email: str) -> None:
        self.hub, self.client = hub, ClientFor(hub.app)(email)
        self.token = self.client.token()
        self.session = self.client.get_cookie("hub")
        hub.keep()

    def ask(self, question: Question, *, headers: Mapping[str, str] = {}, **sent: Any) -> TestResponse:
        """Send a request with a valid token, and put the hub back as it was."""
        answer = self.client.open(
            self.hub.path(question), method=question.method, headers={"X-CSRFToken": self.token, **headers}, **sent
        )
        self.hub.restore()
        assert self.session is not None
        self.client.set_cookie("hub", self.session.value)
        return answer


@pytest.mark.slow
def test_no_answer_of_any_route_leads_to_another_host(hub: Hub) -> None:
    """Every route is given an address under every name such an argument usually has; those that lead on, three more."""
    names = ("next", "back", "return", "return_to", "url", "redirect", "from", "to", "path", "page", "target")
    wrong: list[str] = []
    leading: dict[str, Question] = {}
    browser = Sticky(hub, "koordination@ikz.example")
    once = {(row.endpoint, row.method): row for row in hub.questions if row.method in ("GET", "POST")}
    for target in ("https://boese.example/x", "//boese.example", "/\\boese.example", "\r\nX: y"):
        headers = {"Referer": target.strip(), "X-Forwarded-Host": "boese.example"}
        sent = dict.fromkeys(names, target)
        for question in once.values() if target.startswith("https") else list(leading.values()):
            way = "data" if question.method == "POST" else "query_string"
            answer = browser.ask(question, headers=headers, **{way: sent})
            if "Location" in answer.headers:
                leading[str(question)] = question
            if not _at_home(answer):
                wrong.append(f"{question} answers {answer.status_code}, leads to {answer.headers.get('Location')}")
    assert wrong == []
    assert len(leading) > 20


def test_a_form_of_which_nothing_arrives_is_answered_as_any_other(hub: Hub) -> None:
    """Fields get lost on the way, hidden ones too; then the form comes again with what is missing."""
    browser = Sticky(hub, "koordination@ikz.example")
    answers = {str(question): browser.ask(question).status_code for question in deeds(hub)}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert list(answers.values()).count(401) < 10, "somebody signed in is taken for a guest"


def _at_home(answer: TestResponse) -> bool:
    target = answer.headers.get("Location", "/")
    return answer.status_code < 500 and target.startswith("/") and not target.startswith(("//", "/\\"))


def test_signing_in_gives_a_new_session_and_ends_the_old_one(app: Flask) -> None:
    give_password(app)
    give_password(app, "admin@marburg.example")
    client = ClientFor(app)()
    client.send("/theme", theme="dark")
    fixed = client.get_cookie("hub")
    assert fixed is not None
    sign_in(client)
    first = _token(client)
    victim = ClientFor(app)()
    victim.set_cookie("hub", fixed.value)
    assert not signed_in(victim)
    sign_in(client, "admin@marburg.example")
    assert _token(client) != first
    with writing(app) as work:
        kept = list(work.session.scalars(select(SignIn.token_digest)))
    assert kept == [accounts.digest(_token(client))]


def _token(client: Client) -> str:
    with client.session_transaction() as kept:
        return str(kept[COOKIE_TOKEN])


@pytest.mark.parametrize("value", ["", "x", "eyJzaWduX2luIjoieCJ9.x.y", "null", "a" * 4000, '{"sign_in": 1}'])
def test_a_made_up_cookie_is_nobody(app: Flask, value: str) -> None:
    client = ClientFor(app)()
    client.set_cookie("hub", value)
    assert not signed_in(client)
    assert client.get("/").status_code == 200


def test_a_cookie_signed_with_another_key_is_nobody(app: Flask, tmp_path: Path) -> None:
    other = create_app(
        Settings(app.config["HUB"].database_url, "another key, just as long as the first one", testing=True)
    )
    other.test_client_class = Client
    stolen = ClientFor(other)(MODELLER).get_cookie("hub")
    assert stolen is not None
    client = ClientFor(app)()
    client.set_cookie("hub", stolen.value)
    assert not signed_in(client)


def plain(answer: TestResponse) -> str:
    """Return a page without what is random in every one."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', "", answer.get_data(as_text=True))


def test_a_wrong_password_and_an_unknown_account_answer_alike(app: Flask) -> None:
    give_password(app)
    answers, times = [], []
    for email in (MODELLER, "gibt.es.nicht@marburg.example", MODELLER, "gibt.es.nicht@marburg.example"):
        client = ClientFor(app)()
        token = client.token()
        started = time.process_time()
        answer = client.post("/login", data={"csrf_token": token, "email": email, "password": "falsch und lang genug"})
        times.append(time.process_time() - started)
        answers.append((answer.status_code, plain(answer).replace(email, "…")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert min(times[::2]) < 3 * min(times[1::2])
    assert min(times[1::2]) < 3 * min(times[::2])


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(app: Flask) -> None:
    answers = []
    for email in (MODELLER, "gibt.es.nicht@marburg.example"):
        answer = ClientFor(app)().send("/login/reset", email=email)
        answers.append((answer.status_code, answer.headers.get("Location"), plain(answer)))
    assert answers[0] == answers[1]


def test_a_link_that_never_was_and_one_that_was_used_answer_alike(app: Flask) -> None:
    with writing(app) as work:
        marburg = makers.organisation(work, "marburg")
        made, token = invitations.create(work, marburg, email="neu@marburg.example", name="Neu", role=Role.READER)
        made.withdrawn_at = work.now
    for path in ("/invitation/", "/login/reset/", "/guest/"):
        never, used = (ClientFor(app)().get(path + end) for end in ("x" * 43, token))
        assert never.status_code == used.status_code
        assert plain(never).replace("x" * 43, token) == plain(used)


def https(app: Flask, **more: object) -> Flask:
    """Return the hub as it runs under a public address."""
    settings = replace(app.config["HUB"], base_url="https://hub.example", secure_cookies=True, **more)
    public = create_app(settings)
    public.test_client_class = Client
    return public


@pytest.mark.parametrize(
    "host", ["boese.example", "hub.example.boese.example", "hub.example@boese.example", "x y", "["]
)
def test_another_host_name_is_refused_before_anything_is_done(app: Flask, host: str) -> None:
    public = https(app)
    for path in ("/", "/login", "/login/reset", "/catalog.ttl", "/.well-known/security.txt", "/api/v1/search"):
        answer = ClientFor(public)().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "boese" not in answer.get_data(as_text=True)


def test_the_public_name_and_further_ones_are_served(app: Flask) -> None:
    public = https(app, hosts="hub.intern, prozesse.example")
    for host in ("hub.example", "hub.intern", "prozesse.example", "localhost"):
        answer = ClientFor(public)().get("/library", base_url=f"https://{host}")
        assert answer.status_code == 200, host


def test_a_forwarded_name_is_not_believed_without_a_proxy(app: Flask) -> None:
    answer = ClientFor(app)().get("/", headers={"X-Forwarded-Host": "boese.example", "X-Forwarded-Proto": "https"})
    assert "boese.example" not in answer.get_data(as_text=True)


def test_over_https_every_cookie_is_bound_to_this_host(app: Flask) -> None:
    client = ClientFor(https(app))()
    with client.session_transaction(base_url="https://hub.example"):
        pass
    answer = client.get("/login", base_url="https://hub.example")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert word in cookie
        assert "Domain" not in cookie


def test_huge_forms_are_refused_and_cost_nothing(app: Flask, client: Client) -> None:
    token = client.token()
    app.testing = False
    many = "&".join(f"f{at}=1" for at in range(200_000))
    for body, kind in (
        (f"csrf_token={token}&{many}", "application/x-www-form-urlencoded"),
        ("--x\r\n" + "".join(f'Content-Disposition: form-data; name="f{at}"\r\n\r\n1\r\n--x\r\n' for at in range(9000)),
         "multipart/form-data; boundary=x"),
        ("--x\r\n" * 50_000, "multipart/form-data; boundary=x"),
    ):  # fmt: skip
        started = time.process_time()
        answer = client.post("/new/blank", data=body, content_type=kind)
        assert answer.status_code in (400, 413, 422)
        assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "body", ["NaN", '{"a": NaN}', '{"a": Infinity}', '{"a": 1e999}', "[" * 100_000, '{"a": 1, "a": 2}', "\ufeff{}",
             "{}x", '{"a": ' + "9" * 5000 + "}", '"\\ud800"', "", "null"],
)  # fmt: skip
def test_odd_json_is_refused_as_a_problem(app: Flask, client: Client, body: str) -> None:
    app.testing = False
    answer = client.put("/api/v1/me", data=body.encode("utf-8", "surrogatepass"), content_type="application/json",
                        headers={"X-CSRFToken": client.token()})  # fmt: skip
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"


def test_the_limits_of_the_framework_are_set(app: Flask) -> None:
    for name in ("MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS"):
        assert app.config[name], name
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert app.debug is False
    assert issubclass(app.request_class, Request)
    assert app.config["SECRET_KEY"] == KEY
