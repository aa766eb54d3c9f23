"""Addresses built from patterns are those the router builds."""

import flask
import pytest
from flask import Flask
from werkzeug.routing import BuildError

from hub.web.addresses import url_for

WORDS = {"city": "marburg", "slug": "hundesteuer-anmelden", "number": "0.02", "name": "hilfe", "token": "x" * 43}


def test_every_page_has_the_address_the_router_gives_it(app: Flask) -> None:
    with app.test_request_context("/"):
        seen = 0
        for rule in app.url_map.iter_rules():
            values = {name: WORDS.get(name, "wort") for name in rule.arguments}
            for given in (values, {**values, "page": 3}, dict.fromkeys(values, 7)):
                try:
                    wanted = flask.url_for(rule.endpoint, **given)
                except (BuildError, ValueError):
                    continue
                assert url_for(rule.endpoint, **given) == wanted == url_for(rule.endpoint, **given)
                seen += 1
    assert seen > 300


@pytest.mark.parametrize(
    "given",
    [{"q": "Müll & Abfall"}, {"q": "100%"}, {"q": "%(q)s"}, {"page": -1}, {"q": None}, {"q": ["a", "b"]}, {"q": ""},
     {"_anchor": "text"}, {"_anchor": "§ 1"}, {"q": True}],
)  # fmt: skip
def test_what_must_be_quoted_is_quoted(app: Flask, given: dict[str, object]) -> None:
    with app.test_request_context("/"):
        assert url_for("search.show", **given) == flask.url_for("search.show", **given)  # type: ignore[arg-type]


def test_an_address_knows_where_the_hub_is_mounted(app: Flask) -> None:
    with app.test_request_context("/library"):
        url_for("library.browse")
    with app.test_request_context("/library", environ_overrides={"SCRIPT_NAME": "/hub"}):
        assert url_for("library.browse") == "/hub/library"
