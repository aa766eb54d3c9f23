"""The start page of somebody who is signed in: what waits for them, what they work on, what happened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
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
from hub.work import Work

bp = Blueprint("mywork", __name__)
SHOWN = 12
"""Waiting things shown at once; the others fold out."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something that waits, as the page shows it; belongs to no database session."""

    waiting: Waiting
    """Without its entry."""
    title: str
    """Of its entry; empty for what is about none or several."""
    city: str
    url: str
    settle: str = ""
    """Where a mention is noted as seen to."""


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
    return sorted(found, key=lambda row: mywork.rank(row.waiting, today))


def _rows(work: Work, waiter: Callable[[Work], list[Waiting]]) -> tuple[Row, ...]:
    # A session of its own: an object that the page has read before would be used without asking for it, and nobody
    # would notice when it changes.
    with Session(work.session.connection()) as session:
        return tuple(_row(row) for row in waiter(replace(work, session=session)))


def _row(row: Waiting) -> Row:
    endpoint, values = row.where
    entry = row.entry
    if entry is None:
        return Row(row, "", "", url_for(endpoint, **values))
    # Some things have an address of their own, outside of their entry's.
    inside = current_app.url_map.is_endpoint_expecting(endpoint, "slug")
    url = address(entry, endpoint, **values) if inside else url_for(endpoint, **values)
    settle = ""
    if row.kind == "comment.mention":
        settle = address(entry, "mywork.settle", comment=int(str(values["_anchor"]).rpartition("-")[2]))
    return Row(replace(row, entry=None), entry.title, entry.organisation.short_name, url, settle)


def page(work: Work) -> str:
    """Return the page; how much waits does not change how much is asked."""
    found = waiting(work)
    today = work.now.astimezone(BERLIN).date()
    return render_template(
        "mywork/show.html",
        waiting=found,
        shown=SHOWN,
        overdue=lambda row: mywork.overdue(row, today),
        late_count=sum(row.waiting.urgent or mywork.overdue(row.waiting, today) for row in found),
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
