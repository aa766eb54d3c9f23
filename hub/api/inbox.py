"""The inbox (Eingang): what is new upstream for the forks of one's own organisations, change by change."""

from typing import Annotated

from pydantic import Field

from hub.actions import entries, inbox
from hub.actions.inbox import Pending
from hub.actions.merging import Item
from hub.api import paging
from hub.api.contract import Output, Routes
from hub.api.shapes import EntryRef, VersionRef, entry_ref, version_ref
from hub.inputs.proposals import DeclineNews
from hub.work import Work

routes = Routes("Eingang")
ENTRY = "/entries/<city>/<slug>/inbox"


class WhichNews(paging.Paged):
    """How many forks; their changes are worked out for the asked page only, so that there are few."""

    limit: Annotated[int, Field(ge=1, le=inbox.PAGE)] = inbox.PAGE


class NewsOut(Output):
    """One change of the origin; `harmless` if it touches nothing the fork does its own way."""

    change: str
    kind: str
    sentence: str
    place: str
    clash: bool
    harmless: bool
    declined_by: list[str]
    """Organisations that declined the same change."""


class UpstreamOut(Output):
    """A fork with what is new for it."""

    fork: EntryRef
    origin: EntryRef
    ours: VersionRef | None
    theirs: VersionRef | None
    proposal: int | None
    """The takeover that is being decided."""
    changes: list[NewsOut]


class UpstreamList(Output):
    """A page of forks whose origin has moved on, the latest first."""

    items: list[UpstreamOut]
    next: str | None


class AdoptedOut(Output):
    """The version that came of it; null if nothing could be taken over without a decision."""

    version: VersionRef | None


def _news(item: Item, found: Pending) -> NewsOut:
    return NewsOut(
        change=item.change,
        kind=item.kind,
        sentence=item.german,
        place=item.place,
        clash=item.clash,
        harmless=not item.clash and not item.local,
        declined_by=sorted({row.entry.organisation.slug for row in found.elsewhere.get(item.change, ())}),
    )


def _upstream(found: Pending) -> UpstreamOut:
    return UpstreamOut(
        fork=entry_ref(found.newer.fork),
        origin=entry_ref(found.newer.origin),
        ours=version_ref(found.newer.ours),
        theirs=version_ref(found.newer.theirs),
        proposal=None if found.proposal is None else found.proposal.id,
        changes=[_news(item, found) for item in found.review.items],
    )


@routes.get("/inbox", summary="Eingang: Neuerungen der Originale", query=WhichNews, returns=UpstreamList,
            signed_in=True)  # fmt: skip
def list_inbox(work: Work, query: WhichNews) -> UpstreamList:
    """List the forks of the caller's organisations whose origin has what they lack, change by change."""
    work.require_cooperation()
    page = paging.number(query, "page", 1, 100_000)
    found = inbox.show(work, page=page, size=query.limit)
    rows = found.rows if page == found.page else []
    more = page < found.page_count
    return UpstreamList(items=[_upstream(row) for row in rows], next=paging.cursor(page=page + 1) if more else None)


@routes.get(ENTRY, summary="Neuerungen des Originals lesen", returns=UpstreamOut, signed_in=True)
def read_inbox(work: Work, city: str, slug: str) -> UpstreamOut:
    """Return what is new for one fork of the caller's organisations; 404 if nothing is."""
    work.require_cooperation()
    return _upstream(inbox.one(work, entries.find(work, city, slug)))


@routes.post(
    f"{ENTRY}/adopt", summary="Unbedenkliche Neuerungen übernehmen", returns=AdoptedOut, status=200
)  # fmt: skip
def adopt_inbox(work: Work, city: str, slug: str) -> AdoptedOut:
    """Take over what touches no deviation, as one version; the rest stays in an open proposal."""
    made = inbox.adopt(work, entries.find(work, city, slug))
    return AdoptedOut(version=version_ref(made))


@routes.post(f"{ENTRY}/decline", summary="Eine Neuerung ablehnen", body=DeclineNews)
def decline_inbox(work: Work, city: str, slug: str, body: DeclineNews) -> None:
    """Decline one change with the reason the other cities read; it is not offered again until it changes."""
    inbox.decline(work, entries.find(work, city, slug), body.change, body.reason)
