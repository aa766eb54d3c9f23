"""Pages are read from a replica where there is one, and everybody sees what they have written themselves."""

import time

from flask import Flask, Response, request, session
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from hub import telemetry
from hub.config import Settings
from hub.extensions import db
from hub.store import witness
from hub.store.connecting import engine_options, prepare_pooled
from hub.store.replica import Replica, written_up_to

WROTE = "wrote"
"""Field of the session cookie: where the log ended after this person's last writing, and when that was."""


def _written(remembered_for: int) -> int | None:
    """Return where this person's last writing ended in the log; None if that is so long ago that it has arrived."""
    mark = session.get(WROTE)
    if not isinstance(mark, list) or len(mark) != 2:
        return None
    written, at = mark
    return int(written) if time.time() - at < remembered_for else None


def register(app: Flask, settings: Settings) -> None:
    """Let `app` read from the replica of `settings`; must be registered before anything reads."""
    with app.app_context():
        primary = db.engine
    engine = create_engine(settings.replica_url, **engine_options(settings, settings.replica_url))
    if settings.pooler:
        prepare_pooled(engine, settings)
    telemetry.database.watch(engine, settings.slow_query)
    witness.watch(engine)
    replica = Replica(primary, engine, settings.replica_lag)
    app.extensions["replica"] = replica
    remembered_for = max(60, 10 * settings.replica_lag)

    @app.before_request
    def choose() -> None:
        # A program with a token has no cookie that would remember what it wrote.
        reads = request.method in ("GET", "HEAD") and "Authorization" not in request.headers
        if not reads or not replica.has(_written(remembered_for)):
            return
        chosen = db.session()
        chosen.info["replica"] = engine
        try:
            chosen.connection()
        except SQLAlchemyError:
            chosen.rollback()
            chosen.info.pop("replica")
            replica.give_up()

    @app.after_request
    def remember(response: Response) -> Response:
        held = db.session()
        if held.info.pop("wrote", False):
            held.info.pop("replica", None)
            try:
                session[WROTE] = [written_up_to(held), int(time.time())]
            except SQLAlchemyError:
                # What was written stands; for a moment its author may not see it.
                held.rollback()
        return response
