"""Every answer carries the headers that keep strangers' content from doing anything."""

import re

import pytest
from flask import Flask

from hub.config import Settings
from hub.web.security import CSP
from tests.clients import ClientFor, parsed

STRICT = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
)  # fmt: skip
PATHS = (
    "/", "/library", "/search?q=Hund", "/login", "/hilfe", "/feed.atom", "/opensearch.xml", "/search/suggest?q=hu",
    "/marburg/hundesteuer-soll", "/nirgendwo", "/nirgendwo/nichts", "/static/css/base.css", "/static/nichts.css",
    "/new", "/account",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_strict_policy(sample_app: Flask, path: str) -> None:
    headers = ClientFor(sample_app)("").get(path).headers
    assert set(STRICT) <= set(headers["Content-Security-Policy"].split("; "))
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_refused_method_and_a_refused_form_have_the_headers_too(sample_app: Flask) -> None:
    client = ClientFor(sample_app)("")
    for answer in (client.delete("/"), client.post("/language"), client.post("/login", data={"email": "x"})):
        assert answer.status_code >= 400
        assert answer.headers["Content-Security-Policy"] == CSP


@pytest.mark.parametrize("name", ["view.bpmn", "diagram.svg", "thumbnail.svg", "source.bpmn", "table.csv"])
def test_what_a_stranger_uploaded_opens_in_a_sandbox(sample_app: Flask, name: str) -> None:
    client = ClientFor(sample_app)("modellierung@fulda.example")
    answer = client.get(f"/fulda/wohngeld-ist-fulda/versions/{_newest(client)}/{name}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def _newest(client: object) -> str:
    page = client.page("/fulda/wohngeld-ist-fulda/versions")  # type: ignore[attr-defined]
    numbers = re.findall(r"wohngeld-ist-fulda/versions/(\d+\.\d\d)", " ".join(page.xpath("//a/@href")))
    return str(numbers[0])


def test_no_page_has_inline_script_style_or_handlers(sample_app: Flask) -> None:
    client = ClientFor(sample_app)("modellierung@marburg.example")
    for path in ("/", "/library", "/marburg/hundesteuer-soll", "/new/upload", "/account", "/rechte"):
        tree = client.page(path) if client.get(path).status_code == 200 else None
        if tree is None:
            continue
        assert tree.xpath("//script[not(@src) and not(@type='application/json')]") == []
        assert tree.xpath("//*[@style]") == []
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_signed_in_pages_are_never_kept_by_shared_caches(sample_app: Flask) -> None:
    client = ClientFor(sample_app)("modellierung@marburg.example")
    for path in ("/", "/library", "/account", "/search?q=Hund", "/marburg.git/info/refs?service=git-upload-pack"):
        assert client.get(path).cache_control.private or client.get(path).cache_control.no_store


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(sample_app: Flask) -> None:
    cookie = ClientFor(sample_app)("").send("/theme", theme="dark").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: object) -> None:
    from hub.app import create_app

    settings = Settings(f"sqlite:///{tmp_path}/x.sqlite3", "k" * 40, secure_cookies=True, testing=True)
    app = create_app(settings)
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_a_form_without_its_token_is_refused(sample_app: Flask) -> None:
    client = ClientFor(sample_app)("modellierung@marburg.example")
    answer = client.post("/marburg/hundesteuer-soll/fork", data={"title": "Fremd"})
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ["//boese.example", "https://boese.example", "/\\boese.example", "javascript:1"])
def test_nobody_is_led_elsewhere_after_signing_in(sample_app: Flask, target: str) -> None:
    answer = ClientFor(sample_app)("modellierung@marburg.example").get("/login", query_string={"next": target})
    assert answer.location == "/"


def test_error_pages_are_pages(sample_app: Flask) -> None:
    tree = parsed(ClientFor(sample_app)("").get("/nirgendwo"))
    assert tree.xpath("//main//h1")
