"""Each request gets an id, is measured, counted and written to the log; nothing of it names a person."""

import logging

from flask import Flask, Response, g, request, session

from hub.config import Settings
from hub.http import COOKIE_TOKEN
from hub.telemetry import begin, current, end, metrics, request_id, tracing

log = logging.getLogger("hub.access")


def _count_sign_in(response: Response) -> None:
    """Count a guest who came in, and a try that was refused; by whatever way, all end in the same session."""
    actor = g.get("actor")
    if actor is None or actor.signed_in:
        return
    if session.modified and COOKIE_TOKEN in session:
        metrics.count_sign_in("accepted")
    elif request.method == "POST" and request.blueprint == "login" and 400 <= response.status_code < 500:
        metrics.count_sign_in("refused")


def register(app: Flask, settings: Settings) -> None:
    """Measure every request of `app`; must be registered before everything else, to be first and last."""

    @app.before_request
    def start() -> None:
        # Only a proxy of our own may name a request; a stranger could make two requests look like one.
        given = request.headers.get("X-Request-ID") if settings.proxies else None
        g.request_id = begin(request_id(given)).id
        g.finish_span = tracing.begin(request.headers.get("traceparent") if settings.proxies else None)

    @app.after_request
    def note(response: Response) -> Response:
        measured = current()
        if measured is None:
            return response
        seconds, status = measured.seconds, response.status_code
        response.headers["X-Request-ID"] = measured.id
        metrics.count_request(
            request.endpoint, request.method, status,
            seconds=seconds, database_seconds=measured.database_seconds, queries=measured.queries,
        )  # fmt: skip
        _count_sign_in(response)
        actor = g.get("actor")
        facts: dict[str, object] = {
            "method": request.method if request.method in metrics.METHODS else "other",
            "endpoint": request.endpoint or "none",
            "status": status,
            "ms": round(seconds * 1000, 1),
            "database_ms": round(measured.database_seconds * 1000, 1),
            "queries": measured.queries,
            "user": actor.user_id if actor is not None else None,
        }
        finish_span: tracing.Finish | None = g.get("finish_span")
        if finish_span is not None:
            names = {"http.request.method": str(facts["method"]), "http.route": str(facts["endpoint"])}
            figures = {"hub.database_ms": measured.database_seconds * 1000, "hub.queries": measured.queries}
            finish_span(f"{facts['method']} {facts['endpoint']}", status, {**names, **figures})
        log.log(logging.WARNING if status >= 500 else logging.INFO, "request", extra={"facts": facts})
        return response

    @app.teardown_request
    def stop(_error: BaseException | None) -> None:
        end()
