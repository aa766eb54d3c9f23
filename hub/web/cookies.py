"""Session cookies and form tokens, checked and signed once and then known to this process.

Deriving keys and signing is a quarter of what it costs to send a finished page again. What is kept is what the
signature already proved: a cookie that is not, byte for byte, one that was checked is checked.
"""

import time
from typing import Any

from flask import Flask, Request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature

from hub.shelf import Shelf

MOST = 2_000
"""Cookies and tokens one process knows; less than a kilobyte each."""
_PLAIN = (str, int, bool, type(None))
_FIELD = "csrf_token"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed sessions; the signature of a cookie is checked once per process, its age each time."""

    def __init__(self) -> None:
        self._checked: Shelf[str, tuple[float, dict[str, Any]]] = Shelf(MOST)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie of `request` says; an empty session without a valid one."""
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        known = self._checked.get(value)
        if known is None:
            known = self._check(app, value)
            if known is None:
                return self.session_class()
        signed_at, data = known
        if time.time() - signed_at > app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(data)

    def _check(self, app: Flask, value: str) -> tuple[float, dict[str, Any]] | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            data, signed_at = serializer.loads(value, return_timestamp=True)
        except BadSignature:
            return None
        known = (signed_at.timestamp(), data)
        if all(isinstance(one, _PLAIN) for one in data.values()):
            # Whoever gets it copies it; a value that could itself be changed would be shared.
            self._checked.put(value, known)
        return known


def register(app: Flask) -> None:
    """Give `app` its sessions."""
    app.session_interface = Sessions()
    app.extensions["form_tokens"] = Shelf[str, str](MOST)


def form_token(app: Flask) -> str:
    """Return the token that this browser's forms must bring."""
    tokens: Shelf[str, str] = app.extensions["form_tokens"]
    mine = session.get(_FIELD)
    token = tokens.get(mine) if isinstance(mine, str) else None
    if token is None:
        token = str(generate_csrf())
        tokens.put(session[_FIELD], token)
    return token
