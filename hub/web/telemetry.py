"""Each request gets an id, is measured, counted and written to the log; nothing of it names a person."""

import logging

from flask import Flask, Response, g, request

from hub.config import Settings
from hub.telemetry import begin, current, end, metrics, request_id, tracing

log = logging.getLogger("hub.access")


WAYS_IN = frozenset({"login.sign_in", "second.enter", "second.enter_passkey", "providers.callback"})
"""Where somebody proves who they are."""


def _sign_in(response: Response) -> str | None:
    """Return whether a guest came in (`accepted`, by whatever way) or was refused; None for any other request."""
    if "came_in" in g:
        return "accepted"
    actor = g.get("actor")
    if actor is None or actor.signed_in or request.endpoint not in WAYS_IN:
        return None
    led_back = request.endpoint == "providers.callback"  # to the page they came from, which says why
    return "refused" if led_back or 400 <= response.status_code < 500 else None


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
        sign_in = _sign_in(response)
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
        if sign_in is not None:
            metrics.count_sign_in(sign_in)
            facts |= {"sign_in": sign_in, "user": g.get("came_in")}
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
