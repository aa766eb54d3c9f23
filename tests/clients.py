"""A browser without a screen: signs in without a password, sends forms with their token, reads pages."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from hub.actions.accounts import digest
from hub.extensions import db
from hub.http import COOKIE_TOKEN
from hub.policy import SYSTEM
from hub.store.accounts import SignIn, User
from hub.work import Work


class Client(FlaskClient):
    """A test client that can send forms the way a page would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; answers are read at once, so that no file stays open."""
        return super().open(*args, **{"buffered": True, **kwargs})

    def token(self) -> str:
        """Return a valid token for this client's forms."""
        with self.application.test_request_context():
            signed = generate_csrf()
            raw = session["csrf_token"]
        with self.session_transaction() as kept:
            if "csrf_token" not in kept:
                kept["csrf_token"] = raw
                return str(signed)
            raw = kept["csrf_token"]
        with self.application.test_request_context():
            session["csrf_token"] = raw
            return str(generate_csrf())

    def send(self, path: str, /, **fields: Any) -> TestResponse:
        """Post a form; files are given as (stream, name). A trailing underscore makes `from_` the field `from`."""
        data = {
            name.rstrip("_"): FileStorage(value[0], value[1], name) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        # Encoded here, since the test client would leave the temporary file of a long body open.
        boundary, body = encode_multipart({"csrf_token": self.token(), **data})
        kind = f'multipart/form-data; boundary="{boundary}"'
        return self.post(path, data=body, content_type=kind)

    def page(self, path: str) -> html.HtmlElement:
        """Return a page that must be there, parsed."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path} answers {answer.status}"
        return parsed(answer)


class ClientFor:
    """Signs people in by their address."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, email: str = "") -> Client:
        """Return a client signed in as `email`; a guest without one."""
        client = self.app.test_client()
        assert isinstance(client, Client)
        if email:
            token = secrets.token_urlsafe(16)
            at = datetime.now(UTC)
            with writing(self.app) as work:
                user = work.session.scalars(select(User).where(User.email == email)).one()
                work.session.add(
                    SignIn(
                        user_id=user.id,
                        token_digest=digest(token),
                        created_at=at,
                        seen_at=at,
                        expires_at=at + timedelta(hours=1),
                    )
                )
            with client.session_transaction() as kept:
                kept[COOKIE_TOKEN] = token
        return client


@contextmanager
def writing(app: Flask) -> Iterator[Work]:
    """Do something to the database of `app` as the hub itself, and commit it."""
    with app.app_context():
        session = db.session()
        session.connection(execution_options={"write": True})
        yield Work(session, SYSTEM, datetime.now(UTC))
        session.commit()
        session.close()


def parsed(answer: TestResponse) -> html.HtmlElement:
    """Return an answer's page as a tree."""
    return html.document_fromstring(answer.get_data(as_text=True))


def words(answer: TestResponse) -> str:
    """Return what a person reads of a page, with single spaces."""
    body = parsed(answer).find("body")
    assert body is not None
    for hidden in body.xpath("//script | //style"):
        hidden.drop_tree()
    return " ".join(body.text_content().split())
