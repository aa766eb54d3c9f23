"""The start page of somebody who is signed in: what waits for them, what they work on, what happened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from flask import Blueprint, current_app, flash, g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actions import activity, discussions, entries, mywork, questions
from hub.actions.schedule import BERLIN
from hub.actions.waiting import Waiting
from hub.http import transaction
from hub.policy import Actor
from hub.store.witness import Remembered
from hub.web import notices
from hub.web.addresses import url_for
from hub.web.entries import address
from hub.web.language import language
from hub.web.messages import flash_text
from hub.web.pieces import piece
from hub.work import Work

bp = Blueprint("mywork", __name__)
SHOWN = 12
"""Waiting things shown at once; the others fold out."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something that waits, as the page shows it; belongs to no database session."""

    kind: str
    title: str
    """Of its entry; empty for what is about none or several."""
    city: str
    url: str
    settle: str
    """Where a mention is noted as seen to; empty for others."""
    since: datetime
    due: date | None
    detail: str
    count: int
    urgent: bool


_WAITING: Remembered[tuple[Callable[[Work], list[Waiting]], Actor, str, str, datetime], tuple[Row, ...]] = Remembered(
    2_000
)
"""Noun, actor, language, root of the addresses and hour → what waits; eleven for each person."""


def waiting(work: Work) -> list[Row]:
    """Return `mywork.waiting` for the page; a noun is asked again only if one of its answers has changed.

    Nouns go by the day, so they are told the hour and no more: what is remembered can never be older than that.
    """
    hour = work.now.replace(minute=0, second=0, microsecond=0)
    found: list[Row] = []
    for waiter in mywork.WAITERS:
        key = (waiter, work.actor, language(), request.script_root, hour)
        make = partial(_rows, replace(work, now=hour), waiter)
        found += _WAITING.get(work.session, g.get("commit_mark"), key, make)
    today = work.now.astimezone(BERLIN).date()
    return sorted(found, key=lambda row: mywork.rank(row, today))


def _rows(work: Work, waiter: Callable[[Work], list[Waiting]]) -> tuple[Row, ...]:
    # A session of its own: an object that the page has read before would be used without asking for it, and nobody
    # would notice when it changes.
    with Session(work.session.connection()) as session:
        return tuple(_row(row) for row in waiter(replace(work, session=session)))


def _row(row: Waiting) -> Row:
    endpoint, values = row.where
    title = city = settle = ""
    if row.entry is None:
        url = url_for(endpoint, **values)
    else:
        title, city = row.entry.title, row.entry.organisation.short_name
        # Some things have an address of their own, outside of their entry's.
        inside = current_app.url_map.is_endpoint_expecting(endpoint, "slug")
        url = address(row.entry, endpoint, **values) if inside else url_for(endpoint, **values)
        if row.kind == "comment.mention":
            settle = address(row.entry, "mywork.settle", comment=int(str(values["_anchor"]).rpartition("-")[2]))
    return Row(row.kind, title, city, url, settle, row.since, row.due, row.detail, row.count, row.urgent)


def page(work: Work) -> str:
    """Return the page; how much waits does not change how much is asked."""
    found = waiting(work)
    today = work.now.astimezone(BERLIN).date()
    overdue = [mywork.overdue(row, today) for row in found]
    return render_template(
        "mywork/show.html",
        waiting=[piece("mywork/row.html", "row", row, late) for row, late in zip(found, overdue, strict=True)],
        shown=SHOWN,
        late_count=sum(row.urgent or late for row, late in zip(found, overdue, strict=True)),
        mine=activity.authored(work, work.actor.user_id or 0, limit=6),
        happened=activity.of(work, activity.near(work), limit=15).rows,
        notices=notices,
    )


@bp.post("/<city>/<slug>/discussion/<int:comment>/done")
def settle(city: str, slug: str, comment: int) -> Response:
    """Note that a mention is seen to."""
    with transaction() as work:
        entry = entries.find(work, city, slug)
        questions.settle_mention(work, discussions.find(work, entry, comment))
    flash(flash_text("mention_done"), "success")
    return redirect(url_for("library.start"))
