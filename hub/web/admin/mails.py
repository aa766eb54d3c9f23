"""The queue of e-mails: what waits, what was given up, what may be tried again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from hub.actions import mails
from hub.http import current_work, settings, transaction
from hub.web.messages import flash_text

bp = Blueprint("mails", __name__, url_prefix="/mails")


@bp.get("")
def index() -> str:
    """Show the letters that are not sent, and how many notices wait."""
    work = current_work()
    rows = [(mail, mails.state(mail).value) for mail in mails.listing(work)]
    return render_template(
        "admin/mails.html", rows=rows, notices=mails.notices(work), configured=bool(settings().mail_host)
    )


@bp.post("/<int:mail>/retry")
def retry(mail: int) -> Response:
    """Send a letter at the next opportunity."""
    with transaction() as work:
        mails.retry(work, mail)
    flash(flash_text("mail_retried"))
    return redirect(url_for(".index"))


@bp.post("/<int:mail>/delete")
def delete(mail: int) -> Response:
    """Throw a letter away."""
    with transaction() as work:
        mails.delete(work, mail)
    flash(flash_text("mail_deleted"))
    return redirect(url_for(".index"))


@bp.post("/notices/retry")
def retry_notices() -> Response:
    """Try all given-up e-mails about notifications again."""
    with transaction() as work:
        mails.retry_notices(work)
    flash(flash_text("notices_retried"))
    return redirect(url_for(".index"))
