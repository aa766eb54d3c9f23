"""Finished pages kept in this process for as long as nothing at all was written to the database.

A page is found again under its address, the reader, language and theme, and a mark that every commit of every
process changes; so a page is never older than the last commit before the request. What belongs to one browser alone
(the CSRF token) is put in when the page is sent, and a page with a message for its reader is never kept.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, current_app, g, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from hub.extensions import db
from hub.http import current_actor
from hub.shelf import Shelf
from hub.store.marks import commit_mark

P = ParamSpec("P")
MOST = 300
"""Pages one process keeps; about 30 kB each."""

PLACE = f"csrf-{secrets.token_urlsafe(24)}"
"""Stands where a page needs the reader's own token; random, so that no content can contain it."""


def kept(view: Callable[P, Any]) -> Callable[P, Any]:
    """Keep what `view` returns as long as it is plain HTML with status 200."""

    @wraps(view)
    def answer(*args: P.args, **values: P.kwargs) -> Any:
        if "_flashes" in session:
            return view(*args, **values)
        actor = current_actor()
        shelf: Shelf[tuple[Any, ...], str] = current_app.extensions["kept"]
        rights = tuple(sorted((key, *sorted(roles)) for key, roles in actor.roles.items()))
        mark = g.get("commit_mark")
        if mark is None:
            return view(*args, **values)
        key = (
            request.full_path,
            actor.user_id,
            actor.name,
            rights,
            str(get_locale()),
            session.get("theme", "auto"),
            mark,
        )
        page = shelf.get(key)
        if page is None:
            made = view(*args, **values)
            if not isinstance(made, str):
                return made
            shelf.put(key, made)
            page = made
        return page

    return answer


def register(app: Flask) -> None:
    """Give `app` its shelf, and put each reader's own token into what is sent."""
    app.extensions["kept"] = Shelf[tuple[Any, ...], str](MOST)
    app.jinja_env.globals["csrf_token"] = lambda: PLACE

    @app.before_request
    def read_mark() -> None:
        """Read the mark before anything else is read: what is read afterwards is at least as new as the mark."""
        if request.method == "GET" and request.endpoint != "static":
            g.commit_mark = commit_mark(db.session())

    @app.after_request
    def put_token(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.direct_passthrough:
            text = response.get_data(as_text=True)
            if PLACE in text:
                response.set_data(text.replace(PLACE, generate_csrf()))
        return response
