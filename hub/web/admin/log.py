"""The sealed log: browse, verify, take an excerpt along, erase what is personal."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from hub.actions import log, log_pages
from hub.errors import Conflict, Invalid
from hub.http import current_work, streamed, transaction
from hub.inputs.accounts import EraseEvent
from hub.web.forms import Form
from hub.web.messages import sentence

bp = Blueprint("log", __name__, url_prefix="/log")
Reply = str | BaseResponse | tuple[str, int]

FILTERS = ("kind", "actor", "organisation", "entry", "since", "until")


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _wanted() -> log_pages.Wanted:
    return log_pages.Wanted(
        kind=request.args.get("kind", "")[:40],
        actor=_number("actor"),
        organisation=_number("organisation"),
        entry=_number("entry"),
        since=_day("since"),
        until=_day("until"),
        before=_number("before"),
    )


def _same(**more: int) -> str:
    kept = {name: value for name in FILTERS if (value := request.args.get(name, ""))}
    return urlencode({**kept, **{name: str(value) for name, value in more.items()}})


@bp.get("")
def index() -> str:
    """Show the log, newest first; the address holds the filters."""
    work = current_work()
    rows, more = log_pages.listing(work, _wanted())
    position, digest = log.head(work)
    return render_template(
        "admin/log/index.html",
        rows=rows,
        more=f"{url_for('.index')}?{_same(before=more)}" if more else "",
        excerpt=f"{url_for('.excerpt')}?{_same()}",
        filters=Form(EraseEvent, request.args),
        position=position,
        digest=digest,
    )


@bp.post("/verify")
def verify() -> str:
    """Check every line of the chain now, and say where it does not hold."""
    return render_template("admin/log/verified.html", found=log_pages.verify(current_work()))


@bp.get("/excerpt")
def excerpt() -> Response:
    """Hand out the sealed lines that fit the filters, one JSON a line, as `hub audit excerpt` does."""
    lines = log_pages.excerpt(current_work(), _wanted())
    headers = {"Content-Disposition": 'attachment; filename="protokoll.jsonl"', "Cache-Control": "no-store"}
    return Response(streamed(lines), mimetype="application/x-ndjson", headers=headers)


def _page(number: int, form: Form[EraseEvent]) -> str:
    return render_template("admin/log/show.html", shown=log_pages.find(current_work(), number), form=form)


@bp.get("/<int:number>")
def show(number: int) -> str:
    """Show one line with its content."""
    return _page(number, Form(EraseEvent))


@bp.post("/<int:number>/erase")
def erase(number: int) -> Reply:
    """Take the content out of one line."""
    form = Form(EraseEvent, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            log_pages.erase(work, number, sent.reason)
    except Invalid as error:
        return _page(number, form.refused(error)), 422
    except Conflict as error:
        flash(sentence(error.code), "danger")
    else:
        flash(_("Der Inhalt ist gelöscht. Die Zeile und ihr Siegel bleiben."), "success")
    return redirect(url_for(".show", number=number))
