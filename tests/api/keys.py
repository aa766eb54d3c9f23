"""A program without a browser: speaks JSON with a token."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hub.actions import tokens
from hub.store.tokens import Scope
from tests import makers
from tests.clients import Client, writing

PREFIX = "/api/v1"


def token_of(app: Flask, email: str, *scopes: Scope, days: int = 30) -> str:
    """Make a token of a person and return its text; all scopes without any."""
    with writing(app) as work:
        until = (datetime.now(UTC) + timedelta(days=days)).date()
        return tokens.create(makers.as_person(work, email), "Test", scopes or tuple(Scope), until)[1]


class Program:
    """Sends requests with one token, or none."""

    def __init__(self, app: Flask, token: str = "") -> None:
        client = app.test_client()
        assert isinstance(client, Client)
        self.client, self.token = client, token

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a request below the prefix; `if_match="…"` becomes the header `If-Match`."""
        more = {name.replace("_", "-").title(): value for name, value in headers.items()}
        if self.token:
            more["Authorization"] = f"Bearer {self.token}"
        given = {} if body is None else {"json": body}
        return self.client.open(PREFIX + path, method=method, headers=more, **given)

    def get(self, path: str, **headers: str) -> Any:
        """Return the JSON of something that must be there."""
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def change(self, method: str, path: str, body: Any = None, *, of: str = "") -> TestResponse:
        """Change what GET shows at `of` (or the same path), naming its tag."""
        tag = self.send("GET", of or path).headers["ETag"]
        return self.send(method, path, body, if_match=tag)
