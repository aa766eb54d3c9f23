"""Refusals as `application/problem+json` (RFC 9457); the codes are those of pages."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, json, redirect, request, url_for
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from hub.actions import entries
from hub.errors import Conflict, Forbidden, Invalid, NotFound, TooOften
from hub.extensions import db


def problem(status: int, code: str, **more: object) -> Response:
    """Return a refusal: `code` is stable and lower_snake, `errors` maps fields to codes."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def register(bp: Blueprint) -> None:
    """Answer every error below `bp` with a problem."""

    @bp.errorhandler(NotFound)
    def not_found(_: NotFound) -> Response:
        return problem(404, "not_found")

    @bp.errorhandler(entries.Moved)
    def moved(error: entries.Moved) -> BaseResponse:
        new = {"city": error.entry.organisation.slug, "slug": error.entry.slug}
        target = url_for(request.endpoint or "", **{**(request.view_args or {}), **new})
        return redirect(f"{target}?{request.query_string.decode()}", HTTPStatus.PERMANENT_REDIRECT)

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

    @bp.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        return problem(error.code, (error.name or "error").lower().replace(" ", "_"))

    @bp.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        reference = g.get("request_id", "?")
        current_app.logger.exception("request %s failed", reference, exc_info=error)
        db.session.rollback()
        return problem(500, "internal", reference=reference)
