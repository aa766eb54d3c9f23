"""Refusals as `application/problem+json` (RFC 9457); the codes are those of pages."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, Response, current_app, g, json, redirect, request, url_for
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from hub.actions import entries, saving, services
from hub.errors import Conflict, Forbidden, Invalid, NotFound, Paused, TooOften
from hub.extensions import db
from hub.store.outages import outage
from hub.store.tokens import Scope

RETRY_AFTER = 10
"""Seconds after which a program may ask again when the database could not work."""


_GERMAN = {
    400: "Nicht lesbare Anfrage",
    401: "Nicht angemeldet",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "Hier nicht vorgesehen",
    408: "Zu lange gedauert",
    409: "Passt nicht zum Stand",
    411: "Länge fehlt",
    412: "Inzwischen geändert",
    413: "Zu groß",
    414: "Adresse zu lang",
    415: "Format nicht angenommen",
    422: "Angaben passen nicht",
    428: "If-Match fehlt",
    429: "Zu viele Anfragen",
    500: "Fehler im Hub",
    503: "Zurzeit nicht möglich",
}
"""Status → title; RFC 9457, 4.2.1, lets it follow the language of the answer."""


def title_of(status: int) -> str:
    """Return the words for a status in the language of the answer."""
    german = _GERMAN.get(status) if str(get_locale() or "de").startswith("de") else None
    return german or HTTPStatus(status).phrase


class Problem(BaseModel):
    """A refusal. Codes are stable; `errors` maps a field to a code or a finished German sentence."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    errors: dict[str, str] = {}
    scope: str = ""
    reference: str = ""
    seconds: int = 0


class ScopeMissing(Forbidden):
    """The owner might, but the token was not made for this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.scope = scope


def problem(status: int, code: str, **more: object) -> Response:
    """Return a refusal: `code` is stable and lower_snake, `errors` maps fields to codes."""
    body = {"type": "about:blank", "title": title_of(status), "status": status, "code": code, **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def _http_code(error: HTTPException) -> str:
    own = isinstance(error, BadRequest | Unauthorized) and error.description
    if own and str(own).replace("_", "").isalpha() and str(own).islower():
        return str(own)
    return (error.name or "error").lower().replace(" ", "_")


def register(bp: Blueprint) -> None:
    """Answer every error below `bp` with a problem."""

    @bp.errorhandler(NotFound)
    def not_found(_: NotFound) -> Response:
        return problem(404, "not_found")

    @bp.errorhandler(entries.Moved)
    def moved(error: entries.Moved) -> BaseResponse:
        new = {"city": error.entry.organisation.slug, "slug": error.entry.slug}
        target = url_for(request.endpoint or "", **{**(request.view_args or {}), **new})
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(target + query, HTTPStatus.PERMANENT_REDIRECT)

    @bp.errorhandler(services.Moved)
    def merged(error: services.Moved) -> BaseResponse:
        address = error.service.key or str(error.service.id)
        return redirect(url_for(request.endpoint or "", address=address), HTTPStatus.PERMANENT_REDIRECT)

    @bp.errorhandler(saving.Clash)
    def clash(error: saving.Clash) -> Response:
        return problem(409, "moved_on", errors={"parent": " ".join(error.sentences)})

    @bp.errorhandler(ScopeMissing)
    def scope_missing(error: ScopeMissing) -> Response:
        return problem(403, "scope_missing", scope=error.scope.value)

    @bp.errorhandler(Forbidden)
    def forbidden(_: Forbidden) -> Response:
        return problem(403, "forbidden")

    @bp.errorhandler(Conflict)
    def conflict(error: Conflict) -> Response:
        return problem(409, error.code or "conflict")

    @bp.errorhandler(StaleDataError)
    def stale(_: StaleDataError) -> Response:
        return problem(409, "conflict")

    @bp.errorhandler(Invalid)
    def invalid(error: Invalid) -> Response:
        return problem(422, "invalid", errors=dict(error.fields))

    @bp.errorhandler(TooOften)
    def too_often(error: TooOften) -> Response:
        answer = problem(429, "too_often", seconds=error.seconds)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @bp.errorhandler(Paused)
    def paused(error: Paused) -> Response:
        answer = problem(503, "read_only", seconds=error.seconds)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @bp.errorhandler(CSRFError)
    def csrf(_: CSRFError) -> Response:
        return problem(400, "csrf_token_needed")

    @bp.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        response = problem(error.code, _http_code(error))
        for name, value in error.get_headers():
            if name != "Content-Type":
                response.headers.add(name, value)
        return response

    @bp.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        reference = g.get("request_id", "?")
        if (reason := outage(error)) is not None:
            current_app.logger.error("request %s: the database is %s", reference, reason)
            with suppress(SQLAlchemyError):
                db.session.rollback()
            answer = problem(503, f"database_{reason}", seconds=RETRY_AFTER)
            answer.headers["Retry-After"] = str(RETRY_AFTER)
            return answer
        current_app.logger.exception("request %s failed", reference, exc_info=error)
        db.session.rollback()
        return problem(500, "internal", reference=reference)
