"""How the hub is doing, and its search index."""

import platform
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from hub.actions import operations
from hub.config import VERSION
from hub.extensions import db
from hub.http import current_work, now, settings, transaction
from hub.store import health
from hub.telemetry import metrics
from hub.web.messages import flash_text

bp = Blueprint("system", __name__)
SLOWEST = 15


@bp.get("/system")
def show() -> str:
    """Show versions, database, workers, disks, backup and what takes longest."""
    work = current_work()
    found = operations.state(work)
    folder = settings().backup_folder
    replica = current_app.extensions.get("replica")
    return render_template(
        "admin/system.html",
        found=found,
        versions=(VERSION, platform.python_version()),
        disks=health.disks(db.engine, [settings().run_folder]),
        least_free=health.LEAST_FREE,
        alive_since=now() - operations.ALIVE_FOR,
        slowest=metrics.slowest(SLOWEST),
        backup_folder=folder,
        backup=operations.newest_backup(Path(folder)) if folder else None,
        replica=None if replica is None else replica.has(None),
    )


@bp.get("/index")
def index() -> str:
    """Show how the search index is doing."""
    work = current_work()
    return render_template("admin/index.html", found=operations.index(work.session), facts=operations.index_facts(work))


@bp.post("/index")
def rebuild() -> Response:
    """Have the search index made anew."""
    with transaction() as work:
        operations.rebuild_index(work)
    flash(flash_text("index_rebuild"))
    return redirect(url_for(".index"))
