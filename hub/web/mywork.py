"""The start page of somebody who is signed in: what waits for them, what they work on, what happened."""

from flask import Blueprint, current_app, flash, redirect, render_template
from werkzeug.wrappers import Response

from hub.actions import activity, discussions, entries, mywork, questions
from hub.actions.schedule import BERLIN
from hub.actions.waiting import Waiting
from hub.http import transaction
from hub.web import notices
from hub.web.addresses import url_for
from hub.web.entries import address
from hub.web.messages import flash_text
from hub.work import Work

bp = Blueprint("mywork", __name__)
SHOWN = 12
"""Waiting things shown at once; the others fold out."""


def target(row: Waiting) -> str:
    """Return the address where a waiting thing is done."""
    endpoint, values = row.where
    # Some things have an address of their own, outside of their entry's.
    if row.entry is not None and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        return address(row.entry, endpoint, **values)
    return url_for(endpoint, **values)


def page(work: Work) -> str:
    """Return the page; how much waits does not change how much is asked."""
    found = mywork.waiting(work)
    today = work.now.astimezone(BERLIN).date()
    return render_template(
        "mywork/show.html",
        waiting=found,
        shown=SHOWN,
        overdue=lambda row: mywork.overdue(row, today),
        late_count=sum(row.urgent or mywork.overdue(row, today) for row in found),
        target=target,
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
