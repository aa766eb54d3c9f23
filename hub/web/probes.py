"""What machines ask: alive (`/healthz`), open for people (`/servez`), all in order (`/readyz`), figures (`/metrics`).

Answered before Flask: without session, rate limit, log line or maintenance page, the first two without the database.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from http import HTTPStatus
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request, Response

from hub.actions import operations
from hub.config import VERSION, Settings
from hub.extensions import db
from hub.http import now
from hub.store import health, schema
from hub.telemetry import metrics
from hub.web.security import HEADERS

log = logging.getLogger("hub.access")
PATIENCE = 4.0
"""Seconds the database may take to answer before the hub calls itself not ready."""
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def draining_mark(run_folder: str) -> Path:
    """Return the file whose presence says that this hub is about to stop."""
    return Path(run_folder) / "draining"


class Probes:
    """Stands before the application and answers probes itself."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app, self._inner = app, inner
        self._settings: Settings = app.config["HUB"]
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._answers: dict[str, Callable[[Request], Response]] = {
            "/healthz": self._alive,
            "/servez": self._serving,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a probe, or pass the request on."""
        answer = self._answers.get(environ.get("PATH_INFO", ""))
        if answer is None:
            return self._inner(environ, start_response)
        request = Request(environ)
        if request.method in ("GET", "HEAD"):
            response = answer(request)
        else:
            response = Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
            response.headers[name] = value
        if self._settings.log_probes:
            log.info("probe", extra={"facts": {"endpoint": request.path, "status": response.status_code}})
        return response(environ, start_response)

    def _alive(self, _request: Request) -> Response:
        return Response("ok\n", mimetype="text/plain")

    def _draining(self) -> bool:
        return bool(self._settings.run_folder) and draining_mark(self._settings.run_folder).exists()

    def _serving(self, _request: Request) -> Response:
        """Return 503 only while this machine is about to stop.

        What all machines share is no reason: without the database a balancer would leave all of them out, and nobody
        would see the hub's own page, which keeps what was typed.
        """
        if self._draining():
            return Response("draining\n", HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    def _ready(self, _request: Request) -> Response:
        """Return 200, or 503 with the names of the reasons: database, read_only, migration, disk, draining."""
        found = self._state()
        status = HTTPStatus.SERVICE_UNAVAILABLE if found["reasons"] else HTTPStatus.OK
        return Response(json.dumps(found) + "\n", status, mimetype="application/json")

    def _state(self) -> dict[str, Any]:
        reasons: list[str] = []
        if self._draining():
            reasons.append("draining")
        # A database that has vanished from the network keeps its asker waiting; one thread may wait, the probe not.
        try:
            problem, silence = self._pool.submit(self._database).result(PATIENCE)
        except TooSlow:
            problem, silence = "database", None
        if problem:
            reasons.append(problem)
        with self._app.app_context():
            free = health.disks(db.engine, [self._settings.run_folder])
        if any(share < health.LEAST_FREE for share in free.values()):
            reasons.append("disk")
        return {"ready": not reasons, "reasons": reasons, "worker_silent_seconds": silence, "version": VERSION}

    def _database(self) -> tuple[str | None, int | None]:
        """Return what is wrong with the database and how many seconds no worker was heard of."""
        with self._app.app_context():
            problem = health.database_problem(db.engine)
            if problem is not None and problem != "read_only":
                return problem, None
            try:
                silence = operations.worker_silence(db.session(), now())
            except SQLAlchemyError:
                return "database", None
            return problem, None if silence is None else int(silence.total_seconds())

    def _may_read_metrics(self, request: Request) -> bool:
        """Whether the request carries the token, or comes from this very machine past any proxy."""
        token = self._settings.metrics_token
        given = request.headers.get("Authorization", "")
        if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return True
        direct = not any(name in request.environ for name in FORWARDED)
        return direct and request.remote_addr in ("127.0.0.1", "::1")

    def _metrics(self, request: Request) -> Response:
        if not self._may_read_metrics(request):
            said = "Nur vom selben Rechner, oder mit Authorization: Bearer und HUB_METRICS_TOKEN.\n"
            return Response(said, HTTPStatus.FORBIDDEN, mimetype="text/plain")
        with self._app.app_context():
            body = metrics.text(self._gauges)
        return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")

    def _gauges(self) -> Iterator[tuple[str, str, dict[str, str], float]]:
        try:
            yield from _figures()
        except SQLAlchemyError:
            yield "hub_database_up", "Whether the database answered", {}, 0


def _figures() -> Iterator[tuple[str, str, dict[str, str], float]]:
    """Yield what is read from the database at this moment."""
    session = db.session()
    found, index = operations.queues(session), operations.index(session)
    silence = operations.worker_silence(session, now())
    for name, count in found.waiting.items():
        yield "hub_queue_waiting", "What waits to be done", {"queue": name}, count
    for name, count in found.failed.items():
        yield "hub_queue_failed", "What was given up", {"queue": name}, count
    yield "hub_jobs_running", "Jobs being worked on", {}, found.running_jobs
    yield "hub_index_stale", "Whether the search index has to be made anew", {}, index.stale
    yield "hub_index_entries", "Entries that ought to be found", {}, index.entries
    if silence is not None:
        yield "hub_worker_silence_seconds", "Seconds since a worker was heard of", {}, silence.total_seconds()
    revision = schema.revision(session.connection()) or ""
    names = {"version": VERSION, "database": session.get_bind().dialect.name, "revision": revision}
    yield "hub_info", "Version of program and database", names, 1
    yield "hub_database_up", "Whether the database answered", {}, 1
