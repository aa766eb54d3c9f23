"""Finished pages kept in this process: they are sent again for as long as the database would answer the same.

A page is found again under its address, the reader with all rights, language and theme. As long as no process has
committed anything (`hub.store.marks`) it is sent as it is. After a commit the questions it was made from are asked
once more (`hub.store.witness`), which is cheap, and only if an answer differs it is made anew. So a page is never
older than the last commit before the request. What belongs to one browser alone (the CSRF token) is put in when the
page is sent, and a page with a message for its reader is never kept.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, current_app, g, request, session

from hub.extensions import db
from hub.http import current_actor
from hub.shelf import Shelf
from hub.store.marks import commit_mark
from hub.store.witness import Witness, asked
from hub.web.cookies import form_token
from hub.web.language import language

P = ParamSpec("P")
MOST = 300
"""Pages one process keeps; about 30 kB each."""

LONGEST = 300.0
"""Seconds after which a page is made anew in any case: some say how late something is, and time writes nothing."""

PLACE = f"csrf-{secrets.token_urlsafe(24)}"
"""Stands where a page needs the reader's own token; random, so that no content can contain it."""


@dataclass(slots=True)
class Page:
    """A finished page, the mark at which it was last known to be right, and who can tell whether it still is."""

    text: str
    mark: object
    made_at: float
    witness: Witness | None

    def right(self, mark: object) -> bool:
        """Whether it may be sent now."""
        if time.monotonic() - self.made_at > LONGEST:
            return False
        if self.mark != mark:
            if self.witness is None or not self.witness.holds(db.session(), mark):
                return False
            self.mark = mark
        return True


def kept(view: Callable[P, Any]) -> Callable[P, Any]:
    """Keep what `view` returns as long as it is plain HTML with status 200."""

    @wraps(view)
    def answer(*args: P.args, **values: P.kwargs) -> Any:
        mark = g.get("commit_mark")
        if "_flashes" in session or mark is None:
            return view(*args, **values)
        shelf: Shelf[tuple[Any, ...], Page] = current_app.extensions["kept"]
        key = (request.full_path, current_actor(), language(), session.get("theme", "auto"))
        page = shelf.get(key)
        if page is not None and page.right(mark):
            return page.text
        with asked() as questions:
            made = view(*args, **values)
        if isinstance(made, str):
            known = questions.witness(db.session(), mark)
            # Only now is it certain that page and witness tell of the same state.
            if commit_mark(db.session()) == mark:
                shelf.put(key, Page(made, mark, time.monotonic(), known))
        return made

    return answer


def register(app: Flask) -> None:
    """Give `app` its shelf, and put each reader's own token into what is sent."""
    app.extensions["kept"] = Shelf[tuple[Any, ...], Page](MOST)
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
                response.set_data(text.replace(PLACE, form_token(app)))
        return response
