"""Longer work in the background: what waits, runs and has failed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from hub.actions import jobs
from hub.http import current_work, transaction
from hub.web.messages import flash_text

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("")
def index() -> str:
    """Show the latest jobs, what needs attention first."""
    rows = jobs.listing(current_work())
    return render_template("admin/jobs.html", rows=rows, busy=any(row.job.state == "running" for row in rows))


@bp.post("/<int:job>/retry")
def retry(job: int) -> Response:
    """Put a failed job into the queue again."""
    with transaction() as work:
        jobs.retry(work, job)
    flash(flash_text("job_retried"))
    return redirect(url_for(".index"))


@bp.post("/<int:job>/cancel")
def cancel(job: int) -> Response:
    """Stop a job."""
    with transaction() as work:
        jobs.cancel(work, job)
    flash(flash_text("job_cancelled"))
    return redirect(url_for(".index"))
