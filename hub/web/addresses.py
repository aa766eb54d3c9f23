"""Addresses within the hub, filled into patterns that the router is asked for once.

A page has up to a hundred links, and asking the router for each of them is a fifth of what the page costs.
"""

import re
from typing import Any

import flask
from flask import current_app, has_request_context, request
from werkzeug.routing import BuildError

_PLAIN = re.compile(r"[A-Za-z0-9._~-]+").fullmatch
"""Words that no part of an address quotes."""
_NUMBER = 7_300_000_001
"""Stands for the first whole number of a pattern, the next ones for the others."""


def url_for(endpoint: str, **values: Any) -> str:
    """Return what `flask.url_for` returns; quickly where all values are plain words or whole numbers."""
    kinds = [(name, _kind(name, value)) for name, value in values.items()]
    if endpoint[0] == "." or not has_request_context() or request.script_root or any(not kind for _, kind in kinds):
        return flask.url_for(endpoint, **values)
    fixed = endpoint == "static"
    key = (endpoint, *(values.items() if fixed else kinds))
    known: dict[tuple[Any, ...], str | None] = current_app.extensions.setdefault("addresses", {})
    if key not in known:
        known[key] = flask.url_for(endpoint, **values).replace("%", "%%") if fixed else _pattern(endpoint, *kinds)
    pattern = known[key]
    return flask.url_for(endpoint, **values) if pattern is None else pattern % values


def _kind(name: str, value: object) -> str:
    """Return what a value is to a pattern; empty for one that must be left to the router."""
    if name[0] == "_" and name != "_anchor":
        return ""
    if type(value) is int:
        return "number" if value >= 0 else ""
    return "word" if isinstance(value, str) and (name == "filename" or _PLAIN(value)) else ""


def _pattern(endpoint: str, *kinds: tuple[str, str]) -> str | None:
    """Return the address with `%(name)s` for each value; None where the router does more than put values in."""
    marks: dict[str, Any] = {
        name: _NUMBER + at if kind == "number" else f"zq{at}qz" for at, (name, kind) in enumerate(kinds)
    }
    try:
        pattern = flask.url_for(endpoint, **marks).replace("%", "%%")
    except (BuildError, ValueError):
        return None  # a part that is one of a few words
    for name, mark in marks.items():
        if pattern.count(str(mark)) != 1:
            return None
        pattern = pattern.replace(str(mark), f"%({name})s")
    return pattern
