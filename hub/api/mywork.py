"""What waits for the caller, as „Meine Arbeit“ lists it. A mention is settled beside the discussion it stands in."""

from datetime import date, datetime

from flask import current_app, url_for

from hub.actions import mywork
from hub.actions.schedule import BERLIN
from hub.actions.waiting import Waiting
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, entry_ref
from hub.work import Work

routes = Routes("Meine Arbeit")


class WaitingOut(Output):
    """Something to do; `kind` is stable, such as `review.expert` or `comment.mentioned`."""

    kind: str
    entry: EntryRef | None
    since: datetime
    due: date | None
    detail: str
    count: int
    """How many things of that kind it is about, where they wait together; otherwise 0."""
    urgent: bool
    """Overdue, or it holds up somebody else."""
    url: str
    """The page on which it is done."""


class WaitingList(Output):
    """Everything that waits, urgent things first."""

    items: list[WaitingOut]


def _target(row: Waiting) -> str:
    endpoint, values = row.where
    place: dict[str, object] = {}
    if row.entry is not None and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        place = {"city": row.entry.organisation.slug, "slug": row.entry.slug}
    return url_for(endpoint, **{**place, **values})  # type: ignore[arg-type]


@routes.get("/me/waiting", summary="Was wartet auf mich?", returns=WaitingList, signed_in=True)
def list_waiting(work: Work) -> WaitingList:
    """List what waits for the caller: reviews, proposals, mentions, votes, values, deadlines."""
    today = work.now.astimezone(BERLIN).date()
    return WaitingList(
        items=[
            WaitingOut(
                kind=row.kind,
                entry=None if row.entry is None else entry_ref(row.entry),
                since=row.since,
                due=row.due,
                detail=row.detail,
                count=row.count,
                urgent=row.urgent or mywork.overdue(row, today),
                url=_target(row),
            )
            for row in mywork.waiting(work)
        ]
    )
